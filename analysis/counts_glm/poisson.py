"""Poisson regressions of many regions at once."""

import numpy as np

from .linear import Bools, Evaluation, Floats, Ints, Problem, newton, solve, squared

__all__ = ["fit_poisson"]

_FAR = 0.3  # gain per event promised by the first step; a step that long overshoots


def fit_poisson(problem: Problem) -> tuple[Floats, Floats, Bools]:
    """Coefficients (regions x terms), information (regions x terms x terms), and whether the fit settled."""

    def evaluate(beta: Floats, rows: Ints) -> Evaluation:
        terms = beta.shape[1]
        sums = np.empty((len(rows), problem.products.shape[1]))
        total = np.empty(len(rows))
        for place, part in problem.blocks(rows):
            mu = problem.means(beta[place], part)
            total[place] = mu.sum(axis=1)
            np.matmul(mu, problem.products, out=sums[place])
        events = problem.totals[rows]
        value = total - np.einsum("rk,rk->r", events, beta)
        return value, events - sums[:, :terms], squared(sums[:, terms:], terms)

    return newton(evaluate, _start(problem))


def _start(problem: Problem) -> Floats:
    """One step from means in proportion to the exposure, or from the counts themselves where that is far.

    At such means the weights of all regions are the same but for a factor, unless days are missing: the
    matrix of the step is then that of all.
    """
    terms = problem.x.shape[1]
    exposure = _exposure(problem)
    sums = exposure @ problem.products
    ratio = (problem.y.sum(axis=1) / exposure.sum(axis=1))[:, None]
    score = problem.totals - ratio * sums[:, :terms]
    right = np.stack([score / ratio, np.log(ratio) * sums[:, :terms]])
    matrices = squared(sums[:, terms:], terms)
    if len(matrices) == 1:
        change, level = right @ solve(np.repeat(matrices, terms, axis=0), np.eye(terms))
    else:
        change, level = (solve(matrices, side) for side in right)
    beta: Floats = level + change
    far = np.flatnonzero(np.einsum("rk,rk->r", score, change) > _FAR * problem.y.sum(axis=1))
    beta[far] = _from_counts(problem, far)
    return beta


def _from_counts(problem: Problem, rows: Ints) -> Floats:
    """One step from means halfway between each count and its region's mean."""
    terms = problem.x.shape[1]
    sums, right = np.empty((len(rows), problem.products.shape[1])), np.empty((len(rows), terms))
    for place, part in problem.blocks(rows):
        y, known = problem.y[part], problem.offset(part)
        days = len(problem.x) if problem.use is None else problem.use[part].sum(axis=1, keepdims=True)
        mu = (y + y.sum(axis=1, keepdims=True) / days) / 2
        working = np.log(mu) + (y / mu - 1) - (0.0 if known is None else known)
        problem.seen(mu, part)
        sums[place], right[place] = mu @ problem.products, (mu * working) @ problem.x
    return solve(squared(sums[:, terms:], terms), right)


def _exposure(problem: Problem) -> Floats:
    """Regions x days, or one row where all regions have the same."""
    if problem.known is None:
        return np.ones((1, len(problem.x))) if problem.use is None else problem.use.astype(float)
    exposure = np.exp(np.atleast_2d(problem.known))
    return exposure if problem.use is None else exposure * problem.use
