"""`trace_fact`: which rows make a printed number."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis.contributions import sum_of
from analysis.findings import TOTAL
from analysis.historical import FOUR, reference_blocks
from analysis.models.last_year import same_weeks
from analysis.weeks import Week

from ..facts import Fact
from .book import Book
from .counts import delay, listed, of_source, own_row, reading, regions
from .earlier import changed_rows, grown, row_then, shares_grown, week_then_and_now
from .record import Side, Trace
from .sides import Days, clipped, period_of, rest_of, side_of, week_of

__all__ = ["trace_fact"]

_PRINTED = ("baseline", "rate_ratio", "rate_ratio_range", "q_value", "baseline_weeks")
# A comparison's prefix in the ids of its facts, and its kind.
_COMPARISONS = {"week": "comparison", "last_year": "last_year"}
_SUMS = r"week|four_weeks|\d+_weeks_before|previous_\d+_weeks|year_to_date|last_year_to_date"
_SHARES = ("unallocated/share", "unallocated/share_before")
_NUMBERS_OF = ("regions_", "signals")  # counts of regions, not of rows
_TOLERANCE = 1e-6  # of one unit: rows spread over days are added in another order


def trace_fact(edition: Book | str | Path, fact: str) -> Trace:
    """The rows behind a printed number of an edition.

    edition : its folder. fact : the number's id, as in ``report.json`` and ``data-fact`` in the page.

    A sum is given back from its rows to the last unit; for a ratio, an interval, a trend or a change of level
    the rows of each side are given. Raises `ConfigError` for an unknown id, `EditionError` where a file of
    the edition is missing or damaged.
    """
    book = edition if isinstance(edition, Book) else Book(edition)
    found = book.fact(fact)
    for part, how in _PARTS:
        sides = part(book, found)
        if sides is not None:
            return _trace(book, found, sides, how)
    what = f"counts {found.unit}" if found.unit else "is a statement of the report"
    return _trace(book, found, (), f"It {what} and is not made of incident rows.")


def _trace(book: Book, fact: Fact, sides: tuple[Side, ...], how: str) -> Trace:
    return Trace(
        edition=book.folder.name, fact=fact, how=how, sides=sides, adds_up=_adds_up(book, fact, sides)
    )


def _adds_up(book: Book, fact: Fact, sides: tuple[Side, ...]) -> bool | None:
    """Whether the rows give the printed number again; None where it is fitted, not added up."""
    if not sides:
        return None
    amount = sides[0].amount
    if fact.id in (*_SHARES, "delay/within_7_days"):
        return _near(amount.low / sides[1].amount.low, fact.value)
    if fact.id == "regions_affected":
        return _near(float(sides[0].rows[book.by].nunique()), fact.value)
    kind = _compared(fact)
    if kind:
        mean = next(c for c in book.findings(kind) if c["region"] == fact.region)["baseline"]
        return _near(sides[1].amount.figure / len(_weeks_before(book, fact.region, kind)), mean["value"])
    if rest_of(fact) == "four_weeks/mean":
        return _near(sides[1].amount.figure / len(_four_weeks_before(book, fact.region)), fact.value)
    if rest_of(fact).endswith("_weeks/most"):
        return _near(sides[0].amount.figure, fact.value)
    if (
        len(sides) > 1
        or rest_of(fact).startswith("trend/")
        or rest_of(fact).endswith("_weeks/median")
        or fact.id.startswith(_NUMBERS_OF)
        or _is_mean(fact)
    ):
        return None
    if fact.value is None and fact.low is None:  # "not stated"
        return not len(sides[0].rows)
    if fact.low is None:
        return _near(amount.figure, fact.value)
    return _near(amount.low, fact.low) and _near(amount.best, fact.value) and _near(amount.high, fact.high)


def _is_mean(fact: Fact) -> bool:
    return fact.id.startswith("sources/") and fact.id.endswith("/before")


def _near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _TOLERANCE


# --- one function per kind of number; None = it is not of this kind ---------------------------------------


def _sum(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    """A week's sum of the measure, or of another count."""
    if not (fact.region and fact.period and fact.unit):
        return None
    rest = rest_of(fact)
    exact = rest == f"week/{book.measure}_exact" and fact.unit == book.measure
    plain = re.fullmatch(rf"({_SUMS})/{re.escape(fact.unit)}|last_\d+_weeks/most", rest)
    if not plain and not exact:
        return None
    days = period_of(fact)
    if fact.unit == book.measure:
        days = clipped(book, days)
    return (side_of(book, "the sum", days, fact.region, fact.unit, exact=exact),)


