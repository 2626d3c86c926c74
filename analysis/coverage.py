"""Declared coverage: on which days a region's reports would have reached the table.

A day without rows is a zero only where somebody was looking. Regions under a permanent alert, or a source
that began late, have days on which nothing can be said; those are declared, never guessed.
"""

import csv
import datetime as dt
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from .errors import ConfigError, UnreadableInputError

__all__ = ["REST", "Coverage", "coverage_notes", "covered_days", "days_told", "said_by_rows", "spans_of"]

Coverage = Mapping[str, Sequence[str]]
Bools = npt.NDArray[np.bool_]
REST = "*"  # in place of a code: every region that is not named
_NAMED = 8  # regions named in a note
_HEADINGS = {
    "region": ("region", "code", "region_code"), "first": ("first", "from", "start", "date_start"),
    "last": ("last", "to", "until", "end", "date_end"),
}  # fmt: skip


def covered_days(
    days: pd.DatetimeIndex, codes: "pd.Index[str]", coverage: Coverage | None
) -> npt.NDArray[np.bool_]:
    """Days x regions: True where a region is covered.

    coverage : code -> spans of days, each an ISO 8601 interval with both days included
        (``"2024-03-01/2024-12-31"``; ``".."`` is an open end); an empty list = never covered. ``"*"`` in
        place of a code stands for every region that is not named; without it these are taken as covered on
        every day.

    Raises `ConfigError` for a code that is no column or a span that cannot be read.
    """
    mask = np.ones((len(days), len(codes)), dtype=bool)
    stated = dict(coverage or {})
    if REST in stated:
        mask &= _within(days, stated.pop(REST))[:, None]
    for code, spans in stated.items():
        if code not in codes:
            raise ConfigError(
                f"{code!r} is no region of this table", table="panel", key="coverage", value=code, valid=codes
            )
        mask[:, codes.get_loc(code)] = _within(days, spans)
    return mask


def _within(days: pd.DatetimeIndex, spans: Sequence[str]) -> Bools:
    inside: Bools = np.zeros(len(days), dtype=bool)
    for span in spans:
        first, last = _ends(span)
        inside |= (days >= first) & (days <= last)
    return inside


def days_told(counts: npt.NDArray[np.float64], codes: "pd.Index[str]", coverage: Coverage | None) -> Bools:
    """Days x regions: True where something says how much was reported, be it nothing.

    That is any amount, or coverage that is declared for the region, by its code or by ``"*"``. A day of a
    region that nobody speaks of counts as zero as well, but nothing states it. (Rows that state a zero, and
    rows that say that nothing was reported, are for the caller.)
    """
    named = coverage or {}
    declared = np.array([code in named or REST in named for code in codes], dtype=bool)
    told: Bools = (counts > 0) | declared
    return told


def _ends(span: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    begin, slash, end = str(span).partition("/")
    try:
        first = pd.Timestamp.min if begin == ".." else pd.Timestamp(dt.date.fromisoformat(begin))
        last = pd.Timestamp.max if end == ".." else pd.Timestamp(dt.date.fromisoformat(end))
    except ValueError:
        slash = ""
    if not slash or last < first:
        raise ConfigError(
            f"{span!r} is no span of days; write it like 2024-03-01/2024-12-31 or 2024-03-01/..",
            table="panel", key="coverage",
        )  # fmt: skip
    return first, last


def spans_of(
    coverage: "Coverage | str | os.PathLike[str] | None",
    days: pd.DatetimeIndex,
    counts: npt.NDArray[np.float64],
    codes: "pd.Index[str]",
) -> "Coverage | None":
    """The spans that ``coverage`` states, however it does.

    coverage : spans by code; a CSV file with the columns region, first, last (a line per span; both empty =
        never covered, one empty = open); "all": every region on every day; or "reports": each region from its
        first day with a row to its last, and a region without rows never.
    counts : days x regions, what the rows say.

    Raises `ConfigError`, `UnreadableInputError` for a file that cannot be read.
    """
    if coverage is None or isinstance(coverage, Mapping):
        return coverage
    if str(coverage) == "all":
        return {REST: ["../.."]}
    if str(coverage) != "reports":
        return _spans_in(Path(coverage))
    found: dict[str, list[str]] = {}
    for place, code in enumerate(codes):
        at = np.flatnonzero(counts[:, place] > 0)
        found[str(code)] = [f"{days[at[0]].date()}/{days[at[-1]].date()}"] if len(at) else []
    return found


def _spans_in(path: Path) -> dict[str, list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or "it is no CSV in UTF-8"
        raise UnreadableInputError(path, reason) from error
    heads = {str(name).strip().lower(): name for name in (rows[0] if rows else {})}
    named = {field: next((heads[h] for h in known if h in heads), None) for field, known in _HEADINGS.items()}
    if None in named.values():
        raise UnreadableInputError(path, "a table of coverage has the columns region, first and last")
    found: dict[str, list[str]] = {}
    for row in rows:
        cells = {field: str(row[str(name)] or "").strip() for field, name in named.items()}
        spans = found.setdefault(cells["region"], [])
        if cells["first"] or cells["last"]:
            spans.append(f"{cells['first'] or '..'}/{cells['last'] or '..'}")
    return found


def said_by_rows(
    what: str, table: pd.DataFrame, days: pd.DatetimeIndex, column: npt.NDArray[np.int64], columns: int
) -> Bools:
    """Days x columns of which rows say "no" (not covered) or "none" (nothing reported).

    column : of each row, -1 = none.
    """
    steps = np.zeros((len(days) + 1, columns), dtype=np.int64)
    rows = np.flatnonzero((table["covered"] == what).to_numpy(dtype=bool) & (column >= 0))
    origin = days[0].to_numpy().astype("datetime64[D]")
    ends = (table[name].to_numpy()[rows].astype("datetime64[D]") for name in ("date_start", "date_end"))
    first, last = ((day - origin).astype(np.int64) for day in ends)
    first, after = np.clip(first, 0, len(days)), np.clip(last + 1, 0, len(days))
    np.add.at(steps, (first, column[rows]), 1)
    np.add.at(steps, (np.maximum(after, first), column[rows]), -1)
    out: Bools = np.cumsum(steps[:-1], axis=0) > 0
    return out


def coverage_notes(observed: Bools, names: Sequence[str]) -> tuple[str, ...]:
    """Which regions are never covered in the window, and how many are in part."""
    ever, always = np.asarray(observed.any(axis=0)), np.asarray(observed.all(axis=0))
    never = [name for name, seen in zip(names, ever, strict=True) if not seen]
    part = int((ever & ~always).sum())
    notes = []
    if never:
        more = f" and {len(never) - _NAMED} more" if len(never) > _NAMED else ""
        notes.append(f"Declared as not covered, which is not zero: {', '.join(never[:_NAMED])}{more}.")
    if part:
        notes.append(f"Regions covered on part of the days only: {part}.")
    return tuple(notes)
