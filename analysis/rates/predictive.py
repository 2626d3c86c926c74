"""How surprising a count is after the counts before it, where counts vary more than Poisson."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .conditional import dispersion_nodes
from .inputs import Floats, aligned, require

__all__ = ["Predictive", "predictive_tails"]

_POISSON = 1e-3  # dispersions closer to 1 than this are Poisson
_POINTS = 11  # values of the mean, in equal steps to four standard deviations
_STEPS = 17  # values of the dispersion
_LARGEST = 2.0**52  # whole numbers beyond this are not told apart


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
    ahead = Predictive.after(y, n, phi, df)
    more, less = ahead.at_least(x), ahead.at_most(x)
    both = np.minimum(1.0, 2 * np.minimum(more, less))
    return pd.DataFrame({"p_greater": more, "p_less": less, "p_value": both}, index=index)


@dataclass(frozen=True)
class Predictive:
    """The next count of each region, as a mixture of negative binomials.

    size, share : shape and success probability of each, regions x components. weight : of each, regions (or
    1) x components, with sum 1.
    """

    size: Floats
    share: Floats
    weight: Floats

    @classmethod
    def after(
        cls, before: Floats, periods: Floats, dispersion: Floats, df: Floats, *, steps: int = _STEPS
    ) -> "Predictive":
        """After ``before`` events in so many periods; arguments as in `predictive_tails`, arrays of one
        length. ``periods`` may be a fraction: what a weighted mean is worth."""
        from scipy.special import gammaincinv, ndtr

        scale, weight = dispersion_nodes(dispersion, df, steps=steps)
        z = np.linspace(-4.0, 4.0, _POINTS)
        density = np.exp(-(z**2) / 2)
        phi = np.maximum(scale, 1 + _POISSON)[:, :, None]
        mean = gammaincinv(before[:, None, None] / phi + 0.5, ndtr(z)) * phi / periods[:, None, None]
        weights = weight[:, :, None] * (density / density.sum())
        flat = (len(before), mean.shape[1] * mean.shape[2])
        return cls(
            size=(mean / (phi - 1)).reshape(flat),
            share=np.broadcast_to(1 / phi, mean.shape).reshape(flat),
            weight=weights.reshape(1, -1),
        )

    def at_least(self, count: Floats) -> Floats:
        """Chance of so many or more; counts may be fractions."""
        from scipy.special import betainc

        x = np.asarray(count, dtype=float)[:, None]
        tails = np.where(x > 0, betainc(np.where(x > 0, x, 1.0), self.size, 1 - self.share), 1.0)
        result: Floats = (self.weight * tails).sum(axis=1)
        return result

    def at_most(self, count: Floats) -> Floats:
        """Chance of so many or fewer; inf gives 1."""
        from scipy.special import betainc

        x = np.asarray(count, dtype=float)[:, None]
        finite = np.isfinite(x)
        tails = np.where(finite, betainc(self.size, np.where(finite, x, 0.0) + 1, self.share), 1.0)
        result: Floats = (self.weight * tails).sum(axis=1)
        return result

    def rows(self, which: Any) -> "Predictive":
        """Of some of the regions."""
        return Predictive(size=self.size[which], share=self.share[which], weight=self.weight)

    def smallest(self, p: Any) -> Floats:
        """The smallest whole count whose `at_least` is no more than ``p`` (above 0; one, or one a region)."""
        goal = np.broadcast_to(np.log(np.asarray(p, dtype=float)), self.size.shape[:1])
        low, high = np.zeros(goal.shape), self._far()
        above, below = np.zeros(goal.shape), self._log(high)
        while (over := (below > goal) & (high < _LARGEST)).any():
            low[over], above[over] = high[over], below[over]
            high[over] = 2 * high[over] + 1
            below[over] = self.rows(over)._log(high[over])
        halve = False
        while (wide := high - low > 1).any():
            a, b = low[wide], high[wide]
            part = (above[wide] - goal[wide]) / np.maximum(above[wide] - below[wide], 1e-12)
            part = np.full(a.shape, 0.5) if halve else np.clip(part, 0.05, 0.95)
            middle = np.clip(np.rint(a + part * (b - a)), a + 1, b - 1)
            tail = self.rows(wide)._log(middle)
            far = tail > goal[wide]
            low[wide], above[wide] = np.where(far, middle, a), np.where(far, tail, above[wide])
            high[wide], below[wide] = np.where(far, b, middle), np.where(far, below[wide], tail)
            halve = not halve
        return high

    def _log(self, count: Floats) -> Floats:
        return np.log(np.maximum(self.at_least(count), 1e-300))

    def _far(self) -> Floats:
        """A whole count three standard deviations above the mean."""
        mean = self.size * (1 - self.share) / self.share
        centre = (self.weight * mean).sum(axis=1)
        square = (self.weight * (mean / self.share + mean**2)).sum(axis=1)
        far = np.ceil(centre + 3 * np.sqrt(np.maximum(square - centre**2, 0.0)))
        return np.asarray(np.clip(far, 1.0, _LARGEST))
