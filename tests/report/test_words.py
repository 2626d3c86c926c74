"""Dates, weeks, nouns and lists in words."""

import datetime as dt

import pytest

from analysis.weeks import Week
from reports.words import Noun, date_text, joined, names_of, span_text, week_text

D = dt.date


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (D(2025, 7, 15), D(2025, 7, 21), "15–21 July 2025"),
        (D(2025, 7, 28), D(2025, 8, 3), "28 July – 3 August 2025"),
        (D(2025, 12, 29), D(2026, 1, 4), "29 December 2025 – 4 January 2026"),
        (D(2025, 7, 21), D(2025, 7, 21), "21 July 2025"),
    ],
)
def test_spans(first: dt.date, last: dt.date, text: str) -> None:
    assert span_text(first, last) == text


def test_week_labels() -> None:
    assert week_text(Week(first_day=D(2025, 7, 14))) == "Week 29 of 2025, 14–20 July 2025"
    assert week_text(Week(first_day=D(2025, 7, 15))) == "15–21 July 2025 (week from Tuesday to Monday)"
    assert week_text(Week(first_day=D(2024, 12, 30))).startswith("Week 1 of 2025, 30 December 2024 –")


def test_nouns() -> None:
    assert Noun("incidents").after(1) == "incident"
    assert Noun("incidents").after(0) == "incidents"
    assert Noun("killed").after(1) == "person killed"
    assert Noun("killed").after(2) == "people killed"
    assert Noun("drones").after(1) == "drone"
    assert Noun("count", "claimed interceptions").after(1) == "claimed interception"
    assert Noun("count", "claimed interceptions").after(None) == "claimed interceptions"


def test_lists() -> None:
    assert joined([]) == ""
    assert joined(["a"]) == "a"
    assert joined(["a", "b", "c"]) == "a, b and c"
    assert names_of(["a", "b", "c"], 2) == "a, b and 1 more"
    assert date_text(D(2025, 1, 2)) == "2 January 2025"
