"""`daily_panel`: incidents to days x regions, the same window for every region."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .allocation import Columns, Shares, columns_of, known_rows, shares_of
from .coverage import Coverage, coverage_notes, covered_days, days_told, said_by_rows, spans_of
from .errors import ConfigError
from .estimates import Amount
from .extent import Extent
from .incidents import Incidents, read_incidents
from .incidents.clocks import delays
from .incidents.measures import Measured, measure_rows
from .incidents.parts import in_parts
from .panel import Panel
from .sources import source_amounts
from .streaming import count_parts, is_large
from .windows import before_window, check_by, local_moment, panel_notes, uncovered, window

__all__ = ["daily_panel", "daily_panels"]


def daily_panel(
    incidents_or_frame: Any,
    *,
    measure: str = "incidents",
    by: str = "region",
    start: Any = None,
    end: Any = None,
    as_of: Any = None,
    coverage: Coverage | str | os.PathLike[str] | None = None,
    **reading: Any,
) -> Panel:
    """Daily counts of one measure for every region, all over the same window.

    incidents_or_frame : `Incidents`, or whatever `read_incidents` takes. A large Parquet file, or a folder of
        them, is read in parts: memory grows with days and regions, not with rows; the counts are the same,
        and the panel has no rows behind it (`Panel.incidents` and `Panel.sources` are None).
    measure : "incidents" (rows), an amount ("count", "injured", "killed", …), a numeric column, or a declared
        unit ("drones"). Rows that are part of another row are never summed.
    by : the column whose values become columns; blank values are unallocated.
    start, end : first and last day; None = first and last day of the usable rows. Where a table has report
        dates, events that precede its first report by more than 99 per cent of all delays do not stretch the
        window: it starts on the day of the first report, as most of what happened before is not in the table.
    as_of : count only what was reported by then; a date means the end of that day. Rows without a report date
        are kept. The window does not go past it, and reaches it even where its last days are empty, as long
        as the table has later reports.
    reading : further arguments of `read_incidents`, for a table that is not read yet.
    coverage : code -> spans of days on which it is covered (`coverage.covered_days`); an empty list = never.
        Or a CSV file of such spans, "all" (every region on every day), or "reports": from a region's first
        row to its last. Where coverage is declared, a day without rows is a zero; elsewhere it only counts
        as one (`Panel.told`).
        Rows of the table that say "not covered" in a column ``coverage`` are taken out in any case.
        What is reported on other days counts in the total alone. Regions not named are always covered.

    Rows without a day are in ``undated``. A region without rows keeps its zeros. Regions of which a composite
    area is used are counted in that area (``folded``).

    Raises `NoUsableRowsError` where no row has a day, `ConfigError` for an unknown measure or column.
    """
    if is_large(incidents_or_frame):
        options = {"by": by, "start": start, "end": end, "as_of": as_of, "coverage": coverage}
        return count_parts(incidents_or_frame, measures=(measure,), **options, **reading).panels[measure]
    incidents = _read(incidents_or_frame, reading)
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
    spans = spans_of(coverage, days, sums["counts"][:, :-1], index)
    observed, told = covered_days(days, index, spans), days_told(sums["counts"][:, :-1], index, spans)
    if "covered" in incidents.table:
        observed &= ~said_by_rows("no", incidents.table, days, columns.of_row, len(index))
        silent = said_by_rows("none", incidents.table, days, columns.of_row, len(index))
        told &= ~silent | (sums["counts"][:, :-1] > 0)
    column = columns.of_row[shares.row]
    zero = (values.best[shares.row] == 0) & (column >= 0)
    told[shares.day[zero], column[zero]] = True
    outside = uncovered(sums, observed)
    if not observed.all():
        column = np.where((column >= 0) & observed[shares.day, column], column, -1)
    return Panel(
        counts=pd.DataFrame(sums["counts"][:, :-1], index=days, columns=index),
        low=pd.DataFrame(sums["low"][:, :-1], index=days, columns=index),
        high=pd.DataFrame(sums["high"][:, :-1], index=days, columns=index),
        observed=pd.DataFrame(observed, index=days, columns=index),
        told=pd.DataFrame(told, index=days, columns=index),
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


def daily_panels(
    source: Any,
    *,
    measures: Sequence[str] = ("incidents",),
    by: str = "region",
    start: Any = None,
    end: Any = None,
    as_of: Any = None,
    coverage: Coverage | str | os.PathLike[str] | None = None,
    **reading: Any,
) -> dict[str, Panel]:
    """Daily panels of several measures from one reading of a table.

    source : as in `daily_panel`; Parquet files and folders of them are read in parts whatever their size.
    measures : of the panels. by, start, end, as_of, coverage, reading : as in `daily_panel`.

    Raises what `read_incidents` and `daily_panel` raise.
    """
    options = {"by": by, "start": start, "end": end, "as_of": as_of, "coverage": coverage}
    if in_parts(source):
        return count_parts(source, measures=measures, **options, **reading).panels
    incidents = _read(source, reading)
    return {name: daily_panel(incidents, measure=name, **options) for name in dict.fromkeys(measures)}


def _read(source: Any, reading: dict[str, Any]) -> Incidents:
    if not isinstance(source, Incidents):
        return read_incidents(source, **reading)
    if reading:
        raise ConfigError("the table is read already", table="incidents", key=next(iter(reading)))
    return source


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


def _undated(incidents: Incidents, values: Measured, known: npt.NDArray[np.bool_]) -> Amount:
    rows = values.stated & known & (incidents.table["timing"].cat.codes.to_numpy() == 2)
    return Amount.of_sums(
        float(values.low[rows].sum()), float(values.best[rows].sum()), float(values.high[rows].sum())
    )
