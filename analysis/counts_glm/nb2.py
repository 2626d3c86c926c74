"""Negative binomial regressions (NB2: variance mu + alpha mu^2) of many regions at once.

Coefficients and log alpha are found together by Newton's method with the observed second derivatives. Where
the likelihood falls as alpha leaves zero, the Poisson fit is the answer: alpha is 0.
"""

from typing import NamedTuple

import numpy as np

from .linear import Bools, Evaluation, Floats, Ints, Problem, newton, solve, squared
from .rising import Rising

__all__ = ["NegativeBinomial", "fit_nb2", "poisson_limit", "sweep"]

_LONGEST = 1.5  # of a step in log alpha
_LEAST, _MOST = 1e-8, 1e8  # alpha; below the first nothing tells it from zero
_SMALL = 1e-3  # alpha times mean below which powers of it are used: differences would lose their digits


class NegativeBinomial(NamedTuple):
    """beta : regions x terms. alpha : 0 at the Poisson limit. alpha_information : observed, with the means
    held, as behind R's standard error of theta. information : regions x terms x terms, expected."""

    beta: Floats
    alpha: Floats
    alpha_information: Floats
    information: Floats
    settled: Bools


class _Sums(NamedTuple):
    """What one pass over the days gives, per region."""

    value: Floats
    score: Floats  # regions x (terms and log alpha)
    observed: Floats  # regions x terms x terms
    cross: Floats  # regions x terms: observed, between terms and log alpha
    alpha: Floats  # observed second derivative by log alpha
    expected: Floats | None


def poisson_limit(beta: Floats, information: Floats, settled: Bools) -> NegativeBinomial:
    """Poisson fits as negative binomial ones with alpha 0."""
    nothing = np.full(len(beta), np.nan)
    return NegativeBinomial(beta, np.zeros(len(beta)), nothing, information, settled)


def fit_nb2(problem: Problem, start: NegativeBinomial) -> NegativeBinomial:
    """From the Poisson fits of the same problem."""
    slope, moment = _moments(problem, start.beta)
    rising = Rising(problem.y)
    free = np.flatnonzero((slope > 0) & start.settled)

    def evaluate(parameters: Floats, rows: Ints) -> Evaluation:
        sums = sweep(problem, rising, parameters, free[rows])
        return sums.value, sums.score, _second(sums)

    first = np.column_stack([start.beta[free], np.log(np.clip(moment[free], 1e-4, 1e2))])
    found, _, reached = newton(evaluate, first, last_at_most=_LONGEST)
    last = sweep(problem, rising, found, free, expected=True)
    alpha = np.exp(np.clip(found[:, -1], np.log(_LEAST), np.log(_MOST)))
    # Where alpha is not away from zero within the reach of numbers, the Poisson fit stands.
    away = alpha > 2 * _LEAST
    free, alpha = free[away], alpha[away]
    result = NegativeBinomial(
        start.beta.copy(),
        start.alpha.copy(),
        start.alpha_information.copy(),
        start.information.copy(),
        start.settled.copy(),
    )
    result.beta[free], result.alpha[free], result.settled[free] = found[away, :-1], alpha, reached[away]
    # At the maximum the slope by alpha is zero: the change of variable needs no other term.
    result.alpha_information[free] = last.alpha[away] / alpha**2
    result.information[free] = np.asarray(last.expected)[away]
    return result


def _moments(problem: Problem, beta: Floats) -> tuple[Floats, Floats]:
    """Slope of the log-likelihood by alpha at the Poisson fit, and alpha by the method of moments."""
    slope, start = np.empty(len(beta)), np.empty(len(beta))
    for place, part in problem.blocks(np.arange(len(beta))):
        mu, y = problem.means(beta[place], part), problem.y[part]
        excess = ((y - mu) ** 2).sum(axis=1) - y.sum(axis=1)
        slope[place] = excess / 2
        start[place] = excess / np.einsum("rn,rn->r", mu, mu)
    return slope, start


