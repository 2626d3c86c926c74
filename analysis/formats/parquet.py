"""Parquet files, through pyarrow."""

import io
from typing import Any

import numpy as np

from ..errors import UnreadableInputError
from ._limits import MOST_CELLS, check_columns, without_long_cells
from ._source import load
from ._table import RawTable, unique_names

EXTENSIONS = (".parquet", ".pq")
OPTIONS = ()


def read(source: Any) -> RawTable:
    """All columns with the types the file gives them; records inside a record are laid flat by one level.

    Raises `UnreadableInputError`.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    opened = load(source)
    try:
        file = pq.ParquetFile(io.BytesIO(opened.data))
        _check_size(opened.name, file.metadata)
        table = file.read()
        table.validate(full=True)  # text that is no UTF-8 would only fail where it is used
        if any(pa.types.is_struct(field.type) for field in table.schema):
            table = table.flatten()
        frame = table.rename_columns(unique_names(table.column_names)).to_pandas(ignore_metadata=True)
    except UnreadableInputError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError) as error:
        why = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise UnreadableInputError(opened.name, f"it is not a Parquet file ({why})") from None
    if frame.empty:
        raise UnreadableInputError(opened.name, "it has no rows")
    found = RawTable(
        frame=frame, lines=np.arange(1, len(frame) + 1, dtype=np.int64), name=opened.name, format="parquet",
        sha256=opened.sha256, size=opened.size,
    )  # fmt: skip
    return without_long_cells(found) if _may_hold_long_cells(table) else found


def _check_size(name: str, metadata: Any) -> None:
    check_columns(name, metadata.num_columns)
    if metadata.num_rows * max(1, metadata.num_columns) > MOST_CELLS:
        what = f"it claims {metadata.num_rows:,d} rows of {metadata.num_columns} columns, too many at once"
        raise UnreadableInputError(name, what)


def _may_hold_long_cells(table: Any) -> bool:
    """Whether some text of the table takes more bytes than a cell may."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from ._limits import MOST_CHARACTERS

    for column in table.columns:
        values = column
        if pa.types.is_dictionary(column.type):
            values = pa.chunked_array([chunk.dictionary for chunk in column.chunks], column.type.value_type)
        kind = values.type
        texts = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind)
        if (
            texts
            and values.nbytes > MOST_CHARACTERS
            and (pc.max(pc.binary_length(values)).as_py() or 0) > MOST_CHARACTERS
        ):
            return True
    return False
