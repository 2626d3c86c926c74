"""What is drawn, read back from the artists: bars, means, levels, changes, squares."""

import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from analysis.errors import UnknownRegionError
from analysis.findings import TOTAL, UNALLOCATED, Findings
from analysis.panel import Panel
from analysis.weeks import Week
from reports.figures import (
    calendar,
    epicurve,
    level_changes,
    map_breaks,
    plot_calendar,
    plot_map,
    plot_panel,
    plot_region,
    tile_map,
)  # fmt: skip
from reports.figures.scales import day_number
from reports.theme import LIGHT, Theme


@pytest.fixture
def ax() -> Axes:
    figure = Figure(figsize=(9, 3))
    FigureCanvasAgg(figure)
    return figure.add_axes((0.05, 0.15, 0.9, 0.7))


def rectangles(ax: Axes, gid: str) -> list[np.ndarray]:
    """left, bottom, right, top of every rectangle of the paths with this id."""
    found = []
    for patch in ax.get_children():
        if patch.get_gid() == gid:
            points = patch.get_path().vertices.reshape(-1, 5, 2)
            found += [np.concatenate([box.min(axis=0), box.max(axis=0)]) for box in points]
    return found


def lines(ax: Axes, gid: str) -> list[np.ndarray]:
    return [line.get_xydata() for line in ax.lines if line.get_gid() == gid]


