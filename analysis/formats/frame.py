"""Data frames already in memory: pandas, or polars and others through narwhals."""

from typing import Any

import numpy as np
import pandas as pd

from ..errors import UnreadableInputError
from ._table import RawTable, unique_names

EXTENSIONS = ()
OPTIONS = ()


def read(source: Any) -> RawTable:
    """The frame as it is, without its index; the caller's object is never changed.

    Raises `UnreadableInputError` for anything that is no data frame.
    """
    frame = source if isinstance(source, pd.DataFrame) else _converted(source)
    if not len(frame):
        raise UnreadableInputError("the data frame", "it has no rows")
    frame = frame.reset_index(drop=not _named_index(frame)).copy(deep=False)
    frame.columns = pd.Index([str(column) for column in frame.columns])
    if not frame.columns.is_unique:
        frame.columns = pd.Index(unique_names(list(frame.columns)))
    lines = np.arange(1, len(frame) + 1, dtype=np.int64)
    return RawTable(frame=frame, lines=lines, name="data frame", format="frame")


def _named_index(frame: pd.DataFrame) -> bool:
    names = [name for name in frame.index.names if name is not None]
    return bool(names) and not set(map(str, names)) & set(map(str, frame.columns))


def _converted(source: Any) -> pd.DataFrame:
    import narwhals as nw

    try:
        native = nw.from_native(source)
    except TypeError:
        kind = type(source).__name__
        raise UnreadableInputError(kind, "it is no path, bytes, open file or data frame") from None
    eager = native.collect() if isinstance(native, nw.LazyFrame) else native
    frame: pd.DataFrame = eager.to_pandas()
    return frame
