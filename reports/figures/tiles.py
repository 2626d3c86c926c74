"""A map of squares: every region the same size, in its place on a grid, with the week's figure."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.numbers import count_text
from analysis.panel import Panel
from analysis.weeks import Week
from reports.theme import Theme

from .canvas import BOLD, FULL, Drawing, add_axes, render, text_width
from .marks import legend_key, missing_look
from .scales import class_labels, class_of, even_breaks, nice_breaks, span_text
from .shapes import boxes, units_across

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "draw_key",
    "draw_tiles",
    "extent",
    "look_of",
    "map_breaks",
    "places",
    "short_names",
    "tile_map",
    "week_alt",
    "week_figures",
    "week_words",
]

KEY = 30.0  # height of the legend
UNCOVERED, SILENT = "not covered", "nothing reported"
WIDEST = 54.0  # a tile is never wider


def map_breaks(panel: Panel, week: Week | None = None, *, weeks: int = 52) -> tuple[float, ...]:
    """Lower bounds of the five classes, from the weeks of all regions in the last ``weeks`` weeks.

    They reach up to the largest week, so the scale stays the same from issue to issue until a week stands
    out of a whole year. Steps grow (1, 2, 5, 10 …) where few regions have most; they are even where the
    middle one of the regions with any has over a fifth of the largest.
    """
    starts_on = week.starts_on if week else "monday"
    sums = panel.weekly(starts_on).iloc[-weeks:].to_numpy(dtype=float)
    now = [value for value in week_figures(panel, week).values() if value is not None] if week else []
    some = np.concatenate([sums[sums > 0], [value for value in now if value > 0]])
    if not len(some):
        return nice_breaks(0.0)
    top = float(some.max())
    return even_breaks(top) if np.median(some) > top / 5 else nice_breaks(top)


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
    White = a stated zero or nothing reported, which the tooltip tells apart; striped U = not covered on some
    day, and nothing reported on the others.
    Regions without a place on the grid follow below it, by name.

    ``data``: breaks, values (code -> the week's figure, None = not covered), unplaced (codes).
    """
    spots, unplaced = places(panel.regions)
    rows, columns = extent(spots)
    side = min(FULL / columns, WIDEST)
    classes = tuple(breaks) if breaks is not None else map_breaks(panel, week)

    def draw(figure: "Figure") -> dict[str, Any]:
        edge = (FULL - side * columns) / 2
        ax = add_axes(figure, edge, 2, side * columns, side * rows)
        values = week_figures(panel, week)
        said = week_words(panel, week, values)
        tips = draw_tiles(ax, panel, values, spots, classes, theme, said)
        draw_key(ax, classes, theme, said.values(), left=1 - edge, y=side * rows + 14)
        return {
            "breaks": classes, "values": values, "unplaced": unplaced, "tips": tips,
            "alt": week_alt(panel, week, values),
        }  # fmt: skip

    return render(draw, theme, name=name, height=side * rows + KEY + 4, alt=alt)


