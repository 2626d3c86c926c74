"""``sitrend check``: two vintages of a table, rows that may be one event, clocks."""

import json
from pathlib import Path

import pytest

from reports.cli import main

HEAD = "event_id,date,region,count,source,report_date\n"
THEN = (
    HEAD
    + "a,2025-07-14,RU-BRY,3,A,2025-07-15\nb,2025-07-15,RU-KRS,1,A,2025-07-15\n"
    + "c,2025-07-16,RU-BEL,2,A,2025-07-18\n"
)
NOW = HEAD + (
    "a,2025-07-14,RU-BRY,4,A,2025-07-15\nb,2025-07-17,RU-KRS,1,A,2025-07-18\nd,2025-07-16,RU-BEL,9,A,2025-07-18\n"
    "e,2025-07-16,RU-BEL,8,B,2025-07-20\n"
)


@pytest.fixture
def vintages(tmp_path: Path) -> tuple[str, str]:
    for name, text in (("then.csv", THEN), ("now.csv", NOW)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path / "now.csv"), str(tmp_path / "then.csv")


def test_two_vintages_are_compared_row_by_row(vintages, capsys) -> None:
    now, then = vintages
    assert main(["check", now, "--against", then, "--regions", "ru"]) == 0
    text = capsys.readouterr().out
    assert "Against then.csv: 3 rows then, 4 now" in text
    for line in (
        "matched  2 (2 by event id)",
        "added    2",
        "removed  1",
        "changed  2",
        "other amounts: 1",
        "another day: 1",
    ):
        assert line in text
    assert "count 3 → 4" in text
    assert "date_start 2025-07-15 → 2025-07-17" in text


def test_vintages_duplicates_and_delays_as_json(vintages, capsys) -> None:
    now, then = vintages
    assert main(["check", now, "--against", then, "--regions", "ru", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    found = body["vintages"]
    assert (found["added"], found["removed"], found["changed"], found["unchanged"]) == (2, 1, 2, 0)
    assert found["changed_columns"]["count"] == found["changed_in"]["amounts"] == 1
    assert [row["event_id"] for row in found["rows"] if row["change"] == "removed"] == ["c"]
    assert body["ingest"]["duplicates"] == {"same region, same day, same type, different sources": 1}
    assert body["ingest"]["candidates"][0]["rows"] == [4, 5]
    assert body["ingest"]["delays"]["median"] == 1.5
    assert body["merged"] == []


def test_candidates_and_delays_are_printed_and_merged_rows_said(vintages, tmp_path, capsys) -> None:
    now, _ = vintages
    assert main(["check", now, "--regions", "ru"]) == 0
    text = capsys.readouterr().out
    assert "Perhaps one event told twice (kept; [incidents] merge states a rule)" in text
    assert "days from event to report" in text
    (tmp_path / "s.toml").write_text('[incidents]\nregions = "ru"\nmerge = { sources = "different" }\n')
    assert main(["check", now, "--config", str(tmp_path / "s.toml"), "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["ingest"]["rows_merged"] == 1
    assert body["ingest"]["merged_amounts"] == {"count": 9.0, "incidents": 1.0}
    assert [(row["merged"], row["kept"]) for row in body["merged"]] == [(4, 5)]


@pytest.mark.shared
def test_two_vintages_of_the_conflict_table(shared, capsys) -> None:
    """The figures of the table's README."""
    folder = shared / "data/ucdp_ged_ukraine"
    new, old = (str(folder / f"conflict_data_ukr_to_{year}.csv.gz") for year in (2021, 2019))
    assert main(["check", new, "--against", old, "--regions", "ua", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["vintages"]
    assert found["matched_by"] == {"event_id": 1073, "content": 0}
    assert found["removed"] == 94
    wanted = {"killed": 59, "date_start": 21, "date_end": 57, "date_prec": 53}
    assert {name: found["changed_columns"][name] for name in wanted} == wanted
