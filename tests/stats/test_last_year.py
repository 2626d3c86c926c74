"""The same weeks of last year: which they are, what is said, and that parents stay apart from regions."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import analyse
from analysis.errors import ConfigError
from analysis.findings import TOTAL, Comparison, Finding, LastYear, Skipped
from analysis.models import comparison, last_year
from analysis.panel import Panel
from analysis.weeks import WEEKDAYS, Week

WEEK = Week.parse("2025-W29")


def _panel(weeks: int = 70, week: Week = WEEK, **levels: float) -> Panel:
    """Even days of the regions named; the reported week is twice as high."""
    days = pd.date_range(end=week.last_day, periods=7 * weeks)
    factor = np.where(days >= pd.Timestamp(week.first_day), 2.0, 1.0)
    return Panel.from_counts(
        pd.DataFrame({code: level * factor for code, level in levels.items()}, index=days)
    )


def _one(panel: Panel, week: Week = WEEK, **options: float) -> LastYear:
    (item,) = last_year.fit(panel, week=week, **options)
    assert isinstance(item, LastYear), item
    return item


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("2025-W29", "2024-W29"),
        ("2020-W53", "2020-W01"),  # 30 December 2019: there is no 2019-W53
        ("2021-W10", "2020-W11"),  # 2020 had 53 weeks
        ("2024-W09", "2023-W09"),  # 29 February lies in it
        ("2026-W01", "2025-W01"),
    ],
)
def test_the_same_week_lies_52_weeks_before(name: str, first: str) -> None:
    week = Week.parse(name)
    item = _one(_panel(week=week, a=5.0), week, around=0, min_weeks=1)
    same = Week.parse(first)
    assert item.window == (same.first_day, same.last_day)
    year_ago = week.first_day - dt.timedelta(days=365)
    assert abs((item.window[0] - year_ago).days) <= 2


@pytest.mark.parametrize("anchor", WEEKDAYS)
def test_any_day_may_begin_a_week(anchor: str) -> None:
    panel = _panel(a=5.0)
    week = panel.last_full_week(anchor)
    item = _one(panel, week)
    assert item.week == week.name
    assert item.window == (week.shift(-54).first_day, week.shift(-50).last_day)
    assert {item.window[0].weekday(), week.first_day.weekday()} == {WEEKDAYS.index(anchor)}
    assert item.baseline.value == pytest.approx(35)
    (against_weeks,) = comparison.fit(panel, week=week)
    assert isinstance(against_weeks, Comparison)
    assert against_weeks.baseline.value == pytest.approx(35)


def test_the_week_is_held_against_those_weeks_and_no_others() -> None:
    panel = _panel(a=5.0)
    values = panel.counts.copy()
    first = pd.Timestamp(WEEK.shift(-54).first_day)
    values.loc[first : first + pd.Timedelta(days=34)] = 1.0
    item = _one(Panel.from_counts(values))
    assert (item.baseline_weeks, item.baseline.value) == (5, pytest.approx(7))
    assert item.rate_ratio is not None
    assert item.rate_ratio.value == pytest.approx(10)
    assert item.verdict == "up"
    values.loc[first + pd.Timedelta(days=3)] = np.nan
    assert _one(Panel.from_counts(values)).baseline_weeks == 4


def test_reasons_for_no_comparison_with_last_year() -> None:
    panel = _panel(whole=3.0, young=3.0, hole=3.0, dark=3.0)
    counts = panel.counts.copy()
    counts.loc[: str(WEEK.shift(-51).last_day), "young"] = np.nan
    counts.loc[str(WEEK.first_day), "hole"] = np.nan
    counts["dark"] = np.nan
    found = last_year.fit(Panel.from_counts(counts), week=WEEK)
    assert {item.region: item.reason for item in found if isinstance(item, Skipped)} == {
        "young": "of the 5 same weeks of last year only 1 is fully observed; 3 are needed",
        "hole": "the week 2025-W29 is not fully observed",
        "dark": "the week 2025-W29 is not fully observed",
    }
    (short,) = last_year.fit(_panel(weeks=40, a=3.0), week=WEEK)
    assert isinstance(short, Skipped)
    assert short.reason == "of the 5 same weeks of last year none is fully observed; 3 are needed"


def test_settings_of_last_year_that_make_no_sense_are_named() -> None:
    for options in ({"around": 9}, {"min_weeks": 6}, {"dispersion_weeks": 50}, {"q_level": 1.0}):
        with pytest.raises(ConfigError, match=next(iter(options))):
            last_year.fit(_panel(a=3.0), week=WEEK, **options)  # type: ignore[arg-type]


def _with_parents() -> Panel:
    panel = _panel(A=4.0, B=2.0, C=6.0, D=1.0, E=3.0)
    regions = panel.regions.assign(parent=["P", "P", "Q", "Q", ""])
    return replace(panel, regions=regions, parents={"P": "North", "Q": "South"})


def _parents(found: tuple[Finding, ...]) -> dict[str, Comparison]:
    return {item.region: item for item in found if isinstance(item, Comparison) and item.is_parent}


def test_parents_are_compared_beside_their_regions() -> None:
    panel = _with_parents()
    found = comparison.fit(panel, week=WEEK)
    assert [item.region for item in found] == ["A", "B", "C", "D", "E", "P", "Q"]
    parents = _parents(found)
    assert parents["P"].observed == panel.amount("P", WEEK.first_day, WEEK.last_day)
    assert parents["Q"].baseline.value == pytest.approx(49)
    assert comparison.fit(panel, week=WEEK, parents=False) == tuple(found[:5])


def test_parents_take_no_power_from_the_regions() -> None:
    """q of a region is the same with and without parents, and that of a parent is over the parents."""
    rng = np.random.default_rng(3)
    panel = _with_parents()
    drawn = pd.DataFrame(rng.poisson(panel.counts), index=panel.days, columns=panel.counts.columns)
    noisy = replace(panel, counts=drawn * 1.0, low=drawn * 1.0, high=drawn * 1.0)
    found = comparison.fit(noisy, week=WEEK)
    regions = [item for item in found if isinstance(item, Comparison) and not item.is_parent]
    lone = comparison.fit(replace(noisy, regions=noisy.regions.assign(parent="")), week=WEEK)
    assert tuple(regions) == lone
    ps = sorted(item.p_value for item in _parents(found).values())
    assert sorted(item.q_value for item in _parents(found).values()) == pytest.approx(
        [min(2 * ps[0], ps[1]), ps[1]]
    )


def test_parents_are_no_regions_for_those_who_read_findings() -> None:
    findings = analyse(_with_parents(), week=WEEK, models=["comparison", "last_year"])
    assert [item.region for item in findings.regions("comparison")] == list("ABCDE")
    assert [item.region for item in findings.of("comparison")] == [*"ABCDE", "P", "Q", TOTAL]
    assert [item.region for item in findings.regions("last_year")] == list("ABCDE")
    body = findings._repr_html_()
    assert body.count("parents of these regions") == 2
    assert "North" in body
