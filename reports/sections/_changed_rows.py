"""The rows that changed since the last issue, as a table."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..content import Cell, Column, Row, Table, Text
from ..since import Since
from ..since_facts import SinceFacts
from ..words import joined, span_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["rows_table"]

MOST_ROWS = 20
_KINDS = (("redated", "other day"), ("relocated", "other region"), ("amounts", "other amount"))

COLUMNS = (
    Column(key="what", label="What", align="left"),
    Column(key="day", label="Day", align="left"),
    Column(key="region", label="Region", align="left"),
    Column(key="amounts", label="Amounts", align="left"),
    Column(key="line", label="Line", align="left", hint="in the table as it was read"),
)


def rows_table(facts: SinceFacts, since: Since) -> Table | None:
    """Rows removed, added late, or with another day, place or amount, latest first; None without any."""
    past = since.past_rows
    if past is None:
        return None
    counted = (past["change"] != "changed") | past["redated"] | past["relocated"] | past["amounts"]
    if not counted.any():
        return None
    chosen = past[counted].iloc[::-1]
    names = [str(c).removesuffix("_low_before") for c in past.columns if str(c).endswith("_low_before")]
    shown = chosen.head(MOST_ROWS).to_dict("records")
    left = len(chosen) - len(shown)
    note = f"The {MOST_ROWS} latest by day; all are in tables/changed_rows.csv." if left else ""
    return Table(
        name="changed_rows",
        caption=("Rows of days covered then that are not what they were",),
        columns=COLUMNS,
        rows=tuple(_row(facts, record, names) for record in shown),
        data=_plain(past),
        note=(note,) if note else (),
    )


def _plain(past: "pd.DataFrame") -> "pd.DataFrame":
    import numpy as np

    return past.replace([np.inf], np.nan)


def _row(facts: SinceFacts, record: Mapping[Any, Any], names: list[str]) -> Row:
    states = [s for s, gone in (("before", "added"), ("after", "removed")) if record["change"] != gone]
    days = [_day(record, state) for state in states]
    places = [_place(facts, record, state) for state in states]
    return Row(
        cells=(
            Cell(text=(_what(record),)),
            Cell(text=(_both(days),), sort=str(record[f"date_start_{states[-1]}"])[:10]),
            Cell(text=(_both(places),)),
            Cell(text=_amounts(facts, record, names, states)),
            Cell(text=(_both([_line(record, state) for state in states]),)),
        )
    )


def _what(record: Mapping[Any, Any]) -> str:
    if record["change"] == "added":
        return "added late"
    if record["change"] == "removed":
        return "removed"
    return joined([words for kind, words in _KINDS if record[kind]])


def _both(texts: list[str]) -> str:
    """One text, or the earlier and the later where they differ."""
    return texts[0] if len(set(texts)) == 1 else f"{texts[0]}, now {texts[1]}"


def _day(record: Mapping[Any, Any], state: str) -> str:
    first, last = record[f"date_start_{state}"], record[f"date_end_{state}"]
    return span_text(first.date(), last.date())


def _line(record: Mapping[Any, Any], state: str) -> str:
    return str(record.get(f"row_{state}", "–"))


def _place(facts: SinceFacts, record: Mapping[Any, Any], state: str) -> str:
    code = str(record[f"region_{state}"] or "")
    if code:
        return facts.week.name(code)
    return f"{record.get(f'region_reported_{state}') or 'not stated'} (not assigned)"


def _amounts(facts: SinceFacts, record: Mapping[Any, Any], names: list[str], states: list[str]) -> Text:
    """The amounts that differ, then and now; of a row that is there only once, those it states."""
    out: list[Any] = []
    for name in names:
        cells = [facts.cell(record, name, state) or "not stated" for state in states]
        differ = str(cells[0]) != str(cells[-1])
        if differ if len(states) == 2 else cells[0] != "not stated":
            out.extend(["; "] if out else [])
            out.extend([f"{name.replace('_', ' ')} ", cells[0]])
            out.extend([", now ", cells[1]] if len(states) == 2 else [])
    if len(states) == 2 and record.get("included_before") != record.get("included_after"):
        out.extend(["; "] if out else [])
        out.append("now added to sums" if record["included_after"] else "no longer added to sums")
    return tuple(out) or ("–",)
