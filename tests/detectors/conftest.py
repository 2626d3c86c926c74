"""R calls written as calls of ours."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import detectors

FARRINGTON = {
    "b": "years", "w": "half_window", "reweight": "reweight", "weightsThreshold": "weight_above",
    "trend": "trend", "pThresholdTrend": "trend_p", "noPeriods": "periods", "pastWeeksNotIncluded": "skip",
    "thresholdMethod": "bound", "powertrans": "power", "limit54": "minimum",
}  # fmt: skip
EARS = {"method": "method", "baseline": "baseline", "alpha": "alpha", "minSigma": "min_sd"}
SAME_WEEKS = {"b": "years", "w": "half_window", "actY": "recent", "alpha": "alpha"}
CUSUM = {"k": "k", "h": "h", "trans": "transform"}


def _farrington(counts: pd.Series, call: str, control: dict[str, Any], last: int) -> pd.DataFrame:
    named = {FARRINGTON[key]: value for key, value in control.items() if key in FARRINGTON}
    named["minimum"] = tuple(named.get("minimum", (5, 4)))
    alpha = control.get("alpha", 0.05)
    if call == "algo.farrington":  # two-sided, and a year has 52 weeks
        settings: dict[str, Any] = {"method": "original", "alpha": alpha / 2, "period": 52}
    else:  # what farringtonFlexible does when nothing is said
        settings = {"weight_above": 2.58, "trend_p": 0.05, "periods": 1, "bound": "delta", "alpha": alpha}
        settings["skip"] = named.get("half_window", 3)
    return detectors.farrington(counts, last=last, as_surveillance=True, **(settings | named))


def _chart(counts: pd.Series, call: str, control: dict[str, Any], training: int) -> pd.DataFrame:
    if call in ("bayes", "rki"):
        named = {SAME_WEEKS[key]: value for key, value in control.items() if key in SAME_WEEKS}
        return getattr(detectors, call)(counts, period=52, **named)
    if call == "earsC":
        named = {EARS[key]: value for key, value in control.items() if key in EARS}
        return detectors.ears(counts, as_surveillance=True, **named)
    if call == "cusum":
        named = {CUSUM[key]: value for key, value in control.items() if key in CUSUM}
        found = detectors.cusum(counts, training=training, **named)
        # R rounds this one bound up to the next whole count
        return found.assign(upper=np.ceil(found["upper"])) if control["trans"] == "standard" else found
    return detectors.glr(
        counts, expected=control["mu0"], training=training, alpha=control.get("alpha"),
        family="nb" if call == "glrnb" else "poisson", limit=control["c.ARL"], rise=control.get("theta"),
    )  # fmt: skip


@pytest.fixture(scope="session")
def as_in_r() -> Callable[..., pd.DataFrame]:
    """``as_in_r(counts, call, control, first, last)``: rows first to last, from 1, of what R calls so."""

    def run(counts: pd.Series, call: str, control: dict[str, Any], first: int, last: int) -> pd.DataFrame:
        counts = counts.iloc[:last]
        if "arrington" in call:
            found = _farrington(counts, call, control, last - first + 1)
        else:
            found = _chart(counts, call, control, first - 1)
        return found.iloc[first - 1 :]

    return run


@pytest.fixture(scope="session")
def agree() -> Callable[..., None]:
    """``agree(found, call, control, alarm=, …)``: alarms equal, bounds and values within tolerance."""

    def check(
        found: pd.DataFrame,
        call: str,
        control: dict[str, Any],
        *,
        alarm: np.ndarray,
        bound: np.ndarray | None = None,
        value: np.ndarray | None = None,
    ) -> None:
        np.testing.assert_array_equal(found["alarm"].to_numpy(), alarm)
        if value is not None:
            np.testing.assert_allclose(found["score"], value, rtol=1e-8, atol=1e-12)
            return
        assert bound is not None
        ours = found["upper"].to_numpy().copy()
        if "arrington" in call:  # R has no bound, or 0, where there are too few events to judge
            few = found["note"].str.match("fewer than|no events in the reference").to_numpy()
            np.testing.assert_array_equal(few, np.isnan(bound) | ((bound == 0) & (call == "algo.farrington")))
            ours[few] = bound[few]
        if control.get("trans") == "rossi":  # R squares a negative root where no count is low enough
            wrong = (ours == 0) & (bound > 0)
            assert wrong.mean() < 0.02
            assert (bound[wrong] < found["expected"].to_numpy()[wrong]).all()
            ours[wrong] = bound[wrong]
        quantile = control.get("thresholdMethod") in ("nbPlugin", "muan")
        # R stops its fits early, which moves a delta bound by up to 1e-4
        tolerance = 1e-8 if "arrington" not in call else 0 if quantile else 1e-4
        np.testing.assert_allclose(ours, bound, rtol=tolerance, atol=0 if quantile else 1e-12)

    return check
