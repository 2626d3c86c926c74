"""Parquet files, through pyarrow."""

import io
from typing import Any

import numpy as np

from ..errors import UnreadableInputError
from ._source import load
from ._table import RawTable

EXTENSIONS = (".parquet", ".pq")
OPTIONS = ()


def read(source: Any) -> RawTable:
    """All columns with the types the file gives them. Raises `UnreadableInputError`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    opened = load(source)
    try:
        frame = pq.read_table(io.BytesIO(opened.data)).to_pandas(ignore_metadata=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        why = str(error).splitlines()[0].rstrip(".")
        raise UnreadableInputError(opened.name, f"it is not a Parquet file ({why})") from None
    if frame.empty:
        raise UnreadableInputError(opened.name, "it has no rows")
    frame.columns = frame.columns.map(str)
    return RawTable(
        frame=frame, lines=np.arange(1, len(frame) + 1, dtype=np.int64), name=opened.name, format="parquet",
        sha256=opened.sha256, size=opened.size,
    )  # fmt: skip
