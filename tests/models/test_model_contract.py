"""What every file in analysis/models keeps, on panels of every kind."""

import datetime as dt
import importlib
import inspect
import math
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ConfigError
from analysis.estimates import Amount, Estimate
from analysis.findings import KINDS, Skipped
from analysis.models import load_model, model_names
from analysis.panel import Panel
from analysis.weeks import Week

FIRST = dt.date(2024, 1, 1)
DAYS = pd.date_range(FIRST, periods=7 * 26)
WEEK = Week(first_day=FIRST + dt.timedelta(weeks=25))


def _counts(means: list[float], seed: int = 1, days: pd.DatetimeIndex = DAYS) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    drawn = rng.poisson(rng.gamma(np.array(means) / 0.5, 0.5, (len(days), len(means))))
    return pd.DataFrame(drawn.astype(float), index=days, columns=[f"R{i:02d}" for i in range(len(means))])


def _busy() -> Panel:
    counts = _counts([3, 8, 20, 60, 5, 12])
    counts.iloc[90:, 1] *= 3
    counts.iloc[-7:, 2] *= 2
    return Panel.from_counts(counts)


def _sparse() -> Panel:
    return Panel.from_counts(_counts([0.02, 0.05, 0.1, 0.2, 0.3]))


def _zeros() -> Panel:
    counts = _counts([0, 0, 4, 0])
    counts.iloc[-7:, 1] = 2  # nothing before, then something
    counts.iloc[-7:, 2] = 0  # something before, then nothing
    return Panel.from_counts(counts)


def _one_week() -> Panel:
    return Panel.from_counts(_counts([0, 1, 2, 9, 0.2], days=pd.date_range(WEEK.first_day, periods=7)))


def _holes() -> Panel:
    counts = _counts([4, 4, 4, 4, 4, 4, 4])
    counts.iloc[60:110, 0] = np.nan  # a gap
    counts.iloc[-3:, 1] = np.nan  # the week itself
    counts.iloc[:-7, 2] = np.nan  # only the week
    counts.iloc[:, 3] = np.nan  # never
    counts.iloc[::9, 4] = np.nan  # a day here and there
    counts.iloc[6::7, 5] = np.nan  # no Sundays
    return Panel.from_counts(counts)


def _one_region() -> Panel:
    return Panel.from_counts(_counts([6]))


def _fractions() -> Panel:
    return Panel.from_counts(_counts([3, 8, 0.4]) * 5 / 7)


def _bounds_only() -> Panel:
    panel = Panel.from_counts(_counts([3, 8, 0.4]))
    return replace(panel, high=panel.high + np.inf)


def _total() -> Panel:
    return _busy().total()


def _parents() -> Panel:
    """Two years of six regions under two parents, and of one that stands alone."""
    days = pd.date_range(end=WEEK.last_day, periods=7 * 104)
    counts = _counts([3, 8, 0.1, 0.2, 5, 12, 2], days=days)
    table = pd.DataFrame({"name": counts.columns, "parent": [*"PPPQQQ", ""]}, index=counts.columns)
    return replace(Panel.from_counts(counts, regions=table), parents={"P": "North", "Q": "South"})


PANELS: dict[str, Callable[[], Panel]] = {
    make.__name__.lstrip("_"): make
    for make in (
        _busy,
        _sparse,
        _zeros,
        _one_week,
        _holes,
        _one_region,
        _fractions,
        _bounds_only,
        _total,
        _parents,
    )
}
CASES = [(model, panel) for model in model_names() for panel in PANELS]


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, int | float):
        yield float(value)
    elif isinstance(value, Estimate | Amount):
        yield from (
            x for f in fields(value) if isinstance(x := getattr(value, f.name), int | float) and x is not None
        )


def _by_region(found: tuple[Any, ...]) -> dict[str, list[Any]]:
    table: dict[str, list[Any]] = {}
    for item in found:
        table.setdefault(item.region, []).append(item)
    return table


