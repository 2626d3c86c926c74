"""One square per day: weeks across, weekdays down, the count as a class of colour."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.findings import TOTAL
from analysis.numbers import count_text
from analysis.panel import Panel
from analysis.weeks import WEEKDAYS, Week
from reports.theme import Theme

from .canvas import BOLD, FULL, LABEL, SMALL, Drawing, add_axes, render, text_width
from .marks import daily, legend_key, missing_look, region_name, window
from .scales import MONTHS, class_labels, class_of, day_text, even_breaks, span_text
from .shapes import boxes, units_across

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["calendar", "draw_calendar"]

LEFT, ABOVE, KEY = 30.0, 20.0, 30.0


def calendar(
    panel: Panel,
    week: Week,
    theme: Theme,
    *,
    region: str = TOTAL,
    weeks: int = 53,
    name: str = "calendar",
    alt: str = "",
) -> Drawing:
    """The last ``weeks`` weeks of one region, one square per day, weekdays in rows, the reported week framed.

    ``data``: region, breaks, first_day, last_day, busiest_day (None where nothing was reported).
    """

    def draw(figure: "Figure") -> dict[str, Any]:
        ax = add_axes(figure, LEFT, KEY, side * weeks, side * 7)
        return draw_calendar(ax, panel, region, week, theme, weeks=weeks)

    side = min((FULL - LEFT - 2) / weeks, 24.0)
    return render(draw, theme, name=name, height=7 * side + ABOVE + KEY + 18, alt=alt)


def draw_calendar(
    ax: "Axes", panel: Panel, region: str, week: Week, theme: Theme, *, weeks: int
) -> dict[str, Any]:
    """The calendar on any axes."""
    first = week.first_day - dt.timedelta(weeks=weeks - 1)
    shown = window(daily(panel, region), week.last_day, None)
    shown = shown.loc[pd.Timestamp(first) :]
    days = pd.DatetimeIndex(shown.index)
    known = shown.dropna()
    breaks = even_breaks(float(known.max()) if len(known) else 0.0)
    ax.set_xlim(0, weeks)
    ax.set_ylim(7, 0)
    ax.set_axis_off()
    ax.apply_aspect()
    _squares(ax, (days - pd.Timestamp(first)).days.to_numpy(), shown, breaks, theme)
    _frame_week(ax, weeks, theme)
    _words(ax, first, weeks, week.starts_on, theme)
    ax.annotate(
        region_name(panel, region), (0, 1), xycoords="axes fraction", xytext=(-LEFT, 22), size=LABEL,
        textcoords="offset points", weight=BOLD, color=theme.light["ink"], annotation_clip=False,
    )  # fmt: skip
    _key(ax, breaks, bool(shown.isna().any()), theme)
    busiest = pd.Timestamp(str(known.idxmax())).date() if len(known) and known.max() > 0 else None
    span = span_text(max(first, panel.first_day), week.last_day, year=True)
    text = f"{region_name(panel, region)}: {panel.measure.replace('_', ' ')} by day, {span}"
    most = f"; most on {day_text(busiest, year=True)} ({count_text(float(known.max()))})" if busiest else ""
    return {
        "region": region, "breaks": breaks, "first_day": max(first, panel.first_day),
        "last_day": week.last_day, "busiest_day": busiest, "alt": f"{text}{most}.",
    }  # fmt: skip


def _squares(
    ax: "Axes",
    number: "np.ndarray[Any, Any]",
    shown: "pd.Series[float]",
    breaks: Sequence[float],
    theme: Theme,
) -> None:
    values = shown.to_numpy(dtype=float)
    classes = np.array([-1 if np.isnan(v) else class_of(v, breaks) for v in values.tolist()], dtype=np.int64)
    column, row = np.divmod(number, 7)
    corners = np.column_stack([column + 0.06, row + 0.06, column + 0.94, row + 0.94]).astype(float)
    for level in range(-1, 6):
        mine = classes == level
        if mine.any():
            boxes(ax, corners[mine], gid=f"class-{level}", **_look(level, theme))


def _look(level: int, theme: Theme) -> dict[str, Any]:
    light = theme.light
    if level < 0:
        return missing_look(theme)
    if level == 0:
        return {"facecolor": light["paper"], "edgecolor": light["rule"], "linewidth": 0.6}
    return {"facecolor": light[f"seq_{level}"]}


def _frame_week(ax: "Axes", weeks: int, theme: Theme) -> None:
    corner = np.array([[weeks - 1.0, 0.0, float(weeks), 7.0]])
    boxes(
        ax, corner, facecolor="none", edgecolor=theme.light["ink"], linewidth=1.2, clip_on=False, gid="week"
    )


def _words(ax: "Axes", first: dt.date, weeks: int, starts_on: str, theme: Theme) -> None:
    colour = theme.light["muted"]
    begins = WEEKDAYS.index(starts_on)
    for row in (0, 2, 4, 6):
        ax.text(-0.4, row + 0.5, WEEKDAYS[(begins + row) % 7][:3].capitalize(), size=SMALL, color=colour,
                ha="right", va="center_baseline", clip_on=False)  # fmt: skip
    year, free = None, 0.0
    for column in range(weeks):
        days = [first + dt.timedelta(days=7 * column + i) for i in range(7)]
        start = next((day for day in days if day.day == 1), None)
        if start is None or column > weeks - 2 or column < free:
            continue
        text = MONTHS[start.month - 1] if start.year == year else f"{MONTHS[start.month - 1]} {start.year}"
        year = start.year
        free = column + (text_width(text, SMALL) + 4) * weeks / units_across(ax)
        ax.text(column, -0.35, text, size=SMALL, color=colour, va="baseline", clip_on=False)


def _key(ax: "Axes", breaks: Sequence[float], missing: bool, theme: Theme) -> None:
    entries = [(_look(0, theme), "0")]
    entries += [(_look(i + 1, theme), words) for i, words in enumerate(class_labels(breaks))]
    entries += [(_look(-1, theme), "not covered")] if missing else []
    legend_key(ax, entries, theme, left=0, y=-20)
