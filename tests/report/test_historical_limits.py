"""Four weeks beside comparable totals: which totals, their limits, the picture and the words."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Sheet

from analysis import Findings, Panel, Week
from analysis.findings import TOTAL
from analysis.historical import historical_limits, reference_blocks
from reports import build_report, plot_historical_limits
from reports.content import Figure, Table
from reports.figures import historical_limits as drawn
from reports.figures.limits import enough
from reports.theme import Theme

WEEK = Week.parse("2025-W29")


def panel_of(weeks: int, **levels: float) -> Panel:
    """Poisson days up to the week's last day; a last four weeks at three times the level for "up"."""
    days = pd.date_range(end="2025-07-20", periods=7 * weeks)
    rng = np.random.default_rng(3)
    counts = pd.DataFrame({name: rng.poisson(level, len(days)) for name, level in levels.items()}, index=days)
    if "up" in counts:
        counts.iloc[-28:, list(counts).index("up")] *= 3
    return Panel.from_counts(counts.astype(float))


def test_which_totals_are_compared() -> None:
    assert reference_blocks(26) is None  # the six totals that are needed fill 24 weeks, and the last three
    recent = reference_blocks(27)
    assert recent is not None
    assert (recent.basis, recent.blocks, recent.years) == ("weeks", (4, 8, 12, 16, 20, 24), 0)
    assert len(reference_blocks(110).blocks) == 13  # type: ignore[union-attr]  # one week short of two years
    two = reference_blocks(111)
    assert two is not None
    assert (two.basis, two.years, two.blocks) == ("years", 2, (48, 52, 56, 100, 104, 108))
    five = reference_blocks(600)
    assert five is not None
    assert five.years == 5
    # five years back the same weeks lie within four days of the same dates
    first, last = five.days(WEEK)[-2]
    assert abs((first.first_day - pd.Timestamp("2020-06-23").date()).days) <= 4
    assert (last.last_day - first.first_day).days == 27


@pytest.mark.parametrize("weeks", [60, 140])
def test_limits_are_the_mean_and_two_deviations_of_sums_of_days(weeks: int) -> None:
    panel = panel_of(weeks, a=2.0, up=1.0)
    found = historical_limits(panel, week=WEEK)
    assert found is not None
    limits, reference = found
    series = panel.counts.assign(**{TOTAL: panel.counts.sum(axis=1)})
    for code in limits.index:
        totals = [
            series[code].loc[str(first.first_day) : str(last.last_day)].sum()
            for first, last in reference.days(WEEK)
        ]
        row = limits.loc[code]
        assert row["current"] == series[code].iloc[-28:].sum()
        assert row["mean"] == pytest.approx(np.mean(totals))
        assert row["mean"] * row["high"] == pytest.approx(np.mean(totals) + 2 * np.std(totals, ddof=1))
        assert row["low"] == pytest.approx(max(0.0, 1 - 2 * np.std(totals, ddof=1) / np.mean(totals)))
    assert limits.at["up", "beyond"] == "above"
    assert limits.at["a", "beyond"] == ""


def test_days_that_are_not_covered_make_no_total() -> None:
    panel = panel_of(60, a=2.0, b=2.0, c=2.0)
    counts = panel.counts.copy()
    counts.loc["2025-06-01":"2025-06-03", "a"] = np.nan  # type: ignore[misc]
    counts.loc["2025-07-01", "b"] = np.nan
    counts.loc[:"2025-03-01", "c"] = np.nan  # type: ignore[misc]
    found = historical_limits(Panel.from_counts(counts), week=WEEK)
    assert found is not None
    limits = found[0]
    assert limits["totals"].tolist() == [13, 12, 13, 4]  # the total is covered while any region is
    assert np.isnan(limits.at["b", "ratio"]), "the last four weeks are not covered"
    assert np.isnan(limits.at["c", "mean"]), "four totals are too few"
    assert "b" not in enough(limits).index


