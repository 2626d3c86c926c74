"""A headline total and its parts: nothing is counted twice, and what the parts leave over is kept.

"Twenty in four regions: seven in A, five in B" are a headline and two parts. The parts count where they are;
of the headline only the eight that are left over count, where the headline is placed, mostly in no region.
A part names its headline by ``parent_id``: the ``event_id`` of a row of its own, or any name of the event
where the figure stands beside the parts in a column ``headline``.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from .cells import distinct
from .quantities import amount_cells

__all__ = ["without_parts"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_OVER = "a headline total with parts that add up to more"
_CIRCLE = "part of itself, and counted whole"
_DEEPEST = 64


def without_parts(table: pd.DataFrame, amounts: tuple[str, ...]) -> tuple[pd.DataFrame, int, dict[str, int]]:
    """The table with every headline reduced to what its parts leave over; rows added; what is odd -> rows.

    Gains the column ``is_total``, True for headlines with parts: they hold amounts and are no incident.
    Of the remainder, best is the headline's best less the parts', high its high less the parts' low, and low
    its low less theirs, at most the best.
    """
    if "parent_id" not in table:
        return table, 0, {}
    name = distinct(table["parent_id"])
    included = table["included"].to_numpy(dtype=bool)
    flags: dict[str, int] = {}
    total = np.zeros(len(table), dtype=bool)
    if "event_id" in table:
        parent = _parents(table, name.codes, name.values)
        lost = _circular(parent)
        if lost.any():
            flags[_CIRCLE] = int(lost.sum())
        part = (parent >= 0) & included & ~lost
        total[parent[part]] = True
        table = _reduced(table, amounts, parent, part, total, flags)
    added = 0
    if "headline" in table and "count" in amounts:
        free = included & (name.codes >= 0) & ~_named(table, name.values)[name.codes]
        rest = _left_over(table, name.codes.astype(np.int64), free, amounts, flags)
        added = len(rest)
        if added:
            table = pd.concat([table.assign(is_total=total), rest], ignore_index=True)
            return _categories(table), added, flags
    return (table.assign(is_total=total) if total.any() else table), added, flags


def _named(table: pd.DataFrame, names: list[str]) -> npt.NDArray[np.bool_]:
    """Per name (and one more for none), whether some row has it as its own id."""
    own = set(distinct(table["event_id"]).values) if "event_id" in table else set()
    return np.array([*(text in own for text in names), False], dtype=bool)


def _parents(table: pd.DataFrame, codes: npt.NDArray[np.intp], names: list[str]) -> Ints:
    """Per row the position of its headline, -1 for none; of rows with one id the first included."""
    own = distinct(table["event_id"])
    at = np.flatnonzero((own.codes >= 0) & table["included"].to_numpy(dtype=bool))
    first = dict(zip(reversed([own.values[c] for c in own.codes[at]]), reversed(at.tolist()), strict=True))
    return np.array([*(first.get(text, -1) for text in names), -1], dtype=np.int64)[codes]


def _circular(parent: Ints) -> npt.NDArray[np.bool_]:
    """Rows whose chain of headlines does not end."""
    up = parent.copy()
    for _ in range(_DEEPEST):
        up = np.where(up >= 0, parent[up], -1)
    return up >= 0


def _reduced(
    table: pd.DataFrame, amounts: tuple[str, ...], parent: Ints, part: npt.NDArray[np.bool_],
    total: npt.NDArray[np.bool_], flags: dict[str, int],
) -> pd.DataFrame:  # fmt: skip
    out = table.copy(deep=False)
    for name in amounts:
        own = part
        if name == "count" and "unit" in table:
            unit = distinct(table["unit"]).codes
            own = part & (unit == unit[parent])
        low, best, high = (table[f"{name}{end}"].to_numpy(dtype=float) for end in ("_low", "", "_high"))
        known = np.where(np.isnan(best), low, best)
        own = own & ~np.isnan(low)
        parts_low, parts_best = (_sums(values, parent, own) for values in (low, known))
        some = total & (np.bincount(parent[own], minlength=len(table)) > 0) & ~np.isnan(low)
        over = some & (parts_low > np.where(np.isnan(high), np.inf, high) + 1e-9)
        if over.any():
            flags[_OVER] = flags.get(_OVER, 0) + int(over.sum())
        left_best = np.maximum(0.0, known - parts_best)
        left_low = np.minimum(np.maximum(0.0, low - parts_low), left_best)
        left_high = np.maximum(left_best, high - parts_low)
        out[name] = np.where(some, np.where(np.isnan(best), np.nan, left_best), best)
        out[f"{name}_low"] = np.where(some, left_low, low)
        out[f"{name}_high"] = np.where(some, np.where(np.isnan(high), np.nan, left_high), high)
    return out


def _sums(values: Floats, parent: Ints, rows: npt.NDArray[np.bool_]) -> Floats:
    sums = np.bincount(parent[rows], weights=values[rows], minlength=len(values))
    return sums.astype(np.float64, copy=False)


def _left_over(
    table: pd.DataFrame, event: Ints, rows: npt.NDArray[np.bool_], amounts: tuple[str, ...],
    flags: dict[str, int],
) -> pd.DataFrame:  # fmt: skip
    """One row per event whose headline figure is more than its parts, on the days of its first part."""
    figure = amount_cells(table["headline"])
    known = np.where(np.isnan(figure.best), figure.low, figure.best)
    part = np.where(np.isnan(table["count"]), table["count_low"], table["count"])
    rows = rows & ~np.isnan(known)
    size = int(event.max(initial=-1)) + 1
    stated = np.full(size, -np.inf)
    np.maximum.at(stated, event[rows], known[rows])
    summed = np.bincount(event[rows], weights=np.nan_to_num(part[rows]), minlength=size)
    over = np.isfinite(stated) & (summed > stated + 1e-9)
    if over.any():
        flags[_OVER] = flags.get(_OVER, 0) + int(over.sum())
    short = np.flatnonzero(np.isfinite(stated) & (stated > summed + 1e-9))
    order = np.flatnonzero(rows)
    order = order[np.lexsort((order, table["date_start"].to_numpy()[order], event[order]))]
    first = order[np.searchsorted(event[order], short)]
    rest = table.iloc[first].copy()
    for name in amounts:
        rest[[name, f"{name}_low", f"{name}_high"]] = np.nan
    left = (stated - summed)[short]
    rest["count"], rest["count_low"], rest["count_high"] = left, left, left
    for column, text in (("region", ""), ("region_reported", ""), ("match", "remainder")):
        rest[column] = pd.Categorical([text] * len(rest))
    return rest.assign(is_total=True)


def _categories(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of kinds again, which joining two tables has made texts."""
    return table.assign(
        **{name: pd.Categorical(table[name]) for name in ("region", "region_reported", "match")}
    )
