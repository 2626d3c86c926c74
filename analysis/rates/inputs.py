"""Checks shared by the public functions on rates."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ConfigError, InputError

__all__ = ["Floats", "aligned", "checked_level", "checked_method", "require"]

Floats = npt.NDArray[np.float64]


def aligned(*values: Any) -> tuple[list[Floats], pd.Index]:
    """One-dimensional float arrays of one length, and the index of the first Series among them."""
    try:
        arrays = np.broadcast_arrays(*(np.atleast_1d(np.asarray(value, dtype=float)) for value in values))
    except ValueError as error:
        raise InputError(f"counts, times and dispersions must be numbers of one length: {error}.") from None
    if arrays[0].ndim != 1:
        raise InputError("counts, times and dispersions must be one-dimensional.")
    for value in values:
        if isinstance(value, pd.Series) and len(value) == len(arrays[0]):
            return [np.array(array) for array in arrays], value.index
    return [np.array(array) for array in arrays], pd.RangeIndex(len(arrays[0]))


def require(ok: "npt.NDArray[np.bool_]", what: str) -> None:
    """Raises `InputError` saying ``what`` unless every entry is ok."""
    if not ok.all():
        raise InputError(f"{what}; entry {int(np.argmin(ok))} is not.")


def checked_level(level: float) -> float:
    """``level`` itself; raises `ConfigError` unless strictly between 0 and 1."""
    if not 0 < level < 1:
        raise ConfigError(f"a confidence level lies between 0 and 1, got {level}", key="level")
    return float(level)


def checked_method(method: str, known: Iterable[str]) -> str:
    """``method`` itself; raises `ConfigError` with the nearest valid name."""
    known = tuple(known)
    if method not in known:
        raise ConfigError(f"{method!r} is not a method; choose one of {', '.join(known)}", key="method")
    return method
