"""Negative binomial regressions (NB2: variance mu + alpha mu^2) of many regions at once.

Coefficients and log alpha are found together by Newton's method with the observed second derivatives. Where
the likelihood falls as alpha leaves zero, the Poisson fit is the answer: alpha is 0.
"""

from typing import NamedTuple

import numpy as np

from .linear import Bools, Evaluation, Floats, Ints, Problem, newton, product, solve
from .rising import Rising

__all__ = ["NegativeBinomial", "fit_nb2", "poisson_limit"]

_LONGEST = 1.5  # of a step in log alpha
_LEAST, _MOST = 1e-8, 1e8  # alpha; below the first nothing tells it from zero
_SMALL = 1e-3  # alpha times mean below which powers of it are used: differences would lose their digits


class NegativeBinomial(NamedTuple):
    """Fits of many regions.

    beta : regions x terms. alpha : 0 at the Poisson limit. alpha_information : observed, with the means held,
    as behind R's standard error of theta; NaN at the limit. information, observed : regions x terms x terms,
    on the coefficients, expected and observed, the latter with alpha estimated beside them.
    """

    beta: Floats
    alpha: Floats
    alpha_information: Floats
    information: Floats
    observed: Floats
    settled: Bools


class _Sweep(NamedTuple):
    """What one pass over the days gives, per region."""

    value: Floats
    score: Floats  # regions x (terms and log alpha)
    observed: Floats  # regions x terms x terms
    cross: Floats  # regions x terms: observed, between terms and log alpha
    bend: Floats  # observed second derivative by log alpha
    expected: Floats | None


def poisson_limit(beta: Floats, information: Floats, settled: Bools) -> NegativeBinomial:
    """Poisson fits as negative binomial ones with alpha 0."""
    nothing = np.full(len(beta), np.nan)
    return NegativeBinomial(beta, np.zeros(len(beta)), nothing, information, information, settled)


def fit_nb2(problem: Problem, start: NegativeBinomial) -> NegativeBinomial:
    """From the Poisson fits of the same problem."""
    slope, moment = _moments(problem, start.beta)
    rising = Rising(problem.y)
    free = np.flatnonzero((slope > 0) & start.settled)

    def evaluate(parameters: Floats, rows: Ints) -> Evaluation:
        sweep = _sweep(problem, rising, parameters, free[rows])
        return sweep.value, sweep.score, _second(sweep)

    first = np.column_stack([start.beta[free], np.log(np.clip(moment[free], 1e-4, 1e2))])
    found, reached = newton(evaluate, first, widest=problem.step, last_at_most=_LONGEST)
    last = _sweep(problem, rising, found, free, expected=True)
    alpha = _alpha(found)
    # Where alpha is not away from zero within the reach of numbers, the Poisson fit stands.
    away = alpha > 2 * _LEAST
    rows, alpha = free[away], alpha[away]
    cross, bend = last.cross[away], last.bend[away]
    result = NegativeBinomial(
        start.beta.copy(), start.alpha.copy(), start.alpha_information.copy(), start.information.copy(),
        start.information.copy(), start.settled.copy(),
    )  # fmt: skip
    result.beta[rows], result.alpha[rows], result.settled[rows] = found[away, :-1], alpha, reached[away]
    # At the maximum the slope by alpha is zero: the change of variable needs no other term.
    result.alpha_information[rows] = bend / alpha**2
    result.information[rows] = np.asarray(last.expected)[away]
    shared = cross[:, :, None] * cross[:, None, :] / bend[:, None, None]
    result.observed[rows] = last.observed[away] - shared
    return result


def _alpha(parameters: Floats) -> Floats:
    alpha: Floats = np.exp(np.clip(parameters[:, -1], np.log(_LEAST), np.log(_MOST)))
    return alpha


def _moments(problem: Problem, beta: Floats) -> tuple[Floats, Floats]:
    """Slope of the log-likelihood by alpha at the Poisson fit, and alpha by the method of moments."""
    slope, start = np.empty(len(beta)), np.empty(len(beta))
    for place, part in problem.blocks(np.arange(len(beta))):
        mu, y = problem.means(beta[place], part), problem.y[part]
        away = y - mu
        excess = np.einsum("rn,rn->r", away, away) - y.sum(axis=1)
        slope[place] = excess / 2
        start[place] = excess / np.einsum("rn,rn->r", mu, mu)
    return slope, start


