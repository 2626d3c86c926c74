"""Bytes and name of a source: a path, bytes, or an open binary file; compressed or not."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ConfigError, UnreadableInputError
from ._archives import unpacked

__all__ = ["COMPRESSED", "Source", "claims", "load"]

COMPRESSED = (".gz", ".zip", ".bz2", ".xz")
_MAGIC = {
    b"PAR1": "a Parquet file; name it .parquet or say format='parquet'",
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls); save it as .xlsx",
    b"%PDF": "a PDF; export the table behind it as CSV",
    b"SQLite format 3": "an SQLite database; name it .sqlite or say format='sql'",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """data : the bytes, unpacked; sha256 and size : of the file as it lies there."""

    name: str
    data: bytes
    sha256: str
    size: int
    detected: tuple[str, ...] = ()


def load(source: Any, *, unpack: bool = False, member: str | None = None) -> Source:
    """The bytes of a path, of ``bytes`` or of an open binary file.

    unpack : undo .gz, .zip, .bz2 and .xz, known by their first bytes. member : the file in a zip archive.
    Raises `UnreadableInputError` for a missing, empty or broken source, `ConfigError` for a member without an
    archive.
    """
    name, data = _bytes_of(source)
    if not data:
        raise UnreadableInputError(name, "it is empty")
    digest, size, notes = hashlib.sha256(data).hexdigest(), len(data), []
    if member is not None and not data.startswith(b"PK\x03\x04"):
        raise ConfigError(f"{name} is no database or zip archive", table="incidents", key="table")
    if unpack:
        data, how = unpacked(name, data, member)
        if how:
            notes.append(how)
            if not data:
                raise UnreadableInputError(name, "there is nothing in the compressed file")
    return Source(name=name, data=data, sha256=digest, size=size, detected=tuple(notes))


def claims(source: Source) -> None:
    """Raise `UnreadableInputError` where text was expected and the bytes are a binary file or a web page."""
    head = source.data[:512]
    for magic, what in _MAGIC.items():
        if head.startswith(magic):
            raise UnreadableInputError(source.name, f"it is {what}")
    if head.startswith(b"PK\x03\x04"):
        raise UnreadableInputError(source.name, "it is an Excel workbook or archive; name it .xlsx or .zip")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise UnreadableInputError(source.name, "it is a web page, not a table; download the file behind it")


def _bytes_of(source: Any) -> tuple[str, bytes]:
    if isinstance(source, (bytes, bytearray)):
        return "bytes", bytes(source)
    if hasattr(source, "read"):
        data = source.read()
        name = Path(str(getattr(source, "name", "stream"))).name
        return name, data.encode() if isinstance(data, str) else bytes(data)
    if not isinstance(source, (str, os.PathLike)):
        raise UnreadableInputError(type(source).__name__, "it is no path, bytes, open file or data frame")
    path = Path(source)
    try:
        return path.name or str(source), path.read_bytes()
    except FileNotFoundError:
        raise UnreadableInputError(source, "there is no such file") from None
    except IsADirectoryError:
        raise UnreadableInputError(source, "it is a folder") from None
    except (OSError, ValueError) as error:
        raise UnreadableInputError(source, _why(error)) from None


def _why(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).rstrip(".") or type(error).__name__
