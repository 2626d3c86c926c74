"""What the models say: one frozen record per statement, and `Findings`, which holds them.

Every field says its unit. A record never holds a NaN or an infinity: what cannot be said is None,
or the whole statement is a `Skipped` with its reason. Codes `TOTAL` and `UNALLOCATED` stand for the sum over
everything reported and for what was reported without a usable region.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from .codec import from_plain, to_plain
from .estimates import Amount, Estimate
from .weeks import Week

if TYPE_CHECKING:
    import pandas as pd

    from .panel import Panel

__all__ = [
    "KINDS",
    "TOTAL",
    "UNALLOCATED",
    "ChangePoint",
    "Comparison",
    "Finding",
    "Findings",
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
LeftOut = Literal["new_sources", "largest_day", "largest_reporter"]


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

    region : code, or `TOTAL`.
    week : name of the week.
    observed : reported in the week.
    baseline_weeks : number of fully observed weeks behind the baseline.
    baseline : mean of those weeks [per week], with its interval.
    rate_ratio : observed over baseline [ratio]; None where the baseline is zero.
    p_value, q_value : two-sided against "no change"; q is Benjamini-Hochberg over the regions tested.
    dispersion : variance over mean that the interval allows for, at least 1.
    completeness : share of the week's reports that can be expected to be in [0-1]; None where not known.
        While it is low nothing but "up" is said.
    tested : False where so few were reported that the region is no test, and none of those q allows for.
    verdict : "up", "down", "unchanged" (the whole interval lies within 0.67 to 1.5), "unclear", "too_few".
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
    """

    kind: ClassVar[str] = "trend"
    region: str
    window: tuple[dt.date, dt.date]
    growth: Estimate
    doubling: Estimate | None
    p_value: float
    q_value: float
    dispersion: float


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

    region : code, or `TOTAL`, or the code of a parent.
    week : name of the week.
    observed : reported in the week.
    expected : mean that the weeks before lead to expect [per week], with the interval a new count falls in.
    threshold : the smallest count that would have been unusual [per week]; None where none can be given.
    history_weeks : number of fully observed weeks behind it.
    p_value : chance of at least so many (of at most so many, where the count is low) in a usual week.
    q_value : Benjamini-Hochberg over the regions tested.
    method : what the expectation rests on, e.g. "negative binomial" or "seasonal".
    pooled : code of the parent whose signal stands for a region with too few reports of its own; None else.
    verdict : "unusual" (more than can be expected), "low" (fewer), "usual", "too_few".
    status : "new", "continuing" or "ended" against the week before; None where nothing is or was unusual.
    since : first day of the first week of the unbroken run of unusual weeks; None without a status.
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Robustness:
    """Whether a statement survives when a part of what it rests on is left out.

    region : code, or `TOTAL`.
    statement : kind of the statement: "comparison", "signal" or "change_point".
    date : first day of the week, or the date of the change.
    without : what was left out: "new_sources", "largest_day" or "largest_reporter".
    names : the sources, or the day in ISO form.
    removed : how much that took from the counts the statement rests on.
    holds : whether the statement is still made.
    """

    kind: ClassVar[str] = "robustness"
    region: str
    statement: str
    date: dt.date
    without: LeftOut
    names: tuple[str, ...]
    removed: float
    holds: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """A model did not answer for a region, and why."""

    kind: ClassVar[str] = "skipped"
    region: str
    model: str
    reason: str


Finding = Tally | Comparison | Trend | ChangePoint | Signal | Robustness | Skipped
KINDS: dict[str, type[Any]] = {
    cls.kind: cls for cls in (Tally, Comparison, Trend, ChangePoint, Signal, Robustness, Skipped)
}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Findings:
    """Everything the models said about one week.

    week : the week.
    items : the records, in the order of models and regions.
    models : name of each model that ran -> its options, for the methods section.
    panel : the panel they speak of; None when read back from JSON.
    """

    week: Week
    items: tuple[Finding, ...]
    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    panel: "Panel | None" = None

    def of(self, kind: str) -> tuple[Any, ...]:
        """The records of one kind, in order. Raises KeyError with the known kinds."""
        if kind not in KINDS:
            raise KeyError(f"no kind of finding is called {kind!r}; known: {', '.join(KINDS)}")
        return tuple(item for item in self.items if item.kind == kind)

    def for_region(self, region: str) -> tuple[Finding, ...]:
        """The records about one region code."""
        return tuple(item for item in self.items if item.region == region)

    def frame(self, kind: str) -> "pd.DataFrame":
        """The records of one kind as a flat table: ``rate_ratio_low`` and so on are columns of their own."""
        from .display import records_frame

        return records_frame(KINDS.get(kind), self.of(kind))

    def to_json(self, *, indent: int | None = 1) -> str:
        """All records as JSON text; `from_json` reads it back."""
        body = {
            "schema": "sitrend.findings/1",
            "week": self.week.first_day.isoformat(),
            "models": to_plain(self.models),
            "findings": {kind: [to_plain(item) for item in self.of(kind)] for kind in KINDS},
        }
        return json.dumps(body, ensure_ascii=False, indent=indent, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> "Findings":
        """What `to_json` wrote, without the panel."""
        body = json.loads(text)
        items = tuple(
            from_plain(KINDS[kind], item) for kind, records in body["findings"].items() for item in records
        )
        week = Week(first_day=dt.date.fromisoformat(body["week"]))
        return cls(week=week, items=items, models=body["models"])

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(self.of(kind))} {kind}" for kind in KINDS if self.of(kind))
        return f"Findings(week {self.week}: {counts or 'nothing'})"

    def _repr_html_(self) -> str:
        from .display import findings_html

        return findings_html(self)
