"""`daily_panel`: incidents to days x regions, the same window for every region."""

import contextlib
import datetime as dt
import os
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .allocation import Columns, Shares, columns_of, known_rows, shares_of
from .coverage import Coverage, coverage_notes, covered_days, spans_of, uncovered_by_rows
from .errors import ConfigError, NoUsableRowsError
from .estimates import Amount
from .extent import Extent
from .incidents import Incidents, read_incidents
from .incidents.clocks import delays
from .incidents.measures import Measured, measure_rows
from .numbers import count_text
from .panel import Panel
from .sources import source_amounts

__all__ = ["before_window", "check_by", "daily_panel", "local_moment", "panel_notes", "uncovered", "window"]

_LONGEST = 100_000  # days: more than the years that dates may lie in


def daily_panel(
    incidents_or_frame: Any,
    *,
    measure: str = "incidents",
    by: str = "region",
    start: Any = None,
    end: Any = None,
    as_of: Any = None,
    coverage: Coverage | str | os.PathLike[str] | None = None,
) -> Panel:
    """Daily counts of one measure for every region, all over the same window.

    incidents_or_frame : `Incidents`, or whatever `read_incidents` takes (read with its defaults).
    measure : "incidents" (rows), an amount ("count", "injured", "killed", …), a numeric column, or a declared
        unit ("drones"). Rows that are part of another row are never summed.
    by : the column whose values become columns; blank values are unallocated.
    start, end : first and last day; None = first and last day of the usable rows. Where a table has report
        dates, events that precede its first report by more than 99 per cent of all delays do not stretch the
        window: it starts on the day of the first report, as most of what happened before is not in the table.
    as_of : count only what was reported by then; a date means the end of that day. Rows without a report date
        are kept. The window does not go past it, and reaches it even where its last days are empty, as long
        as the table has later reports.

    coverage : code -> spans of days on which it is covered (`coverage.covered_days`); an empty list = never.
        Or a CSV file of such spans, or "reports": from a region's first row to its last.
        Rows of the table that say "not covered" in a column ``coverage`` are taken out in any case.
        What is reported on other days counts in the total alone. Regions not named are always covered.

    Rows without a day are in ``undated``. A region without rows keeps its zeros. Regions of which a composite
    area is used are counted in that area (``folded``).

    Raises `NoUsableRowsError` where no row has a day, `ConfigError` for an unknown measure or column.
    """
    made = incidents_or_frame
    incidents = made if isinstance(made, Incidents) else read_incidents(made)
    moment = local_moment(as_of, "as_of", end_of_day=True, zone=incidents.report.timezone)
    values = measure_rows(incidents, measure)
    check_by(incidents, by)
    columns = columns_of(incidents, by)
    known = known_rows(incidents, moment)
    extent = Extent.of(incidents, known)
    first, last = window(incidents, extent, start, end, moment)
    days = pd.date_range(first, last, freq="D", name="day")
    shares = shares_of(incidents, values.stated & known, first, len(days))
    sums = _sums(shares, values, columns)
    index = columns.frame.index
    observed = covered_days(days, index, spans_of(coverage, days, sums["counts"][:, :-1], index))
    if "covered" in incidents.table:
        observed &= ~uncovered_by_rows(incidents.table, days, columns.of_row, len(index))
    outside = uncovered(sums, observed)
    column = columns.of_row[shares.row]
    if not observed.all():
        column = np.where((column >= 0) & observed[shares.day, column], column, -1)
    return Panel(
        counts=pd.DataFrame(sums["counts"][:, :-1], index=days, columns=index),
        low=pd.DataFrame(sums["low"][:, :-1], index=days, columns=index),
        high=pd.DataFrame(sums["high"][:, :-1], index=days, columns=index),
        observed=pd.DataFrame(observed, index=days, columns=index),
        unallocated=pd.DataFrame(
            {"low": sums["low"][:, -1], "best": sums["counts"][:, -1], "high": sums["high"][:, -1]},
            index=days,
        ),
        exact=pd.Series(sums["exact"], index=days, name="exact"),
        undated=_undated(incidents, values, known),
        regions=columns.frame, parents=columns.parents, measure=measure, by=by, as_of=moment,
        delays=delays(incidents.table, known), folded=columns.folded, incidents=incidents,
        sources=source_amounts(incidents, shares, values.best, column, index, days),
        notes=(*_notes(incidents, values, known, moment), *before_window(extent, days), *outside,
               *coverage_notes(observed, [str(name) for name in columns.frame["name"]])),
    )  # fmt: skip


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


def _sums(shares: Shares, values: Measured, columns: Columns) -> dict[str, npt.NDArray[np.float64]]:
    best = columns.sums(shares, values.best)
    if not values.bounded:
        return {"counts": best, "low": best, "high": best, "exact": best.sum(axis=1)}
    return {
        "counts": best,
        "low": columns.sums(shares, values.low),
        "high": columns.sums(shares, values.high),
        "exact": columns.sums(shares, values.exact).sum(axis=1),
    }


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


def _notes(
    incidents: Incidents, values: Measured, known: npt.NDArray[np.bool_], as_of: pd.Timestamp | None
) -> tuple[str, ...]:
    table = incidents.table
    silent = int((table["included"].to_numpy(dtype=bool) & known & ~values.stated).sum())
    reported = "report_date" in table
    never = int(table["report_date"].isna().sum()) if reported else 0
    return panel_notes(
        "" if values.name in incidents.units else values.name, silent, len(table), as_of,
        (int((~known).sum()), never) if reported else None,
    )  # fmt: skip


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


def _undated(incidents: Incidents, values: Measured, known: npt.NDArray[np.bool_]) -> Amount:
    rows = values.stated & known & (incidents.table["timing"].cat.codes.to_numpy() == 2)
    return Amount.of_sums(
        float(values.low[rows].sum()), float(values.best[rows].sum()), float(values.high[rows].sum())
    )
