"""The clocks of a row: its window, the day by the table's zone, the report that came later."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from .dates import Moments
from .days import Days

__all__ = ["HEAP_MINUTES", "clock_figures", "delay_figures", "delays", "heaps", "odd_clocks"]

HEAP_MINUTES = 10  # of a day, among which heaps are looked for
_HEAP_LEAST, _HEAP_TIMES = 20, 10.0  # rows; times the mean of 00:02 to 00:09
_HEAPS = {0: "00:00", 1: "00:01"}
Bools = npt.NDArray[np.bool_]


def delays(table: pd.DataFrame, known: Bools) -> "pd.Series[float] | None":
    """Days from the start of an event to its report, where both are known and in this order.

    table : `Incidents.table`. known : the rows to look at. With clock times on both sides in fractions of a
    day, else in whole days; indexed as the table. None without report dates.
    """
    if "report_date" not in table:
        return None
    report, begin = table["report_date"].to_numpy(), table["date_start"].to_numpy()
    whole = report.astype("datetime64[D]").astype("datetime64[s]") - begin
    timed = table["report_timed"].to_numpy(dtype=bool)
    if "time_start" in table:
        clock = table["time_start"].to_numpy()
        both = timed & ~np.isnat(clock)
        whole = np.where(both, report - np.where(both, clock, begin), whole)
    usable = known & table["included"].to_numpy(dtype=bool) & (table["timing"].cat.codes.to_numpy() != 2)
    usable &= ~np.isnat(whole) & (whole >= np.timedelta64(0, "s"))
    days = whole[usable].astype("timedelta64[s]").astype(float) / 86400.0
    return pd.Series(days, index=table.index[usable], name="delay")


def delay_figures(table: pd.DataFrame) -> Mapping[str, float]:
    """Rows with a delay, its quartiles, 90 and 99 per cent points and maximum [days]; empty without any."""
    found = delays(table, np.ones(len(table), dtype=bool))
    if found is None or not len(found):
        return {}
    at = found.quantile([0.5, 0.75, 0.9, 0.99]).tolist()
    return {
        "rows": float(len(found)), "median": at[0], "p75": at[1], "p90": at[2], "p99": at[3],
        "longest": float(found.max()),
    }  # fmt: skip


def clock_figures(
    start: Moments, end: Moments | None, days: Days, keep: Bools, count: npt.NDArray[np.float64] | None
) -> Mapping[str, float]:
    """Rows with a window of clock times, of these across midnight, and their share of the count; rows whose
    zone puts them on another day than the one that is written. What is not there is left out.

    count : of every row, in the order of ``keep``.
    """
    out: dict[str, float] = {}
    if end is not None:
        windows = start.timed & end.timed & keep
        if windows.any():
            across = windows & days.crosses
            out |= {"windows": float(windows.sum()), "across_midnight": float(across.sum())}
            if count is not None and np.nansum(count[windows]) > 0:
                out["across_midnight_count_share"] = float(
                    np.nansum(count[across]) / np.nansum(count[windows])
                )
    moved = start.moved & keep
    if moved.any():
        out["other_day_by_zone"] = float(moved.sum())
    return out


def odd_clocks(moments: Mapping[str, Moments | None], start: Moments, days: Days) -> dict[str, Bools]:
    """What is odd about the dates of rows -> which rows."""
    out: dict[str, Bools] = {}
    for moment in (moments["date_start"], moments["date_end"]):
        if moment is not None:
            for what, rows in (
                ("a date marked as uncertain or approximate", moment.unsure & ~np.isnat(moment.start)),
                ("a range of days that is left open on one side", moment.unbounded),
            ):
                out[what] = rows | out.get(what, False)
    report = moments["report_date"]
    if report is not None:
        early: Bools = report.start.astype("datetime64[D]") < days.first
        both = start.timed & report.timed
        out["reported before it began"] = early | (both & (report.start < start.start))
    return out | _heaped(start)


def _heaped(start: Moments) -> dict[str, Bools]:
    """Rows that start at a minute of the day far more often than at those next to it."""
    if not start.timed.any():
        return {}
    every = bool(start.timed.all())
    stamps = start.start if every else start.start[start.timed]
    left = stamps.view(np.int64) % 86_400
    early = np.flatnonzero(left < 60 * HEAP_MINUTES)
    minute = left[early] // 60
    out: dict[str, Bools] = {}
    for at, what in _heap_names(np.bincount(minute, minlength=HEAP_MINUTES)).items():
        rows = early[minute == at]
        out[what] = np.zeros(len(start.start), dtype=bool)
        out[what][rows if every else np.flatnonzero(start.timed)[rows]] = True
    return out


def heaps(rows: npt.NDArray[np.int64]) -> dict[str, int]:
    """What is odd -> rows, of the rows that start at each of the first minutes of the day."""
    return {what: int(rows[at]) for at, what in _heap_names(rows).items()}


def _heap_names(rows: npt.NDArray[np.int64]) -> dict[int, str]:
    usual = max(rows[2:].mean(), 1.0)
    return {
        at: f"starts at {text}, perhaps in place of a time that is not known"
        for at, text in _HEAPS.items() if rows[at] >= _HEAP_LEAST and rows[at] > _HEAP_TIMES * usual
    }  # fmt: skip
