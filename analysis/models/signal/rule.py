"""Which counts of one week are unusual, all columns at once.

Counts above their expectation and counts below it are two families of tests, each with its own
Benjamini-Hochberg procedure.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis.rates import adjust_p
from analysis.rates.inputs import Floats

from .expectation import Expectation, expectation
from .seasons import Seasons
from .series import COMPLETE, Series

__all__ = ["Bools", "Judged", "Limits", "critical_p", "judged", "smallest_named"]

Bools = npt.NDArray[np.bool_]

FEW = 3.0  # expected a week; with fewer a region is pooled to its parent
FEWEST = 3.0  # reported; fewer are never called unusual, however few are expected
ENOUGH_FOR_LOW = 5.0  # expected a week; with fewer no count is called low


@dataclass(frozen=True)
class Limits:
    """The settings of a call: see `analysis.models.signal.fit`."""

    history_weeks: int
    min_weeks: int
    alpha: float
    q_level: float


@dataclass(frozen=True)
class Judged:
    """One week; one entry per region.

    answered : the week and enough weeks before it are observed.
    least, most : whole counts the week's figure lies between for certain.
    p_up, p_low : what enters the two families of tests; 1 on the wrong side of the expectation or of the
        median of the weeks, NaN where there is no test: too few reported in all these weeks, or too few
        expected to be called low.
    sign : 1 = unusual, -1 = low, 0 = neither.
    """

    expected: Expectation
    answered: Bools
    least: Floats
    most: Floats
    p_up: Floats
    p_low: Floats
    sign: npt.NDArray[np.int8]

    @property
    def sparse(self) -> Bools:
        """Answered, with fewer than three expected."""
        return np.asarray(self.answered & (self.expected.mean < FEW))


def judged(series: Series, row: int, limits: Limits, season: Seasons | None = None) -> Judged:
    """The week in one row, given the rows before it."""
    found = expectation(series.past[max(0, row - limits.history_weeks) : row])
    if season is not None:
        found = season.instead(found, len(series.figure) - 1 - row)
    answered = ~np.isnan(series.figure[row]) & (found.weeks >= limits.min_weeks)
    least, most = np.floor(series.low[row] + 1e-9), np.ceil(series.high[row] - 1e-9)
    tested = answered & (found.events + series.figure[row] >= FEWEST - 1e-9)
    tested_low = answered & (found.mean >= ENOUGH_FOR_LOW) & (series.complete[row] >= COMPLETE)
    p_up, p_low = np.where(tested, 1.0, np.nan), np.where(tested_low, 1.0, np.nan)
    # Coming back to where most weeks stood, after a burst or a lull, is neither high nor low: a burst that
    # still raises the expectation makes no usual week a low one.
    high = np.flatnonzero(tested & (least >= smallest_named(found)))
    lower = replace(found, mean=np.minimum(found.mean, found.middle))
    low = np.flatnonzero(tested_low & (most < lower.mean))
    p_up[high] = found.ahead(high).at_least(least[high]).clip(0, 1)
    p_low[low] = lower.ahead(low).at_most(most[low]).clip(0, 1)
    sign = _named(p_up, limits).astype(np.int8) - _named(p_low, limits)
    return Judged(
        expected=found, answered=answered, least=least, most=most, p_up=p_up, p_low=p_low, sign=sign
    )


def smallest_named(expected: Expectation) -> Floats:
    """No smaller count is called unusual, whatever its chance."""
    above = np.maximum(expected.mean, expected.middle)
    return np.asarray(np.maximum(np.floor(above) + 1, FEWEST))


def _named(p: Floats, limits: Limits) -> Bools:
    q = adjust_p(p)
    return np.asarray((q <= limits.q_level) & (p <= limits.alpha))  # NaN is neither


def critical_p(p: Floats, q_level: float) -> Floats:
    """The largest p each test could have had and still a q of at most ``q_level``, all others as they are.

    p : NaN where there is no test; the answer then is for one test more.
    """
    known = np.sort(p[~np.isnan(p)])
    result = np.empty(len(p))
    for one, extra in ((~np.isnan(p), 0), (np.isnan(p), 1)):
        m = len(known) + extra
        k = np.arange(m + 1)
        below = np.searchsorted(known, q_level * k / max(m, 1), side="right")  # others and, perhaps, itself
        sure = int(np.max(k[below >= k], initial=0)) if not extra else 0
        alone = np.maximum.accumulate(np.where((below >= k - 1) & (k > 0), k, 0))
        own = np.where(np.isnan(p[one]), np.inf, p[one])
        first = np.minimum(np.ceil(own * m / q_level - 1e-9), m + 1)  # from this k on it counts itself
        best = np.where(first <= sure, sure, alone[np.clip(first - 1, 0, m).astype(int)])
        result[one] = q_level * best / max(m, 1)
    return result
