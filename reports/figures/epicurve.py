"""Daily bars of the total with the 7-day mean: the first picture of the report."""

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.findings import TOTAL
from analysis.numbers import count_text
from analysis.panel import Panel
from analysis.weeks import Week
from reports.theme import Theme

from .canvas import BOLD, LABEL, SMALL, Drawing, add_axes, render, text_width
from .marks import axis_frame, daily, day_bars, legend_key, missing_look, not_covered, window
from .scales import day_number, day_text, span_text
from .shapes import boxes, units_across, units_up

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_days", "epicurve", "week_shade"]

HEIGHT = 230.0


def epicurve(
    panel: Panel,
    week: Week,
    theme: Theme,
    *,
    weeks: int | None = 26,
    region: str = TOTAL,
    name: str = "epicurve",
    noun: str = "",
    alt: str = "",
) -> Drawing:
    """Bars per day, the mean of seven days up to and with each day, the reported week shaded.

    weeks : how many weeks up to the reported one; None = the whole panel.
    noun : what is counted, in the plural; by default the measure's own name.
    Days that are not observed are striped grey; the last days are striped where, by the delays seen so far,
    under 90 per cent of their reports can be in (`Panel.incomplete_from`).

    ``data``: first_day, last_day, peak_day, peak, week_total, incomplete_from (a date or None),
    not_covered (number of days).
    """

    def draw(figure: "Figure") -> dict[str, Any]:
        across, up = (float(side) * 72 for side in figure.get_size_inches())
        ax = add_axes(figure, 34, 32, across - 38, up - 56)
        return draw_days(ax, panel, week, theme, weeks=weeks, region=region, noun=noun)

    return render(draw, theme, name=name, height=HEIGHT, alt=alt)


def draw_days(
    ax: "Axes",
    panel: Panel,
    week: Week | None,
    theme: Theme,
    *,
    weeks: int | None,
    region: str,
    noun: str = "",
) -> dict[str, Any]:
    """The epicurve on any axes; what `epicurve` returns as data, with its "alt"."""
    noun = noun or panel.measure.replace("_", " ")
    series = daily(panel, region)
    last = week.last_day if week else panel.last_day
    shown = window(series, last, None if weeks is None else weeks * 7)
    days = pd.DatetimeIndex(shown.index)
    top = float(shown.max()) if shown.notna().any() else 0.0
    axis_frame(ax, days[0].date(), days[-1].date(), 1.15 * top, theme, ticks=9)
    gaps = not_covered(ax, shown, theme)
    tail = panel.incomplete_from()
    late = days >= pd.Timestamp(tail) if tail else np.zeros(len(days), dtype=bool)
    used = _titles(ax, noun, gaps > 0, bool(late.any()), theme)
    if week:
        week_shade(ax, week, days, theme, clear=used)
    light = theme.light
    day_bars(ax, shown[~late], facecolor=light["fill"], zorder=2, gid="bars")
    day_bars(ax, shown[late], **_late_look(theme), zorder=2)
    mean = series.rolling(7, min_periods=7).mean().reindex(days).where(~late)
    _mean_line(ax, shown, mean, week, theme)
    _peak(ax, shown, week, theme)
    data = _data(panel, shown, week, tail if late.any() else None)
    return data | {"alt": _alt(noun, data, week)}


def week_shade(ax: "Axes", week: Week, days: pd.DatetimeIndex, theme: Theme, *, clear: float) -> None:
    """The reported week: shaded, with a bracket above it and its dates, right of ``clear`` units."""
    first, last = max(week.first_day, days[0].date()), min(week.last_day, days[-1].date())
    if first > last:
        return
    left, right = day_number(first) - 0.5, day_number(last) + 0.5
    top = ax.get_ylim()[1]
    boxes(ax, np.array([[left, 0, right, top]]), facecolor=theme.light["shade"], zorder=0.5)
    ax.plot([left, right], [top, top], color=theme.light["ink"], linewidth=1.6, clip_on=False,
            solid_capstyle="butt", zorder=4)  # fmt: skip
    text = span_text(week.first_day, week.last_day)
    low, high = ax.get_xlim()
    per_unit = (high - low) / units_across(ax)
    half = text_width(text, LABEL, BOLD) / 2 * per_unit
    at = min(max((left + right) / 2, low + clear * per_unit + half), high - half)
    ax.annotate(text, (at, top), xytext=(0, 8), textcoords="offset points", size=LABEL, weight=BOLD,
                ha="center", va="baseline", color=theme.light["ink"], annotation_clip=False)  # fmt: skip


def _peak(ax: "Axes", shown: "pd.Series[float]", week: Week | None, theme: Theme) -> None:
    """The largest day, named; where several days share it, the figure alone on up to three of them."""
    if not shown.notna().any() or not shown.max() > 0:
        return
    top = float(shown.max())
    days = [pd.Timestamp(str(day)).date() for day in shown.index[shown == top]]
    low, high = ax.get_xlim()
    free = low
    for day in days[:3]:
        text = count_text(top) if len(days) > 1 else f"{count_text(top)} on {day_text(day)}"
        half = text_width(text, SMALL) / 2 / units_across(ax) * (high - low)
        at = min(max(day_number(day), low + half), high - half)
        if at - half < free:
            continue
        free = at + half
        ground = theme.light["shade" if week and week.first_day <= day <= week.last_day else "paper"]
        ax.annotate(text, (at, top), xytext=(0, 4), textcoords="offset points", size=SMALL, zorder=4,
                    ha="center", va="baseline", color=theme.light["muted"], bbox=_ground(ground))  # fmt: skip


