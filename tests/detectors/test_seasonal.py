"""The seasonal expectation: its numbers by other ways, and what it is for."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from analysis import detectors
from analysis.detectors._season import _CUT, _design, _precision, season
from analysis.detectors._weighted import fit
from analysis.detectors.seasonal import season_of_last
from analysis.errors import InputError

MONDAYS = pd.date_range("2019-01-07", periods=270, freq="7D")
WAVE = np.sin(np.arange(270) * 2 * np.pi / 52.18)


def counts(mean: float | np.ndarray = 8.0, columns: int = 1, phi: float = 1.5, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    level = np.broadcast_to(np.atleast_2d(mean).T if np.ndim(mean) else mean, (270, columns))
    drawn = rng.poisson(rng.gamma(level / (phi - 1), phi - 1)) if phi > 1 else rng.poisson(level)
    return pd.DataFrame(drawn.astype(float), index=MONDAYS)


def test_the_fit_is_the_penalised_maximum() -> None:
    y = counts(6 * np.exp(0.4 * WAVE), columns=2).to_numpy().T[:, -261:-9]
    back = np.arange(-260, -8)
    x, precision = _design(back, 52.0), _precision(back, 52.0)
    ridge = 1.7 * np.tile(precision, (2, 1))
    ours = fit(x, y, np.ones_like(y), ridge)
    for row in range(2):

        def missed(beta: np.ndarray, row: int = row) -> float:
            eta = x @ beta
            return float((np.exp(eta) - y[row] * eta).sum() + 1.7 / 2 * (precision * beta**2).sum())

        best = optimize.minimize(missed, np.zeros(x.shape[1]), method="BFGS", options={"gtol": 1e-7})
        np.testing.assert_allclose(ours.beta[row], best.x, atol=2e-5)
        information = (x * ours.mean[row][:, None]).T @ x
        inverse = np.linalg.inv(information + np.diag(ridge[row]))
        np.testing.assert_allclose(ours.inverse[row], inverse, rtol=1e-6, atol=1e-10)
        assert ours.df[row] == pytest.approx(len(back) - np.trace(inverse @ information))


def test_season_and_growth_are_found_where_there_is_enough_to_see_them() -> None:
    mean = 60 * np.exp(0.5 * WAVE + 0.2 * np.arange(270) / 52.18)
    found = detectors.seasonal_expectation(counts(mean, columns=40))
    assert found["expected"].mean() == pytest.approx(mean[-1], rel=0.04)
    assert found["dispersion"].mean() == pytest.approx(1.5, rel=0.08)
    sparse = detectors.seasonal_expectation(counts(0.2, columns=40))
    assert sparse["expected"].mean() == pytest.approx(0.2, rel=0.25)
    assert sparse["expected"].std() < 0.12, "few events make no season"


def test_the_dispersion_of_irregular_counts_survives_the_cut() -> None:
    back = np.arange(-260, -8)
    rng = np.random.default_rng(1)
    for mean, phi in ((0.15, 2.0), (0.5, 3.0), (1.5, 5.0), (20.0, 3.0), (20.0, 1.0)):
        more = max(phi - 1, 1e-6)
        y = rng.poisson(rng.gamma(mean / more, more, (150, len(back)))).astype(float)
        assert season(y, back, 52.0).dispersion.mean() == pytest.approx(phi, rel=0.12)


def test_an_outbreak_long_ago_changes_little() -> None:
    y = counts(8.0, columns=30)
    plain = detectors.seasonal_expectation(y)
    y.iloc[-90:-87] += 60
    after = detectors.seasonal_expectation(y)
    assert (after["threshold"] / plain["threshold"]).mean() < 1.15
    assert 0 < _CUT < 0.05


def test_predictions_hold_what_they_say() -> None:
    rng = np.random.default_rng(8)
    levels = np.exp(rng.uniform(np.log(0.2), np.log(60), 600))
    mean = levels * np.exp(0.3 * WAVE)[:, None]
    y = pd.DataFrame(rng.poisson(rng.gamma(mean, 1.0)).astype(float), index=MONDAYS)
    found = detectors.seasonal_expectation(y)
    inside = (y.iloc[-1] >= found["low"]) & (y.iloc[-1] <= found["high"])
    assert 0.945 < inside.mean() < 0.985
    for level in (0.025, 0.1):
        assert found["p_greater"].le(level).mean() < 1.35 * level
        assert found["p_less"].le(level).mean() < 1.35 * level
    assert (found["threshold"] > found["expected"]).all()


def test_one_week_as_a_table_is_one_week_of_the_series() -> None:
    y = counts(3.0, columns=5)
    y.iloc[-1, 2] = 30
    table = detectors.seasonal_expectation(y)
    frame = detectors.seasonal(y, last=3)
    np.testing.assert_allclose(table["expected"], frame["expected"].iloc[-1])
    assert frame["alarm"].iloc[-1].tolist() == [False, False, True, False, False]
    assert table.loc[2, "p_greater"] < 0.001
    # The bound may be one count lower than the threshold, never higher: mid-p against the whole tail.
    assert (table["threshold"] - 1 - frame["upper"].iloc[-1].to_numpy()).isin([0, 1]).all()


def test_the_weeks_in_between_are_told_by_the_same_fit() -> None:
    mean = 30 * np.exp(0.5 * WAVE)
    y = counts(mean, columns=4)
    found = season_of_last(y, skip=8)
    np.testing.assert_allclose(found.mean, detectors.seasonal_expectation(y)["expected"])
    assert found.lately.shape == (4, 8)
    np.testing.assert_allclose(found.lately.mean(axis=0), mean[-9:-1], rtol=0.12)
    changed = y.copy()
    changed.iloc[-9:] = 500
    np.testing.assert_array_equal(season_of_last(changed, skip=8).lately, found.lately)


def test_short_and_empty_regions_are_answered_with_a_reason() -> None:
    y = counts(3.0, columns=4)
    y.iloc[:150, 0] = np.nan
    y.iloc[:, 1] = np.nan
    y[2] = 0.0
    y.iloc[-1, 3] = np.nan
    found = detectors.seasonal_expectation(y)
    assert found["note"].tolist() == ["too little history", "too little history", "", "not observed"]
    assert found.loc[[0, 1], "expected"].isna().all()
    assert (found.loc[2, "expected"], found.loc[2, "threshold"]) == (0, 1)
    assert np.isfinite(found.loc[3, ["expected", "low", "high", "threshold"]].astype(float)).all()
    assert np.isnan(found.loc[3, "p_greater"])
    assert (detectors.seasonal_expectation(y.iloc[-100:])["note"] == "too little history").all()


def test_dates_with_gaps_need_a_period() -> None:
    y = counts()[0].drop(MONDAYS[50])
    with pytest.raises(InputError, match="gaps"):
        detectors.seasonal(y, last=1)
    assert np.isfinite(detectors.seasonal(y, last=1, period=52)["upper"].iloc[-1])
