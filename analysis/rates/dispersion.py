"""How much more than Poisson the counts of each region vary, and how surely that is known.

Eight weeks of one region say little about its dispersion; the panel says what is usual. Empirical Bayes joins
the two, in the manner of moderated variances (Smyth 2004): the region's own Pearson dispersion with its
degrees of freedom, and the panel's with degrees of freedom estimated from how far the regions differ.
"""

import numpy as np
import pandas as pd

from .inputs import Floats

__all__ = ["estimate_dispersion"]

_FEW = 3  # fewer regions than this say nothing about how far regions differ


def estimate_dispersion(counts: pd.DataFrame) -> pd.DataFrame:
    """Variance over mean of each column around its own mean, shrunk to the panel.

    counts : periods of one length (e.g. weeks) x regions; NaN = not observed. Fractions are accepted.

    Returns one row per region:

    dispersion : at least 1.
    df : degrees of freedom behind it, for the tails of what is built on it (`rate_ratio`).
    own : the region's own estimate; NaN with fewer than two periods or no events.
    """
    values = counts.to_numpy(dtype=float)
    seen = ~np.isnan(values)
    periods = seen.sum(axis=0)
    mean = np.where(seen, values, 0.0).sum(axis=0) / np.maximum(periods, 1)
    own_df = np.maximum(periods - 1.0, 0.0)
    squares = (np.where(seen, values - mean, 0.0) ** 2).sum(axis=0)
    usable = (own_df > 0) & (mean > 0)
    own = np.where(usable, squares / np.where(usable, mean * own_df, 1.0), 0.0)
    centre, prior_df = _panel(own[usable], own_df[usable], mean[usable])
    df = np.where(usable, _information(own_df, np.where(usable, mean, 1.0), centre), 0.0)
    joint = (df * own + prior_df * centre) / np.maximum(df + prior_df, 1e-12)
    return pd.DataFrame(
        {
            "dispersion": np.maximum(np.where(df + prior_df > 0, joint, 1.0), 1.0),
            "df": np.maximum(df + prior_df, 1.0),
            "own": np.where(usable, own, np.nan),
        },
        index=counts.columns,
    )


def _information(own_df: Floats, mean: Floats, dispersion: float) -> Floats:
    """Degrees of freedom a Pearson dispersion is worth.

    Its variance is that of a chi-square only for normal counts; the excess kurtosis of a negative binomial
    with this mean and dispersion adds the rest.
    """
    kurtosis = (6 * (dispersion - 1) + 1 / dispersion) / mean
    return own_df / (1 + own_df / (own_df + 1) / 2 * kurtosis)


def _panel(own: Floats, own_df: Floats, mean: Floats) -> tuple[float, float]:
    """The panel's dispersion, and the degrees of freedom it is worth for any one region."""
    if not own.size:
        return 1.0, 0.0
    centre = 1.0
    for _ in range(20):  # the weights depend on the centre, weakly: settled after a few rounds
        weight = _information(own_df, mean, centre)
        centre = max(float((weight * own).sum() / weight.sum()), 1.0)
    weight = _information(own_df, mean, centre)
    total = float(weight.sum())
    if own.size < _FEW:
        return centre, 0.0
    spread = float((weight * (own - centre) ** 2).sum())
    # DerSimonian & Laird: the spread beyond what sampling alone (2 phi^2 / df) would give
    between = (spread - 2 * centre**2 * (own.size - 1)) / (total - float((weight**2).sum()) / total)
    prior_df = np.inf if between <= 0 else 2 * centre**2 / between
    return centre, float(min(prior_df, total))
