"""The weeks of a panel as arrays."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.rates.inputs import Floats
from analysis.weeks import Week

if TYPE_CHECKING:
    from analysis.panel import Panel

__all__ = ["COMPLETE", "Series", "recent", "weekly_series"]

COMPLETE = 0.95  # with fewer of a week's reports in, a low count may only be an early one


@dataclass(frozen=True)
class Series:
    """Weeks x regions, oldest first, the reported week last.

    codes : one per region.
    figure, low, high : what was reported, and its bounds; high may be inf. NaN where a day is not observed.
    past : the figure as history; NaN also where reports of the week are still coming in.
    complete : per week, share of its reports that can be expected to be in; 1 where not known.
    """

    codes: tuple[str, ...]
    figure: Floats
    low: Floats
    high: Floats
    past: Floats
    complete: Floats


def recent(panel: "Panel", week: Week, weeks: int) -> "Panel":
    """The panel without the days that `weekly_series` does not read."""
    span = slice(pd.Timestamp(week.shift(1 - weeks).first_day), pd.Timestamp(week.last_day))
    return replace(
        panel, counts=panel.counts.loc[span], low=panel.low.loc[span], high=panel.high.loc[span],
        observed=panel.observed.loc[span],
    )  # fmt: skip


def weekly_series(panel: "Panel", week: Week, weeks: int) -> Series:
    """The last ``weeks`` weeks, ``week`` included; those before the panel begins are NaN."""
    days = pd.date_range(week.shift(1 - weeks).first_day, week.last_day, freq="D")
    rows = pd.DatetimeIndex(panel.counts.index).get_indexer(days)
    full = _sums(panel.observed, rows) == 7
    figure, low, high = (
        np.where(full, _sums(frame, rows), np.nan) for frame in (panel.counts, panel.low, panel.high)
    )
    complete = _completeness(panel, week, weeks)
    return Series(
        codes=tuple(map(str, panel.counts.columns)), figure=figure, low=low, high=high,
        past=np.where((complete >= COMPLETE)[:, None], figure, np.nan), complete=complete,
    )  # fmt: skip


def _sums(frame: pd.DataFrame, rows: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> Floats:
    """Weeks x regions; rows of -1 count nothing."""
    values = np.where((rows >= 0)[:, None], frame.to_numpy(dtype=float)[rows], 0.0)
    return np.asarray(values.reshape(-1, 7, frame.shape[1]).sum(axis=1).round(9))


def _completeness(panel: "Panel", week: Week, weeks: int) -> Floats:
    """Per week; older weeks are not asked for once one is complete."""
    shares = np.ones(weeks)
    for back in range(weeks):
        one = week.shift(-back)
        share = panel.completeness(one.first_day, one.last_day)
        if share is None or (back and share >= COMPLETE):
            break
        shares[-1 - back] = share
    return shares
