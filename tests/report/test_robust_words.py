"""The words on what a statement rests on say what the records say, and contradict none."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import Findings, Panel, Robustness, analyse, daily_panel, read_incidents
from reports import build_report
from reports.content import Table
from reports.prose import plain
from reports.robust_words import without_text

DAY = dt.date(2025, 7, 14)
KINDS = ["new_sources", "ended_sources", "largest_day", "largest_reporter"]


def _check(without: str, holds: bool) -> Robustness:
    names = ("2025-07-19",) if without == "largest_day" else ("Alpha", "Beta")
    since = DAY if without in ("new_sources", "ended_sources") else None
    return Robustness(
        region="A", statement="comparison", date=DAY, without=without, names=names, removed=3.0, holds=holds,
        since=since,
    )  # type: ignore[arg-type]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.booleans()), max_size=4, unique_by=lambda x: x[0]))
@settings(deadline=None)
def test_a_clause_says_also_only_where_everything_holds(parts: list[tuple[str, bool]]) -> None:
    text = without_text([_check(*part) for part in parts])
    failed = [without for without, holds in parts if not holds]
    assert text.startswith("holds also without") == (bool(parts) and not failed)
    assert sum(map(text.count, ("not hold without", "nor without", "carried only by"))) == len(failed)
    assert ("19 July 2025" in text) == ("largest_day" in failed)
    assert ("carried only by new sources, first seen there on 14 July 2025" in text) == (
        "new_sources" in failed
    )


def _table(new_source: bool) -> Findings:
    rng = np.random.default_rng(3)
    days = pd.date_range("2025-01-06", "2025-07-20")
    rows = [
        (day, region, source)
        for day in days
        for region in ("RU-BEL", "RU-KRS", "RU-BRY")
        for source in ("Alpha", "Beta")
        for _ in range(rng.poisson(3))
    ]
    last = [day for day in days[-10:] for _ in range(20)]
    rows += [
        (day, "RU-BEL", "Gamma <b>" if new_source else ("Alpha", "Beta")[i % 2]) for i, day in enumerate(last)
    ]
    table = pd.DataFrame(rows, columns=["date", "region", "source"])
    return analyse(daily_panel(read_incidents(table, regions=None)))


def test_a_rise_carried_by_a_new_source_is_called_that_in_the_report() -> None:
    report = build_report(_table(new_source=True))
    said = " ".join(report.headline)
    assert "carried only by a new source, first seen there on 11 July 2025: Gamma <b>" in said
    assert "Gamma &lt;b&gt;" in report.html()
    assert "Gamma <b>" not in report.html()
    sources = next(
        block for section in report.sections for block in section.blocks
        if isinstance(block, Table) and block.name == "sources"
    )  # fmt: skip
    cells = {plain(row.cells[0].text): [plain(cell.text) for cell in row.cells[1:]] for row in sources.rows}
    assert cells["Gamma <b>"] == ["11 July 2025", "20 July 2025", "140", "7.5", "new"]
    assert cells["Alpha"][-1] == ""
    assert b"Gamma <b>" in report.tables()["sources.csv"]
    assert report.pdf().startswith(b"%PDF")


def test_a_rise_that_all_see_is_said_to_stand() -> None:
    said = " ".join(build_report(_table(new_source=False)).headline)
    assert "also without its largest day and its largest source" in said
    assert "carried only" not in said


@pytest.fixture(scope="module")
def shared_date() -> Findings:
    rng = np.random.default_rng(2)
    days = pd.date_range("2025-01-06", periods=7 * 26)
    counts = pd.DataFrame(rng.poisson(6, (len(days), 8)), index=days, columns=[f"R{i}" for i in range(8)])
    counts.iloc[-40:, :6] *= 3
    return analyse(Panel.from_counts(counts.astype(float)))


def test_a_date_that_most_share_is_told_once_and_no_region_with_it(shared_date: Findings) -> None:
    report = build_report(shared_date)
    said = " ".join(report.headline)
    assert (
        "the daily level shifted in 6 of 8 regions with enough reports to show it, up in all of them" in said
    )
    assert "No lasting shift" not in said
    assert "shifted once" not in said
    assert "because" not in said
    assert any(section.id == "level_changes" for section in report.sections)


def test_shifts_that_rest_on_a_day_do_not_make_the_report_say_there_are_none(shared_date: Findings) -> None:
    items = [item for item in shared_date.items if item.kind not in ("common_change", "robustness")]
    changes = [c for c in shared_date.of("change_point") if c.region != "total"]
    checks = [
        Robustness(
            region=c.region, statement="change_point", date=c.date, without="largest_day",
            names=(c.date.isoformat(),), removed=9.0, holds=False,
        )
        for c in changes
    ]  # fmt: skip
    report = build_report(replace(shared_date, items=(*items, *checks)))
    said = " ".join(report.headline)
    assert "No lasting shift of a region's daily level that rests on more than one day" in said
    html = report.html()
    assert "Not told as shifts, because a single day carries them" in html
    assert "R0 around" in html
