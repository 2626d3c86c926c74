"""What must hold of rate ratios for any counts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ConfigError, InputError
from analysis.rates import (
    RATIO_METHODS,
    adjust_p,
    estimate_dispersion,
    predictive_tails,
    rate_interval,
    rate_ratio,
)

counts = st.one_of(st.integers(0, 3000).map(float), st.floats(0.001, 200))
times = st.floats(0.5, 100)


@pytest.mark.parametrize("method", RATIO_METHODS)
@settings(max_examples=25, deadline=None)
@given(x=counts, t=times, y=counts, s=times, level=st.floats(0.5, 0.999))
def test_interval_holds_its_value_and_tails_are_probabilities(
    method: str, x: float, t: float, y: float, s: float, level: float
) -> None:
    row = rate_ratio(x, t, y, s, level=level, method=method, dispersion=1.7).iloc[0]
    assert row[["p_value", "p_greater", "p_less"]].between(0, 1).all()
    assert row["low"] >= 0
    if np.isnan(row["ratio"]):
        assert (x, y) == (0, 0)
    else:
        assert row["low"] <= row["ratio"] <= row["high"]


@settings(max_examples=60, deadline=None)
@given(x=counts, y=counts, phi=st.floats(1, 6), df=st.one_of(st.just(np.inf), st.floats(2, 200)))
def test_adjusted_p_and_interval_say_the_same(x: float, y: float, phi: float, df: float) -> None:
    row = rate_ratio(x, 1.0, y, 8.0, dispersion=phi, dispersion_df=df).iloc[0]
    if abs(row["p_value"] - 0.05) > 1e-6 and x > 0 and y > 0:
        assert (row["p_value"] < 0.05) == (row["low"] > 1 or row["high"] < 1)


@pytest.mark.parametrize("method", RATIO_METHODS)
def test_swapping_the_periods_inverts_the_ratio(method: str) -> None:
    a = rate_ratio([3, 40, 0, 7.5], 7, [9, 12, 4, 2], 28, dispersion=2.0, dispersion_df=9.0, method=method)
    b = rate_ratio([9, 12, 4, 2], 28, [3, 40, 0, 7.5], 7, dispersion=2.0, dispersion_df=9.0, method=method)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(a["low"], 1 / b["high"], rtol=1e-7)
        np.testing.assert_allclose(a["high"], 1 / b["low"], rtol=1e-7)
    np.testing.assert_allclose(a["p_value"], b["p_value"], rtol=1e-7)


def test_adjusted_limits_are_the_beta_quantiles_of_deflated_counts() -> None:
    from scipy.stats import beta

    row = rate_ratio(12, 1, 40, 8, dispersion=3.0).iloc[0]
    share = beta.ppf([0.025, 0.975], 12 / 3 + 0.5, 40 / 3 + 0.5)
    np.testing.assert_allclose(row[["low", "high"]].to_numpy(float), 8 * share / (1 - share), rtol=1e-10)


def test_an_uncertain_dispersion_matches_plain_simulation_over_it() -> None:
    from scipy.stats import beta

    rng = np.random.default_rng(20)
    phi = np.maximum(2.0 * 7 / rng.chisquare(7, 200_000), 1.0)
    share = beta.rvs(9 / phi + 0.5, 40 / phi + 0.5, random_state=rng)
    low, high = np.quantile(8 * share / (1 - share), [0.025, 0.975])
    row = rate_ratio(9, 1, 40, 8, dispersion=2.0, dispersion_df=7.0).iloc[0]
    assert row["low"] == pytest.approx(low, rel=0.02)
    assert row["high"] == pytest.approx(high, rel=0.02)


def test_fewer_degrees_of_freedom_widen_and_known_dispersion_is_the_limit() -> None:
    found = [
        rate_ratio(20, 1, 60, 8, dispersion=2.0, dispersion_df=df).iloc[0] for df in (4, 30, 1e7, np.inf)
    ]
    widths = [row["high"] - row["low"] for row in found]
    assert widths[0] > widths[1] > widths[2]
    assert widths[2] == pytest.approx(widths[3], rel=1e-3)


def test_zero_counts_open_the_interval_on_their_side() -> None:
    table = rate_ratio([0, 5, 0], 1, [5, 0, 0], 1)
    assert table["low"].tolist()[0] == 0
    assert table["high"].iloc[0] < np.inf
    assert table["high"].iloc[1] == np.inf
    assert table["low"].iloc[1] > 0
    assert np.isnan(table["ratio"].iloc[2])


def test_fractions_lie_between_their_neighbours() -> None:
    found = rate_ratio([4, 4.5, 5], 1, [9, 9, 9], 2, method="exact")
    assert found["low"].is_monotonic_increasing
    assert found["high"].is_monotonic_increasing
    assert found["p_greater"].is_monotonic_decreasing


def test_index_is_kept_and_missing_stays_missing() -> None:
    found = rate_ratio(pd.Series([1.0, np.nan], index=["a", "b"]), 1, 4, 2)
    assert found.index.tolist() == ["a", "b"]
    assert found.loc["b"].isna().all()
    assert found.loc["a"].notna().all()


def test_wrong_input_is_named() -> None:
    with pytest.raises(InputError, match="counts are finite and not negative; entry 1"):
        rate_ratio([1, -1], 1, 1, 1)
    with pytest.raises(InputError, match="times are finite and positive"):
        rate_ratio(1, 0, 1, 1)
    with pytest.raises(InputError, match="at least 1"):
        rate_ratio(1, 1, 1, 1, dispersion=0.5)
    with pytest.raises(ConfigError, match="not a method"):
        rate_ratio(1, 1, 1, 1, method="bayes")
    with pytest.raises(ConfigError, match="confidence level"):
        rate_interval(1, 1, level=95)
    with pytest.raises(InputError, match="between 0 and 1"):
        adjust_p([0.5, 1.5])
    with pytest.raises(InputError, match="one length"):
        rate_ratio([1, 2], 1, [1, 2, 3], 1)


@settings(max_examples=60, deadline=None)
@given(p=st.lists(st.one_of(st.just(np.nan), st.floats(0, 1)), min_size=1, max_size=30))
def test_adjusted_p_keep_order_missing_and_bounds(p: list[float]) -> None:
    values = np.array(p)
    known = ~np.isnan(values)
    for method in ("bh", "by", "holm", "bonferroni"):
        q = adjust_p(values, method)
        assert (np.isnan(q) == ~known).all()
        assert (q[known] >= values[known] - 1e-12).all()
        assert (q[known] <= 1).all()
        order = np.argsort(values[known], kind="stable")
        assert (np.diff(q[known][order]) >= -1e-12).all()


def test_dispersion_is_shrunk_to_the_panel_and_never_below_one() -> None:
    rng = np.random.default_rng(5)
    flat = pd.DataFrame(rng.poisson(rng.gamma(10 / 2, 2, (8, 60))))
    found = estimate_dispersion(flat)
    assert (found["dispersion"] >= 1).all()
    assert found["dispersion"].std() < found["own"].std() / 3
    assert found["dispersion"].mean() == pytest.approx(3, rel=0.15)
    assert (found["df"] > 30).all()
    under = estimate_dispersion(pd.DataFrame(np.full((8, 5), 10.0)))
    assert (under["dispersion"] == 1).all()


def test_regions_that_differ_keep_their_own_dispersion() -> None:
    rng = np.random.default_rng(6)
    calm = rng.poisson(50, (20, 20))
    wild = rng.poisson(rng.gamma(50 / 29, 29, (20, 20)))
    found = estimate_dispersion(pd.DataFrame(np.hstack([calm, wild])))["dispersion"]
    assert found[20:].median() > 4 * found[:20].median()


def test_blocks_of_periods_keep_their_own_means() -> None:
    rng = np.random.default_rng(12)
    flat = rng.poisson(rng.gamma(40 / 2, 2, (24, 50))).astype(float)
    age = np.repeat([2, 1, 0], 8)
    moved = rng.poisson(rng.gamma(np.array([400.0, 10, 40])[2 - age][:, None] / 2, 2, (24, 50)))
    for counts in (flat, moved):
        found = estimate_dispersion(pd.DataFrame(counts), age)
        assert found["dispersion"].mean() == pytest.approx(3, rel=0.15)
    assert estimate_dispersion(pd.DataFrame(moved))["dispersion"].min() > 30


def test_blocks_pool_by_what_they_are_worth_and_older_ones_fade() -> None:
    busy = pd.DataFrame({"a": [4e6, 6e6] * 4 + [4e6 + 8e3, 6e6 - 8e3] * 4})
    parts = [estimate_dispersion(busy[:8]).loc["a"], estimate_dispersion(busy[8:]).loc["a"]]
    age = np.repeat([1, 0], 8)
    even, faded = (estimate_dispersion(busy, age, fade=fade).loc["a"] for fade in (1.0, 0.5))
    assert even["own"] == pytest.approx((parts[0]["own"] + parts[1]["own"]) / 2, rel=1e-3)
    assert even["df"] == pytest.approx(parts[0]["df"] + parts[1]["df"])
    assert faded["own"] == pytest.approx((parts[0]["own"] + 2 * parts[1]["own"]) / 3, rel=1e-3)
    assert faded["df"] == pytest.approx(parts[1]["df"] * 1.5**2 / 1.25, rel=1e-2)
    sparse = pd.DataFrame({"a": [0.0, 0, 1, 0, 0, 0, 0, 0, *busy["a"][8:]]})
    assert estimate_dispersion(sparse, age).loc["a", "own"] == pytest.approx(parts[1]["own"], rel=1e-2)


def test_blocks_that_make_no_sense_are_refused() -> None:
    counts = pd.DataFrame({"a": [3.0, 4, 5]})
    for blocks in ([1, 2], [1, 2, np.nan]):
        with pytest.raises(InputError, match="one number for each of the 3 periods"):
            estimate_dispersion(counts, blocks)
    with pytest.raises(InputError, match="fade lies above 0"):
        estimate_dispersion(counts, fade=0)


def test_dispersion_answers_empty_and_single_regions() -> None:
    found = estimate_dispersion(pd.DataFrame({"none": [0.0] * 8, "hidden": [np.nan] * 8}))
    assert np.isfinite(found[["dispersion", "df"]].to_numpy()).all()
    one = estimate_dispersion(pd.DataFrame({"a": [3.0, 9, 1, 7, 4, 12, 2, 6]})).loc["a"]
    assert one["dispersion"] == pytest.approx(np.var([3, 9, 1, 7, 4, 12, 2, 6], ddof=1) / 5.5)
    assert 1 <= one["df"] <= 7


def test_predictive_tails_match_plain_simulation() -> None:
    rng = np.random.default_rng(9)
    phi = np.maximum(2.5 * 20 / rng.chisquare(20, 400_000), 1.001)
    mean = rng.gamma(24 / phi + 0.5) * phi / 8
    drawn = rng.poisson(rng.gamma(mean / (phi - 1), phi - 1))
    for count in (0, 3, 9):
        row = predictive_tails(count, 24, 8, dispersion=2.5, dispersion_df=20).iloc[0]
        assert row["p_greater"] == pytest.approx((drawn >= count).mean(), rel=0.05)
        assert row["p_less"] == pytest.approx((drawn <= count).mean(), rel=0.05)


def test_predictive_tails_at_dispersion_one_are_nearly_poisson() -> None:
    from scipy.stats import nbinom

    # a gamma mean with shape y + 1/2 over 8 periods makes the next count negative binomial exactly
    row = predictive_tails([2, 11], [30, 30], 8).iloc[1]
    assert row["p_greater"] == pytest.approx(nbinom.sf(10, 30.5, 8 / 9), rel=0.02)
