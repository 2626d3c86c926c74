"""The middle of sandwich covariances."""

import numpy as np

from .linear import Floats, Problem

__all__ = ["meat"]


def meat(problem: Problem, beta: Floats, alpha: Floats, lag: int) -> Floats:
    """Sum of products of the scores, with Bartlett weights over neighbouring days; NaN where not fitted.

    beta : regions x terms. alpha : per region, 0 for Poisson. lag : days.
    """
    x, terms = problem.x, problem.x.shape[1]
    result = np.full((len(beta), terms, terms), np.nan)
    for _, rows in problem.blocks(np.flatnonzero(~np.isnan(beta).any(axis=1))):
        mu = problem.means(beta[rows], rows)
        scores = ((problem.y[rows] - mu) / (1 + alpha[rows][:, None] * mu))[:, :, None] * x
        ahead = scores / 2
        for back in range(1, min(lag, len(x) - 1) + 1):
            ahead[:, back:] += (1 - back / (lag + 1)) * scores[:, :-back]
        cross = np.swapaxes(scores, 1, 2) @ ahead
        result[rows] = cross + np.swapaxes(cross, 1, 2)
    return result