def _comparison(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    kind = _compared(fact)
    if not fact.region or not kind:
        return None
    week, used = week_of(book), _weeks_before(book, fact.region, kind)
    what = f"the {len(used)} weeks before" if kind == "comparison" else f"{len(used)} weeks of last year"
    parts = [side_of(book, what, days, fact.region) for days in _spans(used)]
    return (
        side_of(book, "the week", clipped(book, (week.first_day, week.last_day)), fact.region),
        parts[0] if len(parts) == 1 else _joined(parts),
    )


def _four_weeks(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    """The last four weeks, and the comparable totals of the past."""
    if not fact.region or rest_of(fact) not in ("four_weeks/mean", "four_weeks/ratio", "four_weeks/limits"):
        return None
    before = _four_weeks_before(book, fact.region)
    parts = [
        side_of(book, f"{len(before)} four-week totals of the past", days, fact.region) for days in before
    ]
    return (side_of(book, "the last four weeks", clipped(book, period_of(fact)), fact.region), _joined(parts))


def _four_weeks_before(book: Book, region: str) -> list[Days]:
    """The totals of `analysis.historical` on whose every day the region is covered."""
    week = week_of(book)
    reference = reference_blocks((week.first_day - book.window[0]).days // 7)
    totals = [] if reference is None else reference.days(week)
    return [
        (first.first_day, last.last_day)
        for first, last in totals
        if all(_covered(book, region, first.shift(step)) for step in range(FOUR))
    ]


def _compared(fact: Fact) -> str | None:
    """The kind of comparison a fact is printed of."""
    prefix, _, name = rest_of(fact).partition("/")
    return _COMPARISONS.get(prefix) if name in _PRINTED else None


def _weeks_before(book: Book, region: str, kind: str) -> list[Week]:
    """The weeks of a baseline, oldest first: those in the window on which the region is covered."""
    week, options = week_of(book), book.payload["models"][kind]
    back = range(options["baseline_weeks"], 0, -1) if kind == "comparison" else same_weeks(options["around"])
    weeks = [week.shift(-number) for number in back]
    return [w for w in weeks if w.first_day >= book.window[0] and _covered(book, region, w)]


def _covered(book: Book, region: str, week: Week) -> bool:
    """Whether every day of a week is covered, for a parent in all its regions that ever are."""
    first, last = str(week.first_day), str(week.last_day)
    stated = [book.coverage[code] for code in book.members(region) if book.coverage.get(code)]
    return all(any(a <= first and last <= b for a, b in (s.split("/") for s in spans)) for spans in stated)


def _spans(weeks: list[Week]) -> list[Days]:
    """The weeks as stretches of days without a gap."""
    spans: list[Days] = []
    for week in weeks:
        if spans and spans[-1][1] + dt.timedelta(days=1) == week.first_day:
            spans[-1] = (spans[-1][0], week.last_day)
        else:
            spans.append((week.first_day, week.last_day))
    return spans


def _joined(parts: list[Side]) -> Side:
    """Several stretches of days as one side; a row that lies in two of them counts with both shares."""
    rows = pd.concat([part.rows for part in parts], ignore_index=True)
    return replace(
        parts[0], first_day=parts[0].first_day, last_day=parts[-1].last_day, rows=rows, amount=sum_of(rows)
    )


def _signal(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    """The week, and the weeks its expectation rests on."""
    if not fact.region or not rest_of(fact).startswith("signal/"):
        return None
    week, looked = week_of(book), book.payload["models"]["signal"]["history_weeks"]
    before = clipped(book, (week.shift(-looked).first_day, week.shift(-1).last_day))
    return (
        side_of(book, "the week", clipped(book, (week.first_day, week.last_day)), fact.region),
        side_of(book, "the weeks before", before, fact.region),
    )


def _share(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    if fact.id not in _SHARES:
        return None
    days = clipped(book, period_of(fact))
    return (
        side_of(book, "not assigned to one region", days, fact.region),
        side_of(book, "the total", days, TOTAL),
    )


def _trend(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    if not fact.region or not rest_of(fact).startswith("trend/") or not fact.period:
        return None
    days = clipped(book, period_of(fact))
    return (side_of(book, "the weeks of the trend", days, fact.region),)


def _median(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    if not fact.region or not fact.period or not re.fullmatch(r"last_\d+_weeks/median", rest_of(fact)):
        return None
    return (side_of(book, "the weeks looked at", clipped(book, period_of(fact)), fact.region),)


def _change(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    """Both levels of a change: up to the neighbouring changes of the region."""
    found = re.fullmatch(r"change/(\d{4}-\d\d-\d\d)/\w+", rest_of(fact)) if fact.region else None
    if found is None:
        return None
    date = dt.date.fromisoformat(found[1])
    dates = [
        dt.date.fromisoformat(c["date"]) for c in book.findings("change_point") if c["region"] == fact.region
    ]
    first, last = clipped(book, (dt.date.min, week_of(book).last_day))
    begin = max([first, *(d for d in dates if d < date)])
    end = min([last, *(d - dt.timedelta(days=1) for d in dates if d > date)])
    return (
        side_of(book, "the level before", (begin, date - dt.timedelta(days=1)), fact.region),
        side_of(book, "the level after", (date, end), fact.region),
    )


_PARTS: tuple[tuple[Callable[[Book, Fact], tuple[Side, ...] | None], str], ...] = (
    (_sum, "It is the sum of these rows, each with its share."),
    (_comparison, "The week is compared with the mean of the weeks beside it."),
    (_four_weeks, "The last four weeks are held against the mean and the spread of the others."),
    (_median, "It is the middle one of the weekly sums of these rows."),
    (_signal, "The week is held against what the weeks before lead to expect."),
    (_share, "It is the first sum over the second, both at their lower bounds."),
    (_trend, "It is fitted to the daily sums of these rows."),
    (_change, "Both levels are fitted to the daily sums of these rows."),
    (of_source, "It is what the rows of this source add up to, or their mean a week."),
    (regions, "It counts the regions of these rows."),
    (own_row, "It stands in this row."),
    (reading, "It counts these rows."),
    (listed, "It counts these rows."),
    (week_then_and_now, "It is what these rows add up to, each with its share."),
    (grown, "It is what these rows add up to, as far as they were known then."),
    (shares_grown, "It is the middle, the lowest or the highest of the weeks' own shares."),
    (row_then, "It stood in this row of the last issue."),
    (changed_rows, "It counts these rows."),
    (delay, "It is the number of the first rows over that of the second."),
)
