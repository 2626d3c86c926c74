"""What a cell says about an amount."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.incidents.amounts import combine, parse_amount, parse_amounts, qualifier_of

NAN = math.nan


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", (7, 7, 7)),
        (" 7 ", (7, 7, 7)),
        ("0", (0, 0, 0)),
        ("007", (7, 7, 7)),
        ("2.5", (2.5, 2.5, 2.5)),
        ("2,5", (2.5, 2.5, 2.5)),
        ("1,073", (1073, 1073, 1073)),
        ("12 500", (12500, 12500, 12500)),
        ("12\u00a0500", (12500, 12500, 12500)),
        ("six", (6, 6, 6)),
        ("п'ять", (5, 5, 5)),
        ("more than 6", (7, NAN, NAN)),
        ("More than six", (7, NAN, NAN)),
        ("over 6", (7, NAN, NAN)),
        (">6", (7, NAN, NAN)),
        ("более 6", (7, NAN, NAN)),
        ("свыше 6", (7, NAN, NAN)),
        ("понад 6", (7, NAN, NAN)),
        ("більше ніж 6", (7, NAN, NAN)),
        ("at least 5", (5, NAN, NAN)),
        ("≥ 5", (5, NAN, NAN)),
        (">=5", (5, NAN, NAN)),
        ("7+", (7, NAN, NAN)),
        ("5 or more", (5, NAN, NAN)),
        ("не менее 5", (5, NAN, NAN)),
        ("щонайменше п'ять", (5, NAN, NAN)),
        ("5-7", (5, NAN, 7)),
        ("5 – 7", (5, NAN, 7)),
        ("5 to 7", (5, NAN, 7)),
        ("between 5 and 7", (5, NAN, 7)),
        ("от 5 до 7", (5, NAN, 7)),
        ("від 5 до 7", (5, NAN, 7)),
        ("about 10", (1, 10, NAN)),
        ("~10", (1, 10, NAN)),
        ("около 10", (1, 10, NAN)),
        ("близько 10", (1, 10, NAN)),
        ("up to 5", (0, NAN, 5)),
        ("до 5", (0, NAN, 5)),
        ("fewer than 5", (0, NAN, 4)),
        ("менее 5", (0, NAN, 4)),
        ("more than a dozen", (13, NAN, NAN)),
        ("two dozen", (24, 24, 24)),
        ("half a dozen", (6, 6, 6)),
        ("upwards of 30", (31, NAN, NAN)),
        ("as many as 9", (0, NAN, 9)),
        ("about a hundred", (1, 100, NAN)),
        ("10 or so", (1, 10, NAN)),
        ("более шести", (7, NAN, NAN)),
        ("не менее трёх", (3, NAN, NAN)),
        ("по меньшей мере двое", (2, NAN, NAN)),
        ("по меньшей мере двух", (2, NAN, NAN)),
        ("около двадцати", (1, 20, NAN)),
        ("до десятка", (0, NAN, 10)),
        ("три десятка", (30, 30, 30)),
        ("от пяти до семи", (5, NAN, 7)),
        ("понад десять", (11, NAN, NAN)),
        ("не менш як 5", (5, NAN, NAN)),
        ("щонайбільше п’яти", (0, NAN, 5)),
        ("орієнтовно 5", (1, 5, NAN)),
        ("кілька десятків", (20, NAN, NAN)),
        ("несколько сотен", (200, NAN, NAN)),
        ("сотни", (200, NAN, NAN)),
        ("сотня", (100, 100, 100)),
        ("several dozen", (24, NAN, NAN)),
        ("tens of thousands", (20000, NAN, NAN)),
        ("5 12", None),
        ("dozens", (24, NAN, NAN)),
        ("десятки", (20, NAN, NAN)),
        ("кілька", (2, NAN, NAN)),
        ("", (NAN, NAN, NAN)),
        ("NaN", (NAN, NAN, NAN)),
        ("null", (NAN, NAN, NAN)),
        ("не указано", (NAN, NAN, NAN)),
        ("—", (NAN, NAN, NAN)),
    ],
)
def test_a_cell_is_read_with_its_bounds(text, expected):
    found = parse_amount(text)
    if expected is None:
        assert found is None
    else:
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "text",
    [
        "-3",
        "−3",
        "7-5",
        "5 of 7",
        "inf",
        "1e3",
        "drones",
        "12/7",
        "9" * 400,
        "about " + "9" * 400,
        "1.2.3",
        "=A1",
    ],
)
def test_what_is_no_amount_is_not_guessed(text):
    assert parse_amount(text) is None


def test_a_negative_amount_is_called_that():
    assert parse_amounts(["-3", "x", "3"]).problem.tolist() == ["a negative amount", "not an amount", ""]


def _combined(base, low=None, high=None, qualifier=""):
    amount, moved = combine(
        parse_amounts([base]),
        None if low is None else parse_amounts([low]),
        None if high is None else parse_amounts([high]),
        np.array([qualifier], dtype=object),
    )
    return (amount.low[0], amount.best[0], amount.high[0]), bool(moved[0])


@pytest.mark.parametrize(
    ("base", "low", "high", "qualifier", "expected"),
    [
        ("5", "5", "5", "", (5, 5, 5)),
        ("", "7", "", "more_than", (7, NAN, NAN)),  # the worked example: "more than six", count left empty
        ("1", "1", "", "at_least", (1, NAN, NAN)),
        ("6", None, None, "more_than", (7, NAN, NAN)),
        ("6", None, None, "about", (1, 6, NAN)),
        ("6", None, None, "at_most", (0, NAN, 6)),
        ("5", "3", "9", "", (3, 5, 9)),
        ("5", "3", "", "", (3, 5, NAN)),
        ("5", "", "9", "", (5, 5, 9)),
        ("", "", "9", "", (0, NAN, 9)),
        ("", "4", "4", "", (4, 4, 4)),
        ("", "", "", "", (NAN, NAN, NAN)),
    ],
)
def test_figure_bounds_and_qualifier_make_one_amount(base, low, high, qualifier, expected):
    found, moved = _combined(base, low, high, qualifier)
    np.testing.assert_array_equal(found, expected)
    assert not moved


def test_a_bound_that_contradicts_its_figure_is_moved_and_said():
    assert _combined("6", "7", "7") == ((6, 6, 7), True)
    assert _combined("7", "7", "6") == ((7, 7, 7), True)
    low, best, high = _combined("", "7", "5")[0]
    assert (low, high) == (5, 7)
    assert math.isnan(best)


def test_qualifiers_in_words():
    words = ("exact", "At least", "more-than", "up_to", "~", "не менее", "щонайменше", "по", "perhaps")
    assert [qualifier_of(text) for text in words] == [
        "", "at_least", "more_than", "at_most", "about", "at_least", "at_least", "each", None,
    ]  # fmt: skip


@given(st.text(max_size=30))
def test_no_text_raises_and_bounds_are_ordered(text):
    found = parse_amount(text)
    if found is not None:
        known = [x for x in found if not math.isnan(x)]
        assert known == sorted(known)
        assert all(x >= 0 and math.isfinite(x) for x in known)


@given(st.integers(0, 10**9))
def test_every_whole_number_is_itself(number):
    for text in (str(number), f"{number:,d}", f" {number} "):
        assert parse_amount(text) == (number,) * 3
