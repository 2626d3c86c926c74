"""The last day of a panel as known then."""

import datetime as dt

import pandas as pd

from analysis import daily_panel, read_incidents

ROWS = [("2025-06-02", "2025-06-02"), ("2025-06-18", "2025-06-19"), ("2025-06-20", "2025-06-30")]
TABLE = pd.DataFrame(ROWS, columns=["date", "report_date"]).assign(region="RU-KRS")


def last_day(as_of: str | None) -> dt.date:
    return daily_panel(read_incidents(TABLE, regions=["RU-KRS"]), as_of=as_of).last_day


def test_empty_days_up_to_the_stated_moment_are_zeros() -> None:
    assert last_day("2025-06-23") == dt.date(2025, 6, 23)


def test_a_moment_after_the_table_does_not_stretch_the_calendar() -> None:
    assert last_day("2026-06-23") == dt.date(2025, 6, 30)


def test_without_a_moment_the_last_event_ends_it() -> None:
    assert last_day(None) == dt.date(2025, 6, 20)
