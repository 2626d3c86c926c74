"""Every section, whatever is in the folder; and what holds for a report as a whole."""

import json
import re
from importlib import import_module

import pytest

from analysis import Findings
from reports import build_report
from reports.content import Cell, Context, Figure, KeyFigures, Paragraph, Section, Table
from reports.facts import Fact, FactTable
from reports.report import Report
from reports.sections import section_names
from reports.theme import Theme


def context_of(findings: Findings) -> Context:
    assert findings.panel is not None
    return Context(
        findings=findings, panel=findings.panel, week=findings.week, facts=FactTable(), theme=Theme(),
        title="Title", options={},
    )  # fmt: skip


@pytest.mark.parametrize("name", section_names())
@pytest.mark.parametrize("kind", ["simulated_findings", "incident_findings"])
def test_section_contract(name: str, kind: str, request: pytest.FixtureRequest) -> None:
    build = import_module(f"reports.sections.{name}").build
    context = context_of(request.getfixturevalue(kind))
    section = build(context)
    assert build.__doc__
    if section is None:
        return
    assert isinstance(section, Section)
    assert section.id == name
    assert section.title
    assert section.blocks, "a section is absent rather than empty"
    for block in section.blocks:
        if isinstance(block, Figure):
            assert len(block.alt) > 20
            assert block.svg.lstrip().startswith("<svg")
        if isinstance(block, Table):
            assert block.rows
            assert all(len(row.cells) == len(block.columns) for row in block.rows)


def facts_printed(report: Report) -> list[Fact]:
    found: list[Fact] = []

    def visit(value: object) -> None:
        if isinstance(value, Fact):
            found.append(value)
        elif isinstance(value, tuple):
            for part in value:
                visit(part)
        elif isinstance(value, (Section, Paragraph, Table, Cell, KeyFigures, Figure)) or hasattr(
            value, "__dataclass_fields__"
        ):
            for name in value.__dataclass_fields__:  # type: ignore[union-attr]
                if name != "data":
                    visit(getattr(value, name))

    visit(report.sections)
    return found


def test_every_printed_fact_is_in_the_fact_table_and_in_the_json(incident_findings: Findings) -> None:
    report = build_report(incident_findings)
    known = {fact["id"]: fact for fact in json.loads(report.json())["facts"]}
    printed = facts_printed(report)
    assert len(printed) > 50
    for fact in printed:
        assert known[fact.id]["text"] == fact.text


def test_no_digit_reaches_a_table_of_regions_but_through_a_fact(incident_findings: Findings) -> None:
    report = build_report(incident_findings)
    table = next(
        block for section in report.sections for block in section.blocks
        if isinstance(block, Table) and block.name == "regions"
    )  # fmt: skip
    for row in table.rows:
        for cell in row.cells[1:]:
            assert not any(isinstance(part, str) and re.search(r"\d", part) for part in cell.text)


def test_the_region_table_adds_up_to_the_total(incident_findings: Findings) -> None:
    frame = _csv(build_report(incident_findings), "regions.csv")
    body = frame[~frame["region"].isin(["total"])]
    assert body["low"].sum() == frame.set_index("region").at["total", "low"]
    panel = incident_findings.panel
    assert panel is not None
    assert set(panel.counts.columns) <= set(frame["region"]), "silent regions keep their row"


def _csv(report: Report, name: str):  # type: ignore[no-untyped-def]
    import io

    import pandas as pd

    return pd.read_csv(io.BytesIO(report.tables()[name]))


def test_same_findings_same_bytes(incident_findings: Findings) -> None:
    first, second = build_report(incident_findings), build_report(incident_findings)
    assert first.html() == second.html()
    assert first.json() == second.json()
    assert first.pdf() == second.pdf()
    assert first.tables() == second.tables()


def test_headline_is_the_main_points(simulated_findings: Findings) -> None:
    report = build_report(simulated_findings)
    assert report.headline[0].startswith("In the week of ")
    for sentence in report.headline:
        assert sentence.endswith(".")
        assert ".." not in sentence


def test_save_writes_every_file_and_the_notebook_shows_it(simulated_findings: Findings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    report = build_report(simulated_findings, notice="Simulated data")
    folder = report.save(tmp_path / "out")
    assert {"report.html", "report.pdf", "report.json", "tables"} <= {p.name for p in folder.iterdir()}
    shown = report._repr_html_()
    assert shown.startswith("<iframe")
    assert "<script" not in shown, "the page inside the frame is escaped"


def test_json_matches_its_schema(incident_findings: Findings, simulated_findings: Findings) -> None:
    from importlib.resources import files

    import jsonschema

    schema = json.loads((files("reports") / "report.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for findings in (incident_findings, simulated_findings):
        jsonschema.validate(json.loads(build_report(findings).json()), schema)
