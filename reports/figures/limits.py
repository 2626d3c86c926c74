"""Four weeks against comparable totals of the past: bars on a scale of ratios, hatched past their limits.

After Figure I of the Morbidity and Mortality Weekly Report; what is drawn is `analysis.historical`'s.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.findings import TOTAL
from analysis.numbers import count_text, mean_text, ratio_text
from analysis.panel import Panel
from reports.theme import Theme

from .canvas import BOLD, FULL, LABEL, SMALL, Drawing, add_axes, font_now, render, shortened, text_width
from .marks import region_name
from .shapes import boxes, units_across

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_limits", "enough", "historical_limits", "limits_height"]

LEFT, RIGHT, ABOVE, BELOW, ROW = 170.0, 128.0, 26.0, 40.0, 19.0
FEWEST = 5.0  # in a usual four weeks; the limits of fewer say little
LEAST, MOST = 1 / 16, 16.0  # ratios beyond are drawn at the edge, with their number


def enough(limits: pd.DataFrame, most: int = 20) -> pd.DataFrame:
    """The rows that are drawn: the total first, then at most ``most`` regions, the largest ratio first.

    Regions with fewer than five in a mean four weeks are left out; where more than ``most`` are left, those
    beyond their limits come in before the others, the busiest first.
    """
    known = limits[(limits["mean"] >= FEWEST) & limits["ratio"].notna()]
    regions = known.drop(index=TOTAL, errors="ignore")
    inside = (regions["beyond"] == "").rename("inside")
    kept = regions.assign(inside=inside).sort_values(["inside", "mean"], ascending=[True, False])
    kept = kept.head(most).drop(columns="inside").sort_values("ratio", ascending=False, kind="stable")
    return pd.concat([known.loc[known.index == TOTAL], kept])


def historical_limits(
    panel: Panel,
    limits: pd.DataFrame,
    theme: Theme,
    *,
    most: int = 20,
    name: str = "historical_limits",
    alt: str = "",
) -> Drawing:
    """One bar per region, from as many as the mean to the four weeks' own total, in ratios on a log scale.

    limits : of `analysis.historical.historical_limits`. The ground of each bar is the range between its
    limits; the part of a bar past them is hatched. Right of it the four weeks and the mean.
    ``data``: regions (codes in the order drawn), above, below (codes beyond their limits). Raises ValueError
    where no region has enough.
    """
    shown = enough(limits, most)
    if shown.empty:
        raise ValueError(f"no region has {FEWEST:g} in a mean four weeks; there is nothing to draw")
    height = limits_height(len(shown))

    def draw(figure: "Figure") -> dict[str, Any]:
        ax = add_axes(figure, LEFT, BELOW, FULL - LEFT - RIGHT, height - ABOVE - BELOW)
        return draw_limits(ax, panel, shown, theme)

    return render(draw, theme, name=name, height=height, alt=alt)


def limits_height(rows: int) -> float:
    """Height of the sheet for so many bars, in units."""
    return rows * ROW + ABOVE + BELOW


def draw_limits(ax: "Axes", panel: Panel, shown: pd.DataFrame, theme: Theme) -> dict[str, Any]:
    """The rows of `enough` on any axes."""
    frame = shown.assign(y=np.arange(len(shown), dtype=float))
    _frame(ax, frame, theme)
    _bars(ax, frame, theme)
    _words(ax, panel, frame, theme)
    beyond = {
        word: tuple(str(code) for code in frame.index[frame["beyond"] == word]) for word in ("above", "below")
    }
    names = {word: ", ".join(region_name(panel, code) for code in beyond[word]) or "none" for word in beyond}
    return {
        "regions": tuple(str(code) for code in frame.index), **beyond,
        "alt": f"The last four weeks over the mean of comparable totals for {len(frame)} rows. Above the "
        f"limits: {names['above']}. Below: {names['below']}.",
    }  # fmt: skip


def _place(ratios: Any) -> Any:
    """Where ratios stand on the axis."""
    return np.log2(np.clip(np.asarray(ratios, dtype=float), LEAST, MOST))


def _frame(ax: "Axes", frame: pd.DataFrame, theme: Theme) -> None:
    light = theme.light
    edge = _place(np.concatenate([frame["ratio"], frame["high"]]))
    low, high = min(-1.0, float(edge.min())) - 0.12, max(1.0, float(edge.max())) + 0.12
    room = (text_width("0.00", SMALL) + 8) / units_across(ax)  # for the number at the end of a bar
    wide = (high - low) / (1 - 2 * room)
    ax.set_xlim(low - room * wide, high + room * wide)
    ax.set_ylim(len(frame) - 0.4, -0.6)
    ticks = [tick for tick in range(-4, 5) if ax.get_xlim()[0] <= tick <= ax.get_xlim()[1]]
    ax.set_xticks(ticks, [ratio_text(2.0**tick).rstrip("0").rstrip(".") for tick in ticks])
    ax.set_yticks([])
    ax.grid(visible=True, axis="x", color=light["rule"], linewidth=0.6)
    ax.set_axisbelow(True)
    ax.patch.set_visible(False)
    ax.tick_params(length=0, labelsize=SMALL, labelcolor=light["muted"], labelfontfamily=font_now())
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.annotate(
        "last four weeks over the mean", (0.5, 0), xycoords="axes fraction", xytext=(0, -30), size=SMALL,
        textcoords="offset points", color=light["muted"], ha="center", va="baseline", annotation_clip=False,
    )  # fmt: skip


def _bars(ax: "Axes", frame: pd.DataFrame, theme: Theme) -> None:
    """The range between the limits, the bar inside it, and what of the bar lies past them."""
    light, y = theme.light, frame["y"].to_numpy()
    ratio, low, high = (_place(frame[name]) for name in ("ratio", "low", "high"))
    first = float(ax.get_xlim()[0])
    low = np.where(frame["low"] > LEAST, low, first)
    boxes(
        ax,
        np.column_stack([low, y - 0.42, high, y + 0.42]),
        facecolor=light["band"],
        zorder=0.6,
        gid="limits",
    )
    inside = np.clip(ratio, low, high)
    boxes(
        ax, np.column_stack([np.minimum(0, inside), y - 0.27, np.maximum(0, inside), y + 0.27]),
        facecolor=light["grey"], zorder=2, gid="bars",
    )  # fmt: skip
    for word, side, colour in (("above", high, "up"), ("below", low, "down")):
        mine = (frame["beyond"] == word).to_numpy()
        if mine.any():
            ends = np.sort(np.column_stack([side, ratio])[mine], axis=1)
            corners = np.column_stack([ends[:, 0], y[mine] - 0.27, ends[:, 1], y[mine] + 0.27])
            boxes(ax, corners, facecolor=light["paper"], edgecolor=light[colour], linewidth=1.0,
                  stripes=light[colour], zorder=2.2, gid=word)  # fmt: skip
    ax.plot([0, 0], [-0.6, len(frame) - 0.4], color=light["ink"], linewidth=0.9, zorder=3)


def _words(ax: "Axes", panel: Panel, frame: pd.DataFrame, theme: Theme) -> None:
    light = theme.light
    colours = {"above": light["up"], "below": light["down"]}
    for code, row in zip(frame.index, frame.to_dict("records"), strict=True):
        total, ratio = code == TOTAL, float(row["ratio"])
        weight, colour = BOLD if total or row["beyond"] else 400, colours.get(row["beyond"], light["ink"])
        name = shortened(region_name(panel, str(code)), LEFT - 14, LABEL, weight)
        _beside(ax, name, 0, -10, row["y"], weight=weight, color=colour, ha="right", size=LABEL)
        side = 1 if ratio >= 1 else -1
        ax.annotate(
            ratio_text(ratio), (float(_place(ratio)), row["y"]), xytext=(4 * side, 0), size=SMALL,
            textcoords="offset points", color=colour, ha="left" if side > 0 else "right", zorder=4,
            weight=weight, va="center_baseline", annotation_clip=False,
        )  # fmt: skip
        _beside(
            ax, count_text(row["current"]), 1, 62, row["y"], weight=weight, color=light["ink"], ha="right"
        )
        _beside(ax, mean_text(row["mean"]), 1, RIGHT - 4, row["y"], color=light["muted"], ha="right")
    for text, shift in (("Four weeks", 62.0), ("Mean", RIGHT - 4)):
        ax.annotate(
            text, (1, 1), xycoords="axes fraction", xytext=(shift, 8), textcoords="offset points", size=SMALL,
            color=light["muted"], ha="right", va="baseline", annotation_clip=False,
        )  # fmt: skip


def _beside(ax: "Axes", text: str, edge: float, shift: float, y: float, **look: Any) -> None:
    ax.annotate(
        text, (edge, y), xycoords=("axes fraction", "data"), xytext=(shift, 0), textcoords="offset points",
        va="center_baseline", annotation_clip=False, **{"size": SMALL, **look},
    )  # fmt: skip
