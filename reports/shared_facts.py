"""Facts that several sections print, made in one place so that they carry one id and one text."""

import datetime as dt
from functools import cache
from typing import Any

from analysis.findings import TOTAL, UNALLOCATED, ChangePoint, Comparison, LastYear, Skipped, Tally, Trend
from analysis.models.change_point import CLEAR_Q
from analysis.numbers import change_text, mean_text, percent_text, ratio_text
from analysis.robustness import told_changes
from analysis.weeks import Week

from .content import Context, Text, say
from .facts import Fact, size_of
from .words import Noun, date_text, span_text

__all__ = ["CLEAR_Q", "FEWEST_FOR_SHARE", "WeekFacts"]
FEWEST_FOR_SHARE = 5  # counts; of fewer no per cent are given

MOVED = 0.10  # of the total: a smaller change of the part that no region has explains no shift


class WeekFacts:
    """The week's facts of one context, by region. Cheap to make; the fact table keeps them unique."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.noun = Noun(context.panel.measure, context.options.get("noun"))

    @property
    def period(self) -> str:
        """The week as an ISO 8601 interval."""
        return _interval(self.context.week)

    @property
    def span(self) -> str:
        """The week in words."""
        return span_text(self.context.week.first_day, self.context.week.last_day)

    def amount(self, region: str = TOTAL, weeks_ago: int = 0) -> Fact | None:
        """Reported in the week, or so many weeks before; None where the panel has no full such week."""
        panel, week = self.context.panel, self.context.week.shift(-weeks_ago)
        if week.first_day < panel.first_day:
            return None
        name = "week" if weeks_ago == 0 else f"{weeks_ago}_weeks_before"
        amount = panel.amount(region, week.first_day, week.last_day)
        return self.context.facts.amount(
            f"{region}/{name}/{panel.measure}", amount, unit=panel.measure, region=region,
            period=_interval(week),
        )  # fmt: skip

    def observed(self, region: str, weeks_ago: int = 0) -> bool:
        """True where every day of the week, or of one before it, is covered for the region."""
        panel, week = self.context.panel, self.context.week.shift(-weeks_ago)
        days = panel.observed.loc[str(week.first_day) : str(week.last_day), region]
        return bool(days.all())

    def exact(self) -> Fact | None:
        """The part of the week's total that rows state exactly; None where all of it is exact."""
        panel, week = self.context.panel, self.context.week
        if panel.amount(TOTAL, week.first_day, week.last_day).exact:
            return None
        value = round(float(panel.exact.loc[str(week.first_day) : str(week.last_day)].sum()), 6)
        return self.context.facts.count(
            f"{TOTAL}/week/{panel.measure}_exact", value, unit=panel.measure, region=TOTAL, period=self.period
        )

    def counts(self) -> dict[str, float]:
        """The figures of the week by region, of those with any."""
        panel, week = self.context.panel, self.context.week
        sums = panel.counts.loc[str(week.first_day) : str(week.last_day)].sum().round(9)
        return {str(code): float(n) for code, n in sums.items() if n > 0}

    def ranked(self) -> list[str]:
        """Regions with anything reported in the week, most first."""
        counts = self.counts()
        return sorted(counts, key=lambda code: (-counts[code], self.name(code)))

    def affected(self) -> Fact:
        """Number of regions with anything reported in the week."""
        return self.context.facts.count(
            "regions_affected", len(self.ranked()), unit="regions", period=self.period
        )

    def covered(self) -> Fact:
        """Number of regions covered on every day of the week."""
        number = sum(self.observed(code) for code in self.context.panel.counts.columns)
        return self.context.facts.count("regions_covered", number, unit="regions", period=self.period)

    def judged(self, model: str) -> Fact:
        """Number of regions a model answered for."""
        codes = set(self.context.panel.counts.columns)
        skipped = {s.region for s in self.context.findings.of("skipped") if s.model == model}
        return self.context.facts.count(f"regions_judged/{model}", len(codes - skipped), unit="regions")

    def name(self, region: str) -> str:
        """Name of a region, also of one the panel counts under another."""
        panel = self.context.panel
        special = {TOTAL: "Total", UNALLOCATED: "Not assigned to one region"}
        if region in special:
            return special[region]
        known = panel.incidents.regions if panel.incidents is not None else None
        if region not in panel.regions.index and known is not None and region in known.table.index:
            return str(known.table.at[region, "name"])
        return panel.name_of(region)

    def words(self, fact: Fact) -> Text:
        """A count with its noun: "at least 20 drones"."""
        return self._counted(fact, self.noun)

    def counted(self, tally: Tally) -> Text:
        """Another count with its noun: "2 people injured"."""
        return self._counted(self.tally(tally), Noun(tally.measure))

    def _counted(self, fact: Fact, noun: Noun) -> Text:
        return say("{n} {noun}", n=fact, noun=noun.after(size_of(fact)))

    def comparison(self, region: str = TOTAL) -> Comparison | None:
        """The comparison finding of a region."""
        return self._by_region("comparison").get(region)

    def trend(self, region: str = TOTAL) -> Trend | None:
        """The trend finding of a region."""
        return self._by_region("trend").get(region)

    def skipped(self, model: str, region: str = TOTAL) -> Skipped | None:
        """Why a model did not answer for a region."""
        found = (s for s in self.context.findings.of("skipped") if s.model == model and s.region == region)
        return next(found, None)

    def tallies(self, region: str = TOTAL) -> dict[str, Tally]:
        """Other counts of the week by measure, but for a count of one per row: that is the rows again."""
        found = self.context.findings.of("tally")
        again = self._one_per_row()
        return {t.measure: t for t in found if t.region == region and not (again and t.measure == "count")}

    def _one_per_row(self) -> bool:
        """Whether rows are counted and the column of counts says one for each."""
        panel, week = self.context.panel, self.context.week
        if panel.measure != "incidents":
            return False
        told = [t for t in self.context.findings.of("tally") if t.measure == "count"]
        return bool(told) and all(
            t.amount is not None and t.amount.exact
            and t.amount == panel.amount(t.region, week.first_day, week.last_day)
            for t in told
        )  # fmt: skip

    def tally(self, tally: Tally) -> Fact:
        """The sum of another count."""
        return self.context.facts.amount(
            f"{tally.region}/week/{tally.measure}", tally.amount, unit=tally.measure, region=tally.region,
            period=self.period,
        )  # fmt: skip

    def baseline(self, finding: Comparison | LastYear) -> Fact:
        """Mean of the weeks before, or of the same weeks of last year [per week]."""
        text = mean_text(finding.baseline.value)
        return self._estimate(finding, "baseline", finding.baseline, text)

    def ratio(self, finding: Comparison | LastYear) -> Fact:
        """The week over that mean."""
        return self._estimate(finding, "rate_ratio", finding.rate_ratio)

    def ratio_range(self, finding: Comparison | LastYear) -> Fact:
        """The interval of the ratio, as text."""
        text = finding.rate_ratio.range_text if finding.rate_ratio else "–"
        return self.context.facts.label(
            f"{_key(finding)}/rate_ratio_range", text, region=finding.region, period=self.period
        )

    def q(self, finding: Comparison | LastYear) -> Fact:
        """The q-value of the comparison."""
        return self.context.facts.p(
            f"{_key(finding)}/q_value", finding.q_value, region=finding.region, period=self.period
        )

    def weeks(self, finding: Comparison | LastYear) -> Fact:
        """How many weeks the baseline holds."""
        return self.context.facts.count(
            f"{_key(finding)}/baseline_weeks", finding.baseline_weeks, unit="weeks",
            region=finding.region, period=self.period,
        )  # fmt: skip

    def completeness(self) -> Fact | None:
        """The share of the week's reports that can be expected to be in; None where it is not known."""
        week = self.context.week
        share = self.context.panel.completeness(week.first_day, week.last_day)
        if share is None:
            return None
        return self.context.facts.share("week/completeness", share, period=self.period)

    def unallocated_before(self, weeks: int = 8) -> Fact | None:
        """The part of the total that was assigned to no region in the weeks before; None in a young table."""
        panel, week = self.context.panel, self.context.week
        first, last = week.shift(-weeks).first_day, week.shift(-1).last_day
        if first < panel.first_day:
            return None
        whole, part = (panel.amount(code, first, last).low for code in (TOTAL, UNALLOCATED))
        if whole < FEWEST_FOR_SHARE:
            return None
        return self.context.facts.share(
            "unallocated/share_before", part / whole, region=UNALLOCATED, period=f"{first}/{last}"
        )

    def complete(self) -> bool:
        """True where the table reaches the week's last day."""
        return self.context.panel.last_day >= self.context.week.last_day

    def _estimate(
        self, finding: Comparison | LastYear, name: str, estimate: Any, text: str | None = None
    ) -> Fact:
        return self.context.facts.ratio(
            f"{_key(finding)}/{name}", estimate, region=finding.region, period=self.period, text=text
        )

    def _by_region(self, kind: str) -> dict[str, Any]:
        return {item.region: item for item in self.context.findings.of(kind)}

    def changes_since(self, first: dt.date) -> list[ChangePoint]:
        """Changes of level dated on or after a day, regions only, latest first.

        Only those that are told (`told_changes`); the others are in the CSV alone.
        """
        found = [c for c in told_changes(self.context.findings) if c.region != TOTAL and c.date >= first]
        return sorted(found, key=lambda c: (c.date, c.region), reverse=True)

    def unassigned_around(self, change: ChangePoint) -> Fact | None:
        """How the part of the total that no region has moved around a shift: "6% to 32%".

        In the four weeks before and from the shift on; None where it moved by less than a tenth. A region
        rises or falls where its reports begin or cease to be given for several regions together.
        """
        panel, four, day = self.context.panel, dt.timedelta(weeks=4), dt.timedelta(days=1)
        shares = []
        for first, last in ((change.date - four, change.date - day), (change.date, change.date + four - day)):
            whole, part = (panel.amount(code, first, last).low for code in (TOTAL, UNALLOCATED))
            if whole < FEWEST_FOR_SHARE:
                return None
            shares.append(part / whole)
        if abs(shares[1] - shares[0]) < MOVED:
            return None
        text = f"{percent_text(shares[0])} to {percent_text(shares[1])}"
        key = f"{change.region}/change/{change.date}/unassigned"
        return self.context.facts.label(key, text, region=UNALLOCATED)

    def growth(self, trend: Trend) -> Text:
        """Growth a week with its interval: "+1.2% a week (95% interval −0.5% to 2.9%)"."""
        first, last = trend.window
        keys = {"region": trend.region, "period": f"{first}/{last}"}
        key, growth = f"{trend.region}/trend", trend.growth
        value = self.context.facts.ratio(f"{key}/growth", growth, text=change_text(growth.value), **keys)
        span = f"{change_text(growth.low)} to {change_text(growth.high)}"
        interval = self.context.facts.label(f"{key}/growth_range", span, **keys)
        return say("{value} a week (95% interval {interval})", value=value, interval=interval)

    def total_change(self, first: dt.date) -> ChangePoint | None:
        """The latest clear change of the total's level on or after a day."""
        found = [c for c in told_changes(self.context.findings) if c.region == TOTAL and c.date >= first]
        return max(found, key=lambda c: c.date, default=None)

    def change(self, change: ChangePoint) -> "ChangeFacts":
        """The facts of one change of level."""
        return ChangeFacts(self.context, change)


