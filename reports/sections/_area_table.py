"""The week by parent (federal district, ward, country): their own comparisons."""

import pandas as pd

from analysis.findings import Comparison
from analysis.groups import members_of

from ..content import Cell, Column, Row, Table
from ..prose import reading
from ..shared_facts import WeekFacts
from ._year_table import TONES
from ._zeros import counted, legend, number

__all__ = ["area_table"]

COLUMNS = (
    Column(key="region", label="Area", align="left"),
    Column(key="regions", label="Regions"),
    Column(key="this_week", label="This week"),
    Column(key="previous_week", label="Week before"),
    Column(key="baseline", label="Mean before", hint="a week, over the previous fully covered weeks"),
    Column(key="ratio", label="Ratio", hint="this week over the mean before"),
    Column(key="range", label="95% interval", hint="of the ratio, widened for how irregular the counts are"),
    Column(key="q", label="q", hint="expected share of false alarms among areas with a q this small"),
    Column(key="reading", label="Reading", align="left"),
)


def area_table(facts: WeekFacts) -> Table | None:
    """Every area with its comparison, busiest first; None where no area is compared."""
    told = {c.region: c for c in facts.context.findings.of("comparison") if c.is_parent}
    members = members_of(facts.context.panel)
    if not told:
        return None
    order = sorted(members, key=lambda code: (-_low(facts, code), facts.name(code)))
    rows = tuple(_row(facts, code, len(members[code]), told.get(code)) for code in order)
    return Table(
        name="areas",
        caption=(f"Reported {facts.noun.many} by larger area, {facts.span}",),
        columns=COLUMNS,
        rows=rows,
        data=_data(facts, order, members, told),
        note=(
            "Each area is the sum of regions that stand in the table above, and is tested among the areas "
            f"alone; a change that many regions share shows here first. {legend(rows)}",
        ),
    )


def _low(facts: WeekFacts, code: str) -> float:
    week = facts.context.week
    return facts.context.panel.amount(code, week.first_day, week.last_day).low


def _row(facts: WeekFacts, code: str, regions: int, finding: Comparison | None) -> Row:
    told = finding if finding and finding.verdict != "too_few" else None
    members = facts.context.facts.count(f"regions_in/{code}", regions, unit="regions", region=code)
    return Row(
        cells=(
            Cell(text=(facts.name(code),), sort=facts.name(code)),
            number(members),
            counted(facts, facts.amount(code)),
            counted(facts, facts.amount(code, 1)),
            number(facts.baseline(finding) if finding else None),
            number(facts.ratio(told) if told else None),
            Cell(text=(facts.ratio_range(told),) if told else ("–",)),
            number(facts.q(told) if told else None),
            Cell(
                text=(reading(finding),),
                tone=TONES.get(finding.verdict, "muted") if finding else "muted",  # type: ignore[arg-type]
            ),
        ),
        anchor=f"area-{code}",
    )


def _data(
    facts: WeekFacts, order: list[str], members: dict[str, list[str]], told: dict[str, Comparison]
) -> pd.DataFrame:
    week = facts.context.week
    records = []
    for code in order:
        amount = facts.context.panel.amount(code, week.first_day, week.last_day)
        found = told.get(code)
        ratio = found.rate_ratio if found else None
        records.append(
            {
                "area": code, "name": facts.name(code), "regions": " ".join(members[code]), "week": week.name,
                "status": facts.context.panel.status(code, week.first_day, week.last_day),
                "low": amount.low, "best": amount.best, "high": amount.high,
                "baseline_per_week": found.baseline.value if found else None,
                "rate_ratio": ratio.value if ratio else None,
                "rate_ratio_low": ratio.low if ratio else None,
                "rate_ratio_high": ratio.high if ratio else None,
                "p_value": found.p_value if found else None, "q_value": found.q_value if found else None,
                "verdict": found.verdict if found else None,
            }
        )  # fmt: skip
    return pd.DataFrame(records)
