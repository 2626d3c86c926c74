"""Declared coverage: unknown is not zero."""

import numpy as np
import pandas as pd
import pytest

from analysis import analyse, daily_panel, read_incidents
from analysis.config import read_config
from analysis.errors import ConfigError, UnreadableInputError
from analysis.findings import TOTAL, UNALLOCATED

DAYS = pd.date_range("2025-03-03", periods=84)


@pytest.fixture(scope="module")
def incidents():  # type: ignore[no-untyped-def]
    rows = [{"date": day.date().isoformat(), "region": code} for day in DAYS for code in ("UA-63", "UA-59")]
    rows.append({"date": "2025-03-10", "region": "UA-09"})
    return read_incidents(pd.DataFrame(rows), regions="ua")


def test_never_covered_and_covered_from_a_day_on(incidents) -> None:  # type: ignore[no-untyped-def]
    panel = daily_panel(incidents, coverage={"UA-09": [], "UA-59": ["2025-04-01/.."]})
    assert not panel.observed["UA-09"].any()
    assert panel.observed["UA-63"].all()
    late = panel.observed["UA-59"]
    assert late.idxmax() == pd.Timestamp("2025-04-01")
    assert late.loc["2025-04-01":].all()
    assert panel.counts["UA-09"].sum() == 0
    assert panel.counts.loc[:"2025-03-31", "UA-59"].sum() == 0


def test_the_total_is_the_same_with_and_without_coverage(incidents) -> None:  # type: ignore[no-untyped-def]
    first, last = DAYS[0].date(), DAYS[-1].date()
    plain, declared = daily_panel(incidents), daily_panel(incidents, coverage={"UA-09": [], "UA-59": []})
    assert declared.amount(TOTAL, first, last) == plain.amount(TOTAL, first, last)
    assert declared.amount(UNALLOCATED, first, last).low == 85
    assert any("not covered" in note and "85" in note for note in declared.notes)


def test_a_region_that_is_not_covered_is_skipped_and_printed_as_u(incidents) -> None:  # type: ignore[no-untyped-def]
    from reports import build_report

    findings = analyse(daily_panel(incidents, coverage={"UA-09": []}))
    skipped = {s.model for s in findings.of("skipped") if s.region == "UA-09"}
    assert {"comparison", "trend", "change_point"} <= skipped
    report = build_report(findings)
    assert report.facts["regions_covered"].value == 26
    table = next(b for s in report.sections for b in s.blocks if getattr(b, "name", "") == "regions")
    row = next(r for r in table.rows if r.anchor == "region-UA-09")
    assert row.cells[1].text == ("U",)


@pytest.mark.parametrize(
    ("coverage", "text"),
    [
        ({"UA-99": []}, "no region of this table"),
        ({"UA-63": ["2025-03-01"]}, "no span of days"),
        ({"UA-63": ["2025-03-09/2025-03-01"]}, "no span of days"),
        ({"UA-63": ["x/.."]}, "no span of days"),
    ],
)
def test_what_cannot_be_read_is_said(incidents, coverage, text) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ConfigError, match=text):
        daily_panel(incidents, coverage=coverage)


def test_several_spans_join(incidents) -> None:  # type: ignore[no-untyped-def]
    panel = daily_panel(incidents, coverage={"UA-63": ["../2025-03-09", "2025-05-01/.."]})
    expected = (pd.Timestamp("2025-03-09") >= DAYS) | (pd.Timestamp("2025-05-01") <= DAYS)
    assert np.array_equal(panel.observed["UA-63"].to_numpy(), expected)


def test_a_file_of_spans_says_the_same_as_the_settings(incidents, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "coverage.csv"
    path.write_text(
        "region,first,last,note\nUA-09,,,permanent alert\nUA-59,2025-04-01,,\n"
        "UA-63,,2025-03-09,\nUA-63,2025-05-01,,\n",
        encoding="utf-8",
    )
    spans = {"UA-09": [], "UA-59": ["2025-04-01/.."], "UA-63": ["../2025-03-09", "2025-05-01/.."]}
    by_file, by_hand = daily_panel(incidents, coverage=path), daily_panel(incidents, coverage=spans)
    assert by_file.observed.equals(by_hand.observed)
    assert "Declared as not covered, which is not zero: Luhansk Oblast." in by_file.notes
    assert "Regions covered on part of the days only: 2." in by_file.notes
    (tmp_path / "s.toml").write_text('[panel]\ncoverage = "coverage.csv"\n', encoding="utf-8")
    config = read_config(tmp_path / "s.toml", {"panel": daily_panel})
    assert daily_panel(incidents, **config.options("panel")).observed.equals(by_hand.observed)
    path.write_text("oblast,from\nUA-09,\n", encoding="utf-8")
    with pytest.raises(UnreadableInputError, match="columns region, first and last"):
        daily_panel(incidents, coverage=path)
    with pytest.raises(UnreadableInputError, match=r"nowhere\.csv"):
        daily_panel(incidents, coverage=tmp_path / "nowhere.csv")


def test_from_first_to_last_report_only_where_asked(incidents) -> None:  # type: ignore[no-untyped-def]
    panel = daily_panel(incidents, coverage="reports")
    assert panel.observed["UA-09"].sum() == 1
    assert panel.observed["UA-63"].all()
    assert not panel.observed["UA-32"].any()
    assert daily_panel(incidents).observed.to_numpy().all()


def test_a_column_of_the_table_keeps_zero_nothing_reported_and_not_covered_apart() -> None:
    rows = [
        ("2025-03-03", "2025-03-16", "UA-63", "3", ""),
        ("2025-03-03", "2025-03-09", "UA-59", "", "U"),
        ("2025-03-10", "", "UA-59", "2", ""),
        ("2025-03-03", "2025-03-16", "UA-32", "", "—"),
        ("2025-03-12", "", "UA-74", "0", "covered"),
    ]
    frame = pd.DataFrame(rows, columns=["date_start", "date_end", "region", "count", "coverage"])
    found = read_incidents(frame, regions="ua")
    assert found.table["included"].tolist() == [True, False, True, False, True]
    panel = daily_panel(found, measure="count")
    assert panel.observed["UA-59"].tolist() == [False] * 7 + [True] * 7
    assert panel.observed.drop(columns="UA-59").to_numpy().all()
    assert panel.counts["UA-32"].sum() == panel.counts["UA-74"].sum() == 0
    assert daily_panel(found).amount(TOTAL, panel.first_day, panel.last_day).low == 3


def test_the_three_kinds_of_nothing_reach_html_pdf_and_csv(incidents) -> None:  # type: ignore[no-untyped-def]
    import io
    import re

    from reports import build_report

    report = build_report(analyse(daily_panel(incidents, coverage={"UA-09": [], "UA-63": ["../.."]})))
    table = pd.read_csv(io.BytesIO(report.tables()["regions.csv"])).set_index("region")
    told = {
        code: (table.at[code, "covered_days"], table.at[code, "low"]) for code in ("UA-09", "UA-63", "UA-32")
    }
    assert told == {"UA-09": (0, 0), "UA-63": (7, 7), "UA-32": (7, 0)}
    page = report.html()
    row = page[page.index('id="region-UA-09"') :]
    assert re.search(r">\s*U\s*<", row[: row.index("</tr>")])
    assert "U: not covered on every day of the week, which is not zero." in page
