"""Strategies for records of every kind, built from the types of their fields."""

import dataclasses
import datetime as dt
import types
import typing

import pytest
from hypothesis import strategies as st

from analysis.estimates import Amount, Estimate
from analysis.findings import KINDS, Findings
from analysis.weeks import Week

NUMBER = st.floats(-1e6, 1e6)
TEXT = st.text(max_size=20)
DAY = st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))


def _estimate(numbers, level, unit):
    low, value, high = sorted(numbers)
    return Estimate(low=low, value=value, high=high, level=level, unit=unit)


def _amount(numbers, has_best, has_high):
    low, best, high = sorted(numbers)
    return Amount(low=low, best=best if has_best else None, high=high if has_high else None)


ESTIMATE = st.builds(
    _estimate, st.lists(NUMBER, min_size=3, max_size=3), st.floats(0.5, 0.999), st.sampled_from(["", "ratio"])
)
AMOUNT = st.builds(_amount, st.lists(st.floats(0, 1e6), min_size=3, max_size=3), st.booleans(), st.booleans())
BY_TYPE = {
    float: NUMBER,
    bool: st.booleans(),
    int: st.integers(0, 999),
    str: TEXT,
    dt.date: DAY,
    Estimate: ESTIMATE,
    Amount: AMOUNT,
}


def _values(hint):
    """Values of a field's type."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if hint in BY_TYPE:
        return BY_TYPE[hint]
    if hint is type(None):
        return st.none()
    if origin is typing.Literal:
        return st.sampled_from(parts)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*map(_values, parts))
    if origin is tuple and parts[-1] is Ellipsis:
        return st.lists(_values(parts[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(_values, parts))
    raise TypeError(f"no values are made for {hint}")


def record(cls):
    """Records of one class."""
    hints = typing.get_type_hints(cls)
    return st.builds(cls, **{f.name: _values(hints[f.name]) for f in dataclasses.fields(cls)})


@pytest.fixture(scope="session")
def record_of():
    """Record class -> strategy."""
    return {cls: record(cls) for cls in KINDS.values()}


@pytest.fixture(scope="session")
def any_findings(record_of):
    """Findings with records of every kind, those of one kind together."""
    items = st.tuples(*(st.lists(records, max_size=3) for records in record_of.values()))
    return st.builds(
        lambda day, parts, models: Findings(
            week=Week.of(day), items=tuple(item for part in parts for item in part), models=models
        ),
        DAY,
        items,
        st.dictionaries(
            TEXT, st.dictionaries(TEXT, st.one_of(NUMBER, TEXT, st.none()), max_size=2), max_size=2
        ),
    )
