"""What a cell says about time."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ConfigError
from analysis.incidents.dates import PROBLEMS, parse_dates


def _one(text, **options):
    found = parse_dates([text], column="date", **options)
    return str(found.start[0]), bool(found.timed[0]), PROBLEMS[found.problem[0]]


@pytest.mark.parametrize(
    ("text", "expected", "timed"),
    [
        ("2025-07-21", "2025-07-21T00:00:00", False),
        (" 2025-07-21  ", "2025-07-21T00:00:00", False),
        ("2025/7/1", "2025-07-01T00:00:00", False),
        ("2026-04-03 18:00", "2026-04-03T18:00:00", True),
        ("2026-04-03T18:00:05.123", "2026-04-03T18:00:05", True),
        ("2023-07-16T06:11Z", "2023-07-16T06:11:00", True),
        ("2024/02/20 11:08:25+00", "2024-02-20T11:08:25", True),
        ("2022-03-15 16:10:34+00:00", "2022-03-15T16:10:34", True),
        ("21.07.2025", "2025-07-21T00:00:00", False),
        ("3.4.2025", "2025-04-03T00:00:00", False),
        ("21.07.25", "2025-07-21T00:00:00", False),
        ("21.07.2025 г.", "2025-07-21T00:00:00", False),
        ("21.07.2025, 09:30", "2025-07-21T09:30:00", True),
        ("21 July 2025", "2025-07-21T00:00:00", False),
        ("July 21, 2025", "2025-07-21T00:00:00", False),
        ("21-Jul-2025", "2025-07-21T00:00:00", False),
        ("21 июля 2025 г.", "2025-07-21T00:00:00", False),
        ("21 липня 2025", "2025-07-21T00:00:00", False),
        ("1 мая 2025", "2025-05-01T00:00:00", False),
        ("20250721", "2025-07-21T00:00:00", False),
        ("45859", "2025-07-21T00:00:00", False),
        ("45859.75", "2025-07-21T18:00:00", True),
        ("13/07/2025 3:30 PM", "2025-07-13T15:30:00", True),
        ("2025-07-21 24:00", "2025-07-22T00:00:00", False),
    ],
)
def test_forms_of_a_date(text, expected, timed):
    assert _one(text) == (expected, timed, "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2025-02-29", "no such day"),
        ("2025-13-01", "no such day"),
        ("31.06.2025", "no such day"),
        ("0025-07-21", "impossible year"),
        ("1899-12-31", "impossible year"),
        ("9999-12-31", "impossible year"),
        ("3:30", "not a date"),
        ("yesterday", "not a date"),
        ("2025-07-21 25:00", "not a date"),
        ("2025-07-21 12:61", "not a date"),
        ("21 Foo 2025", "no such day"),
        ("2025-07-21+99:00", "not a date"),
        ("1752998400", "not a date"),
    ],
)
def test_what_is_no_date_says_why(text, problem):
    assert _one(text) == ("NaT", False, problem)


def test_an_empty_cell_is_no_problem():
    assert _one("") == ("NaT", False, "")


def test_months_years_and_ranges_keep_their_width():
    found = parse_dates(["2025-07", "2024", "2025-07-04/2025-07-06", "2024-02~"], column="d")
    assert found.start.astype("datetime64[D]").astype(str).tolist() == [
        "2025-07-01", "2024-01-01", "2025-07-04", "2024-02-01",
    ]  # fmt: skip
    assert found.last.astype("datetime64[D]").astype(str).tolist() == [
        "2025-07-31", "2024-12-31", "2025-07-06", "2024-02-29",
    ]  # fmt: skip


def test_the_order_is_decided_by_the_column():
    day_first = parse_dates(["03/04/2025", "25/04/2025"], column="d")
    month_first = parse_dates(["03/04/2025", "04/25/2025"], column="d")
    assert str(day_first.start[0])[:10] == "2025-04-03"
    assert str(month_first.start[0])[:10] == "2025-03-04"


def test_an_undecided_order_is_refused_with_what_to_declare():
    with pytest.raises(
        ConfigError, match=r"'03/04/2025', which may be day first.*date_order as 'dmy' or 'mdy'"
    ):
        parse_dates(["03/04/2025"], column="seen")
    assert _one("03/04/2025", date_order="mdy")[0][:10] == "2025-03-04"
    assert _one("07/07/2025")[0][:10] == "2025-07-07"  # both ways the same day


def test_a_column_with_both_orders_is_refused_but_one_misprint_is_not():
    with pytest.raises(ConfigError, match="both day first and month first"):
        parse_dates(["25/04/2025", "04/25/2025"], column="d")
    good = [f"{day}/04/2025" for day in range(13, 31)] + [f"{day}/05/2025" for day in range(13, 31)]
    found = parse_dates([*good, "04/25/2025"], column="d")
    assert [PROBLEMS[p] for p in found.problem] == [""] * len(good) + ["no such day"]


def test_zones_are_brought_to_the_declared_one_and_naive_times_stand():
    values = ["2025-07-20T22:30Z", "2025-07-21 01:30+03:00", "2025-07-21 01:30", "2025-01-20T22:30Z"]
    found = parse_dates(values, column="d", timezone="Europe/Kyiv")
    assert found.start.astype(str).tolist() == [
        "2025-07-21T01:30:00", "2025-07-21T01:30:00", "2025-07-21T01:30:00", "2025-01-21T00:30:00",
    ]  # fmt: skip
    assert found.zoned.tolist() == [True, True, False, True]


def test_midnights_only_are_days_but_midnight_among_times_is_a_time():
    assert not parse_dates(["2025-07-20 00:00:00", "2025-07-21 00:00:00.000"], column="d").timed.any()
    assert parse_dates(["2025-07-20 00:00", "2025-07-21 11:00"], column="d").timed.all()
    assert parse_dates(["2025-07-20 00:00Z"], column="d").timed.all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=25), max_size=8))
def test_no_text_raises(values):
    found = parse_dates(values, column="d", date_order="dmy", timezone="Europe/Kyiv")
    known = ~np.isnat(found.start)
    assert not (known & (found.problem > 0)).any()
    assert all(1899 <= int(str(s)[:4]) <= 2200 for s in found.start[known])


@settings(max_examples=15, deadline=None)
@given(st.lists(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)), min_size=1, max_size=20))
def test_every_date_is_read_back_from_every_form(days):
    forms = ("%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%d %B %Y", "%Y%m%d")
    for form in forms:
        found = parse_dates([day.strftime(form) for day in days], column="d")
        assert found.start.astype("datetime64[D]").tolist() == days
    for form, order in (("%d/%m/%Y", "dmy"), ("%m/%d/%Y", "mdy")):
        found = parse_dates([day.strftime(form) for day in days], column="d", date_order=order)
        assert found.start.astype("datetime64[D]").tolist() == days
