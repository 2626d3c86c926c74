"""Ticks, classes, dates in words, sparkline points."""

import datetime as dt
import itertools
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reports.figures import spark
from reports.figures.scales import (
    class_labels,
    class_of,
    count_ticks,
    day_number,
    day_ticks,
    even_breaks,
    nice_breaks,
    span_text,
)  # fmt: skip

DATES = st.dates(dt.date(1990, 1, 1), dt.date(2040, 12, 31))


def test_spans_in_words():
    assert span_text(dt.date(2025, 7, 14), dt.date(2025, 7, 20)) == "14–20 Jul"
    assert span_text(dt.date(2025, 7, 28), dt.date(2025, 8, 3), year=True) == "28 Jul – 3 Aug 2025"
    assert span_text(dt.date(2025, 12, 29), dt.date(2026, 1, 4)) == "29 Dec 2025 – 4 Jan 2026"
    assert span_text(dt.date(2025, 7, 14), dt.date(2025, 7, 14)) == "14 Jul"


def test_day_ticks_name_months_and_new_years():
    ticks = day_ticks(dt.date(2024, 10, 15), dt.date(2025, 3, 20), 9)
    assert [(label, year) for _, label, year in ticks] == [
        ("Nov", "2024"), ("Dec", ""), ("Jan", "2025"), ("Feb", ""), ("Mar", ""),
    ]  # fmt: skip
    assert ticks[0][0] == day_number(dt.date(2024, 11, 1))
    assert [label for _, label, _ in day_ticks(dt.date(2025, 7, 7), dt.date(2025, 7, 20), 9)][:2] == [
        "7 Jul", "9 Jul",
    ]  # fmt: skip
    assert [label for _, label, _ in day_ticks(dt.date(2001, 1, 1), dt.date(2025, 7, 20), 9)][-1].isdigit()


@given(DATES, st.integers(0, 12_000), st.integers(4, 12))
def test_day_ticks_are_few_and_inside(first, days, most):
    last = first + dt.timedelta(days=days)
    ticks = day_ticks(first, last, most)
    assert 1 <= len(ticks) <= most
    assert all(day_number(first) <= place <= day_number(last) for place, _, _ in ticks)


@given(st.floats(0, 1e7), st.integers(2, 6))
def test_count_ticks_are_round_and_few(top, most):
    ticks = count_ticks(top, most)
    assert ticks[0] == 0
    assert 2 <= len(ticks) <= most + 1
    if top >= 1:
        assert ticks[-1] <= top + 1e-6
        assert all(math.isclose(tick, round(tick)) for tick in ticks)


@given(st.floats(0, 1e6))
def test_breaks_are_five_rising_round_numbers(top):
    for breaks in (nice_breaks(top), even_breaks(top)):
        assert len(breaks) == 5
        assert breaks[0] == 1
        assert all(a < b for a, b in itertools.pairwise(breaks))
        assert len(set(class_labels(breaks))) == 5
        assert class_of(0, breaks) == 0
        assert class_of(0.2, breaks) == 1
        assert [class_of(bound, breaks) for bound in breaks] == [1, 2, 3, 4, 5]
        assert class_of(max(top, breaks[-1]), breaks) == 5
    assert nice_breaks(top)[-1] <= max(top, 5)


def test_class_labels_close_their_gaps():
    assert class_labels((1, 5, 10, 20, 50)) == ["1–4", "5–9", "10–19", "20–49", "50+"]
    assert class_labels((1, 2, 3, 4, 5)) == ["1", "2", "3", "4", "5+"]


def test_spark_breaks_at_gaps():
    line = spark([0, 4, math.nan, 2, None, 1, 2], unit="weeks")
    assert line.points == ("2.5,17.5 16.7,2.5", "44.0,10.0 46.0,10.0", "73.3,13.8 87.5,10.0")
    assert line.last == (87.5, 10.0)
    assert line.alt == "7 weeks: 0 to 4, last 2, 2 not covered"


def test_spark_of_nothing():
    assert spark([]).points == ()
    assert spark([math.nan]).alt == "1 weeks, not covered"
    assert spark([math.nan]).last is None
    assert spark([0.0, 0.0]).points == ("2.5,17.5 87.5,17.5",)
    assert spark([3.0, None]).alt.endswith("the last not covered")
    assert spark([1.0], alt="own words").alt == "own words"


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e6)), max_size=60))
def test_spark_stays_in_its_box(values):
    line = spark(values)
    for run in line.points:
        points = np.array([pair.split(",") for pair in run.split()], dtype=float)
        assert (points >= 0).all()
        assert (points[:, 0] <= line.width).all()
        assert (points[:, 1] <= line.height).all()
    assert (line.last is None) == (not values or values[-1] is None)
