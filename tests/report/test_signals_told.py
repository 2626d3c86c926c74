"""Unusual weeks over a series of issues: new once, then told since, then over."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from analysis import Findings, Panel, analyse
from reports import Editions, Report, build_report
from reports.content import Table
from reports.editions import Edition, report_files
from reports.news import new_statements

FIRST = pd.Timestamp("2024-07-01")
WEEKS = 60


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    """Six quiet regions over sixty weeks; in R1 the 57th and the 58th bring four times the usual."""
    rng = np.random.default_rng(3)
    days = pd.date_range(FIRST, periods=7 * WEEKS)
    frame = pd.DataFrame(rng.poisson(3, (len(days), 6)), index=days, columns=[f"R{i}" for i in range(1, 7)])
    frame.loc[days[7 * 56 : 7 * 58], "R1"] = rng.poisson(12, 14)
    return frame.astype(float)


def found(counts: pd.DataFrame, number: int) -> Findings:
    end = FIRST + pd.Timedelta(days=7 * number - 1)
    return analyse(Panel.from_counts(counts.loc[:end]), week=end.date())


@pytest.fixture(scope="module")
def issues(counts: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[Report, list]]:
    """Week -> its report, and what was new in it."""
    archive = Editions(tmp_path_factory.mktemp("signals") / "weekly")
    made: dict[int, tuple[Report, list]] = {}
    last: Edition | None = None
    for number in (55, 56, 57, 58, 59, 60):
        findings = found(counts, number)
        report = build_report(findings, previous=last)
        made[number] = (report, new_statements(findings, last))
        last = archive.publish(report_files(report, ("json",)), week=report.week)
    return made


def runs(report: Report) -> list[tuple[str, str]]:
    body = json.loads(report.json())
    return [(run["region"], run["status"]) for run in body["known_signals"] if run["region"] == "R1"]


def test_a_run_is_new_once_goes_on_and_ends(issues: dict[int, tuple[Report, list]]) -> None:
    assert runs(issues[56][0]) == []
    assert runs(issues[57][0]) == [("R1", "new")]
    assert runs(issues[58][0]) == [("R1", "continuing")]
    assert runs(issues[59][0]) == [("R1", "ended")]
    assert runs(issues[60][0]) == []


def test_alerts_name_it_once(issues: dict[int, tuple[Report, list]]) -> None:
    told = {
        number: [s["text"] for s in new if (s["kind"], s["region"]) == ("signal", "R1")]
        for number, (_, new) in issues.items()
    }
    assert [number for number, texts in told.items() if texts] == [57]
    assert "more than usual" in told[57][0]


def table(report: Report) -> Table:
    section = next(section for section in report.sections if section.id == "signals")
    return next(block for block in section.blocks if isinstance(block, Table))


def cell(report: Report, key: str) -> str:
    shown = table(report)
    place = [column.key for column in shown.columns].index(key)
    row = next(row for row in shown.rows if row.cells[0].text == ("R1",))
    return "".join(str(getattr(part, "text", part)) for part in row.cells[place].text)


def test_the_table_says_since_when(issues: dict[int, tuple[Report, list]]) -> None:
    assert (cell(issues[57][0], "status"), cell(issues[57][0], "told")) == ("new", "new")
    assert cell(issues[58][0], "status") == "goes on: 28 July – 10 August 2025"
    assert cell(issues[58][0], "told") == "3 August 2025"
    assert cell(issues[59][0], "status") == "ended: 28 July – 10 August 2025"
    assert cell(issues[59][0], "reading") == "no longer unusual"


def test_the_sentences_follow_the_run(issues: dict[int, tuple[Report, list]]) -> None:
    said = {number: " ".join(report.headline) for number, (report, _) in issues.items()}
    assert re.search(r"1 reported more than usual \([^)]*\): R1, 79 \(\d+ to \d+", said[57])
    assert "The total of 178 is more than usual (95% of usual weeks: " in said[57]
    assert re.search(r"R1, 76 \([^)]*; so in every week of 28 July – 10 August 2025", said[58])
    for number in (55, 56, 59, 60):
        assert "than usual" not in said[number]
    since = issues[59][0].since
    assert since is not None
    assert [run.region for run in since.ended_signals] == ["R1", "total"]
    assert not since.nothing
