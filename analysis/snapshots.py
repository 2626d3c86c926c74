"""Two states of one table of rows: what was added, removed, re-dated, re-located, or given other amounts.

Rows are matched by ``event_id`` where it names one row in each state, else by content, as a multiset. All
steps are passes over columns of codes, so that a million rows are no different from a hundred.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .incidents.cells import distinct

__all__ = ["GROUPS", "RowChanges", "compare_rows"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

GROUPS = ("redated", "relocated", "amounts", "other")
_DATES = ("date_start", "date_end", "time_start", "timing", "first_share", "last_share")
_SHOWN = ("date_start", "date_end", "region", "region_reported", "included")
_DERIVED = frozenset({"row", "match", "region_reported", "report_timed"})  # follow from others, or from order
_ROOM = 2**62


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RowChanges:
    """What became of the rows between two states of a table.

    before, after : rows in each state. unchanged : rows in both that say the same.
    changes : one row per row that was added, removed or changed, in the order of dates; columns change
        ("added", "removed", "changed"), redated, relocated, amounts, other (bool, for changed rows), columns
        (names of those that differ), event_id where there is one, row_before and row_after (lines in the
        sources), then the dates, places and amounts with ``_before`` and ``_after``.
    matched_by : rows of the earlier state matched by "event_id" and by "content".
    columns_added, columns_removed : columns in one state only; they are not compared.
    """

    before: int
    after: int
    unchanged: int
    changes: pd.DataFrame
    matched_by: Mapping[str, int] = field(default_factory=dict)
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()

    def count(self, what: str) -> int:
        """Rows "added", "removed", "changed", or of one of `GROUPS`; a changed row may be in several."""
        if what in GROUPS:
            return int(self.changes[what].sum())
        return int((self.changes["change"] == what).sum())

    def __repr__(self) -> str:
        said = ", ".join(f"{self.count(what):,d} {what}" for what in ("added", "removed", *GROUPS))
        return f"RowChanges({self.before:,d} to {self.after:,d} rows: {said}, {self.unchanged:,d} unchanged)"

    def _repr_html_(self) -> str:
        from .display import table_html

        return table_html(self.changes, repr(self), most=8)


def compare_rows(before: pd.DataFrame, after: pd.DataFrame, *, by: str = "region") -> RowChanges:
    """Compare two states of a table as `Incidents.table` describes it.

    before, after : the earlier and the later rows. by : the column that says where, beside the region.

    Where an id stands in one row of each state at most, it alone decides which rows are the same. Other rows
    are the same where all their cells are; what is left is paired only where a row is the one and only with
    its remaining cells in both states, and counted as added and removed otherwise. If the states have no id
    in common, ids are not looked at. Where a place is not resolved its name decides, not how it is spelled
    in capitals.
    """
    table = _Codes(before, after, by)
    partner, by_id = _matched(table)
    paired = np.flatnonzero(partner >= 0)
    differs = {
        name: table.before(name)[paired] != table.after(name)[partner[paired]] for name in table.columns
    }
    same = ~np.logical_or.reduce([*differs.values(), np.zeros(len(paired), dtype=bool)])
    gone = np.setdiff1d(np.arange(len(before)), paired)
    come = np.setdiff1d(np.arange(len(after)), partner[paired])
    changes = _changes(table, paired[~same], partner[paired][~same],
                       {name: cells[~same] for name, cells in differs.items()}, gone, come)  # fmt: skip
    return RowChanges(
        before=len(before), after=len(after), unchanged=int(same.sum()), changes=changes,
        matched_by={"event_id": int((partner[by_id] >= 0).sum()),
                    "content": int((partner[~by_id] >= 0).sum())},
        columns_added=tuple(str(c) for c in after.columns if c not in before.columns),
        columns_removed=tuple(str(c) for c in before.columns if c not in after.columns),
    )  # fmt: skip


class _Codes:
    """The compared columns of both states as codes: equal codes, equal cells."""

    def __init__(self, before: pd.DataFrame, after: pd.DataFrame, by: str) -> None:
        self.frames, self.size = (before, after), len(before)
        shared = [str(c) for c in before.columns if c in after.columns]
        self.amounts = [c for c in shared if f"{c}_low" in shared and f"{c}_high" in shared]
        places = {"region", by}
        kind = dict.fromkeys(_DATES, "redated") | dict.fromkeys(places, "relocated")
        for name in self.amounts:
            kind |= dict.fromkeys((name, f"{name}_low", f"{name}_high"), "amounts")
        kind["included"] = "amounts"  # a row that is summed no longer is another amount
        self.columns = [c for c in shared if c not in _DERIVED]
        self.group = {c: kind.get(c, "other") for c in self.columns}
        self.codes = {c: _joint(*self._cells(c)) for c in self.columns}

    def _cells(self, name: str) -> "tuple[pd.Series[Any], pd.Series[Any]]":
        before, after = (frame[name] for frame in self.frames)
        if name != "region" or not all("region_reported" in frame for frame in self.frames):
            return before, after
        return _place(self.frames[0]), _place(self.frames[1])

    def before(self, name: str) -> Ints:
        """Codes of a column in the earlier state."""
        codes: Ints = self.codes[name][: self.size]
        return codes

    def after(self, name: str) -> Ints:
        """Codes of a column in the later state."""
        codes: Ints = self.codes[name][self.size :]
        return codes

    def keys(self, left_out: str = "") -> Ints:
        """One code per row of both states for the columns of every group but one."""
        key, room = np.zeros(self.size + len(self.frames[1]), dtype=np.int64), 1
        for name in self.columns:
            if self.group[name] == left_out:
                continue
            codes = self.codes[name] + 1
            width = int(codes.max(initial=0)) + 1
            if room * width >= _ROOM:
                key = _numbers(key)
                room = int(key.max(initial=0)) + 1
            key, room = key * width + codes, room * width
        return _numbers(key)


def _place(frame: pd.DataFrame) -> "pd.Series[Any]":
    """The code of the region, or the reported name without capitals where it has none."""
    region = frame["region"].astype(object)
    unknown = (region == "").to_numpy(dtype=bool)
    if unknown.any():
        named = frame["region_reported"][unknown].astype(str).str.casefold().str.split().str.join(" ")
        region = region.copy()
        region[unknown] = "?" + named.astype(object)
    return region


def _joint(before: "pd.Series[Any]", after: "pd.Series[Any]") -> Ints:
    """Codes of two columns together; -1 where the cell is empty."""
    kinds = [np.dtype(s.dtype).kind if isinstance(s.dtype, np.dtype) else "" for s in (before, after)]
    if all(kind in "biuf" and kind for kind in kinds):
        both: Any = np.concatenate([before.to_numpy(), after.to_numpy()])
        return _numbers(both)
    if kinds == ["M", "M"]:
        both = np.concatenate([s.to_numpy().astype("datetime64[us]") for s in (before, after)])
        return _numbers(both)
    cells = np.concatenate([before.to_numpy(dtype=object), after.to_numpy(dtype=object)])
    found = distinct(pd.Series(cells, dtype=object))
    same_text = pd.factorize(np.array([*found.values, ""], dtype=object))[0][:-1]
    return np.asarray(found.spread(same_text, -1), dtype=np.int64)


def _numbers(cells: Any) -> Ints:
    """One code per distinct value in order of appearance; -1 where there is none."""
    codes: Ints = np.asarray(pd.factorize(cells)[0], dtype=np.int64)
    return codes


def _matched(table: _Codes) -> tuple[Ints, Bools]:
    """Per row of the earlier state its row in the later one or -1, and whether its id decided."""
    n = table.size
    partner = np.full(n, -1, dtype=np.int64)
    free = [np.ones(n, dtype=bool), np.ones(len(table.frames[1]), dtype=bool)]
    if "event_id" in table.codes:
        ids = table.codes["event_id"]
        some = ids >= 0
        often = _times(ids, n, some)
        usable = some & (often[0] <= 1) & (often[1] <= 1)
        found = _looked_up(ids, n, usable[:n], usable[n:])
        if (found >= 0).any():
            partner, free = found, [~usable[:n], ~usable[n:]]
        else:  # not one id in common: they were given anew and say nothing
            table.columns.remove("event_id")
    by_id = ~free[0]
    for group in ("", *GROUPS):
        key = table.keys(group)
        if group:
            often = _times(key, n, np.ones(len(key), dtype=bool))
            once = (often[0] == 1) & (often[1] == 1)
            found = _looked_up(key, n, free[0] & once[:n], free[1] & once[n:])
        else:
            key = _numbered(key, n, free)
            found = _looked_up(key, n, free[0], free[1])
        hit = found >= 0
        partner[hit] = found[hit]
        free[0] &= ~hit
        free[1][found[hit]] = False
    return partner, by_id


def _times(codes: Ints, size: int, counted: Bools) -> tuple[Ints, Ints]:
    """How often each row's code stands in the earlier and in the later state."""
    width = int(codes.max(initial=-1)) + 1
    out = []
    for part in (slice(None, size), slice(size, None)):
        number = np.bincount(codes[part][counted[part]], minlength=max(width, 1))
        out.append(np.where(codes >= 0, number[codes], 0))
    return out[0], out[1]


