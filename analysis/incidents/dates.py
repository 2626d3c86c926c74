"""What a cell says about time: a day, a moment, a zone, a whole month; never more than it says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import ConfigError

__all__ = ["PROBLEMS", "Moments", "one_clock", "parse_dates"]

PROBLEMS = ("", "not a date", "no such day", "impossible year")
NOT_A_DATE, NO_SUCH_DAY, IMPOSSIBLE_YEAR = 1, 2, 3
FIRST_YEAR, LAST_YEAR = 1900, 2199
_MINORITY = 0.05  # share of cells that may contradict the day-month order of their column

_TIME = (
    r"(?:(?:T|,? +)(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,]\d+)?)?(?: ?(?P<ap>[AaPp][Mm]))?"
    r"(?: ?(?P<z>Z|z|UTC|GMT|[+\-−]\d{1,2}(?::?\d{2})?))?)?$"
)
_YMD = r"^(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})" + _TIME
_XYY = r"^(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})[-/.](?P<y>\d{4}|\d{2})(?: ?[гр]\.?)?" + _TIME
_DAY_NAME = (
    r"^(?P<d>\d{1,2})(?:st|nd|rd|th)?[ \-.](?P<n>\p{L}{3,})\.?,?[ \-](?P<y>\d{4})(?: ?[гр]\.?)?" + _TIME
)
_NAME_DAY = r"^(?P<n>\p{L}{3,})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4})" + _TIME
_COMPACT = r"^(?P<y>(?:19|20|21)\d{2})(?P<m>\d{2})(?P<d>\d{2})" + _TIME
_RANGE = (
    r"^(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2}) ?(?:/|\.\.|–|—| - | to ) ?"
    r"(?P<y2>\d{4})-(?P<m2>\d{2})-(?P<d2>\d{2})$"
)
_MONTH = r"^(?P<y>\d{4})(?:-(?P<m>\d{2}))?$"
_SERIAL = r"^(?P<serial>\d{5}(?:\.\d+)?)$"
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan янв січ", "feb фев лют", "mar мар бер", "apr апр кві", "may май мая тра", "jun июн чер",
         "jul июл лип", "aug авг сер", "sep сен вер", "oct окт жов", "nov ноя лис", "dec дек гру"), start=1,
    )
    for name in names.split()
}  # fmt: skip
_NAT = np.datetime64("NaT", "s")
_EXCEL_DAY_ZERO = np.datetime64("1899-12-30", "s")


@dataclass(frozen=True, kw_only=True, eq=False)
class Moments:
    """One entry per value.

    start : local time [datetime64 s], midnight where only the day is known; NaT where nothing is.
    timed : True where a clock time is stated.
    last : last day of a value that names several (a month, a range); NaT otherwise.
    midnight : True for a stated 00:00 that was taken for a day, as the column has no other time.
    zoned : True where the value carried a zone.
    problem : position in `PROBLEMS`.
    notes : sentences for the ingest report.
    """

    start: npt.NDArray[np.datetime64]
    timed: npt.NDArray[np.bool_]
    last: npt.NDArray[np.datetime64]
    midnight: npt.NDArray[np.bool_]
    zoned: npt.NDArray[np.bool_]
    problem: npt.NDArray[np.int8]
    notes: tuple[str, ...] = ()


def parse_dates(
    values: Sequence[str], *, column: str, date_order: str | None = None, timezone: str | None = None
) -> Moments:
    """Moments of distinct texts; an empty text is no problem and no moment.

    date_order : "dmy" or "mdy" for days written with figures only; None = decided from the whole column
        (day.month.year with points is always day first).
    timezone : values with a zone are brought to it; None = their own wall clock. Without one they are local.
    Raises `ConfigError` when the order cannot be decided.
    """
    state = _State(len(values))
    texts = pd.Series(list(values), dtype="str").str.replace("\u00a0", " ").str.strip()
    texts = texts.str.replace(r"[~?%]+$", "", regex=True)
    todo = np.flatnonzero((texts != "").to_numpy(dtype=bool))
    for pattern in (_YMD, _XYY, _DAY_NAME, _NAME_DAY, _COMPACT, _SERIAL, _RANGE, _MONTH):
        if not len(todo):
            break
        parts = _extracted(texts.iloc[todo], pattern)
        hit = parts["hit"]
        if hit.any():
            at = todo[hit]
            _settle(state, at, {k: v[hit] for k, v in parts.items()}, texts.iloc[at], column, date_order)
            todo = todo[~hit]
    state.problem[todo] = NOT_A_DATE
    return state.done(timezone)


def one_clock(start: Moments | None, end: Moments | None) -> tuple[Moments | None, Moments | None]:
    """Both ends of a window: where one column has clock times, 00:00 in the other is a time as well."""
    if start is None or end is None or start.timed.any() == end.timed.any():
        return start, end
    return _with_midnights(start), _with_midnights(end)


def _with_midnights(moments: Moments) -> Moments:
    none = np.zeros_like(moments.midnight)
    return replace(moments, timed=moments.timed | moments.midnight, midnight=none)


class _State:
    def __init__(self, size: int) -> None:
        self.start = np.full(size, _NAT)
        self.last = np.full(size, _NAT)
        self.timed = np.zeros(size, dtype=bool)
        self.offset = np.full(size, np.nan)  # minutes east of UTC
        self.problem = np.zeros(size, dtype=np.int8)
        self.notes: list[str] = []

    def done(self, timezone: str | None) -> Moments:
        zoned = ~np.isnan(self.offset)
        start = self.start.copy()
        if timezone and zoned.any():
            east = self.offset[zoned].astype(np.int64).astype("timedelta64[m]")
            start[zoned] = to_zone(start[zoned] - east, timezone)
        naive = self.timed & ~zoned
        clocked = bool((start[naive] != start[naive].astype("datetime64[D]")).any())
        midnight = np.zeros_like(naive) if clocked else naive  # a column of days exported as 00:00:00
        return Moments(
            start=start, timed=self.timed & ~midnight, midnight=midnight, last=self.last, zoned=zoned,
            problem=self.problem,
            notes=tuple(self.notes),
        )  # fmt: skip


def to_zone(utc: npt.NDArray[np.datetime64], timezone: str) -> npt.NDArray[np.datetime64]:
    """Local wall-clock times of moments in UTC."""
    local = pd.DatetimeIndex(utc).tz_localize("UTC").tz_convert(timezone).tz_localize(None)
    return local.to_numpy().astype("datetime64[s]")


def _extracted(texts: "pd.Series[str]", pattern: str) -> dict[str, npt.NDArray[Any]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.extract_regex(pa.array(texts, type=pa.large_string()), pattern=pattern)
    out: dict[str, npt.NDArray[Any]] = {"hit": np.asarray(found.is_valid())}
    for field in found.type:
        out[field.name] = np.asarray(found.field(field.name).to_pylist(), dtype=object)
    return out


def _ints(parts: dict[str, npt.NDArray[Any]], name: str, default: int) -> npt.NDArray[np.int64]:
    given = parts.get(name)
    if given is None:
        return np.full(len(parts["hit"]), default, dtype=np.int64)
    return np.where(given == "", default, given).astype(np.int64)


def _settle(
    state: _State,
    at: npt.NDArray[np.intp],
    parts: dict[str, npt.NDArray[Any]],
    texts: "pd.Series[str]",
    column: str,
    order: str | None,
) -> None:
    if "serial" in parts:
        _settle_serials(state, at, parts["serial"], column)
        return
    year, month, day = _ints(parts, "y", 1), _ints(parts, "m", 1), _ints(parts, "d", 1)
    if "a" in parts:
        day, month = _day_and_month(parts, texts, column, order)
        short = np.array([len(text) == 2 for text in parts["y"]])
        year = np.where(short, np.where(year <= 68, 2000 + year, 1900 + year), year)
        if short.any():
            state.notes.append(f"{column} has years of two figures; 00 to 68 are taken as 2000 to 2068.")
    if "n" in parts:
        month = np.array([_MONTHS.get(name[:3].lower(), 0) for name in parts["n"]], dtype=np.int64)
    stamp, problem = _composed(year, month, day)
    if "H" in parts:
        stamp, problem = _with_time(state, at, parts, stamp, problem)
    if "y2" in parts:
        last, bad = _composed(_ints(parts, "y2", 1), _ints(parts, "m2", 1), _ints(parts, "d2", 1))
        state.last[at], problem = last, np.maximum(problem, bad)
        problem[(problem == 0) & (last < stamp)] = NOT_A_DATE
    elif "d" not in parts and "a" not in parts:  # a month or a year
        whole = np.where(parts["m"] == "", 12, 1).astype("timedelta64[M]")
        last = (stamp.astype("datetime64[M]") + whole).astype("datetime64[D]") - np.timedelta64(1, "D")
        state.last[at] = last.astype("datetime64[s]")
    bad_rows = at[problem > 0]
    state.start[at], state.problem[at] = stamp, problem
    state.start[bad_rows] = state.last[bad_rows] = _NAT
    state.timed[bad_rows], state.offset[bad_rows] = False, np.nan


def _settle_serials(state: _State, at: npt.NDArray[np.intp], given: npt.NDArray[Any], column: str) -> None:
    serial = given.astype(float)
    seconds = np.round(serial * 86400).astype(np.int64).astype("timedelta64[s]")
    state.start[at] = _EXCEL_DAY_ZERO + seconds
    state.timed[at] = serial % 1 > 0
    state.notes.append(f"{column} has day numbers of a spreadsheet; they are read as Excel counts days.")


def _composed(
    year: npt.NDArray[np.int64], month: npt.NDArray[np.int64], day: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.int8]]:
    months = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    first = months.astype("datetime64[D]")
    length = ((months + 1).astype("datetime64[D]") - first).astype(np.int64)
    problem = np.where((month < 1) | (month > 12) | (day < 1) | (day > length), NO_SUCH_DAY, 0).astype(
        np.int8
    )
    problem[(problem == 0) & ((year < FIRST_YEAR) | (year > LAST_YEAR))] = IMPOSSIBLE_YEAR
    stamp = (first + (day - 1).astype("timedelta64[D]")).astype("datetime64[s]")
    return stamp, problem


def _with_time(
    state: _State,
    at: npt.NDArray[np.intp],
    parts: dict[str, npt.NDArray[Any]],
    stamp: npt.NDArray[np.datetime64],
    problem: npt.NDArray[np.int8],
) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.int8]]:
    hour, minute, second = _ints(parts, "H", 0), _ints(parts, "M", 0), _ints(parts, "S", 0)
    half = np.array([text.lower() for text in parts["ap"]], dtype=object)
    bad = (minute > 59) | (second > 60) | (hour > 24) | ((hour == 24) & (minute + second > 0))
    bad |= (half != "") & ((hour > 12) | (hour == 0))
    hour = np.where((half == "am") & (hour == 12), 0, np.where((half == "pm") & (hour < 12), hour + 12, hour))
    seconds = (hour * 3600 + minute * 60 + np.minimum(second, 59)).astype("timedelta64[s]")
    offset = {text: _minutes(text) for text in set(parts["z"])}
    east = np.array([offset[text] for text in parts["z"]], dtype=float)
    bad |= np.abs(np.nan_to_num(east)) > 14 * 60
    problem = np.where((problem == 0) & bad, NOT_A_DATE, problem).astype(np.int8)
    state.timed[at], state.offset[at] = parts["H"] != "", east
    return stamp + seconds, problem


def _minutes(zone: str) -> float:
    if not zone:
        return float("nan")
    if zone[0] not in "+-−":
        return 0.0
    figures = zone[1:].replace(":", "")
    hours, minutes = (figures[:-2], figures[-2:]) if len(figures) > 2 else (figures, "0")
    return (1 if zone[0] == "+" else -1) * (60.0 * int(hours) + int(minutes))


def _day_and_month(
    parts: dict[str, npt.NDArray[Any]], texts: "pd.Series[str]", column: str, order: str | None
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    a, b, points = _ints(parts, "a", 1), _ints(parts, "b", 1), parts["s"] == "."
    if order is None:
        votes_dmy = int(((a > 12) & (b <= 12)).sum())
        votes_mdy = int(((b > 12) & (a <= 12) & ~points).sum())
        undecided = ~points & (a <= 12) & (b <= 12) & (a != b)
        if votes_dmy and votes_mdy and min(votes_dmy, votes_mdy) > _MINORITY * (votes_dmy + votes_mdy):
            raise _order_error(column, "has days written both day first and month first")
        if not votes_dmy and not votes_mdy and undecided.any():
            shown = texts.iloc[int(np.flatnonzero(undecided)[0])]
            raise _order_error(column, f"has {shown!r}, which may be day first or month first")
        order = "mdy" if votes_mdy > votes_dmy else "dmy"
    first = points | (order == "dmy")
    return np.where(first, a, b), np.where(first, b, a)


def _order_error(column: str, what: str) -> ConfigError:
    return ConfigError(
        f"the column {column!r} {what}; declare date_order as 'dmy' or 'mdy'",
        table="incidents",
        key="date_order",
    )
