"""The generalised likelihood ratio chart: has the level risen at any time since the last alarm?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..errors import ConfigError
from ._frames import MISSING, Bools, Floats, answer, between, chosen, counts_of, expectation, whole
from ._rises import Rises, count_for, rise_of_varying, rises

__all__ = ["glr"]


@dataclass(frozen=True)
class _Chart:
    """The settings of one call; see `glr`."""

    alpha: float
    limit: float
    rise: float | None
    window: int | None


def glr(
    counts: Any,
    *,
    expected: Any = None,
    training: int | None = None,
    family: str = "poisson",
    alpha: float | None = None,
    limit: float = 5.0,
    rise: float | None = None,
    window: int | None = None,
) -> pd.DataFrame:
    """Likelihood ratio of a rise by one factor since some earlier position, the largest over all of them.

    counts : Series, or DataFrame with a column per region; NaN where nothing was observed.
    expected : mean in control: a number, one per column, one per position, or a frame; by default the mean of
        the training positions.
    training : positions at the start that are not judged; by default the first half when ``expected`` is
        None, otherwise none.
    family : "poisson", or "nb" with variance ``m + alpha m^2`` (``alpha`` > 0 is then needed).
    limit : alarm where the log likelihood ratio reaches it; the chart then starts again.
    rise : log of the factor looked for; None estimates it for every window, never below 0. Given, the chart
        is the likelihood ratio CUSUM.
    window : how many positions back a rise may have begun, the present one included; None: any since the last
        alarm. With "nb", an estimated rise and an expectation that varies it is needed: the work grows with
        its square.

    Returns expected, upper (the smallest real number that would be an alarm), score (the log likelihood
    ratio), alarm and note (why there is no answer); for a DataFrame with columns (quantity, region), so that
    ``result["alarm"]`` is positions x regions. ``upper`` is NaN where nothing was observed, and
    with "nb", an estimated rise and an expectation that varies. Falls are not looked for.

    Raises `NotEnoughDataError` where no position is left to judge, `InputError`, `ConfigError`.
    Source: Höhle and Paul (2008).
    """
    between("limit", limit, 0)
    if chosen("family", family, ("poisson", "nb")) == "nb" and alpha is None:
        raise ConfigError("family 'nb' needs alpha, the excess of variance", key="alpha")
    if family == "poisson" and alpha is not None:
        raise ConfigError("alpha belongs to family 'nb'", key="alpha")
    chart = _Chart(
        alpha=0.0 if alpha is None else between("alpha", alpha, 0),
        limit=limit,
        rise=None if rise is None else between("rise", rise, 0),
        window=None if window is None else whole("window", window, 1),
    )
    given = counts_of(counts)
    mean, start, note = expectation(given, expected, training)
    y = given.values
    note[start:][np.isnan(y[start:])] = MISSING
    seen = ~np.isnan(y) & ~np.isnan(mean)
    upper, score = np.full(y.shape, np.nan), np.full(y.shape, np.nan)
    run = _known_rise if chart.rise is not None else _estimated_rise
    run(chart, y, mean, seen, start, upper, score)
    upper[~seen] = score[np.isnan(mean)] = np.nan
    return answer(given, expected=mean, upper=upper, score=score, alarm=(score >= limit) & seen, note=note)


def _known_rise(
    chart: _Chart, y: Floats, mean: Floats, seen: Bools, start: int, upper: Floats, score: Floats
) -> None:
    """Fill in the recursive chart; the best window of yesterday plus today, or none."""
    factor = chart.rise or 0.0
    if chart.window is not None:
        raise ConfigError("a given rise is followed since the last alarm; leave window out", key="window")
    # log ratio of today = gain * count - cost
    if chart.alpha:
        change = np.log1p(chart.alpha * mean * np.exp(factor)) - np.log1p(chart.alpha * mean)
        gain, cost = factor - change, change / chart.alpha
    else:
        gain, cost = np.full_like(mean, factor), mean * np.expm1(factor)
    today = np.where(seen, gain * np.where(seen, y, 0.0) - cost, 0.0)
    total = np.zeros(y.shape[1])
    for t in range(start, len(y)):
        upper[t] = np.maximum(0.0, (chart.limit - total + cost[t]) / gain[t])
        score[t] = np.maximum(0.0, total + today[t])
        total = np.where(score[t] >= chart.limit, 0.0, score[t])


def _estimated_rise(
    chart: _Chart, y: Floats, mean: Floats, seen: Bools, start: int, upper: Floats, score: Floats
) -> None:
    """Fill in the chart whose rise is estimated for every window since the last alarm."""
    known = mean[start:, ~np.isnan(mean[start])]
    varies = bool(chart.alpha) and bool((known != known[:1]).any())
    if varies and chart.window is None:
        raise ConfigError("an 'nb' chart on a varying expectation needs a window (say 30)", key="window")
    x, m = np.where(seen, y, 0.0), np.where(seen, mean, 0.0)
    sums = Rises.of(x, m, seen)
    first = np.full(y.shape[1], start)  # of every column: where its windows may begin
    for t in range(start, len(y)):
        low = max(start, int(first.min()), t + 1 - (chart.window or t + 1))
        open_ = np.arange(low, t + 1)[:, None] >= first
        if varies:
            value = rise_of_varying(x[low : t + 1], m[low : t + 1], seen[low : t + 1], chart.alpha)
        else:
            value = rises(*sums.windows(low, t), chart.alpha)
            before = sums.windows(low, t, leave_out=x[t])
            needed = count_for(chart.limit, *before, mean[t], chart.alpha)
            upper[t] = np.where(open_, needed, np.inf).min(axis=0)
        score[t] = np.where(open_, value, 0.0).max(axis=0)
        first = np.where((score[t] >= chart.limit) & seen[t], t + 1, first)
