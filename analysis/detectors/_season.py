"""The level of each week from years of weeks before it: season, slow change of level, and dispersion.

A log-linear regression with two harmonics of the year and a trend whose slope may change at the turn of every
year, counted back from the judged week. All of these are drawn towards 0, in proportion to how little the
counts say (a normal prior): of sparse series a level is left, of busy ones the season and the trend
themselves, and no rule has to choose between models. Weeks far above their mean, past outbreaks, are cut to
the limit they passed. As this takes something from irregular counts that had no outbreak too, the dispersion
is raised by what a negative binomial loses by it beyond what a normal distribution loses.
"""

from dataclasses import dataclass, fields

import numpy as np

from ._frames import Bools, Floats
from ._references import Ints
from ._weighted import Fits, fit

__all__ = ["Season", "season"]

# Standard deviations of the priors, on the log scale: growth per year, amplitude of the first harmonic (the
# second has half of it), change of growth at the turn of a year.
_GROWTH, _AMPLITUDE, _BEND = 0.35, 0.5, 0.35
_HARMONICS = 2
_CUT = 0.03  # upper share of a week's distribution that is cut
_CUT_LEAST = 2.0  # a count no larger is never cut
_LEFT_LEAST = 0.5  # with less of the variance left it could not be told from what was cut
_ROUNDS = 2
_SETTLED = 1e-7
_BEGIN = 1.5  # dispersion before the first fit
_LEAST = 0.02  # mean per week below which the shape of the distribution is no longer followed


@dataclass(frozen=True)
class Season:
    """What the references of each problem lead to expect.

    mean : expected in the judged week. variance : of its logarithm. dispersion : variance over mean, at least
    1. df : degrees of freedom it is worth. weeks : observed references. events : in them.
    lately : expected in each week between the references and the judged one, problems x weeks.
    """

    mean: Floats
    variance: Floats
    dispersion: Floats
    df: Floats
    weeks: Floats
    events: Floats
    lately: Floats

    @classmethod
    def empty(cls, problems: int, lately: int = 0) -> "Season":
        """To be filled in."""
        mean, variance, dispersion, df, weeks, events = (np.full(problems, np.nan) for _ in range(6))
        return cls(mean, variance, dispersion, df, weeks, events, np.full((problems, lately), np.nan))

    def put(self, which: Ints, other: "Season") -> None:
        """Fill in some problems."""
        for part in fields(self):
            getattr(self, part.name)[which] = getattr(other, part.name)


def season(past: Floats, back: Ints, period: float) -> Season:
    """From problems x references, NaN where not observed; ``back`` : their distances, negative.

    Where no event was observed mean and variance are 0 and the dispersion is 1.
    """
    seen = ~np.isnan(past)
    y = np.where(seen, past, 0.0)
    weeks, events = seen.sum(axis=1).astype(float), y.sum(axis=1)
    skipped = np.arange(back[-1] + 1, 0)
    found = Season.empty(len(past), len(skipped))
    some = np.flatnonzero(events > 0)
    none = np.flatnonzero(events <= 0)
    nothing = np.zeros(len(none))
    never = np.zeros((len(none), len(skipped)))
    found.put(none, Season(nothing, nothing, nothing + 1, nothing + np.inf, weeks[none], nothing, never))
    if some.size:
        fits, dispersion = _fitted(_design(back, period), y[some], seen[some], _precision(back, period))
        found.put(
            some,
            Season(
                mean=np.exp(np.clip(fits.beta @ _now(fits.beta.shape[1]), -30, 30)),
                variance=dispersion * _quadratic(fits.inverse),
                dispersion=dispersion,
                df=_worth(fits, seen[some], dispersion),
                weeks=weeks[some],
                events=events[some],
                lately=np.exp(np.clip(fits.beta @ _design(skipped, period, back).T, -30, 30)),
            ),
        )
    return found


def _turns(back: Ints, period: float) -> Floats:
    """Where the slope may change: whole years back, but not at the very beginning."""
    return period * np.arange(1.0, int(-back.min() / period - 0.5) + 1)


