"""Facts of what changed since the last issue, made in one place for sentences and tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.estimates import Amount
from analysis.findings import TOTAL
from analysis.numbers import signed_text

from .facts import Fact
from .shared_facts import WeekFacts

if TYPE_CHECKING:
    from analysis.revisions import RevisedWeek

__all__ = ["RevisedFacts", "SinceFacts"]


@dataclass(frozen=True, kw_only=True, slots=True)
class RevisedFacts:
    """The printed parts of one past week: printed then, known now, the difference."""

    before: Fact
    after: Fact
    change: Fact


class SinceFacts:
    """Facts under ``since/``; ``week`` holds those of the week itself."""

    def __init__(self, week: WeekFacts) -> None:
        self.week = week
        self.table = week.context.facts

    def number(self, name: str, value: float, unit: str) -> Fact:
        """A number of weeks, rows or changes."""
        return self.table.count(f"since/{name}", value, unit=unit)

    def revised(self, revised: "RevisedWeek") -> RevisedFacts:
        """One past week that reads differently."""
        week, measure = revised.week, self.week.context.panel.measure
        key, period = f"since/{week.first_day}", f"{week.first_day}/{week.last_day}"
        same: dict[str, Any] = {"unit": measure, "region": TOTAL, "period": period}
        return RevisedFacts(
            before=self.table.amount(f"{key}/before", revised.before, **same),
            after=self.table.amount(f"{key}/after", revised.after, **same),
            change=self.table.add(
                Fact(id=f"{key}/change", value=revised.change, text=signed_text(revised.change), **same)
            ),
        )

    def cell(self, record: Mapping[Any, Any], name: str, state: str) -> Fact | None:
        """An amount of a changed row, ``state`` "before" or "after"; None where it states none."""
        import pandas as pd

        low, best, high = (record[f"{name}{end}_{state}"] for end in ("_low", "", "_high"))
        if pd.isna(low):
            return None
        known = [None if pd.isna(x) else float(x) for x in (best, high)]
        amount = Amount(low=float(low), best=known[0], high=known[1])
        line = f"row/{record[f'row_{state}']}/{name}"
        return self.table.amount(line if state == "after" else f"since/{line}", amount, unit=name)
