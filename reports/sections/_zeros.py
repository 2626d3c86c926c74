"""Three kinds of nothing, kept apart on the page: a stated zero, nothing reported, not covered."""

import datetime as dt
from collections.abc import Iterable

from analysis.panel import Status

from ..content import Cell, Row
from ..facts import Fact
from ..shared_facts import WeekFacts

__all__ = ["MARKS", "counted", "legend", "number"]

MARKS: dict[Status, str] = {"nothing reported": "—", "not covered": "U"}
_LEGEND = {
    "–": "A short dash (–) stands where nothing can be told.",
    "—": "A long dash (—): nothing reported; counts as zero.",
    "U": "U: not covered on every day of the week, which is not zero.",
}


def number(fact: Fact | None) -> Cell:
    """A number to sort by; an en dash where there is none."""
    if fact is None:
        return Cell(text=("–",))
    return Cell(text=(fact,), sort=fact.value if fact.value is not None else fact.low)


def counted(facts: WeekFacts, fact: Fact | None) -> Cell:
    """What was reported for a region in some days: the number, or which kind of nothing it is.

    "0" is printed where a row states it or coverage is declared (`Panel.status`); "—" sorts as the zero it
    counts as.
    """
    if fact is None:
        return number(None)
    first, last = (dt.date.fromisoformat(day) for day in fact.period.split("/"))
    mark = MARKS.get(facts.context.panel.status(fact.region, first, last))
    if mark is None:
        return number(fact)
    return Cell(text=(mark,), sort=fact.low, tone="muted" if mark == "—" else "")


def legend(rows: Iterable[Row]) -> str:
    """What the marks in these rows mean; "" where there are none."""
    shown = {cell.text for row in rows for cell in row.cells}
    return " ".join(words for mark, words in _LEGEND.items() if (mark,) in shown)
