"""What one more segment must gain, so that an unchanged series is rarely cut.

The table was simulated with the whole procedure (``tests/calibration/change_points.py --table``): days of
Poisson and overdispersed counts, with weekday pattern and autocorrelation. A year is 365 positions.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["YEAR", "false_change_rate", "penalty"]

YEAR = 365.25  # positions

RATES = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)  # false changes per year
LENGTHS = (365.0, 1460.0)
COUNTS = (
    (4.5, 5.5, 7.5, 9.0, 10.5, 12.5, 14.0),
    (5.0, 6.0, 8.0, 9.5, 10.5, 12.5, 14.0),
)
NUMBERS = COUNTS


def _at_length(length: float, family: str) -> NDArray[np.float64]:
    table = np.array(COUNTS if family == "counts" else NUMBERS)
    where = np.log(np.clip(length, LENGTHS[0], LENGTHS[-1]))
    return np.array([np.interp(where, np.log(LENGTHS), column) for column in table.T])


def penalty(lengths: ArrayLike, per_year: ArrayLike, family: str) -> NDArray[np.float64]:
    """Least gain of a change [twice log likelihood over dispersion].

    lengths : positions of each series.
    per_year : false changes per year allowed in each.
    """
    sizes, rates = np.broadcast_arrays(np.asarray(lengths, dtype=float), np.asarray(per_year, dtype=float))
    result = np.empty(sizes.shape)
    for size, rate in {(float(a), float(b)) for a, b in zip(sizes, rates, strict=True)}:
        price = _line(-np.log(rate), -np.log(RATES), _at_length(size, family))
        result[(sizes == size) & (rates == rate)] = price
    return result


def false_change_rate(gain: ArrayLike, length: float, family: str) -> NDArray[np.float64]:
    """Expected false changes per year whose gain is at least so large; the inverse of `penalty`."""
    row = _at_length(length, family)
    logs = [-_line(float(one), row, -np.log(RATES)) for one in np.atleast_1d(gain)]
    return np.asarray(np.exp(logs))


def _line(x: float, known: ArrayLike, values: ArrayLike) -> float:
    """Linear interpolation that goes on beyond the ends with the slope of the outer pair."""
    at, out = np.asarray(known, dtype=float), np.asarray(values, dtype=float)
    place = int(np.clip(np.searchsorted(at, x), 1, len(at) - 1))
    slope = (out[place] - out[place - 1]) / (at[place] - at[place - 1])
    return float(out[place - 1] + slope * (x - at[place - 1]))
