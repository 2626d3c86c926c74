"""The simulator: the truth it is told is the truth of its tables."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.simulate import simulate_counts, simulate_incidents

DAYS = ("2024-01-01", 728)


def test_means_dispersion_and_changes_are_what_was_asked_for() -> None:
    counts = simulate_counts(
        regions=200, days=DAYS, rates=4.0, dispersion=3.0, changes=[("R001", "2025-01-01", 5.0)], seed=1
    )
    flat = counts.drop(columns="R001").to_numpy()
    assert flat.mean() == pytest.approx(4.0, rel=0.02)
    assert flat.var() / flat.mean() == pytest.approx(3.0, rel=0.03)
    changed = counts["R001"]
    after = changed.loc["2025-01-01":].mean() / changed.loc[:"2024-12-31"].mean()
    assert after == pytest.approx(5.0, rel=0.15)


def test_the_new_level_starts_on_the_day_named() -> None:
    counts = simulate_counts(regions=["A"], days=DAYS, rates=50.0, changes=[("A", "2024-06-10", 0.0)], seed=2)
    assert (counts.loc["2024-06-10":] == 0).all(axis=None)
    assert (counts.loc[:"2024-06-09"] > 0).all(axis=None)


def test_weekday_factors_keep_the_mean() -> None:
    factors = [2, 1, 1, 1, 1, 0.5, 0.5]
    counts = simulate_counts(regions=100, days=DAYS, rates=5.0, weekday=factors, seed=3)
    by_day = counts.mean(axis=1).groupby(counts.index.day_of_week).mean()
    np.testing.assert_allclose(by_day / 5, factors, rtol=0.03)
    assert counts.to_numpy().mean() == pytest.approx(5.0, rel=0.02)


def test_latent_process_has_the_correlation_asked_for() -> None:
    counts = simulate_counts(regions=60, days=DAYS, rates=1e6, autocorrelation=0.6, latent_sd=0.3, seed=4)
    logs = np.log(counts.to_numpy())
    assert logs.std() == pytest.approx(0.3, rel=0.05)
    centred = logs - logs.mean()
    assert (centred[1:] * centred[:-1]).mean() / centred.var() == pytest.approx(0.6, abs=0.03)


def test_the_demo_table_is_plausible_and_labelled() -> None:
    table = simulate_incidents(
        regions=83, days=DAYS, rates=np.geomspace(0.02, 8, 83), dispersion=2.0, delay_days=2.0, seed=5
    )
    assert 60_000 < len(table) < 110_000
    assert table["event_id"].is_unique
    assert table["simulated"].all()
    assert (table["notes"] == "simulated").all()
    assert table["source"].str.startswith("simulated").all()
    assert table["date"].is_monotonic_increasing
    delay = (table["report_date"] - table["date"]).dt.days
    assert delay.between(0, 28).all()
    assert delay.median() == pytest.approx(2, abs=1)
    assert (table[["killed", "injured"]] >= 0).all(axis=None)
    assert 0 < table["killed"].sum() < table["injured"].sum() < len(table)
    assert set(table["event_type"]) == {"drone", "shelling", "missile"}


def test_rows_are_the_counts() -> None:
    asked = {"regions": ["A", "B", "C"], "days": DAYS, "rates": {"A": 1.0, "B": 0.0, "C": 3.0}}
    table = simulate_incidents(**asked, seed=6)
    counts = simulate_counts(**asked, seed=6)
    pd.testing.assert_series_equal(
        table.groupby("region").size().reindex(counts.columns, fill_value=0),
        counts.sum(),
        check_names=False,
    )
    assert "report_date" not in table


def test_one_seed_one_table() -> None:
    asked = {"regions": 5, "days": ("2025-01-01", 60), "rates": 2.0, "delay_days": 3.0}
    pd.testing.assert_frame_equal(simulate_incidents(**asked, seed=7), simulate_incidents(**asked, seed=7))
    assert not simulate_incidents(**asked, seed=7).equals(simulate_incidents(**asked, seed=8))


def test_no_incident_is_an_empty_table_with_its_columns() -> None:
    table = simulate_incidents(regions=["A"], days=DAYS, rates=0.0, seed=1)
    assert len(table) == 0
    assert {"date", "region", "killed", "simulated"} <= set(table)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"rates": {"A": 1.0}}, "no rate is given for region 'B'"),
        ({"rates": -1.0}, "not negative"),
        ({"rates": [1.0, 2.0, 3.0]}, "one per region"),
        ({"changes": [("X", "2024-02-01", 2.0)]}, "'X'"),
        ({"changes": [("A", "2024-02-01", -2.0)]}, "not negative"),
        ({"dispersion": 0.5}, "at least 1"),
        ({"weekday": [1.0, 2.0]}, "seven"),
        ({"autocorrelation": 1.0, "latent_sd": 0.2}, "between -1 and 1"),
        ({"delay_days": 0.0}, "positive"),
        ({"event_types": {}}, "weight"),
        ({"regions": ["A", "A"]}, "distinct"),
    ],
)
def test_arguments_that_cannot_be_used_are_named(wrong: dict, says: str) -> None:
    asked = {"regions": ["A", "B"], "days": DAYS, "rates": 1.0, "seed": 1} | wrong
    with pytest.raises(InputError, match=says):
        simulate_incidents(**asked)
