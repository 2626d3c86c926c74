"""On which days a row counts, and with which share: the day rule.

A row is counted on the days ``first`` to ``last``; ``first_share`` of it on the first, ``last_share`` on the
last, the rest in equal parts on the days between. The shares add up to one, so totals are preserved (aoristic
allocation: Ratcliffe 2000, International Journal of Geographical Information Science 14, 669-679).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from .dates import Moments

__all__ = ["DAY_RULES", "TIMINGS", "DayRule", "Days", "allocate"]

DayRule = Literal["start", "end", "split", "report"]
DAY_RULES: tuple[DayRule, ...] = ("start", "end", "split", "report")
TIMINGS = ("day", "spread", "undated")
DAY, SPREAD, UNDATED = 0, 1, 2
Stamps = npt.NDArray[np.datetime64]
Bools = npt.NDArray[np.bool_]
_ONE_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, kw_only=True, eq=False)
class Days:
    """One entry per row.

    first, last : days [datetime64 D]; NaT where no date is stated, or the range is open on that side.
    first_share, last_share : share of the row on these days (0 to 1).
    timing : position in `TIMINGS`; "undated" rows (no date, open on a side, or wider than the limit) count on
        no day.
    reversed : the window ends before it starts; the row is counted on its first day.
    cut : the window ends on a day after its report; it is cut at the report.
    crosses : the window ends on a later day than it starts, before the rule put it on one.
    """

    first: Stamps
    last: Stamps
    first_share: npt.NDArray[np.float64]
    last_share: npt.NDArray[np.float64]
    timing: npt.NDArray[np.int8]
    reversed: Bools
    cut: Bools
    crosses: Bools


def allocate(
    start: Moments, end: Moments | None, report: Moments | None, *, rule: DayRule, max_days: int
) -> Days:
    """Days and shares of every row.

    rule : where a window with clock times shorter than 24 hours counts: on its "start" day, its "end" day,
        "split" in proportion of time. Longer windows and ranges of whole days are spread in proportion of
        time under each of these. "report" counts every row that has a report date on that day, the
        others as "start" does.
    max_days : rows that may lie on more days than this are undated.
    """
    if end is None and rule != "report" and np.isnat(start.last).all() and not start.unbounded.any():
        return _single(start)
    begin, stop, timed_stop, backwards = _bounds(start, end)
    stop, timed_stop, cut = _cut_at_report(begin, stop, timed_stop, report)
    first = begin.astype("datetime64[D]")
    last = stop.astype("datetime64[D]")
    midnight = timed_stop & (stop == last) & (stop > begin)  # 24:00 belongs to the day that ends
    last = np.where(midnight, last - _ONE_DAY, last)
    crosses: Bools = stop.astype("datetime64[D]") > begin.astype("datetime64[D]")
    short = start.timed & timed_stop & (stop - begin < np.timedelta64(86400, "s"))
    if rule in ("start", "report"):
        last = np.where(short, first, last)
    elif rule == "end":
        first = np.where(short, last, first)
    if rule == "report" and report is not None:
        known = ~np.isnat(report.start) & ~np.isnat(first)
        day = report.start.astype("datetime64[D]")
        first, last = np.where(known, day, first), np.where(known, day, last)
    one = first == last
    # outer ends of the time the row may have happened in
    left = np.where(start.timed, begin, first.astype("datetime64[s]"))
    right = np.where(timed_stop, stop, (last + _ONE_DAY).astype("datetime64[s]"))
    width = (right - left).astype("timedelta64[s]").astype(float)
    head = ((first + _ONE_DAY).astype("datetime64[s]") - left).astype(float)
    tail = (right - last.astype("datetime64[s]")).astype(float)
    width[one | ~(width > 0)] = np.nan
    days = (last - first).astype(float) + 1
    days[np.isnat(first) | np.isnat(last)] = np.nan
    timing = np.where(one, DAY, np.where(days <= max_days, SPREAD, UNDATED)).astype(np.int8)
    return Days(
        first=first, last=last, timing=timing, reversed=backwards, cut=cut, crosses=crosses,
        first_share=np.where(one, 1.0, head / width), last_share=np.where(one, 0.0, tail / width),
    )  # fmt: skip


def _single(start: Moments) -> Days:
    """Rows that name one day each, or none: what `allocate` gives for them, without the sums of windows."""
    day = start.start.astype("datetime64[D]")
    known = ~np.isnat(day)
    none = np.broadcast_to(np.False_, day.shape)
    return Days(
        first=day, last=day, first_share=np.where(known, 1.0, np.nan),
        last_share=np.where(known, 0.0, np.nan), timing=np.where(known, DAY, UNDATED).astype(np.int8),
        reversed=none, cut=none, crosses=none,
    )  # fmt: skip


def _bounds(start: Moments, end: Moments | None) -> tuple[Stamps, Stamps, Bools, Bools]:
    """Start, end, whether the end has a clock time, and whether the window runs backwards."""
    begin = start.start
    own_stop = np.where(np.isnat(start.last) & ~start.unbounded, begin, start.last)
    if end is None:
        return begin, own_stop, start.timed, np.zeros(len(begin), dtype=bool)
    end_value = np.where(np.isnat(end.last), end.start, end.last)
    missing = np.isnat(end_value)
    stop = np.where(missing, own_stop, end_value)
    timed = np.where(missing, start.timed, end.timed)
    begin = np.where(np.isnat(begin) & ~start.unbounded, end.start, begin)  # only the end is stated
    both_timed = start.timed & timed
    backwards = np.where(
        both_timed, stop < begin, stop.astype("datetime64[D]") < begin.astype("datetime64[D]")
    )
    return begin, np.where(backwards, begin, stop), np.where(backwards, start.timed, timed), backwards


def _cut_at_report(
    begin: Stamps, stop: Stamps, timed: Bools, report: Moments | None
) -> tuple[Stamps, Bools, Bools]:
    """Nothing has happened after it was reported; a range without an end ends there."""
    if report is None:
        return stop, timed, np.zeros(len(begin), dtype=bool)
    day = report.start.astype("datetime64[D]")
    cut = (
        ((stop.astype("datetime64[D]") > day) | (np.isnat(stop) & ~np.isnat(day)))
        & (begin.astype("datetime64[D]") <= day)
        & (begin <= report.start)
    )
    return np.where(cut, report.start, stop), np.where(cut, report.timed, timed), cut
