"""What one more segment must gain, so that an unchanged series is rarely cut.

The tables were simulated with the whole procedure, dispersion estimated and all
(``python tests/calibration/change_point_penalty.py`` prints them). An entry is what the worst kind of noise
asks for, rounded up; below a year of days the strongest autocorrelation tried is left out, for with it
nothing could be found in so few days.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["YEAR", "expected_false_changes", "penalty"]

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


def penalty(lengths: ArrayLike, expected: ArrayLike, family: str) -> NDArray[np.float64]:
    """Least gain of a change [twice log likelihood over dispersion].

    lengths : positions of each series.
    expected : false changes allowed in each, were its level constant.
    """
    sizes, wanted = np.broadcast_arrays(np.asarray(lengths, dtype=float), np.asarray(expected, dtype=float))
    result = np.empty(sizes.shape)
    for size, number in {(float(a), float(b)) for a, b in zip(sizes, wanted, strict=True)}:
        price = _line(-np.log(number), -np.log(EXPECTED), _at_length(size, family))
        result[(sizes == size) & (wanted == number)] = price
    return result


def expected_false_changes(gain: float, length: float, family: str) -> float:
    """False changes expected in one series with at least that gain; the inverse of `penalty`."""
    return float(np.exp(-_line(gain, _at_length(length, family), -np.log(EXPECTED))))


def _at_length(length: float, family: str) -> NDArray[np.float64]:
    lengths, table = np.log(LENGTHS[family]), np.array(GAINS[family])
    where = np.log(max(length, 1.0))
    return np.array([np.interp(where, lengths, column) for column in table.T])


def _line(x: float, known: ArrayLike, values: ArrayLike) -> float:
    """Linear interpolation that goes on beyond the ends with the slope of the outer pair."""
    at, out = np.asarray(known, dtype=float), np.asarray(values, dtype=float)
    place = int(np.clip(np.searchsorted(at, x), 1, len(at) - 1))
    slope = (out[place] - out[place - 1]) / (at[place] - at[place - 1])
    return float(out[place - 1] + slope * (x - at[place - 1]))
