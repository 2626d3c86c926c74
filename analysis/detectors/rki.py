"""The rule once used at the Robert Koch Institute: a count against the upper limit of the weeks like it."""

from typing import Any

import numpy as np
import pandas as pd

from ._frames import answer, counts_of
from ._windows import windows

__all__ = ["rki"]

# Upper 95 % limits of a Poisson mean after 0, 1, …, 20 events (Crow and Gardner 1959, rounded up).
_LIMITS = np.array(
    [
        3.285, 5.323, 6.686, 8.102, 9.598, 11.177, 12.817, 13.765, 14.921, 16.768, 17.633,
        19.050, 20.335, 21.364, 22.945, 23.762, 25.400, 26.306, 27.735, 28.966, 30.017,
    ]
)  # fmt: skip
_LARGE = 20  # from here on two standard deviations


def rki(
    counts: Any,
    *,
    years: int = 2,
    half_window: int = 4,
    recent: bool = False,
    period: int | None = None,
    last: int | None = None,
) -> pd.DataFrame:
    """Counts above the upper limit of their references: a Poisson table, or two standard deviations.

    counts : Series, or DataFrame with a column per region, one row per week (or day, or month); NaN where
        nothing was observed.
    years, half_window, recent : references are the positions up to ``half_window`` to either side of the same
        date in this many earlier years; with ``recent`` also the ``half_window`` positions just before. The
        three published forms are (0, 6, True), (1, 6, True) and (2, 4, False).
    period : positions in a year; None looks dates up in an index of dates, and means 52 otherwise.
    last : judge only so many last positions.

    Where the references have a mean of 20 or less the limit is that of Crow and Gardner for the mean rounded
    down; above, mean plus two standard deviations. A simple rule for comparison with earlier systems; it
    knows neither season nor trend. On steady counts of mean 1 to 20 it alarms on 1 to 4 % of positions at
    dispersion 1 and on 4 to 9 % at dispersion 2 (simulated).

    Returns expected (the mean of the references), upper, score ((count - expected) / (upper - expected), NaN
    where upper is not above expected), alarm (count above ``upper``) and note (why there is no answer); for a
    DataFrame with columns (quantity, region), so that ``result["alarm"]`` is positions x regions.

    Raises `NotEnoughDataError` where no position has the history, `InputError`, `ConfigError`.
    Source: Stroup, Williamson, Herndon and Karon (1989) for the kind; Höhle (2007) for the rule.
    """
    given = counts_of(counts)
    found = windows(given, years=years, half_window=half_window, recent=recent, period=period, last=last)
    y, expected = given.values, found.mean
    table = _LIMITS[np.clip(np.nan_to_num(expected), 0, _LARGE).astype(int)]
    upper = np.where(expected > _LARGE, expected + 2 * np.sqrt(found.variance), table)
    upper = np.where(np.isnan(expected), np.nan, upper)
    with np.errstate(invalid="ignore", divide="ignore"):
        score = np.where(upper > expected, (y - expected) / (upper - expected), np.nan)
    return answer(given, expected=expected, upper=upper, score=score, alarm=y > upper, note=found.note)
