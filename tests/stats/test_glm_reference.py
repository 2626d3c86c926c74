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
    for name in ("deviance", "aic", "log_likelihood", "dispersion", "df_residual"):
        assert getattr(found, name)[region] == pytest.approx(expected[name], rel=1e-6), name


def test_one_series_agrees_with_r() -> None:
    expected = json.loads(REFERENCE.read_text())
    days = pd.date_range(expected["first_day"], periods=len(expected["counts"]))
    _agree(fit_counts(pd.DataFrame({"a": expected["counts"]}, index=days), design(days)), expected)


@pytest.mark.shared
def test_every_case_agrees_with_r(shared: Path) -> None:
    folder = shared / "oracles" / "glm"
    cases = [case for case in json.loads((folder / "results.json").read_text())["cases"] if "formula" in case]
    assert len(cases) == 10
    for case in cases:
        table = pd.read_csv(folder / case["input"], parse_dates=["date"]).set_index("date")
        x = design(pd.DatetimeIndex(table.index), day_of_week="dow" in case["formula"])
        poisson, quasi = case["poisson"], case["quasipoisson"]
        errors = {
            "poisson": poisson["se"], "quasi": quasi["se"],
            "hc0": poisson["hc0_se"], "newey_west": poisson["nw_lag7_se"],
        }  # fmt: skip
        found = fit_counts(table, x)
        _agree(
            found,
            {
                "coefficients": {TERMS[k]: v for k, v in poisson["coef"].items()},
                "standard_errors": {
                    kind: {TERMS[k]: v for k, v in values.items()} for kind, values in errors.items()
                },
                "deviance": poisson["deviance"],
                "aic": poisson["aic"],
                "log_likelihood": poisson["loglik"],
                "dispersion": quasi["dispersion"],
                "df_residual": poisson["df_residual"],
            },
        )
        head = poisson["fitted_head"]
        np.testing.assert_allclose(found.fitted["count"].to_numpy()[: len(head)], head, rtol=1e-6)


@pytest.fixture(scope="module")
def many() -> CountsFit:
    rng = np.random.default_rng(3)
    days = pd.date_range("2024-03-05", periods=150)
    counts = pd.DataFrame(rng.poisson([0.3, 2, 9, 40, 300], (150, 5)), index=days, columns=list("abcde"))
    counts = counts.astype(float)
    counts.iloc[20:31, 2] = np.nan
    offset = np.log(rng.uniform(0.5, 2, 150))
    return fit_counts(counts, design(days), offset=offset)


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
