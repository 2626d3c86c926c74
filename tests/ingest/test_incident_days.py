"""The day rule: on which days a row counts, and with which share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.incidents.dates import one_clock, parse_dates
from analysis.incidents.days import DAY_RULES, TIMINGS, allocate


def _days(start, end=None, report=None, rule="start", max_days=31):
    def moments(value):
        return None if value is None else parse_dates([value], column="d")

    first, last = one_clock(moments(start), moments(end))
    found = allocate(first, last, moments(report), rule=rule, max_days=max_days)
    first, last = str(found.first[0])[5:], str(found.last[0])[5:]
    shares = round(float(found.first_share[0]), 6), round(float(found.last_share[0]), 6)
    return first, last, *shares, TIMINGS[found.timing[0]]


NIGHT = ("2025-07-20 22:00", "2025-07-21 04:00")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("start", ("07-20", "07-20", 1, 0, "day")),
        ("end", ("07-21", "07-21", 1, 0, "day")),
        ("split", ("07-20", "07-21", round(1 / 3, 6), round(2 / 3, 6), "spread")),
        ("report", ("07-22", "07-22", 1, 0, "day")),
    ],
)
def test_a_night_follows_the_rule(rule, expected):
    assert _days(*NIGHT, report="2025-07-22 09:00", rule=rule) == expected


@pytest.mark.parametrize("rule", ["start", "end", "split"])
def test_days_and_long_windows_are_spread_under_every_rule(rule):
    week = round(1 / 7, 6)
    assert _days("2025-07-15", "2025-07-21", rule=rule) == ("07-15", "07-21", week, week, "spread")
    assert _days("2025-07-20 12:00", "2025-07-22 12:00", rule=rule) == (
        "07-20",
        "07-22",
        0.25,
        0.25,
        "spread",
    )
    assert _days("2025-07-15", rule=rule) == ("07-15", "07-15", 1, 0, "day")
    assert _days("2025-07-15", "2025-07-15", rule=rule) == ("07-15", "07-15", 1, 0, "day")


def test_a_window_that_ends_at_midnight_does_not_touch_the_next_day():
    assert _days("2025-07-20 22:00", "2025-07-21 00:00", rule="end")[0] == "07-20"
    assert _days("2025-07-20 22:00", "2025-07-21 00:00", rule="split") == ("07-20", "07-20", 1, 0, "day")


def test_wider_than_the_limit_is_undated_and_a_month_is_not():
    assert _days("2025-07")[4] == "spread"
    assert _days("2025-01-01", "2025-12-31")[4] == "undated"
    assert _days("2025-07-01", "2025-07-05", max_days=4)[4] == "undated"
    assert _days("")[4] == "undated"


def test_a_window_backwards_counts_on_its_first_day():
    found = allocate(
        *(parse_dates([d], column="d") for d in ("2025-07-21", "2025-07-15")), None, rule="split", max_days=9
    )
    assert found.reversed.tolist() == [True]
    assert found.first == found.last == np.datetime64("2025-07-21")


def test_nothing_happens_after_its_report():
    assert _days("2025-07-20", "2025-07-29", report="2025-07-21") == ("07-20", "07-21", 0.5, 0.5, "spread")
    assert _days("2025-07-20", "2025-07-20", report="2025-07-19")[:2] == ("07-20", "07-20")


@given(
    st.integers(0, 60 * 24 * 40), st.integers(0, 60 * 24 * 60), st.sampled_from(DAY_RULES),
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_the_shares_add_up_to_one(begin, length, rule, start_timed, end_timed):
    origin = np.datetime64("2025-01-01T00:00", "m")
    start, end = (origin + np.timedelta64(m, "m") for m in (begin, begin + length))
    texts = (str(s) if timed else str(s)[:10] for s, timed in ((start, start_timed), (end, end_timed)))
    found = allocate(*(parse_dates([t], column="d") for t in texts), None, rule=rule, max_days=31)
    if TIMINGS[found.timing[0]] == "undated":
        assert (found.last - found.first)[0] >= np.timedelta64(31, "D")
        return
    size = int((found.last - found.first)[0].astype(int)) + 1
    head, tail = float(found.first_share[0]), float(found.last_share[0])
    assert 0 < head <= 1
    assert 0 <= tail <= 1
    if size == 1:
        assert (head, tail) == (1, 0)
    elif size == 2:
        assert head + tail == pytest.approx(1)
    else:
        assert head + tail < 1
