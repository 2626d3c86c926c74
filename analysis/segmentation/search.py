"""Exact optimal partitioning of many series at once.

The best cut of ``0..t`` into segments is found for every ``t`` from all earlier ones (Jackson et al. 2005);
nothing is pruned and no position is left out. Segment costs come from prefix sums in constant time.
Each step works on one contiguous slice of memory for all series together.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Prefix", "partition", "poisson_gain", "square_gain", "staged"]

Floats = NDArray[np.floating]
Gain = Callable[[Floats, Floats], Floats]

TINY = 1e-30
BLOCK_CELLS = 120_000  # cells of one work array: three of them stay in the cache
SHORT = 200  # positions up to which speed does not matter
SAFE_SINGLE = 60_000.0  # largest scaled sum for which single precision decides as double would


@dataclass(frozen=True)
class Prefix:
    """Prefix sums of scaled values and weights, series x (positions + 1); both start at zero."""

    values: NDArray[np.float64]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, values: Floats, weights: Floats) -> "Prefix":
        """From series x positions; weight 0 is an empty position, whose value must be 0."""
        rows = len(values)
        start = np.zeros((rows, 1))
        return cls(
            np.hstack([start, np.cumsum(values, axis=1, dtype=float)]),
            np.hstack([start, np.cumsum(weights, axis=1, dtype=float)]),
        )


def poisson_gain(sums: Floats, weights: Floats) -> Floats:
    """Twice the log likelihood gained by a level of one's own over level 1, in place; sums come scaled.

    The linear terms cancel over any partition and are left out.
    """
    np.divide(sums, weights, out=weights)
    np.add(weights, TINY, out=weights)  # no count at all gains nothing: 0 x log(tiny)
    np.log(weights, out=weights)
    return np.multiply(sums, weights, out=sums)


def square_gain(sums: Floats, weights: Floats) -> Floats:
    """Squares saved by a mean of one's own, in place."""
    np.multiply(sums, sums, out=sums)
    return np.divide(sums, weights, out=sums)


def partition(
    prefix: Prefix, gain: Gain, *, lengths: NDArray[np.int64], penalty: NDArray[np.float64], shortest: int
) -> list[NDArray[np.int64]]:
    """First positions of all segments but the first, per series.

    prefix : values and weights, already divided by the dispersion.
    lengths : number of used positions of each series.
    penalty : price of one more segment, per series.
    shortest : fewest positions of a segment.

    The partition maximises the sum of gains minus penalties over all admissible partitions.
    """
    rows, width = prefix.values.shape
    step = max(16, BLOCK_CELLS // width)
    found: list[NDArray[np.int64]] = []
    for first in range(0, rows, step):
        part = slice(first, first + step)
        block = Prefix(prefix.values[part], prefix.weights[part])
        best = _best_totals(block, gain, int(lengths[part].max(initial=0)), penalty[part], shortest)
        for row, length in enumerate(lengths[part]):
            one = Prefix(block.values[row], block.weights[row])
            found.append(_trace(one, best[:, row].astype(float), gain, int(length), shortest))
    return found


def _best_totals(
    prefix: Prefix, gain: Gain, last: int, penalty: NDArray[np.float64], shortest: int
) -> Floats:
    """Positions x series: the best total over all partitions of what lies before a position."""
    # Single precision decides as double would while sums are small; it halves the work of long tables.
    small = prefix.values[:, -1].max(initial=0.0) < SAFE_SINGLE
    kind = np.float32 if gain is poisson_gain and small and last > SHORT else np.float64
    sums = np.ascontiguousarray(prefix.values.T, dtype=kind)
    weights = np.ascontiguousarray(prefix.weights.T, dtype=kind)
    price = penalty.astype(kind)
    best = np.full(sums.shape, -np.inf, dtype=kind)
    best[0] = 0.0
    own, mass = np.empty((2, *sums.shape), dtype=kind)
    with np.errstate(invalid="ignore", divide="ignore"):  # positions behind the end of a shorter series
        for end in range(shortest, last + 1):
            count = 1 if end < 2 * shortest else end - shortest + 1
            a, b = own[:count], mass[:count]
            np.subtract(sums[end], sums[:count], out=a)
            np.subtract(weights[end], weights[:count], out=b)
            gain(a, b)
            np.add(a, best[:count], out=a)
            np.subtract(a.max(axis=0), price, out=best[end])
    return best


def _trace(
    prefix: Prefix, best: NDArray[np.float64], gain: Gain, length: int, shortest: int
) -> NDArray[np.int64]:
    """Cuts of one series, from the last back: the last cut is looked for again, which is cheap."""
    cuts: list[int] = []
    end = length
    while end >= 2 * shortest:
        starts = slice(0, end - shortest + 1)
        own = gain(prefix.values[end] - prefix.values[starts], prefix.weights[end] - prefix.weights[starts])
        end = int((own + best[starts]).argmax())
        if end:
            cuts.append(end)
    return np.array(cuts[::-1], dtype=np.int64)


def staged(
    prefix: Prefix, gain: Gain, *, shortest: int, most: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The best partition into exactly 1, 2, … ``most`` segments, for short series.

    Returns the total gain, series x stages (-inf where there is no room), and the last cut behind it,
    series x stages x (positions + 1).
    """
    rows, width = prefix.values.shape
    best = np.full((rows, most, width), -np.inf)
    previous = np.zeros((rows, most, width), dtype=np.int64)
    for end in range(shortest, width):
        sums = prefix.values[:, end : end + 1] - prefix.values[:, : end - shortest + 1]
        weights = prefix.weights[:, end : end + 1] - prefix.weights[:, : end - shortest + 1]
        own = gain(sums, np.maximum(weights, TINY))
        best[:, 0, end] = own[:, 0]
        if most > 1:
            total = best[:, :-1, : end - shortest + 1] + own[:, None, :]
            cut = total.argmax(axis=2)
            previous[:, 1:, end] = cut
            best[:, 1:, end] = np.take_along_axis(total, cut[:, :, None], axis=2)[:, :, 0]
    return best[:, :, -1], previous
