"""Where the level changed: daily counts, the fitted level with its interval, dated changes.

Levels and dates are the records' own; nothing is fitted here.
"""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.findings import ChangePoint
from analysis.numbers import ratio_text
from analysis.panel import Panel
from analysis.weeks import Week
from reports.theme import Theme

from .canvas import BOLD, FULL, LABEL, SMALL, Drawing, add_axes, render, shortened, text_width
from .marks import axis_frame, daily, day_bars, not_covered, region_name, window
from .scales import day_number, day_text, span_text
from .shapes import boxes, units_across

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_levels", "first_day", "level_changes", "region_plot"]

ROW = 138.0  # one panel with its name, dates and axis
LEFT, RIGHT, BELOW, ABOVE = 30.0, 34.0, 32.0, 34.0


def level_changes(
    panel: Panel,
    change_points: Sequence[ChangePoint],
    week: Week,
    theme: Theme,
    *,
    most: int = 12,
    weeks: int | None = 52,
    name: str = "level_changes",
    alt: str = "",
) -> Drawing:
    """One small panel per region whose level changed in the window, the latest change first.

    change_points : of any regions; `TOTAL` may be among them.
    weeks : how far back; None = the whole panel. Further where no change is that young.
    Every panel counts from 0 on its own scale; the days are the same in all. The band around a level is its
    interval, the band around a dashed line the days the change may have happened on.

    ``data``: regions (codes in the order drawn), left_out (codes with a change that found no room),
    first_day, last_day. Raises ValueError without a change up to the week's last day.
    """
    dates = [change.date for change in change_points if change.date <= week.last_day]
    if not dates:
        raise ValueError(f"there is no change of level up to {week.last_day} to draw")
    first = max(panel.first_day, min(first_day(panel, week, weeks), max(dates) - dt.timedelta(days=28)))
    by_region = _by_region(change_points, min(first, max(dates)), week.last_day)
    order = sorted(by_region, key=lambda code: (by_region[code][-1].date, code), reverse=True)
    shown = order[:most]
    columns = {1: 1, 2: 2, 4: 2}.get(len(shown), 3)
    rows = -(-len(shown) // columns)

    def draw(figure: "Figure") -> dict[str, Any]:
        cell = FULL / columns
        for i, code in enumerate(shown):
            row, column = divmod(i, columns)
            ax = add_axes(
                figure, column * cell + LEFT, (rows - 1 - row) * ROW + BELOW,
                cell - LEFT - RIGHT, ROW - BELOW - ABOVE,
            )  # fmt: skip
            draw_levels(ax, panel, code, by_region[code], week, theme, first=first, ticks=round(cell / 45))
        names = ", ".join(region_name(panel, code) for code in shown)
        return {
            "regions": tuple(shown), "left_out": tuple(order[most:]), "first_day": first,
            "last_day": week.last_day, "alt": f"Daily counts with fitted level and dated changes: {names}.",
        }  # fmt: skip

    return render(draw, theme, name=name, height=rows * ROW, alt=alt)


def region_plot(
    panel: Panel,
    region: str,
    week: Week,
    theme: Theme,
    *,
    change_points: Sequence[ChangePoint] = (),
    weeks: int | None = 52,
    name: str = "",
    alt: str = "",
) -> Drawing:
    """One region over the full width: daily bars, and its fitted level where changes are given.

    ``change_points`` may hold other regions' too. Raises UnknownRegionError. ``data``: region, first_day,
    last_day, changes (their dates).
    """
    first = first_day(panel, week, weeks)
    own = _by_region(change_points, dt.date.min, dt.date.max).get(region, ())

    def draw(figure: "Figure") -> dict[str, Any]:
        ax = add_axes(figure, LEFT + 4, BELOW, FULL - LEFT - RIGHT - 4, 112)
        draw_levels(ax, panel, region, own, week, theme, first=first, ticks=12)
        dates = tuple(change.date for change in own if change.date >= first)
        return {
            "region": region, "first_day": first, "last_day": week.last_day, "changes": dates,
            "alt": _alt(panel, region, first, week, dates),
        }  # fmt: skip

    return render(draw, theme, name=name or f"region-{region}", height=112 + BELOW + ABOVE, alt=alt)


def _alt(panel: Panel, region: str, first: dt.date, week: Week, dates: Sequence[dt.date]) -> str:
    span = span_text(max(first, panel.first_day), week.last_day, year=True)
    text = f"{region_name(panel, region)}: daily {panel.measure.replace('_', ' ')} from {span}"
    if not dates:
        return f"{text}, without a change of level."
    return f"{text}; the level changed on {', '.join(day_text(day, year=True) for day in dates)}."


def first_day(panel: Panel, week: Week, weeks: int | None) -> dt.date:
    """First day drawn: so many weeks up to the week shown, or all of the panel."""
    if weeks is None:
        return panel.first_day
    return max(panel.first_day, week.last_day - dt.timedelta(days=7 * weeks - 1))


def _by_region(
    change_points: Sequence[ChangePoint], first: dt.date, last: dt.date
) -> dict[str, tuple[ChangePoint, ...]]:
    """All changes up to ``last`` of the regions with one since ``first``, by date."""
    found: dict[str, tuple[ChangePoint, ...]] = {}
    for change in sorted(change_points, key=lambda change: change.date):
        if change.date <= last:
            found[change.region] = (*found.get(change.region, ()), change)
    return {code: changes for code, changes in found.items() if changes[-1].date >= first}


def draw_levels(
    ax: "Axes",
    panel: Panel,
    region: str,
    changes: Sequence[ChangePoint],
    week: Week | None,
    theme: Theme,
    *,
    first: dt.date,
    ticks: int,
) -> None:
    """One region on any axes."""
    last = week.last_day if week else panel.last_day
    shown = window(daily(panel, region), last, max(1, (last - first).days + 1))
    days = pd.DatetimeIndex(shown.index)
    steps = _steps(changes, days[0].date(), days[-1].date())
    counts = float(shown.max()) if shown.notna().any() else 0.0
    top = max([counts, *(estimate.high for _, _, estimate in steps)])
    axis_frame(ax, days[0].date(), days[-1].date(), 1.04 * top, theme, ticks=ticks, levels=3)
    not_covered(ax, shown, theme)
    light = theme.light
    _ranges(ax, changes, days, theme)
    day_bars(ax, shown, facecolor=light["grey"], zorder=2, gid="bars")
    _levels(ax, steps, theme)
    inside = [change for change in changes if days[0].date() < change.date <= days[-1].date()]
    name = shortened(region_name(panel, region), LEFT + units_across(ax) + RIGHT - 12, LABEL, BOLD)
    _change_lines(ax, inside, name, theme)
    ax.annotate(
        name, (0, 1), xycoords="axes fraction", xytext=(-LEFT + 4, 18), size=LABEL,
        textcoords="offset points", weight=BOLD, color=light["ink"], va="baseline", annotation_clip=False,
    )  # fmt: skip


def _steps(changes: Sequence[ChangePoint], first: dt.date, last: dt.date) -> list[tuple[float, float, Any]]:
    """Left edge, right edge and Estimate of every level inside the window."""
    if not changes:
        return []
    edges = [dt.date.min, *(change.date for change in changes), last + dt.timedelta(days=1)]
    levels = [changes[0].before, *(change.after for change in changes)]
    steps = []
    for begin, end, level in zip(edges, edges[1:], levels, strict=False):
        left, right = max(begin, first), min(end, last + dt.timedelta(days=1))
        if left < right:
            steps.append((day_number(left) - 0.5, day_number(right) - 0.5, level))
    return steps


def _levels(ax: "Axes", steps: Sequence[tuple[float, float, Any]], theme: Theme) -> None:
    if not steps:
        return
    light = theme.light
    bands = np.array([[left, level.low, right, level.high] for left, right, level in steps])
    # filled behind the bars and outlined before them: the counts stay visible, and so does the interval
    boxes(ax, bands, facecolor=light["band"], zorder=1.5, gid="bands")
    boxes(ax, bands, facecolor="none", edgecolor=light["accent"], linewidth=0.5, zorder=2.5)
    x = [edge for left, right, _ in steps for edge in (left, right)]
    y = [level.value for _, _, level in steps for _ in range(2)]
    ax.plot(x, y, color=light["accent"], linewidth=2, zorder=3, gid="level", solid_joinstyle="miter")
    ax.annotate(
        ratio_text(steps[-1][2].value), (1, steps[-1][2].value), xycoords=("axes fraction", "data"),
        xytext=(4, 0), textcoords="offset points", size=SMALL, weight=BOLD, color=light["accent"],
        va="center_baseline", annotation_clip=False,
    )  # fmt: skip


def _ranges(ax: "Axes", changes: Sequence[ChangePoint], days: pd.DatetimeIndex, theme: Theme) -> None:
    low, high = day_number(days[0].date()) - 0.5, day_number(days[-1].date()) + 0.5
    top = ax.get_ylim()[1]
    sides = [
        (max(low, day_number(change.earliest) - 0.5), 0.0, min(high, day_number(change.latest) + 0.5), top)
        for change in changes
        if day_number(change.latest) >= low and day_number(change.earliest) <= high
    ]
    if sides:
        boxes(ax, np.array(sides), facecolor=theme.light["shade"], zorder=0.5, gid="ranges")


def _change_lines(ax: "Axes", changes: Sequence[ChangePoint], name: str, theme: Theme) -> None:
    """A dashed line and a date for every change; a date for which there is no room goes unsaid."""
    low, high = ax.get_xlim()
    per_unit = (high - low) / units_across(ax)
    top = ax.get_ylim()[1]
    year = day_year(high)
    title_end = low + (4 - LEFT + text_width(name, LABEL, BOLD) + 8) * per_unit
    # dates stand right above their line, or one row higher, beside the name
    ends = {4: high + (RIGHT - 6) * per_unit, 18: high + (RIGHT - 6) * per_unit}
    starts = {4: low - LEFT * per_unit, 18: title_end}
    for change in reversed(changes):
        x = day_number(change.date) - 0.5
        colour = theme.light["up" if change.after.value >= change.before.value else "down"]
        ax.plot([x, x], [0, top], color=colour, linewidth=1.1, linestyle=(0, (3, 2)), zorder=4, gid="change")
        text = day_text(change.date, year=change.date.year != year)
        wide = text_width(text, SMALL) * per_unit
        for row, end in ends.items():
            left = min(x - 2 * per_unit, end - wide)
            if left >= starts[row] and left + wide >= x - 4 * per_unit:
                break
        else:
            continue
        ends[row] = left - 6 * per_unit
        ax.annotate(text, (left, top), xytext=(0, row), textcoords="offset points", size=SMALL, color=colour,
                    va="baseline", annotation_clip=False)  # fmt: skip


def day_year(number: float) -> int:
    """The year a place on a date axis lies in."""
    return (dt.date(1970, 1, 1) + dt.timedelta(days=int(number))).year
