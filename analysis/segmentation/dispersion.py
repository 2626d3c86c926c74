"""The noise a change must stand out from: long-run variance around a deliberately coarse first fit.

Counts that lie close in time resemble each other; the variance of a long mean is then larger than the
variance of single days tells. The first fit is coarse (blocks, long segments) and is made once: fitting
again with its own result would let extra segments shrink their own noise.
"""

import numpy as np
from numpy.typing import NDArray

from .search import Gain, Prefix, staged

__all__ = ["block_length", "coarse_fit", "share_of_tail", "variances"]

Floats = NDArray[np.float64]

COARSE_STAGES = {True: 11, False: 25}  # most segments of the coarse fit: counts, other numbers
COARSE_SHORTEST = 3  # blocks
COARSE_PRICE = 3.0  # times log(blocks), per segment
TAIL_LAGS = 7
TAIL_DECAY = 0.75


def block_length(positions: int, counts: bool) -> int:
    """Positions per block of the coarse fit: a week of counts, three numbers, less in short series."""
    return int(np.clip(positions // 13, 1, 7) if counts else np.clip(positions // 15, 1, 3))


def coarse_fit(
    values: Floats, weights: Floats, lengths: NDArray[np.int64], gain: Gain, *, counts: bool
) -> tuple[Floats, NDArray[np.int64]]:
    """Level at every position [value per weight], series x positions, and the number of segments.

    The number of segments minimises blocks x log(deviance) + price: it needs no dispersion beforehand.
    """
    rows, width = values.shape
    size = block_length(int(lengths.max(initial=1)), counts)
    blocks = -(-width // size)
    pad = ((0, 0), (0, blocks * size - width))
    sums = np.pad(values, pad).reshape(rows, blocks, size).sum(axis=2)
    mass = np.pad(weights, pad).reshape(rows, blocks, size).sum(axis=2)
    most = int(np.clip(blocks // (2 * COARSE_SHORTEST), 1, COARSE_STAGES[counts]))
    prefix = Prefix.of(sums, mass)
    own = gain(sums.copy(), np.maximum(mass, 1e-30)).sum(axis=1)
    if not counts:
        own = (values**2).sum(axis=1)
    total, previous = staged(prefix, gain, shortest=min(COARSE_SHORTEST, blocks), most=most)
    used = np.maximum(np.ceil(lengths / size), 2)[:, None]
    stage = np.arange(most)[None, :]
    left = own[:, None] - total
    floor = np.maximum(used - 1 - stage, 1) * 0.5 if counts else 1e-12 * np.maximum(own, 1e-300)[:, None]
    with np.errstate(invalid="ignore"):
        few = used / np.maximum(used - 2 * stage - 2, 1)  # in few blocks chance alone explains more
        price = COARSE_PRICE * few * stage * np.log(used)
        criterion = used * np.log(np.maximum(left, floor)) + price
    criterion = np.where(np.isfinite(total), criterion, np.inf)
    chosen = criterion.argmin(axis=1)
    level = np.empty((rows, blocks))
    for row, stages in enumerate(chosen):
        level[row] = _levels(prefix, previous[row], int(stages), row)
    return np.repeat(level, size, axis=1)[:, :width], chosen + 1


def _levels(prefix: Prefix, previous: NDArray[np.int64], stage: int, row: int) -> Floats:
    end = previous.shape[1] - 1
    level = np.zeros(end)
    while True:
        start = int(previous[stage, end]) if stage else 0
        mass = prefix.weights[row, end] - prefix.weights[row, start]
        level[start:end] = (prefix.values[row, end] - prefix.values[row, start]) / max(mass, 1e-30)
        if not stage:
            return level
        end, stage = start, stage - 1


def autocovariances(residuals: Floats, lengths: NDArray[np.int64], most: int) -> Floats:
    """Series x lags 0..most; residuals are 0 behind the end of a shorter series."""
    width = residuals.shape[1]
    return np.stack(
        [
            np.einsum("rt,rt->r", residuals[:, : width - lag], residuals[:, lag:]) if lag < width
            else np.zeros(len(residuals))
            for lag in range(most + 1)
        ],
        axis=1,
    ) / np.maximum(lengths, 1)[:, None]  # fmt: skip


def variances(
    residuals: Floats, lengths: NDArray[np.int64], segments: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Variance of single residuals, and long-run: of the mean of many neighbours times their number.

    The autocovariances at lags 1 to 7 are projected on a geometric decay (0.75 a step), whose sum stands for
    the whole tail: one number is estimated instead of many, so that the result is steady in a year of days.
    Negative dependence is not believed. The levels that were fitted are allowed for.
    """
    most = max(min(TAIL_LAGS, residuals.shape[1] - 1), 0)
    gamma = autocovariances(residuals, lengths, most)
    share = segments / np.maximum(lengths, 1)
    weight = 1 - np.arange(1, most + 1) / (most + 1)
    rough = (gamma[:, 0] + 2 * gamma[:, 1:] @ weight) / np.clip(1 - (1 + 2 * weight.sum()) * share, 0.25, 1.0)
    lost = np.maximum(rough, 0.0) * share  # what fitting the levels took from every autocovariance
    decay = TAIL_DECAY ** np.arange(most)
    tail = (gamma[:, 1:] + lost[:, None]) @ decay / max(decay @ decay, 1e-9)
    short = gamma[:, 0] / np.clip(1 - share, 0.25, 1.0)
    return short, np.asarray(short + 2 * np.maximum(tail, 0.0) / (1 - TAIL_DECAY))


def share_of_tail(positions: int) -> float:
    """How much of the excess of long-run over single variance a stretch of so many positions shows."""
    return 1 - (1 - TAIL_DECAY**positions) / (positions * (1 - TAIL_DECAY))
