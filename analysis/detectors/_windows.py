"""Mean and spread of the weeks around the same date of earlier years, and of the weeks just before."""

from dataclasses import dataclass

import numpy as np

from ..errors import ConfigError, NotEnoughDataError
from ._frames import MISSING, Counts, Floats, Words, whole
from ._references import Ints, steps_back

__all__ = ["Windows", "windows"]


@dataclass(frozen=True)
class Windows:
    """Of every position x column: observed references, their events, and their mean square about the mean.

    n is 0 and the rest NaN where a position has no full history. note : why there is no answer.
    """

    n: Floats
    events: Floats
    variance: Floats
    note: Words

    @property
    def mean(self) -> Floats:
        """Events per observed reference."""
        return np.asarray(self.events / np.where(self.n > 0, self.n, np.nan))


def windows(
    given: Counts, *, years: int, half_window: int, recent: bool, period: int | None, last: int | None
) -> Windows:
    """Gather the references of every position, or of the ``last`` ones.

    Raises `ConfigError` where there is nothing to compare with, `NotEnoughDataError` where no position has
    the history.
    """
    whole("years", years, 0)
    whole("half_window", half_window, 1 if recent else 0)
    if not years and not recent:
        raise ConfigError("with no earlier years the recent positions are needed", key="years")
    y = given.values
    rows = np.arange(len(y))[-whole("last", len(y) if last is None else last, 1) :]
    steps = steps_back(given.index, max(years, 1), period)[:, :years]
    far = steps[:, -1] if years else np.zeros(len(y), dtype=np.int64)
    full = rows[rows - far[rows] - half_window >= 0]
    if not full.size:
        raise NotEnoughDataError(
            f"{len(y)} positions are too few: the last one needs {half_window} positions before "
            f"{f'the same date {years} years earlier' if years else 'it'}."
        )
    found = Windows(
        n=np.zeros(y.shape), events=np.full(y.shape, np.nan), variance=np.full(y.shape, np.nan),
        note=_notes(y, rows, full),
    )  # fmt: skip
    patterns, which = np.unique(steps[full], axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        _fill(found, y, full[which.ravel() == number], _back(pattern, half_window, recent))
    found.note[(found.n == 0) & (found.note == "")] = "no observed references"
    return found


def _notes(y: Floats, rows: Ints, full: Ints) -> Words:
    note = np.full(y.shape, "too little history", dtype=object)
    note[: rows[0]] = "not asked for"
    note[full] = np.where(np.isnan(y[full]), MISSING, "")
    return note


def _back(steps: Ints, half_window: int, recent: bool) -> Ints:
    around = np.arange(-half_window, half_window + 1)
    past = (around - steps[:, None]).ravel()
    before = np.arange(-half_window, 0) if recent else np.arange(0)
    return np.unique(np.concatenate([past[past < 0], before]))


def _fill(found: Windows, y: Floats, at: Ints, back: Ints) -> None:
    """Two passes over the distances, so that no positions x references x columns are held at once."""
    n, events, squares = (np.zeros((len(at), y.shape[1])) for _ in range(3))
    for distance in back:
        past = y[at + distance]
        n += ~np.isnan(past)
        events += np.nan_to_num(past)
    mean = events / np.maximum(n, 1)
    for distance in back:
        squares += np.nan_to_num((y[at + distance] - mean) ** 2)
    found.n[at], found.events[at] = n, np.where(n > 0, events, np.nan)
    found.variance[at] = np.where(n > 1, squares / np.maximum(n - 1, 1), np.nan)
