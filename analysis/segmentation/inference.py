"""Dates, levels and ratios with their intervals, given the segments."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..estimates import Estimate
from .dispersion import share_of_tail
from .search import TINY, Gain, poisson_gain

__all__ = ["Cut", "count_level", "date_range", "difference", "number_level", "ratio"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Cut:
    """Where a change may lie, and what it gains over none; positions count used positions only."""

    earliest: int
    latest: int
    gain: float


def date_range(
    values: Floats,
    weights: Floats,
    gain: Gain,
    *,
    start: int,
    cut: int,
    end: int,
    shortest: int,
    level: float,
    single: float,
) -> Cut:
    """Profile likelihood interval of one change between its two neighbours.

    values, weights : prefix sums of one series, divided by the dispersion.
    single : variance of single values over the dispersion, at most 1.

    The profile of a change is a two-sided random walk, not a parabola (Bhattacharya & Brockwell 1976;
    Eo & Morley 2015), and a walk in steps of whole days (Siegmund 1985): see `_limit`.
    """
    places = np.arange(start + shortest, end - shortest + 1)
    left = gain(values[places] - values[start], np.maximum(weights[places] - weights[start], TINY))
    right = gain(values[end] - values[places], np.maximum(weights[end] - weights[places], TINY))
    both = left + right
    top = both[cut - start - shortest]
    whole = gain(
        values[end : end + 1] - values[start], np.maximum(weights[end : end + 1] - weights[start], TINY)
    )
    step = _step(values, weights, gain, start, cut, end)
    inside = places[top - both <= _limit(level, step)]
    # Few days show little of the long-run noise: a short range is judged by the noise of so many days
    noise = single + (1 - single) * share_of_tail(len(inside))
    inside = places[top - both <= noise * _limit(level, step / noise)]
    return Cut(min(int(inside[0]), cut), max(int(inside[-1]), cut), float(max(top - whole[0], 0.0)))


def _limit(level: float, step: float) -> float:
    """How far the profile may lie below its top: (1 - v exp(-x/2))^2 = level.

    step : what one day on the wrong side costs on average; v = exp(-0.583 sqrt(step)) is Siegmund's
        correction for a walk that is seen once a day only.
    """
    return float(max(-2 * np.log(1 - np.sqrt(level)) - 2 * 0.583 * np.sqrt(step), 0.0))


def _step(values: Floats, weights: Floats, gain: Gain, start: int, cut: int, end: int) -> float:
    """Mean loss of the profile per position on the wrong side, over the dispersion."""
    before = (values[cut] - values[start]) / max(weights[cut] - weights[start], TINY)
    after = (values[end] - values[cut]) / max(weights[end] - weights[cut], TINY)
    if gain is not poisson_gain:
        return float((after - before) ** 2)
    low = 1e-3  # a level of zero: the logarithm must stay finite
    mass = (weights[end] - weights[start]) / (end - start)
    return float(mass * (after - before) * np.log(max(after, low) / max(before, low)) / 2)


def count_level(total: float, exposure: float, dispersion: float, level: float, unit: str) -> Estimate:
    """A rate with its interval: gamma with half a count added, the count deflated by the dispersion."""
    from scipy.special import gammaincinv

    value = total / exposure
    tail = (1 - level) / 2
    low, high = gammaincinv(total / dispersion + 0.5, [tail, 1 - tail]) * dispersion / exposure
    return Estimate(
        value=value, low=min(float(low), value) if total > 0 else 0.0, high=max(float(high), value),
        level=level, unit=unit,
    )  # fmt: skip


def ratio(
    before: tuple[float, float], after: tuple[float, float], dispersion: float, level: float
) -> Estimate | None:
    """Rate after over rate before, each (total, exposure); None where nothing came before.

    Conditional on the sum the share is binomial: beta quantiles with half a count added, deflated.
    """
    from scipy.special import betaincinv

    if before[0] <= 0:
        return None
    tail = (1 - level) / 2
    a, b = after[0] / dispersion + 0.5, before[0] / dispersion + 0.5
    share = np.clip(betaincinv(a, b, [tail, 1 - tail]), 0.0, 1 - 1e-9)
    low, high = share / (1 - share) * before[1] / after[1]
    value = (after[0] / after[1]) / (before[0] / before[1])
    return Estimate(
        value=value, low=min(float(low), value) if after[0] > 0 else 0.0, high=max(float(high), value),
        level=level, unit="ratio",
    )  # fmt: skip


def number_level(total: float, count: float, variance: float, level: float) -> Estimate:
    """A mean with its normal interval."""
    from scipy.special import ndtri

    half = float(ndtri((1 + level) / 2)) * float(np.sqrt(variance / count))
    value = total / count
    return Estimate(value=value, low=value - half, high=value + half, level=level)


def difference(
    before: tuple[float, float], after: tuple[float, float], variance: float, level: float
) -> Estimate:
    """Mean after minus mean before, each (total, positions)."""
    from scipy.special import ndtri

    value = after[0] / after[1] - before[0] / before[1]
    half = float(ndtri((1 + level) / 2)) * float(np.sqrt(variance / before[1] + variance / after[1]))
    return Estimate(value=value, low=value - half, high=value + half, level=level)
