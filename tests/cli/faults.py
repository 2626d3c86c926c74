"""A disk that refuses, or a process that dies, at the n-th step of writing.

``python faults.py BASE FOLDER ACTION`` copies the archive BASE to FOLDER/1, FOLDER/2 … and lets one process
each do ACTION on a copy and die at that step, until one comes through; prints how many died.
"""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

STEPS = ((os, "rename"), (os, "replace"), (os, "fsync"), (Path, "mkdir"), (Path, "open"))


class Handle:
    """A file whose writes are steps; the fatal one leaves half of the bytes."""

    def __init__(self, handle: Any, step: Callable[[Callable[[], None]], None]) -> None:
        self.handle, self.step = handle, step

    def write(self, data: bytes) -> int:
        def half() -> None:
            self.handle.write(data[: len(data) // 2])
            self.handle.flush()

        self.step(half)
        return int(self.handle.write(data))

    def __enter__(self) -> "Handle":
        return self

    def __exit__(self, *_: object) -> None:
        self.handle.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.handle, name)


def break_at(nth: int, fail: Callable[[], None], patch: Callable[[Any, str, Any], None]) -> list[int]:
    """Make the n-th step fail; gives the count of steps so far, as a list of one number."""
    seen = [0]

    def step(before: Callable[[], None] = lambda: None) -> None:
        seen[0] += 1
        if seen[0] == nth:
            before()
            fail()

    def stepped(real: Any, name: str) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            writing = name != "open" or bool({"xb", "ab"} & {*map(str, args[1:])})
            if not writing:
                return real(*args, **kwargs)
            step()
            made = real(*args, **kwargs)
            return Handle(made, step) if name == "open" and "xb" in args[1:] else made

        return call

    for owner, name in STEPS:
        patch(owner, name, stepped(getattr(owner, name), name))
    return seen


def die_at_every_step(base: Path, folder: Path, action: Callable[[Path], object], most: int = 200) -> int:
    """One process per step; the number of those that died."""
    for nth in range(1, most):
        copy = folder / str(nth)
        shutil.copytree(base, copy)
        child = os.fork()
        if child == 0:
            break_at(nth, lambda: os._exit(9), setattr)
            action(copy)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            return nth - 1
    raise SystemExit("it never came through")


if __name__ == "__main__":
    import datetime as dt

    from analysis.weeks import Week
    from reports.editions import Editions

    week = Week(first_day=dt.date(2025, 7, 21))
    files = {"report.html": b"<p>2</p>", "tables/regions.csv": b"a,b\n1,2\n"}
    actions: dict[str, Callable[[Path], object]] = {
        "publish": lambda path: Editions(path).publish(files, week=week),
        "prune": lambda path: Editions(path).prune(1),
    }
    print(die_at_every_step(Path(sys.argv[1]), Path(sys.argv[2]), actions[sys.argv[3]]))