def _design(back: Ints, period: float, references: Ints | None = None) -> Floats:
    """Weeks x terms: level, harmonics, growth, bends; time is 0 at the judged week."""
    angle = 2 * np.pi * back / period
    waves = [wave(order * angle) for order in range(1, _HARMONICS + 1) for wave in (np.cos, np.sin)]
    bends = [
        np.minimum(back + turn, 0) / period
        for turn in _turns(back if references is None else references, period)
    ]
    return np.stack([np.ones(len(back)), *waves, back / period, *bends], axis=1)


def _now(terms: int) -> Floats:
    """The judged week's row of the design."""
    row = np.zeros(terms)
    row[0] = 1
    row[1 : 2 * _HARMONICS : 2] = 1
    return row


def _precision(back: Ints, period: float) -> Floats:
    orders = np.repeat(np.arange(1, _HARMONICS + 1), 2)
    bends = np.full(len(_turns(back, period)), _BEND)
    return np.concatenate([[0.0], 1 / np.concatenate([_AMPLITUDE / orders, [_GROWTH], bends]) ** 2])


def _quadratic(inverse: Floats) -> Floats:
    now = _now(inverse.shape[1])
    return np.asarray(np.einsum("p,gpq,q->g", now, inverse, now))


def _fitted(x: Floats, y: Floats, seen: Bools, precision: Floats) -> tuple[Fits, Floats]:
    """The last fit and the dispersion."""
    weight = seen.astype(float)
    dispersion, usual = np.full(len(y), _BEGIN), y
    start = None
    for turn in range(_ROUNDS + 1):
        found = fit(x, usual, weight, dispersion[:, None] * precision, start=start, settled=_SETTLED)
        start = found.beta
        if turn == 0:
            dispersion = found.phi
        for _ in range(2 if turn else 0):  # what is lost depends on the dispersion itself, weakly
            dispersion = np.maximum(found.spread / _left(found, seen, dispersion), 1.0)
        if turn < _ROUNDS:
            usual = _cut(y, found.mean, dispersion, seen)
    return found, dispersion


def _cut(y: Floats, mean: Floats, dispersion: Floats, seen: Bools) -> Floats:
    """The counts, those in the upper tail moved to its beginning."""
    high = seen & (y > mean + 1.5 * np.sqrt(dispersion[:, None] * mean))
    limit = _quantile(mean[high], np.broadcast_to(dispersion[:, None], y.shape)[high])
    usual = y.copy()
    usual[high] = np.minimum(y[high], limit)
    return usual


def _quantile(mean: Floats, dispersion: Floats) -> Floats:
    from scipy import stats

    over = np.maximum(dispersion, 1.001)
    return np.maximum(stats.nbinom.isf(_CUT, mean / (over - 1), 1 / over), _CUT_LEAST)


def _left(found: Fits, seen: Bools, dispersion: Floats) -> Floats:
    """Share of the variance that the cut leaves, over that which it leaves of a normal distribution.

    At the mean of the references; the second moment of a negative binomial up to a count is that of two
    others of larger shape.
    """
    from scipy.special import betainc, ndtri

    mean = np.maximum((found.mean * seen).sum(axis=1) / seen.sum(axis=1), _LEAST)
    over = np.maximum(dispersion, 1.001)
    size, share = mean / (over - 1), 1 / over
    limit = _quantile(mean, dispersion)
    up_to, first, second = (
        np.where(limit >= less, betainc(size + less, np.maximum(limit - less, 0) + 1, share), 0.0)
        for less in (0, 1, 2)
    )
    square = size * (size + 1) * (over - 1) ** 2 * second + mean * first
    inside = square - 2 * mean**2 * first + mean**2 * up_to
    left = (inside + (limit - mean) ** 2 * (1 - up_to)) / (over * mean)
    z = float(-ndtri(_CUT))
    normal = 1 - z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) + (z**2 - 1) * _CUT
    return np.asarray(np.clip(left / normal, _LEFT_LEAST, 1.0))


def _worth(found: Fits, seen: Bools, dispersion: Floats) -> Floats:
    """Degrees of freedom behind a Pearson dispersion, given the excess kurtosis of each week's count."""
    inverse = np.where(seen, 1 / np.maximum(found.mean, 1e-3), 0.0).sum(axis=1) / seen.sum(axis=1)
    kurtosis = (6 * (dispersion - 1) + 1 / dispersion) * inverse
    return np.asarray(np.maximum(found.df / (1 + kurtosis / 2), 1.0))
