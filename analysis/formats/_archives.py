"""Compressed files: gzip, bzip2, xz, and one table inside a zip archive; nothing goes to the disk."""

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from ..errors import ConfigError, UnreadableInputError
from ._limits import check_unpacked, inflated

__all__ = ["check_workbook", "members", "unpacked"]

TEXT = (".csv", ".tsv", ".tab", ".txt", ".psv", ".json", ".jsonl", ".ndjson", ".geojson")
TABLES = (".csv", ".tsv", ".tab", ".psv", ".json", ".jsonl", ".ndjson", ".geojson")
_STREAMS: dict[bytes, tuple[str, Callable[[io.BytesIO], Any]]] = {
    b"\x1f\x8b": ("gzip", gzip.open),
    b"BZh": ("bzip2", bz2.open),
    b"\xfd7zXZ\x00": ("xz", lzma.open),
}
_DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    lzma.LZMAError,
    zlib.error,
    zipfile.BadZipFile,
    RuntimeError,
)
_MOST_MEMBERS = 10_000


def unpacked(name: str, data: bytes, member: str | None = None) -> tuple[bytes, str]:
    """The bytes inside and how they were packed, ``""`` where they were not.

    member : the file to take out of a zip archive that holds several.
    Raises `UnreadableInputError`, and `ConfigError` for a member that is not there.
    """
    try:
        for magic, (how, stream) in _STREAMS.items():
            if data.startswith(magic):
                with stream(io.BytesIO(data)) as opened:
                    return inflated(name, len(data), opened.read), f"unpacked from {how}"
        if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return _unzipped(name, data, member)
    except (UnreadableInputError, ConfigError):
        raise
    except _DAMAGE as error:
        raise UnreadableInputError(name, f"the compressed file is damaged ({_why(error)})") from None
    return data, ""


def members(name: str, data: bytes) -> list[str]:
    """The files in a zip archive, without folders and what operating systems add."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        listed = archive.infolist()
    if len(listed) > _MOST_MEMBERS:
        raise UnreadableInputError(name, f"the archive holds {len(listed):,d} files; unpack one")
    inside = [info.filename for info in listed if info.filename and not info.is_dir()]
    return [path for path in inside if not path.startswith("__MACOSX/") and _last(path) != ".DS_Store"]


def check_workbook(name: str, data: bytes) -> None:
    """Raise `UnreadableInputError` for a workbook that would swell, or that defines entities of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            infos = book.infolist()
            check_unpacked(name, len(data), sum(info.file_size for info in infos))
            for info in infos:
                if info.filename.lower().endswith((".xml", ".rels")):
                    with book.open(info) as part:
                        head = part.read(4096).replace(b"\0", b"").upper()
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise UnreadableInputError(
                            name, "it declares XML entities, as no Excel workbook does"
                        )
    except _DAMAGE as error:
        if isinstance(error, UnreadableInputError):
            raise
        raise UnreadableInputError(name, f"it is not an Excel workbook ({_why(error)})") from None


def _unzipped(name: str, data: bytes, member: str | None) -> tuple[bytes, str]:
    inside = members(name, data)
    if any(path.startswith("xl/") for path in inside):
        raise UnreadableInputError(name, "it is an Excel workbook; name it .xlsx or say format='excel'")
    chosen = _chosen(name, inside, member)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(chosen)
        check_unpacked(name, len(data), info.file_size)
        with archive.open(info) as opened:
            content = inflated(name, len(data), opened.read)
    rest = [path for path in inside if path != chosen]
    shown = ", ".join(map(repr, rest[:5])) + (f" and {len(rest) - 5} more" if len(rest) > 5 else "")
    return content, f"unpacked {chosen!r} from zip" + (f"; not read: {shown}" if rest else "")


def _chosen(name: str, inside: list[str], member: str | None) -> str:
    """The member asked for, or the only one that can be a table."""
    if member is not None:
        named = [path for path in inside if member in (path, _last(path))]
        if len(named) != 1:
            raise ConfigError(
                f"{name} has no file {member!r}", table="incidents", key="table", value=member, valid=inside
            )
        return named[0]
    if len(inside) == 1:
        return inside[0]
    for endings in (TABLES, TEXT):
        tables = [path for path in inside if path.lower().endswith(endings)]
        if len(tables) == 1:
            return tables[0]
        if tables:
            break
    listed = ", ".join(inside[:5])
    what = f"the archive holds {len(inside)} files ({listed}); name one with table="
    raise UnreadableInputError(name, what if inside else "there is nothing in the archive")


def _last(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).name


def _why(error: Exception) -> str:
    text = " ".join(str(getattr(error, "strerror", None) or error).split())[:200].rstrip(". ")
    return text or type(error).__name__