def _second(sweep: _Sweep) -> Floats:
    """Second derivatives by terms and log alpha, made positive definite where alpha is far from its best."""
    count, terms = sweep.cross.shape
    whole = np.empty((count, terms + 1, terms + 1))
    whole[:, :terms, :terms] = sweep.observed
    whole[:, :terms, terms] = whole[:, terms, :terms] = sweep.cross
    taken = np.einsum("rk,rk->r", sweep.cross, solve(sweep.observed, sweep.cross))
    left = sweep.bend - taken
    least = 0.05 * np.abs(sweep.bend) + 1e-10
    whole[:, terms, terms] = taken + np.where(left > least, left, np.maximum(np.abs(left), least))
    return whole


def _sweep(
    problem: Problem, rising: Rising, parameters: Floats, rows: Ints, *, expected: bool = False
) -> _Sweep:
    """Value, score and second derivatives at ``parameters``: regions x (terms and log alpha)."""
    count, terms = len(rows), parameters.shape[1] - 1
    alpha, beta = _alpha(parameters), parameters[:, :-1]
    sums = np.empty((count, problem.products.shape[1]))
    score, cross = np.empty((count, terms)), np.empty((count, terms))
    means = np.empty(sums.shape if expected else (0, 0))
    by_alpha = np.empty((3, count))
    for place, part in problem.blocks(rows):
        spread, y = alpha[place][:, None], problem.y[part]
        mu = problem.means(beta[place], part)
        share = spread * mu
        damped = 1 / (1 + share)
        weight = mu * damped
        by_alpha[:, place] = _alpha_sums(y, mu, share, weight, spread)
        if expected:
            means[place] = problem.sums(weight)
        residual = y - mu
        residual *= damped
        score[place] = product(residual, problem.x)
        residual *= weight
        cross[place] = product(residual, problem.x)
        residual *= spread
        residual += weight
        sums[place] = problem.sums(residual)
    by_alpha += rising.sums(alpha, rows)
    return _Sweep(
        value=-by_alpha[0] - np.einsum("rk,rk->r", problem.totals[rows], beta),
        score=np.column_stack([score, alpha * by_alpha[1]]),
        observed=problem.parts(sums)[2],
        cross=cross * alpha[:, None],
        bend=-(alpha**2 * by_alpha[2] + alpha * by_alpha[1]),
        expected=problem.parts(means)[2] if expected else None,
    )


def _alpha_sums(y: Floats, mu: Floats, share: Floats, weight: Floats, spread: Floats) -> Floats:
    """3 x regions: what mean and alpha add to the log-likelihood and its derivatives by alpha.

    Per day that is -(y + 1/a) log(1 + a mu); ``share`` is a mu and ``weight`` mu / (1 + a mu).
    """
    a = spread[:, 0]
    near = a * mu.max(axis=1, initial=0.0) < _SMALL
    logs = np.log1p(share)
    total, first = logs.sum(axis=1), weight.sum(axis=1)
    value = -np.einsum("rn,rn->r", y, logs) - total / a
    squares = np.multiply(weight, weight, out=logs)
    # log(1 + t) / a^2 - mu / (a (1 + t)), and its derivative
    curve = total / a**2 - first / a
    bend = -2 * curve / a + squares.sum(axis=1) / a
    if near.any():
        t, square = share[near], mu[near] ** 2
        curve[near] = (square * (1 / 2 - t * (2 / 3 - t * (3 / 4 - t * (4 / 5 - t * 5 / 6))))).sum(axis=1)
        series = -2 / 3 + t * (3 / 2 - t * (12 / 5 - t * (10 / 3 - t * 30 / 7)))
        bend[near] = (square * mu[near] * series).sum(axis=1)
    ahead, caught = np.einsum("rn,rn->r", y, weight), np.einsum("rn,rn->r", y, squares)
    return np.stack([value, curve - ahead, bend + caught])
