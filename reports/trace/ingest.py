"""The rows that the section on data quality counts."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from .book import Book

__all__ = ["ingest_rows"]

Rows = pd.DataFrame

_KINDS: dict[str, Callable[[Rows], "pd.Series[bool]"]] = {
    "rows_used": lambda table: ~table["row"].duplicated(),
    "rows_not_counted": lambda table: ~table["included"].astype(bool),
    "rows_spread": lambda table: table["timing"] == "spread",
    "rows_undated": lambda table: table["timing"] == "undated",
    "rows_joint": lambda table: table["match"] == "joint",
}


def ingest_rows(book: Book, name: str) -> Rows | None:
    """The rows a number on reading counts; None where they are not in the edition.

    Rows left out by the settings are in no edition, so what counts them cannot be listed; nor can repeats
    that only differ in columns' raw texts.
    """
    incidents = book.incidents
    table, aside, report = incidents.table, incidents.set_aside, incidents.report
    kind, _, place = name.partition("/")
    if kind in _KINDS:
        return table[_KINDS[kind](table)]
    if kind == "repeats":
        again = table[table.drop(columns="row").astype(str).duplicated()]
        return again if len(again) == report.repeats else None
    if kind == "match":
        return table[table["match"] == place]
    if kind == "rows_set_aside":
        return aside
    if kind == "rows_read":
        whole = pd.concat([table, aside], ignore_index=True)
        return whole if whole["row"].nunique() == report.rows_read else None
    if kind == "set_aside":
        return aside[aside["reason"] == report.set_aside[int(place)].reason]
    if kind == "unmatched":
        wanted = report.unmatched[int(place)].name
        return table[(table["match"] == "unknown") & (table["region_reported"].astype(str) == wanted)]
    if kind == "source":
        ranked = sorted(report.sources, key=lambda source: -source.rows)
        return table[_text(table["source"]) == ranked[int(place)].source]
    return None


def _text(cells: "pd.Series[Any]") -> "pd.Series[str]":
    return cells.astype(object).where(cells.notna(), "").astype(str).str.strip()
