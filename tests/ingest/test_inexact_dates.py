"""Dates that say less than a day: EDTF, calendars in columns, decimal years, day numbers, zones by row."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import daily_panel, read_incidents
from analysis.errors import ConfigError
from analysis.findings import TOTAL
from analysis.incidents.dates import PROBLEMS, parse_dates


def _read(rows, header="date,region,count", **options):
    return read_incidents("\n".join([header, *rows]).encode(), **{"regions": None, **options})


def _span(text, **options):
    found = parse_dates([text], column="d", **options)
    days = [None if str(x[0]) == "NaT" else str(x[0])[:10] for x in (found.start, found.last)]
    return (*days, bool(found.unbounded[0]), PROBLEMS[found.problem[0]])


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-07", "2025-07-01", "2025-07-31"),
        ("2025-07-XX", "2025-07-01", "2025-07-31"),
        ("2024-02-XX", "2024-02-01", "2024-02-29"),
        ("2025-XX", "2025-01-01", "2025-12-31"),
        ("2025-XX-XX", "2025-01-01", "2025-12-31"),
        ("201X", "2010-01-01", "2019-12-31"),
        ("19XX", "1900-01-01", "1999-12-31"),
        ("2025-07/2025-08", "2025-07-01", "2025-08-31"),
        ("2025/2026", "2025-01-01", "2026-12-31"),
        ("2025-07-04~/2025-07-06?", "2025-07-04", "2025-07-06"),
        ("2025-07-28/2025-08", "2025-07-28", "2025-08-31"),
        ("2025-07-04/2025-07-04", "2025-07-04", "2025-07-04"),
        ("2025-07~", "2025-07-01", "2025-07-31"),
        ("2025%", "2025-01-01", "2025-12-31"),
    ],
)
def test_edtf_keeps_its_width(text, first, last):
    assert _span(text) == (first, last, False, "")


@pytest.mark.parametrize("text", ["2025-07-04?", "2025-07-04~", "2025-07-04%"])
def test_a_doubtful_day_is_a_day_and_is_flagged(text):
    assert _span(text) == ("2025-07-04", None, False, "")
    assert _read([f"{text},A,1"]).report.flagged == {"a date marked as uncertain or approximate": 1}


@pytest.mark.parametrize(
    "text", ["2025-21", "2025-24~", "summer 2025", "Winter 2024/25", "лето 2025", "осінь 2025 року"]
)
def test_a_season_is_refused_with_what_to_write(text):
    assert _span(text)[3] == "a season, which names no days"
    (mend,) = _read(["2025-07-01,A,1", f'"{text}",A,1']).set_aside["mend"]
    assert mend == "write its first and last day, 2025-06-01/2025-08-31"


@pytest.mark.parametrize(
    "text",
    ["2025-13-XX", "2025-02-30/2025-03-01", "2025-08/2025-07", "../..", "/", "Y170000002", "2X25", "20XX-07"],
)
def test_what_is_no_edtf_is_no_date(text):
    assert _span(text)[3] in ("not a date", "no such day")


def test_an_open_range_has_no_day_but_ends_with_its_report():
    rows = [
        "2025-07-04/..,A,4,",
        "../2025-07-04,A,2,",
        "2025-07-04/..,A,3,2025-07-06",
        "2025-07-05,A,1,2025-07-06",
    ]
    found = _read(rows, "date,region,count,report_date")
    assert found.table["timing"].tolist() == ["undated", "undated", "spread", "day"]
    assert found.report.flagged["a range of days that is left open on one side"] == 3
    assert found.report.last_day == dt.date(2025, 7, 6)
    panel = daily_panel(found, measure="count", start="2025-07-01")
    assert panel.undated.best == 6
    assert panel.amount(TOTAL, panel.first_day, panel.last_day).best == 4


@pytest.mark.parametrize(
    ("year", "month", "day", "first", "last"),
    [
        ("2025", "7", "4", "2025-07-04", "2025-07-04"),
        ("2025.0", "7.0", "4.0", "2025-07-04", "2025-07-04"),
        ("2025", "July", "4", "2025-07-04", "2025-07-04"),
        ("2025", "7", "99", "2025-07-01", "2025-07-31"),
        ("2025", "07", "0", "2025-07-01", "2025-07-31"),
        ("2025", "7", "", "2025-07-01", "2025-07-31"),
        ("2025", "99", "4", "2025-01-01", "2025-12-31"),
        ("2025", "0", "0", "2025-01-01", "2025-12-31"),
        ("9999", "7", "4", None, None),
        ("", "7", "4", None, None),
    ],
)
@pytest.mark.parametrize("header", ["YEAR,MONTH,DAY", "iyear,imonth,iday", "год,месяц,день"])
def test_year_month_and_day_are_one_date_and_unknown_parts_leave_it_wide(
    header, year, month, day, first, last
):
    found = _read([f"{year},{month},{day},A,1", "2025,7,2,A,1"], header + ",region,count", max_days=400)
    row = found.table.iloc[0]
    days = [None if pd.isna(row[c]) else str(row[c].date()) for c in ("date_start", "date_end")]
    assert days == [first, last]
    assert row["timing"] == ("undated" if first is None else "day" if first == last else "spread")
    assert daily_panel(found).undated.best == (first is None)


def test_a_month_that_does_not_exist_is_set_aside():
    found = _read(["2025,13,4,A,1", "2025,2,30,A,1", "2025,2,3,A,1"], "year,month,day,region,count")
    assert found.set_aside[["column", "value", "reason"]].to_numpy().tolist() == [
        ["year, month, day", "2025-13-04", "no such day"],
        ["year, month, day", "2025-02-30", "no such day"],
    ]
    assert found.report.notes[0] == "The date is put together from year, month, day."


def test_a_calendar_beside_a_date_is_left_alone_and_a_declared_one_fills_gaps():
    header = "date,year,month,region,count"
    assert _read(["2025-07-04,2024,1,A,1"], header).report.first_day == dt.date(2025, 7, 4)
    found = _read(
        ["2025-07-04,2024,1,A,1", ",2025,7,A,1"], header,
        columns={"date": "date", "year": "year", "month": "month"},
    )  # fmt: skip
    assert found.table["date_end"].dt.day.tolist() == [4, 31]


def test_decimal_years_are_the_part_of_the_year_that_has_passed():
    days = ["1962-03-22", "2025-07-02", "2024-12-31", "2025-01-01"]
    texts = [
        f"{d.year + (d.day_of_year - 0.5) / (366 if d.is_leap_year else 365):.6f}"
        for d in map(pd.Timestamp, days)
    ]
    found = parse_dates([*texts, "2020"], column="d")
    assert found.start.astype("datetime64[D]").astype(str).tolist() == [*days, "2020-01-01"]
    assert (found.last.astype(str) == "NaT").all()
    assert _span("2025.07")[3] == "not a date"  # a month as likely as a part of a year
    assert _span("1851.2026")[3] == "impossible year"
    assert _span("1851.2026", first_year=1800)[0] == "1851-03-15"


def test_spreadsheets_count_from_1900_or_1904_and_it_is_said():
    assert _span("45859")[0] == "2025-07-21"
    assert _span("44397", serial_year=1904)[0] == "2025-07-21"
    (note,) = _read(["45859,A,1"]).report.notes
    assert "counted from 1900" in note
    assert "serial_year = 1900 or 1904" in note
    with pytest.raises(ConfigError, match="serial_year: is 1901 and must be one of 1900, 1904"):
        _read(["45859,A,1"], serial_year=1901)


ZONES = ["UTC", "Europe/Kyiv", "+03:00", "UTC+3", "Asia/Tokyo", "", "unknown"]
DAYS = ["21", "20", "20", "20", "20", "20", "20"]


def test_a_zone_per_row_decides_its_day():
    rows = [f"2025-07-20 22:30,A,1,{zone}" for zone in ZONES]
    found = _read(rows, "date,region,count,time_zone", timezone="Europe/Kyiv")
    assert found.table["date_start"].dt.strftime("%d").tolist() == DAYS
    own = _read(rows, "date,region,count,time_zone")
    assert own.table["date_start"].dt.day.eq(20).all()
    assert any("no timezone was declared" in note for note in own.report.notes)


def test_a_zone_that_is_none_sets_aside_only_rows_whose_day_hangs_on_it():
    rows = [
        "2025-07-20 22:30,A,1,Mars",
        "2025-07-20,A,1,Mars",
        "2025-07-20 22:30Z,A,1,Mars",
        "2025-07-20 12:00,A,1,UTC",
    ]
    found = _read(rows, "date,region,count,time_zone", timezone="Europe/Kyiv")
    assert found.set_aside[["row", "column", "value", "reason"]].to_numpy().tolist() == [
        [2, "time_zone", "Mars", "no time zone"]
    ]
    assert found.table["date_start"].dt.day.tolist() == [20, 21, 20]


def test_an_hour_that_does_not_exist_and_one_that_occurs_twice_are_read():
    rows = ["2025-03-30 03:30,A,1,Europe/Kyiv", "2025-10-26 03:30,A,1,Europe/Kyiv"]
    found = _read(rows, "date,region,count,time_zone", timezone="UTC")
    assert found.table["time_start"].dt.strftime("%H:%M").tolist() == ["01:00", "00:30"]


def test_a_table_of_one_place_names_it_in_the_settings():
    found = read_incidents(b"date,count\n2025-07-20,1\n", place="Belgorod", regions="ru")
    assert found.table["region"].tolist() == ["RU-BEL"]
    some = read_incidents(b"date,region\n2025-07-20,Kursk\n2025-07-20,\n", place="Belgorod", regions="ru")
    assert some.table["region"].tolist() == ["RU-KRS", "RU-BEL"]


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)), st.integers(0, 900), st.sampled_from("~?%"))
def test_every_interval_is_read_back(first, days, mark):
    last = min(first + dt.timedelta(days=days), dt.date(2199, 12, 31))
    assert _span(f"{first}{mark}/{last}")[:2] == (str(first), str(last) if last != first else None)
    assert _span(f"{first:%Y-%m}-XX")[0] == f"{first:%Y-%m}-01"
