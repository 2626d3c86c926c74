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
from .marks import axis_frame, boxes, daily, day_bars, legend_key, not_covered, units_across, units_up, window
from .scales import day_number, day_text, span_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_days", "epicurve", "incomplete_from", "week_shade"]

HEIGHT = 230.0


def epicurve(
    panel: Panel,
    week: Week,
    theme: Theme,
    *,
    weeks: int | None = 26,
    region: str = TOTAL,
    name: str = "epicurve",
    alt: str = "",
) -> Drawing:
    """Bars per day, the mean of seven days up to and with each day, the reported week shaded.

    weeks : how many weeks up to the reported one; None = the whole panel.
    Days that are not observed are hatched grey; the last days are hatched where, by the delays seen so far,
    under 90 per cent of their reports can be in (`incomplete_from`).

    ``data``: first_day, last_day, peak_day, peak, week_total, incomplete_from (a date or None),
    not_covered (number of days).
    """

    def draw(figure: "Figure") -> dict[str, Any]:
        across, up = (float(side) * 72 for side in figure.get_size_inches())
        ax = add_axes(figure, 34, 32, across - 38, up - 56)
        return draw_days(ax, panel, week, theme, weeks=weeks, region=region)

    return render(draw, theme, name=name, height=HEIGHT, alt=alt)


def incomplete_from(panel: Panel, share: float = 0.9) -> dt.date | None:
    """First day of the tail for which under ``share`` of all reports can be in at ``panel.as_of``.

    None where delays or ``as_of`` are not known, or every day is complete. A day counts as complete when it
    lies so far back that ``share`` of the delays seen are shorter. A simple share, for shading; no estimate.
    """
    if panel.as_of is None or panel.delays is None or not len(panel.delays):
        return None
    needed = int(np.ceil(np.quantile(panel.delays.to_numpy(dtype=float), share, method="inverted_cdf")))
    first = panel.as_of.date() - dt.timedelta(days=needed - 1)
    return first if first <= panel.last_day else None


def draw_days(
    ax: "Axes", panel: Panel, week: Week | None, theme: Theme, *, weeks: int | None, region: str
) -> dict[str, Any]:
    """The epicurve on any axes; what `epicurve` returns as data, with its "alt"."""
    series = daily(panel, region)
    last = week.last_day if week else panel.last_day
    shown = window(series, last, None if weeks is None else weeks * 7)
    days = pd.DatetimeIndex(shown.index)
    top = float(shown.max()) if shown.notna().any() else 0.0
    axis_frame(ax, days[0].date(), days[-1].date(), 1.15 * top, theme, ticks=9)
    gaps = not_covered(ax, shown, theme)
    tail = incomplete_from(panel)
    late = days >= pd.Timestamp(tail) if tail else np.zeros(len(days), dtype=bool)
    used = _titles(ax, panel, bool(gaps), bool(late.any()), theme)
    if week:
        week_shade(ax, week, days, theme, clear=used)
    light = theme.light
    day_bars(ax, shown[~late], facecolor=light["fill"], zorder=2, gid="bars")
    day_bars(ax, shown[late], facecolor=light["paper"], edgecolor=light["accent"], hatch="///", zorder=2)
    mean = series.rolling(7, min_periods=7).mean().reindex(days).where(~late)
    _mean_line(ax, shown, mean, week, theme)
    _peak(ax, shown, theme)
    data = _data(panel, shown, week, tail if late.any() else None)
    return data | {"alt": _alt(panel, data, week)}


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


def _peak(ax: "Axes", shown: "pd.Series[float]", theme: Theme) -> None:
    """The largest day, named."""
    if not shown.notna().any() or not shown.max() > 0:
        return
    day = pd.Timestamp(str(shown.idxmax())).date()
    text = f"{count_text(float(shown.max()))} on {day_text(day)}"
    low, high = ax.get_xlim()
    half = text_width(text, SMALL) / 2 / units_across(ax) * (high - low)
    at = min(max(day_number(day), low + half), high - half)
    ax.annotate(text, (at, float(shown.max())), xytext=(0, 4), textcoords="offset points", size=SMALL,
                ha="center", va="baseline", color=theme.light["muted"], zorder=4)  # fmt: skip


