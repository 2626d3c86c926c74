"""Folders that appear whole or not at all, and one writer at a time.

A folder is filled under a hidden name beside its target, every file and folder is flushed to the disk, and
one rename makes it visible; a file that is rewritten is replaced by one rename as well. A run that is killed
leaves at most something hidden, which the next run removes.
"""

import contextlib
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO

__all__ = ["clear_leftovers", "only_writer", "remove_folder", "replace_file", "write_folder"]

LOCK = ".lock"
PREFIX = ".unfinished-"
PATIENCE = 30.0  # seconds to wait for another run to finish publishing


@contextlib.contextmanager
def only_writer(folder: Path, *, patience: float = PATIENCE) -> Iterator[bool]:
    """Hold the folder's lock; the system drops it when the process dies.

    Gives False where the file system knows no locks. Raises TimeoutError when another run holds it for
    longer than ``patience`` seconds, OSError when the lock file cannot be made.
    """
    with (folder / LOCK).open("ab") as handle:
        give_up = time.monotonic() + patience
        held = _try_lock(handle)
        while held is False:
            if time.monotonic() > give_up:
                raise TimeoutError(f"another run has been publishing for {patience:.0f} seconds")
            time.sleep(0.05)
            held = _try_lock(handle)
        yield bool(held)


def write_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Make ``target`` with the given files (relative names with ``/``), or leave no trace of it.

    Raises FileExistsError when the target exists, OSError when the disk refuses, ValueError for a name that
    leads out of the folder.
    """
    if os.path.lexists(target):
        raise FileExistsError(target)
    unfinished = target.parent / f"{PREFIX}{target.name}-{secrets.token_hex(8)}"
    try:
        unfinished.mkdir()
        for name, data in files.items():
            _write_file(unfinished, name, data)
        for folder in [unfinished, *(path for path in unfinished.rglob("*") if path.is_dir())]:
            _sync_folder(folder)
        os.rename(unfinished, target)  # unlike os.replace never onto a file or a folder with files in it
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    _sync_folder(target.parent)


def replace_file(path: Path, data: bytes) -> bool:
    """Make a file hold these bytes, in one step: a reader finds the old file or the new one.

    False where it held them already. Raises OSError when the disk refuses; the old file then stays.
    """
    if path.is_file() and path.read_bytes() == data:
        return False
    unfinished = path.parent / f"{PREFIX}{path.name}-{secrets.token_hex(8)}"
    try:
        _write_file(path.parent, unfinished.name, data)
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return True


def remove_folder(path: Path) -> None:
    """Take a folder away in one step: it is renamed out of sight first, then deleted.

    Raises OSError when it cannot be renamed; it is then whole.
    """
    hidden = path.parent / f"{PREFIX}{path.name}-{secrets.token_hex(8)}"
    os.rename(path, hidden)
    _sync_folder(path.parent)
    shutil.rmtree(hidden, ignore_errors=True)


def clear_leftovers(folder: Path) -> int:
    """Remove what killed runs left behind; call it only while holding the lock. The number removed."""
    leftovers = list(folder.glob(f"{PREFIX}*"))
    for path in leftovers:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()
    return len(leftovers)


def _write_file(folder: Path, name: str, data: bytes) -> None:
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or PurePosixPath(name).is_absolute() or "\\" in name:
        raise ValueError(f"{name!r} is no name of a file inside an edition")
    path = folder.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":  # folders cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _try_lock(handle: IO[bytes]) -> bool | None:
    """True: held now. False: somebody else holds it. None: there are no locks here."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True
