"""Every count and sum of an edition leads back to rows that add up to it."""

import csv
import gzip
import json
import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import EditionError
from reports.cli import main
from reports.trace import Book, Trace, trace_fact

# What a report prints that is no sum and no count of rows.
NO_ROWS = (
    "ingest/duplicates/",  # more than the candidates that are kept with their lines
    "ingest/rows_merged",  # left the table; tables/merged.csv
    "ingest/clocks/",
    "ingest/delays/",
    "regions_",
    "panel/",
    "level_changes",
    "other_counts/",
    "incident_rows_shown",
    "change",
    "completeness",
    "growth/weeks",
    "growth/reference",
    "robustness/",
    "sources/",  # names and days
    "signal/sparse",
)

CLAIMS = """
[incidents]
regions = ["ru", "UA-43", "UA-40"]
timezone = "Europe/Moscow"
[incidents.columns]
region = "region_code"
count = "count"
date_start = ["window_start_msk", "message_date_msk"]
date_end = ["window_end_msk", "message_date_msk"]
[panel]
measure = "count"
"""
CRIMES = """
[incidents]
timezone = "America/New_York"
day_rule = "split"
[incidents.columns]
date_start = "START_DATE"
date_end = "END_DATE"
report_date = "REPORT_DAT"
region = "WARD"
"""
ROWS = """date_start,date_end,region,count,count_low,injured,source
2025-07-15,,RU-BEL,3,3,1,a
2025-07-13,2025-07-16,RU-BEL,5,5,,a
2025-07-16,,RU-BRY,,7,,b
2025-07-17,,RU-BEL|RU-BRY,4,4,2,b
2025-07-08,,RU-BEL,6,6,,a
2025-06-30,,RU-KRS,2,2,,a
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trace")


def published(folder: Path, table: Path, *more: str, settings: str = "", week: str) -> Path:
    """The edition of a week, made as a person makes it."""
    config = folder / "sitrend.toml"
    config.write_text(settings, encoding="utf-8")
    out = folder / "weekly"
    words = ["report", str(table), "--config", str(config), "--week", week, "--out", str(out)]
    assert main([*words, "--formats", "html,json", "--quiet", *more]) == 0
    return out / week


@pytest.fixture(scope="module")
def small(folder: Path) -> Path:
    (folder / "small").mkdir()
    table = folder / "small" / "rows.csv"
    table.write_text(ROWS, encoding="utf-8")
    return published(folder / "small", table, "--regions", "ru", "--measure", "count", week="2025-W29")


def every_trace(edition: Path) -> Iterator[Trace]:
    book = Book(edition)
    levels = [id for id in book.facts if "/change/" in id]
    for id in book.facts:
        if id not in levels[7:]:  # the seven numbers of one change stand for those of all
            yield trace_fact(book, id)


def all_add_up(edition: Path) -> int:
    """Checks every fact; the number of those that are sums or counts of rows."""
    added = 0
    for found in every_trace(edition):
        id = found.fact.id
        assert found.adds_up is not False, id
        assert found.sides or any(part in id for part in NO_ROWS), id
        if found.adds_up and len(found.sides) == 1 and found.fact.low is not None:
            rows = found.sides[0].rows
            assert math.fsum(rows["low"]) == pytest.approx(found.fact.low, abs=1e-9), id
            assert (rows["share"] > 0).all(), id
            assert (rows.groupby("row")["share"].sum() <= 1 + 1e-9).all(), id
            added += 1
    return added


def test_rows_of_a_small_table(small: Path) -> None:
    found = trace_fact(small, "RU-BEL/week/count")
    rows = found.sides[0].rows
    assert rows["row"].tolist() == [2, 3]
    assert rows["share"].tolist() == [1.0, 0.75]  # three of its four days lie in the week
    assert rows["best"].tolist() == [3.0, 3.75]
    assert rows["source"].tolist() == ["a", "a"]
    assert found.adds_up
    assert found.fact.value == 6.75
    bounded = trace_fact(small, "RU-BRY/week/count")
    assert bounded.fact.text == "at least 7"
    assert bounded.sides[0].rows["high"].tolist() == [math.inf]
    shared_by_two = trace_fact(small, "unallocated/week/count")
    assert shared_by_two.sides[0].rows["row"].tolist() == [5]
    people = trace_fact(small, "total/week/injured")
    assert people.sides[0].rows["row"].tolist() == [2, 5]
    assert people.sides[0].amount.best == 3
    before = trace_fact(small, "total/1_weeks_before/count")
    assert before.sides[0].rows["row"].tolist() == [3, 6]


def test_every_number_of_a_small_table_adds_up(small: Path) -> None:
    assert all_add_up(small) >= 12


def test_a_region_that_is_not_covered_counts_as_unallocated(folder: Path) -> None:
    (folder / "covered").mkdir()
    table = folder / "covered" / "rows.csv"
    table.write_text(ROWS, encoding="utf-8")
    settings = '[panel]\nmeasure = "count"\ncoverage = {RU-BEL = ["2025-07-16/.."]}\n'
    edition = published(
        folder / "covered", table, "--regions", "ru", settings=settings, week="2025-W29"
    )  # fmt: skip
    all_add_up(edition)
    rows = trace_fact(edition, "unallocated/week/count").sides[0].rows
    assert rows[["row", "share"]].to_numpy().tolist() == [[2, 1.0], [3, 0.5], [5, 1.0]]


def test_both_sides_of_a_ratio(folder: Path) -> None:
    (folder / "ratio").mkdir()
    days = pd.date_range("2025-04-07", periods=98)
    table = pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "region": "RU-BEL"})
    pd.concat([table, table[table["date"] >= "2025-07-07"]]).to_csv(folder / "ratio" / "r.csv", index=False)
    edition = published(
        folder / "ratio", folder / "ratio" / "r.csv", "--regions", "ru", week="2025-W28"
    )  # fmt: skip
    for name in ("baseline", "rate_ratio", "rate_ratio_range", "q_value"):
        if f"RU-BEL/week/{name}" not in Book(edition).facts:
            continue
        found = trace_fact(edition, f"RU-BEL/week/{name}")
        assert [len(side.rows) for side in found.sides] == [14, 56]
        assert str(found.sides[1].first_day) == "2025-05-12"
        assert str(found.sides[1].last_day) == "2025-07-06"
    assert all_add_up(edition) >= 4


def test_command_prints_rows_three_ways(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rows", str(small), "RU-BEL/week/count"]) == 0
    out = capsys.readouterr().out
    assert "The rows add up to what is printed: 6.75." in out or "6.8" in out
    assert main(["rows", str(small), "RU-BEL/week/count", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["schema"] == "sitrend.rows/1"
    assert body["adds_up"] is True
    assert [row["row"] for row in body["sides"][0]["rows"]] == [2, 3]
    assert main(["rows", "2025-W29", "total/week/count", "--csv", "--out", str(small.parent)]) == 0
    lines = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert sum(float(line["low"]) for line in lines) == Book(small).fact("total/week/count").low
    assert [line["high"] for line in lines].count("") == 1  # nothing bounds "at least 7"


def test_unknown_number_is_answered_with_the_nearest(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rows", str(small), "RU-BEL/week/cuont"]) == 2
    error = capsys.readouterr().err
    assert "RU-BEL/week/count" in error
    assert error.count("\n") == 1


def test_an_edition_that_cannot_be_traced_says_why(small: Path, tmp_path: Path) -> None:
    changed = tmp_path / "2025-W29"
    shutil.copytree(small, changed)
    (changed / "incidents.parquet").write_bytes(b"no")
    with pytest.raises(EditionError, match="is not what was published"):
        trace_fact(changed, "total/week/count")
    (changed / "report.json").unlink()
    with pytest.raises(EditionError, match="cannot be read"):
        trace_fact(changed, "total/week/count")
    assert main(["rows", str(changed), "total/week/count"]) == 6
    assert main(["rows", str(tmp_path / "2025-W01"), "total/week/count"]) == 6


def test_every_number_in_the_page_has_one_anchor(small: Path) -> None:
    import re

    page = (small / "report.html").read_text(encoding="utf-8")
    shown = set(re.findall(r'data-fact="([^"]*)"', page))
    anchors = re.findall(r' id="fact/([^"]*)"', page)
    assert sorted(anchors) == sorted(shown)


# --- real tables ------------------------------------------------------------------------------------------


def test_simulated_example_adds_up(folder: Path) -> None:
    from reports.cli.example import SIMULATED, example_files

    (folder / "demo").mkdir()
    files = example_files()
    table = folder / "demo" / "incidents.csv"
    table.write_bytes(files[SIMULATED])
    settings = files["sitrend.toml"].decode()
    assert all_add_up(published(folder / "demo", table, settings=settings, week="2025-W26")) > 300


@pytest.mark.shared
def test_claimed_interceptions_add_up(shared: Path, folder: Path) -> None:
    (folder / "claims").mkdir()
    table = shared / "data/mod_russia_uav_claims/mod_russia_uav_claims_2023_2025.csv.gz"
    edition = published(folder / "claims", table, settings=CLAIMS, week="2025-W29")
    assert all_add_up(edition) > 60
    rows = trace_fact(edition, "RU-KLU/week/count").sides[0].rows
    with gzip.open(table, "rt", encoding="utf-8-sig", newline="") as handle:
        lines = list(csv.DictReader(handle))
    for row, best in zip(rows["row"], rows["best"], strict=True):
        assert lines[row - 2]["region_code"] == "RU-KLU"
        assert float(lines[row - 2]["count"]) == best


@pytest.mark.shared
def test_crimes_as_known_then_add_up(shared: Path, folder: Path) -> None:
    (folder / "crimes").mkdir()
    table = shared / "data/dc_crime_2024/Crime_Incidents_in_2024.csv.gz"
    edition = published(
        folder / "crimes", table, "--regions", "none", "--as-of", "2024-03-14", settings=CRIMES,
        week="2024-W10",
    )  # fmt: skip
    assert all_add_up(edition) > 10
    rows = trace_fact(edition, "total/week/incidents").sides[0].rows
    assert (rows["report_date"] < "2024-03-15").all()
    assert (rows["share"] < 1).any()  # windows of several days count in part
