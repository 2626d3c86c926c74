"""Year, month, day, hour and zone of texts that a pattern has cut into parts, checked and put together."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .traits import Traits

__all__ = [
    "IMPOSSIBLE_YEAR",
    "NOT_A_DATE",
    "NO_SUCH_DAY",
    "Parts",
    "clock",
    "composed",
    "day_and_month",
    "figures",
    "ints",
]

NOT_A_DATE, NO_SUCH_DAY, IMPOSSIBLE_YEAR = 1, 2, 3
LAST_YEAR = 2199

Parts = dict[str, npt.NDArray[Any]]
Ints = npt.NDArray[np.int64]
Stamps = npt.NDArray[np.datetime64]
Problems = npt.NDArray[np.int8]


def ints(parts: Parts, name: str, default: int) -> Ints:
    """A part as whole numbers, ``default`` where it is empty."""
    given = parts.get(name)
    if given is None:
        return np.full(len(parts["hit"]), default, dtype=np.int64)
    return np.where(given == "", default, given).astype(np.int64)


def composed(year: Ints, month: Ints, day: Ints, first_year: int) -> tuple[Stamps, Problems]:
    """Midnights of days, and what is wrong with those that do not exist."""
    months = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    first = months.astype("datetime64[D]")
    length = ((months + 1).astype("datetime64[D]") - first).astype(np.int64)
    wrong = (month < 1) | (month > 12) | (day < 1) | (day > length)
    problem = np.where(wrong, NO_SUCH_DAY, 0).astype(np.int8)
    problem[(problem == 0) & ((year < first_year) | (year > LAST_YEAR))] = IMPOSSIBLE_YEAR
    stamp = (first + (day - 1).astype("timedelta64[D]")).astype("datetime64[s]")
    return stamp, problem


def clock(
    parts: Parts,
) -> tuple[npt.NDArray[np.timedelta64], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Time since midnight, minutes east of UTC (NaN without a zone), and where that is no time."""
    hour, minute, second = ints(parts, "H", 0), ints(parts, "M", 0), ints(parts, "S", 0)
    half = np.array([text.lower() for text in parts["ap"]], dtype=object)
    bad = (minute > 59) | (second > 60) | (hour > 24) | ((hour == 24) & (minute + second > 0))
    bad |= (half != "") & ((hour > 12) | (hour == 0))
    hour = np.where((half == "am") & (hour == 12), 0, np.where((half == "pm") & (hour < 12), hour + 12, hour))
    seconds = (hour * 3600 + minute * 60 + np.minimum(second, 59)).astype("timedelta64[s]")
    offset = {text: minutes_east(text) for text in set(parts["z"])}
    east = np.array([offset[text] for text in parts["z"]], dtype=float)
    return seconds, east, bad | (np.abs(np.nan_to_num(east)) > 14 * 60)


def minutes_east(zone: str) -> float:
    """Minutes east of UTC of ``Z``, ``+03``, ``+03:00``, ``-0330``; NaN for nothing."""
    if not zone:
        return float("nan")
    if zone[0] not in "+-−":
        return 0.0
    figures = zone[1:].replace(":", "")
    hours, minutes = (figures[:-2], figures[-2:]) if len(figures) > 2 else (figures, "0")
    return (1 if zone[0] == "+" else -1) * (60.0 * int(hours) + int(minutes))


def figures(parts: Parts, texts: "pd.Series[str]") -> Traits:
    """What days written with figures only show of the order in which their column writes them."""
    a, b, points = ints(parts, "a", 1), ints(parts, "b", 1), parts["s"] == "."
    undecided = np.flatnonzero(~points & (a <= 12) & (b <= 12) & (a != b))
    found = np.unique(np.column_stack([a, b, ints(parts, "y", 1), points]), axis=0)
    return Traits(
        figures=frozenset((int(i), int(j), int(y), bool(p)) for i, j, y, p in found),
        shown=str(texts.iloc[undecided[0]]) if len(undecided) else "",
    )  # fmt: skip


def day_and_month(parts: Parts, order: str) -> tuple[Ints, Ints]:
    """Day and month in this order; day.month.year with points is always day first."""
    a, b = ints(parts, "a", 1), ints(parts, "b", 1)
    first = (parts["s"] == ".") | (order == "dmy")
    return np.where(first, a, b), np.where(first, b, a)
