"""The season of regions with years of history, where the last weeks agree with it.

A season learned from years helps only while the level is the one of those years. After a lasting change it
goes on to alarm, for a year and longer; so a region is judged by its season only where the weeks between
those it was fitted to and the judged one came out as expected. All of these weeks are judged by one fit.
"""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from analysis.rates.inputs import Floats
from analysis.weeks import Week

from .expectation import Expectation
from .series import Series

__all__ = ["Bools", "Seasons", "seasons"]

YEARS, SKIP = 5, 8  # references: so many years, without so many weeks before the judged one
AGREE = 2.0  # standard errors between the weeks not fitted and what was expected of them
FEW = 3.0  # expected a week; with fewer a season cannot be told from chance

Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class Seasons:
    """used : per region, whether it is judged by its season. means : expected, weeks x regions, the last row
    the reported week. variance : of their logarithm. dispersion, df, weeks, events : as in `Expectation`."""

    used: Bools
    means: Floats
    variance: Floats
    dispersion: Floats
    df: Floats
    weeks: Floats
    events: Floats

    def instead(self, other: Expectation, back: int) -> Expectation:
        """``other`` with the season in its place where it is used; ``back`` weeks before the reported one."""
        if back >= len(self.means) or not self.used.any():
            return other
        mean = self.means[-1 - back]
        own = Expectation(
            mean=mean, worth=self.dispersion / np.maximum(mean * self.variance, 1e-12),
            dispersion=self.dispersion, df=self.df, weeks=self.weeks, events=self.events,
            middle=mean, fitted=np.ones(len(mean), dtype=bool),
        )  # fmt: skip
        return Expectation(
            **{f.name: np.where(self.used, getattr(own, f.name), getattr(other, f.name)) for f in fields(own)}
        )


def seasons(series: Series, week: Week, min_years: int) -> Seasons:
    """From all the weeks of the series before the last."""
    from analysis.detectors.seasonal import season_of_last

    index = pd.date_range(end=pd.Timestamp(week.first_day), periods=len(series.past), freq="7D")
    year = series.past[-53:-1]
    enough = np.nan_to_num(year).sum(axis=0) >= FEW / 2 * (~np.isnan(year)).sum(axis=0)
    found = season_of_last(
        pd.DataFrame(np.where(enough, series.past, np.nan), index=index), years=max(YEARS, min_years),
        min_years=min_years, skip=SKIP,
    )  # fmt: skip
    means = np.vstack([found.lately.T, found.mean])
    lately = series.past[-1 - SKIP : -1]
    seen = ~np.isnan(lately)
    number = seen.sum(axis=0)
    expected = np.where(seen, means[:-1], 0.0).sum(axis=0)
    error = np.sqrt(found.dispersion * expected + expected**2 * found.variance)
    with np.errstate(invalid="ignore"):
        agree = np.abs(np.where(seen, lately, 0.0).sum(axis=0) - expected) <= AGREE * error
    return Seasons(
        used=agree & (number > SKIP // 2) & (found.mean >= FEW), means=means, variance=found.variance,
        dispersion=found.dispersion, df=found.df, weeks=found.weeks, events=found.events,
    )  # fmt: skip
