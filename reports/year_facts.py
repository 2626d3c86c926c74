"""Facts that put a week into its year: the weeks and the months before it, and last year."""

import datetime as dt
from functools import cached_property

import pandas as pd

from analysis.findings import TOTAL, UNALLOCATED, LastYear
from analysis.numbers import count_text

from .facts import Fact
from .shared_facts import WeekFacts

__all__ = ["BEFORE", "YearFacts"]

YEAR = 52  # weeks
FEWEST = 26  # full weeks; with fewer, a median of the year is none
BEFORE = 4  # weeks


class YearFacts:
    """The sums and order figures of one context, by region; None where a day of theirs is not covered."""

    def __init__(self, facts: WeekFacts) -> None:
        self.facts, self.panel, self.week = facts, facts.context.panel, facts.context.week

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """The weeks of the year before the reported one x regions and `TOTAL`; NaN where not covered."""
        first = pd.Timestamp(self.week.shift(-YEAR).first_day)
        weekly = self.panel.weekly(self.week.starts_on)
        total = self.panel.total().weekly(self.week.starts_on)
        span = (weekly.index >= first) & (weekly.index < pd.Timestamp(self.week.first_day))
        return weekly[span].assign(**{TOTAL: total.loc[span, TOTAL]})

    @property
    def told(self) -> bool:
        """Whether there are weeks enough to speak of a year."""
        return len(self.weekly) >= FEWEST

    def last_year(self, region: str) -> LastYear | None:
        """The comparison with the same weeks of last year."""
        found = (f for f in self.facts.context.findings.of("last_year") if f.region == region)
        return next(found, None)

    def before(self, region: str) -> Fact | None:
        """Reported in the four weeks before the week."""
        first, last = self.week.shift(-BEFORE).first_day, self.week.shift(-1).last_day
        return self._sum(region, f"previous_{BEFORE}_weeks", first, last)

    def median(self, region: str) -> Fact | None:
        """Median of the weeks of the year before."""
        weeks = self._weeks(region)
        if weeks is None:
            return None
        key = f"{region}/last_{len(self.weekly)}_weeks/median"
        return self._fact(key, region, float(weeks.median()), self._span(weeks))

    def most(self, region: str) -> Fact | None:
        """The largest of those weeks, with that week as its period; the latest of several."""
        weeks = self._weeks(region)
        if weeks is None:
            return None
        at = pd.Timestamp(str(weeks[::-1].idxmax())).date()
        key = f"{region}/last_{len(self.weekly)}_weeks/most"
        return self._fact(key, region, float(weeks.max()), (at, at + dt.timedelta(days=6)))

    def to_date(self, region: str) -> Fact | None:
        """Reported from 1 January of the year the week ends in to its end."""
        last = self.week.last_day
        return self._sum(region, "year_to_date", last.replace(month=1, day=1), last)

    def last_year_to_date(self, region: str) -> Fact | None:
        """The same days of last year; 29 February is taken as the 28th."""
        last = self.week.last_day
        day = 28 if (last.month, last.day) == (2, 29) else last.day
        end = last.replace(year=last.year - 1, day=day)
        return self._sum(region, "last_year_to_date", end.replace(month=1, day=1), end)

    def _weeks(self, region: str) -> "pd.Series[float] | None":
        if region not in self.weekly:
            return None
        weeks = self.weekly[region].dropna()
        return weeks if len(weeks) >= FEWEST else None

    def _span(self, weeks: "pd.Series[float]") -> tuple[dt.date, dt.date]:
        first, last = (pd.Timestamp(str(day)).date() for day in (weeks.index[0], weeks.index[-1]))
        return first, last + dt.timedelta(days=6)

    def _sum(self, region: str, name: str, first: dt.date, last: dt.date) -> Fact | None:
        panel = self.panel
        if first < panel.first_day or last > panel.last_day:
            return None
        if (
            region not in (TOTAL, UNALLOCATED)
            and not panel.observed.loc[str(first) : str(last), region].all()
        ):
            return None
        return self.facts.context.facts.amount(
            f"{region}/{name}/{panel.measure}", panel.amount(region, first, last), unit=panel.measure,
            region=region, period=f"{first}/{last}",
        )  # fmt: skip

    def _fact(self, key: str, region: str, value: float, days: tuple[dt.date, dt.date]) -> Fact:
        return self.facts.context.facts.add(
            Fact(id=key, value=value, text=count_text(value), unit=self.panel.measure, region=region,
                 period=f"{days[0]}/{days[1]}")
        )  # fmt: skip