def words(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_bars_are_the_panel_s_numbers(ax, panel):
    complete = replace(panel, delays=None)
    plot_panel(complete, ax)
    bars = rectangles(ax, "bars")
    total = complete.counts.sum(axis=1)
    drawn = {round((box[0] + box[2]) / 2): box[3] for box in bars}
    assert drawn == {day_number(day): value for day, value in total.items() if value > 0}
    assert all(box[1] == 0 for box in bars)


def test_unallocated_is_part_of_the_total(ax, panel):
    extra = panel.unallocated + 2.0
    plot_panel(replace(panel, unallocated=extra, delays=None), ax)
    expected = panel.counts.sum(axis=1) + 2.0
    assert sum(box[3] for box in rectangles(ax, "bars")) == pytest.approx(expected.sum())


def test_mean_is_of_the_seven_days_up_to_each(ax, panel):
    plot_panel(replace(panel, delays=None), ax)
    (mean,) = lines(ax, "mean")
    total = panel.counts.sum(axis=1).to_numpy()
    assert np.isnan(mean[:6, 1]).all()
    for i in (6, 50, len(total) - 1):
        assert mean[i, 0] == day_number(panel.days[i])
        assert mean[i, 1] == pytest.approx(total[i - 6 : i + 1].mean())


def test_mean_uses_the_days_before_the_window(ax, panel, week):
    plot_panel(replace(panel, delays=None), ax, week=week, weeks=4)
    (mean,) = lines(ax, "mean")
    assert len(mean) == 28
    assert not np.isnan(mean[:, 1]).any()


def test_no_mean_across_days_not_covered(ax):
    values = np.ones(60)
    values[30:33] = np.nan
    panel = Panel.from_counts(pd.DataFrame({"a": values}, index=pd.date_range("2025-01-01", periods=60)))
    plot_panel(panel, ax)
    (mean,) = lines(ax, "mean")
    assert np.flatnonzero(np.isnan(mean[:, 1])).tolist() == [*range(6), *range(30, 39)]
    assert len(rectangles(ax, "bars")) == 57
    assert "not covered" in words(ax)


def test_tail_follows_the_delays(panel, week):
    # 80 % within one day, 95 % within two: on the 21st, days from the 20th on are short of 90 %
    assert panel.incomplete_from() == dt.date(2025, 7, 20)
    assert panel.incomplete_from(share=0.99) == dt.date(2025, 7, 13)
    assert panel.incomplete_from(share=0.5) is None
    assert replace(panel, delays=None).incomplete_from() is None
    assert replace(panel, as_of=None).incomplete_from() is None
    drawing = epicurve(panel, week, Theme())
    assert drawing.data["incomplete_from"] == dt.date(2025, 7, 20)
    assert "incomplete" in drawing.svg
    assert "incomplete" not in epicurve(replace(panel, delays=None), week, Theme()).svg


def test_bars_of_the_tail_stand_apart(ax, panel):
    plot_panel(panel, ax)
    assert len(rectangles(ax, "bars")) == len(panel.days) - 1
    (mean,) = lines(ax, "mean")
    assert np.isnan(mean[-1, 1])
    assert not np.isnan(mean[-2, 1])


def test_epicurve_tells_what_it_shows(panel, week):
    data = epicurve(panel, week, Theme()).data
    assert data["first_day"] == dt.date(2025, 1, 20)
    assert data["last_day"] == week.last_day
    assert data["week_total"] == panel.amount(TOTAL, week.first_day, week.last_day).figure
    assert data["peak"] == 13
    assert data["not_covered"] == 0


def test_unit_is_on_the_axis_and_the_week_is_named(panel, week):
    svg = epicurve(replace(panel, measure="drones"), week, Theme()).svg
    assert ">Drones per day</text>" in svg
    assert ">14–20 Jul</text>" in svg
    assert ">7-day mean</text>" in svg
    assert ">2025</text>" in svg


def test_region_and_unallocated_can_be_drawn(ax, panel):
    plot_panel(panel, ax, region="XX-BB")
    assert {box[3] for box in rectangles(ax, "bars")} == {3.0}
    plot_panel(panel, region=UNALLOCATED, ax=ax)
    with pytest.raises(UnknownRegionError, match="XX-AB"):
        plot_panel(panel, ax, region="XX-AB")


def test_levels_and_changes_stand_at_their_dates(ax, panel, week, changes):
    findings = Findings(week=week, items=tuple(changes), panel=panel)
    plot_region(findings, "XX-AA", ax)
    edges = [day_number(dt.date(2025, 3, 3)) - 0.5, day_number(dt.date(2025, 6, 1)) - 0.5]
    assert sorted(line[0, 0] for line in lines(ax, "change")) == edges
    (level,) = lines(ax, "level")
    assert level[:, 1].tolist() == [2, 2, 5, 5, 1.5, 1.5]
    assert level[[1, 3], 0].tolist() == edges
    assert level[0, 0] == day_number(panel.first_day) - 0.5
    heights = [(box[1], box[3]) for box in rectangles(ax, "bands")]
    assert np.array(heights) == pytest.approx(np.array([[1.6, 2.5], [4.0, 6.25], [1.2, 1.875]]))
    ranges = rectangles(ax, "ranges")
    assert ranges[0][0] == day_number(dt.date(2025, 2, 28)) - 0.5
    assert ranges[0][2] == day_number(dt.date(2025, 3, 5)) + 0.5
    assert {"3 Mar", "1 Jun", "Alpha", "1.50"} <= set(words(ax))


def test_colour_of_a_change_tells_its_direction(ax, panel, week, changes):
    plot_region(Findings(week=week, items=tuple(changes), panel=panel), "XX-AA", ax)
    colours = {line.get_xdata()[0]: line.get_color() for line in ax.lines if line.get_gid() == "change"}
    assert [colours[x] for x in sorted(colours)] == [LIGHT["up"], LIGHT["down"]]


def test_panels_come_latest_change_first(panel, week, changes):
    drawing = level_changes(panel, changes, week, Theme())
    assert drawing.data["regions"] == ("XX-AA", "XX-BB")
    assert drawing.svg.index(">Alpha<") < drawing.svg.index(">Beta")
    few = level_changes(panel, changes, week, Theme(), most=1)
    assert few.data["regions"] == ("XX-AA",)
    assert few.data["left_out"] == ("XX-BB",)
    assert "Beta" not in few.svg


def test_an_early_change_widens_the_window(panel, week, changes):
    drawing = level_changes(panel, changes[2:], week, Theme(), weeks=2)
    assert drawing.data["first_day"] == dt.date(2025, 3, 13)
    assert ">10 Apr<" in drawing.svg


def test_a_change_of_another_year_says_so(many, week, changes):
    old = replace(changes[0], region="R001", date=dt.date(2024, 9, 1), earliest=dt.date(2024, 8, 30),
                  latest=dt.date(2024, 9, 4))  # fmt: skip
    assert ">1 Sep 2024<" in level_changes(many, [old], week, Theme()).svg


def test_level_changes_without_changes_is_refused(panel, week, changes):
    with pytest.raises(ValueError, match="no change"):
        level_changes(panel, [], week, Theme())
    with pytest.raises(ValueError, match="no change"):
        level_changes(panel, changes, week.shift(-25), Theme())


def test_a_long_name_ends_within_its_panel(panel, week, changes):
    long = "Khanty-Mansi Autonomous Okrug – Yugra and everything beyond it up to the far end of the page"
    regions = panel.regions.assign(name=[long, "b", "c"])
    svg = level_changes(replace(panel, regions=regions), changes, week, Theme()).svg
    (name,) = re.findall(r">(Khanty[^<]*)<", svg)
    assert name.endswith("…")
    assert long.startswith(name[:-1])


def test_total_may_be_among_the_changes(panel, week, changes):
    total = replace(changes[0], region=TOTAL)
    assert ">All regions<" in level_changes(panel, [total], week, Theme()).svg


def test_findings_without_panel_are_refused(week):
    with pytest.raises(ValueError, match="panel"):
        plot_region(Findings(week=week, items=()), "XX-AA")


def test_squares_stand_in_their_places(ax, panel, week):
    plot_map(panel, week, ax)
    for code, (row, column) in {"XX-AA": (0, 0), "XX-BB": (0, 2), "XX-CC": (1, 1)}.items():
        (box,) = rectangles(ax, f"tile-{code}")
        assert (int(box[0]), int(box[1])) == (column, row)
    texts = {(int(t.get_position()[0]), int(t.get_position()[1]), t.get_text()) for t in ax.texts}
    total = panel.amount("XX-AA", week.first_day, week.last_day).figure
    assert (0, 0, f"{total:.0f}") in texts
    assert (2, 0, "21") in texts
    assert (1, 1, "U") in texts
    assert (0, 0, "AA") in texts


def test_a_week_partly_covered_counts_what_was_reported(panel, week):
    observed = panel.observed.copy()
    observed.loc["2025-07-14":"2025-07-16"] = False
    values = tile_map(replace(panel, observed=observed), week, Theme()).data["values"]
    assert values == {"XX-AA": values["XX-AA"], "XX-BB": 21.0, "XX-CC": None}


def test_zero_is_white_and_unknown_is_not(ax, panel, week):
    nothing = panel.counts * [0, 1, 1]
    plot_map(replace(panel, counts=nothing, low=nothing, high=nothing), week, ax)
    look = {child.get_gid(): child.get_facecolor() for child in ax.get_children() if child.get_gid()}
    assert look["tile-XX-AA"] == (1.0, 1.0, 1.0, 1.0)
    assert look["tile-XX-CC"] != look["tile-XX-AA"]
    assert [t.get_text() for t in ax.texts if t.get_position()[0] == 0.5] == ["AA"]


def test_every_square_has_a_tooltip(panel, week):
    svg = tile_map(panel, week, Theme()).svg
    assert "<title>Beta &lt;&amp;&gt;: 21</title>" in svg
    assert "<title>Gamma: not covered</title>" in svg


def test_regions_in_one_place_or_none_follow_below(panel, week):
    regions = panel.regions.assign(tile_row=[1, 1, None], tile_col=[1, 1, None])
    drawing = tile_map(replace(panel, regions=regions), week, Theme())
    assert drawing.data["unplaced"] == ("XX-BB", "XX-CC")
    assert drawing.svg.count("<title>") == 3


def test_codes_without_letters_show_a_piece_of_the_name(week):
    days = pd.date_range("2025-07-14", periods=7)
    codes = {
        "UA-32": "Kyiv Oblast",
        "UA-30": "Kyiv",
        "UA-74": "Chernihiv Oblast",
        "UA-77": "Chernivtsi Oblast",
    }
    regions = pd.DataFrame({"name": list(codes.values()), "parent": ""}, index=list(codes))
    panel = Panel.from_counts(pd.DataFrame(1.0, index=days, columns=list(codes)), regions=regions)
    svg = tile_map(panel, week, Theme()).svg
    assert all(f">{text}</text>" in svg for text in ("Kyiv", "Kyiv Obl.", "Chernih.", "Cherniv."))


def test_map_scale_rests_on_the_year_not_the_week(panel, week):
    assert map_breaks(panel, week) == map_breaks(panel, week.shift(-3)) == (1, 10, 20, 30, 40)
    skewed = panel.counts * [1.0, 0.05, 0.05]
    assert map_breaks(replace(panel, counts=skewed, low=skewed, high=skewed), week) == (1, 2, 5, 10, 20)
    breaks = (1.0, 10.0, 20.0, 50.0, 60.0)
    drawing = tile_map(panel, week, Theme(), breaks=breaks)
    assert drawing.data["breaks"] == breaks
    assert all(f">{text}</text>" in drawing.svg for text in ("1–9", "20–49", "60+"))


def test_calendar_has_one_square_per_day_in_its_class(ax, panel, week):
    plot_calendar(panel, "XX-AA", ax)
    squares = {level: len(rectangles(ax, f"class-{level}")) for level in range(-1, 6)}
    values = panel.counts["XX-AA"]
    assert sum(squares.values()) == len(values)
    assert squares[0] == (values == 0).sum()
    assert squares[-1] == 0
    data = calendar(panel, week, Theme(), region="XX-AA").data
    assert data["breaks"] == (1, 2, 4, 6, 8)
    assert data["busiest_day"] == dt.date(2025, 1, 15)


def test_calendar_puts_days_under_their_weekday(ax):
    days = pd.date_range("2025-07-07", "2025-07-20")
    panel = Panel.from_counts(pd.DataFrame({"a": np.eye(14)[9]}, index=days))  # Wednesday 16 July only
    plot_calendar(panel, "a", ax, weeks=2)
    (box,) = rectangles(ax, "class-1")
    assert (int(box[0]), int(box[1])) == (1, 2)


def test_own_figures_come_from_pyplot(panel, monkeypatch):
    import matplotlib.pyplot as plt

    monkeypatch.setattr(plt, "show", lambda: None)
    with plt.rc_context({"backend": "Agg"}):
        axes = [plot_panel(panel), plot_region(panel, "XX-AA"), plot_calendar(panel), plot_map(panel)]
    assert all(isinstance(ax, Axes) for ax in axes)
    assert [ax.figure.number for ax in axes] == plt.get_fignums()[-4:]
    plt.close("all")


def test_dates_can_be_drawn_on_the_axis(ax, panel):
    plot_panel(panel, ax)
    ax.axvline(pd.Timestamp("2025-05-01"))
    assert ax.lines[-1].get_xdata(orig=False)[0] == day_number(dt.date(2025, 5, 1))
    ax.figure.canvas.draw()


def test_week_may_start_on_any_day(panel):
    week = Week.of(dt.date(2025, 7, 16), "tuesday")
    assert ">15–21 Jul</text>" in epicurve(panel, week, Theme()).svg
    assert ">Tue</text>" in calendar(panel, week, Theme()).svg
