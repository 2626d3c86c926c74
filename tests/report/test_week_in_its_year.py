"""Larger areas and the week in its year: figures recounted by hand, and nothing summed twice."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import Panel, analyse
from analysis.estimates import Estimate
from analysis.findings import TOTAL, Comparison, Trend
from analysis.weeks import Week
from reports import Report, build_report
from reports.content import Table
from reports.prose import plain

WEEK = Week.parse("2025-W29")
DAYS = pd.date_range("2023-12-25", WEEK.last_day)


@pytest.fixture(scope="module")
def panel() -> Panel:
    """Seven regions, four of them under two parents, drawn once."""
    rng = np.random.default_rng(12)
    means = np.array([4.0, 2.0, 6.0, 1.0, 3.0, 0.5, 0.1])
    counts = pd.DataFrame(rng.poisson(means, (len(DAYS), 7)) * 1.0, index=DAYS, columns=list("ABCDEFG"))
    made = Panel.from_counts(counts)
    table = made.regions.assign(parent=["P", "P", "Q", "Q", "", "", ""])
    return replace(made, regions=table, parents={"P": "North", "Q": "South"})


@pytest.fixture(scope="module")
def report(panel: Panel) -> Report:
    return build_report(analyse(panel, week=WEEK))


def table_of(report: Report, name: str) -> Table | None:
    blocks = [block for section in report.sections for block in section.blocks]
    return next((b for b in blocks if isinstance(b, Table) and b.name == name), None)


def cells(table: Table | None) -> dict[str, dict[str, str]]:
    assert table is not None
    keys = [column.key for column in table.columns]
    return {
        plain(row.cells[0].text): {
            key: plain(cell.text) for key, cell in zip(keys, row.cells, strict=True)
        }
        for row in table.rows
    }  # fmt: skip


def sum_of(panel: Panel, code: str, first: str, last: str) -> str:
    return f"{int(panel.counts.loc[first:last, list(code)].to_numpy().sum()):,d}"


def test_areas_stand_in_a_table_of_their_own(report: Report, panel: Panel) -> None:
    areas = cells(table_of(report, "areas"))
    assert set(areas) == {"North", "South"}
    assert areas["North"]["this_week"] == sum_of(panel, "AB", "2025-07-14", "2025-07-20")
    assert areas["South"]["previous_week"] == sum_of(panel, "CD", "2025-07-07", "2025-07-13")
    assert areas["North"]["regions"] == "2"
    csv = pd.read_csv(io.BytesIO(report.tables()["areas.csv"])).set_index("area")
    assert csv.loc["Q", "regions"] == "C D"


def test_areas_are_among_no_regions(report: Report) -> None:
    assert not {"North", "South"} & set(cells(table_of(report, "regions")))
    csv = pd.read_csv(io.BytesIO(report.tables()["regions.csv"])).set_index("region")
    assert not {"P", "Q"} & set(csv.index)
    assert csv.loc[TOTAL, "low"] == csv.drop(index=TOTAL)["low"].sum()
    assert report.facts["regions_tested"].value == 7


def test_the_week_stands_in_its_year(report: Report, panel: Panel) -> None:
    row = cells(table_of(report, "regions_year"))["A"]
    weekly = panel.weekly("monday")["A"]
    year = weekly.loc["2024-07-15":"2025-07-07"]  # type: ignore[misc]
    assert len(year) == 52
    assert row["before"] == sum_of(panel, "A", "2025-06-16", "2025-07-13")
    assert float(row["median"]) == year.median()
    assert float(row["most"]) == year.max()
    assert row["to_date"] == sum_of(panel, "A", "2025-01-01", "2025-07-20")
    assert row["last_to_date"] == sum_of(panel, "A", "2024-01-01", "2024-07-20")
    same = weekly.loc["2024-07-01":"2024-07-29"]  # type: ignore[misc]
    assert float(row["same"]) == pytest.approx(same.mean(), abs=0.05)
    total = cells(table_of(report, "regions_year"))["Total"]
    assert total["to_date"] == sum_of(panel, "ABCDEFG", "2025-01-01", "2025-07-20")


def test_every_figure_of_a_region_is_in_the_csv(report: Report, panel: Panel) -> None:
    csv = pd.read_csv(io.BytesIO(report.tables()["regions.csv"])).set_index("region")
    findings = report.findings
    found = {item.region: item for item in findings.of("comparison")}
    trend = next(item for item in findings.of("trend") if item.region == "C")
    last = next(item for item in findings.of("last_year") if item.region == "C")
    assert csv.loc["C", "shrunk_ratio"] == pytest.approx(found["C"].shrunk.value)
    assert csv.loc["C", "last_year_q_value"] == pytest.approx(last.q_value)
    assert csv.loc["C", "sen_slope_per_week"] == pytest.approx(trend.sen_slope.value)
    assert csv.loc["C", "largest_week"] >= csv.loc["C", "median_week"]
    assert csv.loc["C", "covered_days"] == 7


def test_days_that_are_not_covered_leave_a_dash(panel: Panel) -> None:
    counts = panel.counts.copy()
    counts.loc["2025-03-03", "A"] = np.nan
    row = cells(table_of(build_report(analyse(Panel.from_counts(counts), week=WEEK)), "regions_year"))["A"]
    assert row["to_date"] == "–"
    assert row["before"] != "–"


def test_a_short_table_has_no_year(panel: Panel) -> None:
    short = Panel.from_counts(panel.counts.tail(7 * 20))
    report = build_report(analyse(short, week=WEEK))
    assert table_of(report, "regions_year") is None
    assert table_of(report, "areas") is None
    half = build_report(analyse(Panel.from_counts(panel.counts.tail(7 * 40)), week=WEEK))
    row = cells(table_of(half, "regions_year"))["A"]
    assert "same" not in row
    assert "median" in row


def test_the_anchor_of_weeks_is_followed(panel: Panel) -> None:
    week = panel.last_full_week("saturday")
    report = build_report(analyse(panel, week=week))
    row = cells(table_of(report, "regions_year"))["A"]
    weekly = panel.weekly("saturday")["A"]
    assert float(row["median"]) == weekly.loc[: str(week.shift(-1).first_day)].tail(52).median()


def test_named_regions_are_ordered_by_the_change_they_surely_had(panel: Panel) -> None:
    findings = analyse(panel, week=WEEK, models=["comparison"])
    low = {"A": 1.1, "B": 2.5, "C": 1.6}

    def moved(item: Comparison) -> Comparison:
        ratio = Estimate(value=3.0, low=low[item.region], high=9.0)
        return replace(item, verdict="up", tested=True, shrunk=ratio, p_value=low[item.region] / 1e4)

    items = tuple(moved(i) if i.region in low else i for i in findings.items if i.kind == "comparison")
    said = build_report(replace(findings, items=items)).headline
    named = next(point for point in said if "stand above" in point)
    assert named.index("B (") < named.index("C (") < named.index("A (")


def test_ranks_are_told_only_where_they_point_the_other_way(panel: Panel) -> None:
    findings = analyse(panel, week=WEEK, models=["trend", "comparison"])

    def page(slope: float, low: float) -> str:
        items = tuple(
            replace(
                i,
                growth=Estimate(value=0.1, low=low, high=0.2),
                sen_slope=Estimate(value=slope, low=-9, high=9),
            )
            if isinstance(i, Trend) and i.region == TOTAL
            else i
            for i in findings.items
        )
        return build_report(replace(findings, items=items), sections=["epicurve"]).html()

    assert "point the other way" in page(-2.0, 0.05)
    assert "−2" in page(-2.0, 0.05)
    assert "point the other way" not in page(2.0, 0.05)
    assert "point the other way" not in page(-2.0, -0.05)
