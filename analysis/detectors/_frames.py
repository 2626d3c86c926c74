"""What every detector takes and gives: counts checked, answers laid out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import ConfigError, InputError, NotEnoughDataError

__all__ = [
    "MISSING",
    "Bools",
    "Counts",
    "Floats",
    "answer",
    "between",
    "chosen",
    "counts_of",
    "expectation",
    "whole",
]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]

MISSING = "not observed"


@dataclass(frozen=True)
class Counts:
    """Counts ready for a detector.

    table : positions x columns, floats >= 0; NaN where nothing was observed.
    single : a Series was given, so the answer has plain columns.
    """

    table: pd.DataFrame
    single: bool

    @property
    def values(self) -> Floats:
        """Positions x columns."""
        return self.table.to_numpy(dtype=float)

    @property
    def index(self) -> pd.Index:
        """Names of the positions."""
        return self.table.index


def counts_of(counts: Any) -> Counts:
    """Check what was given. Raises `InputError` where it is no Series, frame or sequence of counts."""
    single = not isinstance(counts, pd.DataFrame)
    try:
        table = (pd.Series(counts).astype(float).to_frame("count") if single else counts.astype(float)).copy()
    except (TypeError, ValueError) as error:
        raise InputError(f"a detector wants a Series or a DataFrame of counts: {error}.") from None
    values = table.to_numpy()
    if np.isinf(values).any() or (values < 0).any():
        raise InputError("counts are finite and not negative; mark a missing one as NaN.")
    if table.columns.has_duplicates or table.index.has_duplicates:
        raise InputError("a detector wants every position and every column once.")
    if not isinstance(table.index, pd.MultiIndex) and not table.index.is_monotonic_increasing:
        raise InputError("a detector wants the positions in order; sort the index first.")
    if table.empty:
        raise NotEnoughDataError("there are no counts to judge.")
    return Counts(table, single)


def answer(
    counts: Counts, *, expected: Floats, upper: Floats, score: Floats, alarm: Bools, note: Words
) -> pd.DataFrame:
    """The frame a detector returns: quantities as columns, or quantities x regions for a frame."""
    parts = {"expected": expected, "upper": upper, "score": score, "alarm": alarm, "note": note}
    columns = counts.table.columns
    frames = {name: pd.DataFrame(part, index=counts.index, columns=columns) for name, part in parts.items()}
    frames["note"] = frames["note"].astype(str)
    if counts.single:
        return pd.DataFrame({name: frame["count"] for name, frame in frames.items()})
    return pd.concat(frames, axis=1, names=["quantity", *columns.names])


def expectation(counts: Counts, expected: Any, training: int | None) -> tuple[Floats, int, Words]:
    """The in-control mean of every position, the first position to judge, and why not where there is none.

    expected : None (the mean of the training positions), a number, one number per column (a Series by
        column name), one per position (a Series by position), or positions x columns.
    training : positions at the start that are not judged; by default the first half where the mean comes
        from them, none where it is given.
    """
    shape = counts.values.shape
    start = training if training is not None else shape[0] // 2 if expected is None else 0
    if not 0 <= start < shape[0] or (start == 0 and expected is None):
        raise NotEnoughDataError(
            f"{shape[0]} positions leave none to judge after {start} for training, or none to learn from."
        )
    note = np.full(shape, "", dtype=object)
    note[:start] = "training"
    if expected is None:
        known = ~np.isnan(counts.values[:start])
        total, seen = np.where(known, counts.values[:start], 0.0).sum(axis=0), known.sum(axis=0)
        mean = np.broadcast_to(np.where(total > 0, total / np.maximum(seen, 1), np.nan), shape).copy()
    else:
        mean = _given(counts, expected)
    note[start:][np.isnan(mean[start:])] = "no events to learn the usual level from"
    return mean, start, note


def _given(counts: Counts, expected: Any) -> Floats:
    table = counts.table
    if isinstance(expected, pd.DataFrame):
        expected = expected.reindex(index=table.index, columns=table.columns)
    elif isinstance(expected, pd.Series) and not counts.single and table.columns.isin(expected.index).all():
        expected = expected.reindex(table.columns)
    elif isinstance(expected, pd.Series):
        expected = expected.reindex(table.index).to_numpy(dtype=float)[:, None]
    elif np.ndim(expected) == 1:
        expected = np.asarray(expected, dtype=float)[:, None]
    try:
        mean = np.broadcast_to(np.asarray(expected, dtype=float), table.shape).copy()
    except (TypeError, ValueError):
        raise InputError(f"expected has to fit the counts, {table.shape[0]} x {table.shape[1]}.") from None
    if not ((mean > 0) & np.isfinite(mean)).all():
        raise InputError("expected has to be finite and above zero at every position.")
    return mean


def chosen(name: str, value: str, known: tuple[str, ...]) -> str:
    """``value`` itself; raises `ConfigError` with the nearest valid one."""
    if value not in known:
        raise ConfigError(f"{name} is not {value!r}", key=name, valid=known, value=value)
    return value


def between(name: str, value: float, low: float, high: float = np.inf) -> float:
    """``value`` itself; raises `ConfigError` unless strictly between the two."""
    if not low < value < high:
        bounds = f"above {low:g}" if np.isinf(high) else f"between {low:g} and {high:g}"
        raise ConfigError(f"{name} lies {bounds}, got {value}", key=name)
    return float(value)


def whole(name: str, value: int, least: int) -> int:
    """``value`` itself; raises `ConfigError` unless a whole number of at least ``least``."""
    if value != int(value) or value < least:
        raise ConfigError(f"{name} is a whole number of at least {least}, got {value}", key=name)
    return int(value)
