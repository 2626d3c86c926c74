"""The week in its year, by region: four weeks, 52 weeks, last year."""

from collections.abc import Sequence

from analysis.findings import TOTAL, UNALLOCATED

from ..content import Cell, Column, Row, Table, Text, say
from ..prose import reading_of_year
from ..shared_facts import WeekFacts
from ..words import date_text, span_text
from ..year_facts import BEFORE, YearFacts
from ._zeros import counted, legend, number

__all__ = ["year_table"]

MOST_ROWS = 20
FEW = 3.0  # a week
TONES = {"up": "up", "down": "down"}


def year_table(facts: WeekFacts, order: Sequence[str]) -> Table | None:
    """The total and the busiest regions beside their own year; None with under half a year of weeks."""
    year = YearFacts(facts)
    if not year.told:
        return None
    shown = [TOTAL, *list(order)[:MOST_ROWS], UNALLOCATED]
    rows = [row for row in (_cells(facts, year, code) for code in shown) if row]
    columns = _columns(facts, year)
    told = [c for c in columns if any(row[c.key].text != ("–",) for row in rows)]
    keys = [column.key for column in told]
    lines = tuple(
        Row(cells=tuple(row[key] for key in keys), role="total" if row is rows[0] else "") for row in rows
    )
    return Table(
        name="regions_year",
        caption=(f"The week in its year: reported {facts.noun.many} by region",),
        columns=tuple(told),
        rows=lines,
        note=_note(facts, len(order), lines),
    )


def _columns(facts: WeekFacts, year: YearFacts) -> tuple[Column, ...]:
    weeks, last = len(year.weekly), facts.context.week.last_day
    window = next((f.window for f in facts.context.findings.of("last_year")), None)
    same = f"a week, {span_text(*window)}" if window else ""
    return (
        Column(key="region", label="Region", align="left"),
        Column(key="this_week", label="This week"),
        Column(key="before", label=f"{BEFORE} weeks before", hint="together"),
        Column(key="median", label=f"Median of {weeks} weeks", hint="the full weeks before this one"),
        Column(key="most", label=f"Most in {weeks} weeks", hint="the largest of those weeks"),
        Column(key="same", label="Same weeks last year", hint=same),
        Column(key="ratio", label="Ratio", hint="this week over the mean of the same weeks of last year"),
        Column(key="range", label="95% interval", hint="of that ratio"),
        Column(key="reading", label="Reading", align="left"),
        Column(key="to_date", label="Since 1 January", hint=f"to {date_text(last)}"),
        Column(key="last_to_date", label="Same days last year", hint="1 January to the same date"),
    )


def _cells(facts: WeekFacts, year: YearFacts, code: str) -> dict[str, Cell] | None:
    amount, found = facts.amount(code), year.last_year(code)
    if amount is None or (code == UNALLOCATED and not amount.low):
        return None
    told = found if found and found.baseline.value >= FEW else None  # a ratio to next to nothing says nothing
    return {
        "region": Cell(text=(facts.name(code),), sort=facts.name(code)),
        "this_week": counted(facts, amount),
        "before": counted(facts, year.before(code)),
        "median": number(year.median(code)),
        "most": number(year.most(code)),
        "same": number(facts.baseline(found) if found else None),
        "ratio": number(facts.ratio(told) if told else None),
        "range": Cell(text=(facts.ratio_range(told),) if told else ("–",)),
        "reading": Cell(
            text=(reading_of_year(found),),
            tone=TONES.get(found.verdict, "muted") if found else "muted",  # type: ignore[arg-type]
        ),
        "to_date": counted(facts, year.to_date(code)),
        "last_to_date": counted(facts, year.last_year_to_date(code)),
    }


def _note(facts: WeekFacts, regions: int, rows: Sequence[Row]) -> Text:
    text: Text = ()
    if facts.context.findings.regions("last_year"):
        text = (
            "The same weeks of last year are the one 52 weeks before and two on either side; reporting may "
            "have changed in a year. ",
        )
    if regions > MOST_ROWS:
        count = facts.context.facts.count
        text += say(
            "The {n} regions with most reports this week; all are in tables/regions.csv. ",
            n=count("regions_year/shown", MOST_ROWS, unit="regions"),
        )
    return (*text, legend(rows))
