"""Input formats: one small file each, found by listing this folder.

A format is a module with ``EXTENSIONS`` (lower case, with the dot) and ``read(source, **options)``,
which returns a `RawTable`. To add one is to add its file; there is nothing to register. What publishers'
columns mean is data, one file each in ``presets/``.
"""

import importlib
import os
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import ConfigError, UnreadableInputError
from ._databases import is_url, shown
from ._limits import check_columns
from ._parts import ParquetParts
from ._presets import Preset, hxl_tags, preset_names, recognised
from ._source import COMPRESSED
from ._table import BadLine, RawTable

__all__ = [
    "BadLine", "ParquetParts", "Preset", "RawTable", "formats", "hxl_tags", "is_url", "preset_names",
    "read_table", "recognised", "shown",
]  # fmt: skip


@cache
def formats() -> dict[str, ModuleType]:
    """Name -> module of every format in this folder."""
    names = sorted(item.name for item in pkgutil.iter_modules(__path__) if not item.name.startswith("_"))
    return {name: importlib.import_module(f".{name}", __name__) for name in names}


def read_table(source: Any, *, format: str | None = None, **options: Any) -> RawTable:
    """The table in ``source``: a path, bytes, an open binary file, any data frame, the URL of a database.

    format : name of a reader; None, or a preset, = by the extension (a frame needs none; bytes without a name
        are CSV).
    options : for the reader, e.g. ``sheet`` for Excel; None values are left out.
    Raises `UnreadableInputError` for anything that cannot be read, `ConfigError` for an unknown format.
    """
    if format is not None and format not in (*formats(), *preset_names()):
        valid = (*formats(), *preset_names())
        raise ConfigError(
            f"{format!r} is no format", table="incidents", key="format", value=format, valid=valid
        )
    reader = formats()[format if format in formats() else _format_of(source)]
    given = {key: value for key, value in options.items() if value is not None}
    unknown = sorted(set(given) - set(getattr(reader, "OPTIONS", ())))
    if unknown:
        short = reader.__name__.rpartition(".")[2]
        raise ConfigError(f"the {short} format has no such option", table="incidents", key=unknown[0])
    table: RawTable = reader.read(source, **given)
    if not len(table.frame.columns):
        raise UnreadableInputError(table.name, "it has no columns")
    check_columns(table.name, len(table.frame.columns))
    return table


def _format_of(source: Any) -> str:
    if isinstance(source, (bytes, bytearray)):
        return "csv"
    if is_url(source):
        if source.lower().startswith(("http:", "https:", "ftp:", "s3:", "gs:")):
            raise UnreadableInputError(shown(source), "it is a web address; download the file behind it")
        return "sql"
    named = getattr(source, "name", None) if hasattr(source, "read") else source
    if not isinstance(named, (str, os.PathLike)):
        return "csv" if hasattr(source, "read") else "frame"
    suffixes = [suffix.lower() for suffix in Path(named).suffixes]
    if suffixes and suffixes[-1] in COMPRESSED:
        suffixes = suffixes[:-1] or [".csv"]
    last = suffixes[-1] if suffixes else ""
    for name, module in formats().items():
        if last in module.EXTENSIONS:
            return name
    if not Path(named).exists() and not hasattr(source, "read"):
        raise UnreadableInputError(named, "there is no such file")
    known = ", ".join(sorted(ext for module in formats().values() for ext in module.EXTENSIONS))
    raise UnreadableInputError(
        named, f"the extension {last!r} is not known (known: {known}); say which format it is"
    )
