"""Since when a region has been unusual: the same rule applied as of each of the weeks before."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .rule import Bools, Limits, judged
from .seasons import Seasons
from .series import Series

__all__ = ["Runs", "runs"]


@dataclass(frozen=True)
class Runs:
    """One entry per column.

    ended : unusual in the week before, and neither unusual nor low now.
    length : weeks of the unbroken run, the last of them this week, or the week before where it ended; 0
        without one.
    """

    ended: Bools
    length: npt.NDArray[np.intp]


def runs(
    series: Series, now: npt.NDArray[np.int8], limits: Limits, most: int, season: Seasons | None = None
) -> Runs:
    """Weeks are looked at, latest first, until no run goes on, and ``most`` of them at most."""
    last = len(series.figure) - 1
    before = judged(series, last - 1, limits, season).sign if most else np.zeros_like(now)
    ended = (before == 1) & (now == 0)
    kind = np.where(ended, 1, now)
    length = np.where(ended, 0, (now != 0).astype(np.intp))
    going, sign = kind != 0, before
    for back in range(1, most + 1):
        going = going & (sign == kind)
        length[going] += 1
        if not going.any() or back == most:
            break
        sign = judged(series, last - 1 - back, limits, season).sign
    return Runs(ended=ended, length=length)
