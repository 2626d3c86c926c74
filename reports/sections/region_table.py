"""Every region: this week, the weeks before, and what can be said of the difference."""

import pandas as pd

from analysis.findings import TOTAL, UNALLOCATED, Comparison

from ..content import Cell, Column, Context, Row, Section, Spark, Table, Text, say
from ..facts import Fact
from ..figures import spark
from ..prose import reading
from ..shared_facts import WeekFacts
from ..words import joined

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
TONES = {"up": "up", "down": "down"}


def build(context: Context, /) -> Section | None:
    """The total, all regions, busiest first, and what could not be assigned: the table adds up."""
    facts = WeekFacts(context)
    panel = context.panel
    ranked = facts.ranked()
    weekly = panel.weekly(context.week.starts_on).tail(SPARK_WEEKS)
    order, silent = _order(facts, ranked, weekly)
    compared = bool(context.findings.regions("comparison"))
    columns = COLUMNS if compared else (*COLUMNS[:2], *COLUMNS[2:3][: int(len(weekly) > 1)])
    keys = [column.key for column in columns]
    rows = [_row(facts, code, keys, weekly) for code in (TOTAL, *order, UNALLOCATED)]
    table = Table(
        name="regions",
        caption=(f"Reported {facts.noun.many} by region, {facts.span}",),
        columns=columns,
        rows=tuple(row for row in rows if row),
        data=_data(facts, [*order, *silent]),
        note=_note(facts, silent, len(weekly)),
    )
    return Section(id="region_table", title="Regions this week", blocks=(table,))


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
    covered = code in (TOTAL, UNALLOCATED) or facts.observed(code)
    covered_before = code in (TOTAL, UNALLOCATED) or facts.observed(code, 1)
    before = facts.amount(code, 1)
    cells = {
        "region": Cell(text=(facts.name(code),), sort=facts.name(code)),
        "this_week": Cell(text=(amount,) if covered else ("U",), sort=amount.low),
        "previous_week": _number(before) if covered_before else Cell(text=("U",)),
        "baseline": _number(facts.baseline(finding) if finding else None),
        "ratio": _number(facts.ratio(told) if told else None),
        "range": Cell(text=(facts.ratio_range(told),) if told else ("–",)),
        "q": _number(facts.q(told) if told and code != TOTAL else None),
        "reading": _reading(finding),
        "trend": Cell(text=(), spark=_spark(facts, code, weekly)),
    }
    shown = tuple(cells[key] for key in keys)
    if code == TOTAL:
        return Row(cells=shown, role="total")
    return Row(cells=shown, anchor=f"region-{code}")


def _number(fact: Fact | None) -> Cell:
    if fact is None:
        return Cell(text=("–",))
    return Cell(text=(fact,), sort=fact.value if fact.value is not None else fact.low)


def _reading(finding: Comparison | None) -> Cell:
    tone = TONES.get(finding.verdict, "muted") if finding else "muted"
    return Cell(text=(reading(finding),), tone=tone)  # type: ignore[arg-type]


def _spark(facts: WeekFacts, code: str, weekly: pd.DataFrame) -> Spark | None:
    if code in (TOTAL, UNALLOCATED) or len(weekly) < 4:
        return None
    return spark(weekly[code].tolist(), subject=facts.name(code))


def _note(facts: WeekFacts, silent: list[str], weeks: int) -> Text:
    text = "A dash stands where nothing can be told."
    if not all(facts.observed(str(code)) for code in facts.context.panel.counts.columns):
        text += " U: not covered on every day of the week, which is not zero."
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


def _data(facts: WeekFacts, order: list[str]) -> pd.DataFrame:
    records = []
    panel, week = facts.context.panel, facts.context.week
    for code in (TOTAL, *order, UNALLOCATED):
        amount = panel.amount(code, week.first_day, week.last_day)
        finding = facts.comparison(code)
        ratio = finding.rate_ratio if finding else None
        records.append(
            {
                "region": code, "name": facts.name(code), "week": week.name,
                "low": amount.low, "best": amount.best, "high": amount.high,
                "baseline_per_week": finding.baseline.value if finding else None,
                "rate_ratio": ratio.value if ratio else None,
                "rate_ratio_low": ratio.low if ratio else None,
                "rate_ratio_high": ratio.high if ratio else None,
                "p_value": finding.p_value if finding else None,
                "q_value": finding.q_value if finding else None,
                "verdict": finding.verdict if finding else None,
            }
        )  # fmt: skip
    return pd.DataFrame(records)
