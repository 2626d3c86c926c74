"""A map of squares: every region the same size, in its place on a grid, with the week's figure."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.numbers import count_text
from analysis.panel import Panel
from analysis.weeks import Week
from reports.theme import Theme

from .canvas import BOLD, FULL, SMALL, Drawing, add_axes, render, text_width
from .scales import class_labels, class_of, nice_breaks, span_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_tiles", "map_breaks", "places", "tile_map"]

KEY = 30.0  # height of the legend
WIDEST = 54.0  # a tile is never wider


def map_breaks(panel: Panel, week: Week | None = None, *, weeks: int = 52) -> tuple[float, ...]:
    """Lower bounds of the five classes, from the largest week of any region in the last ``weeks`` weeks.

    The scale so stays the same from issue to issue until a week stands out of a whole year.
    """
    starts_on = week.starts_on if week else "monday"
    sums = panel.weekly(starts_on).iloc[-weeks:].to_numpy(dtype=float)
    now = [value for value in _figures(panel, week).values() if value is not None] if week else []
    return nice_breaks(max([float(np.nanmax(sums)) if np.isfinite(sums).any() else 0.0, *now]))


def tile_map(
    panel: Panel,
    week: Week,
    theme: Theme,
    *,
    breaks: Sequence[float] | None = None,
    name: str = "tile_map",
    alt: str = "",
) -> Drawing:
    """One square per region with its short code and the week's figure, in five classes.

    breaks : lower bounds of the classes, see `map_breaks` (the default); pass the last issue's to compare.
    White = nothing reported; hatched U = not covered on some day, and nothing reported on the others.
    Regions without a place on the grid follow below it, by name.

    ``data``: breaks, values (code -> the week's figure, None = not covered), unplaced (codes).
    """
    spots, unplaced = places(panel.regions)
    rows, columns = _extent(spots)
    side = min(FULL / columns, WIDEST)
    classes = tuple(breaks) if breaks is not None else map_breaks(panel, week)

    def draw(figure: "Figure") -> dict[str, Any]:
        ax = add_axes(figure, (FULL - side * columns) / 2, 2, side * columns, side * rows)
        values = _figures(panel, week)
        tips = draw_tiles(ax, panel, values, spots, classes, theme, side=side)
        _key(figure, classes, any(value is None for value in values.values()), theme)
        return {
            "breaks": classes, "values": values, "unplaced": unplaced, "tips": tips,
            "alt": _alt(panel, week, values),
        }  # fmt: skip

    return render(draw, theme, name=name, height=side * rows + KEY + 4, alt=alt)


def places(regions: pd.DataFrame) -> tuple[dict[str, tuple[int, int]], tuple[str, ...]]:
    """Row and column of every region, and the codes that have no place of their own.

    Two regions in one place (vocabularies mixed): the grids stand one under the other, by the country of the
    code. Without any place the regions stand in rows of twelve, in their order.
    """
    grid = _grid(regions)
    spots: dict[str, tuple[int, int]] = {}
    below = 0
    blocks = [grid] if not grid.duplicated().any() else [part for _, part in grid.groupby(_country(grid))]
    for block in blocks:
        block = block.drop_duplicates()
        top, left = int(block["row"].min()), int(block["column"].min())
        for code, row, column in block.itertuples():
            spots[str(code)] = (int(row) - top + below, int(column) - left)
        below += int(block["row"].max()) - top + 2
    rest = tuple(str(code) for code in regions.index if code not in spots)
    wide = max([12, *(column + 1 for _, column in spots.values())])
    for i, code in enumerate(rest):
        spots[code] = (below + i // wide, i % wide)
    return spots, rest


def _grid(regions: pd.DataFrame) -> pd.DataFrame:
    if not {"tile_row", "tile_col"} <= set(regions.columns):
        return pd.DataFrame({"row": [], "column": []}, dtype=float)
    grid = pd.DataFrame({"row": regions["tile_row"], "column": regions["tile_col"]})
    return pd.DataFrame({name: pd.to_numeric(grid[name], errors="coerce") for name in grid}).dropna()


def _country(grid: pd.DataFrame) -> "pd.Series[str]":
    return pd.Series([str(code).partition("-")[0] for code in grid.index], index=grid.index)


def _extent(spots: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    if not spots:
        return 1, 1
    return max(row for row, _ in spots.values()) + 1, max(column for _, column in spots.values()) + 1


def _figures(panel: Panel, week: Week | None) -> dict[str, float | None]:
    """The week's sum of every region; None where a day is not covered and nothing was reported."""
    if week is None:
        sums, seen, needed = panel.counts.sum(), panel.observed.sum(), len(panel.counts)
    else:
        span = slice(pd.Timestamp(week.first_day), pd.Timestamp(week.last_day))
        sums, seen, needed = panel.counts.loc[span].sum(), panel.observed.loc[span].sum(), 7
    return {
        str(code): round(float(value), 9) if value > 0 or days == needed else None
        for code, value, days in zip(sums.index, sums, seen, strict=True)
    }


def draw_tiles(
    ax: "Axes",
    panel: Panel,
    values: Mapping[str, float | None],
    spots: Mapping[str, tuple[int, int]],
    breaks: Sequence[float],
    theme: Theme,
    *,
    side: float,
) -> dict[str, str]:
    """The squares on any axes; returns the tooltip of every square by its id."""
    from matplotlib.patches import Rectangle

    rows, columns = _extent(spots)
    ax.set_xlim(0, columns)
    ax.set_ylim(rows, 0)
    ax.set_axis_off()
    tips = {}
    gap = 1.2 / side
    shared = {code.partition("-")[0] for code in values} if values else set()
    for code, value in values.items():
        row, column = spots[code]
        look, ink = _look(value, breaks, theme)
        box = Rectangle((column + gap, row + gap), 1 - 2 * gap, 1 - 2 * gap, gid=f"tile-{code}", **look)
        ax.add_artist(box)
        tips[f"tile-{code}"] = f"{panel.name_of(code)}: {_words(value)}"
        _write(ax, column + 0.5, row, _short(code, len(shared) == 1), value, ink, side)
    return tips


def _write(ax: "Axes", x: float, row: int, code: str, value: float | None, ink: str, side: float) -> None:
    number = "U" if value is None else count_text(value)
    small = min(0.27 * side, 0.27 * side * 0.86 * side / max(text_width(code, 0.27 * side), 1.0))
    large = min(0.38 * side, 0.38 * side * 0.86 * side / max(text_width(number, 0.38 * side, BOLD), 1.0))
    ax.text(x, row + 0.36, code, size=small, color=ink, ha="center", va="baseline")
    if value != 0:
        ax.text(x, row + 0.79, number, size=large, weight=BOLD, color=ink, ha="center", va="baseline")


def _look(value: float | None, breaks: Sequence[float], theme: Theme) -> tuple[dict[str, Any], str]:
    """Fill of a square, and the colour of the text on it."""
    light = theme.light
    if value is None:
        return {
            "facecolor": light["missing"],
            "edgecolor": light["grey"],
            "hatch": "///",
            "linewidth": 0,
        }, light["ink"]
    level = min(class_of(value, breaks), 5)
    if level == 0:
        return {"facecolor": light["paper"], "edgecolor": light["rule"], "linewidth": 0.8}, light["muted"]
    ink = light["ink"] if level <= 3 else light["paper"]
    return {"facecolor": light[f"seq_{level}"], "linewidth": 0}, ink


def _short(code: str, one_country: bool) -> str:
    """The code without its country, where all are of one country; joined codes keep their first part."""
    head = code.partition("+")[0]
    return head.partition("-")[2] or head if one_country else head


def _words(value: float | None) -> str:
    return "not covered" if value is None else count_text(value)


def _key(figure: "Figure", breaks: Sequence[float], missing: bool, theme: Theme) -> None:
    """The classes as a strip of squares with their bounds, over the map."""
    from matplotlib.patches import Rectangle

    up = float(figure.get_size_inches()[1]) * 72
    ax = add_axes(figure, 0, up - KEY, FULL, KEY)
    ax.set_xlim(0, FULL)
    ax.set_ylim(0, KEY)
    ax.set_axis_off()
    entries = [(0.0, "0"), *zip(breaks, class_labels(breaks), strict=True)]
    x = 1.0
    for value, words in [*entries, *([(None, "not covered")] if missing else [])]:
        look, _ = _look(value, breaks, theme)
        ax.add_artist(Rectangle((x, 12), 14, 14, **look))
        ax.text(x + 19, 15, words, size=SMALL, color=theme.light["muted"], va="baseline")
        x += 19 + text_width(words, SMALL) + 16


def _alt(panel: Panel, week: Week, values: Mapping[str, float | None]) -> str:
    known = {code: value for code, value in values.items() if value is not None}
    some = [code for code, value in known.items() if value > 0]
    span = span_text(week.first_day, week.last_day, year=True)
    words = panel.measure.replace("_", " ").capitalize()
    text = f"{words} by region, {span}: {len(some)} of {len(values)} regions"
    if not some:
        return f"{text} with any."
    top = max(some, key=lambda code: (known[code], code))
    return f"{text} with any, most in {panel.name_of(top)} ({count_text(known[top])})."
