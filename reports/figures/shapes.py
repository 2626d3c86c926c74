"""Rectangles as one path, plain or striped.

Stripes are drawn as lines, not as an SVG pattern: PDF viewers show the seams of a pattern's tiles.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import PathPatch

__all__ = ["boxes", "units_across", "units_up"]

APART = 5.2  # distance of two stripes along the axis, in units


def units_across(ax: "Axes") -> float:
    """Width of the axes in units (points)."""
    return float(ax.bbox.width) * 72 / float(ax.figure.dpi)


def units_up(ax: "Axes") -> float:
    """Height of the axes in units (points)."""
    return float(ax.bbox.height) * 72 / float(ax.figure.dpi)


def boxes(
    ax: "Axes", corners: NDArray[np.float64], *, stripes: str = "", in_units: bool = False, **look: Any
) -> "PathPatch":
    """All rectangles (rows of left, bottom, right, top) as one path.

    stripes : colour of diagonal lines over them. in_units : corners are units from the axes' bottom left, not
    data. Limits of the axes must be set before.
    """
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    if in_units:
        across, up = units_across(ax), units_up(ax)
        corners = corners / np.array([across, up, across, up])
        look = {"transform": ax.transAxes, "clip_on": False, **look}
    left, bottom, right, top = corners.T
    points = np.stack([left, bottom, left, top, right, top, right, bottom, left, bottom], axis=1)
    codes = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY] * len(corners)
    patch = PathPatch(Path(points.reshape(-1, 2), codes), **{"linewidth": 0, **look})
    ax.add_artist(patch)
    if stripes:
        lines = _diagonals(corners, _scale(ax, in_units))
        codes = [Path.MOVETO, Path.LINETO] * (len(lines) // 2)
        kept = {key: look[key] for key in ("transform", "clip_on", "zorder") if key in look}
        if len(lines):
            ax.add_artist(PathPatch(Path(lines, codes), fill=False, edgecolor=stripes, linewidth=1.1, **kept))
    return patch


def _scale(ax: "Axes", in_units: bool) -> NDArray[np.float64]:
    """Units per step of the coordinates, across and up (negative on an axis that runs down)."""
    across, up = units_across(ax), units_up(ax)
    if in_units:
        return np.array([across, up])
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    return np.array([across / (x1 - x0), up / (y1 - y0)])


def _diagonals(corners: NDArray[np.float64], scale: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ends of the lines x - y = k * APART inside every rectangle, two rows per line."""
    placed = corners * np.tile(scale, 2)
    ends = []
    for x0, x1, y0, y1 in zip(
        placed[:, [0, 2]].min(axis=1), placed[:, [0, 2]].max(axis=1),
        placed[:, [1, 3]].min(axis=1), placed[:, [1, 3]].max(axis=1), strict=True,
    ):  # fmt: skip
        offset = np.arange(np.ceil((x0 - y1) / APART), np.ceil((x1 - y0) / APART)) * APART
        start = np.maximum(x0, y0 + offset)
        stop = np.minimum(x1, y1 + offset)
        ends.append(np.stack([start, start - offset, stop, stop - offset], axis=1)[stop > start])
    if not ends:
        return np.empty((0, 2))
    return np.concatenate(ends).reshape(-1, 2) / scale
