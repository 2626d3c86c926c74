"""What a cell says about time: a day, a moment, a zone, a whole month; never more than it says."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .dateparts import (
    IMPOSSIBLE_YEAR,
    LAST_YEAR,
    NOT_A_DATE,
    Parts,
    clock,
    composed,
    day_and_month,
    figures,
    ints,
)  # fmt: skip
from .edtf import MARKS, is_season, read_span
from .traits import Traits

__all__ = [
    "MENDS",
    "PROBLEMS",
    "UNKNOWN_ZONE",
    "Moments",
    "month_number",
    "one_clock",
    "parse_dates",
    "to_zone",
]

PROBLEMS = (
    "",
    "not a date",
    "no such day",
    "impossible year",
    "a season, which names no days",
    "no time zone",
)
SEASON, UNKNOWN_ZONE = 4, 5
_MEND = "write it as 2025-07-21 or 2025-07-21 18:00"
MENDS = ("", _MEND, _MEND, _MEND, "write its first and last day, 2025-06-01/2025-08-31",
         "write the zone as Europe/Kyiv or +03:00")  # fmt: skip
FIRST_YEAR = 1900

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
_DECIMAL = r"^(?P<decimal>[12]\d{3}\.\d+)$"
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
_DAY_ZERO = {1900: np.datetime64("1899-12-30", "s"), 1904: np.datetime64("1904-01-01", "s")}


@dataclass(frozen=True, kw_only=True, eq=False)
class Moments:
    """One entry per value.

    start : local time [datetime64 s], midnight where only the day is known; NaT where nothing is.
    timed : True where a clock time is stated.
    last : last day of a value that names several (a month, a range); NaT otherwise.
    midnight : True for a stated 00:00 that was taken for a day, as the column has no other time.
    zoned : True where the value carried a zone.
    unbounded : True for a range left open on one side; ``start`` or ``last`` is the side that is known.
    unsure : True where the value is marked as uncertain or approximate.
    moved : True where bringing the value to the table's zone changed its day.
    problem : position in `PROBLEMS`.
    notes : sentences for the ingest report.
    traits : what the values show of their column.
    """

    start: npt.NDArray[np.datetime64]
    timed: npt.NDArray[np.bool_]
    last: npt.NDArray[np.datetime64]
    midnight: npt.NDArray[np.bool_]
    zoned: npt.NDArray[np.bool_]
    unbounded: npt.NDArray[np.bool_]
    unsure: npt.NDArray[np.bool_]
    moved: npt.NDArray[np.bool_]
    problem: npt.NDArray[np.int8]
    notes: tuple[str, ...] = ()
    traits: Traits = field(default_factory=Traits)


def parse_dates(
    values: Sequence[str],
    *,
    column: str,
    date_order: str | None = None,
    timezone: str | None = None,
    first_year: int = FIRST_YEAR,
    serial_year: int = 1900,
    whole: Traits | None = None,
) -> Moments:
    """Moments of distinct texts; an empty text is no problem and no moment.

    date_order : "dmy" or "mdy" for days written with figures only; None = decided from the whole column
        (day.month.year with points is always day first).
    timezone : values with a zone are brought to it; None = their own wall clock. Without one they are local.
    first_year : an earlier one is taken for a misprint.
    serial_year : 1900 or 1904, in which a spreadsheet's day numbers begin.
    whole : the traits of the whole column, where the values are only part of it.
    Raises `ConfigError` when the order cannot be decided.
    """
    state = _State(len(values), first_year, serial_year, whole)
    texts = pd.Series(list(values), dtype="str").str.replace("\u00a0", " ").str.strip()
    state.unsure = texts.str.contains(f"[{MARKS}]").to_numpy(dtype=bool)
    texts = texts.str.replace(rf"[{MARKS}]+$", "", regex=True)
    todo = np.flatnonzero((texts != "").to_numpy(dtype=bool))
    for pattern in (_YMD, _XYY, _DAY_NAME, _NAME_DAY, _COMPACT, _SERIAL, _RANGE, _DECIMAL, _MONTH):
        if not len(todo):
            break
        parts = _extracted(texts.iloc[todo], pattern)
        hit = parts["hit"]
        if hit.any():
            at = todo[hit]
            _settle(state, at, {k: v[hit] for k, v in parts.items()}, texts.iloc[at], column, date_order)
            todo = todo[~hit]
    _settle_spans(state, todo, texts.iloc[todo])
    state.unsure = state.unsure & (state.problem == 0)
    return state.done(timezone)


def one_clock(
    start: Moments | None, end: Moments | None, columns: tuple[Traits, Traits] | None = None
) -> tuple[Moments | None, Moments | None]:
    """Both ends of a window: where one column has clock times, 00:00 in the other is a time as well.

    columns : the traits of both whole columns, where the moments are only part of them.
    """
    if start is None or end is None:
        return start, end
    of_start, of_end = columns or (start.traits, end.traits)
    if of_start.timed == of_end.timed:
        return start, end
    return _with_midnights(start), _with_midnights(end)


def _with_midnights(moments: Moments) -> Moments:
    none = np.zeros_like(moments.midnight)
    return replace(moments, timed=moments.timed | moments.midnight, midnight=none)


def month_number(name: str) -> int:
    """1 to 12 for a month's name in English, Russian or Ukrainian; 0 where it is none."""
    return _MONTHS.get(name[:3].lower(), 0)


