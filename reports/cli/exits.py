"""Errors as one sentence and an exit code."""

import contextlib
import os
import sys
import traceback
import warnings
from collections.abc import Callable
from typing import Any

from analysis.errors import ConfigError, EditionError, InputError, ModelError, RenderError, SitrendError

__all__ = ["FAULT", "NEWS", "guarded"]

FAULT, USAGE, INPUT, MODEL, RENDER, ARCHIVE = 1, 2, 3, 4, 5, 6
NEWS = 10  # no error: `sitrend findings --new` has something to tell
INTERRUPTED, BROKEN_PIPE = 130, 141  # 128 + the signal's number, as shells report them
_CODES: tuple[tuple[type[SitrendError], int], ...] = (
    (ConfigError, USAGE), (InputError, INPUT), (ModelError, MODEL), (RenderError, RENDER),
    (EditionError, ARCHIVE),
)  # fmt: skip


def guarded(command: Callable[[], int], *, debug: bool = False) -> int:
    """Run a command; whatever goes wrong becomes one sentence on stderr and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):  # replaced by something without encodings
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _one_line
            code = command()
            sys.stdout.flush()
            return code
    except BrokenPipeError:
        # The reader has left (`| head`): keep the interpreter from failing again when it flushes.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return _ended("interrupted; nothing was published.", INTERRUPTED, debug)
    except SitrendError as error:
        return _ended(str(error), _code(error), debug)
    except MemoryError:
        return _ended("there is not enough memory for this table.", INPUT, debug)
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        hint = "" if debug else "; run it again with --debug and report what it prints"
        return _ended(f"this is a fault in sitrend ({what}){hint}.", FAULT, debug)


def _code(error: SitrendError) -> int:
    return next((code for kind, code in _CODES if isinstance(error, kind)), FAULT)


def _ended(sentence: str, code: int, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    with contextlib.suppress(OSError, ValueError):
        print(f"sitrend: {' '.join(sentence.split())}", file=sys.stderr)
    return code


def _one_line(message: Warning | str, *_: Any, **__: Any) -> None:
    print(f"sitrend: note: {' '.join(str(message).split())}", file=sys.stderr)
