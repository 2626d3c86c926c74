"""A tail that is still filling up is no fall: trend and change points leave it out."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import Panel, daily_panel, read_incidents, simulate_incidents
from analysis.models import change_point, trend
from analysis.weeks import Week

WEEK = Week.parse("2025-W25")


@pytest.fixture(scope="module", params=range(4))
def panel(request) -> Panel:  # type: ignore[no-untyped-def]
    """Even rates, reported with long delays, looked at on the day after the week ended."""
    table = simulate_incidents(
        regions=["RU-KRS", "RU-BEL"], days=("2024-12-02", 203), rates=[25.0, 15.0], delay_days=6.0,
        seed=request.param,
    )  # fmt: skip
    return daily_panel(read_incidents(table, regions=["RU-KRS", "RU-BEL"]), as_of="2025-06-23")


def test_only_the_tail_is_unsettled(panel: Panel) -> None:
    seen = panel.settled().observed["RU-KRS"].to_numpy()
    assert not seen[-1]
    assert seen[:-40].all()
    assert (np.diff(seen.astype(int)) <= 0).all()
    assert panel.observed.to_numpy().all(), "the panel itself is left as it was"
    assert Panel.from_counts(panel.counts).settled().observed.to_numpy().all()


def test_no_fall_is_found_in_a_tail_that_is_still_filling_up(panel: Panel) -> None:
    assert not [f for f in change_point.fit(panel, week=WEEK) if f.kind == "change_point"]


def test_no_decline_is_fitted_to_it(panel: Panel) -> None:
    for found in trend.fit(panel, week=WEEK):
        assert found.kind == "trend"
        assert found.p_value > 0.01
        assert found.window[1] < WEEK.last_day


def test_whole_days_of_delay_are_held_against_dates(panel: Panel) -> None:
    """A table of dates that ends with the reports of a day holds all of that day's reports."""
    dated = replace(panel, as_of=None, incidents=None, delays=pd.Series([0.0] * 20 + [1.0] * 20))
    last = pd.Timestamp(panel.last_day)
    for moment in (last, last + pd.Timedelta(hours=6), last + pd.Timedelta(hours=23.9)):
        assert replace(dated, as_of=moment).completeness(last, last) == 0.5
        assert replace(dated, as_of=moment).incomplete_from() == panel.last_day
    timed = replace(dated, as_of=last + pd.Timedelta(hours=18), delays=pd.Series([0.2] * 20 + [0.3] * 20))
    assert timed.completeness(last, last) == 0.5


def test_the_tail_of_the_picture_and_of_the_fit_are_one(panel: Panel) -> None:
    shown, left_out = panel.incomplete_from(0.95), ~panel.settled().observed["RU-KRS"]
    assert shown == panel.days[left_out.to_numpy().argmax()].date()
    assert panel.incomplete_from(0.5) > panel.incomplete_from(0.9)
    few = replace(panel, incidents=None, delays=pd.Series([5.0] * 29))
    assert few.incomplete_from() is None
    assert few.settled() is few
