"""Poisson regressions of many regions at once."""

import numpy as np

from .linear import Bools, Evaluation, Floats, Ints, Problem, newton, product, solve

__all__ = ["fit_poisson"]

_FAR = 0.3  # gain per event promised by the first step; a step that long overshoots


def fit_poisson(problem: Problem) -> tuple[Floats, Floats, Bools]:
    """Coefficients (regions x terms), information (regions x terms x terms), and whether the fit settled.

    Single precision comes near at a third of the time; the last steps are taken in double precision.
    """

    def evaluate(beta: Floats, rows: Ints, *, single: bool = False) -> Evaluation:
        sums = np.empty((len(rows), problem.products.shape[1]))
        for place, part in problem.blocks(rows):
            sums[place] = problem.sums(problem.means(beta[place], part, single=single))
        total, terms, pairs = problem.parts(sums)
        events = problem.totals[rows]
        return total - np.einsum("rk,rk->r", events, beta), events - terms, pairs

    def coarsely(beta: Floats, rows: Ints) -> Evaluation:
        return evaluate(beta, rows, single=True)

    start = _start(problem)
    close, _ = newton(coarsely, start, widest=problem.step, coarse=True)
    close = np.where(np.isfinite(close).all(axis=1, keepdims=True), close, start)
    beta, settled = newton(evaluate, close, widest=problem.step)
    return beta, evaluate(beta, np.arange(len(beta)))[2], settled


def _start(problem: Problem) -> Floats:
    """One step from means in proportion to the exposure, or from the counts themselves where that is far.

    At such means the weights of all regions are the same but for a factor, unless days are missing: the
    matrix of the step is then that of all.
    """
    exposure = _exposure(problem)
    days, terms, matrices = problem.parts(problem.sums(exposure))
    events = problem.y.sum(axis=1)
    ratio = (events / days)[:, None]
    score = problem.totals - ratio * terms
    right = np.stack([score / ratio, np.log(ratio) * terms])
    if len(matrices) == 1:
        size = right.shape[-1]
        shared = solve(np.repeat(matrices, size, axis=0), np.eye(size))
        change, level = (product(side, shared) for side in right)
    else:
        change, level = (solve(matrices, side) for side in right)
    beta: Floats = level + change
    far = np.flatnonzero(np.einsum("rk,rk->r", score, change) > _FAR * events)
    beta[far] = _from_counts(problem, far)
    return beta


def _from_counts(problem: Problem, rows: Ints) -> Floats:
    """One step from means halfway between each count and its region's mean."""
    sums, right = np.empty((len(rows), problem.products.shape[1])), np.empty((len(rows), problem.x.shape[1]))
    for place, part in problem.blocks(rows):
        y, known = problem.y[part], problem.offset(part)
        days = len(problem.x) if problem.use is None else problem.use[part].sum(axis=1, keepdims=True)
        mu = (y + y.sum(axis=1, keepdims=True) / days) / 2
        working = np.log(mu) + (y / mu - 1) - (0.0 if known is None else known)
        problem.seen(mu, part)
        sums[place], right[place] = problem.sums(mu), product(mu * working, problem.x)
    return solve(problem.parts(sums)[2], right)


def _exposure(problem: Problem) -> Floats:
    """Regions x days, or one row where all regions have the same."""
    if problem.known is None:
        return np.ones((1, len(problem.x))) if problem.use is None else problem.use.astype(float)
    exposure = np.exp(np.atleast_2d(problem.known))
    return exposure if problem.use is None else exposure * problem.use
