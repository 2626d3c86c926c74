"""Rows to cells: every row's share in every day and column, summed with one pass over the rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from .incidents import Incidents

__all__ = [
    "Columns", "Shares", "columns_of", "known_in", "known_rows", "region_columns", "reported_names",
    "shares_of", "value_columns",
]  # fmt: skip

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Columns:
    """The columns of a panel.

    frame : one row per column: name, parent, tile_row, tile_col. of_row : column of every row of the table,
    -1 = unallocated. folded : member code -> the composite it is counted under. parents : code -> name.
    own : as ``of_row``, but rows of a folded member have a column of their own, in the order of ``folded``
    after those of the frame and the unallocated, so that they are added up apart.
    """

    frame: pd.DataFrame
    of_row: Ints
    own: Ints
    folded: dict[str, str]
    parents: dict[str, str]

    def sums(self, shares: "Shares", values: Floats) -> Floats:
        """days x columns of values times share, the unallocated last."""
        size = len(self.frame) + 1
        cells = shares.sums(values, np.where(self.own < 0, size - 1, self.own), size + len(self.folded))
        for at, code in enumerate(self.folded.values()):
            cells[:, self.frame.index.get_loc(code)] += cells[:, size + at]
        return cells[:, :size]


@dataclass(frozen=True, kw_only=True, eq=False)
class Shares:
    """One entry per row and day it counts on, within a window of ``days`` days: row, day, share (0 to 1).

    whole : so many entries, the first ones, are rows that count on one day; share is None where all are.
    """

    row: Ints
    day: Ints
    share: Floats | None
    days: int
    whole: int

    def every(self, rows: int) -> bool:
        """True where every one of so many rows counts on one day of the window: entries are rows."""
        return len(self.row) == rows == self.whole

    def sums(self, values: Floats, column: Ints, columns: int) -> Floats:
        """days x columns: values times share.

        What is spread is added up apart and then to the rest, so that a table gives the same sums to the last
        bit whether it is added up at once or in parts (`counting`).
        """
        cell = column[self.row] * self.days + self.day
        size, weight = columns * self.days, values[self.row]
        first = np.bincount(cell[: self.whole], weights=weight[: self.whole], minlength=size)
        flat: Floats = first.astype(np.float64, copy=False)
        if self.share is not None:
            part = (weight * self.share)[self.whole :]
            flat += np.bincount(cell[self.whole :], weights=part, minlength=size)
        return flat.reshape(columns, self.days).T


def known_rows(incidents: "Incidents", as_of: pd.Timestamp | None) -> npt.NDArray[np.bool_]:
    """Rows known at ``as_of``: reported by then, or without a report date."""
    return known_in(incidents.table, as_of)


def known_in(table: pd.DataFrame, as_of: pd.Timestamp | None) -> npt.NDArray[np.bool_]:
    """The same of a table alone, e.g. of the rows an edition keeps."""
    if as_of is None or "report_date" not in table:
        return np.ones(len(table), dtype=bool)
    reported = table["report_date"].to_numpy()
    limit = np.where(
        table["report_timed"].to_numpy(dtype=bool), as_of.to_numpy(), as_of.normalize().to_numpy()
    )
    known: npt.NDArray[np.bool_] = np.isnat(reported) | (reported <= limit)
    return known


def shares_of(incidents: "Incidents", rows: npt.NDArray[np.bool_], first: Any, days: int) -> Shares:
    """The shares of ``rows`` (a mask) on the ``days`` days from ``first`` on; undated rows have none."""
    table = incidents.table
    begin = table["date_start"].to_numpy().astype("datetime64[D]")
    end = table["date_end"].to_numpy().astype("datetime64[D]")
    timing = table["timing"].cat.codes.to_numpy()
    start = np.datetime64(first, "D")
    one = np.flatnonzero(rows & (timing == 0))
    day = (begin[one] - start).astype(np.int64)
    inside = (day >= 0) & (day < days)
    one, day = one[inside], day[inside]
    several = np.flatnonzero(rows & (timing == 1))
    if not len(several):
        return Shares(row=one, day=day, share=None, days=days, whole=len(one))
    size = (end[several] - begin[several]).astype(np.int64) + 1
    row = np.repeat(several, size)
    step = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    head = table["first_share"].to_numpy()[several]
    tail = table["last_share"].to_numpy()[several]
    between = np.where(size > 2, (1.0 - head - tail) / np.maximum(size - 2, 1), 0.0)
    share = np.repeat(between, size)
    share = np.where(step == 0, np.repeat(head, size), share)
    share = np.where(step == np.repeat(size, size) - 1, np.repeat(tail, size), share)
    spread = (begin[row] - start).astype(np.int64) + step
    inside = (spread >= 0) & (spread < days) & (share > 0)
    return Shares(
        row=np.concatenate([one, row[inside]]), day=np.concatenate([day, spread[inside]]),
        share=np.concatenate([np.ones(len(one)), share[inside]]), days=days, whole=len(one),
    )  # fmt: skip


def columns_of(incidents: "Incidents", by: str) -> Columns:
    """The columns of a panel: regions of the vocabulary (or those seen), or the values of another column."""
    if by == "region":
        return _regions(incidents)
    from .incidents.cells import distinct, is_blank

    cells = distinct(incidents.table[by])
    blank = np.array([is_blank(value) for value in cells.values], dtype=bool)
    names = {v for v, b in zip(cells.values, blank, strict=True) if not b}
    frame = value_columns(names, by)
    place = {name: i for i, name in enumerate(frame.index)}
    of_value = np.array([place.get(value, -1) for value in cells.values], dtype=np.int64)
    of_row = cells.spread(of_value, -1)
    return Columns(frame=frame, of_row=of_row, own=of_row, folded={}, parents={})


def value_columns(values: Collection[str], column: str = "") -> pd.DataFrame:
    """The columns for the values of another column."""
    names = sorted(values)
    return _frame(names, [_worded(name, column) for name in names])


def _worded(name: str, column: str) -> str:
    """A name that is a bare number with what it numbers: "District 4"; in a sentence it reads as a count."""
    words = column.replace("_", " ").strip().lower().capitalize()
    return f"{words} {name}" if words and name.isdecimal() else name


def _regions(incidents: "Incidents") -> Columns:
    cells = incidents.table["region"].cat
    categories = [str(code) for code in cells.categories]
    counts = np.bincount(cells.codes.to_numpy() + 1, minlength=len(categories) + 1)[1:]
    seen = {code for code, rows in zip(categories, counts, strict=True) if rows and code}
    frame, folded = region_columns(incidents, seen, reported_names(incidents, seen))
    place = {code: i for i, code in enumerate(frame.index)}
    apart = {code: len(frame) + 1 + i for i, code in enumerate(folded)}
    of_code = np.array([place.get(folded.get(code, code), -1) for code in categories], dtype=np.int64)
    own = np.array(
        [apart.get(code, at) for code, at in zip(categories, of_code, strict=True)], dtype=np.int64
    )
    rows = cells.codes.to_numpy()
    return Columns(
        frame=frame, of_row=of_code[rows], own=own[rows], folded=folded,
        parents={} if incidents.regions is None else dict(incidents.regions.parents),
    )  # fmt: skip


def region_columns(
    incidents: "Incidents", seen: Collection[str], names: Mapping[str, str]
) -> tuple[pd.DataFrame, dict[str, str]]:
    """The columns for the codes that occur, and member code -> composite where a composite occurs.

    incidents : any part of the table; only its vocabulary is asked. names : of codes without a vocabulary.
    """
    known = incidents.regions
    if known is None:
        codes, column = sorted(seen), next(iter(incidents.report.columns.get("region", ())), "region")
        named = [_worded(names.get(code, code), column) for code in codes]
        return _frame(codes, named).rename_axis("region"), {}
    composites = {c: tuple(m) for c, m in known.composites.items()}
    folded = {member: code for code in composites if code in seen for member in composites[code]}
    listed = list(known.table.index) if incidents.listing == "all" else []
    listed += [code for code in known.table.index if code in seen and incidents.listing != "all"]
    listed += sorted(set(seen) - set(listed))
    codes = [c for c in listed if c not in folded and (c not in composites or c in seen)]
    return known.areas(codes).rename_axis("region"), folded


def reported_names(incidents: "Incidents", codes: Collection[str]) -> dict[str, str]:
    """A readable name per code, where the table has one beside its code; nothing with a vocabulary."""
    if incidents.regions is not None or not codes:
        return {}
    pairs = incidents.table[["region", "region_reported"]].drop_duplicates("region")
    return {str(r): str(n) for r, n in zip(pairs["region"], pairs["region_reported"], strict=True) if n}


def _frame(codes: list[str], names: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame({"name": names, "parent": ""}, index=pd.Index(codes, name="region", dtype="str"))
    for column in ("tile_row", "tile_col"):
        frame[column] = pd.array([pd.NA] * len(codes), dtype="Int64")
    return frame
