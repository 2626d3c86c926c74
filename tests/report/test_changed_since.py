"""What a report says of the issue before it: past weeks, rows, shifts of level, the method."""

import datetime as dt
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest

from analysis import Findings, Incidents, Week, analyse, daily_panel, read_incidents, simulate_incidents
from analysis.errors import EditionError
from reports import Editions, Report, build_report
from reports.editions import Edition, report_files
from reports.issues import read_issue
from reports.since import compare, diff_plain

LIGHT = ("json",)


def published(archive: Editions, report: Report, rows: pd.DataFrame | None = None) -> Edition:
    """An edition without pictures, with the snapshot of its rows."""
    made = report_files(report, LIGHT)
    incidents = report.findings.panel.incidents if report.findings.panel is not None else None
    table = rows if rows is not None else incidents.table if incidents is not None else None
    if table is not None:
        import io

        buffer = io.BytesIO()
        table.to_parquet(buffer, index=False)
        made["incidents.parquet"] = buffer.getvalue()
    return archive.publish(made, week=report.week)


def name_of(edition: Edition | None) -> str | None:
    return None if edition is None else edition.name


def text_of(report: Report, name: str = "changed_since") -> str:
    """Everything a section says, as one text."""
    words: list[str] = []

    def visit(value: object) -> None:
        if isinstance(value, str):
            words.append(value)
        elif isinstance(value, tuple):
            for part in value:
                visit(part)
        elif hasattr(value, "__dataclass_fields__"):
            for field in value.__dataclass_fields__:
                if field in ("text", "items", "rows", "cells", "caption", "blocks"):
                    visit(getattr(value, field))

    for section in report.sections:
        if section.id == name:
            visit(section)
    return "".join(words)


def has(report: Report, name: str) -> bool:
    return any(section.id == name for section in report.sections)


def of_rows(rows: list[tuple[Any, ...]], week: str, **options: Any) -> Findings:
    frame = pd.DataFrame(rows, columns=["event_id", "date", "region", "count"]).astype("str")
    panel = daily_panel(
        read_incidents(frame, regions="ru", **options), measure="count", start="2025-06-02", end=week
    )
    return analyse(panel, week=week)


ROWS = [
    ("1", "2025-06-03", "RU-BEL", 4), ("2", "2025-06-04", "RU-KRS", 2), ("3", "2025-06-10", "RU-BEL", 1),
    ("4", "2025-06-11", "RU-BRY", 5), ("5", "2025-06-12", "RU-BEL", 3),
]  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Editions:
    return Editions(tmp_path / "weekly")


def test_without_an_earlier_issue_there_is_no_section(archive: Editions) -> None:
    report = build_report(of_rows(ROWS, "2025-06-15"))
    assert not has(report, "changed_since")
    assert report.diff() is None
    assert "diff.json" not in report_files(report, LIGHT)
    assert json.loads(report.json())["previous"] is None


def test_nothing_changed_is_one_sentence(archive: Editions) -> None:
    before = published(archive, build_report(of_rows(ROWS, "2025-06-15")))
    after = build_report(of_rows([*ROWS, ("6", "2025-06-17", "RU-BEL", 2)], "2025-06-22"), previous=before)
    said = text_of(after)
    assert said.startswith("Nothing of what was told in the last issue, 2025-W24, for the week of 9–15 June")
    assert after.since is not None
    assert after.since.nothing
    assert not [s for s in after.headline if "last issue" in s]
    assert [t for t in after.tables() if t.startswith("changed")] == []


def test_every_kind_of_change_is_told_with_its_numbers(archive: Editions) -> None:
    before = published(archive, build_report(of_rows(ROWS, "2025-06-15")))
    rows = [
        ("1", "2025-06-03", "RU-BEL", 6),  # another amount
        ("2", "2025-06-09", "RU-KRS", 2),  # another day, in the next week
        ("4", "2025-06-11", "RU-KRS", 5),  # another region
        ("5", "2025-06-12", "RU-BEL", 3),  # 3 is gone
        ("7", "2025-06-05", "RU-BRY", 1),  # late
        ("6", "2025-06-17", "RU-BEL", 2), ("8", "2025-06-18", "RU-BEL", 2),
    ]  # fmt: skip
    report = build_report(of_rows(rows, "2025-06-22"), previous=before)
    said = text_of(report)
    for words in (
        "2 of 2 past weeks read differently now.",
        "Rows: 1 added for days covered then, 1 removed, 1 given another day, 1 given another region and "
        "1 given other amounts.",
        "2 rows were added for days after that week.",
        "9–15 June 2025910+1", "2–8 June 202567+1",
        "4 June 2025, now 9 June 2025", "Bryansk Oblast, now Kursk Oblast", "count 4, now 6",
        "added late", "removed",
    ):  # fmt: skip
        assert words in said, (words, said)
    (point,) = [s for s in report.headline if "last issue" in s]
    assert point == (
        "Since the last issue 2 of 2 past weeks changed, most of all the week of 9–15 June 2025: printed 9, "
        "now known 10."
    )
    facts = {fact.id: fact for fact in report.facts}
    assert facts["since/2025-06-02/before"].value == 6
    assert facts["since/2025-06-02/after"].value == 7
    assert facts["since/2025-06-02/change"].text == "+1"
    assert [w["week"] for w in json.loads(report.diff() or "")["weeks"]] == ["2025-W24", "2025-W23"]
    assert set(report.tables()) >= {"changed_weeks.csv", "changed_rows.csv"}
    assert report.html().count("Changed since the last issue") >= 1


