"""From rows to events: duplicates merged by the stated rule, "each" split, headlines freed of their parts."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from .duplicates import MergeRule, candidates, merged_rows
from .each import SEVERAL, split_each
from .headlines import without_parts
from .record import Candidate

__all__ = ["Events", "settle_events", "settle_part"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Events:
    """table : the final rows. merged : rows that left it. added : rows it has beyond those of the source.
    flagged : what is odd -> rows. duplicates, candidates : as in the ingest report.
    merged_amounts : measure -> what the merged rows stated (best figure, or the lower bound).
    """

    table: pd.DataFrame
    merged: pd.DataFrame
    added: int
    flagged: Mapping[str, int]
    duplicates: Mapping[str, int]
    candidates: tuple[Candidate, ...]
    merged_amounts: Mapping[str, float]


def settle_events(table: pd.DataFrame, rule: MergeRule | None, amounts: tuple[str, ...]) -> Events:
    """The rows that count, with what was merged, split and left over."""
    found, groups = candidates(table)
    table, merged = merged_rows(table, rule, amounts)
    split = 0
    if SEVERAL in table:
        table, split = split_each(table)
    table, rest, flagged = without_parts(table, amounts)
    counted = merged[merged["included"].astype(bool)]
    lost = {"incidents": float(len(counted))}
    lost |= {name: float(counted[name].fillna(counted[f"{name}_low"]).sum()) for name in amounts}
    return Events(
        table=table, merged=merged, added=split + rest, flagged=flagged, duplicates=found, candidates=groups,
        merged_amounts={name: value for name, value in lost.items() if value},
    )  # fmt: skip


def settle_part(table: pd.DataFrame) -> Events:
    """The rows of a part of a table: "each" is split; what needs the whole table is not looked for."""
    split = 0
    if SEVERAL in table:
        table, split = split_each(table)
    return Events(
        table=table, merged=table.iloc[:0], added=split, flagged={}, duplicates={}, candidates=(),
        merged_amounts={},
    )  # fmt: skip