class _State:
    def __init__(self, size: int, first_year: int, serial_year: int, whole: Traits | None) -> None:
        self.first_year, self.serial_year = first_year, serial_year
        self.whole, self.traits = whole, Traits()
        self.start = np.full(size, _NAT)
        self.last = np.full(size, _NAT)
        self.timed = np.zeros(size, dtype=bool)
        self.unbounded = np.zeros(size, dtype=bool)
        self.unsure = np.zeros(size, dtype=bool)
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
        ticking = bool((start[naive] != start[naive].astype("datetime64[D]")).any())
        traits = replace(self.traits, clock=ticking, zoned=bool(zoned.any()))
        # a column of days exported as 00:00:00
        midnight = np.zeros_like(naive) if (self.whole or traits).clock else naive
        return Moments(
            start=start, timed=self.timed & ~midnight, midnight=midnight, last=self.last, zoned=zoned,
            unbounded=self.unbounded, unsure=self.unsure, problem=self.problem, notes=tuple(self.notes),
            moved=zoned & (start.astype("datetime64[D]") != self.start.astype("datetime64[D]")),
            traits=traits,
        )  # fmt: skip


def to_zone(utc: npt.NDArray[np.datetime64], timezone: str) -> npt.NDArray[np.datetime64]:
    """Local wall-clock times of moments in UTC."""
    local = pd.DatetimeIndex(utc).tz_localize("UTC").tz_convert(timezone).tz_localize(None)
    return local.to_numpy().astype("datetime64[s]")


def _extracted(texts: "pd.Series[str]", pattern: str) -> Parts:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.extract_regex(pa.array(texts, type=pa.large_string()), pattern=pattern)
    out: dict[str, npt.NDArray[Any]] = {"hit": np.asarray(found.is_valid())}
    for part in found.type:
        out[part.name] = np.asarray(found.field(part.name).to_pylist(), dtype=object)
    return out


