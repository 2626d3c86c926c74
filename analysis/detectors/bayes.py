"""The Bayes detector: a count against the prediction of the weeks like it, without season or trend."""

from typing import Any

import numpy as np
import pandas as pd

from ._frames import answer, between, counts_of
from ._windows import windows

__all__ = ["bayes"]


def bayes(
    counts: Any,
    *,
    years: int = 0,
    half_window: int = 6,
    recent: bool = True,
    alpha: float = 0.05,
    period: int | None = None,
    last: int | None = None,
) -> pd.DataFrame:
    """Counts above the predictive quantile of Poisson references with a Gamma(1/2, 0) prior on their rate.

    counts : Series, or DataFrame with a column per region, one row per week (or day, or month); NaN where
        nothing was observed.
    years, half_window : references are the positions up to ``half_window`` to either side of the same date in
        this many earlier years; with ``recent`` also the ``half_window`` positions just before.
    alpha : one-sided share of alarms.
    period : positions in a year; None looks dates up in an index of dates, and means 52 otherwise.
    last : judge only so many last positions.

    The prediction is negative binomial with size ``events + 1/2`` and mean ``(events + 1/2) / references``.
    It allows for the unknown rate but not for counts that vary more than Poisson: where they do, expect more
    alarms than alpha: at an alpha of 0.01 and a mean of 1 to 20, on 0.5 to 0.8 % of steady positions at
    dispersion 1, on 3 to 4.5 % at dispersion 2 (simulated).

    Returns expected (the mean of the references), upper, score ((count - expected) / (upper - expected), NaN
    where upper is not above expected), alarm (count above ``upper``) and note (why there is no answer); for a
    DataFrame with columns (quantity, region), so that ``result["alarm"]`` is positions x regions.

    Raises `NotEnoughDataError` where no position has the history, `InputError`, `ConfigError`.
    Source: Riebler (2004), as in Höhle (2007).
    """
    between("alpha", alpha, 0, 1)
    given = counts_of(counts)
    found = windows(given, years=years, half_window=half_window, recent=recent, period=period, last=last)
    from scipy import stats

    y, expected = given.values, found.mean
    known = found.n > 0
    upper = np.full(y.shape, np.nan)
    n = found.n[known]
    upper[known] = stats.nbinom.ppf(1 - alpha, found.events[known] + 0.5, n / (n + 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        score = np.where(upper > expected, (y - expected) / (upper - expected), np.nan)
    return answer(given, expected=expected, upper=upper, score=score, alarm=y > upper, note=found.note)
