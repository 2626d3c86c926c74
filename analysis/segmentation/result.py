"""`Segmentation`: what `segment` found, for one series or a table of them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..display import records_frame, table_html, told_frame
from ..estimates import Estimate
from .slopes import Joint, Slope

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
    """Changes of level, or slopes and joints, in every series of a table.

    changes : name of a series -> its changes of level, in order; empty where the level did not change.
    slopes : name of a series -> its stretches of steady growth; empty where it is told as levels.
    joints : name of a series -> where its slope changes.
    fitted : level at every position, positions x series, per observation of exposure 1 (periodic factors
        taken out); NaN where a series has no value at all.
    dispersion : per series, what the noise was taken to be: long-run variance over mean for counts, long-run
        variance for numbers.
    penalty : per series, the gain a change had to reach [twice log likelihood over dispersion].
    years : per series, its length in years of 365 positions, to which the false-change rate refers.
    factors : phases x series, the periodic pattern that was taken out; None without a cycle.
    shape, family, min_days, false_changes_per_year, level : as asked for.
    """

    changes: Mapping[str, tuple[Change, ...]]
    slopes: Mapping[str, tuple[Slope, ...]]
    joints: Mapping[str, tuple[Joint, ...]]
    fitted: pd.DataFrame
    dispersion: "pd.Series[float]"
    penalty: "pd.Series[float]"
    years: "pd.Series[float]"
    factors: pd.DataFrame | None
    shape: str
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
    def all_slopes(self) -> tuple[Slope, ...]:
        """Every stretch of steady growth or decline, in the order of series and time."""
        return tuple(slope for found in self.slopes.values() for slope in found)

    @property
    def all_joints(self) -> tuple[Joint, ...]:
        """Every change of slope, in the order of series and time."""
        return tuple(joint for found in self.joints.values() for joint in found)

    @property
    def _places(self) -> "list[Change | Joint]":
        return [*self.all_changes, *self.all_joints]

    @property
    def positions(self) -> "list[int]":
        """Rows at which a new level or slope starts; for one series only. Raises ValueError for a table."""
        if len(self.changes) != 1:
            raise ValueError("positions speak of one series; use for_region(name) or to_frame()")
        return [place.position for place in self._places]

    @property
    def dates(self) -> "list[dt.date | Any]":
        """Labels at which a new level or slope starts; for one series only. Raises ValueError for a table."""
        if len(self.changes) != 1:
            raise ValueError("dates speak of one series; use for_region(name) or to_frame()")
        return [place.date for place in self._places]

    def for_region(self, region: str) -> "Segmentation":
        """The same for one series. Raises KeyError with the known names."""
        if region not in self.changes:
            raise KeyError(f"no series is called {region!r}; known: {', '.join(list(self.changes)[:12])}")
        place = slice(self.regions.index(region), self.regions.index(region) + 1)
        return Segmentation(
            changes={region: self.changes[region]}, slopes={region: self.slopes[region]},
            joints={region: self.joints[region]}, fitted=self.fitted.iloc[:, place],
            dispersion=self.dispersion.iloc[place], penalty=self.penalty.iloc[place],
            years=self.years.iloc[place],
            factors=None if self.factors is None else self.factors.iloc[:, place],
            shape=self.shape, family=self.family, min_days=self.min_days,
            false_changes_per_year=self.false_changes_per_year, level=self.level,
        )  # fmt: skip

    def to_frame(self, kind: Literal["changes", "slopes", "joints"] | None = None) -> pd.DataFrame:
        """One row per change of level, slope or joint; None: slopes for shape "trend", else changes.

        Estimates take three columns each: value, low, high. Raises ValueError for another kind.
        """
        kind = kind or ("slopes" if self.shape == "trend" else "changes")
        if kind == "slopes":
            return records_frame(Slope, self.all_slopes)
        if kind == "joints":
            return records_frame(Joint, self.all_joints)
        if kind != "changes":
            raise ValueError(f"kind is 'changes', 'slopes' or 'joints', got {kind!r}")
        frame = records_frame(Change, self.all_changes)
        unwanted = "difference" if self.family == "counts" else "rate_ratio"
        return frame[[column for column in frame.columns if not column.startswith(unwanted)]]

    def __repr__(self) -> str:
        told = [] if self.shape == "trend" else [_told("change", self.all_changes, len(self.changes))]
        if self.shape == "trend" or self.all_slopes:
            told += [_told("slope", self.all_slopes, 0), _told("joint", self.all_joints, len(self.changes))]
        series = "1 series" if len(self.changes) == 1 else f"{len(self.changes)} series"
        return (
            f"Segmentation({series} of {len(self.fitted)}, {self.family}: {', '.join(told)}; "
            f"{self.false_changes_per_year:g} false changes expected a year)"
        )

    def _repr_html_(self) -> str:
        unwanted = "difference" if self.family == "counts" else "rate_ratio"
        parts = []
        if self.all_changes or not self.all_slopes:
            told = told_frame(self.all_changes)
            parts.append(table_html(told.drop(columns=unwanted, errors="ignore"), repr(self)))
        if self.all_slopes:
            parts.append(table_html(told_frame(self.all_slopes), "Slopes" if parts else repr(self)))
        if self.all_joints:
            parts.append(table_html(told_frame(self.all_joints), "Joints"))
        return "".join(parts)


def _told(word: str, records: "tuple[Change | Slope | Joint, ...]", series: int) -> str:
    """How many, and for one series when."""
    number = f"1 {word}" if len(records) == 1 else f"{len(records)} {word}s"
    dates = [str(record.date) for record in records if not isinstance(record, Slope)]
    return f"{number} at {', '.join(dates)}" if series == 1 and 0 < len(dates) <= 6 else number


def stepped(starts: list[int], levels: list[float], size: int) -> np.ndarray:
    """Levels held from each start to the next."""
    lengths = np.diff([*starts, size])
    return np.repeat(levels, lengths)
