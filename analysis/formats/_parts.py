"""Tables that are read in parts, as they may be larger than memory: Parquet files and folders of them."""

import hashlib
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import UnreadableInputError
from ._limits import check_columns, without_long_cells
from ._table import RawTable, unique_names

__all__ = ["ParquetParts"]

_ROWS = 262_144  # of a part: large enough that work per part is small, small enough for the processor's cache


@dataclass(frozen=True, kw_only=True)
class ParquetParts:
    """Parquet files with the same columns, read one after the other.

    name : of the file or folder. files : in the order in which they are read. columns : their headings.
    rows : records in all of them. size : bytes.
    """

    name: str
    files: tuple[Path, ...]
    columns: tuple[str, ...]
    rows: int
    size: int
    format: str = "parquet"
    detected: tuple[str, ...] = ()

    @classmethod
    def of(cls, source: str | os.PathLike[str]) -> "ParquetParts":
        """A Parquet file, or a folder and all Parquet files below it in the order of their paths.

        Raises `UnreadableInputError`.
        """
        path = Path(source)
        files = tuple(sorted(path.rglob("*.parquet"))) if path.is_dir() else (path,)
        if not files:
            raise UnreadableInputError(path.name, "the folder holds no .parquet file")
        opened = [_opened(file) for file in files]
        columns = [tuple(unique_names(_flat(file.schema_arrow).names)) for file in opened]
        for file, names in zip(files, columns, strict=True):
            check_columns(file.name, len(names))
            if names != columns[0]:
                raise UnreadableInputError(path.name, f"{file.name} has other columns than {files[0].name}")
        rows = sum(file.metadata.num_rows for file in opened)
        if not rows:
            raise UnreadableInputError(path.name, "it has no rows")
        detected = (f"{len(files)} files",) if path.is_dir() else ()
        return cls(
            name=path.name, files=files, columns=columns[0], rows=rows, detected=detected,
            size=sum(file.stat().st_size for file in files),
        )  # fmt: skip

    def parts(
        self, *, columns: Collection[str] | None = None, days: Collection[str] = (), rows: int | None = None
    ) -> Iterator[RawTable]:
        """The records, ``rows`` at a time, numbered from 1.

        columns : those that are needed; None = all. days : columns that are only asked for their dates.
        Text comes as categories, so that every value is understood once.
        """
        at = 0
        for table in self.tables(columns=columns, rows=rows):
            yield self.raw(table, at, days)
            at += len(table)

    def tables(self, *, columns: Collection[str] | None = None, rows: int | None = None) -> Iterator[Any]:
        """The same as Arrow tables of one piece each, their texts as dictionaries."""
        for file in self.files:
            yield from _tables(file, columns, rows or _ROWS)

    def raw(self, table: Any, before: int, days: Collection[str] = ()) -> RawTable:
        """One of `tables`, with so many records before it, as a table to be read."""
        frame = _frame(self.name, _with_days(table, days))
        lines = np.arange(before + 1, before + len(frame) + 1, dtype=np.int64)
        found = RawTable(frame=frame, lines=lines, name=self.name, format=self.format, detected=self.detected)
        return without_long_cells(found) if _has_long_cells(frame) else found

    def sha256(self) -> str:
        """Of the bytes of all files, one after the other."""
        digest = hashlib.sha256()
        for file in self.files:
            with open(file, "rb") as opened:
                while piece := opened.read(1 << 20):
                    digest.update(piece)
        return digest.hexdigest()


def _opened(file: Path, **options: Any) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(file, **options)
    except FileNotFoundError:
        raise UnreadableInputError(file, "there is no such file") from None
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableInputError(file.name, f"it is not a Parquet file ({_why(error)})") from None


def _why(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def _flat(schema: Any) -> Any:
    """The columns with records inside a record laid flat by one level."""
    import pyarrow as pa

    if not any(pa.types.is_struct(field.type) for field in schema):
        return schema
    return schema.empty_table().flatten().schema


def _tables(file: Path, columns: Collection[str] | None, rows: int) -> Iterator[Any]:
    import pyarrow as pa

    schema = _opened(file).schema_arrow
    flat = _flat(schema)
    names = unique_names(flat.names)
    plain = flat is schema and names == list(schema.names)
    texts = [f.name for f in schema if pa.types.is_string(f.type) or pa.types.is_large_string(f.type)]
    opened = _opened(file, read_dictionary=texts)
    wanted = [name for name in names if columns is None or name in columns]
    try:
        for batch in opened.iter_batches(rows, columns=wanted if plain else None, use_threads=False):
            table = pa.Table.from_batches([batch])
            yield table if plain else table.flatten().rename_columns(names).select(wanted)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableInputError(file.name, f"it is damaged ({_why(error)})") from None


def _frame(name: str, table: Any) -> Any:
    import pyarrow as pa

    try:
        return table.to_pandas(ignore_metadata=True, split_blocks=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableInputError(name, f"it is damaged ({_why(error)})") from None


def _with_days(table: Any, days: Collection[str]) -> Any:
    """Dates as timestamps, which are read without an object for every row."""
    import pyarrow as pa

    for at, column in enumerate(table.schema):
        if column.name in days and pa.types.is_date(column.type):
            table = table.set_column(at, column.name, table.column(at).cast(pa.timestamp("s")))
    return table


def _has_long_cells(frame: Any) -> bool:
    from ._limits import MOST_CHARACTERS

    for column in frame.columns:
        kind = frame[column].dtype
        if hasattr(kind, "categories"):
            texts = frame[column].cat.categories
            if (
                len(texts)
                and texts.dtype.kind != "i"
                and texts.astype("str").str.len().max() > MOST_CHARACTERS
            ):
                return True
    return False
