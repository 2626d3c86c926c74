"""Declared coverage: unknown is not zero."""

import numpy as np
import pandas as pd
import pytest

from analysis import analyse, daily_panel, read_incidents
from analysis.errors import ConfigError
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
