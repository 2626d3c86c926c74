"""Every region: this week, the weeks before, and what can be said of the difference."""

from collections.abc import Sequence

import pandas as pd

from analysis.findings import TOTAL, UNALLOCATED, Comparison

from ..content import Cell, Column, Context, Row, Section, Spark, Table, Text, say
from ..figures import spark
from ..prose import reading
from ..shared_facts import WeekFacts
from ..words import joined
from ._area_table import area_table
from ._region_data import region_data
from ._told_regions import linked
from ._year_table import TONES, year_table
from ._zeros import counted, legend, number

__all__ = ["build"]

SPARK_WEEKS = 26
FEW_SILENT = 6

COLUMNS = (
    Column(key="region", label="Region", align="left"),
    Column(key="this_week", label="This week"),
    Column(key="previous_week", label="Week before"),
    Column(key="baseline", label="Mean before", hint="a week, over the previous fully covered weeks"),
    Column(key="ratio", label="Ratio", hint="this week over the mean before"),
    Column(key="range", label="95% interval", hint="of the ratio, widened for how irregular the counts are"),
    Column(key="q", label="q", hint="expected share of false alarms among regions with a q this small"),
    Column(key="reading", label="Reading", align="left"),
    Column(key="trend", label=f"Last {SPARK_WEEKS} weeks", align="left"),
)


def build(context: Context, /) -> Section | None:
    """The total, all regions, busiest first, and what could not be assigned: the table adds up.

    Below it the larger areas, where regions have any, and the week in its year, where there is one.
    """
    facts = WeekFacts(context)
    panel = context.panel
    ranked = facts.ranked()
    weekly = panel.weekly(context.week.starts_on).tail(SPARK_WEEKS)
    order, silent = _order(facts, ranked, weekly)
    compared = bool(context.findings.regions("comparison"))
    columns = COLUMNS if compared else (*COLUMNS[:2], *COLUMNS[2:3][: int(len(weekly) > 1)])
    keys = [column.key for column in columns]
    made = (_row(facts, code, keys, weekly) for code in (TOTAL, *order, UNALLOCATED))
    rows = tuple(row for row in made if row)
    table = Table(
        name="regions",
        caption=(f"Reported {facts.noun.many} by region, {facts.span}",),
        columns=columns,
        rows=rows,
        data=region_data(facts, [*order, *silent]),
        note=_note(facts, silent, len(weekly), rows),
    )
    more = (area_table(facts), year_table(facts, order))
    blocks = (table, *(one for one in more if one))
    return Section(id="region_table", title="Regions this week", blocks=blocks)


def _order(facts: WeekFacts, ranked: list[str], weekly: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Regions with a row, and covered regions without any report in the weeks shown: those are named below.

    On a short table every region keeps its row.
    """
    panel = facts.context.panel
    rest = [str(code) for code in panel.counts.columns if str(code) not in set(ranked)]
    rest = sorted(rest, key=lambda code: (-panel.counts[code].sum(), facts.name(code)))
    recent = weekly.sum() > 0
    silent = [code for code in rest if not recent.get(code, False) and facts.observed(code)]
    if len(silent) < FEW_SILENT:
        return [*ranked, *rest], []
    return [*ranked, *(code for code in rest if code not in set(silent))], silent


def _row(facts: WeekFacts, code: str, keys: list[str], weekly: pd.DataFrame) -> Row | None:
    amount = facts.amount(code)
    if amount is None or (code == UNALLOCATED and not amount.low):
        return None
    finding = facts.comparison(code)
    told = finding if finding and finding.verdict != "too_few" else None  # a ratio of a few says nothing
    cells = {
        "region": Cell(text=(linked(facts, code),), sort=facts.name(code)),
        "this_week": counted(facts, amount),
        "previous_week": counted(facts, facts.amount(code, 1)),
        "baseline": number(facts.baseline(finding) if finding else None),
        "ratio": number(facts.ratio(told) if told else None),
        "range": Cell(text=(facts.ratio_range(told),) if told else ("–",)),
        "q": number(facts.q(told) if told and code != TOTAL else None),
        "reading": _reading(finding),
        "trend": Cell(text=(), spark=_spark(facts, code, weekly)),
    }
    shown = tuple(cells[key] for key in keys)
    if code == TOTAL:
        return Row(cells=shown, role="total")
    return Row(cells=shown, anchor=f"region-{code}")


def _reading(finding: Comparison | None) -> Cell:
    tone = TONES.get(finding.verdict, "muted") if finding else "muted"
    return Cell(text=(reading(finding),), tone=tone)  # type: ignore[arg-type]


def _spark(facts: WeekFacts, code: str, weekly: pd.DataFrame) -> Spark | None:
    if code in (TOTAL, UNALLOCATED) or len(weekly) < 4:
        return None
    return spark(weekly[code].tolist(), subject=facts.name(code))


def _note(facts: WeekFacts, silent: list[str], weeks: int, rows: Sequence[Row]) -> Text:
    text = legend(rows)
    folded = facts.context.panel.folded
    if folded:
        pairs = [f"{facts.name(code)} under {facts.name(into)}" for code, into in sorted(folded.items())]
        text += f" Areas the table reports together are counted together: {joined(pairs)}."
    return (*_silent(facts, silent, weeks), text)


def _silent(facts: WeekFacts, silent: list[str], weeks: int) -> Text:
    if not silent:
        return ()
    number = facts.context.facts.count("regions_silent", len(silent), unit="regions")
    since: Text = ("this week",)
    if weeks > 1:
        shown = facts.context.facts.count("regions_silent/weeks", weeks, unit="weeks")
        since = say("in the last {n} weeks", n=shown)
    return say(
        "No {noun} were reported {since} from these {n} regions, which count as zero: {names}. ",
        noun=facts.noun.many, since=since, n=number, names=joined([facts.name(code) for code in silent]),
    )  # fmt: skip
