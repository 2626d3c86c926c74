"""How numbers are written."""

import locale
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.numbers import MINUS, count_text, odds_text, p_text, percent_text, ratio_text

WHOLE = st.integers(-(10**12), 10**12)
POSITIVE = st.floats(1e-3, 1e9)


def _read(text):
    return float(text.replace(",", "").replace(MINUS, "-").rstrip("%"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (7, "7"),
        (1073, "1,073"),
        (2.5, "2.5"),
        (4.9999999999, "5"),
        (1234.56, "1,234.6"),
        (-3, "−3"),
        (-2.5, "−2.5"),
    ],
)
def test_counts(value, text):
    assert count_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.00"),
        (0.1234, "0.12"),
        (0.0123, "0.012"),
        (-0.0001, "0.000"),
        (0.099, "0.099"),
        (0.0999, "0.10"),
        (1.2649, "1.26"),
        (9.994, "9.99"),
        (9.996, "10.0"),
        (12.64, "12.6"),
        (99.96, "100"),
        (126.4, "126"),
        (12345.6, "12,346"),
        (-1.5, "−1.50"),
    ],
)
def test_ratios(value, text):
    assert ratio_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0%"),
        (0.012, "1.2%"),
        (0.0994, "9.9%"),
        (0.0996, "10%"),
        (0.123, "12%"),
        (1, "100%"),
        (12.5, "1,250%"),
        (-0.05, "−5.0%"),
        (-0.00001, "0.0%"),
    ],
)
def test_percentages(value, text):
    assert percent_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "<0.001"), (0.0009, "<0.001"), (0.001, "0.001"), (0.0234, "0.023"), (0.25, "0.25"), (1, "1.00")],
)
def test_p_values_are_never_zero(value, text):
    assert p_text(value) == text


@given(WHOLE)
def test_a_whole_count_reads_back_exactly(value):
    assert _read(count_text(value)) == value


@given(POSITIVE)
def test_a_ratio_reads_back_to_its_figures(value):
    off = abs(_read(ratio_text(value)) - value)
    assert off <= 0.0500001 * value or off <= 0.000501


@given(st.floats(0, 1))
def test_smaller_p_values_never_read_larger(p):
    shown = p_text(p)
    assert 0 < float(shown.lstrip("<")) <= 1
    assert math.isclose(float(shown.lstrip("<")), p, abs_tol=0.0051)


@given(st.one_of(WHOLE, st.floats(-1e9, 1e9)))
def test_no_hyphen_stands_for_a_minus(value):
    assert "-" not in count_text(value) + ratio_text(value) + percent_text(value)


def test_the_machines_locale_changes_nothing():
    before = locale.setlocale(locale.LC_NUMERIC)
    for name in ("de_DE.UTF-8", "ru_RU.UTF-8", "C"):
        try:
            locale.setlocale(locale.LC_NUMERIC, name)
        except locale.Error:
            continue
        try:
            assert (count_text(1073.5), ratio_text(1.26)) == ("1,073.5", "1.26")
        finally:
            locale.setlocale(locale.LC_NUMERIC, before)


@pytest.mark.parametrize(
    ("chance", "text"),
    [
        (0.5, "1 in 2"),
        (0.04, "1 in 25"),
        (0.0123, "1 in 81"),
        (0.004, "1 in 250"),
        (0.001, "1 in 1,000"),
        (0.0009, "less than 1 in 1,000"),
        (0.0, "less than 1 in 1,000"),
    ],
)
def test_odds(chance, text):
    assert odds_text(chance) == text