def places(regions: pd.DataFrame) -> tuple[dict[str, tuple[int, int]], tuple[str, ...]]:
    """Row and column of every region, and the codes without a place of their own on the grid.

    Those follow below, in their order, in rows as wide as the grid (of twelve where there is no grid).
    """
    spots: dict[str, tuple[int, int]] = {}
    grid = _grid(regions).drop_duplicates()
    if len(grid):
        top, left = int(grid["row"].min()), int(grid["column"].min())
        spots = {str(code): (int(row) - top, int(column) - left) for code, row, column in grid.itertuples()}
    rest = tuple(str(code) for code in regions.index if code not in spots)
    below = max((row for row, _ in spots.values()), default=-2) + 2
    wide = max((column + 1 for _, column in spots.values()), default=12)
    for i, code in enumerate(rest):
        spots[code] = (below + i // wide, i % wide)
    return spots, rest


def _grid(regions: pd.DataFrame) -> pd.DataFrame:
    if not {"tile_row", "tile_col"} <= set(regions.columns):
        return pd.DataFrame({"row": [], "column": []}, dtype=float)
    columns = {"row": regions["tile_row"], "column": regions["tile_col"]}
    numbers = {name: pd.to_numeric(values, errors="coerce") for name, values in columns.items()}
    return pd.DataFrame(numbers).dropna()


def short_names(panel: Panel) -> dict[str, str]:
    """What a square is labelled with: ``KRS`` of RU-KRS; of a code without letters, a piece of the name."""
    labels: dict[str, str] = {}
    names = [panel.name_of(str(code)) for code in panel.counts.columns]
    for code in map(str, panel.counts.columns):
        head = code.partition("+")[0]
        rest = head.partition("-")[2]
        own = rest if any(letter.isalpha() for letter in rest) else "" if rest else head[:6]
        labels[code] = own or _piece(panel.name_of(code), names)
    return labels


def _piece(name: str, names: Sequence[str]) -> str:
    """The fewest first letters, four at least, that no other name begins with; a short word is kept whole."""
    word, _, more = name.partition(" ")
    others = [other for other in names if other != name]
    if len(word) <= 6:
        alone = not more or not any(other.partition(" ")[0] == word for other in others)
        return word if alone else f"{word} {more[:3]}{'.' if len(more) > 3 else ''}"
    cuts = (word[:letters] for letters in range(4, len(word)))
    return next((f"{cut}." for cut in cuts if not any(o.startswith(cut) for o in others)), name)


def extent(spots: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """Rows and columns that hold every tile; at least one of each."""
    if not spots:
        return 1, 1
    return max(row for row, _ in spots.values()) + 1, max(column for _, column in spots.values()) + 1


def week_figures(panel: Panel, week: Week) -> dict[str, float | None]:
    """The week's sum of every region; None where a day is not covered and nothing was reported."""
    span = slice(pd.Timestamp(week.first_day), pd.Timestamp(week.last_day))
    sums, seen = panel.counts.loc[span].sum(), panel.observed.loc[span].sum()
    return {
        str(code): round(float(value), 9) if value > 0 or days == 7 else None
        for code, value, days in zip(sums.index, sums, seen, strict=True)
    }


def week_words(panel: Panel, week: Week, values: Mapping[str, float | None]) -> dict[str, str]:
    """Every region's figure in words: a number ("0" where it is stated), or which kind of nothing it is."""

    def words(code: str, value: float | None) -> str:
        if value is None:
            return UNCOVERED
        silent = value == 0 and panel.status(code, week.first_day, week.last_day) == SILENT
        return SILENT if silent else count_text(value)

    return {code: words(code, value) for code, value in values.items()}


def draw_tiles(
    ax: "Axes",
    panel: Panel,
    values: Mapping[str, float | None],
    spots: Mapping[str, tuple[int, int]],
    breaks: Sequence[float],
    theme: Theme,
    said: Mapping[str, str],
) -> dict[str, str]:
    """The squares on any axes; returns the tooltip of every square by its id. said : see `week_words`."""
    rows, columns = extent(spots)
    ax.set_xlim(0, columns)
    ax.set_ylim(rows, 0)
    ax.set_axis_off()
    ax.apply_aspect()
    side = units_across(ax) / columns
    tips = {}
    gap = 1.2 / side
    labels = short_names(panel)
    for code, value in values.items():
        row, column = spots[code]
        look, ink = look_of(value, breaks, theme)
        corners = np.array([[column + gap, row + 1 - gap, column + 1 - gap, row + gap]])
        boxes(ax, corners, gid=f"tile-{code}", **look)
        tips[f"tile-{code}"] = f"{panel.name_of(code)}: {said[code]}"
        _write(ax, column + 0.5, row, labels[code], value, ink, side)
    return tips


def _write(ax: "Axes", x: float, row: int, code: str, value: float | None, ink: str, side: float) -> None:
    number = "U" if value is None else count_text(value)
    small = min(0.27 * side, 0.27 * side * 0.86 * side / max(text_width(code, 0.27 * side), 1.0))
    large = min(0.38 * side, 0.38 * side * 0.86 * side / max(text_width(number, 0.38 * side, BOLD), 1.0))
    ax.text(x, row + 0.36, code, size=small, color=ink, ha="center", va="baseline")
    if value != 0:
        ax.text(x, row + 0.79, number, size=large, weight=BOLD, color=ink, ha="center", va="baseline")


def look_of(value: float | None, breaks: Sequence[float], theme: Theme) -> tuple[dict[str, Any], str]:
    """Fill of a region with this figure, and the colour of the text on it."""
    light = theme.light
    if value is None:
        return missing_look(theme), light["ink"]
    level = min(class_of(value, breaks), 5)
    if level == 0:
        return {"facecolor": light["paper"], "edgecolor": light["rule"], "linewidth": 0.8}, light["muted"]
    ink = light["ink"] if level <= 3 else light["paper"]
    return {"facecolor": light[f"seq_{level}"], "linewidth": 0}, ink


def draw_key(
    ax: "Axes", breaks: Sequence[float], theme: Theme, said: Collection[str], *, left: float, y: float
) -> None:
    """The classes as squares with their bounds, ``left`` and ``y`` units from the axes' bottom left.

    said : what the regions' tooltips say (`week_words`); white is named after it.
    """
    none = " or ".join(kind for kind in ("0", SILENT) if kind in said) or "0"
    entries = [(0.0, none), *zip(breaks, class_labels(breaks), strict=True)]
    known = [(look_of(value, breaks, theme)[0], words) for value, words in entries]
    rest = [(missing_look(theme), UNCOVERED)] if UNCOVERED in said else []
    legend_key(ax, [*known, *rest], theme, left=left, y=y)


def week_alt(panel: Panel, week: Week, values: Mapping[str, float | None]) -> str:
    """What the map of a week shows, in words."""
    known = {code: value for code, value in values.items() if value is not None}
    some = [code for code, value in known.items() if value > 0]
    span = span_text(week.first_day, week.last_day, year=True)
    words = panel.measure.replace("_", " ").capitalize()
    text = f"{words} by region, {span}: {len(some)} of {len(values)} regions"
    if not some:
        return f"{text} with any."
    top = max(some, key=lambda code: (known[code], code))
    return f"{text} with any, most in {panel.name_of(top)} ({count_text(known[top])})."
