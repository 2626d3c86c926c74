"""The ingest report: what reading did with every row, counted."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .cells import distinct
from .clocks import delay_figures
from .columns import ColumnMap
from .dates import Moments
from .days import Days
from .events import Events
from .places import Places
from .record import IngestReport, Reason, SourceSpan, UnmatchedName
from .setaside import SetAside
from .stamps import tally

__all__ = ["early_note", "ingest_report"]


def ingest_report(
    events: Events,
    frame: pd.DataFrame,
    keep: npt.NDArray[np.bool_],
    *,
    days: Days,
    places: Places,
    mapping: ColumnMap,
    aside: SetAside,
    amounts: tuple[str, ...],
    report_moment: Moments | None,
    settings: Mapping[str, Any],
    left_out: int,
    blank: int,
    odd: Mapping[str, npt.NDArray[np.bool_]],
    clocks: Mapping[str, float],
    notes: tuple[str, ...],
    part: bool = False,
) -> IngestReport:
    """Count everything a reader of the report should know.

    events : the rows that are used, and what became of duplicates.
    frame, keep : all records as read, and which of them are used.
    odd : what is odd -> rows of ``frame``.
    part : the table is part of a larger one; what can only be said of a whole table is left out.
    """
    table = events.table
    dated = (table["timing"] != "undated").to_numpy(dtype=bool)
    first, last = table["date_start"].to_numpy()[dated], table["date_end"].to_numpy()[dated]
    match = {str(k): int(v) for k, v in table["match"].value_counts().items() if v}
    return IngestReport(
        rows_read=len(frame) + left_out + aside.lines_lost, rows_used=int(keep.sum()) - len(events.merged),
        rows_set_aside=len(aside.lines()),
        set_aside=tuple(Reason(reason=r, rows=n) for r, n in aside.reasons().items()),
        rows_left_out=left_out, rows_blank=blank, rows_not_counted=int((~table["included"]).sum()),
        columns=dict(mapping.fields), columns_ignored=mapping.extra,
        regions_matched=match, unmatched=_unmatched(table, places, amounts),
        rows_joint=match.get("joint", 0), rows_unallocated=int((table["region"] == "").sum()),
        rows_spread=int((table["timing"] == "spread").sum()), rows_undated=int((~dated).sum()),
        flagged={**_flagged(days, places, report_moment, keep, odd), **aside.flagged, **events.flagged},
        repeats=None if part else _repeats(frame if keep.all() else frame[keep]),
        first_day=date_of(first.min()) if len(first) else None,
        last_day=date_of(last.max()) if len(last) else None,
        sources=_sources(table, dated),
        notes=tuple(dict.fromkeys(notes if part else (*notes, *early_note(_per_day(first))))),
        duplicates=dict(events.duplicates), candidates=events.candidates, rows_merged=len(events.merged),
        merged_amounts=dict(events.merged_amounts), rows_added=events.added, clocks=clocks,
        delays={} if part else delay_figures(table), **settings,
    )  # fmt: skip


def _per_day(first: npt.NDArray[np.datetime64]) -> dict[int, int]:
    return tally(first.astype("datetime64[D]").astype(np.int64))


def early_note(per_day: Mapping[int, int]) -> list[str]:
    """A few rows that lie long before the others make the calendar long: say from when on most rows are.

    per_day : first day of a row (days since 1970) -> rows.
    """
    days = np.array(sorted(per_day), dtype=np.int64)
    until = np.cumsum([per_day[int(day)] for day in days])
    if not len(days) or until[-1] < 100:
        return []
    begin = days[np.searchsorted(until, until[-1] // 100, side="right")]
    if begin - days[0] <= 366:
        return []
    return [
        f"Of a hundred rows one lies before {np.datetime64(int(begin), 'D')}, the first on "
        f"{np.datetime64(int(days[0]), 'D')}: state the start of the panel if the table is not complete "
        "before."
    ]


def date_of(day: Any) -> dt.date | None:
    """A day as a plain date; None for NaT."""
    return None if pd.isna(day) else pd.Timestamp(day).date()


def _unmatched(table: pd.DataFrame, places: Places, amounts: tuple[str, ...]) -> tuple[UnmatchedName, ...]:
    unknown = table[(table["match"] == "unknown").to_numpy(dtype=bool)]
    if not len(unknown):
        return ()
    figure = pd.Series(np.nan, index=unknown.index)
    if "count" in amounts:
        figure = unknown["count"].fillna(unknown["count_low"])
    out = []
    for name, rows in unknown.groupby("region_reported", observed=True).indices.items():
        stated = figure.iloc[rows].dropna()
        out.append(
            UnmatchedName(
                name=str(name), rows=len(rows), amount=float(stated.sum()) if len(stated) else None,
                suggestion=places.suggestions.get(str(name), ""),
            )
        )  # fmt: skip
    return tuple(sorted(out, key=lambda u: (-u.rows, u.name)))


def _flagged(
    days: Days, places: Places, report: Moments | None, keep: npt.NDArray[np.bool_],
    odd: Mapping[str, npt.NDArray[np.bool_]],
) -> dict[str, int]:  # fmt: skip
    found = {
        "the window ends before it starts": days.reversed & keep,
        "the window ends after it was reported": days.cut & keep,
        "code and name of the region differ": places.disagree & keep,
        **{what: rows & keep for what, rows in odd.items()},
    }
    return {what: int(rows.sum()) for what, rows in found.items() if rows.any()}


def _repeats(frame: pd.DataFrame) -> int:
    """Rows whose every cell equals an earlier row, found by hashing; cells count as text."""
    mixed = np.zeros(len(frame), dtype=np.uint64)
    for position, column in enumerate(frame.columns):
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) ^ _hashes(frame[column], position)
    mixed.sort()
    return int((mixed[1:] == mixed[:-1]).sum())


def _hashes(cells: "pd.Series[Any]", position: int) -> npt.NDArray[np.uint64]:
    salt = np.uint64((0xD6E8FEB86659FD93 * (position + 1)) % 2**64)
    if isinstance(cells.dtype, np.dtype) and cells.dtype.kind in "iufM":
        values = cells.to_numpy()
        bits = values.astype(np.float64) if values.dtype.kind == "f" else values.astype(np.int64)
        out: npt.NDArray[np.uint64] = bits.view(np.uint64) * salt
    else:
        found = distinct(cells)
        out = (found.codes.astype(np.int64).view(np.uint64) + np.uint64(7)) * salt
    return out ^ (out >> np.uint64(29))


def _sources(table: pd.DataFrame, dated: npt.NDArray[np.bool_]) -> tuple[SourceSpan, ...]:
    if "source" not in table:
        return ()
    cells = distinct(table["source"])
    first, last = table["date_start"].where(dated), table["date_end"].where(dated)
    spans = pd.DataFrame({"code": cells.codes, "first": first, "last": last}).groupby("code").agg(
        rows=("code", "size"), first=("first", "min"), last=("last", "max")
    )  # fmt: skip
    out = [
        SourceSpan(
            source=[*cells.values, ""][int(code)], rows=int(rows), first_day=date_of(begin),
            last_day=date_of(end),
        )
        for code, rows, begin, end in zip(spans.index, *(spans[c] for c in spans), strict=True)
    ]  # fmt: skip
    return tuple(sorted(out, key=lambda s: (-s.rows, s.source)))
