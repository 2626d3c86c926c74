"""The part of the negative binomial likelihood in which only counts and alpha meet.

It is the sum over days of log((1 + a)(1 + 2a) … (1 + (y - 1)a)), with its first two derivatives by alpha. For
whole counts that is a sum over thresholds j of "days with more than j" times log(1 + ja): no gamma functions
and no loss of digits when alpha is small. Other counts use the gamma function and its derivatives, or, near
the Poisson limit, the powers of alpha.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .linear import Bools, Floats, Ints

__all__ = ["Rising"]

_BLOCK = 32  # regions looked at together
_TALLEST = 4096  # whole counts above this are left to the gamma function
_SMALL = 1e-3  # alpha times count below which powers of alpha are used


@dataclass(frozen=True, eq=False)
class Rising:
    """y : regions x days; days that are not seen are 0, which adds nothing."""

    y: Floats

    @cached_property
    def tallest(self) -> Floats:
        """The largest count of each region."""
        tallest: Floats = self.y.max(axis=1, initial=0.0)
        return tallest

    @cached_property
    def whole(self) -> Bools:
        """Per region: whole counts of a size for which thresholds are counted."""
        blocks = range(0, len(self.y), _BLOCK)
        parts = [
            (self.y[at : at + _BLOCK] == np.floor(self.y[at : at + _BLOCK])).all(axis=1) for at in blocks
        ]
        whole: Bools = np.concatenate([*parts, np.zeros(0, dtype=bool)]) & (self.tallest <= _TALLEST)
        return whole

    @cached_property
    def _starts(self) -> Ints:
        """Where each region's thresholds begin in `_tails`, and where the last ends."""
        lengths = np.where(self.whole, self.tallest, 0.0).astype(np.intp) + 1
        return np.concatenate([[0], np.cumsum(lengths)])

    @cached_property
    def _tails(self) -> Floats:
        """Number of days with more than j, j from 0 to the largest count, one region after the other."""
        starts, days = self._starts, []
        for at in range(0, len(self.y), _BLOCK):
            part = slice(at, at + _BLOCK)
            counts = np.where(self.whole[part, None], self.y[part], 0.0).astype(np.intp)
            counts += (starts[:-1][part] - starts[at])[:, None]
            end = starts[min(at + _BLOCK, len(self.y))]
            days.append(np.bincount(counts.ravel(), minlength=end - starts[at]))
        # Days with at most j, counted over all regions: each region's days come on top of those before.
        below = np.cumsum(np.concatenate([*days, np.zeros(0, dtype=np.intp)]))
        region = np.repeat(np.arange(len(self.y)), np.diff(starts))
        tails: Floats = (self.y.shape[1] * (region + 1) - below).astype(float)
        return tails

    def sums(self, alpha: Floats, rows: Ints) -> Floats:
        """3 x regions: value, first and second derivative."""
        result = np.empty((3, len(rows)))
        whole = self.whole[rows]
        if whole.any():
            result[:, whole] = self._counted(alpha[whole], rows[whole])
        if not whole.all():
            result[:, ~whole] = self._continuous(alpha[~whole], rows[~whole])
        return result

    def _counted(self, alpha: Floats, rows: Ints) -> Floats:
        lengths = np.diff(self._starts)[rows]
        starts = np.cumsum(lengths) - lengths
        j = np.arange(lengths.sum()) - np.repeat(starts, lengths)
        days = self._tails[j + np.repeat(self._starts[rows], lengths)]
        spread = np.repeat(alpha, lengths)
        share = j * spread
        sums = np.empty((3, len(rows)))
        sums[0] = np.add.reduceat(days * np.log1p(share), starts)
        slope = j / (1 + share)
        days *= slope
        sums[1] = np.add.reduceat(days, starts)
        days *= slope
        sums[2] = -np.add.reduceat(days, starts)
        return sums

    def _continuous(self, alpha: Floats, rows: Ints) -> Floats:
        near = alpha * self.tallest[rows] < _SMALL
        result = np.empty((3, len(rows)))
        for pick, answer in ((near, _powers), (~near, _gammas)):
            if pick.any():
                result[:, pick] = answer(self.y[rows[pick]], alpha[pick][:, None])
        return result


def _gammas(y: Floats, alpha: Floats) -> Floats:
    from scipy.special import gammaln, polygamma, psi

    theta = 1 / alpha
    value = gammaln(y + theta) - gammaln(theta) + y * np.log(alpha)
    first = psi(y + theta) - psi(theta)
    second = polygamma(1, y + theta) - polygamma(1, theta)
    slope = -(theta**2) * first + y * theta
    bend = theta**4 * second + 2 * theta**3 * first - y * theta**2
    return np.stack([value.sum(axis=1), slope.sum(axis=1), bend.sum(axis=1)])


def _powers(y: Floats, alpha: Floats) -> Floats:
    """From the sums of the first four powers of 0 … y - 1 (Faulhaber), which hold for fractions as well."""
    pairs = y * (y - 1)
    one, two, three = pairs / 2, pairs * (2 * y - 1) / 6, pairs**2 / 4
    four = pairs * (2 * y - 1) * (3 * y * (y - 1) - 1) / 30
    value = alpha * (one - alpha * (two / 2 - alpha * (three / 3 - alpha * four / 4)))
    slope = one - alpha * (two - alpha * (three - alpha * four))
    bend = -two + alpha * (2 * three - alpha * 3 * four)
    return np.stack([value.sum(axis=1), slope.sum(axis=1), bend.sum(axis=1)])
