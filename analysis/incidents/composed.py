"""Columns that are put together before anything is read: a date in three columns, a place for all rows."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import ConfigError
from .cells import coalesced, distinct, is_blank
from .columns import ColumnMap
from .dates import month_number

__all__ = ["with_calendar_date", "with_place", "with_prefix"]

# 0, 9, 99 and their kin stand for "unknown" in code books; 9 is a real month and a real day
_UNKNOWN = frozenset(
    {"0", "00", "000", "0000", "99", "999", "9999", "-1", "-9", "-99", "-999", "xx", "xxxx", "x"}
)


def with_calendar_date(frame: pd.DataFrame, mapping: ColumnMap) -> tuple[pd.DataFrame, ColumnMap]:
    """The frame with a column of composed dates, and the fields with it; both unchanged without a ``year``.

    An unknown day leaves the month, an unknown month the year, an unknown year no date.
    """
    if "year" not in mapping.fields:
        return frame, mapping
    parts = [name for name in ("year", "month", "day") if name in mapping.fields]
    cells = {
        name: _texts(frame, mapping.fields[name], _month if name == "month" else _figures) for name in parts
    }
    empty = np.full(len(frame), "", dtype=object)
    year, month, day = (cells.get(name, empty) for name in ("year", "month", "day"))
    month = np.where(year == "", "", month)
    day = np.where(month == "", "", day)
    text = year + np.where(month == "", "", "-" + month) + np.where(day == "", "", "-" + day)
    column = ", ".join(mapping.fields[name][0] for name in parts)
    fields = dict(mapping.fields)
    fields["date_start"] = (*fields.get("date_start", ()), column)
    return frame.assign(**{column: pd.Series(text, index=frame.index, dtype="str")}), replace(
        mapping, fields=fields
    )


def with_place(frame: pd.DataFrame, place: str | None) -> tuple[pd.DataFrame, str]:
    """The frame with a column that names one place in every row, and that column's name; "" without one."""
    if place is None:
        return frame, ""
    column = "place"
    while column in frame.columns:
        column += "_"
    return frame.assign(**{column: pd.Series(place, index=frame.index, dtype="str")}), column


def with_prefix(frame: pd.DataFrame, mapping: ColumnMap, size: int | None) -> pd.DataFrame:
    """The frame with only the first ``size`` characters of the cells that name or code the region."""
    if size is None:
        return frame
    if isinstance(size, bool) or size < 1:
        raise ConfigError("must be a number of characters", table="incidents", key="region_prefix")
    cut = {}
    for column in (*mapping.fields.get("region", ()), *mapping.fields.get("region_code", ())):
        cells = distinct(frame[column])
        texts = np.array([*(text[:size] for text in cells.values), ""], dtype=object)[:-1]
        cut[column] = pd.Series(cells.spread(texts, ""), index=frame.index, dtype="str")
    return frame.assign(**cut)


def _texts(
    frame: pd.DataFrame, columns: tuple[str, ...], read: Callable[[str], str]
) -> npt.NDArray[np.object_]:
    cells = distinct(coalesced(frame, columns))
    stated = [value.removesuffix(".0") for value in cells.values]
    texts = ["" if is_blank(value) or value.casefold() in _UNKNOWN else read(value) for value in stated]
    out: npt.NDArray[np.object_] = cells.spread(np.array([*texts, ""], dtype=object)[:-1], "")
    return out


def _figures(text: str) -> str:
    return text.zfill(2) if text.isdecimal() else text


def _month(text: str) -> str:
    number = 0 if text.isdecimal() else month_number(text)
    return f"{number:02d}" if number else _figures(text)
