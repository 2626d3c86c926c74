"""Ratios of many regions drawn towards each other, the more the less is known of each."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .conditional import dispersion_nodes
from .inputs import Floats, aligned, checked_level, require

__all__ = ["shrink_ratios"]

_FEW = 5  # with fewer ratios there is nothing to learn of how ratios spread
_WIDEST = 6.0  # log ratios beyond this are not looked at
_POINTS = 241  # of a region's log ratio; steps of 0.05 at the most
_SPREADS = np.geomspace(0.06, 1.6, 20)  # standard deviations of the log ratios
_PLACES = np.linspace(-2.4, 2.4, 5)  # of their mean, in its standard errors


def shrink_ratios(
    count_1: Any,
    time_1: Any,
    count_2: Any,
    time_2: Any,
    *,
    dispersion: Any = 1.0,
    dispersion_df: Any = np.inf,
    level: float = 0.95,
) -> pd.DataFrame:
    """Ratio of the first rate to the second for every region, given those of the other regions.

    count_1, time_1, count_2, time_2, dispersion, dispersion_df : as in `rate_ratio`, method "adjusted", whose
        likelihood this is. level : coverage of the intervals, on average over the regions.

    True log ratios are taken to be normal over the regions (Clayton & Kaldor 1987, with the conditional
    binomial of the deflated counts in place of their Poisson counts). Mean and spread are not fixed at their
    estimates but summed over a grid, with even prior weight, so that few regions give no false certainty. A
    region of which little is known moves towards the others' ratio; a busy one stays where it is.

    Returns a DataFrame: ratio (median of what is left possible), low, high; NaN where both counts are zero,
    where an input is NaN, and throughout with fewer than five regions. A ratio that stands apart from a
    crowd is drawn in as well: to order regions this helps, for the size of one change `rate_ratio` is the
    figure. Raises as `rate_ratio`.
    """
    tail = (1 - checked_level(level)) / 2
    columns, index = aligned(count_1, time_1, count_2, time_2, dispersion, dispersion_df)
    x1, t1, x2, t2, phi, _ = columns
    known = ~np.isnan(np.stack(columns)).any(axis=0)
    usable = known & (np.where(known, x1 + x2, 0.0) > 0)
    found = np.full((len(x1), 3), np.nan)
    require(~(np.minimum(x1, x2) < 0), "counts are finite and not negative")
    require(~(np.minimum(t1, t2) <= 0), "times are finite and positive")
    require(~(phi < 1), "dispersions are finite and at least 1")
    if usable.sum() >= _FEW:
        theta, seen = _likelihood(*(part[usable] for part in columns))
        found[usable] = _quantiles(theta, _posterior(theta, seen), (tail, 0.5, 1 - tail))
    return pd.DataFrame(np.exp(found[:, [1, 0, 2]]), index=index, columns=["ratio", "low", "high"])


def _likelihood(
    x1: Floats, t1: Floats, x2: Floats, t2: Floats, phi: Floats, df: Floats
) -> tuple[Floats, Floats]:
    """Log ratios, regions x points, where each region's likelihood lies, and that likelihood."""
    from scipy.special import betaln, expit

    a, b, offset = x1 / phi + 0.5, x2 / phi + 0.5, np.log(t2 / t1)
    centre, error = np.log(a / b) + offset, np.sqrt(1 / a + 1 / b)
    low, high = (np.clip(centre + side * 10 * error, -_WIDEST, _WIDEST) for side in (-1, 1))
    theta = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, _POINTS)
    share = expit(theta - offset[:, None])
    log_share = np.log(np.stack([share, 1 - share]))
    scales, weights = dispersion_nodes(phi, df, steps=17)
    seen = np.zeros_like(theta)
    for scale, weight in zip(scales.T, weights[0], strict=True):
        m, n = x1 / scale, x2 / scale
        power = m[:, None] * log_share[0] + n[:, None] * log_share[1]
        seen += weight * np.exp(power - betaln(m + 0.5, n + 0.5)[:, None])
    return theta, seen


def _posterior(theta: Floats, seen: Floats) -> Floats:
    """Density of each region's log ratio at its points, summed over what mean and spread may be."""
    size = seen.sum(axis=1, keepdims=True)
    own = (theta * seen).sum(axis=1) / size[:, 0]
    variance = ((theta - own[:, None]) ** 2 * seen).sum(axis=1) / size[:, 0]
    chance, densities = [], []
    for spread in _SPREADS:
        precision = 1 / (variance + spread**2)
        middle, error = (precision * own).sum() / precision.sum(), precision.sum() ** -0.5
        for place in _PLACES:
            prior = np.exp(-0.5 * ((theta - middle - place * error) / spread) ** 2) / spread
            joint = seen / size * prior
            marginal = joint.sum(axis=1, keepdims=True)
            # Even weight on the spread and on the mean: the grids' own steps are made up for.
            chance.append(np.log(np.maximum(marginal, 1e-300)).sum() + np.log(spread * error))
            densities.append(joint / np.maximum(marginal, 1e-300))
    weights: npt.NDArray[np.float64] = np.exp(np.array(chance) - max(chance))
    total = np.zeros_like(seen)
    for weight, density in zip(weights / weights.sum(), densities, strict=True):
        total += weight * density
    return total


def _quantiles(theta: Floats, density: Floats, targets: tuple[float, ...]) -> Floats:
    """Regions x targets, between the points where the summed density passes each target."""
    summed = np.cumsum((density[:, 1:] + density[:, :-1]) / 2, axis=1)
    summed = np.column_stack([np.zeros(len(summed)), summed]) / summed[:, -1:]
    found = np.empty((len(theta), len(targets)))
    rows = np.arange(len(theta))
    for column, target in enumerate(targets):
        above = np.clip((summed < target).sum(axis=1), 1, theta.shape[1] - 1)
        low, high = summed[rows, above - 1], summed[rows, above]
        part = (target - low) / np.maximum(high - low, 1e-300)
        found[:, column] = theta[rows, above - 1] + part * (theta[rows, above] - theta[rows, above - 1])
    return found
