"""Ratios drawn towards each other: their properties, a case that can be integrated, and their coverage."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, stats

from analysis.errors import ConfigError, InputError
from analysis.rates.shrinkage import _SPREADS, shrink_ratios


def test_little_known_moves_far_and_much_known_stays() -> None:
    found = shrink_ratios([4, 400, 10, 9, 11, 10], 1, [8, 800, 80, 80, 80, 80], 8)
    raw = np.array([4.0, 4, 1, 0.9, 1.1, 1])
    assert found["ratio"][0] < found["ratio"][1] < raw[1]
    assert found["ratio"][1] == pytest.approx(4, rel=0.05)
    assert ((found["low"] < found["ratio"]) & (found["ratio"] < found["high"])).all()
    assert found["high"][0] / found["low"][0] > found["high"][1] / found["low"][1]


def test_a_ratio_is_the_posterior_of_a_normal_log_ratio() -> None:
    """With thousands of known ratios mean and spread are known, and the rest is one integral."""
    rng = np.random.default_rng(2)
    spread, mean = float(_SPREADS[11]), 0.2
    past = np.full(3000, 4000.0)
    now = rng.poisson(500 * np.exp(rng.normal(mean, spread, 3000)))
    found = shrink_ratios([3.0, *now], 1, [8.0, *past], 8).iloc[0]

    def density(theta: float) -> float:
        share = 1 / (1 + 8 * np.exp(-theta))
        return float(stats.binom.pmf(3, 11, share) * stats.norm.pdf(theta, mean, spread))

    whole = integrate.quad(density, -6, 6)[0]
    for name, target in (("low", 0.025), ("ratio", 0.5), ("high", 0.975)):
        below = integrate.quad(density, -6, np.log(found[name]))[0] / whole
        assert below == pytest.approx(target, abs=0.02)


def test_the_order_of_regions_does_not_matter() -> None:
    now, past = np.array([3.0, 9, 0, 40, 12, 5]), np.array([10.0, 60, 4, 500, 80, 0])
    order = np.array([4, 2, 0, 5, 1, 3])
    one = shrink_ratios(now, 1, past, 8).to_numpy()[order]
    assert shrink_ratios(now[order], 1, past[order], 8).to_numpy() == pytest.approx(one)


def test_dispersion_widens_and_draws_in() -> None:
    now, past = [30.0, 20, 9, 11, 10, 10], [80.0, 80, 80, 80, 80, 80]
    poisson, wild = (shrink_ratios(now, 1, past, 8, dispersion=phi) for phi in (1.0, 6.0))
    assert wild["ratio"][0] < poisson["ratio"][0]
    assert (wild["high"] / wild["low"])[5] > (poisson["high"] / poisson["low"])[5]


def test_what_cannot_be_said_is_missing() -> None:
    assert shrink_ratios([1, 2, 3, 4], 1, [8, 8, 8, 8], 8).isna().all(axis=None)
    found = shrink_ratios([0, 2, 3, 4, 5, 6, np.nan], 1, [0, 8, 8, 8, 8, 8, 8], 8)
    assert found["ratio"].isna().tolist() == [True, *[False] * 5, True]
    with pytest.raises(InputError, match="counts"):
        shrink_ratios([-1, 2, 3, 4, 5], 1, [8] * 5, 8)
    with pytest.raises(ConfigError, match="level"):
        shrink_ratios([1, 2, 3, 4, 5], 1, [8] * 5, 8, level=2)


@pytest.mark.parametrize("spread", [0.2, 0.6])
def test_intervals_cover_on_average_and_errors_are_smaller(spread: float) -> None:
    """A seeded cut of the fourth table of tests/calibration/comparison.py."""
    path = Path(__file__).resolve().parents[1] / "calibration" / "comparison.py"
    spec = importlib.util.spec_from_file_location("calibration_comparison", path)
    assert spec is not None
    assert spec.loader is not None
    calibration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(calibration)
    found = calibration.drawn(spread, 1.0, 30, 20, seed=3)
    assert 0.92 <= found["coverage"] <= 0.985
    assert found["error"] < 0.85 * found["error of the raw ratio"]
