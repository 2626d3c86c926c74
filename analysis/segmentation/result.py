"""`Segmentation`: what `segment` found, for one series or a table of them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..display import records_frame, table_html, told_frame
from ..estimates import Estimate

__all__ = ["Change", "Segmentation"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One change of level.

    region : name of the series.
    position : row of the table where the new level starts, from 0.
    date : label of that row: a day where the index holds dates, else the label as it is.
    earliest, latest : labels of the range it may have begun in.
    before, after : levels of the neighbouring segments, per observation of exposure 1.
    rate_ratio : after over before, for counts; None for other numbers or where nothing came before.
    difference : after minus before, for numbers; None for counts.
    p_value : chance that the two neighbouring segments, were they one, would show such a change anywhere.
    """

    region: str
    position: int
    date: Any
    earliest: Any
    latest: Any
    before: Estimate
    after: Estimate
    rate_ratio: Estimate | None
    difference: Estimate | None
    p_value: float


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Segmentation:
    """Changes of level in every series of a table.

    changes : name of a series -> its changes, in order; empty where the level did not change.
    fitted : level at every position, positions x series, per observation of exposure 1 (periodic factors
        taken out); NaN where a series has no value at all.
    dispersion : per series, what the noise was taken to be: long-run variance over mean for counts, long-run
        variance for numbers.
    penalty : per series, the gain a change had to reach [twice log likelihood over dispersion].
    years : per series, its length in years of 365 positions, to which the false-change rate refers.
    factors : phases x series, the periodic pattern that was taken out; None without a cycle.
    family, min_days, false_changes_per_year, level : as asked for.
    """

    changes: Mapping[str, tuple[Change, ...]]
    fitted: pd.DataFrame
    dispersion: "pd.Series[float]"
    penalty: "pd.Series[float]"
    years: "pd.Series[float]"
    factors: pd.DataFrame | None
    family: str
    min_days: int
    false_changes_per_year: float
    level: float

    @property
    def regions(self) -> tuple[str, ...]:
        """Names of the series, in order."""
        return tuple(self.changes)

    @property
    def all_changes(self) -> tuple[Change, ...]:
        """Every change of every series, in the order of series and time."""
        return tuple(change for found in self.changes.values() for change in found)

    @property
    def positions(self) -> "list[int]":
        """Rows at which a new level starts; for one series only. Raises ValueError for a table."""
        if len(self.changes) != 1:
            raise ValueError("positions speak of one series; use for_region(name) or to_frame()")
        return [change.position for change in self.all_changes]

    @property
    def dates(self) -> "list[dt.date | Any]":
        """Labels at which a new level starts; for one series only. Raises ValueError for a table."""
        if len(self.changes) != 1:
            raise ValueError("dates speak of one series; use for_region(name) or to_frame()")
        return [change.date for change in self.all_changes]

    def for_region(self, region: str) -> "Segmentation":
        """The same for one series. Raises KeyError with the known names."""
        if region not in self.changes:
            raise KeyError(f"no series is called {region!r}; known: {', '.join(list(self.changes)[:12])}")
        place = slice(self.regions.index(region), self.regions.index(region) + 1)
        return Segmentation(
            changes={region: self.changes[region]}, fitted=self.fitted.iloc[:, place],
            dispersion=self.dispersion.iloc[place], penalty=self.penalty.iloc[place],
            years=self.years.iloc[place],
            factors=None if self.factors is None else self.factors.iloc[:, place],
            family=self.family, min_days=self.min_days,
            false_changes_per_year=self.false_changes_per_year, level=self.level,
        )  # fmt: skip

    def to_frame(self) -> pd.DataFrame:
        """One row per change: region, position, date, earliest, latest, levels, ratio or difference, p."""
        frame = records_frame(Change, self.all_changes)
        unwanted = "difference" if self.family == "counts" else "rate_ratio"
        return frame[[column for column in frame.columns if not column.startswith(unwanted)]]

    def __repr__(self) -> str:
        changes = len(self.all_changes)
        steps = "1 change" if changes == 1 else f"{changes} changes"
        if len(self.changes) == 1 and 0 < changes <= 6:
            steps += " at " + ", ".join(str(change.date) for change in self.all_changes)
        series = "1 series" if len(self.changes) == 1 else f"{len(self.changes)} series"
        return (
            f"Segmentation({series} of {len(self.fitted)}, {self.family}: {steps}; "
            f"{self.false_changes_per_year:g} false changes expected a year)"
        )

    def _repr_html_(self) -> str:
        told = told_frame(self.all_changes)
        unwanted = "difference" if self.family == "counts" else "rate_ratio"
        return table_html(told.drop(columns=unwanted, errors="ignore"), repr(self))


def stepped(starts: list[int], levels: list[float], size: int) -> np.ndarray:
    """Levels held from each start to the next."""
    lengths = np.diff([*starts, size])
    return np.repeat(levels, lengths)
