"""Sums over days that describe a fit: residuals, deviance and likelihood of both families.

Coefficients are regions x terms; alpha is one number per region, 0 for Poisson. A region that could not be
fitted has NaN in both, and NaN here.
"""

from collections.abc import Callable

import numpy as np

from .linear import Floats, Problem
from .rising import Rising

__all__ = ["deviance", "log_likelihood", "pearson"]


def _summed(problem: Problem, beta: Floats, alpha: Floats, term: Callable[..., Floats]) -> Floats:
    """``term`` of counts, means (both 0 where not seen) and alpha, in blocks of regions."""
    total = np.full(len(beta), np.nan)
    for _, rows in problem.blocks(np.flatnonzero(~np.isnan(beta).any(axis=1))):
        mu = problem.means(beta[rows], rows)
        total[rows] = term(problem.y[rows], mu, alpha[rows][:, None])
    return total


def pearson(problem: Problem, beta: Floats, alpha: Floats) -> Floats:
    """Sum of squared Pearson residuals."""

    def term(y: Floats, mu: Floats, alpha: Floats) -> Floats:
        away = y - mu
        away *= away
        if alpha.any():
            mu = mu + alpha * mu**2
        if problem.use is not None:
            mu = np.where(mu > 0, mu, 1.0)
        away /= mu
        squares: Floats = away.sum(axis=1)
        return squares

    return _summed(problem, beta, alpha, term)


def deviance(problem: Problem, beta: Floats, alpha: Floats) -> Floats:
    """Twice what the saturated model gains over the fitted one, alpha held."""
    from scipy.special import xlogy

    def term(y: Floats, mu: Floats, alpha: Floats) -> Floats:
        safe, some = np.where(mu > 0, mu, 1.0), alpha > 0
        ratio = np.where(some, (np.log1p(alpha * y) - np.log1p(alpha * mu)) / np.where(some, alpha, 1.0), 0.0)
        both = np.where(some, ratio * (1 + alpha * y), y - mu)
        twice: Floats = 2 * (xlogy(y, np.where(y > 0, y, 1.0) / safe) - both).sum(axis=1)
        return twice

    return _summed(problem, beta, alpha, term)


def log_likelihood(problem: Problem, beta: Floats, alpha: Floats) -> Floats:
    """Log-likelihood with all its constants."""
    from scipy.special import gammaln, xlogy

    def term(y: Floats, mu: Floats, alpha: Floats) -> Floats:
        some = alpha > 0
        logs = np.log1p(alpha * mu)
        caught = np.where(some, logs * (y + 1 / np.where(some, alpha, 1.0)), mu)
        total: Floats = (xlogy(y, mu) - caught - gammaln(y + 1)).sum(axis=1)
        return total

    value = _summed(problem, beta, alpha, term)
    some = np.flatnonzero(alpha > 0)
    value[some] += Rising(problem.y[some]).sums(alpha[some], np.arange(len(some)))[0]
    return value
