"""STL against R, and what becomes of gaps."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import decompose
from analysis.errors import ConfigError, InputError, NotEnoughDataError

DAYS = pd.date_range("2024-01-01", periods=210)


def _series() -> "pd.Series[float]":
    rng = np.random.default_rng(3)
    weekly = np.array([0.0, 1, 2, 0, -1, -3, 1])[np.arange(210) % 7]
    return pd.Series(10 + 0.02 * np.arange(210) + weekly + rng.normal(0, 0.3, 210), index=DAYS)


def _case(shared: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(shared / "oracles" / "stl" / f"{name}.csv")


@pytest.mark.shared
def test_the_temperatures_of_nottingham_agree_with_r(shared: Path) -> None:
    table = _case(shared, "nottem_per")
    found = decompose(table["value"], period=12)
    for name in ("trend", "seasonal", "remainder"):
        np.testing.assert_allclose(found[name], table[name], rtol=0, atol=1e-6, err_msg=name)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "period", "season", "far"),
    [("co2_s21_robust", 12, 21, 2e-4), ("sim_mid_daily7", 7, 7, 0.25), ("sim_mid_daily7_l9", 7, 7, 0.25)],
)
def test_robust_cases_stay_within_the_known_spread_of_implementations(
    shared: Path, name: str, period: int, season: int, far: float
) -> None:
    cases = json.loads((shared / "oracles" / "stl" / "cases.json").read_text())["cases"]
    assert set(cases) == {"nottem_per", "co2_s21_robust", "sim_mid_daily7", "sim_mid_daily7_l9"}
    table = _case(shared, name)
    found = decompose(table["value"], period=period, season=season, robust=True)
    for part in ("trend", "seasonal"):
        assert np.abs(found[part] - table[part]).max() < far * table["value"].std()


def test_parts_add_up_and_are_found_again() -> None:
    series = _series()
    for robust in (False, True):
        found = decompose(series, robust=robust)
        np.testing.assert_allclose(found.sum(axis=1), series, atol=1e-10)
        assert found.index.equals(series.index)
        means = found["seasonal"].groupby(DAYS.day_of_week).mean().to_numpy()
        np.testing.assert_allclose(means - means.mean(), [0.0, 1, 2, 0, -1, -3, 1], atol=0.2)
        assert found["seasonal"].iloc[:7].tolist() == pytest.approx(found["seasonal"].iloc[7:14].tolist())


def test_several_periods_agree_with_statsmodels() -> None:
    from statsmodels.tsa.seasonal import MSTL

    series = _series() + np.sin(2 * np.pi * np.arange(210) / 30)
    found = decompose(series, period=(30, 7), season=11, trend=55, low_pass=31)
    theirs = MSTL(
        series, periods=(7, 30), windows=(11, 11),
        stl_kwargs={
            "trend": 55, "low_pass": 31, "seasonal_deg": 0, "seasonal_jump": 2, "trend_jump": 6,
            "low_pass_jump": 4, "inner_iter": 2, "outer_iter": 0,
        },
    ).fit()  # fmt: skip
    assert list(found) == ["trend", "seasonal_7", "seasonal_30", "remainder"]
    np.testing.assert_allclose(found["trend"], theirs.trend, atol=1e-10)
    np.testing.assert_allclose(found[["seasonal_7", "seasonal_30"]], theirs.seasonal, atol=1e-10)
    np.testing.assert_allclose(found.sum(axis=1), series, atol=1e-10)


def test_gaps_are_an_error_or_bridged_and_never_a_remainder() -> None:
    series = _series()
    series.iloc[[0, 1, 50, 51, 52, 209]] = np.nan
    with pytest.raises(InputError, match="6 rows have no value, the first at 2024-01-01"):
        decompose(series)
    found = decompose(series, missing="interpolate")
    assert found["trend"].isna().to_numpy().nonzero()[0].tolist() == [0, 1, 209]
    assert found["remainder"].isna().equals(series.isna())
    inside = decompose(series.iloc[2:209].interpolate())
    np.testing.assert_allclose(found["trend"].iloc[2:209], inside["trend"], atol=1e-12)


def test_wrong_settings_are_named() -> None:
    series = _series()
    with pytest.raises(NotEnoughDataError, match="14 values are no more than two periods of 7"):
        decompose(series.iloc[:14])
    with pytest.raises(NotEnoughDataError, match="0 values"):
        decompose(pd.Series([np.nan] * 30), missing="interpolate")
    with pytest.raises(InputError, match="equally spaced"):
        decompose(series.drop(DAYS[9]))
    with pytest.raises(InputError, match="one pandas Series"):
        decompose(series.to_frame())  # type: ignore[arg-type]
    with pytest.raises(InputError, match="must be numbers"):
        decompose(pd.Series(list("abc")))
    with pytest.raises(InputError, match="must be finite"):
        decompose(series.replace(series.iloc[3], np.inf))
    for key, settings in {
        "period": {"period": 1}, "season": {"season": 4}, "trend": {"trend": 7}, "low_pass": {"low_pass": 7},
        "missing": {"missing": "drop"},
    }.items():  # fmt: skip
        with pytest.raises(ConfigError, match=key):
            decompose(series, **settings)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="named once"):
        decompose(series, period=(7, 7))
    with pytest.raises(ConfigError, match="periodic"):
        decompose(series, season="weekly")
