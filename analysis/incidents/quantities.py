"""The amounts of a table: each name with its bounds and qualifier, one low, best and high per row."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .amounts import Amounts, combine, parse_amounts, qualifier_of
from .cells import coalesced, distinct
from .columns import ColumnMap
from .setaside import SetAside

__all__ = ["amount_cells", "mostly_text", "read_amounts"]

_MEND = "write a number, 'at least 5', '5-7' or leave the cell empty"


def read_amounts(
    frame: pd.DataFrame,
    mapping: ColumnMap,
    aside: SetAside,
    lines: npt.NDArray[np.int64],
    texts: frozenset[str] | None = None,
) -> tuple[dict[str, npt.NDArray[Any]], tuple[str, ...], dict[str, tuple[int, int]]]:
    """Columns ``name``, ``name_low``, ``name_high`` per amount, the names that are amounts, and per name that
    need not be one how many cells state something and how many of these are no amount.

    Rows with a cell that is no amount are set aside. A column that is no well-known amount and whose
    cells are mostly not amounts is kept as text. texts : the names of which this holds in the whole table,
    where the frame is only part of it.
    """
    out: dict[str, npt.NDArray[Any]] = {}
    names: list[str] = []
    readable: dict[str, tuple[int, int]] = {}
    for name in mapping.amounts:
        figures = _figures(frame, mapping, name)
        if figures is not None:
            out[name] = out[f"{name}_low"] = out[f"{name}_high"] = figures
            names.append(name)
            continue
        parts = {part: _part(frame, mapping, name + part) for part in ("", "_low", "_high")}
        base = parts[""]
        if name not in _SURE and base is not None:
            readable[name] = _readable(base)
        if (name in texts) if texts is not None else mostly_text(*readable.get(name, (0, 0))):
            out[name] = frame[mapping.fields[name][0]].to_numpy()
            continue
        empty = np.full(len(frame), np.nan)
        if base is None:
            base = Amounts(low=empty, best=empty, high=empty, problem=np.full(len(frame), "", dtype=object))
        amount, moved = combine(base, parts["_low"], parts["_high"], _qualifiers(frame, mapping, name, aside))
        if moved.any():
            aside.flagged[f"a bound of {name} contradicts its figure and is moved to it"] = int(moved.sum())
        rows = np.flatnonzero(amount.problem != "")
        if len(rows):
            column = next(
                mapping.fields[name + p][0] for p in ("", "_low", "_high") if name + p in mapping.fields
            )
            values = np.array([str(value) for value in frame[column].iloc[rows]], dtype=object)
            aside.add(lines[rows], column, values, amount.problem[rows], _MEND)
        out[name], out[f"{name}_low"], out[f"{name}_high"] = amount.best, amount.low, amount.high
        names.append(name)
    return out, tuple(names), readable


_SURE = ("count", "killed", "injured")


def mostly_text(stated: int, bad: int) -> bool:
    """Whether a column with so many cells, and so many of them no amounts, is text."""
    return bad > 0.5 * stated


def _figures(frame: pd.DataFrame, mapping: ColumnMap, name: str) -> npt.NDArray[np.float64] | None:
    """The cells of an amount that is nothing but a column of numbers, none of them wrong; None for others."""
    columns = mapping.fields.get(name, ())
    if len(columns) != 1 or any(f"{name}_{part}" in mapping.fields for part in ("low", "high", "qualifier")):
        return None
    kind = frame[columns[0]].dtype
    if not (isinstance(kind, np.dtype) and kind.kind in "iuf"):
        return None
    value = frame[columns[0]].to_numpy(dtype=np.float64)
    fine = bool(np.fmin.reduce(value, initial=0.0) >= 0 and np.fmax.reduce(value, initial=0.0) < np.inf)
    return value if fine else None


def _readable(base: Amounts) -> tuple[int, int]:
    bad = base.problem != ""
    return int((~np.isnan(base.low) | bad).sum()), int(bad.sum())


def _part(frame: pd.DataFrame, mapping: ColumnMap, field: str) -> Amounts | None:
    names = mapping.fields.get(field)
    return None if names is None else amount_cells(coalesced(frame, names))


def amount_cells(cells: "pd.Series[Any]") -> Amounts:
    """Amounts of a column of any type, one per row."""
    if isinstance(cells.dtype, np.dtype) and cells.dtype.kind in "iuf":
        value = cells.to_numpy(dtype=float)
        problem = np.full(len(value), "", dtype=object)
        problem[value < 0], problem[np.isinf(value)] = "a negative amount", "not an amount"
        return Amounts(low=value, best=value, high=value, problem=problem)
    found = distinct(cells)
    read = parse_amounts(found.values)
    return Amounts(
        low=found.spread(read.low, np.nan), best=found.spread(read.best, np.nan),
        high=found.spread(read.high, np.nan), problem=found.spread(read.problem, ""),
    )  # fmt: skip


def _qualifiers(
    frame: pd.DataFrame, mapping: ColumnMap, name: str, aside: SetAside
) -> npt.NDArray[np.object_]:
    names = mapping.fields.get(f"{name}_qualifier")
    if names is None:
        return np.full(len(frame), "", dtype=object)
    cells = distinct(coalesced(frame, names))
    kinds = [qualifier_of(value) for value in cells.values]
    strange = sorted({v for v, kind in zip(cells.values, kinds, strict=True) if kind is None})
    if strange:
        aside.notes.append(f"{names[0]} has words that are no qualifier: {', '.join(strange[:5])}.")
    return cells.spread(np.array([kind or "" for kind in kinds], dtype=object), "")