def _settle(
    state: _State, at: npt.NDArray[np.intp], parts: Parts, texts: "pd.Series[str]", column: str,
    order: str | None,
) -> None:  # fmt: skip
    if "serial" in parts:
        _settle_serials(state, at, parts["serial"], column)
        return
    if "decimal" in parts:
        most = max(len(text.partition(".")[2]) for text in parts["decimal"])
        state.traits |= Traits(decimals=most)
        _settle_decimals(state, at, parts["decimal"], column)
        return
    year, month, day = ints(parts, "y", 1), ints(parts, "m", 1), ints(parts, "d", 1)
    if "a" in parts:
        if order is None:
            seen = figures(parts, texts)
            state.traits |= seen
            order = state.whole.order if state.whole else seen.decided(column)
        day, month = day_and_month(parts, order)
        short = np.array([len(text) == 2 for text in parts["y"]])
        year = np.where(short, np.where(year <= 68, 2000 + year, 1900 + year), year)
        if short.any():
            state.notes.append(f"{column} has years of two figures; 00 to 68 are taken as 2000 to 2068.")
    if "n" in parts:
        month = np.array([month_number(name) for name in parts["n"]], dtype=np.int64)
    stamp, problem = composed(year, month, day, state.first_year)
    if "H" in parts:
        seconds, east, bad = clock(parts)
        problem[(problem == 0) & bad] = NOT_A_DATE
        stamp, state.timed[at], state.offset[at] = stamp + seconds, parts["H"] != "", east
    if "y2" in parts:
        last, bad_end = composed(
            ints(parts, "y2", 1), ints(parts, "m2", 1), ints(parts, "d2", 1), state.first_year
        )
        state.last[at], problem = last, np.maximum(problem, bad_end)
        problem[(problem == 0) & (last < stamp)] = NOT_A_DATE
    elif "d" not in parts and "a" not in parts:
        state.last[at] = _ends(state, stamp, parts["m"])
        problem[(problem > 0) & (month > 20) & (month < 42)] = SEASON
    bad_rows = at[problem > 0]
    state.start[at], state.problem[at] = stamp, problem
    state.start[bad_rows] = state.last[bad_rows] = _NAT
    state.timed[bad_rows], state.offset[bad_rows] = False, np.nan


def _ends(state: _State, first: npt.NDArray[Any], month: npt.NDArray[Any]) -> npt.NDArray[np.datetime64]:
    """Last day of months and years; among decimal years a whole number is the first of January."""
    whole = np.where(month == "", 12, 1).astype("timedelta64[M]")
    last = (first.astype("datetime64[M]") + whole).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.where((month == "") & (state.whole or state.traits).decimal, _NAT, last.astype("datetime64[s]"))


def _settle_serials(state: _State, at: npt.NDArray[np.intp], given: npt.NDArray[Any], column: str) -> None:
    serial = given.astype(float)
    seconds = np.round(serial * 86400).astype(np.int64).astype("timedelta64[s]")
    state.start[at] = _DAY_ZERO[state.serial_year] + seconds
    state.timed[at] = serial % 1 > 0
    state.notes.append(
        f"{column} has day numbers of a spreadsheet, counted from {state.serial_year}; the other way of "
        "counting (serial_year = 1900 or 1904) gives dates four years and a day apart."
    )


def _settle_decimals(state: _State, at: npt.NDArray[np.intp], given: npt.NDArray[Any], column: str) -> None:
    """1851.2026: the part of the year that has passed."""
    if not (state.whole or state.traits).decimal:
        state.problem[at] = NOT_A_DATE
        return
    value = given.astype(float)
    year = np.floor(value).astype(np.int64)
    first = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    length = ((year - 1969).astype("datetime64[Y]").astype("datetime64[D]") - first).astype(np.int64)
    passed = np.floor((value - year) * length + 1e-6).astype("timedelta64[D]")
    good = (year >= state.first_year) & (year <= LAST_YEAR)
    state.start[at[good]] = (first + passed).astype("datetime64[s]")[good]
    state.problem[at[~good]] = IMPOSSIBLE_YEAR
    state.notes.append(f"{column} has decimal years; their day may be one off.")


def _settle_spans(state: _State, at: npt.NDArray[np.intp], texts: "pd.Series[str]") -> None:
    """What is left over: dates that are meant to be inexact, seasons, and what is no date."""
    for place, text in zip(at.tolist(), texts, strict=True):
        span = read_span(text)
        if span is None:
            state.problem[place] = SEASON if is_season(text) else NOT_A_DATE
            continue
        known = [day for day in span if day is not None]
        if not all(state.first_year <= day.year <= LAST_YEAR for day in known):
            state.problem[place] = IMPOSSIBLE_YEAR
            continue
        state.unbounded[place] = len(known) == 1
        if span.first is not None:
            state.start[place] = np.datetime64(span.first, "s")
        if span.last is not None and span.last != span.first:
            state.last[place] = np.datetime64(span.last, "s")
