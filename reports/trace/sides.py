"""What every kind of number needs to list its rows."""

import datetime as dt

import pandas as pd

from analysis.contributions import rows_of, sum_of
from analysis.weeks import WEEKDAYS, Week

from ..facts import Fact
from .book import Book
from .record import Side

__all__ = ["SHOWN", "Days", "clipped", "period_of", "rest_of", "side_of", "week_of", "with_cells"]

SHOWN = (
    "row", "event_id", "date_start", "date_end", "region", "region_reported", "event_type", "unit",
    "source", "source_url", "report_date",
)  # fmt: skip
Days = tuple[dt.date, dt.date]


def side_of(
    book: Book,
    name: str,
    days: Days,
    region: str,
    measure: str = "",
    *,
    exact: bool = False,
    as_of: pd.Timestamp | None = None,
) -> Side:
    """The rows that add to a region on these days.

    exact : only those that are stated exactly. as_of : as known at another moment than the edition's.
    """
    added = book.contributions(measure or book.measure, *days, as_of)
    rows = pd.concat([rows_of(added, code) for code in book.members(region)])
    if exact:
        rows = rows[rows["low"] == rows["high"]]
    return Side(
        name=name, first_day=days[0], last_day=days[1], rows=with_cells(book, rows), amount=sum_of(rows)
    )


def with_cells(book: Book, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the cells a reader needs to find them again."""
    table = book.incidents.table
    names = [name for name in SHOWN if name in table]
    by = [] if book.by in names else [book.by]
    shown = table.loc[rows.index, [*names, *by]].reset_index(drop=True)
    return shown.join(rows.drop(columns="code", errors="ignore").reset_index(drop=True))


def period_of(fact: Fact) -> Days:
    """First and last day of a fact."""
    first, last = fact.period.split("/")
    return dt.date.fromisoformat(first), dt.date.fromisoformat(last)


def rest_of(fact: Fact) -> str:
    """The id of a fact without its region."""
    return fact.id.removeprefix(f"{fact.region}/")


def clipped(book: Book, days: Days) -> Days:
    """Days within the window of the panel."""
    first, last = book.window
    return max(days[0], first), min(days[1], last)


def week_of(book: Book) -> Week:
    """The reported week."""
    first = dt.date.fromisoformat(book.payload["edition"]["first_day"])
    return Week.of(first, WEEKDAYS[first.weekday()])
