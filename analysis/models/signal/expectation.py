"""What the weeks before lead to expect: a level that may wander slowly, and how much counts vary around it.

Three things would spoil an expectation from the plain mean of a year: a level that has moved, one past
outbreak, and a dispersion that either of these has blown up. So

* weeks fade: a level that wanders by `WANDER` a week calls for weights that fall by a constant factor, the
  faster the more each week tells (the steady state of the local level model; Muth 1960, Harvey 1989);
* a week that stands far above both the weeks before and the weeks after it counts no more than the limit it
  passed; a lasting change of level stands above one side only, and is followed;
* the dispersion is taken around the mean of blocks of eight weeks, and shrunk to the panel.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.rates import Predictive, estimate_dispersion
from analysis.rates.inputs import Floats

__all__ = ["Expectation", "expectation"]

Rows = npt.NDArray[np.intp]

WANDER = 0.05  # of the level, per week
SLOWEST, FASTEST = 1.0, 0.78  # factor from week to week; 0.78 is worth eight weeks
BLOCK, WEEKS_OF_A_BLOCK, FADE = 8, 4, 0.7  # of the dispersion
NEIGHBOURS = 6  # weeks to either side
FAR = 3.0  # standard deviations from its neighbours, or of a block from the others
ROUNDS = 8
STEPS = 13  # values of the dispersion in a prediction; 65 change no tail by more than a fiftieth of it


@dataclass(frozen=True)
class Expectation:
    """One entry per region; NaN where no week before is observed.

    mean : expected in the week. worth : how many weeks the mean is worth. dispersion, df : as in
    `rates.estimate_dispersion`. weeks : fully observed weeks behind it. events : reported in them.
    middle : median of the weeks read; the mean where that is of a regression (``fitted``).
    """

    mean: Floats
    worth: Floats
    dispersion: Floats
    df: Floats
    weeks: Floats
    events: Floats
    middle: Floats
    fitted: npt.NDArray[np.bool_]

    def ahead(self, which: Rows) -> Predictive:
        """The predictive distribution of some regions."""
        worth, dispersion = self.worth[which], self.dispersion[which]
        # Half an event is added for the mean of counts; that of a regression does not need it.
        less = np.where(self.fitted[which], dispersion / 2, 0.0)
        before = np.maximum(self.mean[which] * worth - less, 0.0)
        return Predictive.after(before, worth, dispersion, self.df[which], steps=STEPS)


def expectation(past: Floats) -> Expectation:
    """From weeks x regions, oldest first, the last row the week before the one expected; NaN = unknown."""
    seen = ~np.isnan(past)
    weeks = seen.sum(axis=0).astype(float)
    spread, usual = _usual(past)
    weight = _weights(usual, spread["dispersion"].to_numpy()) * seen
    total = weight.sum(axis=0)
    share = weight / np.where(total > 0, total, 1.0)
    mean = (share * np.where(seen, usual, 0.0)).sum(axis=0)
    worth = 1 / np.maximum((share**2).sum(axis=0), 1e-12)
    return Expectation(
        mean=np.where(weeks > 0, mean, np.nan), worth=worth, dispersion=spread["dispersion"].to_numpy(),
        df=spread["df"].to_numpy(), weeks=weeks, events=np.where(seen, past, 0.0).sum(axis=0),
        middle=_medians(past.T), fitted=np.zeros(past.shape[1], dtype=bool),
    )  # fmt: skip


def _usual(past: Floats) -> tuple[pd.DataFrame, Floats]:
    """Dispersion, and the weeks with what stands out of its neighbours cut to the limit it passed."""
    level = _surroundings(past)
    spread, usual = _dispersion(past), past
    for _ in range(ROUNDS):  # an outbreak blows up the dispersion too: the limit falls from round to round
        width = FAR * np.sqrt(spread["dispersion"].to_numpy()) / 1.5
        limit = (np.cbrt(level) ** 2 + width * level ** (1 / 6)) ** 1.5  # Anscombe's residual at FAR
        cut = np.minimum(past, np.maximum(limit, 1.0))
        if not (cut < usual * (1 - 1e-3)).any():
            break
        usual = cut
        spread = _dispersion(usual)
    return spread, usual


def _surroundings(past: Floats) -> Floats:
    """The largest of the medians of the weeks before and after each week and of the mean of all."""
    gap = np.full((NEIGHBOURS, past.shape[1]), np.nan)
    padded = np.vstack([gap, past, gap])
    around = np.lib.stride_tricks.sliding_window_view(padded, NEIGHBOURS, axis=0)
    before, after = _medians(around[: len(past)]), _medians(around[NEIGHBOURS + 1 :])
    overall = np.nan_to_num(past).sum(axis=0) / np.maximum((~np.isnan(past)).sum(axis=0), 1)
    return np.asarray(np.maximum(np.maximum(before, after), overall))


def _medians(values: Floats) -> Floats:
    """Over the last axis, the lower of two; 0 where nothing is known."""
    ordered = np.sort(values, axis=-1)  # what is not known comes last
    number = (~np.isnan(values)).sum(axis=-1, keepdims=True)
    return np.nan_to_num(np.take_along_axis(ordered, np.maximum(number - 1, 0) // 2, axis=-1)[..., 0])


def _dispersion(past: Floats) -> pd.DataFrame:
    block = np.arange(len(past) - 1, -1, -1) // BLOCK
    seen = (block[:, None] == block) @ (~np.isnan(past)).astype(float)
    enough = (seen >= WEEKS_OF_A_BLOCK) | (block == 0)[:, None]
    return estimate_dispersion(pd.DataFrame(np.where(enough, past, np.nan)), blocks=block, fade=FADE, far=FAR)


def _weights(usual: Floats, dispersion: Floats) -> Floats:
    """Weeks x regions: the weights of the local level model, from what each week tells of the level."""
    last = usual[-2 * BLOCK :]
    level = np.nan_to_num(last).sum(axis=0) / np.maximum((~np.isnan(last)).sum(axis=0), 1)
    told = WANDER**2 * level / dispersion
    gain = (np.sqrt(told**2 + 4 * told) - told) / 2
    age = np.arange(len(usual) - 1, -1, -1.0)[:, None]
    return np.asarray(np.clip(1 - gain, FASTEST, SLOWEST) ** age)
