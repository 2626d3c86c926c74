"""The rate of one count."""

from typing import Any

import numpy as np
import pandas as pd

from .inputs import aligned, checked_level, checked_method, require

__all__ = ["INTERVAL_METHODS", "rate_interval"]

INTERVAL_METHODS = ("exact", "adjusted")


def rate_interval(
    count: Any, time: Any = 1.0, *, dispersion: Any = 1.0, level: float = 0.95, method: str = "exact"
) -> pd.DataFrame:
    """The rate behind a count, with its interval.

    count : events, >= 0; fractions are accepted.
    time : observed time, > 0, e.g. in days; the rate is per that unit.
    dispersion : variance over mean of the counts, >= 1; used by "adjusted" only.
    level : coverage the interval claims.
    method : "exact" (Garwood 1936: Poisson, never covers less than it claims) or "adjusted" (Jeffreys prior,
        counts deflated by the dispersion).

    Returns a DataFrame with rate, low, high, one row per count; NaN where an input is NaN. Raises
    `InputError` for values outside these bounds and `ConfigError` for an unknown method or level.
    """
    from scipy.special import gammaincinv

    checked_method(method, INTERVAL_METHODS)
    tail = (1 - checked_level(level)) / 2
    (x, t, phi), index = aligned(count, time, dispersion)
    require(~(x < 0) & ~np.isinf(x), "counts are finite and not negative")
    require(~(t <= 0) & ~np.isinf(t), "times are finite and positive")
    require(~(phi < 1) & ~np.isinf(phi), "dispersions are finite and at least 1")
    if method == "exact":
        low = np.where(x > 0, gammaincinv(np.where(x > 0, x, 1.0), tail), 0.0)
        high = gammaincinv(x + 1, 1 - tail)
    else:
        low = np.where(x > 0, phi * gammaincinv(x / phi + 0.5, tail), 0.0)
        high = phi * gammaincinv(x / phi + 0.5, 1 - tail)
    bad = np.isnan(x) | np.isnan(t) | (np.isnan(phi) & (method == "adjusted"))
    table = {"rate": x / t, "low": np.minimum(low, x) / t, "high": np.maximum(high, x) / t}
    return pd.DataFrame({name: np.where(bad, np.nan, values) for name, values in table.items()}, index=index)
