"""What is being done, on stderr, for a person who waits."""

import contextlib
import sys
import time
from collections.abc import Iterator

__all__ = ["Progress"]


class Progress:
    """Names of stages with their seconds; silent with ``quiet`` and where stderr is no terminal."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self._tenth = 0
        self._shown = not quiet and sys.stderr is not None and sys.stderr.isatty()

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Show ``name`` while the block runs, and how long it took."""
        start = time.perf_counter()
        self._write(f"{name} …")
        try:
            yield
        except BaseException:
            self._write("\n")
            raise
        self._write(f" {time.perf_counter() - start:.1f} s\n")

    def share(self, done: int, of: int) -> None:
        """How much of a stage is done, at every tenth of it."""
        tenth = 10 * done // max(of, 1)
        if tenth != self._tenth:
            self._tenth = tenth
            self._write(f" {10 * tenth} %")

    def note(self, sentence: str) -> None:
        """One line of advice; shown without a terminal too, but not with ``quiet``."""
        if not self.quiet:
            print(f"sitrend: note: {sentence}", file=sys.stderr)

    def say(self, text: str = "") -> None:
        """A line of the result on stdout; nothing with ``quiet``."""
        if not self.quiet:
            print(text)

    def _write(self, text: str) -> None:
        if self._shown:
            sys.stderr.write(text)
            sys.stderr.flush()
