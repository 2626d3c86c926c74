"""Any series or table of series as rows of equal length, missing positions left out."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError

__all__ = ["Rows", "as_table", "pack", "period_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """Series x positions, used positions first.

    values : 0 behind the end of a series.
    weights : exposure; 0 behind the end.
    lengths : used positions of each series.
    places : position in the table each value came from.
    """

    values: Floats
    weights: Floats
    lengths: NDArray[np.int64]
    places: NDArray[np.int64]

    @property
    def used(self) -> NDArray[np.bool_]:
        """Where a value is."""
        return np.arange(self.values.shape[1])[None, :] < self.lengths[:, None]


def as_table(values: ArrayLike | pd.Series | pd.DataFrame) -> pd.DataFrame:
    """Positions x series, floats. Raises `InputError` where that is impossible."""
    try:
        if isinstance(values, pd.DataFrame):
            table = values.astype(float)
        elif isinstance(values, pd.Series):
            table = values.astype(float).to_frame("value" if values.name is None else values.name)
        else:
            array = np.asarray(values, dtype=float)
            if array.ndim not in (1, 2):
                raise InputError(
                    f"segment wants one series or a table of series, got {array.ndim} dimensions."
                )
            table = pd.DataFrame(array if array.ndim == 2 else array[:, None])
            if array.ndim == 1:
                table.columns = ["value"]
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"segment wants numbers: {error}.") from error
    if np.isinf(table.to_numpy()).any():
        raise InputError("segment wants finite numbers; mark a missing value as NaN.")
    if table.columns.has_duplicates:
        raise InputError("segment wants a name of its own for every column.")
    index = table.index
    if isinstance(index, (pd.DatetimeIndex, pd.PeriodIndex)) and not index.is_monotonic_increasing:
        raise InputError("segment wants the dates in order; sort the index first.")
    return table


def pack(table: pd.DataFrame, exposure: ArrayLike | None) -> Rows:
    """Rows for the search. A missing value, or exposure 0, is a position left out.

    Raises `InputError` for an exposure of another shape, or a negative one.
    """
    values = table.to_numpy(dtype=float).T.copy()
    weights = np.ones_like(values)
    if exposure is not None:
        given = np.asarray(exposure, dtype=float)
        if given.shape not in (table.shape, table.shape[:1]):
            raise InputError(f"exposure must have the shape of the values {table.shape}, got {given.shape}.")
        if np.nanmin(given, initial=0.0) < 0 or np.isinf(given).any():
            raise InputError("exposure must be finite and not negative.")
        weights *= np.nan_to_num(given.T if given.ndim == 2 else given[None, :])
    used = np.isfinite(values) & (weights > 0)
    lengths = used.sum(axis=1)
    places = np.broadcast_to(np.arange(values.shape[1]), values.shape)
    values, weights = np.where(used, values, 0.0), np.where(used, weights, 0.0)
    if not used.all():
        places = np.argsort(~used, axis=1, kind="stable")
        values = np.take_along_axis(values, places, axis=1)
        weights = np.take_along_axis(weights, places, axis=1)
    return Rows(values, weights, lengths, places)


def period_of(index: pd.Index) -> tuple[int, NDArray[np.int64]] | None:
    """Length of the usual cycle and the phase of every position: weekdays of days, months of months."""
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    if not isinstance(index, pd.DatetimeIndex) or len(index) < 3:
        return None
    if index.tz is not None:
        index = index.tz_localize(None)
    step = np.median(np.diff(index.to_numpy()) / np.timedelta64(1, "D"))
    if step == 1:
        return 7, index.day_of_week.to_numpy().astype(np.int64)
    if 28 <= step <= 31:
        return 12, index.month.to_numpy().astype(np.int64) - 1
    return None


def label_date(label: object) -> dt.date | None:
    """The day a label of the index stands for; None where it is no date."""
    if isinstance(label, pd.Period):
        return label.start_time.date()
    if isinstance(label, pd.Timestamp):
        return label.date()
    return label if isinstance(label, dt.date) else None
