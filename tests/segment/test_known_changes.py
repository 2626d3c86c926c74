"""Series whose changes are known from history."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.segmentation import segment

NILE = Path(__file__).parents[1] / "reference" / "nile.csv"


def test_the_nile_fell_once_in_1899() -> None:
    """Works on the first Aswan dam began in 1898 (Cobb 1978)."""
    volume = pd.read_csv(NILE, comment="#", index_col="year")["volume"]
    (change,) = segment(volume, family="gaussian").all_changes
    assert change.date == 1899
    assert change.earliest >= 1896
    assert change.latest <= 1902
    # strucchange 1.5.3: break after observation 28, segment means 1097.75 and 849.97
    assert change.position == 28
    assert change.before.value == pytest.approx(1097.75)
    assert change.after.value == pytest.approx(849.9722222222222)


@pytest.mark.shared
@pytest.mark.parametrize("family", ["counts", "gaussian"])
@pytest.mark.parametrize("dates", [True, False])
def test_the_seat_belt_law_of_1983(shared: Path, family: str, dates: bool) -> None:
    table = pd.read_csv(shared / "data/changepoint_series/seatbelts_uk.csv", parse_dates=["month"])
    drivers = table.set_index("month")["drivers"] if dates else table["drivers"].to_numpy()
    found = segment(drivers, family=family)
    law = table.index[table["month"] == "1983-02-01"][0]
    assert min(abs(at - law) for at in found.positions) <= 1
    oil = table.index[table["month"].between("1973-12-01", "1975-01-01")]
    assert all(abs(at - law) <= 1 or at in oil for at in found.positions)
    assert found.all_changes[-1].earliest is not None


@pytest.mark.shared
def test_coal_mining_became_safer_about_1890(shared: Path) -> None:
    """Rate 3.1 a year until about 1890, 0.9 after it (Raftery & Akman 1986)."""
    table = pd.read_csv(shared / "data/changepoint_series/coal_mining_disasters.csv", parse_dates=["date"])
    yearly = table["date"].dt.year.value_counts().reindex(range(1851, 1963), fill_value=0).sort_index()
    (change,) = segment(yearly).all_changes
    assert 1887 <= change.date <= 1895
    assert change.before.value == pytest.approx(3.1, abs=0.15)
    assert change.after.value == pytest.approx(0.92, abs=0.05)


@pytest.mark.shared
def test_outliers_in_a_drill_log_are_no_changes(shared: Path) -> None:
    values = pd.read_csv(shared / "data/changepoint_series/well_log.csv")["v1"].to_numpy()
    found = segment(values, family="gaussian")
    assert 6 <= len(found.positions) <= 14
    spikes = np.flatnonzero(values < 95_000)
    for change in found.all_changes:
        step = abs(change.after.value - change.before.value)
        assert step > 3_000  # a shift of level, not the trace of an outlier
    alone = [at for at in spikes if at < 300]  # two outliers in the middle of a level
    assert alone
    assert not any(abs(at - spike) <= 5 for at in found.positions for spike in alone)


def test_no_change_in_a_walk_of_the_same_level() -> None:
    """Autocorrelation is no change: AR(1) with 0.6 around one mean."""
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(300, 100))
    for row in range(1, 300):
        noise[row] += 0.6 * noise[row - 1]
    assert len(segment(noise, family="gaussian").all_changes) <= 8


@pytest.mark.shared
def test_known_steps_stay_steps_where_slopes_are_tried(shared: Path) -> None:
    folder = shared / "data/changepoint_series"
    disasters = pd.read_csv(folder / "coal_mining_disasters.csv", parse_dates=["date"])["date"].dt.year
    coal = disasters.value_counts().reindex(range(1851, 1963), fill_value=0).sort_index()
    belts = pd.read_csv(folder / "seatbelts_uk.csv", parse_dates=["month"]).set_index("month")["drivers"]
    nile = pd.read_csv(NILE, comment="#", index_col="year")["volume"]
    for values, family in ((coal, "counts"), (belts, "counts"), (nile, "gaussian")):
        plain, auto = (segment(values, family=family, shape=shape) for shape in ("level", "auto"))
        assert auto.changes == plain.changes
        assert not auto.all_slopes
