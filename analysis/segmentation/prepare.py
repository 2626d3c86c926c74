"""Series made ready for the search: extreme positions held, pattern taken out, noise known."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import cleaning
from .dispersion import coarse_fit, variances
from .search import Gain, Prefix, poisson_gain, square_gain
from .series import Rows, period_of

__all__ = ["Prepared", "prepare_counts", "prepare_numbers", "scaled_sums"]

Floats = NDArray[np.float64]
EVIDENT = 8.0  # times what chance would do


@dataclass(frozen=True)
class Prepared:
    """Series ready for the search: weights carry the usual level and pattern, noise the dispersion."""

    values: Floats
    weights: Floats  # counts: expected under one level; numbers: 1
    base: Floats  # per series: counts multiply it, numbers add it
    noise: Floats
    single: Floats  # variance of single values over noise: below 1 where values close in time resemble
    gain: Gain
    factors: pd.DataFrame | None


def _phases(
    rows: Rows, index: pd.Index, period: int | Literal["auto"] | None
) -> tuple[int, NDArray[np.int64]] | None:
    """Length of the cycle to take out and the phase of every value; None where there is none."""
    if period is None:
        return None
    known = period_of(index) if period == "auto" else (period, np.arange(len(index)) % period)
    if known is None and period == "auto" and not isinstance(index, pd.DatetimeIndex | pd.PeriodIndex):
        found = _evident_cycle(rows)
        known = None if found is None else (found, np.arange(len(index)) % found)
    if known is None or known[0] < 2 or len(index) < 4 * known[0]:
        return None
    return known[0], known[1][rows.places]


def _evident_cycle(rows: Rows) -> int | None:
    """A cycle of 7 or 12 in series without dates, where no one could miss it in most of them."""
    strengths = {
        period: float(np.median(cleaning.cycle_strength(rows.values, rows.used, period)))
        for period in (7, 12)
        if rows.values.size and rows.values.shape[1] >= 4 * period
    }
    best = max(strengths, key=lambda period: strengths[period], default=None)
    return best if best is not None and strengths[best] > EVIDENT else None


def prepare_counts(rows: Rows, index: pd.Index, period: int | Literal["auto"] | None) -> Prepared:
    """Counts with single extreme positions held, their cycle as weights, and their noise."""
    values, weights = cleaning.hold_counts(rows.values, rows.weights), rows.weights
    cycle = _phases(rows, index, period)
    factors = None
    if cycle is not None:
        found = cleaning.periodic_factors(values, weights, cycle[1], cycle[0])
        weights = weights * np.take_along_axis(found, cycle[1], axis=1)
        values = cleaning.hold_counts(rows.values, weights)
        factors = pd.DataFrame(found.T)
    mass = weights.sum(axis=1)
    base = np.divide(values.sum(axis=1), mass, out=np.zeros(len(values)), where=mass > 0)
    expected = weights * np.where(base > 0, base, 1.0)[:, None]
    fit, segments = coarse_fit(2 * values, 2 * expected, rows.lengths, poisson_gain, counts=True)
    mean = fit * expected
    off = np.divide(values - mean, np.sqrt(mean), out=np.zeros_like(mean), where=mean > 1e-9)
    telling = (mean > 1e-9).sum(axis=1)  # days at a level of zero have no noise to learn from
    single, long_run = variances(off, telling, segments)
    noise = np.maximum(long_run, 1.0)
    base = np.where(base > 0, base, 1.0)
    return Prepared(values, expected, base, noise, np.maximum(single, 1.0) / noise, poisson_gain, factors)


def prepare_numbers(rows: Rows, index: pd.Index, period: int | Literal["auto"] | None) -> Prepared:
    """Numbers around their mean, the cycle taken out, with their noise."""
    used = rows.used
    values = cleaning.hold_numbers(rows.values, used)
    cycle = _phases(rows, index, period)
    factors = None
    if cycle is not None:
        found = cleaning.periodic_offsets(values, used, cycle[1], cycle[0])
        pattern = np.take_along_axis(found, cycle[1], axis=1)
        values = cleaning.hold_numbers(np.where(used, rows.values - pattern, 0.0), used)
        factors = pd.DataFrame(found.T)
    base = values.sum(axis=1) / np.maximum(rows.lengths, 1)
    weights = used.astype(float)
    centred = np.where(used, values - base[:, None], 0.0)
    fit, segments = coarse_fit(centred, weights, rows.lengths, square_gain, counts=False)
    off = np.where(used, centred - fit, 0.0)
    size = np.abs(centred).max(axis=1, initial=0.0)
    # A series without noise still has a smallest step worth naming: a millionth of its range
    single, long_run = variances(off, rows.lengths, segments)
    least = np.maximum((1e-6 * size) ** 2, 1e-300)
    noise = np.maximum(long_run, least)
    return Prepared(centred, weights, base, noise, np.maximum(single, least) / noise, square_gain, factors)


def scaled_sums(prepared: Prepared) -> Prefix:
    """Prefix sums divided by the noise."""
    if prepared.gain is poisson_gain:
        by = (2 / prepared.noise)[:, None]
        return Prefix.of(prepared.values * by, prepared.weights * by)
    return Prefix.of(prepared.values / np.sqrt(prepared.noise)[:, None], prepared.weights)
