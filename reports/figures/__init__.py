"""The report's figures, as SVG text for a report and as matplotlib Axes for a notebook.

::

    epicurve(panel, week, theme)                  -> Drawing: daily bars of the total, 7-day mean
    level_changes(panel, changes, week, theme)    -> Drawing: one small panel per region that changed
    region_plot(panel, region, week, theme)       -> Drawing: one region with its fitted level
    tile_map(panel, week, theme)                  -> Drawing: one square per region, in its place
    area_map(panel, week, theme, boundaries)      -> Drawing: one outline per region
    calendar(panel, week, theme)                  -> Drawing: one square per day
    growth_curve(growth, theme)                   -> Drawing: how much of a week was known by its age
    historical_limits(panel, limits, theme)       -> Drawing: four weeks over the mean of comparable totals
    spark(values)                                 -> Spark: a line for a table cell
    plot_panel, plot_region, plot_calendar, plot_map, plot_growth, plot_historical_limits
                         the same on any Axes
    plot_decomposition   a series as slow course, pattern of the week and remainder, on any Axes

Only sums and 7-day means are computed here. Colours are the theme's light colours and nothing else, so that
a page can swap them for its own. matplotlib is imported when the first figure is drawn.
"""

from .areas import area_map
from .calendar import calendar
from .canvas import Drawing
from .decomposition import plot_decomposition
from .epicurve import epicurve
from .growth import growth_curve
from .levels import level_changes, region_plot
from .limits import historical_limits
from .plots import (
    plot_calendar,
    plot_growth,
    plot_historical_limits,
    plot_map,
    plot_panel,
    plot_region,
)
from .spark import spark
from .tiles import map_breaks, tile_map

__all__ = [
    "Drawing",
    "area_map",
    "calendar",
    "epicurve",
    "growth_curve",
    "historical_limits",
    "level_changes",
    "map_breaks",
    "plot_calendar",
    "plot_decomposition",
    "plot_growth",
    "plot_historical_limits",
    "plot_map",
    "plot_panel",
    "plot_region",
    "region_plot",
    "spark",
    "tile_map",
]
