"""What a panel says beside its sums: its window, what is not covered, notes; and what it may be asked for."""

import contextlib
import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .errors import ConfigError, NoUsableRowsError
from .extent import Extent
from .incidents import Incidents
from .numbers import count_text

__all__ = ["before_window", "check_by", "local_moment", "panel_notes", "uncovered", "window"]

_LONGEST = 100_000  # days: more than the years that dates may lie in


def uncovered(sums: dict[str, npt.NDArray[np.float64]], observed: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    """Move what is reported where a region is not covered to the unallocated; says how much it is."""
    if observed.all():
        return ()
    moved = float(sums["counts"][:, :-1][~observed].sum())
    for name in ("low", "high", "counts"):
        kept = np.where(observed, sums[name][:, :-1], 0.0)
        lost = np.where(observed, 0.0, sums[name][:, :-1]).sum(axis=1)
        sums[name] = np.column_stack([kept, sums[name][:, -1] + lost])
    if not moved:
        return ()
    return (f"Reported on days declared as not covered, and counted in the total only: {count_text(moved)}.",)


def check_by(incidents: Incidents, by: str) -> None:
    """Raise `ConfigError` for a column that the table does not have."""
    if by not in incidents.table.columns:
        raise ConfigError(
            f"the table has no column {by!r}",
            table="panel",
            key="by",
            value=by,
            valid=incidents.table.columns,
        )


def local_moment(
    given: Any, key: str, *, end_of_day: bool = False, zone: str | None = None
) -> pd.Timestamp | None:
    """A local moment; one with a zone of its own is brought to ``zone`` first. None for None.

    end_of_day : a date without a clock time means its last second. Raises `ConfigError` for what is no date.
    """
    if given is None:
        return None
    stamp: Any = pd.NaT
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        stamp = pd.Timestamp(given)
    if not isinstance(stamp, pd.Timestamp):
        raise ConfigError(f"{given!r} is no date; write it like 2025-07-21", table="panel", key=key)
    local = stamp if stamp.tz is None or zone is None else stamp.tz_convert(zone)
    moment = local.tz_localize(None)
    plain_date = isinstance(given, dt.date) and not isinstance(given, dt.datetime)
    if end_of_day and moment == moment.normalize() and (plain_date or len(str(given)) <= 10):
        moment += pd.Timedelta(days=1) - pd.Timedelta(seconds=1)
    return moment


def window(
    incidents: Incidents, extent: Extent, start: Any, end: Any, as_of: pd.Timestamp | None
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day: as asked for, else those of the rows that are known and have a day."""
    first, last = local_moment(start, "start"), local_moment(end, "end")
    if not extent.rows:
        reasons = {reason.reason: reason.rows for reason in incidents.report.set_aside}
        if incidents.report.rows_used:
            reasons["without a day, or reported later"] = incidents.report.rows_used
        raise NoUsableRowsError(incidents.provenance.source, incidents.report.rows_read, reasons)
    first = extent.first_day() if first is None else first
    last = extent.last_day(as_of) if last is None else last
    if as_of is not None:
        last = min(last, as_of)
    first, last = first.normalize(), last.normalize()
    if last < first:
        raise ConfigError(
            f"the window ends {last.date()}, before it starts {first.date()}", table="panel", key="start"
        )
    if (last - first).days > _LONGEST:
        raise ConfigError("the window is longer than 270 years", table="panel", key="start")
    return first, last


def before_window(extent: Extent, days: pd.DatetimeIndex) -> tuple[str, ...]:
    """How many rows end before the window, in words."""
    before = extent.rows_before(days[0])
    if not before:
        return ()
    return (f"Rows dated before the window, which starts on {days[0].date()}, and left out: {before:,d}.",)


def panel_notes(
    measure: str, silent: int, rows: int, as_of: pd.Timestamp | None, reported: tuple[int, int] | None
) -> tuple[str, ...]:
    """What a reader of the counts should know.

    silent : rows that do not state ``measure``, "" where that is no matter. reported : rows reported after
    ``as_of``, rows without a report date; None without report dates.
    """
    notes = []
    if silent and measure:
        notes.append(f"Rows that do not state {measure} and add nothing to it: {silent:,d} of {rows:,d}.")
    if as_of is not None and reported is None:
        notes.append("The table has no report dates: every row counts as known at any time.")
    elif as_of is not None and reported is not None:
        notes.append(f"Rows reported later and left out: {reported[0]:,d}.")
        if reported[1]:
            notes.append(f"Rows without a report date, counted as known: {reported[1]:,d}.")
    return tuple(notes)
