"""Weeks under every anchor."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ConfigError, WeekError
from analysis.weeks import WEEKDAYS, Week

DAYS = st.dates(dt.date(1900, 1, 8), dt.date(2200, 12, 20))
ANCHORS = st.sampled_from(WEEKDAYS)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2024-12-30", "2025-W01"),  # the last days of a year may be week 1 of the next
        ("2025-01-01", "2025-W01"),
        ("2021-01-03", "2020-W53"),  # the first ones week 53 of the last
        ("2020-12-31", "2020-W53"),
        ("2026-12-31", "2026-W53"),
        ("2023-01-01", "2022-W52"),
        ("2024-02-29", "2024-W09"),
        ("2025-07-15", "2025-W29"),
    ],
)
def test_iso_names_at_the_ends_of_years(day, name):
    assert Week.of(dt.date.fromisoformat(day)).name == name
    assert Week.parse(name) == Week.parse(day)


def test_a_week_under_another_anchor_is_named_by_its_first_day():
    week = Week.of(dt.date(2025, 7, 18), "tuesday")
    assert (week.name, str(week)) == ("2025-07-15", "2025-07-15")
    assert (week.first_day, week.last_day) == (dt.date(2025, 7, 15), dt.date(2025, 7, 21))
    assert (week.starts_on, week.ends_on) == ("tuesday", "monday")


@given(DAYS, ANCHORS)
def test_a_week_holds_its_day_and_starts_on_its_anchor(day, starts_on):
    week = Week.of(day, starts_on)
    assert week.first_day <= day <= week.last_day
    assert (week.last_day - week.first_day).days == 6
    assert week.starts_on == starts_on
    assert week.ends_on == WEEKDAYS[WEEKDAYS.index(starts_on) - 1]


@given(DAYS, ANCHORS)
def test_a_name_reads_back(day, starts_on):
    week = Week.of(day, starts_on)
    assert Week.parse(week.name, starts_on) == week
    assert Week.parse(day.isoformat(), starts_on) == week


@given(DAYS)
def test_monday_weeks_agree_with_the_iso_calendar(day):
    year, number, _ = day.isocalendar()
    assert Week.of(day).name == f"{year}-W{number:02d}"


@given(DAYS, ANCHORS, st.integers(-52, 52))
def test_shifting_goes_by_whole_weeks_and_keeps_the_order(day, starts_on, by):
    week = Week.of(day, starts_on)
    moved = week.shift(by)
    assert moved.first_day - week.first_day == dt.timedelta(weeks=by)
    assert moved.shift(-by) == week
    assert (moved > week) == (by > 0)


def test_a_moment_counts_as_its_day():
    week = Week.of(dt.datetime(2025, 7, 20, 23, 59))
    assert type(week.first_day) is dt.date
    assert week.name == "2025-W29"


@pytest.mark.parametrize("text", ["2025W29", " 2025-W29 ", "2025-W29", "2025-07-14", "20250720"])
def test_spellings_of_one_week(text):
    assert Week.parse(text).first_day == dt.date(2025, 7, 14)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2025-W53", "2025 has no week 53"),
        ("2025-W00", "2025 has no week 0"),
        ("0000-W01", "0 has no week 1"),
        ("next week", "write it like 2025-W29 or 2025-07-15"),
        ("2025-02-30", "write it like 2025-W29 or 2025-07-15"),
        ("", "write it like 2025-W29 or 2025-07-15"),
        ("15.07.2025", "write it like 2025-W29 or 2025-07-15"),
    ],
)
def test_no_such_week(text, reason):
    with pytest.raises(WeekError) as caught:
        Week.parse(text)
    assert str(caught.value) == f"{text!r} is not a week that can be reported: {reason}."


def test_an_iso_name_is_refused_where_weeks_start_on_another_day():
    with pytest.raises(WeekError, match="weeks start on sunday here; name one by a date inside it"):
        Week.parse("2025-W29", "sunday")


def test_an_unknown_anchor_is_a_wrong_setting():
    with pytest.raises(ConfigError, match=r"\[week\] starts_on: 'munday' is not a day of the week"):
        Week.of(dt.date(2025, 7, 15), "munday")


@given(st.text(max_size=12))
def test_no_text_raises_anything_else(text):
    try:
        week = Week.parse(text)
    except WeekError:
        return
    assert week.first_day.weekday() == 0
