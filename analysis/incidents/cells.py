"""Columns as codes into their distinct values, so that every value is understood once."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["BLANKS", "Distinct", "coalesced", "distinct", "is_blank"]

# texts that say that nothing is said; "NA" only where no region is called so
BLANKS = frozenset(
    {"", "null", "none", "nan", "nat", "n/a", "na", "#n/a", "<na>", "unknown", "missing", "not stated", "-",
     "–", "—", "?", "неизвестно", "не указано", "не указан", "невідомо", "не вказано", "немає даних",
     "нет данных"}
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Distinct:
    """codes : per row, the position in ``values``; -1 where the cell is empty. values : stripped texts."""

    codes: npt.NDArray[np.intp]
    values: list[str]

    def spread(self, per_value: Any, missing: Any) -> npt.NDArray[Any]:
        """One entry per row from one entry per distinct value."""
        table = np.append(np.asarray(per_value), np.asarray([missing], dtype=np.asarray(per_value).dtype))
        return table[self.codes]


def is_blank(text: str) -> bool:
    """True for the texts that stand for "not stated"."""
    return text.casefold() in BLANKS


def as_text(value: Any) -> str:
    """A cell as text: whole numbers without ``.0``, dates in ISO 8601, nothing for missing."""
    if isinstance(value, str):
        text: str = value
        if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
            text = text.encode("utf-8", "replace").decode()  # halves of characters cannot be stored
        return text.strip()
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, (float, np.floating)):
        if math.isnan(value):
            return ""
        return str(int(value)) if math.isfinite(value) and value == int(value) else repr(float(value))
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip()
    return str(value).strip()


def distinct(series: "pd.Series[Any]") -> Distinct:
    """Codes and texts of a column of any type."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        return _of_categories(series.cat)
    try:
        codes, uniques = pd.factorize(series)
    except TypeError:  # cells that cannot be hashed
        codes, uniques = pd.factorize(series.map(as_text))
    values = [as_text(value) for value in uniques]
    if "" in values:
        codes = np.where(np.append(np.array([not value for value in values]), True)[codes], -1, codes)
    return Distinct(codes=np.asarray(codes, dtype=np.intp), values=values)


def _of_categories(cells: Any) -> Distinct:
    """The categories that occur, in the order in which they first do."""
    codes, size = cells.codes.to_numpy(), len(cells.categories)
    first = np.full(size + 1, len(codes), dtype=np.intp)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)  # of several places the first is written last
    used = np.flatnonzero(first[:size] < len(codes))
    used = used[np.argsort(first[used])]
    values = [as_text(value) for value in cells.categories[used]]
    place = np.full(size + 1, -1, dtype=np.intp)
    place[used] = [i if value else -1 for i, value in enumerate(values)]
    return Distinct(codes=place[codes], values=values)


def coalesced(frame: pd.DataFrame, columns: Sequence[str]) -> "pd.Series[Any]":
    """The first cell of ``columns`` that is not empty, row by row."""
    first = frame[columns[0]]
    if len(columns) == 1:
        return first
    out = _texts(first)
    for column in columns[1:]:
        out = np.where(out == "", _texts(frame[column]), out)
    return pd.Series(out, index=frame.index, dtype=object)


def _texts(cells: "pd.Series[Any]") -> npt.NDArray[np.object_]:
    found = distinct(cells)
    return found.spread(np.array([*found.values, ""], dtype=object)[:-1], "")
