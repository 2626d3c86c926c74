"""``sitrend diff``, and the comparison that ``sitrend report`` makes by itself."""

import datetime as dt
import json
from pathlib import Path

import pytest

from reports.cli import clock, main
from reports.editions import Edition, Editions
from reports.trace import Trace, trace_fact

HEAD = "event_id,date,region,injured\n"
THEN = [
    "1,2025-06-03,RU-BEL,4", "2,2025-06-04,RU-KRS,2", "3,2025-06-10,RU-BEL,1", "4,2025-06-15,RU-BRY,0",
]  # fmt: skip
NOW = [
    "1,2025-06-03,RU-BEL,6", "3,2025-06-11,RU-BEL,1", "4,2025-06-15,RU-BRY,0", "5,2025-06-09,RU-KRS,1",
    "6,2025-06-17,RU-BEL,1", "7,2025-06-22,RU-BEL,1",
]  # fmt: skip


@pytest.fixture
def series(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editions:
    """Two editions of one series, made by the command."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(clock, "today", lambda: dt.date(2025, 8, 1))
    for week, rows in (("2025-W24", THEN), ("2025-W25", NOW)):
        report(rows, week)
    return Editions("weekly")


def report(rows: list[str], week: str, *more: str) -> int:
    Path("t.csv").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return main(
        ["report", "t.csv", "--regions", "ru", "--week", week, "--formats", "json", "--quiet", *more]
    )  # fmt: skip


def test_it_prints_weeks_rows_and_what_became_of_them(series, capsys) -> None:
    capsys.readouterr()
    assert main(["diff", "2025-W24", "2025-W25"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    for words in (
        "2025-W24 to 2025-W25", "Past weeks: 1 of 1 read differently", "2025-W24 2 3 +1",
        "Rows: 4 then, 6 now", "1 added for days covered before", "1 removed", "1 given another day",
        "1 given other amounts", "2 added for days since",
    ):  # fmt: skip
        assert words in out, words


def test_folders_and_names_are_the_same(series, capsys) -> None:
    capsys.readouterr()
    found = []
    for before, after in (
        ("2025-W24", "2025-W25"), ("weekly/2025-W24", "weekly/2025-W25/"),
        (str(Path("weekly/2025-W24").absolute()), "2025-W25"),
    ):  # fmt: skip
        assert main(["diff", before, after, "--json"]) == 0
        found.append(capsys.readouterr().out)
    assert found[0] == found[1] == found[2]
    assert json.loads(found[0]) == json.loads(Path("weekly/2025-W25/diff.json").read_bytes())


def test_the_other_way_round_rows_come_back(series, capsys) -> None:
    capsys.readouterr()
    assert main(["diff", "2025-W25", "2025-W24", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert (rows["added"], rows["removed"], rows["redated"], rows["amounts"]) == (1, 3, 1, 1)


def test_an_edition_and_itself(series, capsys) -> None:
    capsys.readouterr()
    assert main(["diff", "2025-W24", "2025-W24"]) == 0
    assert "nothing changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("2025-W01", "no edition 2025-W01 in weekly: it holds 2025-W24 to 2025-W25"),
        ("weekly", "weekly is no edition"),
    ],
)
def test_what_is_no_edition_is_said(series, capsys, before, words) -> None:
    if before == "weekly":
        before = "./weekly"
    capsys.readouterr()
    assert main(["diff", before, "2025-W25"]) == 6
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


def test_a_changed_file_is_not_compared(series, capsys) -> None:
    capsys.readouterr()
    path = Path("weekly/2025-W24/incidents.parquet")
    path.write_bytes(path.read_bytes()[:-1])
    assert main(["diff", "2025-W24", "2025-W25"]) == 6
    assert "incidents.parquet of 2025-W24 is not what was published" in capsys.readouterr().err


def test_the_report_compares_with_the_last_issue_by_itself(series) -> None:
    first, second = (series.get(name).manifest for name in ("2025-W24", "2025-W25"))
    assert "diff.json" not in first["files"]
    assert "diff.json" in second["files"]
    assert (first["previous"], second["previous"]) == (None, "2025-W24")
    body = json.loads(Path("weekly/2025-W25/report.json").read_bytes())
    assert body["previous"] == "2025-W24"
    assert "since/2025-06-09/before" in {fact["id"] for fact in body["facts"]}


def test_again_after_the_earlier_week_was_corrected_is_the_same(series, capsys) -> None:
    assert report(THEN[:-1], "2025-W24", "--correct", "one was no incident") == 0
    assert report(NOW, "2025-W25") == 0  # would end with 6 if it differed
    assert [edition.name for edition in series] == ["2025-W24", "2025-W24-r2", "2025-W25"]
    assert report([*NOW, "8,2025-06-29,RU-BEL,1"], "2025-W26") == 0
    assert series.get("2025-W26").manifest["previous"] == "2025-W25"


def test_a_damaged_last_issue_is_passed_over_and_said(series, capsys) -> None:
    Path("weekly/2025-W25/report.json").write_text("{}", encoding="utf-8")
    Path("t.csv").write_text(HEAD + "\n".join([*NOW, "8,2025-06-29,RU-BEL,1"]) + "\n", encoding="utf-8")
    capsys.readouterr()
    args = ["report", "t.csv", "--regions", "ru", "--week", "2025-W26", "--formats", "json"]
    assert main(args) == 0
    said = capsys.readouterr().err
    assert "2025-W25 is damaged or holds no report.json; compared with 2025-W24 instead." in said
    assert series.get("2025-W26").manifest["previous"] == "2025-W24"


def test_settings_of_the_file_that_differ_are_said(series, capsys) -> None:
    Path("s.toml").write_text("[models.comparison]\nbaseline_weeks = 6\n", encoding="utf-8")
    assert report([*NOW, "8,2025-06-29,RU-BEL,1"], "2025-W26", "--config", "s.toml") == 0
    capsys.readouterr()
    assert main(["diff", "2025-W25", "2025-W26"]) == 0
    assert "models.comparison.baseline_weeks: 8, now 6" in capsys.readouterr().out


def traced(edition: Edition) -> dict[str, Trace]:
    """Every number that speaks of the last issue, with its rows; each adds up to what is printed."""
    body = json.loads((edition.path / "report.json").read_bytes())
    ids = [fact["id"] for fact in body["facts"] if fact["id"].startswith("since/")]
    found = {id: trace_fact(edition.path, id) for id in ids}
    for id, trace in found.items():
        assert trace.adds_up is not False, id
        assert trace.sides or id in ("since/weeks_changed", "since/weeks_compared"), id
        assert trace.adds_up or len(trace.sides) != 1, id
    return found


def test_every_number_about_the_last_issue_leads_to_its_rows(series) -> None:
    found = traced(series.get("2025-W25"))
    assert found["since/2025-06-09/before"].sides[0].rows["event_id"].tolist() == ["3", "4"]
    assert found["since/2025-06-09/after"].sides[0].rows["event_id"].tolist() == ["3", "4", "5"]
    assert [len(side.rows) for side in found["since/2025-06-09/change"].sides] == [3, 2]
    assert found["since/rows/removed"].sides[0].rows["event_id"].tolist() == ["2"]
    assert found["since/rows/added_late"].sides[0].rows["event_id"].tolist() == ["5"]
    assert len(found["since/rows/added_for_new_days"].sides[0].rows) == 2
    assert found["since/row/2/injured"].fact.text == "4"


@pytest.mark.shared
def test_crimes_of_two_issues_lead_to_their_rows(shared, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(clock, "today", lambda: dt.date(2025, 8, 1))
    Path("s.toml").write_text(
        '[incidents]\ntimezone = "America/New_York"\nregions = "none"\n[incidents.columns]\n'
        'date_start = "START_DATE"\nreport_date = "REPORT_DAT"\nregion = "WARD"\nevent_id = "CCN"\n',
        encoding="utf-8",
    )
    table = str(shared / "data/dc_crime_2024/Crime_Incidents_in_2024.csv.gz")
    for day in ("2024-02-25", "2024-03-03"):
        args = ["report", table, "--config", "s.toml", "--as-of", day, "--week", day, "--formats", "json"]
        assert main([*args, "--quiet"]) == 0
    assert len(traced(Editions("weekly").get("2024-W09"))) > 20
