"""The bundled worked example: nine rows, one week, bounds, subsets, and nothing that may be claimed."""

import json
import re
from importlib.resources import files

import pytest

from analysis import analyse, daily_panel, read_incidents
from analysis.config import read_config
from reports import Report, build_report
from reports.cli.flow import stages


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("worked_example")
    for name in ("worked_example.csv", "worked_example.toml"):
        (folder / name).write_bytes((files("reports") / "demo" / name).read_bytes())
    config = read_config(folder / "worked_example.toml", stages())
    incidents = read_incidents(folder / "worked_example.csv", **config.options("incidents"))
    findings = analyse(daily_panel(incidents, **config.options("panel")), **config.options("week"))
    return build_report(findings, **config.options("report"))


def fact(report: Report, id: str) -> str:
    return report.facts[id].text


def test_one_edition_covers_the_week_from_tuesday(report: Report) -> None:
    assert report.week.name == "2025-07-15"
    assert "15–21 July 2025" in report.document.edition.week


def test_totals_carry_their_bounds(report: Report) -> None:
    assert fact(report, "total/week/drones") == "at least 20"
    assert fact(report, "total/week/drones_exact") == "13"
    assert fact(report, "RU-BRY/week/drones") == "at least 7"
    assert fact(report, "RU-MOS+RU-MOW/week/drones") == "5"
    assert fact(report, "RU-ORL/week/drones") == "4"
    assert fact(report, "RU-KLU/week/drones") == fact(report, "RU-SMO/week/drones") == "2"


def test_strikes_people_and_what_is_not_stated(report: Report) -> None:
    assert fact(report, "RU-BEL/week/strikes") == "2"
    assert fact(report, "RU-BEL/week/injured") == "2"
    assert fact(report, "RU-BEL/week/killed") == "not stated"
    assert fact(report, "total/week/killed") == "not stated"
    assert fact(report, "RU-ROS/week/attacks") == "at least 1"


def test_nothing_is_claimed_from_one_week(report: Report) -> None:
    findings = json.loads(report.json())["findings"]
    assert findings["comparison"] == findings["trend"] == findings["change_point"] == []
    assert {s["model"] for s in findings["skipped"]} >= {"comparison", "trend", "change_point"}
    page = re.sub(r"<[^>]+>", "", report.html())
    assert "no comparison can be made" in page
    for claim in ("above the previous", "below the previous", "level shifted", "no clear trend"):
        assert claim not in page


def test_never_a_wrong_sum(report: Report) -> None:
    said = " ".join(report.headline)
    assert "at least 20 drones" in said
    assert "13 of them stated exactly" in said
    assert not re.search(r"(?<!at least )\b(14|19|20|21) drones", said)


def test_the_year_is_said_to_be_inferred(report: Report) -> None:
    assert "inferred" in report.document.notice
    assert "inferred" in report.html()