@pytest.mark.parametrize(("model", "name"), CASES)
def test_every_region_is_answered_with_finite_numbers(model: str, name: str) -> None:
    panel = PANELS[name]()
    found = load_model(model)(panel, week=WEEK)
    assert isinstance(found, tuple)
    assert all(type(item) in KINDS.values() for item in found)
    unknown = {item.region for item in found} - set(panel.counts.columns)
    assert unknown <= set(panel.parents)
    assert all(item.region in unknown for item in found if getattr(item, "is_parent", False))
    for item in found:
        for f in fields(item):
            assert all(math.isfinite(x) for x in _numbers(getattr(item, f.name))), item
        if isinstance(item, Skipped):
            assert item.model == model
            assert len(item.reason) > 10
        else:
            assert 0 <= item.p_value <= item.q_value + 1e-12 <= 1 + 2e-12
    answered = _by_region(found)
    if model != "change_point":  # no change found is an answer there
        assert [code for code in answered if code not in unknown] == list(panel.counts.columns)
        assert all(len(items) == 1 for items in answered.values())


@pytest.mark.parametrize(("model", "name"), CASES)
def test_the_panel_is_left_as_it_was(model: str, name: str) -> None:
    panel, untouched = PANELS[name](), PANELS[name]()
    load_model(model)(panel, week=WEEK)
    for part in ("counts", "low", "high", "observed", "unallocated"):
        pd.testing.assert_frame_equal(getattr(panel, part), getattr(untouched, part))


@pytest.mark.parametrize(("model", "name"), CASES)
def test_the_same_panel_gives_the_same_answer(model: str, name: str) -> None:
    fit = load_model(model)
    assert fit(PANELS[name](), week=WEEK) == fit(PANELS[name](), week=WEEK)


@pytest.mark.parametrize(("model", "name"), CASES)
def test_the_order_of_regions_does_not_matter(model: str, name: str) -> None:
    panel = PANELS[name]()
    order = list(np.random.default_rng(4).permutation(panel.counts.columns))
    shuffled = replace(
        panel, counts=panel.counts[order], low=panel.low[order], high=panel.high[order],
        observed=panel.observed[order], regions=panel.regions.loc[order],
    )  # fmt: skip
    fit = load_model(model)
    one, other = _by_region(fit(panel, week=WEEK)), _by_region(fit(shuffled, week=WEEK))
    assert one.keys() == other.keys()
    for region, items in one.items():
        for a, b in zip(items, other[region], strict=True):
            _same(a, b)


def _same(a: Any, b: Any) -> None:
    assert type(a) is type(b)
    for f in fields(a):
        x, y = getattr(a, f.name), getattr(b, f.name)
        numbers = list(_numbers(x))
        if numbers:
            assert numbers == pytest.approx(list(_numbers(y)), rel=1e-7, abs=1e-12), f.name
        else:
            assert x == y


@pytest.mark.parametrize("model", model_names())
def test_days_after_the_week_change_nothing(model: str) -> None:
    panel = PANELS["busy"]()
    earlier = WEEK.shift(-3)
    fit = load_model(model)
    one, other = fit(panel, week=earlier), fit(panel.until(earlier.last_day), week=earlier)
    assert [item.region for item in one] == [item.region for item in other]
    for a, b in zip(one, other, strict=True):
        _same(a, b)


@pytest.mark.parametrize("model", model_names())
def test_one_week_of_history_is_skipped_with_a_reason(model: str) -> None:
    found = load_model(model)(PANELS["one_week"](), week=WEEK)
    assert [type(item) for item in found] == [Skipped] * 5


@pytest.mark.parametrize("model", model_names())
def test_a_model_is_a_documented_function_of_the_panel(model: str) -> None:
    fit = load_model(model)
    module = importlib.import_module(f"analysis.models.{model}")
    parameters = list(inspect.signature(fit).parameters.values())
    assert parameters[0].kind is inspect.Parameter.POSITIONAL_ONLY
    assert {p.kind for p in parameters[1:]} == {inspect.Parameter.KEYWORD_ONLY}
    assert "week" in inspect.signature(fit).parameters
    assert module.__doc__
    assert all(p.name in (fit.__doc__ or "") for p in parameters)


def test_a_wrong_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'comparison'"):
        load_model("comparsion")
