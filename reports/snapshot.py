"""The snapshot of an edition: its rows as Parquet, to compare, trace and rebuild from."""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SNAPSHOT", "snapshot_bytes"]

SNAPSHOT = "incidents.parquet"


def snapshot_bytes(table: "pd.DataFrame") -> bytes:
    """The rows as a Parquet file; columns that mix kinds of values are kept as text."""
    import pyarrow

    buffer = io.BytesIO()
    try:
        table.to_parquet(buffer, index=False)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, pyarrow.ArrowNotImplementedError):
        mixed = table.select_dtypes(object).columns
        text = {name: table[name].map(str, na_action="ignore").astype("string") for name in mixed}
        buffer = io.BytesIO()
        table.assign(**text).to_parquet(buffer, index=False)
    return buffer.getvalue()