def test_settings_and_software_that_differ_are_told(
    archive: Editions, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = of_rows(ROWS, "2025-06-15")
    before = published(
        archive, build_report(findings, settings={"incidents": {"where": {"level": "oblast"}}})
    )
    assert findings.panel is not None
    later = analyse(
        daily_panel(findings.panel.incidents, measure="count", start="2025-06-02", end="2025-06-22"),
        week="2025-06-22", models={"comparison": {"baseline_weeks": 4}},
    )  # fmt: skip
    versions = {**before.manifest["versions"], "pandas": "99.0"}
    monkeypatch.setattr("reports.issues.versions", lambda: versions)
    said = text_of(build_report(later, previous=before, settings={}))
    assert "models.comparison.baseline_weeks: 8, now 4" in said
    assert "incidents.where: level = oblast, now not set" in said
    assert ", now 99.0" in said
    assert "The totals of all 2 past weeks read as they did." in said


@pytest.mark.parametrize("how", ["measure", "anchor"])
def test_other_counts_are_not_compared(archive: Editions, how: str) -> None:
    findings = of_rows(ROWS, "2025-06-15")
    before = published(archive, build_report(findings))
    assert findings.panel is not None
    incidents = findings.panel.incidents
    if how == "measure":
        later = analyse(daily_panel(incidents, start="2025-06-02", end="2025-06-22"), week="2025-06-22")
    else:
        panel = daily_panel(incidents, measure="count", start="2025-06-02", end="2025-06-24")
        later = analyse(panel, week="2025-06-22", starts_on="wednesday")
    report = build_report(later, previous=before)
    assert "Weeks cannot be compared" in text_of(report)
    assert report.since is not None
    assert report.since.weeks == ()


def test_a_damaged_issue_is_refused_and_passed_over(archive: Editions) -> None:
    first = published(archive, build_report(of_rows(ROWS, "2025-06-15")))
    second = published(archive, build_report(of_rows(ROWS, "2025-06-22"), previous=first))
    week = Week.of(dt.date(2025, 6, 29))
    assert name_of(archive.before(week)) == second.name
    (second.path / "report.json").write_text("{}")
    with pytest.raises(EditionError, match=r"report\.json of 2025-W25 is not what was published"):
        build_report(of_rows(ROWS, "2025-06-29"), previous=second)
    assert name_of(archive.before(week)) == first.name
    assert archive.before(first.week) is None


def test_a_published_week_keeps_what_it_was_compared_with(archive: Editions) -> None:
    first = published(archive, build_report(of_rows(ROWS, "2025-06-15")))
    second = build_report(of_rows(ROWS, "2025-06-22"), previous=first)
    edition = published(archive, second)
    other = build_report(of_rows(ROWS[:-1], "2025-06-15"))
    archive.publish(report_files(other, LIGHT), week=first.week, correct="a row was wrong")
    assert name_of(archive.before(edition.week)) == first.name
    again = published(
        archive, build_report(of_rows(ROWS, "2025-06-22"), previous=archive.before(edition.week))
    )
    assert not again.new
    assert name_of(archive.before(edition.week.shift(1))) == edition.name
    # One that was compared with none stays so when an earlier week is filled in.
    published(archive, build_report(of_rows(ROWS, "2025-06-08")))
    assert archive.before(first.week) is None


def test_the_stored_comparison_is_that_of_the_two_editions(archive: Editions) -> None:
    first = published(archive, build_report(of_rows(ROWS, "2025-06-15")))
    second = published(archive, build_report(of_rows(ROWS[1:], "2025-06-22"), previous=first))
    stored = json.loads((second.path / "diff.json").read_bytes())
    assert stored == json.loads(json.dumps(diff_plain(compare(read_issue(first), read_issue(second)))))
    assert stored["rows"]["removed"] == 1
    assert stored["weeks"][0]["before"] == {"low": 6.0, "best": 6.0, "high": 6.0}


@pytest.fixture(scope="module")
def shifting() -> Incidents:
    """Four regions with a doubling that becomes visible week by week."""
    table = simulate_incidents(
        regions=["RU-BEL", "RU-KRS", "RU-BRY", "RU-ROS"], days=("2025-01-06", 196),
        rates=[4.0, 3.0, 2.0, 1.0], changes=[("RU-BEL", "2025-06-02", 2.5)], dispersion=1.3, delay_days=1.0,
        seed=3,
    )  # fmt: skip
    return read_incidents(table, regions="ru")


def test_no_shift_is_called_new_twice_and_each_keeps_its_first_date(
    shifting: Incidents, archive: Editions
) -> None:
    new: list[tuple[str, str]] = []
    week, report = Week.of(dt.date(2025, 6, 9)), None
    schema = json.loads((files("reports") / "report.schema.json").read_text("utf-8"))
    for _ in range(5):
        findings = analyse(daily_panel(shifting, as_of=week.last_day), week=week)
        report = build_report(findings, previous=archive.before(week))
        body = json.loads(report.json())
        jsonschema.validate(body, schema)
        new += [(k["region"], k["direction"]) for k in body["known_changes"] if k["status"] == "new"]
        for known in body["known_changes"]:
            assert (known["first_week"] == week.last_day.isoformat()) == (known["status"] == "new")
        published(archive, report)
        week = week.shift(1)
    assert ("RU-BEL", "up") in new
    assert len(new) == len(set(new))
    assert report is not None
    told = [f.text for f in report.facts if f.id.startswith("RU-BEL/change/") and f.id.endswith("/told")]
    assert told
    assert told[0] != "new"
    assert told[0].endswith("June 2025")
    assert "Told since" in report.html()


def test_an_issue_that_did_not_look_for_shifts_ends_none(shifting: Incidents, archive: Editions) -> None:
    week = Week.of(dt.date(2025, 6, 30))
    statuses = []
    for models in (["change_point"], ["comparison"], ["change_point"]):
        findings = analyse(daily_panel(shifting, as_of=week.last_day), week=week, models=models)
        report = build_report(findings, previous=archive.before(week), sections=["changed_since"])
        published(archive, report)
        statuses.append({k["status"] for k in json.loads(report.json())["known_changes"]})
        assert "No longer found" not in text_of(report)
        week = week.shift(1)
    assert statuses[:2] == [{"new"}, {"past"}]
    assert "again" in statuses[2]
    assert statuses[2] <= {"again", "past"}


def test_reports_that_look_back_are_the_same_bytes(shifting: Incidents, archive: Editions) -> None:
    week = Week.of(dt.date(2025, 6, 16))
    first = published(archive, build_report(analyse(daily_panel(shifting, as_of=week.last_day), week=week)))
    week = week.shift(1)
    made = [
        report_files(
            build_report(analyse(daily_panel(shifting, as_of=week.last_day), week=week), previous=first)
        )
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert "diff.json" in made[0]
    assert b"NaN" not in made[0]["diff.json"]


@pytest.mark.shared
def test_replay_of_crimes_in_washington_by_report_date(shared: Path, archive: Editions) -> None:
    """Six weeks; each table of changed weeks and rows equals a recount from the published file alone."""
    path = shared / "data/dc_crime_2024/Crime_Incidents_in_2024.csv.gz"
    incidents = read_incidents(
        path, regions=None, timezone="America/New_York",
        columns={"region": "DISTRICT", "date_start": "START_DATE", "date_end": "START_DATE",
                 "report_date": "REPORT_DAT", "event_id": "CCN"},
    )  # fmt: skip
    raw = pd.read_csv(path)
    start, told = (
        pd.to_datetime(raw[name], format="%Y/%m/%d %H:%M:%S+00", utc=True)
        .dt.tz_convert("America/New_York")
        .dt.tz_localize(None)
        for name in ("START_DATE", "REPORT_DAT")
    )
    day = start.dt.normalize()
    week, late_rows = Week.of(dt.date(2024, 1, 29)), 0
    for _ in range(6):
        end = pd.Timestamp(week.last_day) + pd.Timedelta(hours=23, minutes=59, seconds=59)
        findings = analyse(
            daily_panel(incidents, as_of=week.last_day, start="2024-01-01"), week=week, models=["comparison"]
        )
        report = build_report(
            findings, previous=archive.before(week), sections=["main_points", "changed_since"]
        )
        since = report.since
        if since is not None:
            earlier = end - pd.Timedelta(weeks=1)
            for revised in since.weeks:
                first = pd.Timestamp(revised.week.first_day)
                inside = (day >= first) & (day < first + pd.Timedelta(weeks=1))
                assert revised.before.figure == (inside & (told <= earlier)).sum()
                assert revised.after.figure == (inside & (told <= end)).sum()
            assert (
                since.weeks_compared == (pd.Timestamp(week.first_day) - pd.Timestamp("2024-01-01")).days // 7
            )
            fresh = (told > earlier) & (told <= end) & day.notna()
            covered = day <= pd.Timestamp(since.before_week.last_day)
            assert since.late == (fresh & covered).sum()
            assert since.new_rows == (fresh & ~covered).sum()
            changed = (fresh & covered & (day >= "2024-01-01")).groupby(day.dt.to_period("W")).sum()
            assert len(since.weeks) == (changed > 0).sum()
            assert since.rows is not None
            assert (since.rows.count("removed"), since.rows.count("changed")) == (0, 0)
            late_rows += since.late
        published(archive, report)
        week = week.shift(1)
    assert late_rows > 300
    assert not any(archive.verify().values())
