"""The conditional binomial behind a rate ratio: tails and limits of its probability.

Arrays of one length throughout. ``x`` and ``y`` are the two counts, ``p`` the probability under "no change".
Tails are written as incomplete beta functions, so that fractional counts need no other formula.
"""

from collections.abc import Callable

import numpy as np

from .inputs import Floats

__all__ = [
    "adjusted",
    "binomial_tails",
    "clopper_pearson",
    "least_likely_p",
    "midp_limits",
    "midp_tails",
    "wilson",
]

_TIE = 1 + 1e-7  # outcomes this close in probability count as equally likely, as in R


def _beta_cdf(a: Floats, b: Floats, p: Floats) -> Floats:
    """Incomplete beta function, with its limits where a or b is zero (a first)."""
    from scipy.special import betainc

    inner = betainc(np.where(a > 0, a, 1.0), np.where(b > 0, b, 1.0), p)
    result: Floats = np.where(a <= 0, 1.0, np.where(b <= 0, 0.0, inner))
    return result


def _bisect(below: Callable[[Floats], Floats], low: Floats, high: Floats, steps: int = 60) -> Floats:
    """Where a rising function crosses zero, by halving ``low`` to ``high``."""
    for _ in range(steps):
        middle = (low + high) / 2
        under = below(middle) < 0
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    return (low + high) / 2


def binomial_tails(x: Floats, y: Floats, p: Floats) -> tuple[Floats, Floats]:
    """Probability of at least ``x``, and of at most ``x``, out of ``x + y``."""
    return _beta_cdf(x, y + 1, p), _beta_cdf(y, x + 1, 1 - p)


def clopper_pearson(x: Floats, y: Floats, tail: float) -> tuple[Floats, Floats]:
    """Limits at which either tail is ``tail``."""
    from scipy.special import betaincinv

    low = np.where(x > 0, betaincinv(np.where(x > 0, x, 1.0), y + 1, tail), 0.0)
    high = np.where(y > 0, betaincinv(x + 1, np.where(y > 0, y, 1.0), 1 - tail), 1.0)
    return low, high


def midp_tails(x: Floats, y: Floats, p: Floats) -> tuple[Floats, Floats]:
    """As `binomial_tails`, with half the probability of ``x`` itself."""
    more, less = binomial_tails(x, y, p)
    return (more + _beta_cdf(x + 1, y, p)) / 2, (less + _beta_cdf(y + 1, x, 1 - p)) / 2


def midp_limits(x: Floats, y: Floats, targets: tuple[float, ...]) -> list[Floats]:
    """Probabilities at which P(more than x) + P(x) / 2 equals each target; 0 and 1 where none does."""
    from scipy.special import betaincinv

    def midp(p: Floats) -> Floats:
        return midp_tails(x, y, p)[0]

    limits = []
    for target in targets:
        start = np.where(x > 0, betaincinv(np.where(x > 0, x, 1.0), y + 1, target), 0.0)
        end = np.where(y > 0, betaincinv(x + 1, np.where(y > 0, y, 1.0), target), 1.0)
        limits.append(_bisect(lambda p, target=target: midp(p) - target, start, end))  # type: ignore[misc]
    low_end, high_end = midp(np.zeros_like(x)), midp(np.ones_like(x))
    # With no event on one side the function never reaches some targets: the limit is then the end itself.
    return [
        np.where(low_end >= target, 0.0, np.where(high_end <= target, 1.0, limit))
        for target, limit in zip(targets, limits, strict=True)
    ]