class ChangeFacts:
    """The printed parts of one change of level."""

    def __init__(self, context: Context, change: ChangePoint) -> None:
        key = f"{change.region}/change/{change.date}"
        facts, region = context.facts, change.region
        self.date = facts.label(f"{key}/date", date_text(change.date), region=region)
        self.range = facts.label(f"{key}/range", span_text(change.earliest, change.latest), region=region)
        self.before = facts.ratio(
            f"{key}/before", change.before, region=region, text=_level_text(change.before.value)
        )
        self.after = facts.ratio(
            f"{key}/after", change.after, region=region, text=_level_text(change.after.value)
        )
        self.ratio = facts.ratio(f"{key}/rate_ratio", change.rate_ratio, region=region)
        span = change.rate_ratio.range_text if change.rate_ratio else "–"
        self.ratio_range = facts.label(f"{key}/rate_ratio_range", span, region=region)
        self.q = facts.p(f"{key}/q_value", change.q_value, region=region)


def _key(finding: Comparison | LastYear) -> str:
    return f"{finding.region}/{'last_year' if isinstance(finding, LastYear) else 'week'}"


def _level_text(value: float) -> str:
    """A level a day: one decimal; two significant figures under one, where ``0.0`` would hide what it was."""
    if value == 0:
        return "0"
    return mean_text(value) if abs(value) >= 0.95 else ratio_text(value)


@cache
def _interval(week: Week) -> str:
    return f"{week.first_day}/{week.last_day}"
