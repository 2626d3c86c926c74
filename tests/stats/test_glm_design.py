"""The columns of a design: splines as in R, waves, holidays, and what is refused."""

import numpy as np
import pandas as pd
import patsy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.counts_glm import design, fit_counts, natural_spline
from analysis.errors import ConfigError, InputError

DAYS = pd.date_range("2024-01-01", periods=400)

# R: splines::ns(women$height, df = 5), rows 2 to 4 and 15; heights are 58 to 72
NS_WOMEN = {
    1: (7.592323e-03, 0, -8.670223e-02, 2.601067e-01, -1.734045e-01),
    2: (6.073858e-02, 0, -1.503044e-01, 4.509132e-01, -3.006088e-01),
    3: (2.047498e-01, 6.073858e-05, -1.677834e-01, 5.033503e-01, -3.355669e-01),
    14: (0, 0, -0.1428571, 0.4285714, 0.7142857),
}


def test_the_spline_has_the_columns_of_r() -> None:
    basis = natural_spline(np.arange(58.0, 73), 5)
    assert basis.shape == (15, 5)
    np.testing.assert_allclose(basis[0], 0, atol=1e-15)
    for row, expected in NS_WOMEN.items():
        np.testing.assert_allclose(basis[row], expected, rtol=1e-6, atol=1e-9)


@given(df=st.integers(2, 8), seed=st.integers(0, 10**6), size=st.integers(20, 80))
def test_the_spline_spans_what_the_natural_splines_of_patsy_span(df: int, seed: int, size: int) -> None:
    x = np.sort(np.random.default_rng(seed).uniform(0, 100, size))
    knots = list(np.quantile(x, np.linspace(0, 1, df + 1)[1:-1]))
    theirs = np.asarray(patsy.dmatrix("cr(x, knots=knots) - 1", {"x": x, "knots": knots}))
    ours = np.column_stack([np.ones(size), natural_spline(x, df)])
    assert theirs.shape == ours.shape
    for one, other in ((ours, theirs), (theirs, ours)):
        shares = np.linalg.lstsq(other, one)[0]
        np.testing.assert_allclose(other @ shares, one, atol=1e-9)


def test_a_spline_with_one_degree_of_freedom_is_the_line() -> None:
    rng = np.random.default_rng(1)
    counts = pd.DataFrame({"a": rng.poisson(5.0, 400).astype(float)}, index=DAYS)
    line, spline = (fit_counts(counts, design(DAYS, trend=trend, df=1)) for trend in ("linear", "spline"))
    np.testing.assert_allclose(line.fitted, spline.fitted, rtol=1e-9)


def test_a_curved_level_is_followed_by_the_spline() -> None:
    level = np.exp(1 + np.sin(np.arange(400) / 60))
    counts = pd.DataFrame({"a": level}, index=DAYS)
    found = fit_counts(counts, design(DAYS, trend="spline", df=12, day_of_week=False))
    np.testing.assert_allclose(found.fitted["a"], level, rtol=0.01)


def test_waves_are_found_again_and_keep_their_phase_in_any_window() -> None:
    angle = 2 * np.pi * ((DAYS - pd.Timestamp("1970-01-05")) / pd.Timedelta(days=1)).to_numpy() / 365.25
    level = np.exp(1 + 0.5 * np.sin(angle) - 0.2 * np.cos(2 * angle))
    counts = pd.DataFrame({"a": level}, index=DAYS)
    for part in (slice(None), slice(30, None)):
        x = design(DAYS[part], trend="none", day_of_week=False, yearly=2)
        found = fit_counts(counts[part], x).coefficients.loc["a"]
        expected = {"const": 1, "year_sin_1": 0.5, "year_cos_1": 0, "year_sin_2": 0, "year_cos_2": -0.2}
        pd.testing.assert_series_equal(found, pd.Series(expected, dtype=float), check_names=False, atol=1e-8)


def test_three_weekly_waves_are_the_days_of_the_week() -> None:
    rng = np.random.default_rng(2)
    counts = pd.DataFrame({"a": rng.poisson(4.0, 400).astype(float)}, index=DAYS)
    waves = fit_counts(counts, design(DAYS, day_of_week=False, weekly=3))
    days = fit_counts(counts, design(DAYS))
    np.testing.assert_allclose(waves.fitted, days.fitted, rtol=1e-8)


def test_holidays_of_a_country_and_of_its_part() -> None:
    country, part = (design(DAYS, holidays=place)["holiday"] for place in ("DE", "DE-BY"))
    assert country["2024-10-03"] == 1
    assert country["2024-10-04"] == 0
    assert country["2024-01-06"] == 0  # Epiphany: a holiday in Bavaria, not in the whole country
    assert part["2024-01-06"] == 1
    assert "holiday" not in design(DAYS[59:73], holidays="DE")
    zoned = design(DAYS.tz_localize("Europe/Berlin"), holidays="DE")["holiday"]
    assert zoned.tolist() == country.tolist()
    for place in ("ZZ", "DE-XX", "Germany"):
        with pytest.raises(ConfigError, match="holidays"):
            design(DAYS, holidays=place)


def test_wrong_settings_are_named() -> None:
    for key, settings in {
        "trend": {"trend": "cubic"}, "df": {"trend": "spline", "df": 0}, "yearly": {"yearly": -1},
        "weekly": {"weekly": 2},
    }.items():  # fmt: skip
        with pytest.raises(ConfigError, match=key):
            design(DAYS, **settings)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="0 to 3 waves"):
        design(DAYS, day_of_week=False, weekly=4)
    with pytest.raises(InputError, match="more than 4 days, got 3"):
        design(DAYS[:3], trend="spline")
    with pytest.raises(InputError, match="at least one day"):
        design(DAYS[:0])


def test_a_column_that_others_make_up_is_named() -> None:
    counts = pd.DataFrame({"a": np.ones(400)}, index=DAYS)
    x = design(DAYS)
    with pytest.raises(InputError, match="'twice' of the design is a combination of 'const', 'trend': leave"):
        fit_counts(counts, x.assign(twice=2 * x["trend"] - 7))
    with pytest.raises(InputError, match="'nothing' of the design is zero on every day"):
        fit_counts(counts, x.assign(nothing=0.0))
    with pytest.raises(InputError, match="'mon' of the design is a combination of 'const', 'tue', 'wed'"):
        fit_counts(counts, x.assign(mon=(DAYS.day_of_week == 0).astype(float)))
    with pytest.raises(InputError, match="no terms"):
        fit_counts(counts, x[[]])
