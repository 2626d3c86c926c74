"""``tables/regions.csv``: everything that is said of a region in one row."""

from typing import Any

import pandas as pd

from analysis.estimates import Estimate
from analysis.findings import TOTAL, UNALLOCATED

from ..facts import Fact
from ..shared_facts import WeekFacts
from ..year_facts import BEFORE, YearFacts

__all__ = ["region_data"]


def region_data(facts: WeekFacts, order: list[str]) -> pd.DataFrame:
    """The total, the regions in this order and the unallocated; the columns do not depend on the week."""
    year = YearFacts(facts)
    return pd.DataFrame([_record(facts, year, code) for code in (TOTAL, *order, UNALLOCATED)])


def _record(facts: WeekFacts, year: YearFacts, code: str) -> dict[str, Any]:
    panel, week = facts.context.panel, facts.context.week
    amount = panel.amount(code, week.first_day, week.last_day)
    found, last, trend = facts.comparison(code), year.last_year(code), facts.trend(code)
    days = panel.observed.loc[str(week.first_day) : str(week.last_day)]
    return {
        "region": code, "name": facts.name(code), "week": week.name,
        "status": panel.status(code, week.first_day, week.last_day),
        "low": amount.low, "best": amount.best, "high": amount.high,
        "covered_days": None if code in (TOTAL, UNALLOCATED) else int(days[code].sum()),
        "baseline_per_week": found.baseline.value if found else None,
        **_estimate("rate_ratio", found.rate_ratio if found else None),
        "p_value": found.p_value if found else None,
        "q_value": found.q_value if found else None,
        "verdict": found.verdict if found else None,
        **_estimate("shrunk_ratio", found.shrunk if found else None),
        f"previous_{BEFORE}_weeks": _value(year.before(code)),
        "weeks_of_the_year": len(year.weekly),
        "median_week": _value(year.median(code)), "largest_week": _value(year.most(code)),
        "last_year_per_week": last.baseline.value if last else None,
        **_estimate("last_year_ratio", last.rate_ratio if last else None),
        "last_year_p_value": last.p_value if last else None,
        "last_year_q_value": last.q_value if last else None,
        "last_year_verdict": last.verdict if last else None,
        "year_to_date": _value(year.to_date(code)),
        "last_year_to_date": _value(year.last_year_to_date(code)),
        **_estimate("growth_per_week", trend.growth if trend else None),
        "growth_q_value": trend.q_value if trend else None,
        **_estimate("sen_slope_per_week", trend.sen_slope if trend else None),
        "mann_kendall_p": trend.mann_kendall_p if trend else None,
        **_estimate("doubling_weeks", trend.doubling if trend else None),
    }  # fmt: skip


def _value(fact: Fact | None) -> float | None:
    if fact is None:
        return None
    return fact.value if fact.value is not None else fact.low


def _estimate(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    return {
        name: estimate.value if estimate else None,
        f"{name}_low": estimate.low if estimate else None,
        f"{name}_high": estimate.high if estimate else None,
    }