def _ground(colour: str) -> dict[str, Any]:
    """Keeps the lines behind a label from striking it through."""
    return {"boxstyle": "square,pad=0.08", "facecolor": colour, "linewidth": 0}


def _mean_line(
    ax: "Axes", shown: "pd.Series[float]", mean: "pd.Series[float]", week: Week | None, theme: Theme
) -> None:
    """The line, and its name where the bars leave most room."""
    x = np.array([day_number(day) for day in pd.DatetimeIndex(mean.index)], dtype=float)
    y = mean.to_numpy(dtype=float)
    colour = theme.light["accent"]
    ax.plot(x, y, color=colour, linewidth=1.9, zorder=3, gid="mean", solid_joinstyle="round")
    words = "7-day mean"
    span = int(np.ceil(text_width(words, LABEL) / units_across(ax) * (len(x) + 1))) + 2
    place = _quiet_place(shown, mean, span, week)
    if place is None:
        return
    at, above = place
    up = float(np.diff(ax.get_ylim())[0]) / units_up(ax)
    ax.plot([x[at], x[at]], [y[at], above + 5 * up], color=colour, linewidth=0.8, zorder=3)
    ax.text(x[at], above + 7 * up, words, size=LABEL, color=colour, ha="center", va="baseline", zorder=4,
            bbox=_ground(theme.light["paper"]))  # fmt: skip


def _quiet_place(
    shown: "pd.Series[float]", mean: "pd.Series[float]", span: int, week: Week | None
) -> tuple[int, float] | None:
    """Where the bars under a label ``span`` days wide are lowest: its middle day and the height to clear."""
    free = len(shown) if week is None else int((shown.index < pd.Timestamp(week.first_day)).sum())
    heights = np.fmax(shown.to_numpy(dtype=float), mean.to_numpy(dtype=float))
    usable = mean.notna().to_numpy() & np.isfinite(heights)
    for peak in np.flatnonzero(heights == np.nanmax(heights))[:3] if usable.any() else ():
        usable[max(0, peak - span // 2) : peak + span // 2 + 1] = False  # its label stands there
    if free < span:
        return None
    windows = np.lib.stride_tricks.sliding_window_view
    fits = windows(usable[:free], span).all(axis=1)
    if not fits.any():
        return None
    tallest = np.where(fits, windows(heights[:free], span).max(axis=1), np.inf)
    best = int(len(tallest) - 1 - np.argmin(tallest[::-1]))  # of equally quiet places the latest
    return best + span // 2, float(tallest[best])


def _titles(ax: "Axes", noun: str, gaps: bool, late: bool, theme: Theme) -> float:
    """What is counted, and the key to the stripes, over the axes; returns where they end, in units."""
    light = theme.light
    across, up = units_across(ax), units_up(ax)
    words = f"{noun[:1].upper()}{noun[1:]} per day"
    ax.text(-30 / across, (up + 8) / up, words, transform=ax.transAxes, size=LABEL, color=light["muted"],
            va="baseline", clip_on=False)  # fmt: skip
    entries: list[tuple[dict[str, Any], str]] = []
    if gaps:
        entries.append((missing_look(theme), "not covered"))
    if late:
        entries.append((_late_look(theme), "incomplete: under 90% of reports in"))
    return legend_key(ax, entries, theme, left=text_width(words, LABEL) - 10, y=up + 8)


def _late_look(theme: Theme) -> dict[str, Any]:
    light = theme.light
    return {
        "facecolor": light["paper"],
        "edgecolor": light["fill"],
        "linewidth": 0.6,
        "stripes": light["accent"],
    }


def _data(panel: Panel, shown: "pd.Series[float]", week: Week | None, tail: dt.date | None) -> dict[str, Any]:
    known = shown.dropna()
    peak = known.idxmax() if len(known) and known.max() > 0 else None
    in_week = shown.loc[str(week.first_day) : str(week.last_day)] if week else shown.iloc[:0]
    return {
        "first_day": shown.index[0].date(),
        "last_day": shown.index[-1].date(),
        "peak_day": None if peak is None else pd.Timestamp(str(peak)).date(),
        "peak": 0.0 if peak is None else float(known.max()),
        "week_total": round(float(in_week.sum()), 9),
        "incomplete_from": tail,
        "not_covered": int(shown.isna().sum()),
    }


def _alt(noun: str, data: dict[str, Any], week: Week | None) -> str:
    text = f"Daily {noun} from {span_text(data['first_day'], data['last_day'], year=True)}"
    if data["peak_day"] is None:
        return f"{text}: none reported."
    text += f": at most {count_text(data['peak'])} in a day, on {day_text(data['peak_day'], year=True)}"
    if week:
        span = span_text(week.first_day, week.last_day)
        text += f"; {count_text(data['week_total'])} in the reported week, {span}"
    return text + "."
