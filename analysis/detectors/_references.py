"""What a position is compared with: the same weeks of earlier years, and the seasons between them."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import ConfigError, InputError

__all__ = ["History", "history", "steps_back"]

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class History:
    """The reference positions of every judged position that has the same distances to its earlier years.

    judged : positions.
    back : distance of each reference position, negative.
    season : of each reference position: 0 for the weeks around the judged one, 1, 2, … in between.
    """

    judged: Ints
    back: Ints
    season: Ints


def steps_back(index: pd.Index, years: int, period: int | None) -> Ints:
    """Positions x years: how many positions back the same date of each earlier year lies.

    With a ``period`` so many positions are a year. Otherwise dates are looked up, the nearest position taken
    (29 February counts as 1 March), and an index without dates has years of 52. Distances that reach
    before the first position are simply larger than it. Raises `InputError` where dates have gaps.
    """
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    if period is not None or not isinstance(index, pd.DatetimeIndex) or len(index) < 2:
        length = 52 if period is None else period
        return np.tile(length * np.arange(1, years + 1), (len(index), 1))
    days = index.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64) / 86400
    gaps = np.diff(days)
    step = float(np.median(gaps))
    if gaps.max() > 1.5 * step:
        raise InputError("the positions have gaps; add the missing dates with NaN, or give the period.")
    places = np.arange(len(index))
    # Before the first position the grid goes on with the usual step.
    early = days[0] - step * np.arange(int(366 * years / step) + 2, 0, -1)
    grid = np.concatenate([early, days])
    return np.stack(
        [places - (_nearest(grid, _years_before(index, n)) - len(early)) for n in range(1, years + 1)], 1
    )


def _years_before(index: pd.DatetimeIndex, years: int) -> npt.NDArray[np.float64]:
    naive = index.tz_localize(None)
    moved = naive - pd.DateOffset(years=years)
    leap = (naive.month == 2) & (naive.day == 29) & (moved.day == 28)
    days = moved.to_numpy().astype("datetime64[s]").astype(np.int64) / 86400
    return np.asarray(days + leap)


def _nearest(grid: npt.NDArray[np.float64], wanted: npt.NDArray[np.float64]) -> Ints:
    right = np.clip(np.searchsorted(grid, wanted), 1, len(grid) - 1)
    closer = wanted - grid[right - 1] <= grid[right] - wanted
    return np.where(closer, right - 1, right).astype(np.int64)


def history(steps: Ints, judged: Ints, *, half_window: int, periods: int, skip: int) -> list[History]:
    """Judged positions grouped by their distances; those without a full history are left out.

    steps : as from `steps_back`. periods : seasons of a year, 1 for the weeks around the date alone.
    skip : positions just before the judged one that are no reference.
    Raises `ConfigError` where a year is too short for the seasons.
    """
    full = judged[judged - steps[judged, -1] - half_window >= 0]
    patterns, which = np.unique(steps[full], axis=0, return_inverse=True)
    groups = []
    for number, pattern in enumerate(patterns):
        back, season = _pattern(pattern, half_window, periods, skip)
        groups.append(History(full[which.ravel() == number], back, season))
    return groups


def _pattern(steps: Ints, half_window: int, periods: int, skip: int) -> tuple[Ints, Ints]:
    """Distances and seasons of the references; the stretch between two windows is cut into equal parts."""
    centres = np.concatenate([[0], -steps])
    back = np.arange(centres[-1] - half_window, 1)
    season = np.full(len(back), -1)
    for later, centre in pairwise(centres):
        between = np.arange(centre + half_window + 1, later - half_window)
        if periods > 1 and len(between) < periods - 1:
            raise ConfigError(f"a year of {later - centre} positions is too short for them", key="periods")
        if periods > 1:
            for number, part in enumerate(np.array_split(between, periods - 1)):
                season[part - back[0]] = number + 1
    season[np.abs(back[:, None] - centres).min(axis=1) <= half_window] = 0
    used = (season >= 0) & (back < -skip)
    return back[used], season[used]
