"""Sums over days that describe a fit: residuals, deviance and likelihood of both families.

Counts and means are regions x days, 0 where not observed; alpha is one number per region, 0 for Poisson.
"""

from collections.abc import Callable

import numpy as np

from .linear import Floats
from .rising import Rising

__all__ = ["deviance", "log_likelihood", "pearson"]

_BLOCK = 32


def _summed(y: Floats, mu: Floats, alpha: Floats, term: Callable[..., Floats]) -> Floats:
    """``term`` of count, mean and alpha, summed over days, in blocks of regions that stay in the cache."""
    total = np.empty(len(y))
    for start in range(0, len(y), _BLOCK):
        part = slice(start, start + _BLOCK)
        total[part] = term(y[part], mu[part], alpha[part][:, None])
    return total


def pearson(y: Floats, mu: Floats, alpha: Floats) -> Floats:
    """Sum of squared Pearson residuals."""

    def term(y: Floats, mu: Floats, alpha: Floats) -> Floats:
        away = y - mu
        variance = mu + alpha * mu**2 if alpha.any() else mu
        if mu.min(initial=1.0) <= 0:
            variance = np.where(mu > 0, variance, 1.0)
        away *= away
        away /= variance
        squares: Floats = away.sum(axis=1)
        return squares

    return _summed(y, mu, alpha, term)


def deviance(y: Floats, mu: Floats, alpha: Floats) -> Floats:
    """Twice what the saturated model gains over the fitted one, alpha held."""
    from scipy.special import xlogy

    def term(y: Floats, mu: Floats, alpha: Floats) -> Floats:
        safe, some = np.where(mu > 0, mu, 1.0), alpha > 0
        ratio = np.where(some, (np.log1p(alpha * y) - np.log1p(alpha * mu)) / np.where(some, alpha, 1.0), 0.0)
        both = np.where(some, ratio * (1 + alpha * y), y - mu)
        twice: Floats = 2 * (xlogy(y, np.where(y > 0, y, 1.0) / safe) - both).sum(axis=1)
        return twice

    return _summed(y, mu, alpha, term)


def log_likelihood(y: Floats, mu: Floats, alpha: Floats) -> Floats:
    """Log-likelihood with all its constants."""
    from scipy.special import gammaln, xlogy

    def term(y: Floats, mu: Floats, alpha: Floats) -> Floats:
        some = alpha > 0
        logs = np.log1p(alpha * mu)
        caught = np.where(some, logs * (y + 1 / np.where(some, alpha, 1.0)), mu)
        total: Floats = (xlogy(y, mu) - caught - gammaln(y + 1)).sum(axis=1)
        return total

    value = _summed(y, mu, alpha, term)
    some = np.flatnonzero(alpha > 0)
    value[some] += Rising(y[some]).sums(alpha[some], np.arange(len(some)))[0]
    return value
