"""What one more segment must gain, so that an unchanged series is rarely cut.

The tables were simulated with the whole procedure, dispersion estimated and all
(``python tests/calibration/change_point_penalty.py`` prints them). An entry is what the worst kind of noise
asks for, rounded up; below a year of days the strongest autocorrelation tried is left out, for with it
nothing could be found in so few days.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["YEAR", "expected_false_changes", "expected_false_joints", "joint_penalty", "penalty"]

YEAR = 365.0  # positions

EXPECTED = (0.4, 0.2, 0.1, 0.05, 0.02, 0.01)  # false changes in one series
LENGTHS = {"counts": (56, 90, 180, 365, 730, 1460), "gaussian": (30, 60, 120, 250, 500, 1000)}
GAINS = {  # one row per length, one entry per expected number
    "counts": (
        (4.6, 5.5, 6.5, 8.0, 13.0, 17.0),
        (5.1, 5.9, 6.8, 8.0, 12.5, 16.0),
        (6.1, 6.9, 7.6, 9.0, 13.0, 16.0),
        (7.2, 8.0, 8.8, 10.8, 13.5, 15.9),
        (8.4, 9.1, 9.9, 11.0, 14.0, 15.9),
        (9.3, 10.2, 11.2, 12.2, 13.8, 15.5),
    ),
    "gaussian": (
        (3.0, 3.3, 3.7, 4.3, 6.0, 8.0),
        (4.0, 4.6, 5.1, 5.8, 6.5, 9.0),
        (5.2, 5.9, 6.6, 7.4, 8.3, 10.0),
        (6.5, 7.4, 8.3, 9.1, 10.2, 11.4),
        (7.9, 8.8, 9.6, 10.6, 11.9, 12.6),
        (9.2, 10.0, 10.9, 11.8, 12.9, 13.8),
    ),
}  # fmt: skip


# The same for joints of a broken line: python tests/calibration/joint_penalty.py
JOINT_LENGTHS = {"counts": (90, 365, 1460), "gaussian": (60, 250, 1000)}
JOINT_GAINS = {
    "counts": (
        (3.3, 4.2, 5.1, 6.5, 8.3, 9.8),
        (4.0, 5.1, 6.3, 8.0, 10.2, 11.8),
        (4.4, 5.7, 7.2, 8.6, 10.8, 12.6),
    ),
    "gaussian": (
        (2.7, 3.5, 4.6, 5.4, 6.6, 7.8),
        (3.8, 4.8, 5.8, 7.0, 8.6, 10.0),
        (4.0, 5.3, 6.4, 7.4, 9.6, 11.0),
    ),
}  # fmt: skip


def penalty(lengths: ArrayLike, expected: ArrayLike, family: str) -> NDArray[np.float64]:
    """Least gain of a change [twice log likelihood over dispersion].

    lengths : positions of each series.
    expected : false changes allowed in each, were its level constant.
    """
    return _prices(lengths, expected, GAINS[family], LENGTHS[family])


def joint_penalty(lengths: ArrayLike, expected: ArrayLike, family: str) -> NDArray[np.float64]:
    """Least gain of a joint; as `penalty`, were the slope constant."""
    return _prices(lengths, expected, JOINT_GAINS[family], JOINT_LENGTHS[family])


def _prices(
    lengths: ArrayLike, expected: ArrayLike, gains: ArrayLike, known: ArrayLike
) -> NDArray[np.float64]:
    sizes, wanted = np.broadcast_arrays(np.asarray(lengths, dtype=float), np.asarray(expected, dtype=float))
    result = np.empty(sizes.shape)
    for size, number in {(float(a), float(b)) for a, b in zip(sizes, wanted, strict=True)}:
        price = _line(-np.log(number), -np.log(EXPECTED), _at_length(size, gains, known))
        result[(sizes == size) & (wanted == number)] = price
    return result


def expected_false_changes(gain: float, length: float, family: str) -> float:
    """False changes expected in one series with at least that gain; the inverse of `penalty`."""
    return float(np.exp(-_line(gain, _at_length(length, GAINS[family], LENGTHS[family]), -np.log(EXPECTED))))


def expected_false_joints(gain: float, length: float, family: str) -> float:
    """False joints expected in one series with at least that gain; the inverse of `joint_penalty`."""
    known = _at_length(length, JOINT_GAINS[family], JOINT_LENGTHS[family])
    return float(np.exp(-_line(gain, known, -np.log(EXPECTED))))


def _at_length(length: float, gains: ArrayLike, known: ArrayLike) -> NDArray[np.float64]:
    lengths, table = np.log(np.asarray(known, dtype=float)), np.array(gains)
    where = np.log(max(length, 1.0))
    return np.array([np.interp(where, lengths, column) for column in table.T])


def _line(x: float, known: ArrayLike, values: ArrayLike) -> float:
    """Linear interpolation that goes on beyond the ends with the slope of the outer pair."""
    at, out = np.asarray(known, dtype=float), np.asarray(values, dtype=float)
    place = int(np.clip(np.searchsorted(at, x), 1, len(at) - 1))
    slope = (out[place] - out[place - 1]) / (at[place] - at[place - 1])
    return float(out[place - 1] + slope * (x - at[place - 1]))
