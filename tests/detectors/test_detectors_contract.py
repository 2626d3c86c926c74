"""What all detectors keep, whatever they are given."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis
from analysis import detectors
from analysis.errors import ConfigError, InputError, NotEnoughDataError

Detector = Callable[..., pd.DataFrame]
QUANTITIES = ["expected", "upper", "score", "alarm", "note"]
WEEKS = pd.date_range("2018-01-01", periods=330, freq="7D")
LEVEL = pd.Series(6 + 3 * np.sin(np.arange(330) / 8), index=WEEKS)

DETECTORS: dict[str, tuple[Detector, dict[str, Any]]] = {
    "farrington": (detectors.farrington, {"last": 40}),
    "farrington delta": (detectors.farrington, {"bound": "delta", "trend_p": 0.05, "last": 40}),
    "farrington muan": (detectors.farrington, {"bound": "muan", "periods": 1, "last": 40}),
    "farrington original": (detectors.farrington, {"method": "original", "last": 40}),
    "seasonal": (detectors.seasonal, {"last": 40}),
    "ears C1": (detectors.ears, {}),
    "ears C2": (detectors.ears, {"method": "C2"}),
    "ears C3": (detectors.ears, {"method": "C3"}),
    "bayes": (detectors.bayes, {}),
    "bayes years": (detectors.bayes, {"years": 3, "half_window": 4, "alpha": 0.01, "last": 60}),
    "rki": (detectors.rki, {}),
    "rki recent": (detectors.rki, {"years": 0, "half_window": 6, "recent": True}),
    "cusum": (detectors.cusum, {}),
    "cusum rossi": (detectors.cusum, {"transform": "rossi", "restart": True}),
    "cusum anscombe": (detectors.cusum, {"transform": "anscombe"}),
    "cusum none": (detectors.cusum, {"transform": "none", "k": 8, "h": 10}),
    "glr": (detectors.glr, {}),
    "glr rise": (detectors.glr, {"rise": 0.5}),
    "glr nb": (detectors.glr, {"family": "nb", "alpha": 0.2}),
    "glr nb rise": (detectors.glr, {"family": "nb", "alpha": 0.2, "rise": 0.5, "expected": LEVEL}),
    "glr nb varying": (
        detectors.glr,
        {"family": "nb", "alpha": 0.2, "expected": LEVEL, "training": 250, "window": 15},
    ),
}
every = pytest.mark.parametrize(("run", "options"), DETECTORS.values(), ids=DETECTORS)


def table(seed: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    counts = pd.DataFrame(rng.poisson([0.2, 5, 20, 60], (330, 4)).astype(float), index=WEEKS)
    counts.columns = ["quiet", "some", "more", "many"]
    counts.iloc[-6:, 1:] *= 3
    return counts


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """Equal but for the last digits: sums over columns run in another order."""
    pd.testing.assert_frame_equal(one, other, rtol=1e-9, atol=1e-9, check_names=False)


@every
def test_a_table_is_answered_as_its_columns_one_by_one(run: Detector, options: dict[str, Any]) -> None:
    counts = table()
    counts.iloc[300:303, 1] = np.nan
    counts.iloc[20:24, 2] = np.nan
    before = counts.copy()
    found = run(counts, **options)
    pd.testing.assert_frame_equal(counts, before)
    assert list(found.columns.unique(0)) == QUANTITIES
    assert list(found["alarm"].columns) == list(counts.columns)
    assert found.index.equals(counts.index)
    for region in counts:
        alone = run(counts[region], **options)
        assert list(alone) == QUANTITIES
        same(found.xs(region, axis=1, level=1), alone)
    same(run(counts[counts.columns[::-1]], **options).reindex(columns=found.columns), found)


@every
def test_a_threefold_level_is_noticed_and_the_past_does_not_know(
    run: Detector, options: dict[str, Any]
) -> None:
    counts = table()
    options = {name: value for name, value in options.items() if name != "expected"} | (
        {"expected": table().iloc[:300].mean()} if "expected" in options else {}
    )
    found = run(counts, **options)
    assert found["alarm"].iloc[-6:]["many"].any()
    assert found["alarm"].dtypes.eq(bool).all()
    changed = counts.copy()
    changed.iloc[-1] = 1000
    same(run(changed, **options).iloc[:-1], found.iloc[:-1])


@every
@pytest.mark.parametrize("level", [0.0, 1.0, 7.0])
def test_a_constant_series_gives_no_alarm(run: Detector, options: dict[str, Any], level: float) -> None:
    options = options | ({"expected": 7.0} if "expected" in options else {})
    found = run(pd.Series(level, index=WEEKS), **options)
    assert not found["alarm"].any()
    assert found["score"].dropna().le(5).all()
    silent = found["upper"].isna() & found["expected"].isna()
    assert found["note"][silent].ne("").all(), "no answer without a reason"


@every
def test_only_order_matters_where_the_calendar_is_moved(run: Detector, options: dict[str, Any]) -> None:
    counts = table()
    plain = counts.reset_index(drop=True)
    if run in (detectors.farrington, detectors.bayes, detectors.rki, detectors.seasonal):
        options = options | {"period": 52}
    if isinstance(options.get("expected"), pd.Series):
        moved = run(plain, **(options | {"expected": LEVEL.to_numpy()}))
    else:
        moved = run(plain, **options)
    same(moved.set_axis(counts.index), run(counts, **options))


@every
def test_missing_counts_are_never_an_alarm(run: Detector, options: dict[str, Any]) -> None:
    counts = table()
    counts.iloc[-2:] = np.nan
    counts["nothing"] = np.nan
    found = run(counts, **options)
    assert not found["alarm"].iloc[-2:].any(axis=None)
    assert not found["alarm"]["nothing"].any()
    assert found["note"].iloc[-1].ne("").all()


@every
def test_short_histories_are_refused_in_one_sentence(run: Detector, options: dict[str, Any]) -> None:
    with pytest.raises(NotEnoughDataError, match=r"^[^\n]+\.$"):
        run(pd.Series(dtype=float), **options)
    if "expected" not in options:
        with pytest.raises(NotEnoughDataError, match="position"):
            run(pd.Series([3.0]), **options)


@every
def test_what_is_no_count_is_refused(run: Detector, options: dict[str, Any]) -> None:
    good = table()["some"]
    for bad, why in (
        (good - 10, "not negative"),
        (good.replace(good.max(), np.inf), "finite"),
        (good.astype(str) + "x", "counts"),
        (good.iloc[::-1], "order"),
        (pd.concat([good, good]).sort_index(), "once"),
        (pd.concat([good, good], axis=1), "once"),
    ):
        with pytest.raises(InputError, match=why):
            run(bad, **options)


@pytest.mark.parametrize(
    ("run", "wrong"),
    [
        (detectors.farrington, {"method": "flexibel"}),
        (detectors.farrington, {"method": "original", "bound": "muan"}),
        (detectors.farrington, {"bound": "gamma"}),
        (detectors.farrington, {"power": "1/3"}),
        (detectors.farrington, {"alpha": 0.0}),
        (detectors.farrington, {"years": 0}),
        (detectors.farrington, {"periods": 60}),
        (detectors.farrington, {"last": 0}),
        (detectors.bayes, {"alpha": 0.0}),
        (detectors.bayes, {"half_window": 0}),
        (detectors.bayes, {"recent": False}),
        (detectors.rki, {"years": 0}),
        (detectors.rki, {"years": 1.5}),
        (detectors.rki, {"last": 0}),
        (detectors.seasonal, {"alpha": 1.0}),
        (detectors.seasonal, {"min_years": 6}),
        (detectors.seasonal, {"skip": -1}),
        (detectors.seasonal, {"period": 2}),
        (detectors.seasonal_expectation, {"level": 1.0}),
        (detectors.seasonal_expectation, {"years": 0}),
        (detectors.ears, {"method": "C4"}),
        (detectors.ears, {"baseline": 1}),
        (detectors.ears, {"alpha": 1}),
        (detectors.cusum, {"transform": "log"}),
        (detectors.cusum, {"h": 0}),
        (detectors.glr, {"family": "binomial"}),
        (detectors.glr, {"family": "nb"}),
        (detectors.glr, {"alpha": 0.1}),
        (detectors.glr, {"limit": -1}),
        (detectors.glr, {"rise": 0.5, "window": 5}),
        (detectors.glr, {"family": "nb", "alpha": 0.1, "expected": LEVEL}),
    ],
)
def test_settings_that_make_no_sense_are_refused(run: Detector, wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        run(table()["some"], **wrong)


@pytest.mark.parametrize("expected", [0.0, -1.0, np.nan, [1.0, 2.0], "many", pd.DataFrame({"some": [1.0]})])
@pytest.mark.parametrize("run", [detectors.cusum, detectors.glr])
def test_an_expectation_has_to_fit(run: Detector, expected: Any) -> None:
    with pytest.raises(InputError, match="expected"):
        run(table()["some"], expected=expected)


@pytest.mark.parametrize("run", [detectors.cusum, detectors.glr])
def test_an_expectation_may_be_given_in_any_shape(run: Detector) -> None:
    counts = table()
    mean = counts.iloc[:165].mean()
    wide = pd.DataFrame(np.tile(mean, (330, 1)), index=counts.index, columns=counts.columns)
    learnt = run(counts)
    for given_ in (mean, mean[::-1], wide, wide[wide.columns[::-1]]):
        same(run(counts, expected=given_, training=165), learnt)
    for given_ in (mean["some"], wide["some"], wide["some"].to_numpy()):
        same(run(counts["some"], expected=given_, training=165), learnt.xs("some", axis=1, level=1))


@settings(max_examples=30)
@given(st.lists(st.integers(0, 40), min_size=20, max_size=60), st.integers(2, 50))
def test_ears_does_not_depend_on_the_unit(counts: list[int], factor: int) -> None:
    one = pd.Series(counts, dtype=float)
    for method in ("C1", "C2", "C3"):
        small, large = detectors.ears(one, method=method), detectors.ears(one * factor, method=method)
        np.testing.assert_allclose(large["upper"], small["upper"] * factor, rtol=1e-9, atol=1e-9)
        near = np.isclose(one, small["upper"], rtol=1e-9)
        assert (large["alarm"] == small["alarm"])[~near].all()


def test_the_front_door_offers_the_module() -> None:
    assert analysis.detectors is detectors
    assert detectors.__all__ == [
        "bayes", "cusum", "ears", "farrington", "glr", "rki", "seasonal", "seasonal_expectation",
    ]  # fmt: skip
    assert all(getattr(detectors, name).__name__ == name for name in detectors.__all__)
