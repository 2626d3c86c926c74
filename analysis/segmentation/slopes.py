"""What a broken line says: slopes per segment and dated joints, with their intervals."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..estimates import Estimate
from .joints import Broken, Course, broken, fit_lines
from .penalty import expected_false_joints

__all__ = ["Joint", "Slope", "clock_of", "joints_of", "slopes_of"]

Floats = NDArray[np.float64]

MOST_FACTOR = 1e4  # a growth beyond this is not a percentage anyone can read
INTERVAL_BINS = 400
PLACES = 160  # places of a joint tried for its interval


@dataclass(frozen=True, kw_only=True, slots=True)
class Slope:
    """One stretch of steady growth or decline.

    region : name of the series.
    position : row where it starts, from 0.
    first, last : labels of its first and last row.
    growth : change per row: percent for counts, the series' own unit for other numbers.
    weekly, annual : the same per 7 and 365.25 days; None without dates, and where a percentage would be
        beyond ten-thousandfold.
    """

    region: str
    position: int
    first: Any
    last: Any
    growth: Estimate
    weekly: Estimate | None
    annual: Estimate | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Joint:
    """One change of slope; the level does not jump.

    region : name of the series.
    position : row nearest to it.
    date : label of that row.
    earliest, latest : labels of the range it may lie in.
    p_value : chance that a line without it would show such a bend anywhere.
    """

    region: str
    position: int
    date: Any
    earliest: Any
    latest: Any
    p_value: float


def clock_of(index: pd.Index) -> tuple[Floats, float | None]:
    """Time of every row in steps of the index, and the days in a step; None without dates."""
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    plain = np.arange(len(index), dtype=float)
    if not isinstance(index, pd.DatetimeIndex) or len(index) < 2:
        return plain, None
    days = (index - index[0]) / pd.Timedelta(days=1)
    step = float(np.median(np.diff(days)))
    if step <= 0 or (np.diff(days) <= 0).any():
        return plain, None
    return np.asarray(days, dtype=float) / step, step


def slopes_of(
    line: Broken, course: Course, *, region: str, clock: Floats, days: float | None, level: float,
    label: Callable[[int], Hashable],
) -> tuple[Slope, ...]:  # fmt: skip
    """One record per segment; the joints' places are uncertain too, and the intervals know it."""
    from scipy.special import ndtri

    number = len(line.joints)
    covariance = _covariance(line, course)
    sums = np.tril(np.ones((number + 1, number + 1)))
    rows = np.zeros((number + 1, covariance.shape[0]))
    rows[:, 1 : 2 + number] = sums
    errors = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", rows, covariance, rows), 0.0))
    half = float(ndtri((1 + level) / 2)) * errors
    starts = [0, *(int(np.searchsorted(clock, joint)) for joint in line.joints)]
    ends = [*(start - 1 for start in starts[1:]), len(clock) - 1]
    found = []
    for slope, wide, start, end in zip(line.slopes, half, starts, ends, strict=True):
        per = [
            _growth(slope, wide, times, unit, level, course.counts)
            for times, unit in ((1.0, "row"), (7 / (days or 1), "week"), (365.25 / (days or 1), "year"))
        ]
        row = per[0] or Estimate(value=float(slope), low=float(slope - wide), high=float(slope + wide),
                                 level=level, unit="log per row")  # fmt: skip
        found.append(
            Slope(region=region, position=start, first=label(start), last=label(end), growth=row,
                  weekly=per[1] if days else None, annual=per[2] if days else None)
        )  # fmt: skip
    return tuple(found)


def _growth(
    slope: float, half: float, times: float, unit: str, level: float, counts: bool
) -> Estimate | None:
    bounds = np.array([slope, slope - half, slope + half]) * times
    if counts:
        if bounds[2] > np.log(MOST_FACTOR):
            return None
        bounds = 100 * np.expm1(bounds)
    value, low, high = map(float, bounds)
    return Estimate(
        value=value, low=low, high=high, level=level, unit=f"percent per {unit}" if counts else f"per {unit}"
    )


def _design(course: Course, line: Broken) -> Floats:
    """Observations x (2 + 2 joints): the line and how it moves with each joint (Muggeo 2003)."""
    at = course.at[:, None]
    plain = np.hstack([np.ones_like(at), at - line.origin])
    beyond = np.maximum(at - line.joints[None], 0.0)
    return np.hstack([plain, beyond, -line.coefficients[2:] * (at > line.joints[None])])


def _covariance(line: Broken, course: Course) -> Floats:
    """Of level, slopes and places of the joints, the noise in it."""
    design = _design(course, line)
    weights = course.weights * np.exp(line.mean(course.at)) if course.counts else course.weights
    scale = np.sqrt(np.maximum((design**2 * weights[:, None]).sum(axis=0), 1e-300))
    design = design / scale
    return np.asarray(np.linalg.pinv(design.T @ (design * weights[:, None])) / np.outer(scale, scale)
                      * course.noise)  # fmt: skip


def joint_errors(line: Broken, course: Course) -> Floats:
    """Standard error of every joint [unit of time]."""
    return np.sqrt(np.diag(_covariance(line, course))[2 + len(line.joints) :])


def joints_of(
    line: Broken, course: Course, *, region: str, clock: Floats, level: float, shortest: int,
    label: Callable[[int], Hashable],
) -> tuple[Joint, ...]:  # fmt: skip
    """One record per joint."""
    found = []
    for which, joint in enumerate(line.joints):
        low, high = _range(line, course, which, level, shortest)
        gain = line.gain - broken(course, np.delete(line.joints, which)).gain
        chance = expected_false_joints(gain, len(course.at), "counts" if course.counts else "gaussian")
        nearest = int(np.abs(clock - joint).argmin())
        first = max(int(np.searchsorted(clock, low, side="right")) - 1, 0)
        last = min(int(np.searchsorted(clock, high)), len(clock) - 1)
        found.append(
            Joint(region=region, position=nearest, date=label(nearest), earliest=label(min(first, nearest)),
                  latest=label(max(last, nearest)), p_value=float(-np.expm1(-chance)))
        )  # fmt: skip
    return tuple(found)


def _range(line: Broken, course: Course, which: int, level: float, shortest: int) -> tuple[float, float]:
    """Profile likelihood range of one joint between its neighbours, the others free to move a little."""
    from scipy.special import chdtri

    near = [float(course.at[0]), *map(float, line.joints), float(course.at[-1])]
    step = float(np.median(np.diff(course.at)))
    room = (near[which] + shortest * step / 2, near[which + 2] - shortest * step / 2)
    small, joint = course.binned(INTERVAL_BINS), float(line.joints[which])
    tried = np.unique(np.append(np.linspace(*room, PLACES), joint))
    tried = tried[(tried >= min(room[0], joint)) & (tried <= max(room[1], joint))]
    span = float(np.ptp(course.at)) or 1.0
    others = np.delete(_design(small, line), [2 + which, 2 + len(line.joints) + which], axis=1)
    others[:, 1 : 1 + len(line.joints)] /= span
    beyond = np.maximum(small.at[None] - tried[:, None], 0.0)[:, :, None] / span
    columns = np.concatenate([np.broadcast_to(others, (len(tried), *others.shape)), beyond], axis=2)
    gains = fit_lines(small, columns)[1]
    inside = tried[gains.max() - gains <= float(chdtri(1, 1 - level))]
    return min(float(inside[0]), joint), max(float(inside[-1]), joint)