def _second(sums: _Sums) -> Floats:
    """Second derivatives by terms and log alpha, made positive definite where alpha is far from its best."""
    count, terms = sums.cross.shape
    whole = np.empty((count, terms + 1, terms + 1))
    whole[:, :terms, :terms] = sums.observed
    whole[:, :terms, terms] = whole[:, terms, :terms] = sums.cross
    taken = np.einsum("rk,rk->r", sums.cross, solve(sums.observed, sums.cross))
    left = sums.alpha - taken
    least = 0.05 * np.abs(sums.alpha) + 1e-10
    whole[:, terms, terms] = taken + np.where(left > least, left, np.maximum(np.abs(left), least))
    return whole


def sweep(
    problem: Problem, rising: Rising, parameters: Floats, rows: Ints, *, expected: bool = False
) -> _Sums:
    """Value, score and second derivatives at ``parameters``: regions x (terms and log alpha)."""
    terms = parameters.shape[1] - 1
    alpha = np.exp(np.clip(parameters[:, -1], np.log(_LEAST), np.log(_MOST)))
    beta = parameters[:, :-1]
    sums = np.empty((len(rows), problem.products.shape[1]))
    score, cross = np.empty((len(rows), terms)), np.empty((len(rows), terms))
    means = np.empty((len(rows), problem.products.shape[1])) if expected else None
    by_alpha = np.empty((3, len(rows)))
    for place, part in problem.blocks(rows):
        spread, y = alpha[place][:, None], problem.y[part]
        mu = problem.means(beta[place], part)
        damped = 1 / (1 + spread * mu)
        weight = mu * damped
        residual = y * damped
        residual -= weight
        by_alpha[:, place] = _alpha_sums(y, mu, weight, spread)
        if means is not None:
            np.matmul(weight, problem.products, out=means[place])
        score[place] = residual @ problem.x
        residual *= weight
        cross[place] = residual @ problem.x
        residual *= spread
        weight += residual
        np.matmul(weight, problem.products, out=sums[place])
    by_alpha += rising.sums(alpha, rows)
    value = -by_alpha[0] - np.einsum("rk,rk->r", problem.totals[rows], beta)
    slope, bend = alpha * by_alpha[1], -(alpha**2 * by_alpha[2] + alpha * by_alpha[1])
    return _Sums(
        value=value, score=np.column_stack([score, slope]), observed=squared(sums[:, terms:], terms),
        cross=cross * alpha[:, None], alpha=bend,
        expected=None if means is None else squared(means[:, terms:], terms),
    )  # fmt: skip


def _alpha_sums(y: Floats, mu: Floats, weight: Floats, spread: Floats) -> Floats:
    """3 x regions: what mean and alpha add to the log-likelihood and its derivatives by alpha.

    Per day that is -(y + 1/a) log(1 + a mu); ``weight`` is mu / (1 + a mu).
    """
    part = spread * mu
    a = spread[:, 0]
    near = part.max(axis=1, initial=0.0) < _SMALL
    logs = np.log1p(part)
    total, first = logs.sum(axis=1), weight.sum(axis=1)
    value = -np.einsum("rn,rn->r", y, logs) - total / a
    caught = y * weight
    ahead = caught.sum(axis=1)
    # log(1 + t) / a^2 - mu / (a (1 + t)), and its derivative
    curve = total / a**2 - first / a
    bend = -2 * curve / a + np.einsum("rn,rn->r", weight, weight) / a
    if near.any():
        t, square = part[near], mu[near] ** 2
        curve[near] = (square * (1 / 2 - t * (2 / 3 - t * (3 / 4 - t * (4 / 5 - t * 5 / 6))))).sum(axis=1)
        bend[near] = (
            square * mu[near] * (-2 / 3 + t * (3 / 2 - t * (12 / 5 - t * (10 / 3 - t * 30 / 7))))
        ).sum(axis=1)
    return np.stack([value, curve - ahead, bend + np.einsum("rn,rn->r", caught, weight)])
