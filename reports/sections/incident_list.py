"""The rows behind the week."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.estimates import Amount

from ..content import Cell, Column, Context, Row, Section, Table, Text, say
from ..facts import Fact
from ..shared_facts import WeekFacts
from ..words import joined, span_text

__all__ = ["MOST_ROWS", "build", "cells_of", "row_columns", "row_of", "week_rows"]

MOST_ROWS = 40
LONGEST = 160  # characters of a free text shown on the page; the CSV has all of it

# Free columns that say what happened, in the order of preference; at most three are shown.
PEOPLE = ("killed", "fatalities", "injured")
DETAILS = ("event_type", "location", "source", "notes")


def week_rows(context: Context) -> pd.DataFrame:
    """Rows of the incident table that touch the week, oldest first; those in no day are left out."""
    incidents, week = context.panel.incidents, context.week
    if incidents is None:
        return pd.DataFrame()
    table = incidents.table
    first, last = pd.Timestamp(week.first_day), pd.Timestamp(week.last_day)
    known = context.panel.as_of
    inside = (table["date_start"] <= last) & (table["date_end"] >= first) & (table["timing"] != "undated")
    if known is not None and "report_date" in table:
        inside &= ~(table["report_date"] > known)
    return table[inside].sort_values(["date_start", "row"], kind="stable")


def build(context: Context, /) -> Section | None:
    """The rows with date, region, amounts and source; a long week is cut on the page, not in the CSV."""
    rows = week_rows(context)
    if rows.empty:
        return None
    facts = WeekFacts(context)
    amounts, details, same = cells_of(context, rows)
    shown = _shown(rows, amounts)
    note = (*_note(context, rows, shown, amounts), *(_same(name, rows[name].iloc[0]) for name in same))
    table = Table(
        name="incidents",
        caption=(f"Rows of the table that fall in {facts.span}",),
        columns=row_columns(amounts, details),
        rows=tuple(row_of(facts, record, amounts, details) for record in shown.to_dict("records")),
        data=rows.drop(columns=[c for c in rows if str(c).endswith("_share")]),
        note=note,
    )
    return Section(id="incident_list", title="Incident list", blocks=(table,))


def cells_of(context: Context, rows: pd.DataFrame) -> tuple[list[str], list[str], list[str]]:
    """Amounts that any row states, free columns that differ between rows, and those that say the same."""
    amounts = [name for name in _amounts(context) if rows[f"{name}_low"].notna().any()]
    details = [name for name in DETAILS if name in rows and _filled(rows[name]).any()]
    same = [name for name in details if len(rows) > 1 and rows[name].nunique(dropna=False) == 1]
    return amounts, [name for name in details if name not in same], same


def row_columns(amounts: list[str], details: list[str]) -> tuple[Column, ...]:
    """The columns of a table of rows."""
    return (
        Column(key="date", label="Date", align="left"),
        Column(key="region", label="Region", align="left"),
        *(Column(key=name, label=name.replace("_", " ").capitalize()) for name in amounts),
        *(Column(key=name, label=name.replace("_", " ").capitalize(), align="left") for name in details),
    )


def _shown(rows: pd.DataFrame, amounts: list[str]) -> pd.DataFrame:
    """All rows in order of date; of a long week those with the largest amounts, people first.

    Without amounts the first rows of each day, so that the whole week is seen.
    """
    if len(rows) <= MOST_ROWS:
        return rows
    if not amounts:
        days = rows["date_start"]
        return rows[rows.groupby(days).cumcount() < max(1, MOST_ROWS // days.nunique())].head(MOST_ROWS)
    keys = [f"{name}_low" for name in _ranked(amounts)]
    largest = rows.sort_values(keys, ascending=False, kind="stable", na_position="last").head(MOST_ROWS)
    return largest.sort_values(["date_start", "row"], kind="stable")


def _ranked(amounts: list[str]) -> list[str]:
    first = [name for name in PEOPLE if name in amounts]
    return [*first, *(name for name in amounts if name not in first)]


def _amounts(context: Context) -> tuple[str, ...]:
    return context.panel.incidents.amounts if context.panel.incidents is not None else ()


def _filled(column: "pd.Series[str]") -> "pd.Series[bool]":
    return column.notna() & (column.astype(str).str.strip() != "")


def row_of(
    facts: WeekFacts, record: Mapping[Any, Any], amounts: list[str], details: list[str], key: str = "row"
) -> Row:
    """One row of the incident table; ``key`` begins the ids of its amounts."""
    first, last = pd.Timestamp(record["date_start"]), pd.Timestamp(record["date_end"])
    where = _where(facts, str(record["region"] or ""), str(record["region_reported"] or ""))
    cells = [
        Cell(text=(span_text(first.date(), last.date()),), sort=first.date().isoformat()),
        Cell(text=(where,)),
        *(_amount(facts, record, name, key) for name in amounts),
        *(Cell(text=(_shortened(record[name]),)) for name in details),
    ]
    if not record["included"]:
        cells[1] = Cell(text=(f"{where} (part of another row, not added)",), tone="muted")
    return Row(cells=tuple(cells))


def _where(facts: WeekFacts, code: str, reported: str) -> str:
    """The region's name; for a count several regions share, all of their names."""
    if code:
        return facts.name(code)
    named = [facts.name(part.strip()) for part in reported.split("|") if part.strip()]
    if not named:
        return "not stated"
    return f"{joined(named)} ({'one count, not split' if len(named) > 1 else 'not assigned'})"


def _amount(facts: WeekFacts, record: Mapping[Any, Any], name: str, key: str) -> Cell:
    low, best, high = (record[f"{name}{end}"] for end in ("_low", "", "_high"))
    if pd.isna(low):
        return Cell(text=("not stated",), tone="muted")
    amount = Amount(low=float(low), best=_known(best), high=_known(high))
    fact: Fact = facts.context.facts.amount(f"{key}/{record['row']}/{name}", amount, unit=name)
    return Cell(text=(fact,), sort=amount.figure)


def _known(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _shortened(value: object) -> str:
    text = "" if value is None or value is pd.NA or value != value else str(value).strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _same(name: str, value: object) -> str:
    """What every row of the week says alike stands once, below the table."""
    return f"{name.replace('_', ' ').capitalize()} of every row: {_shortened(value)}. "


def _note(context: Context, rows: pd.DataFrame, shown: pd.DataFrame, amounts: list[str]) -> Text:
    if len(rows) == len(shown):
        return ()
    count = context.facts.count
    by = joined([name.replace("_", " ") for name in _ranked(amounts)])
    which = f"with the largest amounts, by {by}" if amounts else "that come first on each day"
    return say(
        "The {shown} of {all} rows {which}; all of them are in tables/incidents.csv. ",
        shown=count("incident_rows_shown", len(shown), unit="rows"),
        all=count("incident_rows", len(rows), unit="rows"), which=which,
    )  # fmt: skip
