"""A map of outlines: every region in its shape, coloured by the week's figure in the tile map's classes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.numbers import count_text
from analysis.panel import Panel
from analysis.weeks import Week
from reports.boundaries import Boundaries
from reports.theme import Theme

from .canvas import BOLD, FULL, SMALL, Drawing, add_axes, render, text_width
from .shapes import APART, units_across
from .tiles import KEY, UNCOVERED, draw_key, look_of, map_breaks, week_alt, week_figures, week_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["area_map", "draw_areas", "proportion"]

HIGHEST = 380.0  # units; a wide country fills the width, a tall one no more than this of a page
Points = NDArray[np.float64]


def area_map(
    panel: Panel,
    week: Week,
    theme: Theme,
    boundaries: Boundaries,
    *,
    breaks: Sequence[float] | None = None,
    name: str = "area_map",
    alt: str = "",
) -> Drawing:
    """Every region in its outline, with the week's figure where it fits, in the five classes of `tile_map`.

    breaks : lower bounds of the classes, see `map_breaks` (the default), which are those of the tile map and
    stay the same from issue to issue. White = a stated zero or nothing reported; grey stripes = not covered
    on some day, and nothing reported on the others. Degrees of longitude are shortened by the cosine of the
    middle latitude.

    ``data``: breaks, values (code -> the week's figure, None = not covered), unplaced (codes without one).
    """
    classes = tuple(breaks) if breaks is not None else map_breaks(panel, week)
    tall = proportion(boundaries)
    width = min(FULL, HIGHEST / tall)

    def draw(figure: "Figure") -> dict[str, Any]:
        edge = (FULL - width) / 2
        ax = add_axes(figure, edge, 2, width, width * tall)
        values = week_figures(panel, week)
        said = week_words(panel, week, values)
        tips = draw_areas(ax, panel, values, boundaries, classes, theme, said)
        draw_key(ax, classes, theme, said.values(), left=1 - edge, y=width * tall + 14)
        return {
            "breaks": classes, "values": values, "unplaced": boundaries.without, "tips": tips,
            "alt": week_alt(panel, week, values),
        }  # fmt: skip

    return render(draw, theme, name=name, height=width * tall + KEY + 4, alt=alt)


def proportion(boundaries: Boundaries) -> float:
    """Height of the map over its width."""
    across, up = np.ptp(np.concatenate([p for rings in _flat(boundaries).values() for p in rings]), axis=0)
    return float(np.clip(up / max(across, 1e-9), 0.15, 2.0))


def draw_areas(
    ax: "Axes",
    panel: Panel,
    values: Mapping[str, float | None],
    boundaries: Boundaries,
    breaks: Sequence[float],
    theme: Theme,
    said: Mapping[str, str],
) -> dict[str, str]:
    """The outlines on any axes; returns the tooltip of every region by its id. said : see `week_words`."""
    shapes = _flat(boundaries)
    ends = np.concatenate([ring for rings in shapes.values() for ring in rings])
    low, high = ends.min(axis=0), ends.max(axis=0)
    ax.set_xlim(low[0], high[0])
    ax.set_ylim(low[1], high[1])
    ax.set_axis_off()
    ax.set_aspect("equal", adjustable="datalim")
    ax.apply_aspect()
    scale = units_across(ax) / float(np.ptp(ax.get_xlim()))
    tips = {}
    main = {code: max(rings, key=_area) for code, rings in shapes.items()}
    largest_first = sorted(shapes, key=lambda code: -_area(main[code]))
    for code in largest_first:  # what lies inside another region is drawn upon it
        value = values.get(code)
        look, ink = look_of(value, breaks, theme)
        _fill(ax, shapes[code], f"area-{code}", look, scale, theme)
        tips[f"area-{code}"] = f"{panel.name_of(code)}: {said.get(code, UNCOVERED)}"
        _label(ax, main[code], _inside(main[code], list(main.values())), value, ink, scale)
    return tips


def _flat(boundaries: Boundaries) -> dict[str, list[Points]]:
    """Equirectangular, true to scale on the middle latitude."""
    latitudes = np.concatenate([ring[:, 1] for rings in boundaries.shapes.values() for ring in rings])
    shrink = np.cos(np.radians((latitudes.min() + latitudes.max()) / 2))
    return {
        code: [ring * (shrink, 1.0) for ring in rings] for code, rings in boundaries.shapes.items()
    }  # fmt: skip


def _fill(
    ax: "Axes", rings: Sequence[Points], gid: str, look: Mapping[str, Any], scale: float, theme: Theme
) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    look = dict(look)
    stripes = look.pop("stripes", "")
    codes = [
        code for ring in rings for code in (Path.MOVETO, *[Path.LINETO] * (len(ring) - 2), Path.CLOSEPOLY)
    ]
    edge = {"edgecolor": theme.light["muted"], "linewidth": 0.5, "joinstyle": "round"}
    path = Path(np.concatenate(list(rings)), codes)
    ax.add_artist(PathPatch(path, gid=gid, **{**look, **edge}))
    lines = _stripes(rings, APART / scale) if stripes else np.empty((0, 2))
    if len(lines):
        steps = [Path.MOVETO, Path.LINETO] * (len(lines) // 2)
        ax.add_artist(PathPatch(Path(lines, steps), fill=False, edgecolor=stripes, linewidth=1.1))


def _stripes(rings: Sequence[Points], apart: float) -> Points:
    """Ends of the diagonals x - y = k * apart inside the rings, two rows per line."""
    edges = [(ring[:-1], ring[1:]) for ring in rings]
    first, last = (np.concatenate(side) for side in zip(*edges, strict=True))
    a, b = first[:, 0] - first[:, 1], last[:, 0] - last[:, 1]
    found = []
    for offset in np.arange(np.ceil(min(a.min(), b.min()) / apart), max(a.max(), b.max()) / apart) * apart:
        hit = (a <= offset) != (b <= offset)
        share = (offset - a[hit]) / (b[hit] - a[hit])
        y = np.sort(first[hit, 1] + share * (last[hit, 1] - first[hit, 1]))
        found.append(np.column_stack([y + offset, y]))
    return np.concatenate(found) if found else np.empty((0, 2))


def _label(
    ax: "Axes", ring: Points, inside: Sequence[Points], value: float | None, ink: str, scale: float
) -> None:
    """The figure in the largest part of the region, where there is room for it."""
    text = "U" if value is None else count_text(value)
    spot, room = _middle(ring, inside)
    wide, high = text_width(text, SMALL, BOLD) + 3, SMALL * 0.95
    if value == 0 or room * scale < wide or np.ptp(ring[:, 1]) * scale < high:
        return
    ax.text(*spot, text, size=SMALL, weight=BOLD, color=ink, ha="center", va="center_baseline")


def _inside(ring: Points, others: Sequence[Points]) -> list[Points]:
    """Those of the other outlines that lie within the box of this one: a city in its oblast."""
    low, high = ring.min(axis=0), ring.max(axis=0)
    return [
        other
        for other in others
        if other is not ring and (other.min(axis=0) >= low).all() and (other.max(axis=0) <= high).all()
    ]


def _middle(ring: Points, inside: Sequence[Points]) -> tuple[tuple[float, float], float]:
    """A spot well inside a ring and outside what lies in it, and how wide it is there.

    It is the middle of the widest of some level cuts.
    """
    low, high = ring[:, 1].min(), ring[:, 1].max()
    first = np.concatenate([line[:-1] for line in (ring, *inside)])
    last = np.concatenate([line[1:] for line in (ring, *inside)])
    best, width = (float(ring[:, 0].mean()), float(ring[:, 1].mean())), 0.0
    for level in low + (high - low) * np.linspace(0.2, 0.8, 13):
        hit = (first[:, 1] <= level) != (last[:, 1] <= level)
        share = (level - first[hit, 1]) / (last[hit, 1] - first[hit, 1])
        x = np.sort(first[hit, 0] + share * (last[hit, 0] - first[hit, 0]))
        spans = x[1::2] - x[::2]
        if len(spans) and spans.max() > 1.05 * width:
            at = int(spans.argmax())
            best, width = (float(x[2 * at] + spans[at] / 2), float(level)), float(spans[at])
    return best, width


def _area(ring: Points) -> float:
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2
