"""Broken lines: equal to R's segmented, found where they are, and told apart from steps."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import xlogy

from analysis.segmentation import segment
from analysis.segmentation.joints import Course, best_lines
from analysis.segmentation.slopes import joint_errors

DAYS = 365
TIME = np.arange(DAYS)


def counts(log_course: np.ndarray, level: float = 10.0, series: int = 12, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    values = rng.poisson(level * np.exp(log_course)[:, None], (DAYS, series)).astype(float)
    return pd.DataFrame(
        values, index=pd.date_range("2023-01-02", periods=DAYS), columns=[f"S{n}" for n in range(series)]
    )


@pytest.mark.shared
@pytest.mark.parametrize("case", ["down", "boston", "hus", "sim1"])
def test_one_joint_is_that_of_segmented(shared: Path, case: str) -> None:
    """R segmented 1.6.2, Poisson regression with one joint."""
    want = json.loads((shared / "oracles/segmented/results.json").read_text())["cases"][case]
    table = pd.read_csv(shared / f"oracles/segmented/{case}.input.csv")
    y, at = table["y"].to_numpy(float), table["x"].to_numpy(float)
    course = Course(y, np.exp(table["offset"].to_numpy()), at, 1.0, counts=True)
    line = best_lines(course, shortest=2, price=0.0, most=1)
    assert abs(line.joints[0] - want["psi"]) < 0.05 * want["psi_se"]
    assert line.slopes == pytest.approx(want["slopes"], rel=2e-3)
    mean = course.weights * np.exp(line.mean(at))
    assert 2 * (xlogy(y, y / mean) - (y - mean)).sum() == pytest.approx(want["deviance"], abs=1e-4)
    if case != "sim1":  # a joint on an observation has a standard error from either side
        assert joint_errors(line, course)[0] == pytest.approx(want["psi_se"], rel=0.03)


def test_a_rise_and_fall_has_its_joint_and_its_slopes() -> None:
    found = segment(counts(np.interp(TIME, [0, 200, 364], [0, np.log(3), 0]), series=5), shape="trend")
    truth = 100 * np.expm1(7 * np.array([np.log(3) / 200, -np.log(3) / 164]))
    for name in found.regions:
        (joint,) = found.joints[name]
        assert abs(joint.position - 200) <= 20
        assert joint.earliest <= joint.date <= joint.latest
        assert joint.p_value < 1e-6
        weekly = [slope.weekly.value for slope in found.slopes[name]]
        assert weekly == pytest.approx(truth, abs=1.2)
        assert found.slopes[name][0].weekly.unit == "percent per week"
        assert found.changes[name] == ()
    fitted = found.fitted["S0"]
    assert fitted.iloc[0] == pytest.approx(10, rel=0.15)
    assert fitted.iloc[200] == pytest.approx(30, rel=0.15)


def test_numbers_have_slopes_on_their_own_scale() -> None:
    rng = np.random.default_rng(4)
    values = np.interp(np.arange(200), [0, 120, 199], [0.0, 12.0, 12.0]) + rng.normal(size=200) + 50
    found = segment(values, family="gaussian", shape="trend")
    (joint,) = found.all_joints
    assert abs(joint.position - 120) <= 10
    assert [slope.growth.value for slope in found.all_slopes] == pytest.approx([0.1, 0.0], abs=0.02)
    assert found.all_slopes[0].weekly is None
    turned = segment(-3 * values + 7, family="gaussian", shape="trend")
    assert turned.positions == found.positions
    assert turned.all_slopes[0].growth.value == pytest.approx(-3 * found.all_slopes[0].growth.value)


def test_missing_days_take_time_and_exposure_is_allowed_for() -> None:
    table = counts(np.interp(TIME, [0, 200, 364], [0, np.log(3), 0]), series=1)
    whole = segment(table, shape="trend")
    gap = table.copy()
    gap.iloc[80:120] = np.nan
    holed = segment(gap, shape="trend")
    dropped = segment(gap.dropna(), shape="trend")
    for other in (holed, dropped):
        assert abs((other.dates[0] - whole.dates[0]).days) <= 12
        assert other.all_slopes[0].weekly.value == pytest.approx(whole.all_slopes[0].weekly.value, abs=0.6)
    double = np.where(TIME % 3 == 0, 2.0, 1.0)
    weighted = segment(table.mul(double, axis=0), exposure=double, shape="trend")
    assert abs((weighted.dates[0] - whole.dates[0]).days) <= 12


RAMPS = (np.log(3) * TIME / DAYS, np.interp(TIME, [0, 180, 364], [0, np.log(4), 0]))
STEPS = (np.log(2) * (TIME >= 180), np.log(3) * ((TIME >= 120) & (TIME < 240)))


def test_auto_tells_ramps_as_slopes_and_steps_as_steps() -> None:
    for ramp in RAMPS:
        found = segment(counts(ramp, series=6), shape="auto")
        assert sum(bool(found.slopes[name]) for name in found.regions) >= 5
    for step in STEPS:
        found, plain = (segment(counts(step, series=6), shape=shape) for shape in ("auto", "level"))
        same = [found.changes[name] == plain.changes[name] for name in found.regions]
        assert sum(same) >= 5


def test_auto_says_nothing_where_level_says_nothing() -> None:
    flat = counts(np.zeros(DAYS), series=60, level=4.0)
    plain, auto = segment(flat), segment(flat, shape="auto")
    for name in flat:
        if not plain.changes[name]:
            assert not auto.changes[name]
            assert not auto.slopes[name]


def test_an_unchanged_slope_is_seldom_bent() -> None:
    found = segment(counts(0.8 * TIME / DAYS, series=30, level=6.0), shape="trend")
    assert len(found.all_joints) <= 4
    assert all(len(slopes) >= 1 for slopes in found.slopes.values())


def test_a_table_is_answered_as_its_columns() -> None:
    table = counts(RAMPS[1], series=3)
    together = segment(table, shape="auto")
    for code in table:
        alone = segment(table[code], shape="auto")
        assert alone.slopes[code] == together.slopes[code]
        assert alone.joints[code] == together.joints[code]
        assert together.for_region(code).slopes == {code: together.slopes[code]}


def test_slopes_show_themselves() -> None:
    found = segment(counts(RAMPS[1], series=2), shape="trend")
    frame = found.to_frame()
    assert len(frame) == len(found.all_slopes)
    assert {"region", "first", "last", "growth", "weekly_low", "annual_high"} <= set(frame)
    assert list(found.to_frame("joints")["position"]) == [joint.position for joint in found.all_joints]
    assert len(found.to_frame("changes")) == 0
    assert "slopes" in repr(found)
    html = found._repr_html_()
    assert html.count("<table") == 2
    assert "Joints" in html
    with pytest.raises(ValueError, match="kind"):
        found.to_frame("steps")


@pytest.mark.parametrize("family", ["counts", "gaussian"])
@pytest.mark.parametrize("shape", ["auto", "trend"])
@pytest.mark.parametrize(
    "values",
    [[], [3.0], [np.nan] * 30, [0.0] * 50, [5.0] * 50, list(range(10)), [0.0] * 49 + [1.0],
     [0.0] * 40 + [1000.0] * 20],
)  # fmt: skip
def test_tiny_and_constant_series_have_slopes_or_none(family: str, shape: str, values: list[float]) -> None:
    found = segment(np.array(values, dtype=float), family=family, shape=shape)
    assert found.fitted.shape == (len(values), 1)
    assert all(np.isfinite(slope.growth.value) for slope in found.all_slopes)