def _numbered(key: Ints, size: int, free: list[Bools]) -> Ints:
    """Keys that also tell the first, second … row with the same content apart."""
    number = np.zeros(len(key), dtype=np.int64)
    for part, rows in ((slice(None, size), free[0]), (slice(size, None), free[1])):
        some = np.flatnonzero(rows) + (part.start or 0)
        number[some] = pd.Series(key[some]).groupby(key[some]).cumcount().to_numpy()
    return key * (int(number.max(initial=0)) + 1) + number


def _looked_up(key: Ints, size: int, before: Bools, after: Bools) -> Ints:
    """Per row of the earlier state the row of the later one with its key (unique there), or -1."""
    found = np.full(size, -1, dtype=np.int64)
    rows = np.flatnonzero(after)
    at = pd.Index(key[size:][rows]).get_indexer(pd.Index(key[:size][before]))
    found[before] = np.where(at >= 0, np.append(rows, -1)[at], -1)
    return found


def _changes(
    table: _Codes, old: Ints, new: Ints, differs: Mapping[str, Bools], gone: Ints, come: Ints
) -> pd.DataFrame:
    """The frame of `RowChanges.changes`."""
    before, after = table.frames
    sizes = (len(old), len(gone), len(come))
    left = np.concatenate([old, gone, np.full(sizes[2], -1, dtype=np.int64)])
    right = np.concatenate([new, np.full(sizes[1], -1, dtype=np.int64), come])
    out: dict[str, Any] = {"change": np.repeat(["changed", "removed", "added"], sizes)}
    rest = np.zeros(sizes[1] + sizes[2], dtype=bool)
    names = np.full(sizes[0], "", dtype=object)
    for group in GROUPS:
        cells = [d for name, d in differs.items() if table.group[name] == group]
        out[group] = np.concatenate([np.logical_or.reduce([*cells, np.zeros(sizes[0], dtype=bool)]), rest])
    for name, cell in differs.items():
        names = names + np.where(cell, np.where(names == "", name, f" {name}"), "").astype(object)
    out["columns"] = np.concatenate([names, np.full(len(rest), "", dtype=object)])
    if "event_id" in before and "event_id" in after:
        first, second = _at(before["event_id"], left), _at(after["event_id"], right)
        out["event_id"] = np.where(left >= 0, first, second)
    shown = [n for n in _SHOWN if n in before and n in after]
    shown += [n for name in table.amounts for n in (name, f"{name}_low", f"{name}_high")]
    for name in ("row", *shown):
        if name in before and name in after:
            out[f"{name}_before"], out[f"{name}_after"] = _at(before[name], left), _at(after[name], right)
    frame = pd.DataFrame(out)
    return _in_order(frame, left, right)


def _in_order(frame: pd.DataFrame, left: Ints, right: Ints) -> pd.DataFrame:
    """By date, then by the place in the tables."""
    day = np.zeros(len(frame), dtype=np.int64)
    if "date_start_after" in frame:
        later = pd.to_datetime(frame["date_start_after"]).to_numpy().astype("datetime64[s]")
        earlier = pd.to_datetime(frame["date_start_before"]).to_numpy().astype("datetime64[s]")
        day = np.where(np.isnat(later), earlier, later).astype(np.int64)
    order = np.lexsort((right, left, day))
    return frame.iloc[order].reset_index(drop=True)


def _at(cells: "pd.Series[Any]", rows: Ints) -> Any:
    """Cells at positions, empty where there is no row; whole numbers and flags may then be missing."""
    if isinstance(cells.dtype, pd.CategoricalDtype):
        cells = cells.astype(object)
    plain = isinstance(cells.dtype, np.dtype) and cells.dtype.kind
    if plain in ("i", "u"):
        cells = cells.astype("Int64")
    elif plain == "b":
        cells = cells.astype("boolean")
    return cells.reset_index(drop=True).reindex(np.where(rows >= 0, rows, len(cells))).array
