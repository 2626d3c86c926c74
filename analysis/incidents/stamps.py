"""Days as midnights, without the checks that make NumPy's own conversion slow, and how many rows each has."""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ["added", "midnights", "tally"]

_K = TypeVar("_K", int, str)
_SECONDS = 86_400


def midnights(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.datetime64]:
    """``days`` [datetime64 D] in seconds; NaT stays NaT. NumPy's conversion to a finer unit takes 30 times as
    long, as it looks for overflow, which no day of a calendar comes near."""
    out: npt.NDArray[np.datetime64] = (days.view(np.int64) * _SECONDS).view("datetime64[s]")
    unknown = np.isnat(days)
    if unknown.any():
        out[unknown] = np.datetime64("NaT", "s")
    return out


def tally(values: npt.NDArray[np.int64], rows: npt.NDArray[np.int64] | None = None) -> dict[int, int]:
    """Value -> how often it occurs; ``rows`` : how often every entry counts, None = once."""
    if not len(values):
        return {}
    low = int(values.min())
    found = np.bincount(values - low, weights=rows)
    used = np.flatnonzero(found)
    return dict(zip((used + low).tolist(), found[used].astype(np.int64).tolist(), strict=True))


def added(one: Mapping[_K, int], other: Mapping[_K, int]) -> dict[_K, int]:
    """Two of these together."""
    out = dict(one)
    for value, rows in other.items():
        out[value] = out.get(value, 0) + rows
    return out
