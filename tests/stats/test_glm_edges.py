"""Regions no regression can answer, and what must not depend on the batch."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.counts_glm import COVARIANCES, design, fit_counts
from analysis.errors import ConfigError, InputError

DAYS = pd.date_range("2025-01-06", periods=84)


def _counts() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    counts = pd.DataFrame(rng.poisson(2.0, (84, 6)).astype(float), index=DAYS)
    counts.columns = pd.Index(["fine", "zero", "no_sundays", "hidden", "sundays_unseen", "single"])
    counts["zero"] = 0.0
    counts.loc[counts.index.day_of_week == 6, "no_sundays"] = 0.0
    counts["hidden"] = np.nan
    counts.loc[counts.index.day_of_week == 6, "sundays_unseen"] = np.nan
    counts["single"] = 0.0
    counts.loc[counts.index[40], "single"] = 1.0
    return counts


def test_every_region_is_answered_and_says_why_not() -> None:
    found = fit_counts(_counts(), design(DAYS))
    assert found.note.to_dict() == {
        "fine": "", "zero": "no events", "no_sundays": "separated", "hidden": "no events",
        "sundays_unseen": "a term is not told apart by the observed days", "single": "separated",
    }  # fmt: skip
    assert found.coefficients.loc[["zero", "hidden", "sundays_unseen"]].isna().all(axis=None)
    assert found.converged[["fine", "no_sundays"]].all()
    for kind in COVARIANCES:
        errors = found.standard_errors(kind)
        assert errors.loc["fine"].notna().all()
        assert errors.loc["zero"].isna().all()


def test_a_weekday_without_events_leaves_the_trend_as_it_is_without_that_weekday() -> None:
    counts = _counts()[["no_sundays"]]
    x = design(DAYS)
    whole = fit_counts(counts, x)
    rest = DAYS.day_of_week != 6
    without = fit_counts(counts[rest], x.loc[rest].drop(columns="sun"))
    assert whole.coefficients.at["no_sundays", "trend"] == pytest.approx(
        without.coefficients.at["no_sundays", "trend"], rel=1e-6
    )
    errors = whole.standard_errors("poisson"), without.standard_errors("poisson")
    assert errors[0].at["no_sundays", "trend"] == pytest.approx(errors[1].at["no_sundays", "trend"], rel=1e-6)


def test_a_region_does_not_depend_on_the_others() -> None:
    rng = np.random.default_rng(2)
    counts = pd.DataFrame(rng.poisson(3.0, (84, 150)).astype(float), index=DAYS)
    together = fit_counts(counts, design(DAYS))
    for region in (0, 63, 64, 149):
        alone = fit_counts(counts[[region]], design(DAYS))
        np.testing.assert_allclose(
            alone.coefficients.loc[region], together.coefficients.loc[region], rtol=1e-9, atol=1e-12
        )


def test_unobserved_days_are_not_zeros() -> None:
    rng = np.random.default_rng(4)
    counts = pd.DataFrame({"a": rng.poisson(5.0, 84).astype(float)}, index=DAYS)
    observed = pd.DataFrame({"a": np.arange(84) % 5 != 2}, index=DAYS)
    masked = fit_counts(counts, design(DAYS), observed=observed)
    kept = observed["a"].to_numpy()
    dropped = fit_counts(counts[kept], design(DAYS).loc[kept])
    np.testing.assert_allclose(masked.coefficients, dropped.coefficients, rtol=1e-9)
    assert masked.dispersion["a"] == pytest.approx(dropped.dispersion["a"], rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    level=st.floats(-2, 6), slope=st.floats(-0.03, 0.03), scale=st.floats(0.5, 4), seed=st.integers(0, 10**6)
)
def test_the_score_is_zero_at_the_fit(level: float, slope: float, scale: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = design(DAYS)
    mean = np.exp(level + slope * np.arange(84))
    counts = pd.DataFrame({"a": np.round(rng.poisson(mean) * scale, 3)}, index=DAYS)
    found = fit_counts(counts, x)
    if found.note["a"] == "":
        score = x.T.to_numpy() @ (counts["a"] - found.fitted["a"]).to_numpy()
        assert np.abs(score / (x.T.to_numpy() @ counts["a"].to_numpy() + 1)).max() < 1e-6


def test_growth_is_found_again() -> None:
    days = pd.date_range("2025-01-01", periods=200)
    counts = pd.DataFrame({"a": np.exp(2 + 0.01 * np.arange(200))}, index=days)
    found = fit_counts(counts, design(days))
    assert found.coefficients.at["a", "trend"] == pytest.approx(0.01, abs=1e-9)
    assert found.dispersion["a"] == pytest.approx(0, abs=1e-9)


def test_wrong_input_is_named() -> None:
    x = design(DAYS)
    with pytest.raises(InputError, match="the design has 84 days and the counts have 10"):
        fit_counts(_counts().iloc[:10], x)
    with pytest.raises(InputError, match="not negative"):
        fit_counts(-_counts(), x)
    with pytest.raises(InputError, match="finite on every observed day"):
        fit_counts(_counts()[["fine"]], x, offset=np.full(84, -np.inf))
    with pytest.raises(ConfigError, match="not a trend"):
        design(DAYS, trend="cubic")
    with pytest.raises(ConfigError, match="kind of covariance"):
        fit_counts(_counts(), x).covariance("hac")
    with pytest.raises(KeyError):
        fit_counts(_counts(), x).statsmodels("nowhere")
