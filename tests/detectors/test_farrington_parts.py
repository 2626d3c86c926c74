"""What stands behind farrington's bounds, against R in every case: trend, slope, dispersion, p."""

import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.detectors._references import history, steps_back

INSIDE = importlib.import_module("analysis.detectors.farrington")


def _settings(control: dict[str, Any]) -> Any:
    window = control.get("w", 3)
    return INSIDE._checked(
        years=control.get("b", 5), half_window=window, alpha=control.get("alpha", 0.05),
        reweight=control.get("reweight", True), weight_above=control.get("weightsThreshold", 2.58),
        trend=control.get("trend", True), trend_p=control.get("pThresholdTrend", 0.05),
        periods=control.get("noPeriods", 1), skip=control.get("pastWeeksNotIncluded", window),
        bound=control.get("thresholdMethod", "delta"), power="2/3", as_surveillance=True,
    )  # fmt: skip


def _parts(y: np.ndarray, index: pd.Index, rows: np.ndarray, settings: Any) -> pd.DataFrame:
    """Expected, dispersion, slope and use of the trend, by position; NaN where there is no bound."""
    found = pd.DataFrame(np.nan, index=rows, columns=["expected", "phi", "slope", "trend"])
    steps = steps_back(index, settings.years, None)
    for group in history(
        steps, rows, half_window=settings.half_window, periods=settings.periods, skip=settings.skip
    ):
        past = y[group.judged[:, None] + group.back]
        some = past[:, group.season == 0].sum(axis=1) > 0
        at, past, seen = group.judged[some], past[some], np.ones_like(past[some], dtype=bool)
        if not at.size:
            continue
        fits = INSIDE._fitted(INSIDE._design(group, settings.trend), past, seen, settings)
        mean, phi = INSIDE._present(fits, settings)[0], fits.phi.copy()
        kept = np.zeros(at.size, dtype=bool)
        if settings.trend:
            kept = INSIDE._keep_trend(fits, mean, past, settings)
            if not kept.all():
                plain = INSIDE._fitted(INSIDE._design(group, False), past[~kept], seen[~kept], settings)
                mean[~kept], phi[~kept] = INSIDE._present(plain, settings)[0], plain.phi
        slope = np.where(kept, fits.beta[:, 1] if settings.trend else np.nan, np.nan)
        found.loc[at] = np.column_stack([mean, phi, slope, kept])
    return found


@pytest.mark.shared
def test_every_part_of_every_flexible_case(shared: Path) -> None:
    folder = shared / "oracles" / "farrington"
    judged = trends = 0
    for case in json.loads((folder / "cases.json").read_text(encoding="utf-8"))["cases"]:
        if case["call"] != "farringtonFlexible":
            continue
        given = pd.read_csv(folder / f"{case['file'].split('.')[0]}.input.csv")
        dated = given["date"].notna().all()
        index = pd.DatetimeIndex(given["date"]) if dated else pd.RangeIndex(len(given))
        theirs = pd.read_csv(folder / case["file"]).set_index("index")
        theirs.index -= 1
        settings = _settings(case["control"])
        ours = _parts(given["count"].to_numpy(float), index, theirs.index.to_numpy(), settings)
        known = theirs["expected"].notna()
        ours, theirs = ours[known], theirs[known]
        # R stops its fits early: up to 1.4e-4 in a dispersion
        np.testing.assert_allclose(ours["expected"], theirs["expected"], rtol=2e-5, err_msg=case["file"])
        np.testing.assert_allclose(ours["phi"], theirs["phi"], rtol=2e-4, err_msg=case["file"])
        np.testing.assert_array_equal(ours["trend"], theirs["trend_used"], err_msg=case["file"])
        slope = theirs["trend_coef"].astype(float).where(ours["trend"] == 1)
        np.testing.assert_allclose(ours["slope"], slope, rtol=2e-5, err_msg=case["file"])
        if settings.bound == "nbPlugin":
            over = ours["phi"] - 1
            tail = stats.nbinom.sf(theirs["observed"] - 1, ours["expected"] / over, 1 / (1 + over))
            poisson = stats.poisson.sf(theirs["observed"] - 1, ours["expected"])
            p = np.where(over > 1e-9, tail, poisson)
            np.testing.assert_allclose(p, theirs["pvalue"], rtol=2e-4, err_msg=case["file"])
        judged, trends = judged + len(ours), trends + int(ours["trend"].sum())
    assert judged == 1110
    assert trends > 500
