"""What the table is like: what was used, what was set aside, what is unknown."""

from collections.abc import Iterator

from analysis.findings import UNALLOCATED
from analysis.incidents import Incidents

from ..content import Bullets, Cell, Column, Context, Paragraph, Row, Section, Table, Text, say
from ..facts import Fact
from ..shared_facts import WeekFacts
from ..words import Noun, date_text
from ._ingest_words import ingest_sentences, merged_table
from ._sources import sources_table

__all__ = ["build"]

MOST_NAMES = 12

DAY_RULES = {
    "start": "on the day they start",
    "end": "on the day they end",
    "split": "on their days in proportion of time",
    "report": "on the day they were reported",
}


def build(context: Context, /) -> Section | None:
    """Sentences on rows, days and regions; tables of what was set aside and of unmatched names."""
    facts = WeekFacts(context)
    incidents = context.panel.incidents
    points = [*_panel(facts), *(_ingest(facts, incidents) if incidents is not None else ())]
    blocks: list[Bullets | Table | Paragraph] = [Bullets(items=tuple(points))]
    if incidents is not None:
        blocks.extend(_tables(context, incidents))
    return Section(id="data_quality", title="Data quality", blocks=tuple(blocks))


def _rows(context: Context, name: str, number: int) -> Text:
    fact = context.facts.count(f"ingest/{name}", number, unit="rows")
    return say("{n} {noun}", n=fact, noun=Noun("row", "rows").after(number))


def _panel(facts: WeekFacts) -> Iterator[Text]:
    panel = facts.context.panel
    days = facts.context.facts.count("panel/days", len(panel.days), unit="days")
    regions = facts.context.facts.count("panel/regions", panel.counts.shape[1], unit="regions")
    number = panel.counts.shape[1]
    every = say("all {n} regions" if number > 1 else "the {n} region", n=regions)
    yield say(
        "The window is {first} to {last}, {days} days, the same for {regions}. A zero means none "
        "reported, not that none happened.",
        first=date_text(panel.first_day), last=date_text(panel.last_day), days=days, regions=every,
    )  # fmt: skip
    yield from ((note,) for note in panel.notes)
    amount = facts.amount(UNALLOCATED)
    if amount is not None and not amount.low:
        yield ("Everything reported this week could be assigned to a region.",)


def _ingest(facts: WeekFacts, incidents: Incidents) -> Iterator[Text]:
    context, report = facts.context, incidents.report
    sentence = (
        "All of the {read} read are used."
        if report.rows_used == report.rows_read
        else "Used: {used} of {read} read."
    )
    yield say(
        sentence,
        used=_number(context, "rows_used", report.rows_used),
        read=_rows(context, "rows_read", report.rows_read),
    )
    optional = (
        ("rows_set_aside", report.rows_set_aside, "{n} could not be used and {are} listed below by reason."),
        ("rows_left_out", report.rows_left_out, "{n} {were} left out by the settings (where)."),
        ("rows_not_counted", report.rows_not_counted, "{n} {were} kept but not added: part of another row."),
        ("rows_spread", report.rows_spread, "{n} {were} spread over several days, the total preserved."),
        ("rows_undated", report.rows_undated, "{n} {have} no usable day and {are} in no weekly figure."),
        ("rows_joint", report.rows_joint, "{n} {give} one count for several regions without a split."),
        ("repeats", report.repeats, "{n} {repeat} an earlier row in every cell; none was removed."),
    )
    for name, number, sentence in optional:
        if number:
            yield say(sentence, n=_rows(context, name, number), **_verbs(number))
    zone = f", by the clock of {report.timezone}" if report.timezone else ""
    yield (f"Windows with clock times count {DAY_RULES.get(report.day_rule, report.day_rule)}{zone}.",)
    yield from ingest_sentences(context, incidents)
    yield from _delay(context)
    yield from ((note,) for note in report.notes)


def _verbs(number: int) -> dict[str, str]:
    one = number == 1
    return {
        "were": "was" if one else "were", "have": "has" if one else "have", "are": "is" if one else "are",
        "give": "gives" if one else "give", "repeat": "repeats" if one else "repeat",
    }  # fmt: skip


def _number(context: Context, name: str, number: int) -> Fact:
    return context.facts.count(f"ingest/{name}", number, unit="rows")


def _delay(context: Context) -> Iterator[Text]:
    delays = context.panel.delays
    if delays is None or delays.empty:
        return
    share = float((delays <= 7).mean())
    yield say(
        "Of the rows with a report date {share} were reported within seven days of the event.",
        share=context.facts.share("delay/within_7_days", share),
    )
    complete = WeekFacts(context).completeness()
    if complete is not None:
        yield say(
            "By these delays {share} of the reports on this week can be expected to be in.", share=complete
        )


def _tables(context: Context, incidents: Incidents) -> Iterator[Table]:
    report = incidents.report
    if report.set_aside:
        rows = tuple(
            Row(cells=(Cell(text=(r.reason,)), Cell(text=(_number(context, f"set_aside/{i}", r.rows),))))
            for i, r in enumerate(report.set_aside)
        )
        columns = (Column(key="reason", label="Reason", align="left"), Column(key="rows", label="Rows"))
        yield Table(
            name="set_aside", caption=("Rows set aside",), columns=columns, rows=rows,
            data=incidents.set_aside, note=("Line, column, value and mend of each: tables/set_aside.csv.",),
        )  # fmt: skip
    if report.unmatched:
        yield _unmatched(context, incidents)
    merged = merged_table(incidents)
    if merged is not None:
        yield merged
    sources = sources_table(WeekFacts(context))
    if sources is not None:
        yield sources


def _unmatched(context: Context, incidents: Incidents) -> Table:
    import pandas as pd

    names = incidents.report.unmatched
    rows = tuple(
        Row(
            cells=(
                Cell(text=(name.name,)),
                Cell(text=(_number(context, f"unmatched/{i}", name.rows),), sort=float(name.rows)),
                Cell(text=(_suggested(context, name.suggestion),), tone="muted"),
            )
        )
        for i, name in enumerate(names[:MOST_NAMES])
    )
    note = f"The {MOST_NAMES} with the most rows; all are in tables/unmatched_names.csv. "
    return Table(
        name="unmatched_names",
        caption=("Names that are no region of the vocabulary; counted in the total only",),
        columns=(
            Column(key="name", label="As reported", align="left"),
            Column(key="rows", label="Rows"),
            Column(key="suggestion", label="Perhaps meant", align="left"),
        ),
        rows=rows,
        data=pd.DataFrame([(n.name, n.rows, n.amount, n.suggestion) for n in names],
                          columns=["name", "rows", "amount", "suggestion"]),
        note=((note if len(names) > MOST_NAMES else "") + "Suggestions are never applied.",),
    )  # fmt: skip


def _suggested(context: Context, code: str) -> str:
    return f"{context.panel.name_of(code)} ({code})" if code else "–"
