"""`read_incidents`: from any table to checked rows, one step after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import ConfigError, MissingColumnError
from ..formats import Preset, RawTable, hxl_tags, preset_names, read_table, recognised
from .assembly import assembled, field_cells, units_seen
from .clocks import clock_figures, odd_clocks
from .columns import ColumnMap, map_columns
from .composed import with_calendar_date, with_place, with_prefix
from .dates import Moments, one_clock
from .days import DAY_RULES, DayRule, allocate
from .duplicates import merge_rule
from .each import mark_several
from .events import settle_events, settle_part
from .moments import DateRules, column_moments, known_timezone
from .places import at_level, named_places, resolve_places, vocabulary
from .quantities import read_amounts
from .record import Incidents, Provenance
from .rows import chosen_rows, content_rows, with_meanings
from .setaside import SetAside
from .summary import ingest_report
from .whole import Evidence, Part

if TYPE_CHECKING:
    from ..regions import Regions

__all__ = ["Reading", "checked", "read_incidents", "zone_notes"]


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
    first_year: int = 1900,
    serial_year: int = 1900,
    place: str | None = None,
    region_prefix: int | None = None,
    joint: Literal["keep", "each"] = "keep",
    level: int | None = None,
    merge: str | Mapping[str, Any] | None = None,
    sheet: str | int | None = None,
    table: str | None = None,
    query: str | None = None,
    on_bad_row: str = "set_aside",
) -> Incidents:
    """Read a table of dated incidents by region and check every row.

    source : path, bytes, open binary file, any data frame, or the URL of a database.
    format : name of a reader, or of a publisher's preset ("acled", "ucdp_ged", "hxl" …); None = by the
        extension and the columns. A preset names columns and sets what is not set here; the report says so.
    sheet : of an Excel workbook; None = the one that looks like a table of incidents.
    table : of a database, or the file in a zip archive. query : a SELECT, in place of ``table``.
    regions : vocabulary: "ru", "ua", a country code, a file, "iso3166-2" (every subdivision of the world),
        None (names as they are), or a sequence of these and single codes.
    columns : field -> column, or a list of columns of which the first non-empty cell counts. Plain headings
        are recognised without it; ``report.columns`` says what was understood as what. A name that is no
        field makes an amount of its own.
    units : event type -> the unit its counts are in, e.g. ``{"uav_downed": "drones"}``; each is a measure.
    where : column or field -> value or list of values; other rows are left out and counted.
    timezone : the zone of the table. Times that carry a zone are brought to it before their day is taken;
        times without one are local as they stand.
    day_rule : "start", "end", "split" or "report": where a window with clock times shorter than 24 hours
        counts; longer windows and ranges of whole days are spread in proportion of time, the total preserved;
        "report" counts every row on the day it was reported, where that is stated.
    max_days : rows that may lie on more days than this count on no day, but are kept as undated.
    date_order : "dmy" or "mdy" where the table does not show which one it uses.
    first_year : an earlier year is taken for a misprint.
    serial_year : 1900 or 1904, the year from which a spreadsheet counts dates exported as day numbers.
    place : the region of rows that name none, for a table of one place.
    region_prefix : only so many first characters of a region's cell name it (36047 of the block 360470001).
    joint : a figure about several regions is kept whole ("keep", unallocated) unless its qualifier or cell
        says "each"; "each" counts every such figure for each of them.
    level : 1 counts areas of the vocabulary that lie in another of it in that one, 2 lists those within an
        area of level 1, and so on; None takes every area as it is named.
    merge : "event_id" (rows with the same id are one event), or a table with place (columns), days, type,
        sources ("different", "any") and reported_within [days]; None merges nothing. Of the rows of one event
        the last reported stays; the others are in ``merged``.
    on_bad_row : "set_aside" keeps rows that cannot be used in ``set_aside`` with line, value and mend;
        "raise" stops at the first.

    A date more than one day after its own report date (or the last report date of the table), and, in a table
    without report dates, the at most 0.1 % of rows that lie more than a year after all others, are set aside,
    so that no misprint stretches the calendar. A window that ends after its report is cut there.

    Raises `UnreadableInputError`, `MissingColumnError`, `UnknownRegionError`, `ConfigError`.
    """
    given = Reading(
        regions=regions, columns=columns, units=units, where=where, timezone=timezone, day_rule=day_rule,
        max_days=max_days, date_order=date_order, first_year=first_year, serial_year=serial_year, place=place,
        region_prefix=region_prefix, joint=joint, level=level, merge=merge,
        preset=format if format in preset_names() else None,
        on_bad_row=on_bad_row,
    )  # fmt: skip
    known, listing = given.checked()
    raw = read_table(source, format=format, sheet=sheet, table=table, query=query)
    return checked(raw, given, known, listing)[0]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How the rows of a table are to be understood: those arguments of `read_incidents`, and the ``preset``
    that was named."""

    regions: Any = "iso3166-2"
    columns: Mapping[str, str | Sequence[str]] | None = None
    units: Mapping[str, str] | None = None
    where: Mapping[str, Any] | None = None
    timezone: str | None = None
    day_rule: DayRule = "start"
    max_days: int = 31
    date_order: str | None = None
    first_year: int = 1900
    serial_year: int = 1900
    place: str | None = None
    region_prefix: int | None = None
    joint: Literal["keep", "each"] = "keep"
    level: int | None = None
    merge: str | Mapping[str, Any] | None = None
    preset: str | None = None
    on_bad_row: str = "set_aside"

    def checked(self) -> "tuple[Regions | None, str]":
        """The vocabulary, and whether its silent regions are listed; raises `ConfigError` for a setting."""
        _check_settings(
            self.day_rule, self.max_days, self.date_order, self.on_bad_row, self.timezone, self.first_year,
            self.serial_year, self.joint,
        )  # fmt: skip
        return vocabulary(self.regions)


