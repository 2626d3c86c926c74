"""The weekly comparison: its words, its reasons, and that it does not cry wolf."""

import datetime as dt
import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from analysis import daily_panel, read_incidents, simulate_incidents
from analysis.errors import ConfigError
from analysis.findings import Comparison, Skipped
from analysis.models import comparison
from analysis.panel import Panel
from analysis.weeks import Week

FIRST = dt.date(2025, 1, 6)
WEEK = Week(first_day=FIRST + dt.timedelta(weeks=8))


def _calibration(name: str) -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "calibration" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"calibration_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _panel(**weekly: list[float]) -> Panel:
    """Weeks of regions; each week's count lies on its days as evenly as whole numbers allow."""

    def days(counts: list[float]) -> list[float]:
        return [count // 7 + (day < count % 7) for count in counts for day in range(7)]

    length = 7 * max(map(len, weekly.values()))
    index = pd.date_range(end=WEEK.last_day, periods=length)
    return Panel.from_counts(
        pd.DataFrame({k: [np.nan] * (length - 7 * len(v)) + days(v) for k, v in weekly.items()}, index=index)
    )


def _one(panel: Panel, region: str, **options: float) -> Comparison:
    found = {item.region: item for item in comparison.fit(panel, week=WEEK, **options)}
    item = found[region]
    assert isinstance(item, Comparison), item
    return item


STEADY = [20.0, 22, 18, 21, 19, 20, 23, 17]


def test_verdicts_follow_the_data() -> None:
    panel = _panel(
        rise=[*STEADY, 60], fall=[*STEADY, 2], same=[5 * x for x in STEADY] + [101.0], some=[*STEADY, 26],
        rare=[0.0, 1, 0, 0, 1, 0, 0, 0, 1], burst=[0.0, 1, 0, 0, 1, 0, 0, 0, 15], never=[0.0] * 9,
        first=[0.0] * 8 + [12],
    )  # fmt: skip
    found = {item.region: item for item in comparison.fit(panel, week=WEEK)}
    verdicts = {region: item.verdict for region, item in found.items() if isinstance(item, Comparison)}
    assert verdicts == {
        "rise": "up", "fall": "down", "same": "unchanged", "some": "unclear", "rare": "too_few",
        "burst": "up", "never": "too_few", "first": "up",
    }  # fmt: skip


def test_figures_of_one_region() -> None:
    item = _one(_panel(rise=[*STEADY, 60]), "rise")
    assert item.week == "2025-W10"
    assert item.observed.figure == 60
    assert item.baseline_weeks == 8
    assert item.baseline.value == pytest.approx(20)
    assert item.rate_ratio is not None
    assert item.rate_ratio.value == pytest.approx(3)
    assert item.dispersion == 1
    assert item.p_value == item.q_value < 1e-3


def test_nothing_before_leaves_no_ratio_but_a_test() -> None:
    others = {f"other_{i}": [*STEADY[i:], *STEADY[:i], 20.0] for i in range(5)}
    item = _one(_panel(first=[0.0] * 8 + [12], **others), "first")
    assert item.rate_ratio is None
    assert item.p_value < 5e-3
    assert item.verdict == "up"
    assert item.baseline.low == 0 == item.baseline.value < item.baseline.high


def test_a_region_alone_without_a_past_says_nothing_of_its_dispersion() -> None:
    assert _one(_panel(first=[0.0] * 8 + [12]), "first").p_value > 0.01


def test_a_small_change_of_a_busy_region_is_no_verdict() -> None:
    weeks = [50_000.0 + x for x in (0, 90, -60, 30, -90, 60, -30, 10)]
    assert _one(_panel(big=[*weeks, 54_000.0]), "big").verdict == "unchanged"
    assert _one(_panel(big=[*weeks, 56_000.0]), "big").verdict == "up"


@pytest.mark.parametrize(("last", "closed", "open_"), [(60.0, "up", "up"), (2.0, "down", "unclear")])
def test_a_lower_bound_supports_only_a_rise(last: float, closed: str, open_: str) -> None:
    panel = _panel(a=[*STEADY, last])
    assert _one(panel, "a").verdict == closed
    bounded = replace(panel, high=panel.high + np.inf)
    assert _one(bounded, "a").observed.high is None
    assert _one(bounded, "a").verdict == open_


def test_no_word_hangs_on_where_in_its_bounds_the_figure_lies() -> None:
    same = _panel(a=[5 * x for x in STEADY] + [101.0])
    assert _one(same, "a").verdict == "unchanged"
    assert _one(replace(same, high=same.high * 2), "a").verdict == "unclear"
    assert _one(replace(same, low=same.low / 2), "a").verdict == "unclear"
    risen = _panel(a=[*STEADY, 60.0])
    assert _one(replace(risen, low=risen.low * 0.0), "a").verdict == "unclear"


def test_regions_with_next_to_no_events_are_not_among_the_tests() -> None:
    rise = [*STEADY, 40.0]
    few = _panel(rise=rise, a=[*STEADY, 20], b=[*STEADY, 19])
    quiet = {f"quiet_{i}": [0.0, 1, 0, 0, 0, 0, 0, 0, i % 2] for i in range(40)}
    many = _panel(rise=rise, a=[*STEADY, 20], b=[*STEADY, 19], **quiet)
    assert _one(many, "quiet_1").q_value == 1
    assert _one(many, "rise").q_value == pytest.approx(3 * _one(many, "rise").p_value)
    assert _one(few, "rise").verdict == _one(many, "rise").verdict == "up"


def test_reasons_for_no_comparison() -> None:
    panel = _panel(short=[20.0, 21, 19, 22], alone=[20.0], fine=[*STEADY, 20], two=[20.0, 21])
    counts = panel.counts.where(panel.observed)
    counts["hole"] = counts["fine"]
    counts.loc[counts.index[-2], "hole"] = np.nan
    counts["dark"] = np.nan
    found = comparison.fit(Panel.from_counts(counts), week=WEEK)
    reasons = {item.region: item.reason for item in found if isinstance(item, Skipped)}
    assert reasons == {
        "short": "only 3 fully observed weeks before it; 4 are needed",
        "alone": "no fully observed week before it; 4 are needed",
        "two": "only 1 fully observed week before it; 4 are needed",
        "hole": "the week 2025-W10 is not fully observed",
        "dark": "no day is observed",
    }


def test_weeks_with_holes_are_left_out_of_the_baseline() -> None:
    panel = _panel(a=[*STEADY, 20])
    counts = panel.counts.copy()
    counts.iloc[3, 0] = np.nan
    item = _one(Panel.from_counts(counts), "a")
    assert item.baseline_weeks == 7
    assert item.baseline.value == pytest.approx(sum(STEADY[1:]) / 7)


BURSTY = [20.0, 60, 5, 30, 80, 2, 40, 11]


def test_a_longer_history_makes_the_dispersion_surer() -> None:
    panel = _panel(a=[*BURSTY, *BURSTY, *BURSTY, 150])
    short, long = _one(panel, "a", dispersion_weeks=8), _one(panel, "a")
    assert long.dispersion == pytest.approx(short.dispersion)
    assert long.baseline == short.baseline
    assert long.p_value < 0.6 * short.p_value
    assert (short.verdict, long.verdict) == ("unclear", "up")
    assert _one(panel, "a", dispersion_weeks=0) == short


def test_a_level_that_changed_between_blocks_is_no_dispersion() -> None:
    steady = np.array(STEADY)
    panel = _panel(a=[*(9 * steady), *(3 * steady), *steady, 20])
    assert _one(panel, "a").dispersion == 1
    assert _one(panel, "a").dispersion < _one(panel, "a", baseline_weeks=24).dispersion


@pytest.mark.parametrize("weeks", [0, 3])
def test_a_history_too_short_for_another_block_changes_nothing(weeks: int) -> None:
    regions = {"a": [*BURSTY, 40.0], "b": [*STEADY, 40.0], "c": [*STEADY[4:], *BURSTY[:4], 40.0]}
    panel = _panel(**{code: [*[500.0, 1, 90][:weeks], *counts] for code, counts in regions.items()})
    assert comparison.fit(panel, week=WEEK) == comparison.fit(panel, week=WEEK, dispersion_weeks=8)
    longer = _panel(**{code: [500.0, 1, 90, 7, *counts] for code, counts in regions.items()})
    assert comparison.fit(longer, week=WEEK) != comparison.fit(longer, week=WEEK, dispersion_weeks=8)


def test_the_week_itself_tells_nothing_of_the_dispersion() -> None:
    found = [_one(_panel(a=[*BURSTY, *BURSTY, x], b=[*STEADY, *STEADY, x]), "a") for x in (0.0, 30.0, 900.0)]
    assert len({item.dispersion for item in found}) == 1


def test_settings_that_make_no_sense_are_named() -> None:
    panel = _panel(a=[*STEADY, 20])
    with pytest.raises(ConfigError, match="dispersion_weeks is not negative"):
        comparison.fit(panel, week=WEEK, dispersion_weeks=-1)
    with pytest.raises(ConfigError, match="min_weeks"):
        comparison.fit(panel, week=WEEK, baseline_weeks=3)
    with pytest.raises(ConfigError, match="q_level"):
        comparison.fit(panel, week=WEEK, q_level=0)
    with pytest.raises(ConfigError, match="confidence level"):
        comparison.fit(panel, week=WEEK, level=95)


def test_other_weeks_anchors_are_followed() -> None:
    days = pd.date_range("2025-01-01", periods=90)
    panel = Panel.from_counts(pd.DataFrame({"a": np.ones(90)}, index=days))
    week = panel.last_full_week("saturday")
    (item,) = comparison.fit(panel, week=week)
    assert isinstance(item, Comparison)
    assert item.week == week.first_day.isoformat()
    assert item.observed.figure == item.baseline.value == 7


@pytest.mark.parametrize("weeks", [8, 24])
@pytest.mark.parametrize("phi", [1.0, 3.0])
def test_flat_panels_name_no_region_and_intervals_cover(phi: float, weeks: int) -> None:
    """A seeded cut of tests/calibration/comparison.py; limits are the goals plus Monte Carlo error."""
    found = _calibration("comparison").cell(30, phi, (0.3, 20.0), replicates=40, seed=5, weeks=weeks)
    assert found["any named"] <= 0.20
    assert 0.925 <= found["coverage"] <= 0.985


def _late(seed: int, factor: float) -> Panel:
    """Sixteen even weeks reported with delay; the last one is looked at on the day after it ended."""
    table = simulate_incidents(
        regions=["RU-KRS"], days=("2025-03-03", 112), rates=[12.0], delay_days=4.0, seed=seed,
        changes=[("RU-KRS", "2025-06-16", factor)],
    )  # fmt: skip
    return daily_panel(read_incidents(table, regions=["RU-KRS"]), as_of="2025-06-23")


def test_a_week_whose_reports_are_still_coming_is_never_said_to_be_down() -> None:
    week = Week.parse("2025-W25")
    for seed in range(12):
        (found,) = comparison.fit(_late(seed, 1.0), week=week)
        assert found.completeness is not None
        assert 0.3 < found.completeness < 0.9
        assert found.verdict not in ("down", "unchanged")


def test_an_early_week_may_still_be_said_to_be_up() -> None:
    verdicts = [comparison.fit(_late(seed, 6.0), week=Week.parse("2025-W25"))[0].verdict for seed in range(5)]
    assert verdicts.count("up") >= 4


def test_completeness_is_what_the_delays_say() -> None:
    panel = _late(3, 1.0)
    first, last = dt.date(2025, 6, 16), dt.date(2025, 6, 22)
    full = daily_panel(panel.incidents).amount("RU-KRS", first, last).low
    known = panel.amount("RU-KRS", first, last).low
    assert panel.completeness(first, last) == pytest.approx(known / full, abs=0.12)
    assert daily_panel(panel.incidents, as_of="2026-01-01").completeness(first, last) == 1.0
    assert Panel.from_counts(panel.counts).completeness(first, last) is None
