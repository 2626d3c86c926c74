"""`sitrend demo`: both examples through the whole of sitrend, and what the nine rows must say."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from reports.cli import main
from reports.cli.example import example_files
from reports.editions import Editions


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "sitrend-demo"
    assert main(["demo", str(folder), "--quiet", "--debug"]) == 0
    return folder


@pytest.fixture(scope="module")
def worked(demo: Path) -> dict:
    path = demo / "worked_example" / "weekly" / "2025-07-15" / "report.json"
    return json.loads(path.read_text(encoding="utf-8"))


def test_files_are_the_same_at_every_call(demo: Path) -> None:
    for name, data in example_files().items():
        assert (demo / name).read_bytes() == data


def test_simulated_table_says_so_in_every_row(demo: Path) -> None:
    text = (demo / "incidents_simulated.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len({row["region"] for row in rows}) == 83
    assert {row["simulated"] for row in rows} == {"True"}
    assert (min(row["date"] for row in rows), max(row["date"] for row in rows)) == (
        "2023-07-03",
        "2025-06-29",
    )


def test_both_editions_are_whole(demo: Path) -> None:
    for folder, name in ((demo, "2025-W26"), (demo / "worked_example", "2025-07-15")):
        editions = Editions(folder / "weekly")
        assert editions.verify() == {name: []}
        files = set(editions.get(name).manifest["files"])
        assert {"report.html", "report.pdf", "report.json", "incidents.parquet"} <= files
        assert any(file.startswith("tables/") for file in files)


def test_simulated_report_says_so(demo: Path) -> None:
    html = (demo / "weekly" / "2025-W26" / "report.html").read_text(encoding="utf-8")
    assert "Simulated data" in html


def test_again_is_identical_and_another_file_is_left_alone(demo: Path, capsys) -> None:
    assert main(["demo", str(demo)]) == 0
    out = capsys.readouterr().out
    assert out.count("is already published, and this report is identical") == 2
    config = demo / "sitrend.toml"
    before = config.read_bytes()
    config.write_bytes(before + b"# mine\n")
    try:
        assert main(["demo", str(demo)]) == 6
        assert "stays as it is" in capsys.readouterr().err
        assert config.read_bytes() == before + b"# mine\n"
    finally:
        config.write_bytes(before)


def test_demo_onto_a_file(tmp_path: Path, capsys) -> None:
    (tmp_path / "file").write_text("")
    assert main(["demo", str(tmp_path / "file")]) == 6
    assert "cannot be written" in capsys.readouterr().err


def test_worked_example_counts_as_the_article_allows(worked: dict) -> None:
    """At least 20 drones, 13 of them exact; the subset of five is not added again."""
    text = json.dumps(worked, ensure_ascii=False)
    assert "at least 20" in text
    assert not re.search(r"at least (14|19|21)\b", text)
    tallies = {(t["region"], t["measure"]): t for t in worked["findings"]["tally"]}
    strikes = tallies["RU-BEL", "strikes"]
    assert strikes["amount"] == {"low": 2.0, "best": 2.0, "high": 2.0}
    assert tallies["RU-BEL", "injured"]["amount"]["best"] == 2.0
    attacks = tallies["RU-ROS", "attacks"]["amount"]
    assert (attacks["low"], attacks["high"]) == (1.0, None)
    killed = [t for (_, measure), t in tallies.items() if measure == "killed"]
    assert all(tally["amount"] is None for tally in killed)


def test_worked_example_refuses_every_change(worked: dict) -> None:
    for kind in ("comparison", "trend", "change_point"):
        assert worked["findings"][kind] == []
    assert worked["findings"]["skipped"]


def test_worked_example_prints_what_it_must(demo: Path) -> None:
    folder = demo / "worked_example" / "weekly" / "2025-07-15"
    html = re.sub(r"<[^>]+>", "", (folder / "report.html").read_text(encoding="utf-8"))
    for words in ("at least 20", "13", "Belgorod", "2 strikes", "not stated", "inferred", "15–21 July 2025"):
        assert words.lower() in html.lower()