def checked(
    raw: RawTable, given: Reading, known: "Regions | None", listing: str, part: Part | None = None
) -> tuple[Incidents, Evidence]:
    """The checked rows of a table, and what they show of its columns.

    part : what is known of the whole table, where ``raw`` is only part of it; None = it is the whole.
    """
    aside = SetAside(raw)
    frame, lines, blank, notes = content_rows(raw, part)
    frame, placed = with_place(frame, given.place)
    preset = recognised(list(frame.columns), hxl_tags(raw.frame)[0], declared=given.preset)
    timezone, where, units = _settled(preset, given.timezone, given.where, given.units, notes)
    mapping = map_columns(list(frame.columns), given.columns, placed, preset)
    frame, mapping = with_calendar_date(frame, mapping)
    frame, lines, left_out = chosen_rows(frame, lines, mapping, where)
    frame = with_prefix(with_meanings(frame, mapping, preset), mapping, given.region_prefix)
    rule = merge_rule(given.merge)
    rules = DateRules(
        date_order=given.date_order, timezone=timezone, first_year=given.first_year,
        serial_year=given.serial_year, whole=part.whole.dates if part else {},
    )  # fmt: skip
    moments = _moments(frame, mapping, rules, aside, lines, given.day_rule)
    start = moments["date_start"] or moments["date_end"]
    if start is None:
        raise MissingColumnError("date", list(frame.columns))
    report_date = moments["report_date"]
    days = allocate(start, moments["date_end"], report_date, rule=given.day_rule, max_days=given.max_days)
    aside.impossible(days, report_date, frame, mapping, lines, part.whole.limits if part else None)
    amounts, names, readable = read_amounts(frame, mapping, aside, lines, part.whole.texts if part else None)
    places = resolve_places(
        named_places(frame, mapping, known), field_cells(frame, mapping, "region_code"), known, given.level
    )
    known = at_level(known, given.level)
    whole = assembled(frame, lines, mapping, days, moments, places, amounts, units)
    unsplit = mark_several(whole, frame, mapping, places.several, given.joint, names)
    if given.on_bad_row == "raise":
        aside.stop()
    keep = np.isin(lines, aside.lines(), invert=True)
    used = whole if keep.all() else whole[keep].reset_index(drop=True)
    seen_units = units_seen(used, units, aside.notes)
    events = settle_events(used, rule, names) if part is None else settle_part(used)
    evidence = Evidence.of(moments, days, readable)
    report = ingest_report(
        events, frame, keep, days=days, places=places, mapping=mapping, aside=aside, amounts=names,
        report_moment=report_date, part=part is not None,
        settings={"day_rule": given.day_rule, "timezone": timezone, "max_days": given.max_days,
                  "merge_rule": "" if rule is None else str(rule)},
        left_out=left_out, blank=blank,
        odd=odd_clocks(moments, start, days) | unsplit,
        clocks=clock_figures(start, moments["date_end"], days, keep, amounts.get("count")),
        notes=(*notes, *mapping.notes, *aside.notes, *_date_notes(moments),
               *zone_notes({} if part else evidence.clocks, timezone)),
    )  # fmt: skip
    incidents = Incidents(
        table=events.table, merged=events.merged, set_aside=aside.frame(), report=report,
        provenance=_provenance(raw), regions=known, listing=listing, amounts=names, units=seen_units,
    )  # fmt: skip
    return incidents, evidence


