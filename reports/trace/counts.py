"""Numbers that count regions, rows and cells of the table; None = a number is not of that kind."""

import re
from dataclasses import replace

import pandas as pd

from analysis.allocation import known_rows
from analysis.contributions import sum_of
from analysis.estimates import Amount
from analysis.findings import TOTAL
from analysis.sources import reporters_in

from ..facts import Fact
from .book import Book
from .ingest import ingest_rows
from .record import Side
from .sides import SHOWN, clipped, period_of, side_of, week_of, with_cells

__all__ = ["delay", "listed", "of_source", "own_row", "reading", "regions"]


_TELLING = ("up", "down", "unusual", "low")
# Number of regions -> the kind of finding, and what its records say of the regions that are counted.
_NAMED = {
    "regions_up": ("comparison", "verdict", ("up",)),
    "regions_down": ("comparison", "verdict", ("down",)),
    "regions_unusual": ("signal", "verdict", ("unusual",)),
    "regions_low": ("signal", "verdict", ("low",)),
    "signals": ("signal", "verdict", ("unusual", "low")),
    "signals_new": ("signal", "status", ("new",)),
}


def regions(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    """The week's rows of the regions that are counted: those with any, that moved, that are unusual."""
    if fact.id != "regions_affected" and fact.id not in _NAMED:
        return None
    week = week_of(book)
    days = clipped(book, (week.first_day, week.last_day))
    side = side_of(book, "the week in these regions", days, TOTAL)
    codes = side.rows[book.by].astype(object)
    if fact.id == "regions_affected":
        kept = codes.notna() & (codes.astype(str) != "") & (side.rows["best"] > 0)
    else:
        kind, field, values = _NAMED[fact.id]
        single = (c for c in book.findings(kind) if c["region"] != TOTAL and not c.get("is_parent"))
        kept = codes.isin([c["region"] for c in single if c[field] in values and c["verdict"] in _TELLING])
    rows = side.rows[kept].reset_index(drop=True)
    return (
        Side(
            name=side.name, first_day=side.first_day, last_day=side.last_day, rows=rows, amount=sum_of(rows)
        ),
    )


def of_source(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    """What one source reported in a week, or in the weeks before it."""
    found = re.fullmatch(r"(sources/\d+)/(week|before)", fact.id)
    if found is None:
        return None
    name = book.facts[f"{found[1]}/name"].text
    side = side_of(book, "of this source", clipped(book, period_of(fact)), TOTAL)
    cells = side.rows["source"].astype(object).map(lambda cell: "; ".join(reporters_in(_words(cell))))
    rows = side.rows[cells == ("" if name == "not stated" else name)].reset_index(drop=True)
    return (replace(side, rows=rows, amount=sum_of(rows)),)


def _words(cell: object) -> str:
    return "" if pd.isna(cell) else str(cell)  # type: ignore[call-overload]


def own_row(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    """An amount in the list of incidents: its one row."""
    found = re.fullmatch(r"(?:page_)?row/(\d+)/(.+)", fact.id)
    if found is None:
        return None
    table, name = book.incidents.table, found[2]
    own = table[table["row"] == int(found[1])]
    stated = pd.DataFrame({"share": 1.0, "low": own[f"{name}_low"], "best": own[name]}, index=own.index)
    stated["high"] = own[f"{name}_high"]
    rows = with_cells(book, stated)
    low, best, high = (None if pd.isna(v) else float(v) for v in stated.iloc[0][["low", "best", "high"]])
    amount = Amount(low=low or 0.0, best=best, high=high)
    return (Side(name="the row", first_day=None, last_day=None, rows=rows, amount=amount),)


def reading(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    """What reading the table counted: rows by kind."""
    if not fact.id.startswith("ingest/"):
        return None
    rows = ingest_rows(book, fact.id.removeprefix("ingest/"))
    if rows is None:
        return None
    number = float(rows["row"].nunique())
    shown = rows[[name for name in (*SHOWN, "column", "value", "reason", "mend") if name in rows]]
    side = Side(
        name="rows of the table", first_day=None, last_day=None, rows=shown.reset_index(drop=True),
        amount=Amount.exactly(number),
    )  # fmt: skip
    return (side,)


def listed(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    """The list of incidents: rows that touch the week, and those of them on the page."""
    if fact.id not in ("incident_rows", "incident_rows_shown"):
        return None
    table, week = book.incidents.table, week_of(book)
    first, last = pd.Timestamp(week.first_day), pd.Timestamp(week.last_day)
    inside = (table["date_start"] <= last) & (table["date_end"] >= first) & (table["timing"] != "undated")
    rows = table[inside & known_rows(book.incidents, book.as_of)]
    if fact.id == "incident_rows_shown":
        printed = {int(id.split("/")[1]) for id in book.facts if id.startswith("row/")}
        if not printed:
            return None
        rows = rows[rows["row"].isin(printed)]
    side = Side(
        name="rows that touch the week", first_day=week.first_day, last_day=week.last_day,
        rows=with_cells(book, pd.DataFrame(index=rows.index)), amount=Amount.exactly(float(len(rows))),
    )  # fmt: skip
    return (side,)


def delay(book: Book, fact: Fact) -> tuple[Side, ...] | None:
    """The share that was reported within seven days: those, and all with a report date."""
    if fact.id != "delay/within_7_days":
        return None
    from analysis.daily import daily_panel

    first, last = book.window
    panel = daily_panel(
        book.incidents, measure=book.measure, by=book.by, start=first, end=last, as_of=book.as_of
    )
    if panel.delays is None:
        return None
    whole = pd.DataFrame({"delay_days": panel.delays})
    sides = (("reported within seven days", whole[whole["delay_days"] <= 7]), ("with a report date", whole))
    return tuple(
        Side(
            name=name, first_day=None, last_day=None, rows=with_cells(book, rows),
            amount=Amount.exactly(float(len(rows))),
        )
        for name, rows in sides
    )  # fmt: skip
