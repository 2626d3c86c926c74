"""`segment`: what it answers, and what it must not do."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.segmentation import segment
from analysis.simulate import simulate_counts

DAYS = ("2024-01-01", 400)


def table(seed: int = 2, regions: int = 6) -> pd.DataFrame:
    codes = [f"R{n}" for n in range(regions)]
    steps = [(code, "2024-08-01", 3.0) for code in codes[::2]]
    return simulate_counts(regions=codes, days=DAYS, rates=4.0, changes=steps, dispersion=1.5, seed=seed)


def test_a_table_is_answered_as_its_columns_one_by_one() -> None:
    counts = table().astype(float)
    counts.iloc[40:60, 1] = np.nan
    counts.iloc[:100, 2] = np.nan
    counts.iloc[-30:, 4] = np.nan
    together = segment(counts)
    for code in counts:
        assert segment(counts[code]).changes[code] == together.changes[code]
    turned = segment(counts[list(counts)[::-1]])
    assert all(turned.changes[code] == together.changes[code] for code in counts)


def test_the_true_change_is_found_and_the_quiet_regions_are_left_alone() -> None:
    found = segment(table())
    for number, code in enumerate(found.regions):
        changes = found.changes[code]
        assert len(changes) == (number % 2 == 0)
        for change in changes:
            assert abs((change.date - dt.date(2024, 8, 1)).days) <= 5
            assert change.earliest <= change.date <= change.latest
            assert change.before.value == pytest.approx(4, rel=0.2)
            assert change.rate_ratio.value == pytest.approx(3, rel=0.2)
            assert change.p_value < 1e-6


def test_a_missing_day_is_not_a_zero() -> None:
    counts = table().astype(float)["R1"]
    counts.iloc[150:250] = np.nan
    assert segment(counts).positions == []
    assert segment(counts.fillna(0.0)).positions != []


def test_missing_is_exposure_zero() -> None:
    counts = table().astype(float)["R0"]
    exposure = np.ones(len(counts))
    exposure[100:130] = 0
    gone = counts.copy()
    gone.iloc[100:130] = np.nan
    assert segment(counts, exposure=exposure).changes == segment(gone).changes


def test_a_change_in_days_nobody_saw_may_have_begun_in_any_of_them() -> None:
    counts = pd.Series(np.r_[np.full(100, 5.0), np.full(30, np.nan), np.full(100, 20.0)],
                       index=pd.date_range("2024-01-01", periods=230))  # fmt: skip
    (change,) = segment(counts).changes["value"]
    assert change.position == 130
    assert change.earliest == counts.index[100].date()
    assert change.latest == counts.index[130].date()


def test_exposure_explains_what_would_be_a_change() -> None:
    rng = np.random.default_rng(3)
    exposure = np.repeat([1.0, 3.0], 150)
    counts = rng.poisson(5 * exposure)
    assert segment(counts, exposure=exposure).positions == []
    assert len(segment(counts).positions) == 1


@pytest.mark.parametrize("size", [15, 60, 500])
@pytest.mark.parametrize("mean", [1.0, 10.0])
def test_one_spike_is_no_change(size: int, mean: float) -> None:
    counts = simulate_counts(regions=40, days=DAYS, rates=mean, seed=5)
    without = segment(counts)
    spiked = counts.copy()
    spiked.iloc[203] += size
    found = segment(spiked)
    extra = len(found.all_changes) - len(without.all_changes)
    assert extra <= 0


def test_a_spike_in_numbers_is_no_change() -> None:
    rng = np.random.default_rng(6)
    values = rng.normal(size=(300, 20))
    values[150] += 50
    assert sum(map(len, segment(values, family="gaussian").changes.values())) <= 1


def test_weekdays_are_no_changes_with_or_without_dates() -> None:
    counts = simulate_counts(regions=40, days=DAYS, rates=8.0, weekday=[3, 1, 1, 1, 1, 0.3, 0.1], seed=7)
    dated = segment(counts)
    assert dated.factors is not None
    truth = np.array([3, 1, 1, 1, 1, 0.3, 0.1]) / 7.4 * 7
    np.testing.assert_allclose(dated.factors.mean(axis=1), truth, atol=0.08)
    assert len(dated.all_changes) <= 2
    assert len(segment(counts.to_numpy()).all_changes) <= 2
    flat = simulate_counts(regions=40, days=DAYS, rates=8.0, seed=8)
    assert segment(flat.to_numpy()).factors is None


@settings(deadline=None, max_examples=20)
@given(shift=st.floats(-1e4, 1e4), scale=st.sampled_from([1e-3, 0.5, 3.0, 1e4]), seed=st.integers(0, 50))
def test_numbers_may_be_shifted_scaled_and_turned_round(shift: float, scale: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=150) + np.repeat([0.0, 2.5, 0.0], 50)
    cuts = segment(values, family="gaussian").positions
    assert segment(values * scale + shift, family="gaussian").positions == cuts
    assert segment(-values, family="gaussian").positions == cuts
    assert len(cuts) == 2


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 1000))
def test_a_strong_change_is_found_from_either_end(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(np.repeat([2.0, 30.0], [91, 119]))
    assert segment(counts, period=None).positions == [91]
    assert segment(counts[::-1], period=None).positions == [119]


@pytest.mark.parametrize("family", ["counts", "gaussian"])
@pytest.mark.parametrize(
    "values", [[], [3.0], [np.nan] * 30, [0.0] * 50, [5.0] * 50, list(range(10)), [0.0] * 49 + [1.0]]
)
def test_tiny_and_constant_series_are_answered(family: str, values: list[float]) -> None:
    found = segment(np.array(values, dtype=float), family=family)
    assert found.positions == []
    assert found.fitted.shape == (len(values), 1)


def test_dates_of_any_kind_are_understood() -> None:
    counts = table()["R0"]
    plain = segment(counts).changes["R0"]
    for index in (counts.index.tz_localize("Europe/Moscow"), counts.index.to_period("D")):
        assert segment(counts.set_axis(index)).changes["R0"] == plain
    assert segment(counts.astype("Int64")).changes["R0"] == plain
    gap = counts.astype("Int64").copy()
    gap.iloc[10] = pd.NA
    assert len(segment(gap).changes["R0"]) == 1
    with pytest.raises(InputError, match="in order"):
        segment(counts.iloc[::-1])


def test_a_clean_step_is_a_change() -> None:
    step = np.repeat([0.0, 1.0], 30)
    assert segment(step, family="gaussian").positions == [30]


def test_a_table_without_columns_is_answered() -> None:
    assert segment(pd.DataFrame(index=pd.date_range("2024-01-01", periods=90))).regions == ()


def test_the_input_is_left_as_it_was() -> None:
    counts = table().astype(float)
    before = counts.copy()
    segment(counts)
    pd.testing.assert_frame_equal(counts, before)


def test_fitted_levels_are_the_levels_of_the_records() -> None:
    found = segment(table())
    (change,) = found.for_region("R0").all_changes
    levels = found.fitted["R0"]
    assert levels.iloc[0] == change.before.value
    assert levels.iloc[change.position - 1] == change.before.value
    assert levels.iloc[change.position] == levels.iloc[-1] == change.after.value
    assert found.fitted["R1"].nunique() == 1


def test_a_result_shows_itself() -> None:
    found = segment(table())
    frame = found.to_frame()
    assert list(frame["region"]) == ["R0", "R2", "R4"]
    assert {"date", "earliest", "latest", "rate_ratio_low", "p_value"} <= set(frame)
    assert "3 changes" in repr(found)
    assert "<table" in found._repr_html_()
    assert str(found.for_region("R0").dates[0]) in repr(found.for_region("R0"))
    with pytest.raises(KeyError, match="R0"):
        found.for_region("nowhere")
    with pytest.raises(ValueError, match="one series"):
        _ = found.positions


def test_fewer_false_changes_cost_more() -> None:
    counts = table()
    strict, loose = (segment(counts, false_changes_per_year=rate).penalty for rate in (0.001, 0.5))
    assert (strict > loose).all()


@pytest.mark.parametrize(
    ("values", "options", "says"),
    [
        ([1.0, -2.0], {}, "not negative"),
        (["a", "b"], {}, "numbers"),
        ([1.0, np.inf], {"family": "gaussian"}, "finite"),
        ([1.0, 2.0], {"family": "poisson"}, "family"),
        ([1.0, 2.0], {"shape": "steps"}, "shape"),
        ([1.0, 2.0], {"exposure": [1.0]}, "shape"),
        ([1.0, 2.0], {"exposure": [1.0, -1.0]}, "not negative"),
        ([1.0, 2.0], {"exposure": [1.0, 1.0], "family": "gaussian"}, "exposure"),
        ([1.0, 2.0], {"min_days": 0}, "min_days"),
        ([1.0, 2.0], {"false_changes_per_year": 0.0}, "false_changes_per_year"),
        ([1.0, 2.0], {"level": 1.0}, "level"),
        (np.zeros((2, 2, 2)), {}, "dimensions"),
    ],
)
def test_what_cannot_be_used_is_named(values: object, options: dict, says: str) -> None:
    with pytest.raises(InputError, match=says):
        segment(values, **options)
