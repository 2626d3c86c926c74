"""Pages of regions: whose, what they say, and the way to them from the table of regions."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from analysis import Findings, analyse, daily_panel, read_incidents
from analysis.simulate import simulate_incidents
from reports import build_report
from reports.content import Heading, Link, Paragraph, Table
from reports.prose import plain
from reports.report import Report
from reports.sections import region_pages


def blocks_of(report: Report) -> tuple[object, ...]:
    return next((s.blocks for s in report.sections if s.id == "region_pages"), ())


def test_regions_with_something_to_tell_have_a_page_and_a_link(simulated_findings: Findings) -> None:
    report = build_report(simulated_findings)
    told = {c.region for c in simulated_findings.regions("comparison") if c.verdict in ("up", "down")}
    told |= {s.region for s in simulated_findings.regions("signal") if s.verdict in ("unusual", "low")}
    headings = [b.anchor for b in blocks_of(report) if isinstance(b, Heading)]
    assert "page-R12" in headings  # its level rose seven weeks ago
    assert {f"page-{code}" for code in told} <= set(headings)
    page = report.html()
    links = re.findall(r'href="#(page-[^"]*)"', page)
    assert sorted(links) == sorted(headings)
    assert all(f'id="{anchor}"' in page for anchor in links)


def test_a_page_repeats_the_sentences_of_the_report(simulated_findings: Findings) -> None:
    report = build_report(simulated_findings)
    said = " ".join(plain(b.text) for b in blocks_of(report) if isinstance(b, Paragraph))
    headline = " ".join(report.headline)
    shift = re.search(r"R12 around \d+ \w+ \d+ \(range[^;]*; from [\d.]+ to [\d.]+ a day", headline)
    assert shift is not None
    assert shift.group() in said
    assert ".." not in said
    finding = next(c for c in simulated_findings.of("comparison") if c.region == "R12")
    assert str(finding.observed) in said


def test_without_pages_no_link_leads_nowhere(simulated_findings: Findings) -> None:
    report = build_report(simulated_findings, sections=["region_table", "main_points"])
    assert "#page-" not in report.html()
    quiet = replace(simulated_findings, records=()) if hasattr(simulated_findings, "records") else None
    if quiet is not None:
        assert not blocks_of(build_report(quiet))


def test_what_finds_no_room_is_named(simulated_findings: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region_pages, "MOST", 0)
    last = blocks_of(build_report(simulated_findings, sections=["region_pages"]))[-1]
    assert isinstance(last, Paragraph)
    assert "R12" in plain(last.text)


def test_last_rows_stand_there_where_the_list_is_cut() -> None:
    table = simulate_incidents(
        regions=["RU-BEL", "RU-KRS"], days=("2025-01-06", 140), rates=[2.0, 4.0],
        changes=[("RU-BEL", "2025-05-12", 5.0)], seed=3,
    )  # fmt: skip
    findings = analyse(daily_panel(read_incidents(table, regions="ru")))
    report = build_report(findings, sections=["region_table", "region_pages", "incident_list"])
    (rows,) = [b for b in blocks_of(report) if isinstance(b, Table) and b.name == "page-RU-BEL"]
    days = [str(row.cells[0].sort) for row in rows.rows]
    assert days == sorted(days, reverse=True)
    assert 0 < len(days) <= 4
    assert pd.Timestamp(days[0]).date() <= findings.week.last_day
    assert "page-RU-BEL.csv" not in report.tables()
    regions = next(
        b for s in report.sections for b in s.blocks if isinstance(b, Table) and b.name == "regions"
    )
    assert any(isinstance(row.cells[0].text[0], Link) for row in regions.rows)
