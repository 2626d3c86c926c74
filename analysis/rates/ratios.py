"""The ratio of two rates, given how many events there were in all.

Given the sum of both counts, the first is binomial with probability
``ratio * time_1 / (ratio * time_1 + time_2)``; every method but "wald" is a statement about that probability.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .conditional import (
    adjusted,
    binomial_tails,
    clopper_pearson,
    least_likely_p,
    midp_limits,
    midp_tails,
    wilson,
)
from .inputs import Floats, aligned, checked_level, checked_method, require

__all__ = ["RATIO_METHODS", "rate_ratio"]

RATIO_METHODS = ("adjusted", "exact", "central", "midp", "score", "wald")


def rate_ratio(
    count_1: Any,
    time_1: Any,
    count_2: Any,
    time_2: Any,
    *,
    dispersion: Any = 1.0,
    dispersion_df: Any = np.inf,
    level: float = 0.95,
    method: str = "adjusted",
) -> pd.DataFrame:
    """How many times higher the first rate is than the second, with interval and p-value.

    count_1, count_2 : events in either period, >= 0; fractions are accepted.
    time_1, time_2 : length of either period, > 0, in one unit.
    dispersion : variance over mean, >= 1, of counts as long as the first period; used by "adjusted" only.
    dispersion_df : degrees of freedom behind ``dispersion``; inf where it is known. The fewer, the longer the
        tails ("adjusted" only).
    level : coverage the interval claims.
    method :
        "adjusted" - counts deflated by the dispersion, Jeffreys prior (beta quantiles of x1/phi + 1/2 and
            x2/phi + 1/2), averaged over what is not known of the dispersion; two-sided p doubles the smaller
            tail, so p < 1 - level just where the interval leaves out 1.
        "exact" - Clopper & Pearson 1934 limits; p sums all outcomes no more likely than the one seen
            (Przyborowski & Wilenski 1940); where counts are fractions, p as in "central".
        "central" - the same limits; p doubles the smaller tail (Fay 2010).
        "midp" - half the probability of what was seen; ``ratio`` is then the median-unbiased estimate.
        "score" - Wilson 1927 limits without continuity correction.
        "wald" - normal on the log scale; no finite limits where a count is zero.

    Returns a DataFrame, one row per pair: ratio (inf where only the second count is zero, NaN where both
    are), low, high, p_value (two-sided), p_greater (against "not higher"), p_less (against "not lower"). NaN
    inputs give NaN rows. Raises `InputError` for values outside these bounds and `ConfigError` for an unknown
    method or level.
    """
    checked_method(method, RATIO_METHODS)
    tail = (1 - checked_level(level)) / 2
    columns, index = aligned(count_1, time_1, count_2, time_2, dispersion, dispersion_df)
    _check(*columns)
    missing = np.isnan(np.stack(columns)).any(axis=0)
    x1, t1, x2, t2, phi, df = (np.where(missing, 1.0, column) for column in columns)
    null = t1 / (t1 + t2)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (x1 / t1) / (x2 / t2)
    if method == "wald":
        table = _wald(ratio, x1, x2, tail)
    elif method == "adjusted":
        table = _from_share(ratio, null, x1, x2, *adjusted(x1, x2, null, phi, df, tail))
    else:
        table = _conditional(ratio, x1, x2, null, tail, method)
    names = ("ratio", "low", "high", "p_value", "p_greater", "p_less")
    return pd.DataFrame(
        {name: np.where(missing, np.nan, values) for name, values in zip(names, table, strict=True)},
        index=index,
    )


def _check(x1: Floats, t1: Floats, x2: Floats, t2: Floats, phi: Floats, df: Floats) -> None:
    for x in (x1, x2):
        require(~(x < 0) & ~np.isinf(x), "counts are finite and not negative")
    for t in (t1, t2):
        require(~(t <= 0) & ~np.isinf(t), "times are finite and positive")
    require(~(phi < 1) & ~np.isinf(phi), "dispersions are finite and at least 1")
    require(~(df <= 0), "degrees of freedom are positive")


def _from_share(
    ratio: Floats, null: Floats, x1: Floats, x2: Floats, low: Floats, high: Floats, more: Floats, less: Floats
) -> tuple[Floats, ...]:
    """Limits of the binomial share as limits of the ratio, opened where a count is zero, around the value."""
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = (1 - null) / null
        low = np.where(x1 > 0, odds * low / (1 - low), 0.0)
        high = np.where(x2 > 0, odds * high / (1 - high), np.inf)
    both = np.minimum(1.0, 2 * np.minimum(more, less))
    return ratio, np.fmin(low, ratio), np.fmax(high, ratio), both, more, less


def _conditional(
    ratio: Floats, x1: Floats, x2: Floats, null: Floats, tail: float, method: str
) -> tuple[Floats, ...]:
    more, less = binomial_tails(x1, x2, null)
    if method == "score":
        low, high, p_more, p_less = wilson(x1, x2, null, tail)
        return _from_share(ratio, null, x1, x2, low, high, p_more, p_less)
    if method == "midp":
        p_more, p_less = midp_tails(x1, x2, null)
        low, middle, high = midp_limits(x1, x2, (tail, 0.5, 1 - tail))
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(x1 + x2 > 0, middle / (1 - middle) * (1 - null) / null, np.nan)
        return _from_share(ratio, null, x1, x2, low, high, p_more, p_less)
    low, high = clopper_pearson(x1, x2, tail)
    table = _from_share(ratio, null, x1, x2, low, high, more, less)
    if method == "exact":
        whole: npt.NDArray[np.bool_] = (x1 == np.rint(x1)) & (x2 == np.rint(x2))
        p = np.where(whole, least_likely_p(np.rint(x1), np.rint(x2), null, more, less), table[3])
        return (*table[:3], p, *table[4:])
    return table


def _wald(ratio: Floats, x1: Floats, x2: Floats, tail: float) -> tuple[Floats, ...]:
    from scipy.special import ndtr, ndtri

    known = (x1 > 0) & (x2 > 0)
    se = np.sqrt(1 / np.where(known, x1, 1) + 1 / np.where(known, x2, 1))
    log = np.log(np.where(known, ratio, 1.0))
    width = -ndtri(tail) * se
    low, high = np.where(known, np.exp(log - width), 0.0), np.where(known, np.exp(log + width), np.inf)
    more, less = (np.where(known, ndtr(sign * log / se), 1.0) for sign in (-1, 1))
    return ratio, low, high, np.minimum(1.0, 2 * np.minimum(more, less)), more, less