def _mean_line(
    ax: "Axes", shown: "pd.Series[float]", mean: "pd.Series[float]", week: Week | None, theme: Theme
) -> None:
    x = np.array([day_number(day) for day in pd.DatetimeIndex(mean.index)], dtype=float)
    y = mean.to_numpy(dtype=float)
    ax.plot(x, y, color=theme.light["accent"], linewidth=1.9, zorder=3, gid="mean", solid_joinstyle="round")
    words = "7-day mean"
    span = int(np.ceil(text_width(words, LABEL) / units_across(ax) * (len(x) + 1))) + 2
    place = _quiet_place(shown, mean, span, week)
    if place is None:
        return
    middle, above = place
    up = float(np.diff(ax.get_ylim())[0]) / units_up(ax)
    at = int(np.clip(middle, 0, len(x) - 1))
    ax.plot([x[at], x[at]], [y[at], above + 5 * up], color=theme.light["accent"], linewidth=0.8, zorder=3)
    ax.text(x[at], above + 7 * up, words, size=LABEL, color=theme.light["accent"], ha="center", va="baseline",
            zorder=4)  # fmt: skip


def _quiet_place(
    shown: "pd.Series[float]", mean: "pd.Series[float]", span: int, week: Week | None
) -> tuple[int, float] | None:
    """Where the bars under a label ``span`` days wide are lowest: its middle and the height to clear."""
    free = len(shown) if week is None else int((shown.index < pd.Timestamp(week.first_day)).sum())
    heights = np.fmax(shown.to_numpy(dtype=float), mean.to_numpy(dtype=float))[:free]
    known = mean.notna().to_numpy()[:free]
    if free < span or not known.any():
        return None
    spans = np.lib.stride_tricks.sliding_window_view(heights, span)
    usable = np.lib.stride_tricks.sliding_window_view(known & np.isfinite(heights), span).all(axis=1)
    if not usable.any():
        return None
    tallest = np.where(usable, spans.max(axis=1), np.inf)
    # later is better where two places are equally quiet
    best = int(len(tallest) - 1 - np.argmin(tallest[::-1]))
    return best + span // 2, float(tallest[best])


def _titles(ax: "Axes", panel: Panel, gaps: bool, late: bool, theme: Theme) -> float:
    """What is counted, and the key to the hatches, over the axes; returns where they end, in units."""
    light = theme.light
    across, up = units_across(ax), units_up(ax)
    words = f"{panel.measure.replace('_', ' ').capitalize()} per day"
    ax.text(-30 / across, (up + 8) / up, words, transform=ax.transAxes, size=LABEL, color=light["muted"],
            va="baseline", clip_on=False)  # fmt: skip
    entries: list[tuple[dict[str, Any], str]] = []
    if gaps:
        entries.append(
            ({"facecolor": light["missing"], "edgecolor": light["grey"], "hatch": "///"}, "not covered")
        )
    if late:
        look = {"facecolor": light["paper"], "edgecolor": light["accent"], "hatch": "///"}
        entries.append((look, "incomplete: under 90% of reports in"))
    return legend_key(ax, entries, theme, left=text_width(words, LABEL) - 10, y=up + 8)


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


def _alt(panel: Panel, data: dict[str, Any], week: Week | None) -> str:
    words = panel.measure.replace("_", " ")
    text = f"Daily {words} from {span_text(data['first_day'], data['last_day'], year=True)}"
    if data["peak_day"] is None:
        return f"{text}: none reported."
    text += f": at most {count_text(data['peak'])} in a day, on {day_text(data['peak_day'], year=True)}"
    if week:
        span = span_text(week.first_day, week.last_day)
        text += f"; {count_text(data['week_total'])} in the reported week, {span}"
    return text + "."
