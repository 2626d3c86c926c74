"""Other counts of the week, each in its own unit: what was counted beside the main measure, people apart."""

from analysis.findings import TOTAL, UNALLOCATED, Tally

from ..content import Cell, Column, Context, Row, Section, Table, Text, say
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
        if tally.measure not in total:
            continue
        found.setdefault(tally.region, {})[tally.measure] = tally
    order = sorted((c for c in found if c not in (TOTAL, UNALLOCATED)), key=facts.name)
    some = [code for code in (*order, UNALLOCATED) if _any(found.get(code, {}))]
    zero = sum(code not in some for code in order)
    table = Table(
        name="other_counts",
        caption=(f"Other counts by region, {facts.span}",),
        columns=(
            Column(key="region", label="Region", align="left"),
            *(Column(key=m, label=Noun(m).many.capitalize()) for m in measures),
        ),
        rows=tuple(_row(facts, code, measures, found[code]) for code in (TOTAL, *some)),
        data=context.findings.frame("tally"),
        note=_note(facts, zero),
    )
    return Section(id="by_type", title="Other counts", blocks=(table,))


def _any(tallies: dict[str, Tally]) -> bool:
    return any(t.amount is not None and (t.amount.low > 0 or not t.amount.exact) for t in tallies.values())


def _note(facts: WeekFacts, zero: int) -> Text:
    note = say(
        "Events and people are kept apart, and units are never added together. Not stated is not zero."
    )
    if not zero:
        return note
    number = facts.context.facts.count("other_counts/zero", zero, unit="regions")
    return (
        *note,
        *say(
            " Without any, though stated: {n} {regions} (in tables/other_counts.csv).",
            n=number, regions=Noun("region", "regions").after(zero),
        ),
    )  # fmt: skip


def _row(facts: WeekFacts, code: str, measures: list[str], tallies: dict[str, Tally]) -> Row:
    cells = [Cell(text=(facts.name(code),))]
    for measure in measures:
        tally = tallies.get(measure)
        if tally is None:
            cells.append(Cell(text=("–",), tone="muted"))
        else:
            fact = facts.tally(tally)
            cells.append(Cell(text=(fact,), sort=fact.low, tone="" if tally.amount else "muted"))
    return Row(cells=tuple(cells), role="total" if code == TOTAL else "")
