"""The trend: recovery, level, reasons, doubling times."""

import datetime as dt
import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ConfigError
from analysis.findings import Skipped, Trend
from analysis.models import trend
from analysis.panel import Panel
from analysis.weeks import Week

FIRST = dt.date(2025, 1, 6)
DAYS = pd.date_range(FIRST, periods=84)
WEEK = Week(first_day=FIRST + dt.timedelta(weeks=11))


@pytest.fixture(scope="module")
def calibration() -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "calibration" / "trend.py"
    spec = importlib.util.spec_from_file_location("calibration_trend", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _one(values: object, **options: float) -> Trend:
    (item,) = trend.fit(Panel.from_counts(pd.DataFrame({"a": values}, index=DAYS)), week=WEEK, **options)
    assert isinstance(item, Trend), item
    return item


def test_exact_growth_is_found_with_its_doubling_time() -> None:
    item = _one(10 * np.exp(np.arange(84) * np.log(2) / 28))
    assert item.growth.value == pytest.approx(2 ** (1 / 4) - 1, rel=1e-6)
    assert item.growth.unit == "per week"
    assert item.doubling is not None
    assert item.doubling.value == pytest.approx(4, rel=1e-6)
    assert item.window == (FIRST, WEEK.last_day)


def test_halving_time_goes_with_negative_growth() -> None:
    item = _one(100 * np.exp(-np.arange(84) * np.log(2) / 42))
    assert item.growth.high < 0
    assert item.doubling is not None
    assert item.doubling.value == pytest.approx(6, rel=1e-6)


def test_a_weekly_pattern_is_no_trend() -> None:
    pattern = np.tile([30.0, 10, 10, 10, 10, 5, 0], 12)
    item = _one(pattern)
    assert item.growth.value == pytest.approx(0, abs=1e-6)
    assert item.growth.low < 0 < item.growth.high
    assert item.doubling is None


def test_doubling_needs_growth_without_zero_and_thirty_events(calibration: ModuleType) -> None:
    counts = calibration.series(np.random.default_rng(2), 0.5, 1.0, 0.0, 0.0, 400, growth=0.02)
    found = trend.fit(Panel.from_counts(counts), week=WEEK)
    events = counts.sum()
    events.index = events.index.map(str)
    seen = [item for item in found if isinstance(item, Trend)]
    assert {item.doubling is None for item in seen} == {True, False}
    for item in seen:
        clear = not item.growth.low <= 0 <= item.growth.high
        assert (item.doubling is not None) == (clear and events[item.region] >= 30)


def test_p_and_interval_say_the_same(calibration: ModuleType) -> None:
    counts = calibration.series(np.random.default_rng(3), 3.0, 2.0, 0.3, 0.3, 200, growth=0.006)
    for item in trend.fit(Panel.from_counts(counts), week=WEEK):
        if isinstance(item, Trend):
            assert (item.p_value < 0.05) == (not item.growth.low <= 0 <= item.growth.high)


def test_growth_intervals_cover_and_flat_series_are_left_alone(calibration: ModuleType) -> None:
    """A seeded cut of tests/calibration/trend.py."""
    rng = np.random.default_rng(4)
    assert calibration.false_trends(calibration.series(rng, 5.0, 2.0, 0.0, 0.0, 500)) <= 0.07
    wander = calibration.series(rng, 5.0, 2.0, 0.5, 0.4, 500)
    assert calibration.false_trends(wander) <= 0.09
    assert calibration.newey_west(wander) > 0.10
    rising = calibration.series(rng, 5.0, 2.0, 0.3, 0.3, 500, growth=0.01)
    found = [item for item in trend.fit(Panel.from_counts(rising), week=WEEK) if isinstance(item, Trend)]
    covered = [item.growth.low <= np.expm1(0.07) <= item.growth.high for item in found]
    assert 0.92 <= np.mean(covered) <= 0.99


def test_reasons_for_no_trend() -> None:
    counts = pd.DataFrame({"fine": np.tile([3.0, 1, 2, 4, 0, 2, 1], 12)}, index=DAYS)
    counts["few"] = np.arange(84) % 7 == 3
    counts["none"] = 0.0
    counts["gone"] = counts["fine"].where(np.arange(84) < 80)
    counts["young"] = counts["fine"].where(np.arange(84) >= 42)
    counts["dark"] = np.nan
    counts["all_at_once"] = np.where(np.arange(84) == 83, 60.0, 0.0)
    found = trend.fit(Panel.from_counts(counts.astype(float)), week=WEEK)
    reasons = {item.region: item.reason for item in found if isinstance(item, Skipped)}
    assert reasons == {
        "few": "fewer than 3 reported a week: no trend is fitted",
        "none": "fewer than 3 reported a week: no trend is fitted",
        "gone": "the week 2025-W13 is not fully observed",
        "young": "only 6 weeks are fully observed; a trend needs 8",
        "dark": "no day of these weeks is observed",
        "all_at_once": "the counts of these weeks determine no trend",
    }


def test_a_later_start_shortens_the_window() -> None:
    counts = np.where(np.arange(84) >= 14, 4.0, np.nan)
    item = _one(counts)
    assert item.window == (FIRST + dt.timedelta(days=14), WEEK.last_day)


def test_settings_that_make_no_sense_are_named() -> None:
    with pytest.raises(ConfigError, match="min_weeks"):
        _one(np.ones(84), weeks=6)
    with pytest.raises(ConfigError, match="level"):
        _one(np.ones(84), level=95)


def test_the_ranks_of_the_weekly_sums_stand_beside_the_fit() -> None:
    weekly = np.array([14.0, 21, 28, 21, 35, 42, 35, 49, 56, 49, 63, 70])
    item = _one(np.repeat(weekly / 7, 7))
    assert item.sen_slope is not None
    slopes = [(weekly[j] - weekly[i]) / (j - i) for i in range(12) for j in range(i + 1, 12)]
    assert item.sen_slope.value == pytest.approx(np.median(slopes))
    assert item.sen_slope.low > 0
    assert item.mann_kendall_p is not None
    assert item.mann_kendall_p < 2e-4
    assert _one(np.full(84, 3.0)).mann_kendall_p is None, "equal weeks have no order"


def test_one_wild_week_turns_the_fit_but_not_the_ranks() -> None:
    weekly = np.array([30.0, 32, 29, 34, 33, 36, 35, 38, 37, 40, 39, 41])
    weekly[0] = 900
    item = _one(np.repeat(weekly / 7, 7))
    assert item.growth.value < 0
    assert item.sen_slope is not None
    assert item.sen_slope.value > 0


def test_weeks_that_are_not_fully_covered_are_in_no_rank() -> None:
    values = np.repeat(np.arange(12) + 3.0, 7)
    values[3 * 7 : 3 * 7 + 4] = np.nan
    item = _one(values)
    assert item.sen_slope is not None
    assert item.sen_slope.value == pytest.approx(7)


@pytest.mark.parametrize("anchor", ["monday", "saturday", "sunday", "thursday"])
def test_weeks_of_any_anchor(anchor: str) -> None:
    days = pd.date_range(FIRST, periods=100)
    counts = pd.DataFrame({"a": 10 * np.exp(np.arange(100) * np.log(2) / 28)}, index=days)
    panel = Panel.from_counts(counts)
    week = panel.last_full_week(anchor)
    (item,) = trend.fit(panel, week=week)
    assert isinstance(item, Trend)
    assert week.starts_on == anchor
    assert item.window == (week.shift(-11).first_day, week.last_day)
    assert item.growth.value == pytest.approx(2 ** (1 / 4) - 1, rel=1e-6)
    weekly = panel.weekly(anchor).loc[: str(week.first_day)].tail(12)["a"].to_numpy()
    assert item.sen_slope is not None
    assert weekly.min() / 9 < item.sen_slope.value < weekly.max() / 4


def test_what_is_still_missing_of_the_last_days_is_no_decline(calibration: ModuleType) -> None:
    """A seeded cut of the second table of tests/calibration/trend.py; nominal is 2.5 % on either side."""
    panel = calibration.reported(np.random.default_rng(6), 2000.0, 4.0, 300)
    fall, rise = calibration.one_sided(panel)
    assert fall <= 0.04
    assert rise <= 0.04
    assert calibration.one_sided(replace(panel, delays=None))[0] > 0.10
