"""Date columns of any type as moments, one per row."""

import difflib
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import ConfigError
from .cells import BLANKS, coalesced, distinct
from .columns import ColumnMap
from .dates import PROBLEMS, Moments, parse_dates
from .setaside import SetAside

__all__ = ["column_moments", "known_timezone"]

_NAT = np.datetime64("NaT", "s")
_MEND = "write it as 2025-07-21 or 2025-07-21 18:00"


def known_timezone(name: str) -> None:
    """Raise `ConfigError`, naming the nearest, where there is no such time zone."""
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, KeyError, TypeError):
        near = difflib.get_close_matches(str(name), zoneinfo.available_timezones(), n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ConfigError(
            f"there is no time zone {name!r}{hint}", table="incidents", key="timezone"
        ) from None


def column_moments(
    frame: pd.DataFrame,
    mapping: ColumnMap,
    field: str,
    date_order: str | None,
    timezone: str | None,
    aside: SetAside,
    lines: npt.NDArray[np.int64],
) -> Moments | None:
    """Moments of a field, one per row; rows whose cell is no date are set aside. None without a column."""
    names = mapping.fields.get(field)
    if names is None:
        return None
    if len(names) == 1 and isinstance(frame[names[0]].dtype, (np.dtype, pd.DatetimeTZDtype)) and (
        frame[names[0]].dtype.kind == "M"
    ):  # fmt: skip
        return _typed(frame[names[0]], timezone)
    cells = distinct(coalesced(frame, names))
    texts = ["" if value.casefold() in BLANKS else value for value in cells.values]
    read = parse_dates(texts, column=names[0], date_order=date_order, timezone=timezone)
    problem = cells.spread(read.problem, 0)
    rows = np.flatnonzero(problem)
    if len(rows):
        values = cells.spread(np.array([*cells.values, ""], dtype=object)[:-1], "")[rows]
        reasons = np.array(PROBLEMS, dtype=object)[problem[rows]]
        aside.add(lines[rows], names[0], values, reasons, _MEND)
    return Moments(
        start=cells.spread(read.start, _NAT), timed=cells.spread(read.timed, False),
        last=cells.spread(read.last, _NAT), zoned=cells.spread(read.zoned, False),
        midnight=cells.spread(read.midnight, False), problem=problem,
        notes=read.notes,
    )  # fmt: skip


def _typed(cells: "pd.Series[Any]", timezone: str | None) -> Moments:
    """A column that holds timestamps; one with nothing but midnights holds days."""
    zoned = isinstance(cells.dtype, pd.DatetimeTZDtype)
    if zoned:
        local = cells.dt.tz_convert(timezone) if timezone else cells
        cells = local.dt.tz_localize(None)
    start = cells.to_numpy().astype("datetime64[s]")
    known = ~np.isnat(start)
    timed = bool((start[known] != start[known].astype("datetime64[D]")).any()) or zoned
    return Moments(
        start=start, timed=known & timed, midnight=np.zeros_like(known),
        last=np.full(len(start), _NAT), zoned=known & zoned,
        problem=np.zeros(len(start), dtype=np.int8),
    )  # fmt: skip
