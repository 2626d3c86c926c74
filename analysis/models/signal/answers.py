"""The judgement of a week as records, with the figures that are printed beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.estimates import Amount, Estimate
from analysis.findings import Finding, Signal, Skipped
from analysis.rates import adjust_p
from analysis.rates.inputs import Floats
from analysis.records import SignalStatus, SignalVerdict
from analysis.weeks import Week

from .rule import Judged, Limits, critical_p, smallest_named
from .runs import Runs
from .series import Series

__all__ = ["answers"]

RECENT, SEASONAL = "negative binomial", "seasonal"


@dataclass(frozen=True)
class _Figures:
    """Of the regions that are answered: mean and interval of a new count, threshold, p and q."""

    mean: Floats
    low: Floats
    high: Floats
    threshold: Floats
    p: Floats
    q: Floats


def answers(
    series: Series, week: Week, now: Judged, past: Runs, limits: Limits, level: float,
    parents: Mapping[str, str], *, is_parent: bool = False,
) -> tuple[Finding, ...]:  # fmt: skip
    """A `Signal` or `Skipped` per region, in order. parents : region -> the parent it can be pooled to."""
    asked = np.flatnonzero(now.answered)
    figures = _figures(series, now, asked, limits, level)
    found: dict[int, Finding] = {}
    for i, region in enumerate(asked.tolist()):
        status, since = _run(past, region)
        verdict = _verdict(now, region)
        found[region] = Signal(
            region=series.codes[region], week=week.name, observed=_observed(series, region),
            expected=Estimate(
                value=float(figures.mean[i]), low=float(figures.low[i]), high=float(figures.high[i]),
                level=level, unit="per week",
            ),
            threshold=int(figures.threshold[i]), history_weeks=int(now.expected.weeks[region]),
            p_value=float(figures.p[i]), q_value=float(figures.q[i]), verdict=verdict,
            method=SEASONAL if now.expected.fitted[region] else RECENT,
            pooled=parents.get(series.codes[region]) if verdict == "too_few" else None, status=status,
            since=None if since is None else week.shift(since).first_day, is_parent=is_parent,
        )  # fmt: skip
    found |= dict(_skipped(series, week, now, limits))
    return tuple(found[region] for region in sorted(found))


def _figures(
    series: Series, now: Judged, asked: "np.ndarray[tuple[int], np.dtype[np.intp]]", limits: Limits,
    level: float,
) -> _Figures:  # fmt: skip
    mean, ahead, tail = now.expected.mean[asked], now.expected.ahead(asked), (1 - level) / 2
    above = series.figure[-1, asked] > mean
    p = np.where(above, ahead.at_least(now.least[asked]), ahead.at_most(now.most[asked])).clip(0, 1)
    up, low = (np.nan_to_num(adjust_p(tests), nan=1.0)[asked] for tests in (now.p_up, now.p_low))
    least_p = np.minimum(critical_p(now.p_up, limits.q_level)[asked], limits.alpha)
    return _Figures(
        mean=mean, low=np.minimum(ahead.smallest(1 - tail) - 1, mean),
        high=np.maximum(ahead.smallest(tail) - 1, mean),
        threshold=np.maximum(ahead.smallest(least_p), smallest_named(now.expected)[asked]),
        p=p, q=np.where(above, up, low),
    )  # fmt: skip


def _observed(series: Series, region: int) -> Amount:
    low, figure, high = (part[-1, region] for part in (series.low, series.figure, series.high))
    return Amount.of_sums(low, figure, high)


def _verdict(now: Judged, region: int) -> SignalVerdict:
    if now.sign[region]:
        return "unusual" if now.sign[region] > 0 else "low"
    return "too_few" if now.sparse[region] else "usual"


def _run(past: Runs, region: int) -> tuple[SignalStatus | None, int | None]:
    """Status, and how many weeks from this one its run began."""
    length = int(past.length[region])
    if not length:
        return None, None
    if past.ended[region]:
        return "ended", -length
    return ("new" if length == 1 else "continuing"), 1 - length


def _skipped(series: Series, week: Week, now: Judged, limits: Limits) -> Iterator[tuple[int, Skipped]]:
    for region in np.flatnonzero(~now.answered).tolist():
        reason = _why(series, week, region, int(now.expected.weeks[region]), limits.min_weeks)
        yield region, Skipped(region=series.codes[region], model="signal", reason=reason)


def _why(series: Series, week: Week, region: int, weeks: int, needed: int) -> str:
    if np.isnan(series.figure[-1, region]):
        return f"the week {week} is not fully observed"
    number = {0: "no fully observed week", 1: "only 1 fully observed week"}
    return f"{number.get(weeks, f'only {weeks} fully observed weeks')} before it; {needed} are needed"
