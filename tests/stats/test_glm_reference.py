"""The batched regression against R and against statsmodels."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.counts_glm import CountsFit, design, fit_counts

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "poisson_regression.json"
TERMS = {"(Intercept)": "const", "t": "trend"} | {
    f"dow{day}": day.lower() for day in ("Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
}


def _agree(found: CountsFit, expected: dict[str, Any]) -> None:
    region = found.coefficients.index[0]
    assert found.note[region] == ""
    assert found.converged[region]
    coefficients = pd.Series(expected["coefficients"])
    np.testing.assert_allclose(found.coefficients.loc[region, coefficients.index], coefficients, rtol=1e-6)
    for kind, errors in expected["standard_errors"].items():
        ours = found.standard_errors(kind).loc[region, list(errors)]
        np.testing.assert_allclose(ours, list(errors.values()), rtol=1e-6, err_msg=kind)
    for name in ("deviance", "aic", "log_likelihood", "dispersion", "df_residual", "theta"):
        if name in expected:
            assert getattr(found, name)[region] == pytest.approx(expected[name], rel=1e-6), name
    if "theta_se" in expected:
        assert found.theta_se[region] == pytest.approx(expected["theta_se"], rel=1e-4)


def test_one_series_agrees_with_r() -> None:
    expected = json.loads(REFERENCE.read_text())
    days = pd.date_range(expected["first_day"], periods=len(expected["counts"]))
    counts = pd.DataFrame({"a": expected["counts"]}, index=days)
    _agree(fit_counts(counts, design(days)), expected)
    _agree(fit_counts(counts, design(days), family="nb2"), expected["nb2"])


def _named(values: dict[str, float]) -> dict[str, float]:
    return {TERMS[name]: value for name, value in values.items()}


def _poisson(case: dict[str, Any]) -> dict[str, Any]:
    poisson, quasi = case["poisson"], case["quasipoisson"]
    errors = {
        "poisson": poisson["se"], "quasi": quasi["se"],
        "hc0": poisson["hc0_se"], "newey_west": poisson["nw_lag7_se"],
    }  # fmt: skip
    return {
        "coefficients": _named(poisson["coef"]),
        "standard_errors": {kind: _named(values) for kind, values in errors.items()},
        "deviance": poisson["deviance"],
        "aic": poisson["aic"],
        "log_likelihood": poisson["loglik"],
        "dispersion": quasi["dispersion"],
        "df_residual": poisson["df_residual"],
    }


def _negative_binomial(case: dict[str, Any]) -> dict[str, Any]:
    found = case["negbin"]
    return {
        "coefficients": _named(found["coef"]),
        "standard_errors": {"model": _named(found["se"])},
        "deviance": found["deviance"],
        "aic": found["aic"],
        "log_likelihood": found["loglik"],
        "dispersion": found["pearson_chi2"] / found["df_residual"],
        "df_residual": found["df_residual"],
        "theta": found["theta"],
        "theta_se": found["se_theta"],
    }


@pytest.mark.shared
def test_every_case_agrees_with_r(shared: Path) -> None:
    folder = shared / "oracles" / "glm"
    cases = [case for case in json.loads((folder / "results.json").read_text())["cases"] if "formula" in case]
    assert len(cases) == 10
    for case in cases:
        table = pd.read_csv(folder / case["input"], parse_dates=["date"]).set_index("date")
        x = design(pd.DatetimeIndex(table.index), day_of_week="dow" in case["formula"])
        found, other = fit_counts(table, x), fit_counts(table, x, family="nb2")
        _agree(found, _poisson(case))
        head = case["poisson"]["fitted_head"]
        np.testing.assert_allclose(found.fitted["count"].to_numpy()[: len(head)], head, rtol=1e-6)
        if "negbin" in case:
            _agree(other, _negative_binomial(case))
            head = case["negbin"]["fitted_head"]
            np.testing.assert_allclose(other.fitted["count"].to_numpy()[: len(head)], head, rtol=1e-6)
            gain = 2 * (other.log_likelihood - found.log_likelihood)["count"]
            assert gain == pytest.approx(case["negbin"]["lrt_vs_poisson"], rel=1e-6)
        else:  # glm.nb gave no answer: these series are not overdispersed
            assert other.alpha["count"] == 0
            assert other.theta["count"] == np.inf
            pd.testing.assert_frame_equal(other.coefficients, found.coefficients)


@pytest.mark.shared
def test_growth_agrees_with_a_line_through_logarithms_except_where_days_without_events_are_dropped(
    shared: Path,
) -> None:
    # incidence::fit regresses logarithms on time and drops every period without events: another estimand
    # wherever there are such periods. With none or few the two agree within our standard error.
    folder = shared / "oracles" / "glm"
    cases = [case for case in json.loads((folder / "results.json").read_text())["cases"] if "call" in case]
    assert len(cases) == 8
    compared = 0
    for case in cases:
        table = pd.read_csv(folder / case["input"], parse_dates=["date"]).set_index("date")
        if "weekly_counts" in case:
            weeks = pd.date_range(table.index[0], periods=len(case["weekly_counts"]), freq="7D")
            table = pd.DataFrame({"count": case["weekly_counts"]}, index=weeks).astype(float)
        found = fit_counts(table, design(pd.DatetimeIndex(table.index), day_of_week=False), family="nb2")
        growth = found.coefficients.at["count", "trend"]
        if (table["count"] == 0).mean() < 0.1:
            compared += 1
            assert abs(growth - case["r"]) < found.standard_errors("model").at["count", "trend"]
            assert case["r_ci"][0] < growth < case["r_ci"][1]
        if case["input"].startswith("flu2009"):
            assert growth < 0 < case["r"]  # the last weeks have no case: the line does not see them
    assert compared == 4


def _many() -> tuple[pd.DataFrame, "np.ndarray[Any, Any]"]:
    rng = np.random.default_rng(3)
    days = pd.date_range("2024-03-05", periods=150)
    counts = pd.DataFrame(rng.poisson([0.3, 2, 9, 40, 300], (150, 5)), index=days, columns=list("abcde"))
    counts = counts.astype(float)
    counts.iloc[20:31, 2] = np.nan
    return counts, np.log(rng.uniform(0.5, 2, 150))


@pytest.fixture(scope="module")
def many() -> CountsFit:
    counts, offset = _many()
    return fit_counts(counts, design(pd.DatetimeIndex(counts.index)), offset=offset)


@pytest.fixture(scope="module")
def spread() -> CountsFit:
    """Overdispersed counts, one region that is not, one with fractions, one with a gap; with an offset."""
    counts, offset = _many()
    rng = np.random.default_rng(4)
    counts *= rng.gamma([2.0, 0.7, 5.0, 1.5, 3.0], 1 / np.array([2.0, 0.7, 5.0, 1.5, 3.0]), (150, 5))
    counts = counts.round(0).assign(e=lambda table: table["e"] + 0.25, even=3.0 + np.arange(150) % 2)
    return fit_counts(counts, design(pd.DatetimeIndex(counts.index)), family="nb2", offset=offset)


@pytest.mark.parametrize("region", list("abcde"))
def test_a_region_reopens_in_statsmodels_with_equal_numbers(many: CountsFit, region: str) -> None:
    theirs = many.statsmodels(region)
    ours = many.coefficients.loc[region]
    np.testing.assert_allclose(theirs.params, ours, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(theirs.bse, many.standard_errors("quasi").loc[region], rtol=1e-8)
    assert theirs.scale == pytest.approx(many.dispersion[region], rel=1e-8)
    assert theirs.deviance == pytest.approx(many.deviance[region], rel=1e-8)
    assert theirs.nobs == many.n[region]
    robust = many.statsmodels(region, scale=1.0)
    np.testing.assert_allclose(robust.bse, many.standard_errors("poisson").loc[region], rtol=1e-8)
    assert robust.llf == pytest.approx(many.log_likelihood[region], rel=1e-8)


def test_a_fit_from_scratch_in_statsmodels_is_the_same(many: CountsFit) -> None:
    import statsmodels.api as sm

    seen = many.observed["c"]
    assert many.offset is not None
    y, offset = many.counts["c"][seen], many.offset["c"][seen]
    model = sm.GLM(y, many.design[seen], family=sm.families.Poisson(), offset=offset)
    theirs = model.fit(tol=1e-13)
    np.testing.assert_allclose(theirs.params, many.coefficients.loc["c"], rtol=1e-8, atol=1e-10)
    robust = model.fit(tol=1e-13, cov_type="HC0").bse
    np.testing.assert_allclose(robust, many.standard_errors("hc0").loc["c"], rtol=1e-7)


def test_hc1_scales_hc0_as_r_does(many: CountsFit) -> None:
    # statsmodels leaves this factor out for a GLM; sandwich::vcovHC has it
    factor = np.sqrt(many.n / many.df_residual)
    expected = many.standard_errors("hc0").mul(factor, axis=0)
    pd.testing.assert_frame_equal(many.standard_errors("hc1"), expected)


@pytest.mark.parametrize("region", list("abcde"))
def test_a_negative_binomial_region_reopens_in_statsmodels_with_equal_numbers(
    spread: CountsFit, region: str
) -> None:
    theirs = spread.statsmodels(region)
    ours = [*spread.coefficients.loc[region], spread.alpha[region]]
    assert spread.alpha[region] > 0
    np.testing.assert_allclose(theirs.params, ours, rtol=1e-8, atol=1e-10)
    errors = spread.standard_errors("observed").loc[region]
    np.testing.assert_allclose(theirs.bse.iloc[:-1], errors, rtol=1e-8)
    assert theirs.llf == pytest.approx(spread.log_likelihood[region], rel=1e-8)
    assert theirs.aic == pytest.approx(spread.aic[region], rel=1e-8)
    assert theirs.nobs == spread.n[region]


def test_a_region_at_the_poisson_limit_reopens_as_a_poisson_model(spread: CountsFit) -> None:
    assert spread.alpha["even"] == 0
    theirs = spread.statsmodels("even")
    np.testing.assert_allclose(theirs.params, spread.coefficients.loc["even"], rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(theirs.bse, spread.standard_errors("model").loc["even"], rtol=1e-8)
    assert theirs.llf == pytest.approx(spread.log_likelihood["even"], rel=1e-8)
    assert spread.standard_errors("observed").loc["even"].equals(spread.standard_errors("model").loc["even"])


def test_newton_of_statsmodels_from_its_own_start_comes_to_the_same_place(spread: CountsFit) -> None:
    import statsmodels.api as sm

    assert spread.offset is not None
    for region in "bc":
        seen = spread.observed[region]
        model = sm.NegativeBinomial(
            spread.counts[region][seen], spread.design[seen], offset=spread.offset[region][seen]
        )
        theirs = model.fit(method="newton", disp=0, maxiter=200)
        ours = [*spread.coefficients.loc[region], spread.alpha[region]]
        np.testing.assert_allclose(theirs.params, ours, rtol=1e-8, atol=1e-10)


def test_errors_of_the_negative_binomial_agree_with_a_glm_of_that_alpha(spread: CountsFit) -> None:
    import statsmodels.api as sm
    from statsmodels.stats.sandwich_covariance import S_hac_simple

    assert spread.offset is not None
    for region in "abd":
        family = sm.families.NegativeBinomial(alpha=spread.alpha[region])
        y, offset = spread.counts[region], spread.offset[region]
        model = sm.GLM(y, spread.design, family=family, offset=offset)
        theirs = model.fit(tol=1e-13, scale=1.0)
        np.testing.assert_allclose(theirs.params, spread.coefficients.loc[region], rtol=1e-6, atol=1e-8)
        # Their own sandwich takes the observed information; R's, and ours, the expected one.
        bread, scores = np.asarray(theirs.normalized_cov_params), model.score_obs(theirs.params, scale=1.0)
        expected = {
            "model": bread,
            "hc0": bread @ (scores.T @ scores) @ bread,
            "newey_west": bread @ S_hac_simple(scores, nlags=7) @ bread,
        }
        for kind, covariance in expected.items():
            ours = spread.standard_errors(kind).loc[region]
            np.testing.assert_allclose(ours, np.sqrt(np.diag(covariance)), rtol=1e-6, err_msg=kind)
        assert theirs.deviance == pytest.approx(spread.deviance[region], rel=1e-8)
        assert theirs.pearson_chi2 == pytest.approx(spread.pearson_chi2[region], rel=1e-7)
