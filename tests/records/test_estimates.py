"""A number and how sure it is."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimates import Amount, Estimate

STATED = st.integers(0, 10_000).map(float)


@st.composite
def amounts(draw):
    """Every form: exact, at least, a range, a best figure with one or both bounds."""
    low, best, high = sorted(draw(st.lists(STATED, min_size=3, max_size=3)))
    return Amount(
        low=low, best=best if draw(st.booleans()) else None, high=high if draw(st.booleans()) else None
    )


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Amount.exactly(13), "13"),
        (Amount.exactly(1073), "1,073"),
        (Amount(low=7), "at least 7"),
        (Amount(low=5, high=7), "5 to 7"),
        (Amount(low=5, best=6, high=7), "6 (5 to 7)"),
        (Amount(low=5, best=6), "6 (at least 5)"),
        (Amount(low=2.5, best=2.5, high=2.5), "2.5"),
    ],
)
def test_how_an_amount_reads(amount, text):
    assert str(amount) == text


@pytest.mark.parametrize(
    ("one", "other", "added"),
    [
        (Amount.exactly(2), Amount.exactly(3), Amount.exactly(5)),
        (Amount(low=7), Amount.exactly(13), Amount(low=20)),  # "more than six" and thirteen
        (Amount(low=7), Amount(low=2), Amount(low=9)),
        (Amount(low=5, high=7), Amount.exactly(3), Amount(low=8, high=10)),
        (Amount(low=5, high=7), Amount(low=1, high=2), Amount(low=6, high=9)),
        (Amount(low=5, best=6), Amount.exactly(1), Amount(low=6, best=7)),
        (Amount(low=5, best=6, high=9), Amount(low=1, high=2), Amount(low=6, high=11)),
    ],
)
def test_sums_keep_the_bounds(one, other, added):
    assert one + other == added
    assert other + one == added


@given(amounts(), amounts())
def test_adding_is_commutative_and_bounds_add(one, other):
    total = one + other
    assert total == other + one
    assert total.low == one.low + other.low
    assert (total.high is None) == (one.high is None or other.high is None)
    assert total.high is None or total.high == one.high + other.high
    assert total.low <= total.figure
    assert total.high is None or total.figure <= total.high
    assert total.exact == (one.exact and other.exact)


@given(amounts(), amounts(), amounts())
def test_the_order_of_adding_does_not_matter(one, two, three):
    assert (one + two) + three == one + (two + three)


@given(amounts())
def test_nothing_added_changes_nothing_that_is_known(amount):
    total = amount + Amount.exactly(0)
    assert total == amount


@given(amounts())
def test_the_text_names_every_bound_that_is_known(amount):
    text = str(amount)
    for known in (amount.low, amount.best, amount.high):
        assert known is None or f"{known:,.0f}" in text
    assert ("at least" in text) == (amount.high is None)


@pytest.mark.parametrize(
    "bounds",
    [
        {"low": -1.0},
        {"low": 2.0, "best": 1.0},
        {"low": 2.0, "high": 1.0},
        {"low": 1.0, "best": 5.0, "high": 4.0},
        {"low": math.nan},
        {"low": 1.0, "high": math.inf},
    ],
)
def test_an_impossible_amount_is_refused(bounds):
    with pytest.raises(ValueError, match="an amount is 0 <= low <= best <= high"):
        Amount(**bounds)


def test_an_estimate_reads_as_a_sentence_would_say_it():
    estimate = Estimate(value=1.261, low=1.108, high=1.424, unit="ratio")
    assert str(estimate) == "1.26 (95% interval 1.11 to 1.42)"
    assert estimate.range_text == "1.11 to 1.42"
    assert str(Estimate(value=12.0, low=3.0, high=40.0, level=0.9)) == "12.0 (90% interval 3.00 to 40.0)"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"value": 1.0, "low": 2.0, "high": 3.0}, "lies in its interval"),
        ({"value": 4.0, "low": 2.0, "high": 3.0}, "lies in its interval"),
        ({"value": math.nan, "low": 0.0, "high": 1.0}, "is finite"),
        ({"value": 1.0, "low": 0.0, "high": math.inf}, "is finite"),
        ({"value": 1.0, "low": 0.0, "high": 2.0, "level": 1.0}, "between 0 and 1"),
        ({"value": 1.0, "low": 0.0, "high": 2.0, "level": 0.0}, "between 0 and 1"),
    ],
)
def test_an_impossible_estimate_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        Estimate(**fields)


def test_both_are_frozen_and_take_keywords_only():
    with pytest.raises(TypeError):
        Amount(1.0)
    with pytest.raises(AttributeError):
        Amount.exactly(1).low = 2.0
    with pytest.raises(TypeError):
        Estimate(1.0, 0.0, 2.0)
