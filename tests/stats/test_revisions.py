"""Weekly totals, weeks that read differently, and the triangle of what was known at which age."""

import datetime as dt

import pandas as pd
import pytest

from analysis import Amount, Incidents, Week, daily_panel, read_incidents, simulate_incidents
from analysis.errors import MissingColumnError
from analysis.findings import TOTAL
from analysis.revisions import changed_weeks, issue_triangle, revision_triangle, weekly_totals


@pytest.fixture(scope="module")
def delayed() -> Incidents:
    table = simulate_incidents(
        regions=["RU-BEL", "RU-KRS"], days=("2025-01-01", 90), rates=[4.0, 1.5], delay_days=6.0, seed=5
    )
    return read_incidents(table, regions="ru")


def test_weekly_totals_are_those_of_the_panel(delayed: Incidents) -> None:
    panel = daily_panel(delayed)
    for starts_on in ("monday", "thursday", "wednesday"):
        week = panel.last_full_week(starts_on)
        found = weekly_totals(panel, week)
        weekly = panel.weekly(starts_on)
        assert [pd.Timestamp(day) for day in found] == list(weekly.index)
        for day, amount in found.items():
            assert amount == panel.amount(TOTAL, day, day + dt.timedelta(days=6))
        assert list(weekly_totals(panel, week.shift(-3))) == list(found)[:-3]


def test_the_week_itself_counts_as_far_as_the_table_reaches(delayed: Incidents) -> None:
    panel = daily_panel(delayed, end="2025-03-26")
    week = Week.of(dt.date(2025, 3, 26))
    found = weekly_totals(panel, week)
    assert found[week.first_day] == panel.amount(TOTAL, week.first_day, week.last_day)
    assert list(found)[:-1] == list(weekly_totals(panel, week.shift(-1)))


def test_weekly_totals_keep_bounds() -> None:
    rows = pd.DataFrame(
        {"date": ["2025-07-15", "2025-07-16"], "region": "RU-BEL", "count": ["more than six", "3"]}
    )
    panel = daily_panel(
        read_incidents(rows, regions="ru"), measure="count", start="2025-07-14", end="2025-07-27"
    )
    found = weekly_totals(panel, Week(first_day=dt.date(2025, 7, 21)))
    assert list(found.values()) == [Amount(low=10), Amount.exactly(0)]
    assert changed_weeks(found, found) == ()
    exact = {day: Amount.exactly(10) for day in found}
    assert [w.week.name for w in changed_weeks(found, exact)] == ["2025-W30", "2025-W29"]
    assert [w.change for w in changed_weeks(found, exact)] == [10, 0]


def test_weeks_of_one_issue_only_are_not_compared() -> None:
    first, second = dt.date(2025, 7, 14), dt.date(2025, 7, 21)
    assert changed_weeks({first: Amount.exactly(1)}, {second: Amount.exactly(2)}) == ()
    (changed,) = changed_weeks(
        {first: Amount.exactly(1)}, {first: Amount.exactly(3), second: Amount.exactly(2)}
    )
    assert (changed.week.first_day, changed.change) == (first, 2)


@pytest.mark.parametrize("starts_on", ["monday", "friday"])
def test_the_triangle_is_what_each_past_day_knew(delayed: Incidents, starts_on: str) -> None:
    found = revision_triangle(delayed, starts_on=starts_on, ages=3)
    last = delayed.table["report_date"].max().date()
    assert found.columns.tolist() == [0, 1, 2, 3]
    for first, row in found.iterrows():
        week = Week(first_day=first.date())
        for age, value in row.items():
            day = week.last_day + dt.timedelta(weeks=age)
            if day > last:
                assert pd.isna(value)
            else:
                known = daily_panel(delayed, as_of=day, start="2025-01-01", end="2025-06-30")
                assert value == known.amount(TOTAL, week.first_day, week.last_day).figure
    assert (found.diff(axis=1).iloc[:, 1:].stack().dropna() >= 0).all()
    assert found[1].sum() > found[0].sum()


def test_the_triangle_needs_report_dates() -> None:
    rows = pd.DataFrame({"date": ["2025-07-15"], "region": ["RU-BEL"]})
    with pytest.raises(MissingColumnError):
        revision_triangle(read_incidents(rows, regions="ru"))


def test_issues_make_the_same_triangle(delayed: Incidents) -> None:
    weeks = [Week.of(dt.date(2025, 1, 8)).shift(i) for i in range(8)]
    issues = {}
    for week in weeks:
        panel = daily_panel(delayed, as_of=week.last_day, start="2025-01-01")
        issues[week] = weekly_totals(panel, week)
    found = issue_triangle(issues)
    plain = revision_triangle(delayed, ages=3).reindex(found.index)
    assert len(found) == 8
    for age in range(4):
        there = found[age].notna()
        assert found[age][there].tolist() == plain[age][there].tolist()
    assert issue_triangle({}).empty


@pytest.mark.shared
def test_the_triangle_of_crimes_in_washington(shared) -> None:
    path = shared / "data/dc_crime_2024/Crime_Incidents_in_2024.csv.gz"
    incidents = read_incidents(
        path, regions=None, timezone="America/New_York",
        columns={"region": "DISTRICT", "date_start": "START_DATE", "report_date": "REPORT_DAT"},
    )  # fmt: skip
    found = revision_triangle(incidents, ages=4)
    for age in range(5):
        for first in found.index[:6:2]:
            week = Week(first_day=first.date())
            known = daily_panel(incidents, as_of=week.last_day + dt.timedelta(weeks=age))
            there = known.amount(TOTAL, week.first_day, week.last_day).figure
            assert found.at[first, age] == pytest.approx(there, abs=1e-6)
