"""Mann-Kendall, Sen's slope and Ljung-Box against R, against their definitions, and at their edges."""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import ljung_box, mann_kendall, sen_slope
from analysis.errors import ConfigError, InputError

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
CASES = ("nile", "coal_by_year", "boston_homicide", "newport_last104", "imd_B_52w", "ties_short")
TIED = [0, 0, 1, 0, 2, 1, 1, 3, 2, 2, 3, 2]


@pytest.mark.shared
@pytest.mark.parametrize("case", CASES)
def test_every_case_agrees_with_r(shared: Path, case: str) -> None:
    folder = shared / "oracles" / "trend"
    cases = json.loads((folder / "results.json").read_text())["cases"]
    assert set(cases) == set(CASES)
    expected = cases[case]
    values = pd.read_csv(folder / expected["input"])["value"]
    test, slope, box = mann_kendall(values), sen_slope(values), ljung_box(values, lags=7)
    peer, peer_box = expected["cor_test_kendall"], expected["box_ljung_7"]
    pairs = [
        (test["n"], expected["n"]), (test["s"], expected["S"]), (test["variance"], expected["varS"]),
        (test["z"], expected["z_continuity"]), (test["z"], peer["z"]), (test["tau"], peer["tau_b"]),
        (test["p_value"], expected["p"]), (test["p_value"], peer["p"]),
        (slope["slope"], expected["sen_slope"]), (slope["low"], expected["sen_ci_gilbert_interp"][0]),
        (slope["high"], expected["sen_ci_gilbert_interp"][1]),
        (box["acf1"], expected["acf1"]), (box["statistic"], peer_box["stat"]),
    ]  # fmt: skip
    for ours, theirs in pairs:
        assert ours["value"] == pytest.approx(theirs, rel=1e-9, abs=1e-14)
    # R takes this one as 1 - P, so that very small ones are 0 there
    assert box["p_value"]["value"] == pytest.approx(peer_box["p"], rel=1e-9, abs=1e-15)


def test_the_nile_agrees_with_r_without_the_folder_of_tables() -> None:
    nile = pd.read_csv(REFERENCE / "nile.csv", comment="#")["volume"]
    # R 4.2.2: cor.test(method = "kendall", exact = FALSE, continuity = TRUE); the slope by its definition
    test, slope = mann_kendall(nile).loc["volume"], sen_slope(nile).loc["volume"]
    assert test["z"] == pytest.approx(-4.1280665228441009, rel=1e-12)
    assert test["p_value"] == pytest.approx(3.6582629216643283e-05, rel=1e-9)
    assert slope["slope"] == pytest.approx(-2.6, rel=1e-12)
    # pymannkendall 1.4.3: hamed_rao_modification_test
    corrected = mann_kendall(nile, autocorrelation="hamed_rao").loc["volume"]
    assert corrected["z"] == pytest.approx(-2.8199791956451388, rel=1e-9)
    assert corrected["p_value"] == pytest.approx(0.004802676310182719, rel=1e-9)


def test_the_correction_for_autocorrelation_never_makes_the_cautious_form_bolder() -> None:
    short = pd.Series(TIED, dtype=float, name="a")
    published = mann_kendall(short, autocorrelation="hamed_rao").loc["a"]
    # pymannkendall 1.4.3 on the same twelve values
    assert published["z"] == pytest.approx(_hamed_rao_by_definition(TIED), rel=1e-9)
    cautious = mann_kendall(short, autocorrelation="cautious").loc["a"]
    assert cautious["factor"] == max(1.0, published["factor"])
    assert cautious["p_value"] >= mann_kendall(short).at["a", "p_value"]


def _hamed_rao_by_definition(values: list[float]) -> float:
    """The paper's statistic, one pair at a time."""
    n = len(values)
    slope = float(np.median([(values[j] - values[i]) / (j - i) for i, j in combinations(range(n), 2)]))
    left = [round(value - slope * t, 9) for t, value in enumerate(values)]
    ranks = np.array([sum(x < y for x in left) + (sum(x == y for x in left) + 1) / 2 for y in left])
    around = ranks - ranks.mean()
    total = 0.0
    for gap in range(1, n):
        rho = (around[gap:] * around[:-gap]).sum() / (around**2).sum()
        if abs(rho) > 1.959963984540054 / np.sqrt(n):
            total += (n - gap) * (n - gap - 1) * (n - gap - 2) * rho
    factor = 1 + 2 * total / (n * (n - 1) * (n - 2))
    s = sum(np.sign(values[j] - values[i]) for i, j in combinations(range(n), 2))
    groups = [values.count(value) for value in set(values)]
    variance = (n * (n - 1) * (2 * n + 5) - sum(g * (g - 1) * (2 * g + 5) for g in groups)) / 18 * factor
    return float((s - np.sign(s)) / np.sqrt(variance))


