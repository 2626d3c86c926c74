"""The model: every region answered, days observed only, nothing behind the week."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.findings import ChangePoint, Skipped
from analysis.models import change_point
from analysis.panel import Panel
from analysis.simulate import simulate_counts
from analysis.weeks import Week


def panel() -> Panel:
    counts = simulate_counts(
        regions=["A", "B", "quiet", "never", "new"], days=("2024-01-01", 420),
        rates={"A": 6.0, "B": 6.0, "quiet": 0.1, "never": 0.0, "new": 5.0},
        changes=[("A", "2024-09-02", 2.5), ("B", "2024-03-04", 0.0), ("B", "2024-06-03", 1.0)],
        dispersion=1.5, seed=4,
    ).astype(float)  # fmt: skip
    counts.loc[:"2025-01-20", "new"] = np.nan
    return Panel.from_counts(counts)


def test_regions_are_changed_skipped_or_looked_at_without_a_change() -> None:
    one = panel()
    found = change_point.fit(one, week=one.last_full_week())
    kinds = {(item.region, type(item)) for item in found}
    assert kinds == {
        ("A", ChangePoint), ("B", ChangePoint), ("quiet", Skipped), ("never", Skipped), ("new", Skipped)
    }  # fmt: skip
    reasons = {item.region: item.reason for item in found if isinstance(item, Skipped)}
    assert "34 days" in reasons["new"]
    assert "3 a week" in reasons["quiet"]
    assert [item.region for item in found] == sorted(
        (item.region for item in found), key=list(one.counts.columns).index
    )


def test_the_record_says_when_and_how_much() -> None:
    one = panel()
    (change,) = [item for item in change_point.fit(one, week=one.last_full_week()) if item.region == "A"]
    assert abs((change.date - dt.date(2024, 9, 2)).days) <= 5
    assert change.earliest <= change.date <= change.latest
    assert change.before.unit == change.after.unit == "per day"
    assert change.rate_ratio is not None
    assert change.rate_ratio.value == pytest.approx(2.5, rel=0.2)
    assert change.rate_ratio.value == pytest.approx(change.after.value / change.before.value)
    assert change.p_value <= change.q_value < 1e-6


def test_a_silenced_region_has_a_rate_of_zero_and_no_infinite_ratio() -> None:
    one = panel()
    (change,) = [item for item in change_point.fit(one, week=one.last_full_week()) if item.region == "B"]
    assert change.date == dt.date(2024, 3, 4)
    assert change.after.value == change.after.low == 0
    assert change.rate_ratio is not None
    assert change.rate_ratio.value == change.rate_ratio.low == 0
    back = replace(one, counts=one.counts.iloc[::-1].set_axis(one.counts.index, axis=0),
                   low=one.low.iloc[::-1].set_axis(one.low.index, axis=0),
                   high=one.high.iloc[::-1].set_axis(one.high.index, axis=0))  # fmt: skip
    started = [item for item in change_point.fit(back, week=back.last_full_week()) if item.region == "B"]
    assert [item.rate_ratio for item in started if isinstance(item, ChangePoint)] == [None]


def test_days_behind_the_week_are_not_looked_at() -> None:
    one = panel()
    week = Week.parse("2024-W34")
    found = change_point.fit(one, week=week)
    assert found == change_point.fit(one.until(week.last_day), week=week)
    assert not [item for item in found if item.region == "A"]


def test_the_order_of_regions_changes_nothing() -> None:
    one = panel()
    turned = list(one.counts.columns)[::-1]
    other = replace(one, counts=one.counts[turned], low=one.low[turned], high=one.high[turned],
                    observed=one.observed[turned], regions=one.regions.loc[turned])  # fmt: skip
    week = one.last_full_week()
    assert set(change_point.fit(one, week=week)) == set(change_point.fit(other, week=week))


def test_levels_are_the_levels_of_the_records() -> None:
    one = panel()
    week = one.last_full_week()
    levels = change_point.levels(one, week=week)
    (change,) = [item for item in change_point.fit(one, week=week) if item.region == "A"]
    fitted = levels.fitted["A"]
    assert fitted.loc[pd.Timestamp(change.date)] == change.after.value
    assert fitted.iloc[0] == change.before.value
    assert set(levels.regions) == {"A", "B"}


def test_nothing_to_look_at_is_answered() -> None:
    empty = Panel.from_counts(pd.DataFrame({"A": [0.0] * 90}, index=pd.date_range("2024-01-01", periods=90)))
    (answer,) = change_point.fit(empty, week=empty.last_full_week())
    assert isinstance(answer, Skipped)
