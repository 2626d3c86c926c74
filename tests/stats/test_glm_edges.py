"""Regions no regression can answer, and what must not depend on the batch."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.counts_glm import COVARIANCES, FAMILIES, design, fit_counts
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
    assert (found.alpha.dropna() == 0).all()
    for kind in COVARIANCES:
        errors = found.standard_errors(kind)
        assert errors.loc["fine"].notna().all()
        assert errors.loc["zero"].isna().all()


def test_every_region_is_answered_by_the_negative_binomial_too() -> None:
    counts = _counts()
    rng = np.random.default_rng(9)
    counts["fine"] = rng.negative_binomial(1, 0.3, 84).astype(float)
    counts["no_sundays"] *= rng.integers(0, 4, 84)
    counts["even"] = 2.0
    found = fit_counts(counts, design(DAYS), family="nb2")
    assert found.note.equals(fit_counts(counts, design(DAYS)).note)
    assert found.converged[["fine", "no_sundays", "single", "even"]].all()
    assert (found.alpha[["fine", "no_sundays"]] > 0).all()
    assert (found.alpha[["single", "even"]] == 0).all()
    assert found.alpha[["zero", "hidden", "sundays_unseen"]].isna().all()
    assert found.theta["even"] == np.inf
    assert np.isnan(found.theta_se["even"])
    for name in ("deviance", "log_likelihood", "aic", "dispersion"):
        assert getattr(found, name)[["fine", "no_sundays", "even"]].notna().all(), name
        assert np.isnan(getattr(found, name)["zero"]), name
    for kind in COVARIANCES:
        errors = found.standard_errors(kind)
        assert errors.loc[["fine", "even"]].notna().all(axis=None), kind
        assert errors.loc["zero"].isna().all(), kind


def test_no_regions_are_no_error() -> None:
    for family in FAMILIES:
        found = fit_counts(_counts().iloc[:, :0], design(DAYS), family=family)
        assert found.coefficients.shape == (0, 8)
        assert found.standard_errors("hc0").shape == (0, 8)
        assert found.aic.empty


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
    counts = counts.mask(rng.uniform(size=counts.shape) < 0.02)
    for family in FAMILIES:
        together = fit_counts(counts, design(DAYS), family=family)
        for region in (0, 31, 32, 149):
            alone = fit_counts(counts[[region]], design(DAYS), family=family)
            np.testing.assert_allclose(
                alone.coefficients.loc[region], together.coefficients.loc[region], rtol=1e-9, atol=1e-12
            )
            assert alone.alpha[region] == pytest.approx(together.alpha[region], rel=1e-8)


def test_unobserved_days_are_not_zeros() -> None:
    rng = np.random.default_rng(4)
    counts = pd.DataFrame({"a": rng.poisson(5.0, 84).astype(float)}, index=DAYS)
    observed = pd.DataFrame({"a": np.arange(84) % 5 != 2}, index=DAYS)
    masked = fit_counts(counts, design(DAYS), observed=observed)
    kept = observed["a"].to_numpy()
    dropped = fit_counts(counts[kept], design(DAYS).loc[kept])
    np.testing.assert_allclose(masked.coefficients, dropped.coefficients, rtol=1e-9)
    assert masked.dispersion["a"] == pytest.approx(dropped.dispersion["a"], rel=1e-9)


def test_exposure_is_the_exponential_of_an_offset_and_none_of_it_is_no_day() -> None:
    rng = np.random.default_rng(6)
    counts = pd.DataFrame(rng.poisson(5.0, (84, 3)).astype(float), index=DAYS, columns=list("abc"))
    exposure = rng.uniform(0.5, 2, (84, 3))
    for family in FAMILIES:
        by_day = fit_counts(counts, design(DAYS), family=family, exposure=exposure[:, 0])
        known = fit_counts(counts, design(DAYS), family=family, offset=np.log(exposure[:, 0]))
        np.testing.assert_allclose(by_day.coefficients, known.coefficients, rtol=1e-12)
        closed = exposure.copy()
        closed[10:14, 1] = 0.0
        each = fit_counts(counts, design(DAYS), family=family, exposure=closed)
        np.testing.assert_allclose(each.coefficients.loc["a"], by_day.coefficients.loc["a"], rtol=1e-8)
        assert each.n.tolist() == [84, 80, 84]
        open_days = np.delete(np.arange(84), np.arange(10, 14))
        alone = fit_counts(
            counts[["b"]].iloc[open_days], design(DAYS).iloc[open_days], family=family,
            offset=np.log(exposure[open_days, 1]),
        )  # fmt: skip
        np.testing.assert_allclose(each.coefficients.loc["b"], alone.coefficients.loc["b"], rtol=1e-8)
        np.testing.assert_allclose(
            each.standard_errors("observed").loc["b"], alone.standard_errors("observed").loc["b"], rtol=1e-8
        )


def test_alpha_goes_to_the_poisson_limit_without_a_jump() -> None:
    # With ever less overdispersion alpha falls, and beyond zero the Poisson fit is the answer.
    base, more = np.full(84, 6.0), np.tile([3.0, -3.0], 42)
    x = design(DAYS, day_of_week=False)
    before = np.inf
    for share in (1.0, 0.9, 0.85, 0.82, 0.8175, 0.8166, 0.7, 0.0):
        counts = pd.DataFrame({"a": base + share * more}, index=DAYS)
        found = fit_counts(counts, x, family="nb2")
        poisson = fit_counts(counts, x)
        alpha = found.alpha["a"]
        assert found.converged["a"]
        assert 0 <= alpha <= before
        before = alpha
        excess = ((counts["a"] - poisson.fitted["a"]) ** 2 - counts["a"]).sum()
        assert (alpha > 0) == (excess > 0)
        if alpha > 0:
            assert found.log_likelihood["a"] > poisson.log_likelihood["a"]
            assert alpha == pytest.approx(excess / 36 / 84, rel=0.25)
        else:
            pd.testing.assert_frame_equal(found.coefficients, poisson.coefficients)


@settings(max_examples=40, deadline=None)
@given(level=st.floats(-1, 5), theta=st.floats(0.2, 20), seed=st.integers(0, 10**6), fraction=st.booleans())
def test_no_nearby_parameters_are_more_likely(level: float, theta: float, seed: int, fraction: bool) -> None:
    from scipy.stats import nbinom

    rng = np.random.default_rng(seed)
    x = design(DAYS, day_of_week=False)
    y = rng.poisson(np.exp(level) * rng.gamma(theta, 1 / theta, 84)) / (4 if fraction else 1)
    found = fit_counts(pd.DataFrame({"a": y}, index=DAYS), x, family="nb2")
    if found.note["a"] or found.alpha["a"] == 0:
        return
    assert found.converged["a"]

    def value(beta: "np.ndarray", alpha: float) -> float:
        from scipy.special import gammaln

        mu, r = np.exp(x.to_numpy() @ beta), 1 / alpha
        terms = (
            gammaln(y + r)
            - gammaln(r)
            - gammaln(y + 1)
            + r * np.log(r / (r + mu))
            + y * np.log(mu / (r + mu))
        )
        return float(terms.sum())

    beta, alpha = found.coefficients.loc["a"].to_numpy(), float(found.alpha["a"])
    best = value(beta, alpha)
    assert found.log_likelihood["a"] == pytest.approx(best, rel=1e-8, abs=1e-8)
    if not fraction:
        mu = found.fitted["a"]
        logs = nbinom.logpmf(y, 1 / alpha, 1 / (1 + alpha * mu))
        assert found.log_likelihood["a"] == pytest.approx(logs.sum(), rel=1e-8, abs=1e-8)
    for step in np.eye(2) * [1e-3, 1e-5]:
        assert max(value(beta + step, alpha), value(beta - step, alpha)) < best + 1e-9
    assert max(value(beta, alpha * 1.01), value(beta, alpha / 1.01)) < best


@pytest.mark.parametrize("family", FAMILIES)
def test_far_starts_settle(family: str) -> None:
    # Growth of a thousand times, one outbreak among zeros, counts of a million, and almost no events
    rng = np.random.default_rng(12)
    counts = pd.DataFrame(index=DAYS)
    counts["growth"] = rng.poisson(np.exp(np.linspace(0, 7, 84))).astype(float)
    counts["outbreak"] = 0.0
    counts.loc[DAYS[40:44], "outbreak"] = [1, 60, 4000, 2]
    counts["huge"] = rng.negative_binomial(3, 3 / (3 + 1e6), 84).astype(float)
    counts["rare"] = (np.arange(84) % 13 == 0).astype(float)
    found = fit_counts(counts, design(DAYS, day_of_week=False), family=family)
    assert found.converged.all()
    assert found.coefficients.at["growth", "trend"] == pytest.approx(7 / 83, rel=0.05)
    theirs = {region: found.statsmodels(region) for region in ("growth", "outbreak", "rare")}
    for region, fit in theirs.items():
        np.testing.assert_allclose(fit.params.iloc[:2], found.coefficients.loc[region], rtol=1e-7)


@pytest.mark.parametrize("trend", ["linear", "spline"])
def test_awkward_regions_settle_unless_they_run_away(trend: str) -> None:
    # Levels from one event in two months to thousands a day, steep trends, heavy and light tails, gaps,
    # fractions: everything that has a finite maximum is found, and nothing else is claimed to be.
    rng = np.random.default_rng(21)
    slope = rng.normal(0, 1.5, 300) * np.linspace(-1, 1, 84)[:, None]
    theta = np.exp(rng.uniform(-2, 4, 300))
    mean = np.exp(rng.uniform(-4, 8, 300) + slope) * rng.gamma(theta, 1 / theta, (84, 300))
    counts = pd.DataFrame(rng.poisson(mean).astype(float), index=DAYS)
    counts = counts.mask(rng.uniform(size=counts.shape) < 0.05)
    counts.iloc[:, ::7] /= 3
    x = design(DAYS, trend=trend, df=3)
    poisson, found = (fit_counts(counts, x, family=family) for family in FAMILIES)
    for fit in (poisson, found):
        fine = fit.note == ""
        assert fine.sum() > 150
        assert fit.converged[fine].all()
        assert np.isfinite(fit.coefficients[fine]).all(axis=None)
        for kind in COVARIANCES:
            assert (fit.standard_errors(kind)[fine] > 0).all(axis=None), kind
    both = (poisson.note == "") & (found.note == "")
    gain = (found.log_likelihood - poisson.log_likelihood)[both]
    assert (gain[found.alpha[both] > 0] > 0).all()
    assert (gain[found.alpha[both] == 0] == 0).all()
    weight = 1 / (1 + found.alpha * found.fitted)
    score = x.to_numpy().T @ ((found.counts - found.fitted) * weight).to_numpy()[:, both]
    size = np.abs(x.to_numpy().T) @ ((found.counts + found.fitted) * weight).to_numpy()[:, both]
    assert np.abs(score / size).max() < 1e-7


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
    with pytest.raises(ConfigError, match="not a family"):
        fit_counts(_counts(), x, family="negbin")
    with pytest.raises(ConfigError, match="kind of covariance"):
        fit_counts(_counts(), x, family="nb2").covariance("poisson")
    with pytest.raises(InputError, match="exposure is finite and not negative"):
        fit_counts(_counts(), x, exposure=np.full(84, -1.0))
    with pytest.raises(InputError, match=r"one number per day \(84\), or days x regions"):
        fit_counts(_counts(), x, offset=np.zeros(6))
    with pytest.raises(InputError, match="observed has"):
        fit_counts(_counts(), x, observed=pd.DataFrame(np.ones((84, 2), dtype=bool)))
    with pytest.raises(KeyError):
        fit_counts(_counts(), x).statsmodels("nowhere")


@pytest.mark.parametrize(
    ("rows", "inner", "columns"), [(1, 50, 8), (3, 1500, 36), (32, 1500, 36), (35, 8, 4001), (9, 4001, 91)]
)
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_a_product_in_pieces_is_the_product(rows: int, inner: int, columns: int, kind: type) -> None:
    from analysis.counts_glm.linear import product

    rng = np.random.default_rng(rows)
    left, right = (rng.normal(size=shape).astype(kind) for shape in ((rows, inner), (columns, inner)))
    found = product(left, right.T)
    assert found.dtype == kind
    whole = left.astype(float) @ right.T.astype(float)
    np.testing.assert_allclose(found, whole, atol=1e-10 if kind is np.float64 else 2e-3)
