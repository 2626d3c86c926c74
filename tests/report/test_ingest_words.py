"""What reading found out about rows is said in the section on data quality."""

import dataclasses

import pandas as pd
import pytest

from analysis import Incidents, analyse, daily_panel, read_incidents
from reports import Report, build_report


def incidents(**more: object) -> Incidents:
    rows = [
        {"date": day.date().isoformat(), "report_date": (day + pd.Timedelta(days=2)).date().isoformat(),
         "region": "UA-63", "event_id": f"e{i}"}
        for i, day in enumerate(pd.date_range("2025-03-03", periods=70))
    ]  # fmt: skip
    rows.append(rows[-1] | {"region": "UA-59"})
    return read_incidents(pd.DataFrame(rows), regions="ua", **more)


def words(report: Report) -> str:
    section = next(s for s in report.sections if s.id == "data_quality")
    items = section.blocks[0].items
    return "\n".join("".join(str(part) for part in item) for item in items)


@pytest.fixture(scope="module")
def plain() -> Incidents:
    return incidents()


def test_candidates_and_delays_are_told(plain: Incidents) -> None:
    report = build_report(analyse(daily_panel(plain)))
    said = words(report)
    assert (
        "1 row may tell of an event that another tells of (same event_id); none was removed for it." in said
    )
    assert "half of the rows take up to 2 days, nine in ten up to 2." in said
    assert report.facts["ingest/duplicates/0"].value == 1
    assert "merged.csv" not in report.tables()


def test_merged_rows_point_to_their_table() -> None:
    report = build_report(analyse(daily_panel(incidents(merge="event_id"))))
    assert "1 row left the table as duplicates by the rule same event_id;" in words(report)
    assert b"same event_id" in report.tables()["merged.csv"]


def test_a_report_that_does_not_know_says_nothing_of_it(plain: Incidents) -> None:
    old = dataclasses.replace(plain.report, duplicates={}, candidates=(), clocks={}, delays={})
    said = words(build_report(analyse(daily_panel(dataclasses.replace(plain, report=old)))))
    assert "may tell of" not in said
    assert "nine in ten" not in said
