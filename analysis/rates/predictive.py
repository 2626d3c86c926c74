"""How surprising a count is after the counts before it, where counts vary more than Poisson."""

from typing import Any

import numpy as np
import pandas as pd

from .conditional import dispersion_nodes
from .inputs import Floats, aligned, require

__all__ = ["predictive_tails"]

_POISSON = 1e-3  # dispersions closer to 1 than this are Poisson
_POINTS = 11  # values of the mean, in equal steps to four standard deviations


def predictive_tails(
    count: Any, before: Any, periods: Any, *, dispersion: Any = 1.0, dispersion_df: Any = np.inf
) -> pd.DataFrame:
    """Tails of the next count, negative binomial, averaged over what is not known of mean and dispersion.

    count : events of the period in question. before : events of ``periods`` earlier ones of its length.
    dispersion, dispersion_df : variance over mean and the degrees of freedom behind it, as in `rate_ratio`.

    The tails of deflated counts are too short above and too long below, because a negative binomial is more
    skewed than a Poisson count of the same relative spread; this matters where few are expected and many
    regions are tested.

    Returns a DataFrame: p_greater (at least so many), p_less (at most so many), p_value (twice the smaller).
    Raises `InputError` for negative counts, no periods, or a dispersion below 1.
    """
    (x, y, n, phi, df), index = aligned(count, before, periods, dispersion, dispersion_df)
    require((x >= 0) & (y >= 0) & np.isfinite(x + y), "counts are finite and not negative")
    require((n > 0) & np.isfinite(n), "the number of earlier periods is finite and positive")
    require((phi >= 1) & np.isfinite(phi), "dispersions are finite and at least 1")
    require(df > 0, "degrees of freedom are positive")
    more, less = _tails(x, y, n, *dispersion_nodes(phi, df, steps=17))
    both = np.minimum(1.0, 2 * np.minimum(more, less))
    return pd.DataFrame({"p_greater": more, "p_less": less, "p_value": both}, index=index)


def _tails(x: Floats, y: Floats, n: Floats, scale: Floats, weight: Floats) -> tuple[Floats, Floats]:
    from scipy.special import betainc, gammaincinv, ndtr

    z = np.linspace(-4.0, 4.0, _POINTS)
    density = np.exp(-(z**2) / 2)
    phi = np.maximum(scale, 1 + _POISSON)[:, :, None]
    mean = gammaincinv(y[:, None, None] / phi + 0.5, ndtr(z)) * phi / n[:, None, None]
    size, share = mean / (phi - 1), 1 / phi
    count = x[:, None, None]
    more = np.where(count > 0, betainc(np.where(count > 0, count, 1.0), size, 1 - share), 1.0)
    less = betainc(size, count + 1, share)
    weights = weight[:, :, None] * (density / density.sum())
    return (weights * more).sum(axis=(1, 2)), (weights * less).sum(axis=(1, 2))
