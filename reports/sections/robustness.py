"""What the statements of the issue rest on: which of them need one day, one new source or one reporter."""

from analysis.findings import ChangePoint, Comparison, Robustness, Signal
from analysis.robustness import told_changes

from ..content import Block, Cell, Column, Context, Paragraph, Row, Section, Table, Text, say
from ..robust_words import left_out_text
from ..shared_facts import WeekFacts
from ..words import Noun, date_text, span_text

__all__ = ["build"]

MOST_ROWS = 24
STATEMENTS = {
    "comparison": {"up": "above previous weeks", "down": "below previous weeks"},
    "signal": {"unusual": "more than usual", "low": "fewer than usual"},
}

COLUMNS = (
    Column(key="region", label="Region", align="left"),
    Column(key="statement", label="Statement", align="left"),
    Column(key="without", label="Left out", align="left"),
    Column(key="removed", label="Counts left out", hint="of the days the statement rests on"),
)


def build(context: Context, /) -> Section | None:
    """How many statements survive, and a row for each part that one does not survive without."""
    checks = context.findings.of("robustness")
    if not checks:
        return None
    facts = WeekFacts(context)
    failed = [check for check in checks if not check.holds]
    blocks: list[Block] = [Paragraph(text=_lead(facts, checks), role="lead")]
    if failed:
        blocks.append(_table(facts, failed))
    return Section(id="robustness", title="What the statements rest on", blocks=tuple(blocks))


def _lead(facts: WeekFacts, checks: tuple[Robustness, ...]) -> Text:
    every = {(c.region, c.statement, c.date) for c in checks}
    failed = {(c.region, c.statement, c.date) for c in checks if not c.holds}
    count = facts.context.facts.count
    left = "its largest day"
    if any(check.without != "largest_day" for check in checks):
        left += ", sources that are new or have ended, and its largest source"
    return say(
        "Every rise or fall that is told, and every shift of level of the last 26 weeks, was looked at again "
        "without {left}: {holds} of {n} {noun} {stand} whatever is left out.{what}",
        left=left, holds=count("robustness/hold", len(every - failed), unit="statements"),
        n=count("robustness/checked", len(every), unit="statements"),
        noun=Noun("statement", "statements").after(len(every)),
        stand="stands" if len(every - failed) == 1 else "stand",
        what=" The others rest on what the table names; a rise that needs it can be one of reporting."
        if failed else "",
    )  # fmt: skip


def _table(facts: WeekFacts, failed: list[Robustness]) -> Table:
    shown = failed[:MOST_ROWS]
    note = "Those that are found without any part have no row; all checks are in tables/robustness.csv."
    return Table(
        name="robustness", caption=("Statements that are not found again without a part",),
        columns=COLUMNS, rows=tuple(_row(facts, check) for check in shown),
        data=facts.context.findings.frame("robustness"), note=(note,),
    )  # fmt: skip


def _row(facts: WeekFacts, check: Robustness) -> Row:
    key = f"robustness/{check.region}/{check.statement}/{check.date}/{check.without}"
    removed = facts.context.facts.count(
        f"{key}/removed", check.removed, unit=facts.context.panel.measure, region=check.region
    )
    label = facts.context.facts.label
    return Row(
        cells=(
            Cell(text=(facts.name(check.region),), sort=facts.name(check.region)),
            Cell(text=(label(f"{key}/statement", _statement(facts, check), region=check.region),)),
            Cell(text=(label(f"{key}/left_out", left_out_text(check), region=check.region),)),
            Cell(text=(removed,), sort=check.removed),
        )
    )


def _statement(facts: WeekFacts, check: Robustness) -> str:
    findings = facts.context.findings
    if check.statement == "change_point":
        change = next(c for c in findings.of("change_point") if _is(c, check))
        way = "rise" if change.after.value > change.before.value else "fall"
        told = "" if change in told_changes(findings) else ", not told"
        return f"{way} of level around {date_text(change.date)}{told}"
    record: Comparison | Signal = next(r for r in findings.of(check.statement) if r.region == check.region)
    week = findings.week
    return f"{STATEMENTS[check.statement][record.verdict]}, {span_text(week.first_day, week.last_day)}"


def _is(change: ChangePoint, check: Robustness) -> bool:
    return (change.region, change.date) == (check.region, check.date)
