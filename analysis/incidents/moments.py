"""Date columns of any type as moments, one per row."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import ConfigError
from .cells import BLANKS, coalesced, distinct
from .columns import ColumnMap
from .dateparts import minutes_east
from .dates import FIRST_YEAR, MENDS, PROBLEMS, UNKNOWN_ZONE, Moments, parse_dates, to_zone
from .setaside import SetAside
from .traits import Traits

__all__ = ["DateRules", "column_moments", "known_timezone"]

_NAT = np.datetime64("NaT", "s")
_OFFSET = re.compile(r"^(?:UTC|GMT)?([+\-−]\d{1,2}(?::?\d{2})?)$", re.IGNORECASE)
_CALLED = {"z": "UTC", "utc": "UTC", "gmt": "UTC", "msk": "Europe/Moscow", "мск": "Europe/Moscow"}


@dataclass(frozen=True, kw_only=True)
class DateRules:
    """How the dates of a table are to be read; the keyword arguments of `dates.parse_dates`.

    whole : field -> traits of its whole column, where a table is read in parts.
    """

    date_order: str | None = None
    timezone: str | None = None
    first_year: int = FIRST_YEAR
    serial_year: int = 1900
    whole: Mapping[str, Traits] = field(default_factory=dict)


def known_timezone(name: str) -> None:
    """Raise `ConfigError`, naming the nearest, where there is no such time zone."""
    import zoneinfo

    if not _is_zone(name):
        near = difflib.get_close_matches(str(name), zoneinfo.available_timezones(), n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ConfigError(f"there is no time zone {name!r}{hint}", table="incidents", key="timezone")


def _is_zone(name: object) -> bool:
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(name)  # type: ignore[arg-type]
    except (ValueError, OSError, KeyError, TypeError):
        return False
    return True


def column_moments(
    frame: pd.DataFrame, mapping: ColumnMap, field: str, rules: DateRules, aside: SetAside,
    lines: npt.NDArray[np.int64],
) -> Moments | None:  # fmt: skip
    """Moments of a field, one per row; rows whose cell is no date are set aside. None without a column.

    Clock times without a zone of their own are in the zone that the row's ``time_zone`` names, if it does.
    """
    names, whole = mapping.fields.get(field), rules.whole.get(field)
    if names is None:
        return None
    if len(names) == 1 and isinstance(frame[names[0]].dtype, (np.dtype, pd.DatetimeTZDtype)) and (
        frame[names[0]].dtype.kind == "M"
    ):  # fmt: skip
        return _in_zones(_typed(frame[names[0]], rules.timezone, whole), frame, mapping, rules, aside, lines)
    cells = distinct(coalesced(frame, names))
    texts = ["" if value.casefold() in BLANKS else value for value in cells.values]
    read = parse_dates(
        texts, column=names[0], date_order=rules.date_order, timezone=rules.timezone,
        first_year=rules.first_year, serial_year=rules.serial_year, whole=whole,
    )  # fmt: skip
    problem = cells.spread(read.problem, 0)
    rows = np.flatnonzero(problem)
    if len(rows):
        values = cells.spread(np.array([*cells.values, ""], dtype=object)[:-1], "")[rows]
        for kind in np.unique(problem[rows]):
            of_kind = problem[rows] == kind
            aside.add(lines[rows[of_kind]], names[0], values[of_kind], PROBLEMS[kind], MENDS[kind])
    moments = Moments(
        start=cells.spread(read.start, _NAT), timed=cells.spread(read.timed, False),
        last=cells.spread(read.last, _NAT), zoned=cells.spread(read.zoned, False),
        midnight=cells.spread(read.midnight, False), unbounded=cells.spread(read.unbounded, False),
        unsure=cells.spread(read.unsure, False), moved=cells.spread(read.moved, False), problem=problem,
        notes=read.notes, traits=read.traits,
    )  # fmt: skip
    return _in_zones(moments, frame, mapping, rules, aside, lines)


def _typed(cells: "pd.Series[Any]", timezone: str | None, whole: Traits | None) -> Moments:
    """A column that holds timestamps; one with nothing but midnights holds days."""
    zoned = isinstance(cells.dtype, pd.DatetimeTZDtype)
    written = cells.dt.tz_localize(None) if zoned else cells
    if zoned:
        local = cells.dt.tz_convert(timezone) if timezone else cells
        cells = local.dt.tz_localize(None)
    start = cells.to_numpy().astype("datetime64[s]")
    known = ~np.isnat(start)
    clock = not zoned and bool((known & (start.view(np.int64) % 86_400 != 0)).any())
    traits = Traits(clock=clock, zoned=zoned and bool(known.any()))
    none = np.broadcast_to(np.False_, start.shape)
    moved = none
    if zoned and timezone:
        days = (x.to_numpy().astype("datetime64[D]") for x in (written, cells))
        moved = known & np.not_equal(*days)
    return Moments(
        start=start, timed=known if zoned or (whole or traits).clock else none, midnight=none,
        unbounded=none, unsure=none, moved=moved, last=np.broadcast_to(_NAT, start.shape),
        zoned=known if zoned else none,
        problem=np.broadcast_to(np.int8(0), start.shape), traits=traits,
    )  # fmt: skip


def _in_zones(
    moments: Moments, frame: pd.DataFrame, mapping: ColumnMap, rules: DateRules, aside: SetAside,
    lines: npt.NDArray[np.int64],
) -> Moments:  # fmt: skip
    """Clock times of rows that name their zone, by the clock of the table's zone."""
    names = mapping.fields.get("time_zone")
    local = moments.timed & ~moments.zoned
    if names is None or not local.any():
        return moments
    cells = distinct(coalesced(frame, names))
    stated = local & (cells.codes >= 0)
    if rules.timezone is None:
        if stated.any():
            aside.notes.append("Rows name their time zone and no timezone was declared: days are local.")
        return moments
    start, zoned, problem = moments.start.copy(), moments.zoned | stated, moments.problem.copy()
    for code in np.unique(cells.codes[stated]):
        rows, name = stated & (cells.codes == code), cells.values[code]
        utc = None if name.casefold() in BLANKS else _to_utc(start[rows], name)
        if utc is not None:
            start[rows] = to_zone(utc, rules.timezone)
        elif name.casefold() in BLANKS:
            zoned[rows] = False
        else:
            aside.add(
                lines[rows], names[0], [name] * int(rows.sum()), PROBLEMS[UNKNOWN_ZONE], MENDS[UNKNOWN_ZONE]
            )
            problem[rows] = UNKNOWN_ZONE
    moved = moments.moved | (start.astype("datetime64[D]") != moments.start.astype("datetime64[D]")) & stated
    return replace(moments, start=start, moved=moved, zoned=zoned, problem=problem)


def _to_utc(local: npt.NDArray[np.datetime64], zone: str) -> npt.NDArray[np.datetime64] | None:
    """Moments in UTC of clock times in a zone; of an hour that occurs twice the first; None for no zone."""
    offset = _OFFSET.match(zone.replace(" ", ""))
    if offset:
        east = minutes_east(offset[1])
        return None if abs(east) > 14 * 60 else local - np.timedelta64(int(east), "m")
    name = _CALLED.get(zone.casefold(), zone)
    if not _is_zone(name):
        return None
    stamps = pd.DatetimeIndex(local)
    there = stamps.tz_localize(name, ambiguous=np.ones(len(stamps), dtype=bool), nonexistent="shift_forward")
    return there.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[s]")