def _provenance(raw: RawTable) -> Provenance:
    return Provenance(
        source=raw.name, sha256=raw.sha256, size=raw.size, rows=len(raw.frame) + len(raw.bad),
        format=raw.format, detected=raw.detected,
    )  # fmt: skip


def _moments(
    frame: pd.DataFrame, mapping: ColumnMap, rules: DateRules, aside: SetAside,
    lines: npt.NDArray[np.int64], day_rule: str,
) -> dict[str, Moments | None]:  # fmt: skip
    moments = {
        name: column_moments(frame, mapping, name, rules, aside, lines)
        for name in ("date_start", "date_end", "report_date")
    }
    if day_rule == "report" and moments["report_date"] is None:
        raise MissingColumnError("report_date", list(frame.columns))
    ends = [rules.whole.get(name) for name in ("date_start", "date_end")]
    moments["date_start"], moments["date_end"] = one_clock(
        moments["date_start"], moments["date_end"], (ends[0], ends[1]) if ends[0] and ends[1] else None
    )
    return moments


def _settled(
    preset: Preset | None,
    timezone: str | None,
    where: Mapping[str, Any] | None,
    units: Mapping[str, str] | None,
    notes: list[str],
) -> tuple[str | None, Mapping[str, Any] | None, Mapping[str, str] | None]:
    """The settings, with those of the preset where the caller set none; what was set is said in ``notes``."""
    if preset is None:
        return timezone, where, units
    if timezone is None and preset.timezone is not None:
        timezone = preset.timezone
        notes.append(f"Set by the preset {preset.key}: timezone = {timezone}.")
    if where is None and preset.where:
        where = preset.where
        listed = ", ".join(f"{column} = {value}" for column, value in where.items())
        notes.append(f"Set by the preset {preset.key}: only rows with {listed}; where = {{}} reads all.")
    if units is None and preset.units:
        units = preset.units
        notes.append(f"Set by the preset {preset.key}: the units of its counts.")
    return timezone, where, units


def _check_settings(
    day_rule: str, max_days: int, date_order: str | None, on_bad_row: str, timezone: str | None,
    first_year: int, serial_year: int, joint: str,
) -> None:  # fmt: skip
    choices: tuple[tuple[str, Any, tuple[Any, ...]], ...] = (
        ("day_rule", day_rule, DAY_RULES),
        ("date_order", date_order, (None, "dmy", "mdy")),
        ("on_bad_row", on_bad_row, ("set_aside", "raise")),
        ("serial_year", serial_year, (1900, 1904)),
        ("joint", joint, ("keep", "each")),
    )
    for key, given, valid in choices:
        if given not in valid:
            listed = ", ".join(repr(v) for v in valid if v)
            raise ConfigError(f"is {given!r} and must be one of {listed}", table="incidents", key=key)
    if isinstance(max_days, bool) or not isinstance(max_days, int) or max_days < 1:
        raise ConfigError("must be a whole number of days, at least 1", table="incidents", key="max_days")
    if isinstance(first_year, bool) or not isinstance(first_year, int) or not 1 <= first_year <= 2199:
        raise ConfigError("must be a year from 1 to 2199", table="incidents", key="first_year")
    if timezone is not None:
        known_timezone(timezone)


def _date_notes(moments: Mapping[str, Moments | None]) -> list[str]:
    return [note for moment in moments.values() if moment is not None for note in moment.notes]


def zone_notes(clocks: Mapping[str, tuple[int, int]], timezone: str | None) -> list[str]:
    """What should be known of zones; ``clocks`` : date field -> times with a zone, all times."""
    notes: list[str] = []
    for name, (zoned, timed) in clocks.items():
        if zoned and timezone is None:
            notes.append(f"{name} carries a time zone and no timezone was declared: days are those written.")
        if zoned and zoned < timed:
            notes.append(f"{name} has {zoned:,d} times with a zone and {timed - zoned:,d} without.")
    return notes
