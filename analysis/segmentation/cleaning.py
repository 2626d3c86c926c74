"""Before the search: single extreme days held back, periodic factors taken out."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["cycle_strength", "hold_counts", "hold_numbers", "periodic_factors", "periodic_offsets"]

Floats = NDArray[np.float64]

HALF_WINDOW = 7  # positions on either side that tell the usual level around one
WINDOW = 2 * HALF_WINDOW + 1
SPREADS = 4.0  # usual spreads above the usual level that a single position may reach
TRIMMED = 0.02  # share of the largest differences left out where spread is measured


def _windows(values: Floats) -> Floats:
    """Series x positions x neighbours, the position itself included; ends are mirrored."""
    return np.lib.stride_tricks.sliding_window_view(_mirrored(values), WINDOW, axis=1)


def _mirrored(values: Floats) -> Floats:
    return np.pad(values, ((0, 0), (HALF_WINDOW, HALF_WINDOW)), mode="reflect")


def _window_sums(values: Floats) -> Floats:
    sums = np.cumsum(np.pad(_mirrored(values), ((0, 0), (1, 0))), axis=1)
    return np.asarray(sums[:, WINDOW:] - sums[:, :-WINDOW])


def _window_tops(values: Floats) -> Floats:
    """Largest value of each window, by doubling: of 2, 4, 8 and, from two overlapping eights, 15."""
    tops = _mirrored(values)
    for reach in (1, 2, 4, WINDOW - 8):
        tops = np.maximum(tops[:, :-reach], tops[:, reach:])
    return tops


def hold_counts(values: Floats, weights: Floats) -> Floats:
    """Counts with single extreme positions held at what the days around make plausible.

    A spike is an event of its own, not a level: without this, one day would pull a week up with it. The
    usual level is the mean of the 15 positions around without the largest of them; the limit is the level
    plus four standard deviations (overdispersed) plus twice the dispersion, which the tail of counts needs.
    """
    if values.shape[1] < WINDOW:
        return values
    used = weights > 0
    rate = np.divide(values, weights, out=np.zeros_like(values), where=used)
    around, top, mass = _window_sums(values), _window_tops(values), _window_sums(weights)
    rest = np.maximum(around - top, 0.0)  # a single fractional count less itself may come out below zero
    usual = rest / np.maximum(mass * (1 - 1 / WINDOW), 1e-9) * weights
    spread = _spread_of_counts(rate, used)[:, None]
    limit = usual + SPREADS * np.sqrt(spread * usual) + 2 * spread * np.sqrt(np.maximum(weights, 0))
    return np.where(used, np.minimum(values, limit), 0.0)


def _spread_of_counts(rate: Floats, used: NDArray[np.bool_]) -> Floats:
    """Variance over mean from successive differences, the largest left out; at least 1."""
    squares = np.diff(rate, axis=1) ** 2
    both = used[:, 1:] & used[:, :-1]
    sums = np.where(both, rate[:, 1:] + rate[:, :-1], 0.0)
    squares = np.where(both, squares, 0.0)
    cut = np.quantile(squares, 1 - TRIMMED, axis=1, keepdims=True)
    kept = squares <= cut
    total = (squares * kept).sum(axis=1)
    mean = sums.sum(axis=1) * (1 - TRIMMED)
    spread: Floats = np.divide(total, mean, out=np.ones(len(rate)), where=mean > 0)
    return np.maximum(spread, 1.0)


def hold_numbers(values: Floats, used: NDArray[np.bool_]) -> Floats:
    """Numbers with single outliers drawn to the running median, at four robust standard deviations."""
    if values.shape[1] < WINDOW:
        return values
    usual = np.median(_windows(values), axis=2)
    off = np.where(used, values - usual, 0.0)
    # Median absolute deviation of each series around its running median, scaled to the normal
    spread = np.array(
        [np.median(np.abs(row[mask])) if mask.any() else 0.0 for row, mask in zip(off, used, strict=True)]
    )
    limit = (SPREADS * 1.4826 * spread)[:, None]
    return np.where(used & (limit > 0), usual + np.clip(off, -limit, limit), values)


def _phase_sums(values: Floats, phase: NDArray[np.int64], period: int) -> Floats:
    """Series x phases."""
    result = np.empty((len(values), period))
    for each in range(period):
        result[:, each] = np.where(phase == each, values, 0.0).sum(axis=1)
    return result


def periodic_factors(values: Floats, weights: Floats, phase: NDArray[np.int64], period: int) -> Floats:
    """Series x phases: multiplicative factors with mean 1, shrunk towards 1 by what chance explains.

    phase : series x positions, 0 to period - 1.
    """
    sums, mass = _phase_sums(values, phase, period), _phase_sums(weights, phase, period)
    level = values.sum(axis=1, keepdims=True) / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    expected = mass * level
    raw = np.divide(sums, expected, out=np.ones_like(sums), where=expected > 0)
    spread = _spread_of_counts(np.divide(values, weights, out=np.zeros_like(values), where=weights > 0),
                               weights > 0)[:, None]  # fmt: skip
    chance = np.divide(spread, expected, out=np.ones_like(sums), where=expected > 0).mean(axis=1)
    found = ((raw - 1) ** 2).sum(axis=1) / (period - 1)
    keep = np.clip(1 - chance / np.maximum(found, 1e-12), 0.0, 1.0)[:, None]
    factors = 1 + keep * (raw - 1)
    return np.asarray(factors / factors.mean(axis=1, keepdims=True))


def cycle_strength(values: Floats, used: NDArray[np.bool_], period: int) -> Floats:
    """How far the phases of a cycle differ beyond chance, per series: about 1 where there is none.

    Judged on what a moving mean over one period leaves, so that a trend is no cycle.
    """
    width = values.shape[1]
    kernel = np.ones(period) / period
    if period % 2 == 0:
        kernel = np.convolve(kernel, [0.5, 0.5])
    half = len(kernel) // 2
    around = np.apply_along_axis(np.convolve, 1, values, kernel, "same")
    inside = used & (np.arange(width) >= half) & (np.arange(width) < used.sum(axis=1, keepdims=True) - half)
    left = np.where(inside, values - around, 0.0)
    phase = np.broadcast_to(np.arange(width) % period, values.shape)
    mass = np.maximum(_phase_sums(inside.astype(float), phase, period), 1.0)
    means = _phase_sums(left, phase, period) / mass
    rest = np.where(inside, left - np.take_along_axis(means, phase, axis=1), 0.0)
    freedom = np.maximum(inside.sum(axis=1) - period, 1)
    chance = ((rest**2).sum(axis=1) / freedom)[:, None] / mass
    found = (means**2).sum(axis=1) / (period - 1)
    return np.asarray(found / np.maximum(chance.mean(axis=1), 1e-300))


def periodic_offsets(
    values: Floats, used: NDArray[np.bool_], phase: NDArray[np.int64], period: int
) -> Floats:
    """Series x phases: additive offsets with mean 0, shrunk towards 0 by what chance explains."""
    mass = _phase_sums(used.astype(float), phase, period)
    n = np.maximum(used.sum(axis=1, keepdims=True), 1)
    centred = np.where(used, values - np.where(used, values, 0.0).sum(axis=1, keepdims=True) / n, 0.0)
    raw = _phase_sums(centred, phase, period) / np.maximum(mass, 1)
    steps = np.where(used[:, 1:] & used[:, :-1], np.diff(centred, axis=1), 0.0)
    noise = (steps**2).mean(axis=1) / 2
    found = (raw**2).sum(axis=1) / (period - 1)
    chance = (noise[:, None] / np.maximum(mass, 1)).mean(axis=1)
    keep = np.clip(1 - chance / np.maximum(found, 1e-300), 0.0, 1.0)[:, None]
    offsets = keep * raw
    return np.asarray(offsets - offsets.mean(axis=1, keepdims=True))
