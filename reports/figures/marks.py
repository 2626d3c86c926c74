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

from .canvas import SMALL, font_now, text_width
from .scales import count_ticks, day_number, day_ticks
from .shapes import boxes, units_across, units_up

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import PathPatch

__all__ = [
    "axis_frame",
    "daily",
    "day_bars",
    "legend_key",
    "missing_look",
    "not_covered",
    "region_name",
    "runs",
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


def day_bars(ax: "Axes", values: "pd.Series[float]", **look: Any) -> "PathPatch | None":
    """One bar per day with something to show, as one path; None where there is nothing."""
    shown = values[values > 0]
    if not len(shown):
        return None
    # a gap only where bars are wide enough for one to be seen
    wide = units_across(ax) / float(np.ptp(ax.get_xlim()))
    half = 0.41 if wide >= 2 else max(0.5, 0.3 / wide)  # never thinner than 0.6 units: a day must be seen
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
    ax.grid(visible=True, axis="y", color=light["rule"], linewidth=0.6)
    ax.set_axisbelow(True)
    ax.patch.set_visible(False)
    ax.tick_params(labelfontfamily=font_now())
    ax.tick_params(axis="y", length=0, labelsize=SMALL, labelcolor=light["muted"], pad=4)
    _day_axis(ax, day_ticks(first, last, ticks), theme)
    for side, spine in ax.spines.items():
        spine.set_visible(side == "bottom")
        spine.set(color=light["muted"], linewidth=0.8)


def _day_axis(ax: "Axes", ticks: Sequence[tuple[int, str, str]], theme: Theme) -> None:
    """Month or day names on one baseline, years on the next."""
    muted = theme.light["muted"]
    ax.set_xticks([place for place, _, _ in ticks], [label for _, label, _ in ticks])
    ax.tick_params(axis="x", length=3.5, color=muted, width=0.8, labelsize=SMALL, labelcolor=muted, pad=10.5)
    for label in ax.get_xticklabels():
        label.set_verticalalignment("baseline")
    for place, _, year in ticks:
        if year:
            ax.annotate(year, (place, 0), xycoords=("data", "axes fraction"), xytext=(0, -26.5), size=SMALL,
                        textcoords="offset points", color=muted, ha="center", va="baseline",
                        annotation_clip=False)  # fmt: skip


def not_covered(ax: "Axes", values: "pd.Series[float]", theme: Theme) -> int:
    """Stripe the days that are not observed over the whole height; returns how many they are."""
    days = pd.DatetimeIndex(values.index)
    spans = runs(values.isna().to_numpy())
    if spans:
        top = ax.get_ylim()[1]
        sides = [(day_number(days[a]) - 0.5, 0.0, day_number(days[b]) + 0.5, top) for a, b in spans]
        boxes(ax, np.array(sides), zorder=0.6, **missing_look(theme))
    return int(values.isna().sum())


def missing_look(theme: Theme) -> dict[str, Any]:
    """What is not covered: grey with light stripes, on which words can be read."""
    return {"facecolor": theme.light["missing"], "stripes": theme.light["rule"]}


def legend_key(
    ax: "Axes", entries: Sequence[tuple[dict[str, Any], str]], theme: Theme, *, left: float, y: float
) -> float:
    """Small squares with words, from ``left`` on, ``y`` units above the axes' foot; returns their end."""
    across, up = units_across(ax), units_up(ax)
    for look, words in entries:
        boxes(ax, np.array([[left, y - 1.0, left + 10, y + 9.0]]), in_units=True, **look)
        ax.text((left + 14) / across, y / up, words, transform=ax.transAxes, size=SMALL,
                color=theme.light["muted"], va="baseline", clip_on=False)  # fmt: skip
        left += 14 + text_width(words, SMALL) + 14
    return left
