"""A tail that is still filling up is no fall: trend and change points leave it out."""

import numpy as np
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
