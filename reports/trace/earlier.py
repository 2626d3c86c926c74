"""Numbers that speak of the last issue: their rows lie in this edition, in the earlier one, or in both."""

import re
from dataclasses import replace

import pandas as pd

from analysis.allocation import known_in
from analysis.estimates import Amount
from analysis.findings import TOTAL
from analysis.snapshots import GROUPS, compare_rows

from ..facts import Fact
from .book import Book
from .counts import own_row
from .record import Side
from .sides import clipped, period_of, side_of, week_of

__all__ = ["changed_rows", "row_then", "week_then_and_now"]


def _earlier(book: Book) -> Book | None:
    """The edition this one was compared with; None where it is not beside it any more."""
    name = book.payload.get("previous")
    folder = book.folder.resolve().parent / str(name)
    return Book(folder) if name is not None and folder.is_dir() else None


def week_then_and_now(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    """A past week as it was printed, as it is known now, or both for the difference."""
    found = re.fullmatch(r"since/\d{4}-\d\d-\d\d/(before|after|change)", fact.id)
    earlier = _earlier(book) if found else None
    if found is None or earlier is None:
        return None
    days, printed = period_of(fact), f"printed in {earlier.folder.name}"
    sides = {
        "after": side_of(book, "known now", clipped(book, days), TOTAL),
        "before": side_of(earlier, printed, clipped(earlier, days), TOTAL),
    }
    return tuple(sides.values()) if found[1] == "change" else (sides[found[1]],)


def row_then(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    """An amount that a row stated in the last issue."""
    earlier = _earlier(book) if fact.id.startswith("since/row/") else None
    return None if earlier is None else own_row(earlier, replace(fact, id=fact.id.removeprefix("since/")))


def changed_rows(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    """Rows that were added, removed or changed since the last issue."""
    what = fact.id.removeprefix("since/rows/")
    earlier = _earlier(book) if what != fact.id else None
    if earlier is None:
        return None
    tables = [b.incidents.table[known_in(b.incidents.table, b.as_of)] for b in (earlier, book)]
    found = compare_rows(*tables, by=book.by).changes
    last = pd.Timestamp(week_of(earlier).last_day)
    rows = found[_chosen(found, what, last)].reset_index(drop=True)
    side = Side(
        name="rows", first_day=None, last_day=None, rows=rows.drop(columns=[*GROUPS]),
        amount=Amount.exactly(len(rows)),
    )  # fmt: skip
    return (side,)


def _chosen(changes: pd.DataFrame, what: str, last: pd.Timestamp) -> "pd.Series[bool]":
    added = changes["change"] == "added"
    if what.startswith("added"):
        later = changes["date_start_after"] > last
        return added & (later if what == "added_for_new_days" else ~later)
    if what == "other":  # those that changed in nothing that is counted
        return changes["other"] & ~(changes["redated"] | changes["relocated"] | changes["amounts"])
    return changes[what] if what in GROUPS else changes["change"] == what
