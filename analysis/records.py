"""One frozen record per kind of statement; `Findings` holds them.

Every field says its unit. A record never holds a NaN or an infinity: what cannot be said is None,
or the whole statement is a `Skipped` with its reason. Codes `TOTAL` and `UNALLOCATED` stand for the sum over
everything reported and for what was reported without a usable region.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from .estimates import Amount, Estimate

__all__ = [
    "KINDS",
    "TOTAL",
    "UNALLOCATED",
    "ChangePoint",
    "CommonChange",
    "Comparison",
    "Finding",
    "LastYear",
    "Robustness",
    "Signal",
    "Skipped",
    "Tally",
    "Trend",
]

TOTAL = "total"
UNALLOCATED = "unallocated"

Verdict = Literal["up", "down", "unchanged", "unclear", "too_few"]
SignalVerdict = Literal["unusual", "low", "usual", "too_few"]
SignalStatus = Literal["new", "continuing", "ended"]
LeftOut = Literal["new_sources", "ended_sources", "largest_day", "largest_reporter"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What else was counted in the week, in its own unit; never added to another unit.

    region : code, or `TOTAL`, or `UNALLOCATED`.
    week : name of the week.
    measure : the column or declared unit that was summed, e.g. ``"injured"``.
    amount : the sum with its bounds; None where no row states it (not stated is not zero).
    exact : the part of the sum that rows state exactly.
    rows : number of rows behind it.
    """

    kind: ClassVar[str] = "tally"
    region: str
    week: str
    measure: str
    amount: Amount | None
    exact: float
    rows: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """One week against the mean of the weeks before it.

    region : code, or `TOTAL`, or the code of a parent (``is_parent``).
    week : name of the week.
    observed : reported in the week.
    baseline_weeks : number of fully observed weeks behind the baseline.
    baseline : mean of those weeks [per week], with its interval.
    rate_ratio : observed over baseline [ratio]; None where the baseline is zero.
    p_value, q_value : two-sided against "no change"; q is Benjamini-Hochberg over the regions tested, or over
        the parents.
    dispersion : variance over mean that the interval allows for, at least 1.
    completeness : share of the week's reports that can be expected to be in [0-1]; None where not known.
        While it is low nothing but "up" is said.
    tested : False where so few were reported that the region is no test, and none of those q allows for.
    verdict : "up", "down", "unchanged" (the whole interval lies within 0.67 to 1.5), "unclear", "too_few".
    shrunk : the ratio drawn towards those of the other regions, the more the fewer are behind it [ratio]:
        for putting regions in order. None for the total and where too few regions are compared.
    is_parent : True for a parent, whose regions have records of their own: never added to them.
    """

    kind: ClassVar[str] = "comparison"
    region: str
    week: str
    observed: Amount
    baseline_weeks: int
    baseline: Estimate
    rate_ratio: Estimate | None
    p_value: float
    q_value: float
    dispersion: float
    verdict: Verdict
    tested: bool = True
    completeness: float | None = None
    shrunk: Estimate | None = None
    is_parent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class LastYear:
    """One week against the mean of the same weeks of last year.

    region : code, or `TOTAL`, or the code of a parent (``is_parent``).
    week : name of the week.
    observed : reported in the week.
    window : first and last day of the weeks of last year, all of the same weekday as the week.
    baseline_weeks : number of fully observed weeks among them.
    baseline, rate_ratio, dispersion, verdict, tested, completeness, is_parent : as in `Comparison`.
    p_value, q_value : as there; q is over this comparison alone.
    """

    kind: ClassVar[str] = "last_year"
    region: str
    week: str
    observed: Amount
    window: tuple[dt.date, dt.date]
    baseline_weeks: int
    baseline: Estimate
    rate_ratio: Estimate | None
    p_value: float
    q_value: float
    dispersion: float
    verdict: Verdict
    tested: bool = True
    completeness: float | None = None
    is_parent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Trend:
    """The direction of the last weeks.

    region : code, or `TOTAL`.
    window : first and last day of the fit.
    growth : relative change [per week]: 0.05 is five per cent more each week.
    doubling : time to double, or to halve where growth is negative [weeks]; None unless growth's interval
        excludes zero and the window holds at least 30 events.
    p_value, q_value : two-sided against zero growth; q over the regions tested.
    dispersion : variance over mean of the fit, at least 1.
    sen_slope : median change of the weekly sums from a week to a later one [per week], in the unit of the
        counts: a companion that no single week can move far. None with too few full weeks.
    mann_kendall_p : two-sided p of a trend by ranks of the weekly sums; None with too few full weeks.
    """

    kind: ClassVar[str] = "trend"
    region: str
    window: tuple[dt.date, dt.date]
    growth: Estimate
    doubling: Estimate | None
    p_value: float
    q_value: float
    dispersion: float
    sen_slope: Estimate | None = None
    mann_kendall_p: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangePoint:
    """A lasting shift of the daily level.

    region : code, or `TOTAL`.
    date : first day of the new level.
    earliest, latest : the range of days it may have begun on, conditional on the number of changes found.
    before, after : level of the neighbouring segments [per day].
    rate_ratio : after over before [ratio]; None where the level before is zero.
    p_value, q_value : against "no change here"; q over all changes tested.
    """

    kind: ClassVar[str] = "change_point"
    region: str
    date: dt.date
    earliest: dt.date
    latest: dt.date
    before: Estimate
    after: Estimate
    rate_ratio: Estimate | None
    p_value: float
    q_value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """Whether one week was unusual for a region, given the weeks before it.

    region : code, or `TOTAL`, or the code of a parent (``is_parent``).
    week : name of the week.
    observed : reported in the week.
    expected : mean that the weeks before lead to expect [per week], with the interval a new count falls in.
    threshold : the smallest count that would have been called unusual, the other regions as they are
        [per week]; None where none can be given.
    history_weeks : number of fully observed weeks behind it.
    p_value : chance of at least so many (of at most so many, where the count is low) in a usual week.
    q_value : Benjamini-Hochberg over the regions tested.
    method : what the expectation rests on, e.g. "negative binomial" or "seasonal".
    pooled : code of the parent whose signal stands for a region with too few reports of its own; None else.
    verdict : "unusual" (more than can be expected), "low" (fewer), "usual", "too_few".
    status : "new" or "continuing" where the week is unusual or low, "ended" where it is neither and the week
        before was unusual; None else.
    since : first day of the first week of the unbroken run, of unusual or of low weeks, that goes on or that
        ended; None without a status.
    is_parent : True for a parent, whose regions have records of their own: never added to them.
    """

    kind: ClassVar[str] = "signal"
    region: str
    week: str
    observed: Amount
    expected: Estimate
    threshold: int | None
    history_weeks: int
    p_value: float
    q_value: float
    method: str
    verdict: SignalVerdict
    pooled: str | None = None
    status: SignalStatus | None = None
    since: dt.date | None = None
    is_parent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Robustness:
    """Whether a statement survives when a part of what it rests on is left out.

    region : code, or `TOTAL`.
    statement : kind of the statement: "comparison", "signal" or "change_point".
    date : first day of the week, or the date of the change.
    without : what was left out: "new_sources", "ended_sources" (of a fall), "largest_day" or
        "largest_reporter".
    names : the sources, or the day in ISO form.
    removed : how much that took from the counts the statement rests on.
    holds : whether the statement is still made.
    since : first report of the first new source, last report of the last one that ended; None for others.
    """

    kind: ClassVar[str] = "robustness"
    region: str
    statement: str
    date: dt.date
    without: LeftOut
    names: tuple[str, ...]
    removed: float
    holds: bool
    since: dt.date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CommonChange:
    """One day around which the level of most regions changed: likely how things are counted, or one cause.

    region : `TOTAL`. Its change points stand in ``regions`` and are not told one by one.
    date : the middle of the days below.
    earliest, latest : where the ranges of all these changes meet; none is further than three days from it.
    regions : the regions whose level changed. risen : how many of them rose.
    judged : regions with enough reports around that day to see a change.
    """

    kind: ClassVar[str] = "common_change"
    region: str
    date: dt.date
    earliest: dt.date
    latest: dt.date
    regions: tuple[str, ...]
    risen: int
    judged: int

    @property
    def share(self) -> float:
        """Regions that changed over regions that were judged, 0 to 1."""
        return len(self.regions) / self.judged


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """A model did not answer for a region, and why.

    region : code, or `TOTAL`, or the code of a parent (``is_parent``).
    """

    kind: ClassVar[str] = "skipped"
    region: str
    model: str
    reason: str
    is_parent: bool = False


Finding = Tally | Comparison | LastYear | Trend | ChangePoint | CommonChange | Signal | Robustness | Skipped
KINDS: dict[str, type[Any]] = {
    cls.kind: cls
    for cls in (
        Tally, Comparison, LastYear, Trend, ChangePoint, CommonChange, Signal, Robustness, Skipped,
    )
}  # fmt: skip