def test_no_reports_and_a_short_panel() -> None:
    panel = panel_of(60, none=0.0, a=1.0)
    found = historical_limits(panel, week=WEEK)
    assert found is not None
    assert np.isnan(found[0].at["none", "ratio"])
    assert found[0].at["none", "beyond"] == ""
    assert historical_limits(panel_of(20, a=1.0), week=WEEK) is None
    assert historical_limits(panel, week=WEEK.shift(3)) is None
    with pytest.raises(ValueError, match="too few"):
        plot_historical_limits(panel_of(20, a=1.0), WEEK)


def sides(ax: object, gid: str) -> np.ndarray:
    found = [patch for patch in ax.get_children() if patch.get_gid() == gid]  # type: ignore[attr-defined]
    points = [patch.get_path().vertices.reshape(-1, 5, 2) for patch in found]
    return np.concatenate([[[*box.min(axis=0), *box.max(axis=0)] for box in boxes] for boxes in points])


def test_bars_end_at_the_ratio_and_are_hatched_past_the_limits() -> None:
    panel = panel_of(60, a=2.0, up=1.0, few=0.1)
    sheet = Sheet(figsize=(9, 3))
    FigureCanvasAgg(sheet)
    ax = plot_historical_limits(panel, WEEK, sheet.add_axes((0.25, 0.15, 0.55, 0.7)))
    found = historical_limits(panel, week=WEEK)
    assert found is not None
    limits = enough(found[0])
    assert set(limits.index) == {TOTAL, "a", "up"}
    bars = dict(zip(limits.index, sides(ax, "bars"), strict=True))
    assert bars["up"][2] == pytest.approx(np.log2(limits.at["up", "high"]))
    (hatched,) = [box for box in sides(ax, "above") if abs(box[1] - bars["up"][1]) < 0.01]
    assert hatched[0] == pytest.approx(np.log2(limits.at["up", "high"]))
    assert hatched[2] == pytest.approx(np.log2(limits.at["up", "ratio"]))
    inner = bars["a"]
    assert np.abs(inner[[0, 2]]).max() == pytest.approx(abs(np.log2(limits.at["a", "ratio"])))


def test_nothing_at_all_is_drawn_at_the_edge() -> None:
    days = pd.date_range(end="2025-07-20", periods=420)
    counts = pd.DataFrame({"gone": np.where(np.arange(420) < 392, 3.0, 0.0), "a": 2.0}, index=days)
    found = historical_limits(Panel.from_counts(counts), week=WEEK)
    assert found is not None
    drawing = drawn(Panel.from_counts(counts), found[0], Theme())
    assert "gone" in drawing.data["below"]
    assert "nan" not in drawing.svg


def test_those_beyond_their_limits_come_in_first() -> None:
    panel = panel_of(60, **{f"r{i}": 5.0 for i in range(25)}, up=0.5)
    found = historical_limits(panel, week=WEEK)
    assert found is not None
    shown = enough(found[0], 20)
    assert len(shown) == 21
    assert "up" in shown.index
    assert shown["ratio"].iloc[1:].is_monotonic_decreasing


def test_section_says_what_the_picture_shows(simulated_findings: Findings) -> None:
    report = build_report(simulated_findings, sections=["historical_limits"])
    (section,) = report.sections
    figure = next(block for block in section.blocks if isinstance(block, Figure))
    table = next(block for block in section.blocks if isinstance(block, Table))
    limits = historical_limits(simulated_findings.panel, week=simulated_findings.week)[0]  # type: ignore
    beyond = limits[(limits["beyond"] != "") & (limits["mean"] >= 5)].index
    for code in beyond.drop(TOTAL, errors="ignore"):
        assert code in figure.alt
        assert report.facts[f"{code}/four_weeks/ratio"].value == limits.at[code, "ratio"]
    assert len(table.rows) == len(beyond.union([TOTAL]))
    assert table.data is not None
    assert len(table.data) == len(limits)
    assert "not a test" in report.html()
