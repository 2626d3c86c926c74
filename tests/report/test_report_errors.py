"""What build_report refuses, and what it lets a user bring."""

from collections.abc import Callable

import pytest

from analysis import Findings
from analysis.errors import ConfigError
from reports import build_report
from reports.content import Context, Paragraph, Section

HOSTILE = '<script>alert("x")</script> ]]> #import "x" "]}# \u202e {{ 7*7 }} {% raw %} ' + "ж" * 300


def test_unknown_section_names_the_nearest(simulated_findings: Findings) -> None:
    with pytest.raises(ConfigError, match="did you mean 'epicurve'"):
        build_report(simulated_findings, sections=["epicurv"])


def test_unknown_language(simulated_findings: Findings) -> None:
    with pytest.raises(ConfigError, match="no such language"):
        build_report(simulated_findings, language="xx")


def test_findings_read_from_json_have_no_panel(simulated_findings: Findings) -> None:
    with pytest.raises(ValueError, match="read from JSON"):
        build_report(Findings.from_json(simulated_findings.to_json()))


def test_a_users_section_and_a_selection(simulated_findings: Findings) -> None:
    def mine(context: Context) -> Section:
        return Section(id="mine", title="Mine", blocks=(Paragraph(text=(HOSTILE,)),))

    report = build_report(simulated_findings, sections=["masthead", "main_points", mine])
    assert [section.id for section in report.sections] == ["masthead", "main_points", "mine"]
    assert "<script>alert" not in report.html()
    assert report.pdf().startswith(b"%PDF")


def test_hostile_incident_text_is_only_text(from_rows: Callable[..., Findings]) -> None:
    rows = [
        {"date": f"2025-07-{day:02d}", "region": "Kursk Oblast" if day % 2 else HOSTILE, "notes": HOSTILE,
         "event_type": HOSTILE, "source": HOSTILE}
        for day in range(1, 29)
    ]  # fmt: skip
    report = build_report(from_rows(rows, regions="ru"), title=HOSTILE, notice=HOSTILE)
    html = report.html()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html
    assert "49" not in html.split("{{ 7*7 }}")[0][-20:]
    assert report.pdf().startswith(b"%PDF")
