"""`read_incidents`: from any table to checked rows, one step after the other."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import ConfigError, MissingColumnError, UnreadableInputError
from ..formats import RawTable, read_table
from .cells import as_text, distinct
from .columns import ColumnMap, map_columns
from .days import DAY_RULES, DayRule, Days, allocate
from .fields import FIELDS
from .moments import column_moments, known_timezone
from .places import Places, resolve_places, vocabulary
from .quantities import read_amounts
from .record import Incidents, Provenance
from .setaside import SetAside
from .summary import ingest_report

__all__ = ["read_incidents"]

_NO = frozenset({"no", "n", "false", "f", "0", "нет", "ні"})


def read_incidents(
    source: Any,
    *,
    format: str | None = None,
    regions: Any = "iso3166-2",
    columns: Mapping[str, str | Sequence[str]] | None = None,
    units: Mapping[str, str] | None = None,
    where: Mapping[str, Any] | None = None,
    timezone: str | None = None,
    day_rule: DayRule = "start",
    max_days: int = 31,
    date_order: str | None = None,
    sheet: str | int | None = None,
    on_bad_row: str = "set_aside",
) -> Incidents:
    """Read a table of dated incidents by region and check every row.

    source : path, bytes, open binary file, or any data frame.
    format : name of a reader; None = by the extension. sheet : of an Excel workbook.
    regions : vocabulary: "ru", "ua", a country code, a file, "iso3166-2" (every subdivision of the world), None
        (names as they are), or a sequence of these and single codes.
    columns : field -> column, or a list of columns of which the first non-empty cell counts. Headings that are
        plain are recognised without it; ``report.columns`` says what was understood as what. A name that is no
        field makes an amount of its own.
    units : event type -> the unit its counts are in, e.g. ``{"uav_downed": "drones"}``; each unit is a measure.
    where : column or field -> value or list of values; other rows are left out and counted.
    timezone : the zone of the table. Times that carry a zone are brought to it before their day is taken; times
        without one are local as they stand.
    day_rule : "start", "end", "split" or "report": where a window with clock times shorter than 24 hours counts;
        longer windows and ranges of whole days are spread in proportion of time, the total preserved; "report"
        counts every row on the day it was reported.
    max_days : rows that may lie on more days than this count on no day, but are kept as undated.
    date_order : "dmy" or "mdy" where the table does not show which one it uses.
    on_bad_row : "set_aside" keeps rows that cannot be used in ``set_aside`` with line, value and mend; "raise"
        stops at the first.

    A date more than one day after its own report date (or the last report date of the table), and, in a table
    without report dates, the at most 0.1 % of rows that lie more than a year after all others, are set aside, so
    that no misprint stretches the calendar.

    Raises `UnreadableInputError`, `MissingColumnError`, `UnknownRegionError`, `ConfigError`.
    """
    _check_settings(day_rule, max_days, date_order, on_bad_row, timezone)
    known, listing = vocabulary(regions)
    raw = read_table(source, format=format, sheet=sheet)
    aside = SetAside(raw)
    frame, lines, blank, notes = _content(raw)
    mapping = map_columns(list(frame.columns), columns)
    frame, lines, left_out = _chosen(frame, lines, mapping, where)
    read = len(frame) + len(raw.bad)

    moments = {
        name: column_moments(frame, mapping, name, date_order, timezone, aside, lines)
        for name in ("date_start", "date_end", "report_date")
    }
    start = moments["date_start"] or moments["date_end"]
    if start is None:
        raise MissingColumnError("date", list(frame.columns))
    days = allocate(start, moments["date_end"], moments["report_date"], rule=day_rule, max_days=max_days)
    aside.impossible(days, moments["report_date"], frame, mapping, lines)
    amounts, families = read_amounts(frame, mapping, aside, lines)
    places = resolve_places(_column(frame, mapping, "region"), _column(frame, mapping, "region_code"), known)

    table = _table(frame, lines, mapping, days, moments, places, amounts, units)
    keep = ~np.isin(lines, aside.lines()) if aside.any else np.ones(len(lines), dtype=bool)
    if on_bad_row == "raise":
        aside.stop()
    unit_notes, seen_units = _units_seen(table, units)
    report = ingest_report(
        table=table[keep] if aside.any else table, frame=frame, keep=keep, days=days, places=places,
        mapping=mapping, aside=aside, rows_read=read, rows_left_out=left_out, rows_blank=blank,
        day_rule=day_rule, timezone=timezone, max_days=max_days, report_moment=moments["report_date"],
        amounts=families,
        notes=(*notes, *mapping.notes, *aside.notes, *_zone_notes(moments, timezone), *unit_notes),
    )  # fmt: skip
    return Incidents(
        table=table[keep].reset_index(drop=True) if aside.any else table, set_aside=aside.frame(),
        report=report, regions=known, listing=listing, amounts=families, units=seen_units,
        provenance=Provenance(
            source=raw.name, sha256=raw.sha256, size=raw.size, rows=len(raw.frame) + len(raw.bad),
            format=raw.format, detected=raw.detected,
        ),
    )  # fmt: skip


def _check_settings(
    day_rule: str, max_days: int, date_order: str | None, on_bad_row: str, timezone: str | None
) -> None:
    for key, given, valid in (
        ("day_rule", day_rule, DAY_RULES),
        ("date_order", date_order, (None, "dmy", "mdy")),
        ("on_bad_row", on_bad_row, ("set_aside", "raise")),
    ):
        if given not in valid:
            listed = ", ".join(repr(v) for v in valid if v)
            raise ConfigError(f"is {given!r} and must be one of {listed}", table="incidents", key=key)
    if isinstance(max_days, bool) or not isinstance(max_days, int) or max_days < 1:
        raise ConfigError("must be a whole number of days, at least 1", table="incidents", key="max_days")
    if timezone is not None:
        known_timezone(timezone)


def _content(raw: RawTable) -> tuple[pd.DataFrame, npt.NDArray[np.int64], int, list[str]]:
    """The records without blank ones and without a second header of HXL tags."""
    frame, lines, notes = raw.frame, raw.lines, []
    if len(frame):
        tags = [text for text in (as_text(value) for value in frame.iloc[0]) if text]
        if tags and all(text.startswith("#") for text in tags):
            frame, lines = frame.iloc[1:], lines[1:]
            notes.append(f"Line {raw.lines[0]} holds HXL tags and is no row.")
    at = np.arange(len(frame))
    for column in frame.columns:
        if not len(at):
            break
        cells = frame[column].iloc[at]
        if cells.dtype.kind in "iufbM":
            at = at[cells.isna().to_numpy()]
        else:
            at = at[np.array([not as_text(v) for v in cells], dtype=bool)] if len(at) else at
    if len(at):
        keep = np.ones(len(frame), dtype=bool)
        keep[at] = False
        frame, lines = frame[keep], lines[keep]
    if not len(frame) and not raw.bad:
        raise UnreadableInputError(raw.name, "it has no rows")
    return frame.reset_index(drop=True), lines, len(at), notes


def _chosen(
    frame: pd.DataFrame,
    lines: npt.NDArray[np.int64],
    mapping: ColumnMap,
    where: Mapping[str, Any] | None,
) -> tuple[pd.DataFrame, npt.NDArray[np.int64], int]:
    keep = np.ones(len(frame), dtype=bool)
    for name, wanted in (where or {}).items():
        column = name if name in frame.columns else mapping.fields.get(name, (name,))[0]
        if column not in frame.columns:
            raise MissingColumnError("where", list(frame.columns), named=name)
        several = wanted if isinstance(wanted, (list, tuple, set, frozenset)) else [wanted]
        texts = {as_text(value) for value in several}
        cells = distinct(frame[column])
        keep &= cells.spread(np.array([value in texts for value in cells.values], dtype=bool), "" in texts)
    if keep.all():
        return frame, lines, 0
    return frame[keep].reset_index(drop=True), lines[keep], int((~keep).sum())


def _column(frame: pd.DataFrame, mapping: ColumnMap, field: str) -> "pd.Series[Any] | None":
    from .cells import coalesced

    return coalesced(frame, mapping.fields[field]) if field in mapping.fields else None


def _table(
    frame: pd.DataFrame,
    lines: npt.NDArray[np.int64],
    mapping: ColumnMap,
    days: Days,
    moments: Mapping[str, Any],
    places: Places,
    amounts: Mapping[str, npt.NDArray[np.float64]],
    units: Mapping[str, str] | None,
) -> pd.DataFrame:
    from .days import TIMINGS

    out: dict[str, Any] = {"row": lines}
    identity = _column(frame, mapping, "event_id")
    if identity is not None:
        out["event_id"] = identity
    out["date_start"], out["date_end"] = days.first.astype("datetime64[s]"), days.last.astype("datetime64[s]")
    out["first_share"], out["last_share"] = days.first_share, days.last_share
    out["timing"] = pd.Categorical.from_codes(days.timing, categories=list(TIMINGS))
    start, report = moments["date_start"] or moments["date_end"], moments["report_date"]
    if start.timed.any():
        out["time_start"] = np.where(start.timed, start.start, np.datetime64("NaT", "s"))
    out["region"], out["region_reported"], out["match"] = places.code, places.reported, places.match
    if report is not None:
        out["report_date"] = report.start
        out["report_timed"] = report.timed
    for field in ("event_type", "unit", "source"):
        cells = _column(frame, mapping, field)
        if cells is not None:
            out[field] = cells
    if units:
        out["unit"] = _declared_units(out, units, len(frame))
    out["included"] = _included(frame, mapping)
    out.update(amounts)
    for field in mapping.fields:
        if field not in out and field in FIELDS and field not in ("region_code", "included"):
            out[field] = _column(frame, mapping, field)
    for column in mapping.extra:
        out[column if column not in out else f"{column} (as read)"] = frame[column]
    return pd.DataFrame(out, copy=False)


def _declared_units(
    out: Mapping[str, Any], units: Mapping[str, str], size: int
) -> "pd.Series[Any] | npt.NDArray[np.object_]":
    if "event_type" not in out:
        raise ConfigError("needs a column of event types", table="incidents", key="units")
    wanted = {str(kind).casefold(): str(unit) for kind, unit in units.items()}
    cells = distinct(out["event_type"])
    names = np.array([wanted.get(value.casefold(), "") for value in cells.values], dtype=object)
    declared = cells.spread(names, "")
    if "unit" in out:
        stated = np.array([as_text(value) for value in out["unit"]], dtype=object)
        declared = np.where(declared == "", stated, declared)
    return pd.Series(declared, dtype="str")


def _units_seen(table: pd.DataFrame, units: Mapping[str, str] | None) -> tuple[list[str], tuple[str, ...]]:
    notes: list[str] = []
    seen: tuple[str, ...] = ()
    if "unit" in table:
        found = distinct(table["unit"])
        seen = tuple(sorted(value for value in found.values if value))
    if units:
        kinds = {value.casefold() for value in distinct(table["event_type"]).values}
        unused = sorted(kind for kind in units if str(kind).casefold() not in kinds)
        if unused:
            notes.append(f"Units are declared for event types that do not occur: {', '.join(unused)}.")
    return notes, seen


def _included(frame: pd.DataFrame, mapping: ColumnMap) -> npt.NDArray[np.bool_]:
    included = np.ones(len(frame), dtype=bool)
    subset, stated = _column(frame, mapping, "subset_of"), _column(frame, mapping, "included")
    if subset is not None:
        included &= distinct(subset).codes < 0
    if stated is not None:
        cells = distinct(stated)
        included &= cells.spread(np.array([v.casefold() not in _NO for v in cells.values], dtype=bool), True)
    return included


def _zone_notes(moments: Mapping[str, Any], timezone: str | None) -> list[str]:
    notes: list[str] = []
    for name, moment in moments.items():
        if moment is None:
            continue
        notes += moment.notes
        zoned, timed = int(moment.zoned.sum()), int(moment.timed.sum())
        if zoned and timezone is None:
            notes.append(f"{name} carries a time zone and no timezone was declared: days are those written.")
        if zoned and zoned < timed:
            notes.append(f"{name} has {zoned:,d} times with a zone and {timed - zoned:,d} without.")
    return notes


def date_of(day: Any) -> dt.date | None:
    """A day as a plain date; None for NaT."""
    return None if pd.isna(day) else pd.Timestamp(day).date()
