"""One figure about several regions: kept whole, or counted for each of them where the table says "each"."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from .amounts import qualifier_of, says_each
from .cells import Distinct, coalesced, distinct
from .columns import ColumnMap

__all__ = ["SEVERAL", "mark_several", "split_each"]

SEVERAL = "_several"  # a column that stands in the table only while it is put together
_KEPT = "a count for each of several regions that could not be split"
Objects = npt.NDArray[np.object_]


def mark_several(
    table: pd.DataFrame, frame: pd.DataFrame, mapping: ColumnMap, several: Objects, joint: str,
    amounts: tuple[str, ...],
) -> dict[str, npt.NDArray[np.bool_]]:  # fmt: skip
    """Give the table the column ``SEVERAL`` where rows are to be split; what is odd -> rows.

    several : per row the codes it names, joined by ``|``. joint : "each" where every amount of every row is
    meant for each of them. Otherwise a row has to say so, and "each" speaks of its count: a row that also
    states another amount is not split, as that one has no split.
    """
    if joint == "each":
        if (several != "").any():
            table[SEVERAL] = several
        return {}
    said = np.zeros(len(table), dtype=bool)
    for field, says in (("count", says_each), ("count_qualifier", lambda text: qualifier_of(text) == "each")):
        if field in mapping.fields:
            column = coalesced(frame, mapping.fields[field])
            if column.dtype.kind in "iuf":  # figures say nothing of regions
                continue
            cells: Distinct = distinct(column)
            said |= cells.spread(np.array([says(text) for text in cells.values], dtype=bool), False)
    if not said.any():
        return {}
    known = several != ""
    other = np.zeros(len(table), dtype=bool)
    for name in amounts:
        if name != "count":
            other |= table[f"{name}_low"].notna().to_numpy(dtype=bool)
    joined = (table["match"] == "joint").to_numpy(dtype=bool)
    split = said & ~other & known
    if split.any():
        table[SEVERAL] = np.where(split, several, "")
    return {_KEPT: said & joined & (other | ~known)}


def split_each(table: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The table with one row per region where ``SEVERAL`` names them, and how many rows that adds."""
    codes = table[SEVERAL].to_numpy(dtype=object)
    table = table.drop(columns=SEVERAL)
    rows = np.flatnonzero(codes != "")
    if not len(rows):
        return table, 0
    parts = [codes[row].split("|") for row in rows]
    size = np.ones(len(table), dtype=np.int64)
    size[rows] = [len(names) for names in parts]
    at = np.repeat(np.arange(len(table)), size)
    region, match = table["region"].astype(object).to_numpy(), table["match"].astype(object).to_numpy()
    region, match = region[at], match[at]
    into = codes[at] != ""
    region[into] = [code for names in parts for code in names]
    match[into] = "each"
    out = table.iloc[at].reset_index(drop=True)
    out["region"], out["match"] = pd.Categorical(region), pd.Categorical(match)
    return out, len(out) - len(table)
