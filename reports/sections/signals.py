"""Unusual weeks: which regions reported more or less than the weeks before lead to expect."""

from collections.abc import Mapping
from typing import Literal

from analysis.findings import TOTAL, Signal
from analysis.memory import KnownSignal

from ..content import Block, Cell, Column, Context, Paragraph, Row, Section, Table, Text, say
from ..facts import Fact
from ..shared_facts import WeekFacts
from ..signal_facts import SignalFacts, ended, named
from ..words import Noun, date_text

__all__ = ["build"]

MOST_ROWS = 30
READINGS = {"unusual": "more than usual", "low": "fewer than usual", "usual": "no longer unusual"}
Tone = Literal["up", "down"]
TONES: dict[str, Tone] = {"unusual": "up", "low": "down"}

COLUMNS = (
    Column(key="region", label="Region", align="left"),
    Column(key="this_week", label="This week"),
    Column(key="expected", label="Expected", hint="a week, by the weeks before"),
    Column(key="usual", label="Usual range", hint="95% of usual weeks"),
    Column(key="threshold", label="Unusual from", hint="the smallest count that would have been unusual"),
    Column(key="odds", label="A usual week lies so far out", align="left"),
    Column(key="q", label="q", hint="expected share of false alarms among regions with a q this small"),
    Column(key="reading", label="Reading", align="left"),
    Column(key="status", label="Run", align="left", hint="unbroken weeks of the same reading"),
)

# Beside the others where there is a last issue to compare with.
TOLD = Column(
    key="told", label="Told since", align="left", hint="the last day of the week whose issue first told it"
)
_DIRECTION = {"unusual": "up", "low": "down"}
Known = Mapping[tuple[str, str], KnownSignal]


def build(context: Context, /) -> Section | None:
    """What stands out, what ended, and from how many reports on a quiet region would have stood out."""
    signals = list(context.findings.of("signal"))
    if not signals:
        return None
    facts = WeekFacts(context)
    told, over = named(signals), ended(signals)
    known: Known | None = None
    if context.since is not None:
        known = {(run.region, run.direction): run for run in context.since.signals}
    blocks: list[Block] = [Paragraph(text=_lead(facts), role="lead")]
    if told or over:
        blocks.append(_table(facts, [*told, *over], known))
    blocks.extend(Paragraph(text=text, role="note") for text in (_sparse(facts),) if text)
    return Section(id="signals", title="Unusual weeks", blocks=tuple(blocks))


def _lead(facts: WeekFacts) -> Text:
    regions = facts.context.findings.regions("signal")
    number = facts.judged("signal")
    count = facts.context.facts.count
    parts = [
        say("{k} reported {word}", k=count(f"regions_{verdict}", len(some), unit="regions"), word=word)
        for verdict, word in (("unusual", "more than usual"), ("low", "fewer than usual"))
        if (some := [s for s in regions if s.verdict == verdict])
    ]
    judged = say("Of the {n} {noun} with enough weeks to judge by, ", n=number,
                 noun=Noun("region", "regions").after(number.value))  # fmt: skip
    if not parts:
        return (
            *judged,
            "none reported unusually many or few this week; that is not proof that nothing changed.",
        )
    return (*judged, *parts[0], *((" and ", *parts[1]) if len(parts) > 1 else ()), ".")


def _table(facts: WeekFacts, shown: list[Signal], known: Known | None) -> Table:
    left = len(shown) - MOST_ROWS
    return Table(
        name="signals", caption=(f"{facts.noun.many.capitalize()} against what is usual, {facts.span}",),
        columns=COLUMNS if known is None else (*COLUMNS, TOLD),
        rows=tuple(_row(facts, signal, known) for signal in shown[:MOST_ROWS]),
        data=facts.context.findings.frame("signal"),
        note=(f"The first {MOST_ROWS}; all are in tables/signals.csv.",) if left > 0 else (),
    )  # fmt: skip


def _row(facts: WeekFacts, signal: Signal, known: Known | None) -> Row:
    text = SignalFacts(facts, signal)
    tone = TONES.get(signal.verdict)
    tested = tone is not None and signal.region != TOTAL
    reading = READINGS.get(signal.verdict, "too few to tell")
    return Row(
        role="total" if signal.region == TOTAL else "",
        cells=(
            Cell(text=(text.name,)),
            Cell(text=(text.observed,), sort=signal.observed.figure),
            Cell(text=(text.expected,), sort=signal.expected.value),
            Cell(text=(text.usual,), sort=signal.expected.high),
            _optional(text.threshold),
            _optional(text.odds if tone else None),
            _optional(text.q if tested else None),
            Cell(text=(reading,), tone=tone or "muted"),
            Cell(text=text.status()),
            *(() if known is None else (_told(facts, signal, known),)),
        ),
    )


def _told(facts: WeekFacts, signal: Signal, known: Known) -> Cell:
    """Whether this is the first issue to tell it, or which one was."""
    run = known.get((signal.region, _DIRECTION.get(signal.verdict, "up")))
    if run is None or run.status == "unknown":
        return Cell(text=("–",))
    text = "new" if run.status == "new" else date_text(run.first_week)
    label = facts.context.facts.label(f"{signal.region}/signal/told", text, region=signal.region)
    return Cell(text=(label,), sort=run.first_week.isoformat())


def _optional(fact: Fact | None) -> Cell:
    return Cell(text=("–",)) if fact is None else Cell(text=(fact,), sort=fact.value)


def _sparse(facts: WeekFacts) -> Text:
    """From how many reports on a quiet region would have stood out: what could have been seen."""
    sparse = [s for s in facts.context.findings.regions("signal") if s.verdict == "too_few"]
    levels = sorted(s.threshold for s in sparse if s.threshold is not None)
    if not levels:
        return ()
    count = facts.context.facts.count
    low = count("signal/sparse/lowest", levels[0], unit=facts.context.panel.measure)
    high = count("signal/sparse/highest", levels[-1], unit=facts.context.panel.measure)
    span = say("{low}", low=low) if levels[0] == levels[-1] else say("{low} to {high}", low=low, high=high)
    return say(
        "In {n} {noun} fewer than three are expected a week; one of them would have stood out from {span} "
        "{what} on, and less than that says nothing.",
        n=count("regions_sparse", len(sparse), unit="regions"),
        noun=Noun("region", "regions").after(len(sparse)), span=span, what=facts.noun.after(levels[-1]),
    )  # fmt: skip
