"""Numbers that speak of the last issue: their rows lie in this edition, in the earlier one, or in both."""

import datetime as dt
import re
from dataclasses import replace

import pandas as pd

from analysis.allocation import known_in
from analysis.contributions import sum_of
from analysis.estimates import Amount
from analysis.findings import TOTAL
from analysis.snapshots import GROUPS, compare_rows
from analysis.weeks import WEEKDAYS, Week
from analysis.windows import local_moment

from ..facts import Fact
from ..manifest import MANIFEST
from .book import Book
from .counts import own_row
from .record import Side
from .sides import Days, clipped, period_of, side_of, week_of

__all__ = ["changed_rows", "grown", "row_then", "shares_grown", "week_then_and_now"]

_TINY = 1e-6


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


def grown(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    """A past week as it was known, or printed, some weeks after its end."""
    found = re.fullmatch(r"growth/\d{4}-\d\d-\d\d/(\d+)", fact.id)
    return None if found is None else _at_age(book, fact, period_of(fact), int(found[1]))


def shares_grown(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    """The share of past weeks that was known at an age: the weeks at that age, and at the last one."""
    found = re.fullmatch(r"growth/(\d+)/\w+", fact.id)
    if found is None:
        return None
    first, last = period_of(fact)
    weeks = [first + dt.timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
    ages = (int(found[1]), int(book.facts["growth/reference"].value or 0))
    sides = [_whole([_known_week(book, fact, day, age) for day in weeks], age) for age in ages]
    return tuple(side for side in sides if side is not None)


def _known_week(book: Book, fact: Fact, first: dt.date, age: int) -> Side | None:
    sides = _at_age(book, replace(fact, value=None), (first, first + dt.timedelta(days=6)), age)
    return None if sides is None else sides[0]


def _whole(sides: list[Side | None], age: int) -> Side | None:
    """The rows of several weeks as one side."""
    there = [side for side in sides if side is not None]
    if not there:
        return None
    rows = pd.concat([side.rows for side in there], ignore_index=True)
    return Side(
        name=f"known at age {age}", first_day=there[0].first_day, last_day=there[-1].last_day, rows=rows,
        amount=sum_of(rows),
    )  # fmt: skip


def _at_age(book: Book, fact: Fact, days: Days, age: int) -> tuple[Side, ...] | None:
    if book.incidents.table.get("report_date", pd.Series(dtype=object)).notna().any():
        then = days[1] + dt.timedelta(weeks=age)
        moment = local_moment(then, "as_of", end_of_day=True)
        return (side_of(book, f"reported by {then}", clipped(book, days), TOTAL, as_of=moment),)
    issue = Week.of(days[0], WEEKDAYS[days[0].weekday()]).shift(age)
    sides = [
        side_of(issued, f"printed in {issued.folder.name}", clipped(issued, days), TOTAL)
        for issued in _issues_of(book, issue)
    ]
    fits = [side for side in sides if fact.value is not None and abs(side.amount.figure - fact.value) < _TINY]
    return ((fits or sides)[-1],) if sides else None


def _issues_of(book: Book, week: Week) -> list[Book]:
    """The editions of a week beside this one; this one itself for its own week."""
    if week == week_of(book):
        return [book]
    around = book.folder.resolve().parent
    names = sorted(path.name for path in around.glob(f"{week.name}*") if (path / MANIFEST).is_file())
    return [Book(around / name) for name in names]


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
