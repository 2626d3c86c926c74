"""`count_parts`: panels of tables larger than memory, and several measures in one pass."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from .counting import Counting
from .coverage import Coverage, coverage_notes, covered_days, days_told, spans_of
from .errors import ConfigError, NoUsableRowsError
from .formats import ParquetParts
from .incidents import Incidents, IngestReport, Provenance
from .incidents.parts import Parts, in_parts
from .incidents.plain import Block
from .panel import Panel
from .windows import before_window, check_by, local_moment, panel_notes, uncovered, window

__all__ = ["Counted", "count_parts", "is_large"]

ROWS = 5_000_000  # above them a table is read in parts; below, memory is no matter


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Counted:
    """What is left of a table that was read in parts.

    panels : measure -> panel, without rows behind it. report : the ingest report; repeats, duplicates and the
    share of windows across midnight are not looked for. set_aside : the first rows set aside, as in
    `Incidents.set_aside`; the report counts all. provenance : without the sum of the bytes. measures : what
    could be summed. merged : empty, as nothing is merged.
    """

    panels: dict[str, Panel]
    report: IngestReport
    set_aside: pd.DataFrame
    provenance: Provenance
    measures: tuple[str, ...]
    merged: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __repr__(self) -> str:
        r = self.report
        return f"Counted({r.rows_used:,d} rows of {self.provenance.source}, {r.first_day} to {r.last_day})"


def is_large(source: Any) -> bool:
    """Whether a table is to be read in parts: a large Parquet file, or a folder of Parquet files."""
    return in_parts(source) and (Path(source).is_dir() or ParquetParts.of(source).rows > ROWS)


def count_parts(
    source: Any,
    *,
    measures: Sequence[str] = ("incidents",),
    by: str = "region",
    start: Any = None,
    end: Any = None,
    as_of: Any = None,
    coverage: Coverage | None = None,
    rows: int | None = None,
    most_set_aside: int = 1000,
    progress: Callable[[int, int], None] | None = None,
    **reading: Any,
) -> Counted:
    """Read a Parquet file or a folder of them in parts, check every row, and count.

    measures : of the panels; none = only the ingest report. rows : of a part; None = as suits the processor.
    most_set_aside : so many rows set aside are kept with line, value and mend; the others are only counted.
    progress : called after every part with the rows done and the rows in all.
    by, start, end, as_of, coverage : as in `daily_panel`. reading : further arguments of `read_incidents`.

    Raises what `read_incidents` and `daily_panel` raise, and `ConfigError` for what needs all rows at once.
    """
    parts = Parts(
        source, needed=(by, *measures), rows=rows, most=most_set_aside, progress=progress, **reading
    )
    while not parts.settled:
        counting: Counting | None = None
        for part in parts:
            if isinstance(part, Block):
                if counting is not None:
                    counting.add_block(part)
                continue
            if counting is None:
                zone = part.report.timezone
                moment = local_moment(as_of, "as_of", end_of_day=True, zone=zone)
                counting = Counting(measures, by=by, as_of=moment, units=_units(reading, measures))
                check_by(part, by)
            counting.add(part)
    report = parts.report
    provenance = Provenance(
        source=parts.source.name, sha256="", size=parts.source.size, rows=parts.source.rows,
        format=parts.source.format, detected=parts.source.detected,
    )  # fmt: skip
    if counting is None or counting.part is None:
        reasons = {reason.reason: reason.rows for reason in report.set_aside}
        raise NoUsableRowsError(provenance.source, report.rows_read, reasons)
    amounts, units = parts.names
    whole = replace(
        counting.part, report=report, provenance=provenance, amounts=amounts, units=units,
        regions=None if parts.known is None else counting.part.regions,
    )  # fmt: skip
    panels = {
        name: _panel(counting, whole, name, by, start, end, coverage) for name in dict.fromkeys(measures)
    }
    return Counted(
        panels=panels, report=report, set_aside=parts.set_aside, provenance=provenance,
        measures=("incidents", *amounts, *units),
    )  # fmt: skip


def _units(reading: dict[str, Any], measures: Sequence[str]) -> tuple[str, ...]:
    """Units that a measure may be: declared ones count as such before a row with them has been read."""
    declared = {str(unit) for unit in (reading.get("units") or {}).values()}
    return tuple(name for name in measures if name in declared)


def _panel(
    counting: Counting, whole: Incidents, measure: str, by: str, start: Any, end: Any, coverage: Any
) -> Panel:
    counting.check(whole, measure)
    first, last = window(whole, counting.extent, start, end, counting.as_of)
    days = pd.date_range(first, last, freq="D", name="day")
    frame, folded = counting.columns()
    sums = counting.sums(measure, days, frame, folded)
    if "covered" in whole.table:
        raise ConfigError("states coverage by row, which needs all rows at once", table="incidents.columns",
                          key="coverage")  # fmt: skip
    spans = spans_of(coverage, days, sums["counts"][:, :-1], frame.index)
    observed = covered_days(days, frame.index, spans)
    told = days_told(sums["counts"][:, :-1], frame.index, spans) | (sums["zeros"][:, :-1] > 0)
    outside = uncovered(sums, observed)
    index = frame.index
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
        undated=counting.undated(measure), regions=frame, measure=measure, by=by, as_of=counting.as_of,
        parents={} if whole.regions is None or by != "region" else dict(whole.regions.parents),
        folded=folded,
        notes=(
            *panel_notes(
                "" if measure in whole.units else measure, counting.silent(measure), counting.rows,
                counting.as_of, counting.reported(),
            ),
            *before_window(counting.extent, days), *outside,
            *coverage_notes(observed, [str(name) for name in frame["name"]]),
        ),
    )  # fmt: skip
