"""A daily series taken apart: observed, slow course, pattern of the week, remainder; for notebooks."""

from typing import TYPE_CHECKING

import pandas as pd

from analysis.decomposition import decompose
from analysis.findings import TOTAL
from analysis.panel import Panel
from reports.theme import Theme

from .canvas import FULL, LABEL, SMALL, house_style
from .marks import daily

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_decomposition"]

_NAMES = {
    "observed": "Observed",
    "trend": "Course",
    "seasonal": "Pattern of the week",
    "remainder": "Remainder",
}


def plot_decomposition(
    panel: Panel,
    region: str = TOTAL,
    ax: "Axes | None" = None,
    *,
    course_days: int = 57,
    robust: bool = False,
    theme: Theme | None = None,
) -> "Axes":
    """The total's days (or those of one region) as four strips that add up (`analysis.decomposition`).

    ax : is divided into the strips, which are its ``child_axes``, with a date axis each.
    course_days : odd width of the window of the slow course. robust : outliers lose their weight.
    Days without observation are bridged. Raises UnknownRegionError, and NotEnoughDataError for a panel of two
    weeks or less.
    """
    theme = theme or Theme()
    series = daily(panel, region)
    parts = decompose(series, period=7, trend=course_days, robust=robust, missing="interpolate")
    strips = pd.DataFrame({"observed": series}).join(parts)
    with house_style(theme):
        if ax is None:
            import matplotlib.pyplot as plt

            ax = plt.figure(figsize=(FULL / 72, 6.0), facecolor="white").add_axes((0.07, 0.06, 0.9, 0.88))
        ax.set_axis_off()
        for place, (key, name) in enumerate(_NAMES.items()):
            strip = ax.inset_axes((0.0, 0.77 - 0.255 * place, 1.0, 0.19))
            _strip(strip, strips[key], key, name, theme)
            strip.tick_params(labelbottom=place == len(_NAMES) - 1, labelsize=SMALL)
    return ax


def _strip(ax: "Axes", values: "pd.Series[float]", key: str, name: str, theme: Theme) -> None:
    light = theme.light
    days = pd.DatetimeIndex(values.index).to_numpy()
    if key == "remainder":
        ax.vlines(days, 0.0, values.to_numpy(dtype=float), color=light["fill"], linewidth=0.8, gid=key)
    else:
        colour = light["accent"] if key == "trend" else light["muted"]
        ax.plot(days, values.to_numpy(dtype=float), color=colour, linewidth=1.0, gid=key)
    if key in ("seasonal", "remainder"):
        ax.axhline(0.0, color=light["ink"], linewidth=0.6)
    ax.set_title(name, loc="left", fontsize=LABEL, color=light["muted"])
    ax.spines[["top", "right"]].set_visible(False)
