"""How much more than Poisson the counts of each region vary, and how surely that is known.

Some weeks of one region say little about its dispersion; the panel says what is usual. Empirical Bayes joins
the two, in the manner of moderated variances (Smyth 2004): the region's own Pearson dispersion with its
degrees of freedom, and the panel's with degrees of freedom estimated from how far the regions differ.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import InputError

from .inputs import Floats

__all__ = ["estimate_dispersion"]

_FEW = 3  # fewer regions than this say nothing about how far regions differ
_FEW_BLOCKS = 3  # fewer blocks than this do not tell which of them is the odd one


def estimate_dispersion(
    counts: pd.DataFrame, blocks: Any = None, *, fade: float = 1.0, far: float = np.inf
) -> pd.DataFrame:
    """Variance over mean of each column around its own mean, shrunk to the panel.

    counts : periods of one length (e.g. weeks) x regions; NaN = not observed. Fractions are accepted.
    blocks : one number per period, its block's age; periods of one block share a mean, so that a slow change
        of level from block to block is no dispersion. None = one block.
    fade : weight of a block relative to one that is 1 younger, above 0 and at most 1.
    far : a block that lies more than so many standard errors above the median of its region's blocks, of
        which there must be three, is cut to that: there the level moved.

    Returns one row per region:

    dispersion : at least 1.
    df : degrees of freedom behind it, for the tails of what is built on it (`rate_ratio`).
    own : the region's own estimate; NaN where no block has two periods and any event.

    Raises `InputError` unless ``blocks`` holds one finite number per period and ``fade`` is in its bounds.
    """
    own = _within(counts.to_numpy(dtype=float), np.zeros(len(counts)) if blocks is None else blocks, fade)
    own = own.cut(far)
    centre, prior_df = _panel(own)
    estimate, df = own.joined(centre)
    joint = (df * estimate + prior_df * centre) / np.maximum(df + prior_df, 1e-12)
    return pd.DataFrame(
        {
            "dispersion": np.maximum(np.where(df + prior_df > 0, joint, 1.0), 1.0),
            "df": np.maximum(df + prior_df, 1.0),
            "own": np.where(df > 0, estimate, np.nan),
        },
        index=counts.columns,
    )


@dataclass(frozen=True)
class _Within:
    """Pearson dispersion, its degrees of freedom (0 = says nothing) and the mean, all blocks x regions."""

    pearson: Floats
    df: Floats
    mean: Floats
    share: Floats  # blocks x 1: how much each is to count

    def joined(self, dispersion: float) -> tuple[Floats, Floats]:
        """Each region's estimate over all its blocks, and the degrees of freedom that is worth."""
        information = _information(self.df, self.mean, dispersion)
        weight = information * self.share
        total, squares = weight.sum(axis=0), (weight * self.share).sum(axis=0)
        some = total > 0
        own = (weight * self.pearson).sum(axis=0) / np.where(some, total, 1.0)
        return own, np.where(some, total**2 / np.where(some, squares, 1.0), 0.0)

    def cut(self, far: float) -> "_Within":
        """No block more than ``far`` standard errors above the median of its region's blocks."""
        number = (self.df > 0).sum(axis=0)
        known = number >= _FEW_BLOCKS
        if np.isinf(far) or not known.any():
            return self
        ordered = np.sort(np.where(self.df > 0, self.pearson, np.inf), axis=0)
        middle = np.take_along_axis(ordered, np.maximum(number - 1, 0)[None, :] // 2, axis=0)
        base = np.maximum(np.where(known, middle, 1.0), 1.0)
        worth = np.maximum(_information(self.df, self.mean, base), 1e-12)
        limit = np.where(known, base * (1 + far * np.sqrt(2 / worth)), np.inf)
        return replace(self, pearson=np.minimum(self.pearson, limit))


def _within(values: Floats, blocks: Any, fade: float) -> _Within:
    age = np.asarray(blocks, dtype=float)
    if age.shape != values.shape[:1] or not np.isfinite(age).all():
        raise InputError(f"blocks must hold one number for each of the {len(values)} periods.")
    if not 0 < fade <= 1:
        raise InputError(f"fade lies above 0 and is at most 1, got {fade}.")
    seen = ~np.isnan(values)
    ages = np.unique(age)[:, None]
    member = (ages == age).astype(float)  # blocks x periods
    periods = member @ seen
    mean = member @ np.where(seen, values, 0.0) / np.maximum(periods, 1)
    squares = member @ np.where(seen, values - member.T @ mean, 0.0) ** 2
    usable = (periods > 1) & (mean > 0)
    df, mean = np.where(usable, periods - 1.0, 0.0), np.where(usable, mean, 1.0)
    pearson = squares / (mean * np.maximum(df, 1.0))
    return _Within(pearson=pearson, df=df, mean=mean, share=fade ** (ages - ages.min(initial=np.inf)))


def _information(own_df: Floats, mean: Floats, dispersion: Any) -> Floats:
    """Degrees of freedom a Pearson dispersion is worth.

    Its variance is that of a chi-square only for normal counts; the excess kurtosis of a negative binomial
    with this mean and dispersion adds the rest.
    """
    kurtosis = (6 * (dispersion - 1) + 1 / dispersion) / mean
    return np.asarray(own_df / (1 + own_df / (own_df + 1) / 2 * kurtosis))


def _panel(regions: _Within) -> tuple[float, float]:
    """The panel's dispersion, and the degrees of freedom it is worth for any one region."""
    usable = regions.df.sum(axis=0) > 0
    if not usable.any():
        return 1.0, 0.0
    centre = 1.0
    for _ in range(20):  # the weights depend on the centre, weakly: settled after a few rounds
        own, weight = regions.joined(centre)
        centre = max(float((weight * own).sum() / weight.sum()), 1.0)
    own, weight = (part[usable] for part in regions.joined(centre))
    total = float(weight.sum())
    if own.size < _FEW:
        return centre, 0.0
    spread = float((weight * (own - centre) ** 2).sum())
    # DerSimonian & Laird: the spread beyond what sampling alone (2 phi^2 / df) would give
    between = (spread - 2 * centre**2 * (own.size - 1)) / (total - float((weight**2).sum()) / total)
    prior_df = np.inf if between <= 0 else 2 * centre**2 / between
    return centre, float(min(prior_df, total))
