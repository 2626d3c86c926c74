"""Other counts of the week, each in its own unit: what was counted beside the main measure, people apart."""

from analysis.findings import TOTAL, UNALLOCATED, Tally

from ..content import Cell, Column, Context, Row, Section, Table
from ..shared_facts import WeekFacts
from ..words import Noun

__all__ = ["build"]


def build(context: Context, /) -> Section | None:
    """Region by unit. A blank is "not stated", which is not zero; different units are never added."""
    facts = WeekFacts(context)
    total = facts.tallies(TOTAL)
    if not total:
        return None
    measures = list(total)
    found: dict[str, dict[str, Tally]] = {}
    for tally in context.findings.of("tally"):
        found.setdefault(tally.region, {})[tally.measure] = tally
    order = sorted((c for c in found if c not in (TOTAL, UNALLOCATED)), key=facts.name)
    shown = [code for code in (*order, UNALLOCATED, TOTAL) if code in found]
    table = Table(
        name="other_counts",
        caption=(f"Other counts by region, {facts.span}",),
        columns=(
            Column(key="region", label="Region", align="left"),
            *(Column(key=m, label=Noun(m).many.capitalize()) for m in measures),
        ),
        rows=tuple(_row(facts, code, measures, found[code]) for code in shown),
        data=context.findings.frame("tally"),
        note=(
            "Events and people are kept apart, and units are never added together. Not stated is not zero.",
        ),
    )
    return Section(id="by_type", title="Other counts", blocks=(table,))


def _row(facts: WeekFacts, code: str, measures: list[str], tallies: dict[str, Tally]) -> Row:
    cells = [Cell(text=(facts.name(code),))]
    for measure in measures:
        tally = tallies.get(measure)
        if tally is None:
            cells.append(Cell(text=("–",), tone="muted"))
        else:
            fact = facts.tally(tally)
            cells.append(Cell(text=(fact,), sort=fact.low, tone="" if tally.amount else "muted"))
    return Row(cells=tuple(cells), role="total" if code in (TOTAL, UNALLOCATED) else "")
