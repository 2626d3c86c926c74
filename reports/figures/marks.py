"""What more than one figure draws, and the daily series they draw it from."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.errors import UnknownRegionError
from analysis.findings import TOTAL, UNALLOCATED
from analysis.numbers import count_text
from analysis.panel import Panel
from reports.theme import Theme

from .canvas import SMALL
from .scales import count_ticks, day_number, day_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import PathPatch

__all__ = [
    "axis_frame",
    "boxes",
    "daily",
    "day_bars",
    "legend_key",
    "not_covered",
    "region_name",
    "runs",
    "units_across",
    "units_up",
    "window",
]


def daily(panel: Panel, region: str) -> "pd.Series[float]":
    """The counts of a region, of `TOTAL` or of `UNALLOCATED` by day; NaN where not observed.

    Raises UnknownRegionError.
    """
    if region == TOTAL:
        values = panel.counts.sum(axis=1) + panel.unallocated["best"]
        return values.where(panel.observed.any(axis=1) | (values > 0)).round(9)
    if region == UNALLOCATED:
        return panel.unallocated["best"].astype(float)
    if region not in panel.counts.columns:
        raise UnknownRegionError(region, [*panel.counts.columns, TOTAL, UNALLOCATED])
    return panel.counts[region].where(panel.observed[region])


def region_name(panel: Panel, region: str) -> str:
    """As printed above a panel."""
    return {TOTAL: "All regions", UNALLOCATED: "No region given"}.get(region) or panel.name_of(region)


def window(values: "pd.Series[float]", last: dt.date, days: int | None) -> "pd.Series[float]":
    """The last ``days`` days up to ``last`` (all of them for None); at least one day is kept."""
    kept = values.loc[: pd.Timestamp(last)]
    kept = kept if len(kept) else values.iloc[:1]
    return kept if days is None else kept.iloc[-days:]


def runs(flags: "np.ndarray[Any, np.dtype[np.bool_]]") -> list[tuple[int, int]]:
    """First and last position of every unbroken run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(int), [0]))))
    return [(int(first), int(after) - 1) for first, after in zip(edges[::2], edges[1::2], strict=True)]


def units_across(ax: "Axes") -> float:
    """Width of the axes in units (points)."""
    return float(ax.bbox.width) * 72 / float(ax.figure.dpi)


def units_up(ax: "Axes") -> float:
    """Height of the axes in units (points)."""
    return float(ax.bbox.height) * 72 / float(ax.figure.dpi)


def boxes(ax: "Axes", corners: "np.ndarray[Any, np.dtype[np.float64]]", **look: Any) -> "PathPatch":
    """All rectangles (rows of left, bottom, right, top) as one path."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    left, bottom, right, top = corners.T
    points = np.stack([left, bottom, left, top, right, top, right, bottom, left, bottom], axis=1)
    codes = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY] * len(corners)
    patch = PathPatch(Path(points.reshape(-1, 2), codes), **{"linewidth": 0, **look})
    ax.add_artist(patch)
    return patch


def day_bars(ax: "Axes", values: "pd.Series[float]", **look: Any) -> "PathPatch | None":
    """One bar per day with something to show, as one path; None where there is nothing."""
    shown = values[values > 0]
    if not len(shown):
        return None
    # a gap only where bars are wide enough for one to be seen
    wide = units_across(ax) / float(np.ptp(ax.get_xlim()))
    half = 0.41 if wide >= 2 else max(0.5, 0.4 / wide)  # never thinner than 0.8 units: a day must be seen
    x = np.array([day_number(day) for day in pd.DatetimeIndex(shown.index)], dtype=float)
    height = shown.to_numpy(dtype=float)
    return boxes(ax, np.column_stack([x - half, np.zeros_like(x), x + half, height]), **look)


def axis_frame(
    ax: "Axes", first: dt.date, last: dt.date, top: float, theme: Theme, *, ticks: int, levels: int = 4
) -> None:
    """Days across, counts from 0 up to ``top``, light lines behind, no box."""
    light = theme.light
    ax.set_xlim(day_number(first) - 0.6, day_number(last) + 0.6)
    heights = count_ticks(top, levels)
    ax.set_ylim(0, max(top, heights[-1]))
    ax.set_yticks(heights, [count_text(height) for height in heights])
    places, labels = day_ticks(first, last, ticks)
    ax.set_xticks(places, labels, linespacing=1.1)
    ax.tick_params(axis="both", length=0, labelsize=SMALL, labelcolor=light["muted"], pad=4)
    ax.tick_params(axis="x", length=3.5, color=light["muted"], width=0.8)
    ax.grid(visible=True, axis="y", color=light["rule"], linewidth=0.6)
    ax.set_axisbelow(True)
    ax.patch.set_visible(False)
    for side, spine in ax.spines.items():
        spine.set_visible(side == "bottom")
        spine.set(color=light["muted"], linewidth=0.8)


def not_covered(ax: "Axes", values: "pd.Series[float]", theme: Theme) -> list[tuple[dt.date, dt.date]]:
    """Hatch the days that are not observed over the whole height; returns the spans."""
    days = pd.DatetimeIndex(values.index)
    spans = runs(values.isna().to_numpy())
    if spans:
        top = ax.get_ylim()[1]
        sides = [(day_number(days[a]) - 0.5, 0.0, day_number(days[b]) + 0.5, top) for a, b in spans]
        light = theme.light
        boxes(
            ax, np.array(sides), facecolor=light["missing"], edgecolor=light["grey"], hatch="///", zorder=0.6
        )
    return [(days[a].date(), days[b].date()) for a, b in spans]


def legend_key(
    ax: "Axes", entries: Sequence[tuple[dict[str, Any], str]], theme: Theme, *, left: float, y: float
) -> float:
    """Small squares with words, from ``left`` on, ``y`` units above the axes' foot; returns their end."""
    from matplotlib.patches import Rectangle

    from .canvas import text_width

    across, up = units_across(ax), units_up(ax)
    for look, words in entries:
        ax.add_artist(
            Rectangle((left / across, (y - 1) / up), 10 / across, 10 / up, transform=ax.transAxes,
                      clip_on=False, **{"linewidth": 0, **look})
        )  # fmt: skip
        ax.text((left + 14) / across, y / up, words, transform=ax.transAxes, size=SMALL,
                color=theme.light["muted"], va="baseline", clip_on=False)  # fmt: skip
        left += 14 + text_width(words, SMALL) + 14
    return left
