"""The report's figures on matplotlib Axes, for notebooks and scripts.

Each takes ``ax=None``; without Axes it makes a figure of its own through pyplot (and only then), so that a
notebook shows it. Labels stand outside the Axes: leave room above them.
"""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.findings import TOTAL, Findings
from analysis.historical import historical_limits
from analysis.panel import Panel
from analysis.revisions import growth_of
from analysis.weeks import Week
from reports.boundaries import Boundaries, read_boundaries
from reports.theme import Theme

from .areas import draw_areas, proportion
from .calendar import draw_calendar
from .canvas import FULL, house_style
from .epicurve import draw_days
from .growth import draw_growth
from .levels import draw_levels, first_day
from .limits import draw_limits, enough, limits_height
from .shapes import units_up
from .tiles import draw_key, draw_tiles, extent, map_breaks, places, week_figures, week_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = [
    "plot_calendar",
    "plot_growth",
    "plot_historical_limits",
    "plot_map",
    "plot_panel",
    "plot_region",
]


def plot_panel(
    panel: Panel,
    ax: "Axes | None" = None,
    *,
    region: str = TOTAL,
    week: Week | None = None,
    weeks: int | None = None,
    theme: Theme | None = None,
) -> "Axes":
    """Daily bars with the 7-day mean of the total (or of one region).

    week : shade it and end with it. weeks : only the last so many; None = all days.
    The x axis is a date axis: dates can be drawn on it. Raises UnknownRegionError.
    """
    theme = theme or Theme()
    with house_style(theme):
        ax = _axes(ax, 3.4)
        draw_days(ax, panel, week, theme, weeks=weeks, region=region)
    return ax


def plot_region(
    source: Panel | Findings,
    region: str,
    ax: "Axes | None" = None,
    *,
    weeks: int | None = None,
    theme: Theme | None = None,
) -> "Axes":
    """Daily counts of a region; from Findings also its fitted levels and dated changes.

    Raises UnknownRegionError, and ValueError for Findings without their panel (read back from JSON).
    """
    theme = theme or Theme()
    panel = source if isinstance(source, Panel) else source.panel
    if panel is None:
        raise ValueError("these findings do not hold their panel; pass the panel, or analyse it again")
    changes = (
        [] if isinstance(source, Panel) else [c for c in source.of("change_point") if c.region == region]
    )
    changes.sort(key=lambda change: change.date)
    week = None if isinstance(source, Panel) else source.week
    first = first_day(panel, week or Week(first_day=panel.last_day - dt.timedelta(days=6)), weeks)
    with house_style(theme):
        ax = _axes(ax, 2.6)
        draw_levels(ax, panel, region, changes, week, theme, first=first, ticks=10)
    return ax


def plot_calendar(
    panel: Panel,
    region: str = TOTAL,
    ax: "Axes | None" = None,
    *,
    weeks: int = 53,
    starts_on: str = "monday",
    theme: Theme | None = None,
) -> "Axes":
    """One square per day of the last ``weeks`` weeks. Raises UnknownRegionError."""
    theme = theme or Theme()
    with house_style(theme):
        ax = _axes(ax, 2.4)
        ax.set_aspect("equal")
        draw_calendar(ax, panel, region, Week.of(panel.last_day, starts_on), theme, weeks=weeks)
    return ax


def plot_map(
    panel: Panel,
    week: Week | None = None,
    ax: "Axes | None" = None,
    *,
    boundaries: Boundaries | str | Path | None = None,
    theme: Theme | None = None,
) -> "Axes":
    """One square per region with the figure of the week; the last full week of the panel for None.

    boundaries : outlines to draw in place of squares, or the GeoJSON file that holds them, see
    `reports.boundaries.read_boundaries`; the classes are the same.
    """
    theme = theme or Theme()
    week = week or panel.last_full_week()
    if boundaries is not None:
        return _plot_areas(panel, week, ax, boundaries, theme)
    spots, _ = places(panel.regions)
    rows, columns = extent(spots)
    values, breaks = week_figures(panel, week), map_breaks(panel, week)
    with house_style(theme):
        wide = FULL / 72
        ax = _axes(ax, wide * 0.9 * rows / columns / 0.86, bottom=0.03, up=0.86)
        ax.set_aspect("equal")
        said = week_words(panel, week, values)
        draw_tiles(ax, panel, values, spots, breaks, theme, said)
        draw_key(ax, breaks, theme, said.values(), left=1, y=units_up(ax) + 10)
    return ax


def plot_growth(triangle: "pd.DataFrame", ax: "Axes | None" = None, *, theme: Theme | None = None) -> "Axes":
    """How much of a week was known by its age, from `analysis.revision_triangle`.

    Raises ValueError where fewer than four weeks were seen both at their end and later.
    """
    growth = growth_of(triangle)
    if growth is None:
        raise ValueError("too few weeks were seen both at their end and later; four are needed")
    theme = theme or Theme()
    with house_style(theme):
        ax = _axes(ax, 2.6)
        draw_growth(ax, growth, theme)
    return ax


def plot_historical_limits(
    panel: Panel,
    week: Week | None = None,
    ax: "Axes | None" = None,
    *,
    most: int = 20,
    theme: Theme | None = None,
) -> "Axes":
    """The four weeks up to ``week`` over the mean of comparable totals, see `analysis.historical`.

    week : the last full week of the panel for None. most : regions drawn, beside the total. Names and numbers
    stand left and right of the Axes: leave a quarter and a fifth of the width. Raises ValueError where the
    panel is too short for such totals, or no region has enough.
    """
    found = historical_limits(panel, week=week or panel.last_full_week())
    shown = None if found is None else enough(found[0], most)
    if shown is None or shown.empty:
        raise ValueError("there are too few weeks or reports for comparable four-week totals")
    theme = theme or Theme()
    with house_style(theme):
        if ax is None:
            ax = _axes(None, limits_height(len(shown)) / 72, bottom=0.12, up=0.8)
            ax.set_position((0.25, 0.12, 0.56, 0.8))
        draw_limits(ax, panel, shown, theme)
    return ax


def _plot_areas(
    panel: Panel, week: Week, ax: "Axes | None", boundaries: Boundaries | str | Path, theme: Theme
) -> "Axes":
    found = boundaries if isinstance(boundaries, Boundaries) else read_boundaries(boundaries, panel)
    values, breaks = week_figures(panel, week), map_breaks(panel, week)
    with house_style(theme):
        ax = _axes(ax, min(FULL / 72 * 0.9 * proportion(found) / 0.86, 9.0), bottom=0.03, up=0.86)
        said = week_words(panel, week, values)
        draw_areas(ax, panel, values, found, breaks, theme, said)
        draw_key(ax, breaks, theme, said.values(), left=1, y=units_up(ax) + 10)
    return ax


def _axes(ax: "Axes | None", height: float, *, bottom: float = 0.16, up: float = 0.66) -> "Axes":
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=(FULL / 72, height), facecolor="white")
    return figure.add_axes((0.06, bottom, 0.9, up))