SERIES = st.lists(st.one_of(st.integers(0, 6).map(float), st.just(np.nan)), min_size=4, max_size=25)


@given(values=SERIES)
def test_definitions_hold_for_any_counts_with_gaps(values: list[float]) -> None:
    pairs = [(a, b) for a, b in combinations(range(len(values)), 2) if not np.isnan(values[a] + values[b])]
    series = pd.Series(values, name="a")
    test, slope = mann_kendall(series, continuity=False).loc["a"], sen_slope(series).loc["a"]
    assert test["s"] == sum(np.sign(values[b] - values[a]) for a, b in pairs)
    if pairs:
        expected = np.median([(values[b] - values[a]) / (b - a) for a, b in pairs])
        assert slope["slope"] == pytest.approx(expected, abs=1e-12)
    else:
        assert np.isnan(slope["slope"])
    if not np.isnan(slope["low"]):
        assert slope["low"] <= slope["slope"] <= slope["high"]
    assert np.isnan(test["p_value"]) or 0 <= test["p_value"] <= 1
    observed = [value for value in values if not np.isnan(value)]
    assert np.isnan(test["z"]) == (len(observed) < 3 or len(set(observed)) == 1)


@given(values=SERIES, add=st.integers(-5, 5), times=st.integers(1, 4))
def test_ranks_do_not_see_units_and_turning_the_series_round_turns_the_sign(
    values: list[float], add: int, times: int
) -> None:
    series = pd.Series(values, name="a")
    here, moved = mann_kendall(series).loc["a"], mann_kendall(series * times + add).loc["a"]
    pd.testing.assert_series_equal(here, moved)
    back = mann_kendall(series.iloc[::-1]).loc["a"]
    assert back["s"] == -here["s"]
    assert back["p_value"] == pytest.approx(here["p_value"], nan_ok=True)
    slope, steep = sen_slope(series).loc["a"], sen_slope(series * times + add).loc["a"]
    np.testing.assert_allclose(steep, slope * times, atol=1e-9)


def test_regions_do_not_depend_on_each_other() -> None:
    rng = np.random.default_rng(5)
    values = pd.DataFrame(rng.poisson(2.0, (60, 30)).astype(float))
    values = values.where(rng.uniform(size=values.shape) > 0.1)
    for autocorrelation in ("none", "hamed_rao", "cautious"):
        all_tests = mann_kendall(values, autocorrelation=autocorrelation)
        all_slopes = sen_slope(values, autocorrelation=autocorrelation)
        for region in (0, 7, 29):
            one = values[[region]]
            pd.testing.assert_frame_equal(
                mann_kendall(one, autocorrelation=autocorrelation), all_tests.loc[[region]]
            )
            pd.testing.assert_frame_equal(
                sen_slope(one, autocorrelation=autocorrelation), all_slopes.loc[[region]]
            )


def test_the_correction_repairs_a_part_of_what_autocorrelation_does() -> None:
    rng = np.random.default_rng(11)
    noise = rng.normal(size=(150, 400))
    for row in range(1, 150):
        noise[row] += 0.5 * noise[row - 1]
    values = pd.DataFrame(noise[50:])
    plain = (mann_kendall(values)["p_value"] < 0.05).mean()
    corrected = (mann_kendall(values, autocorrelation="cautious")["p_value"] < 0.05).mean()
    assert plain > 0.2
    assert corrected < 0.65 * plain


def test_edges_are_answered_and_wrong_input_is_named() -> None:
    edges = pd.DataFrame({"none": [np.nan] * 6, "equal": [2.0] * 6, "two": [1.0, 2.0] + [np.nan] * 4})
    for autocorrelation in ("none", "hamed_rao"):
        assert mann_kendall(edges, autocorrelation=autocorrelation)["p_value"].isna().all()
        assert sen_slope(edges, autocorrelation=autocorrelation)["slope"].tolist()[1:] == [0.0, 1.0]
    assert ljung_box(edges.drop(columns="two"), lags=2).isna().all(axis=None)
    assert mann_kendall(pd.DataFrame({"a": []})).loc["a", "n"] == 0
    with pytest.raises(ConfigError, match="not a correction for autocorrelation"):
        mann_kendall(edges, autocorrelation="hamed")
    with pytest.raises(ConfigError, match="lags lies between 1 and 5"):
        ljung_box(edges, lags=6)
    with pytest.raises(ConfigError, match="confidence level"):
        sen_slope(edges, level=95)
    with pytest.raises(InputError, match="must be finite"):
        mann_kendall(pd.Series([1.0, np.inf, 2.0]))
    with pytest.raises(InputError, match="must be numbers"):
        mann_kendall(pd.Series(["a", "b", "c"]))
    with pytest.raises(InputError, match="DataFrame or Series"):
        mann_kendall([1, 2, 3])  # type: ignore[arg-type]
