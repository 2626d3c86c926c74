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
        blocks = range(0, len(self.y), 64)
        parts = [(self.y[at : at + 64] == np.floor(self.y[at : at + 64])).all(axis=1) for at in blocks]
        whole: Bools = np.concatenate([*parts, np.zeros(0, dtype=bool)]) & (self.tallest <= _TALLEST)
        return whole

    @cached_property
    def tails(self) -> list[Floats]:
        """Per region the number of days with more than j, j from 0; empty where counts are not whole."""
        found = []
        for row, whole in zip(self.y, self.whole, strict=True):
            days = np.bincount(row.astype(np.intp)) if whole else np.zeros(1)
            found.append(np.cumsum(days[:0:-1])[::-1].astype(float))
        return found

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
        parts = [self.tails[row] for row in rows]
        lengths = np.array([len(part) for part in parts])
        days, starts = np.concatenate(parts), np.cumsum(lengths) - lengths
        j = np.arange(len(days)) - np.repeat(starts, lengths)
        spread = np.repeat(alpha, lengths)
        slope = j / (1 + j * spread)
        stacked = np.stack([days * np.log1p(j * spread), days * slope, -days * slope**2])
        # A region without events has no threshold: reduceat would give it its neighbour's first.
        some = lengths > 0
        sums = np.zeros((3, len(rows)))
        if some.any():
            sums[:, some] = np.add.reduceat(stacked, starts[some], axis=1)
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
