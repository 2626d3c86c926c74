"""Covariances of the coefficients of a batched fit."""

import numpy as np

from .linear import Floats, Problem, inverse
from .nb2 import sweep
from .rising import Rising

__all__ = ["bread", "meat", "observed_covariance"]

_BLOCK = 64


def bread(information: Floats) -> Floats:
    """Inverse of the expected information; NaN for regions not fitted."""
    known = ~np.isnan(information).any(axis=(1, 2))
    result = np.full(information.shape, np.nan)
    result[known] = inverse(information[known])
    return result


def observed_covariance(problem: Problem, beta: Floats, alpha: Floats) -> Floats:
    """Inverse of the observed information, of the coefficients when alpha is estimated with them.

    alpha : above 0.
    """
    rows = np.arange(len(beta))
    sums = sweep(problem, Rising(problem.y), np.column_stack([beta, np.log(alpha)]), rows)
    taken = sums.cross[:, :, None] * sums.cross[:, None, :] / sums.alpha[:, None, None]
    return inverse(sums.observed - taken)


def meat(x: Floats, residual: Floats, lag: int) -> Floats:
    """Sum of products of the scores, with Bartlett weights over neighbouring days.

    x : days x terms. residual : regions x days, what each day's score multiplies its row of ``x`` with.
    """
    blocks = []
    for start in range(0, len(residual), _BLOCK):
        scores = residual[start : start + _BLOCK, :, None] * x
        ahead = scores / 2
        for back in range(1, min(lag, len(x) - 1) + 1):
            ahead[:, back:] += (1 - back / (lag + 1)) * scores[:, :-back]
        cross = np.swapaxes(scores, 1, 2) @ ahead
        blocks.append(cross + np.swapaxes(cross, 1, 2))
    return np.concatenate(blocks) if blocks else np.zeros((0, x.shape[1], x.shape[1]))
