"""A stated zero, nothing reported and not covered: three marks, the same in HTML, PDF, CSV and map."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from analysis import Panel, analyse, daily_panel, read_incidents
from reports import Report, build_report

CODES = {"UA-63": 2, "UA-59": 1, "UA-32": 0, "UA-74": None, "UA-09": None}
WEEK = pd.date_range("2025-05-19", periods=7)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Ten weeks of counts; in the last one UA-32 states zeros, UA-74 and UA-09 have no row."""
    days = pd.date_range(end=WEEK[-1], periods=70)
    rows = [
        {"date": day.date().isoformat(), "region": code, "count": 1 if day < WEEK[0] else n}
        for day in days
        for code, n in CODES.items()
        if day < WEEK[0] or n is not None
    ]
    return pd.DataFrame(rows)


def panel_of(frame: pd.DataFrame, **more: object) -> Panel:
    return daily_panel(read_incidents(frame, regions="ua"), measure="count", **more)


def statuses(panel: Panel) -> dict[str, str]:
    return {code: panel.status(code, WEEK[0].date(), WEEK[-1].date()) for code in CODES}


@pytest.fixture(scope="module")
def report(frame: pd.DataFrame) -> Report:
    return build_report(analyse(panel_of(frame, coverage={"UA-09": []}), week="2025-W21"))


def test_a_zero_is_stated_by_a_row_or_by_declared_coverage(frame: pd.DataFrame) -> None:
    plain = {
        "UA-63": "reported", "UA-59": "reported", "UA-32": "reported", "UA-74": "nothing reported",
        "UA-09": "nothing reported",
    }  # fmt: skip
    assert statuses(panel_of(frame)) == plain
    assert set(statuses(panel_of(frame, coverage="all")).values()) == {"reported"}
    declared = panel_of(frame, coverage={"UA-74": ["../.."], "UA-09": []})
    assert statuses(declared) == plain | {"UA-74": "reported", "UA-09": "not covered"}
    rest = panel_of(frame, coverage={"UA-09": [], "*": ["2025-01-01/.."]})
    assert statuses(rest) == dict.fromkeys(CODES, "reported") | {"UA-09": "not covered"}
    none = panel_of(frame, coverage={"*": ["2026-01-01/.."]})
    assert set(statuses(none).values()) == {"not covered"}
    pd.testing.assert_frame_equal(panel_of(frame).counts, panel_of(frame, coverage="all").counts)


def test_a_row_that_says_nothing_was_reported_is_no_zero(frame: pd.DataFrame) -> None:
    said = {"date_start": WEEK[0].date().isoformat(), "date_end": WEEK[-1].date().isoformat()}
    more = pd.DataFrame([said | {"region": "UA-74", "coverage": "—"}])
    both = pd.concat([frame.rename(columns={"date": "date_start"}), more]).fillna({"coverage": ""})
    assert statuses(panel_of(both, coverage="all"))["UA-74"] == "nothing reported"


def test_what_is_told_survives_cutting_and_rolling_up(frame: pd.DataFrame) -> None:
    panel = panel_of(frame)
    span = WEEK[0].date(), WEEK[-1].date()
    assert panel.until(span[1]).status("UA-74", *span) == "nothing reported"
    assert panel.total().status("total", *span) == "reported"
    parent = panel.regions.at["UA-74", "parent"]
    assert panel.status(parent, *span) == panel.roll_up().status(parent, *span) == "reported"
    assert Panel.from_counts(panel.counts).status("UA-74", *span) == "reported"


def test_the_three_marks_reach_the_page_and_sort_as_zero(report: Report) -> None:
    table = next(b for s in report.sections for b in s.blocks if getattr(b, "name", "") == "regions")
    cells = {row.anchor.removeprefix("region-"): row.cells[1] for row in table.rows}
    printed = {code: "".join(map(str, cells[code].text)) for code in CODES}
    assert printed == {"UA-63": "14", "UA-59": "7", "UA-32": "0", "UA-74": "—", "UA-09": "U"}
    assert cells["UA-32"].sort == cells["UA-74"].sort == 0.0
    assert sum(cell.sort for code, cell in cells.items() if code) == report.facts["total/week/count"].value
    page = report.html()
    row = page[page.index('id="region-UA-74"') :]
    row = row[: row.index("</tr>")]
    assert re.search(r'data-sort="0.0"[^>]*>\s*—\s*<', row)
    note = "".join(map(str, table.note))
    assert "A long dash (—): nothing reported; counts as zero." in note
    assert "U: not covered on every day of the week, which is not zero." in note
    assert note.count("—") == 1


def test_a_table_without_such_rows_has_no_such_words(frame: pd.DataFrame) -> None:
    page = build_report(analyse(panel_of(frame, coverage="all"), week="2025-W21")).html()
    assert "nothing reported; counts as zero" not in page
    assert "not covered on every day" not in page


def test_the_csv_names_the_status(report: Report) -> None:
    table = pd.read_csv(io.BytesIO(report.tables()["regions.csv"])).set_index("region")
    assert table.loc[list(CODES), "status"].tolist() == [
        "reported", "reported", "reported", "nothing reported", "not covered"
    ]  # fmt: skip
    assert table.loc["total", "status"] == "reported"
    assert (table.loc[["UA-32", "UA-74", "UA-09"], "low"] == 0).all()
    areas = pd.read_csv(io.BytesIO(report.tables()["areas.csv"]))
    assert set(areas["status"]) <= {"reported", "nothing reported", "not covered"}


def test_the_map_tells_them_apart(report: Report) -> None:
    page = report.html()
    titles = set(re.findall(r"<title>([^<]*)</title>", page))
    known = {report.findings.panel.name_of(code): code for code in CODES}
    told = {
        known[t.partition(": ")[0]]: t.partition(": ")[2] for t in titles if t.partition(": ")[0] in known
    }
    assert told["UA-32"] == "0"
    assert told["UA-74"] == "nothing reported"
    assert told["UA-09"] == "not covered"
    assert "0 or nothing reported" in page


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (Poppler) reads the page back")
def test_the_pdf_prints_them(report: Report, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(report.pdf())
    words = ["pdftotext", "-layout", str(tmp_path / "report.pdf"), "-"]
    text = subprocess.run(words, capture_output=True, check=True).stdout.decode()
    assert "A long dash (—): nothing reported; counts as zero." in " ".join(text.split())
    table = text[text.index("events by region, 19–25 May 2025") :]
    for code, mark in (("UA-32", "0"), ("UA-74", "—"), ("UA-09", "U")):
        name = report.findings.panel.name_of(code).split()[0]
        line = next(line for line in table.splitlines() if line.strip().startswith(name))
        assert mark in line.split(), line
