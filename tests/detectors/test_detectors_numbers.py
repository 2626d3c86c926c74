"""The detectors' numbers against their definitions, computed another way."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from analysis import detectors
from analysis.detectors._references import history, steps_back
from analysis.detectors._weighted import fit
from analysis.errors import ConfigError, InputError

COUNTS = st.lists(st.integers(0, 30), min_size=12, max_size=40)
MONDAYS = pd.date_range("2014-01-06", periods=420, freq="7D")


def weekly(mean: float = 8.0, columns: int = 1, seed: int = 7, dispersion: float = 1.5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    season = mean * (1 + 0.4 * np.sin(np.arange(420) * 2 * np.pi / 52.18))[:, None]
    drawn = rng.poisson(rng.gamma(season / (dispersion - 1), dispersion - 1, (420, columns)))
    return pd.DataFrame(drawn.astype(float), index=MONDAYS)


# EARS


@pytest.mark.parametrize("method", ["C1", "C2", "C3"])
def test_ears_is_its_definition(method: str) -> None:
    y = weekly()[0].iloc[:80]
    found = detectors.ears(y, method=method)
    limit = stats.norm.isf(0.025 if method == "C3" else 0.001)
    lag = 0 if method == "C1" else 2
    c2 = pd.Series(np.nan, index=y.index)
    for t in range(7 + lag, 80):
        past = y.iloc[t - lag - 7 : t - lag]
        c2.iloc[t] = (y.iloc[t] - past.mean()) / past.std()
    over = (c2 - 1).clip(lower=0)
    score = over + over.shift(1) + over.shift(2) if method == "C3" else c2
    np.testing.assert_allclose(found["score"], score, rtol=1e-12)
    pd.testing.assert_series_equal(found["alarm"], (score > limit) & (y > 0), check_names=False)
    assert found["alarm"].any()


def test_todays_count_matters_to_c3() -> None:
    y = pd.Series([2.0, 3, 1, 2, 4, 2, 3, 2, 3, 2, 3, 2, 40])
    assert detectors.ears(y, method="C3")["alarm"].iloc[-1]
    assert not detectors.ears(y, method="C3", as_surveillance=True)["alarm"].iloc[-1]


def test_a_floor_for_the_spread_spares_the_first_event_after_quiet() -> None:
    y = pd.Series([0.0] * 20 + [1.0])
    assert detectors.ears(y)["alarm"].iloc[-1]
    assert not detectors.ears(y, min_sd=0.5)["alarm"].iloc[-1]


def test_false_alarms_are_as_often_as_the_docstrings_say() -> None:
    rng = np.random.default_rng(11)
    steady = pd.DataFrame(rng.poisson(5, (300, 200)).astype(float))
    rates = {name: detectors.ears(steady, method=name)["alarm"].iloc[20:].to_numpy().mean()
             for name in ("C1", "C2", "C3")}  # fmt: skip
    assert 0.018 < rates["C1"] < 0.032
    assert 0.018 < rates["C2"] < 0.032
    assert 0.08 < rates["C3"] < 0.10
    many = rng.poisson(1e6, (3000, 100)).astype(float)  # as good as normal
    alarms = detectors.cusum(pd.DataFrame(many), expected=1e6, restart=True)["alarm"].to_numpy()
    assert 450 < 1 / alarms.mean() < 650
    shifted = detectors.cusum(pd.DataFrame(many + 2000), expected=1e6, restart=True)["alarm"].to_numpy()
    assert 2.8 < 1 / shifted.mean() < 3.4


def test_what_lies_before_the_history_that_is_used_does_not_matter() -> None:
    y = weekly(columns=2)
    for method in ("C1", "C2", "C3"):
        late = detectors.ears(y.iloc[100:], method=method).iloc[11:]
        pd.testing.assert_frame_equal(detectors.ears(y, method=method).iloc[111:], late, rtol=1e-9)
    for options in ({}, {"method": "original"}):
        late = detectors.farrington(y.iloc[90:], last=20, **options).iloc[-20:]
        pd.testing.assert_frame_equal(detectors.farrington(y, last=20, **options).iloc[-20:], late, rtol=1e-9)


# CUSUM and GLR: the bound says what would have been an alarm


CHARTS: list[dict[str, Any]] = [
    {"run": detectors.cusum, "transform": name} for name in ("standard", "rossi", "anscombe")
] + [
    {"run": detectors.cusum, "transform": "none", "k": 5, "h": 9},
    {"run": detectors.cusum, "restart": True},
    {"run": detectors.glr},
    {"run": detectors.glr, "window": 4},
    {"run": detectors.glr, "rise": 0.4},
    {"run": detectors.glr, "family": "nb", "alpha": 0.3},
    {"run": detectors.glr, "family": "nb", "alpha": 0.3, "rise": 0.4},
]


@settings(max_examples=12)
@given(counts=COUNTS, mean=st.floats(0.2, 12))
@pytest.mark.parametrize(
    "chart", CHARTS, ids=lambda chart: "-".join(map(str, [*chart.values()][1:])) or "glr"
)
def test_the_bound_is_the_smallest_alarm(chart: dict[str, Any], counts: list[int], mean: float) -> None:
    run, options = chart["run"], {key: value for key, value in chart.items() if key != "run"}
    y = pd.Series(counts, dtype=float)
    upper = run(y, expected=mean, **options)["upper"].iloc[-1]
    assert upper >= 0
    y.iloc[-1] = upper * (1 + 1e-6) + 1e-6
    assert run(y, expected=mean, **options)["alarm"].iloc[-1]
    y.iloc[-1] = below = upper * (1 - 1e-6) - 1e-6
    assert below < 0 or not run(y, expected=mean, **options)["alarm"].iloc[-1]


def _likelihood_ratio(x: np.ndarray, m: np.ndarray, alpha: float) -> float:
    """The largest over all windows and rises, by the densities themselves."""

    def missed(rise: float, k: int) -> float:
        mean = m[k:] * np.exp(rise)
        if alpha == 0:
            return -float(stats.poisson.logpmf(x[k:], mean).sum())
        return -float(stats.nbinom.logpmf(x[k:], 1 / alpha, 1 / (1 + alpha * mean)).sum())

    options = {"xatol": 1e-9}
    found = [
        missed(0.0, k) - optimize.minimize_scalar(missed, None, (0, 6), (k,), "bounded", options=options).fun
        for k in range(len(x))
    ]
    return max(0.0, *found)


@pytest.mark.parametrize(("alpha", "window"), [(None, None), (0.15, 25), (2.0, 25)])
def test_glr_is_the_likelihood_ratio(alpha: float | None, window: int | None) -> None:
    rng = np.random.default_rng(2)
    m = 4 + 3 * np.sin(np.arange(25) / 3)
    x = rng.poisson(m * np.where(np.arange(25) > 18, 1.6, 1.0))
    family = "poisson" if alpha is None else "nb"
    found = detectors.glr(
        pd.Series(x), expected=m, family=family, alpha=alpha, window=window, limit=1e6
    )  # fmt: skip
    for last in (3, 12, 20, 25):
        expected = _likelihood_ratio(x[:last], m[:last], alpha or 0.0)
        assert found["score"].iloc[last - 1] == pytest.approx(expected, rel=1e-7, abs=1e-9)


def test_both_ways_to_a_negative_binomial_glr_agree() -> None:
    y = weekly(columns=3).iloc[:60]
    steady = detectors.glr(y, expected=8.0, family="nb", alpha=0.2, window=20)
    level = np.full(60, 8.0)
    level[0] += 1e-9  # varies by nothing
    varying = detectors.glr(y, expected=level, family="nb", alpha=0.2, window=20)
    np.testing.assert_allclose(varying["score"], steady["score"], rtol=1e-6, atol=1e-7)
    pd.testing.assert_frame_equal(varying["alarm"], steady["alarm"])
    assert varying["upper"].isna().all(axis=None)


def test_glr_scales_starts_again_and_passes_over_what_is_missing() -> None:
    y = pd.Series([3.0, 2, 4, 3, 9, 12, 3, 2, 4, 11, 12])
    found = detectors.glr(y, expected=3.0)
    large = detectors.glr(y * 10, expected=30.0, limit=50.0)
    np.testing.assert_allclose(large["score"], found["score"] * 10, rtol=1e-9, atol=1e-9)
    first = int(np.flatnonzero(found["alarm"])[0])
    again = detectors.glr(y.iloc[first + 1 :], expected=3.0)
    np.testing.assert_allclose(found["score"].iloc[first + 1 :], again["score"], rtol=1e-9, atol=1e-9)
    holes = pd.concat([y.iloc[:5], pd.Series([np.nan, np.nan]), y.iloc[5:]], ignore_index=True)
    for options in ({}, {"rise": 0.5}, {"family": "nb", "alpha": 0.1}):
        whole = detectors.glr(y, expected=3.0, **options)
        passed = detectors.glr(holes, expected=3.0, **options).drop(index=[5, 6])
        np.testing.assert_allclose(passed["score"], whole["score"], rtol=1e-9, atol=1e-9)


# Farrington


@pytest.mark.parametrize("terms", [1, 2, 5])
def test_the_weighted_regression_is_that_of_statsmodels(terms: int) -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(terms)
    x = np.column_stack([np.ones(60), rng.normal(size=(60, terms - 1))])
    y = rng.poisson(np.exp(x @ rng.normal(0.5, 0.4, terms)), (3, 60)).astype(float)
    weight = rng.uniform(0.1, 2, (3, 60))
    weight[1, :7] = 0
    ours = fit(x, y, weight)
    for row in range(3):
        used = weight[row] > 0
        model = sm.GLM(y[row][used], x[used], family=sm.families.Poisson(), var_weights=weight[row][used])
        theirs = model.fit(scale=1.0, tol=1e-14)
        np.testing.assert_allclose(ours.beta[row], theirs.params, rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose(ours.inverse[row], theirs.cov_params(), rtol=1e-7, atol=1e-12)
        assert ours.df[row] == used.sum() - terms
        assert ours.spread[row] == pytest.approx(theirs.pearson_chi2 / (used.sum() - terms))
        np.testing.assert_allclose(ours.leverage[row][used], theirs.get_hat_matrix_diag(), rtol=1e-6)


def test_the_delta_bound_rests_on_the_dispersion_of_the_fit() -> None:
    import statsmodels.api as sm

    y = weekly()[0]
    options = {
        "bound": "delta",
        "periods": 1,
        "skip": 3,
        "years": 4,
        "reweight": False,
        "alpha": 0.01,
        "last": 1,
    }
    found = detectors.farrington(y, trend_p=1.0, **options).iloc[-1]
    centres = steps_back(MONDAYS, 4, None)[-1]
    back = -centres[:, None].repeat(7, axis=1).ravel() + np.tile(np.arange(-3, 4), 4)
    past = y.to_numpy()[len(y) - 1 + back]
    known = sm.GLM(past, sm.add_constant(back.astype(float)), family=sm.families.Poisson()).fit(scale="X2")
    mean, phi = np.exp(known.params[0]), max(known.scale, 1.0)
    assert mean <= past.max(), "the trend is kept"
    error = mean**2 * known.cov_params()[0, 0] / known.scale * phi
    z = stats.norm.isf(0.01)
    upper = mean * (1 + 2 / 3 * z * np.sqrt((phi + error / mean) / mean)) ** 1.5
    assert found["expected"] == pytest.approx(mean, rel=1e-9)
    assert found["upper"] == pytest.approx(upper, rel=1e-9)


def test_the_default_equals_the_compatible_form_where_it_should() -> None:
    y = weekly(columns=3)
    for options in ({}, {"method": "original"}):
        pd.testing.assert_frame_equal(
            detectors.farrington(y, last=30, **options),
            detectors.farrington(y, last=30, as_surveillance=True, **options),
        )
    for bound in ("delta", "muan"):
        ours = detectors.farrington(y, bound=bound, last=30)
        theirs = detectors.farrington(y, bound=bound, last=30, as_surveillance=True)
        pd.testing.assert_frame_equal(ours["expected"], theirs["expected"])
        assert (ours["upper"] - theirs["upper"]).abs().max(axis=None) > 0.01


def test_steady_series_alarm_about_as_often_as_alpha_says() -> None:
    found = detectors.farrington(weekly(mean=20, columns=60), last=60, alpha=0.01)
    assert 0.004 < found["alarm"].iloc[-60:].to_numpy().mean() < 0.02


def test_an_outbreak_long_ago_does_not_hide_one_now() -> None:
    y = weekly()[0]
    y.iloc[-1] = 40
    quiet = detectors.farrington(y, last=1)["upper"].iloc[-1]
    y.iloc[-1 - 105 : -1 - 102] = 120
    assert detectors.farrington(y, last=1)["upper"].iloc[-1] < 1.6 * quiet
    assert detectors.farrington(y, last=1, reweight=False)["upper"].iloc[-1] > 2 * quiet


def test_few_events_are_no_alarm_and_no_past_events_no_bound() -> None:
    y = pd.Series(0.0, index=MONDAYS)
    y.iloc[-1] = 6
    found = detectors.farrington(y, last=1).iloc[-1]
    assert (found["note"], found["alarm"]) == ("no events in the reference weeks", False)
    y.iloc[::26] = 1
    few = detectors.farrington(y.where(y.index < MONDAYS[-1], 3.0), last=1).iloc[-1]
    assert few["upper"] < 3
    assert not few["alarm"]
    assert few["note"] == "fewer than 5 events in the last 4 positions: never an alarm"
    assert detectors.farrington(y.where(y.index < MONDAYS[-1], 3.0), last=1, minimum=(3, 4))["alarm"].iloc[-1]


def test_what_was_not_observed_is_left_out_and_too_little_is_said() -> None:
    y = weekly()[0]
    y.iloc[-60:-50] = np.nan
    found = detectors.farrington(y, last=1).iloc[-1]
    assert np.isfinite(found["upper"])
    y.iloc[:-1] = y.iloc[:-1].where(np.arange(419) > 400)
    assert detectors.farrington(y, last=1)["note"].iloc[-1] == "too few observed references"


def test_references_are_the_same_date_of_earlier_years() -> None:
    steps = steps_back(MONDAYS, 5, None)
    for number in range(5):
        dates = MONDAYS[300:] - pd.to_timedelta(7 * steps[300:, number], "D")
        wanted = MONDAYS[300:] - pd.DateOffset(years=number + 1)
        assert np.abs((dates - wanted).days).max() <= 3
    days = pd.date_range("2019-01-01", "2021-03-31")
    leap = steps_back(days, 1, None)[days.get_loc("2020-02-29"), 0]
    assert days[days.get_loc("2020-02-29") - leap] == pd.Timestamp("2019-03-01")
    months = pd.period_range("2015-01", periods=80, freq="M")
    assert (steps_back(months, 3, None)[36:] == [12, 24, 36]).all()
    assert (steps_back(pd.RangeIndex(9), 2, None) == [52, 104]).all()
    assert (steps_back(MONDAYS, 2, 50) == [50, 100]).all()
    assert (steps_back(MONDAYS.tz_localize("Europe/Kyiv"), 5, None) == steps).all()
    with pytest.raises(InputError, match="gaps"):
        steps_back(MONDAYS.delete(10), 5, None)


@given(st.integers(1, 5), st.integers(0, 6), st.integers(1, 13), st.integers(0, 40))
def test_seasons_share_the_year_equally(years: int, half: int, periods: int, skip: int) -> None:
    steps = np.tile(52 * np.arange(1, years + 1), (400, 1))
    (group,) = history(steps, np.array([399]), half_window=half, periods=periods, skip=skip)
    assert (np.diff(group.back) > 0).all()
    assert group.back[0] == -52 * years - half
    assert group.back[-1] < -skip
    around = np.abs(group.back[:, None] + 52 * np.arange(years + 1)).min(axis=1) <= half
    assert ((group.season == 0) == around).all()
    sizes = np.bincount(group.season[(group.back >= -52 * years) & (group.back < -52 * (years - 1))])
    if periods > 1 and years > 1:
        assert len(sizes) == periods
        assert np.ptp(sizes[1:]) <= 1
        assert sizes.sum() == 52
    else:
        assert set(group.season) <= set(range(periods))


def test_one_year_of_history_is_enough_where_it_is_asked_for() -> None:
    found = detectors.farrington(weekly()[0].iloc[-70:], years=1, last=1).iloc[-1]
    assert found["note"] == ""
    assert 0 < found["expected"] < found["upper"]


def test_a_year_too_short_for_its_seasons_is_refused() -> None:
    with pytest.raises(ConfigError, match="periods"):
        detectors.farrington(weekly()[0], periods=47)