def wilson(x: Floats, y: Floats, p: Floats, tail: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Score limits, and the normal tails of "at least" and "at most"."""
    from scipy.special import ndtr, ndtri

    n = np.maximum(x + y, np.finfo(float).tiny)
    q = ndtri(tail) ** 2
    half = np.sqrt(q * (q / 4 + x * y / n)) / (n + q)
    centre = (x + q / 2) / (n + q)
    z = (x - n * p) / np.sqrt(n * p * (1 - p))
    nothing = x + y <= 0
    low, high = np.where(nothing, 0.0, centre - half), np.where(nothing, 1.0, centre + half)
    more, less = (np.where(nothing, 1.0, ndtr(sign * z)) for sign in (-1, 1))
    return np.clip(low, 0, 1), np.clip(high, 0, 1), more, less


def least_likely_p(x: Floats, y: Floats, p: Floats, more: Floats, less: Floats) -> Floats:
    """Two-sided p: all outcomes out of ``x + y`` that are no more likely than ``x``; whole counts only.

    The probabilities fall away from the mean, so the far tail begins where halving finds it.
    """
    n, mean = x + y, (x + y) * p
    limit = _log_pmf(x, n, p) + np.log(_TIE)
    below = x < mean
    # Far tail: above the mean the first k that is unlikely enough, below it the last.
    inner = np.where(below, np.ceil(mean) - 1, np.floor(mean) + 1)
    outer = np.where(below, n + 1, -1.0)
    while (np.abs(outer - inner) > 1).any():
        middle = np.where(np.abs(outer - inner) > 1, np.floor((inner + outer) / 2), outer)
        unlikely = _log_pmf(middle, n, p) <= limit
        move = np.abs(outer - inner) > 1
        outer, inner = np.where(move & unlikely, middle, outer), np.where(move & ~unlikely, middle, inner)
    far_more, _ = binomial_tails(np.clip(outer, 0, n), n - np.clip(outer, 0, n), p)
    _, far_less = binomial_tails(np.clip(outer, 0, n), n - np.clip(outer, 0, n), p)
    above_tail = less + np.where(outer > n, 0.0, far_more)
    below_tail = more + np.where(outer < 0, 0.0, far_less)
    result = np.where(x == mean, 1.0, np.where(below, above_tail, below_tail))
    return np.minimum(1.0, result)


def _log_pmf(k: Floats, n: Floats, p: Floats) -> Floats:
    from scipy.special import gammaln

    k = np.clip(k, 0, n)
    choose = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    result: Floats = choose + k * np.log(p) + (n - k) * np.log1p(-p)
    return result


def adjusted(
    x: Floats, y: Floats, p: Floats, phi: Floats, df: Floats, tail: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """Limits and tails of the beta distribution of the deflated counts, averaged over the dispersion."""
    from scipy.special import betainc, betaincinv

    scale, weight = dispersion_nodes(phi, df)
    a, b = x[:, None] / scale + 0.5, y[:, None] / scale + 0.5

    def mixed(share: Floats) -> Floats:
        result: Floats = (weight * betainc(a, b, share[:, None])).sum(axis=1)
        return result

    limits = []
    for target in (tail, 1 - tail):
        ends = betaincinv(a, b, target)
        steps = 0 if scale.shape[1] == 1 else 48
        limits.append(_bisect(lambda s, t=target: mixed(s) - t, ends.min(axis=1), ends.max(axis=1), steps))  # type: ignore[misc]
    less = (weight * betainc(b, a, (1 - p)[:, None])).sum(axis=1)
    return limits[0], limits[1], mixed(p), less


def dispersion_nodes(phi: Floats, df: Floats, steps: int = 33) -> tuple[Floats, Floats]:
    """Values the dispersion may have, and their weights: (n, steps) and (1, steps).

    ``phi`` estimated with ``df`` degrees of freedom leaves the dispersion at ``phi * df / chi2(df)``, never
    below 1. The integral is a sum over equal steps on the normal scale, which converges fast.
    """
    from scipy.special import gammaincinv, ndtr

    if np.isinf(df).all():
        return phi[:, None], np.ones((1, 1))
    z = np.linspace(-6.0, 6.0, steps)
    weight = np.exp(-(z**2) / 2)
    half = np.where(np.isinf(df), 1e9, df)[:, None] / 2
    scale = phi[:, None] * half / np.maximum(gammaincinv(half, ndtr(-z)[None, :]), 1e-300)
    scale = np.where(np.isinf(df)[:, None], phi[:, None], scale)
    return np.clip(scale, 1.0, 1e12), (weight / weight.sum())[None, :]
