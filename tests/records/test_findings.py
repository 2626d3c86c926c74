"""Findings keep what the models said, through JSON, tables and pages."""

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.codec import from_plain, to_plain
from analysis.display import records_frame, table_html
from analysis.estimates import Amount, Estimate
from analysis.findings import KINDS, ChangePoint, Comparison, Findings, Skipped, Tally, Trend
from analysis.weeks import Week

WEEK = Week.parse("2025-W29")
RATIO = Estimate(value=1.5, low=1.1, high=2.0, unit="ratio")
LEVEL = Estimate(value=2.0, low=1.0, high=3.0, unit="per day")
COMPARISON = Comparison(
    region="RU-BEL", week="2025-W29", observed=Amount(low=7), baseline_weeks=8, baseline=LEVEL,
    rate_ratio=None, p_value=0.5, q_value=0.6, dispersion=1.2, verdict="unclear",
)  # fmt: skip
CHANGE = ChangePoint(
    region="RU-BEL", date=dt.date(2025, 7, 3), earliest=dt.date(2025, 7, 1), latest=dt.date(2025, 7, 9),
    before=LEVEL, after=LEVEL, rate_ratio=RATIO, p_value=0.001, q_value=0.002,
)  # fmt: skip
TREND = Trend(
    region="total", window=(dt.date(2025, 5, 1), dt.date(2025, 7, 20)), growth=RATIO, doubling=None,
    p_value=0.1, q_value=0.2, dispersion=1.0,
)  # fmt: skip
TALLY = Tally(region="RU-BEL", week="2025-W29", measure="killed", amount=None, exact=0.0, rows=2)
SKIPPED = Skipped(region="RU-TUL", model="trend", reason="too few days <b>")
FINDINGS = Findings(
    week=WEEK, items=(TALLY, COMPARISON, TREND, CHANGE, SKIPPED), models={"trend": {"weeks": 8}}
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_of_every_kind_survives_json(kind, record_of):
    cls = KINDS[kind]

    @given(record_of[cls])
    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    def survives(record):
        text = json.dumps(to_plain(record), allow_nan=False, ensure_ascii=False)
        assert from_plain(cls, json.loads(text)) == record

    survives()


@given(data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_findings_survive_json(any_findings, data):
    findings = data.draw(any_findings)
    back = Findings.from_json(findings.to_json())
    assert (back.week, back.items, back.models) == (findings.week, findings.items, findings.models)
    assert back.to_json() == findings.to_json()


def test_the_json_holds_every_kind_and_no_special_numbers():
    body = json.loads(FINDINGS.to_json())
    assert body["schema"] == "sitrend.findings/1"
    assert body["week"] == "2025-07-14"
    assert list(body["findings"]) == list(KINDS)
    assert body["findings"]["comparison"][0]["observed"] == {"low": 7, "best": None, "high": None}
    assert body["findings"]["change_point"][0]["earliest"] == "2025-07-01"
    with pytest.raises(ValueError, match="not JSON compliant"):
        Findings(week=WEEK, items=(), models={"trend": {"x": float("nan")}}).to_json()


def test_records_are_found_by_kind_and_by_region():
    assert FINDINGS.of("comparison") == (COMPARISON,)
    assert FINDINGS.for_region("RU-BEL") == (TALLY, COMPARISON, CHANGE)
    with pytest.raises(KeyError, match="no kind of finding is called 'changes'; known: tally, comparison"):
        FINDINGS.of("changes")


def test_a_frame_has_a_column_for_every_bound():
    frame = FINDINGS.frame("change_point")
    assert frame.loc[0, ["rate_ratio", "rate_ratio_low", "rate_ratio_high"]].tolist() == [1.5, 1.1, 2.0]
    assert frame.loc[0, "date"] == dt.date(2025, 7, 3)
    assert FINDINGS.frame("comparison").loc[0, ["observed", "observed_low"]].tolist() == [7, 7]
    assert FINDINGS.frame("trend").loc[0, "window_2"] == dt.date(2025, 7, 20)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_kind_is_an_empty_table_with_columns(kind):
    frame = Findings(week=WEEK, items=()).frame(kind)
    assert len(frame) == 0
    assert "region" in frame.columns


def test_one_line_in_a_terminal():
    assert repr(FINDINGS) == (
        "Findings(week 2025-W29: 1 tally, 1 comparison, 1 trend, 1 change_point, 1 skipped)"
    )
    assert repr(Findings(week=WEEK, items=())) == "Findings(week 2025-W29: nothing)"


def test_one_table_per_kind_in_jupyter_with_nothing_unescaped():
    html = FINDINGS._repr_html_()
    assert html.count("<table") == 5
    assert "change point: week 2025-W29" in html
    assert "&lt;b&gt;" in html
    assert "<b>\n" not in html
    assert "too few days <b>" not in html


@given(st.text(max_size=40))
def test_no_text_of_a_table_becomes_markup(text):
    frame = records_frame(Skipped, [Skipped(region=text, model=text, reason=text)])
    html = table_html(frame, text)
    plain = table_html(records_frame(Skipped, [Skipped(region="x", model="x", reason="x")]), "x")
    for mark in ("<", ">"):
        assert html.count(mark) == plain.count(mark)


def test_a_long_table_says_what_it_leaves_out():
    records = [Skipped(region=f"r{i}", model="m", reason="x") for i in range(1200)]
    html = table_html(records_frame(Skipped, records), "skipped", most=5)
    assert "(first 5 of 1,200)" in html
    assert "r4" in html
    assert "r5<" not in html


def test_jupyter_shows_what_the_report_would_print():
    frame = pd.DataFrame(
        {
            "p_value": [0.00001, 0.5], "count": [6086.0, 2.0], "mean": [0.0234, np.nan],
            "day": pd.to_datetime(["2025-07-14", "2025-07-15"]), "name": ["Kursk", None],
            "used": [True, False],
        }
    )  # fmt: skip
    html = table_html(frame, "x")
    shown = [cell.partition("</td>")[0].partition(">")[2] for cell in html.split("<td")[1:]]
    assert shown == [
        "&lt;0.001", "6,086", "0.023", "2025-07-14", "Kursk", "yes",
        "0.50", "2", "—", "2025-07-15", "—", "no",
    ]  # fmt: skip
    assert "<td>1.50 (1.10 to 2.00)</td>" in FINDINGS._repr_html_()


def test_jupyter_lists_the_clearest_first_and_counts_what_was_skipped():
    clear, dim = (replace(COMPARISON, region=code, p_value=p) for code, p in (("B", 0.001), ("A", 0.7)))
    silent = [Skipped(region=f"S{i}", model="trend", reason="too few") for i in range(40)]
    html = Findings(week=WEEK, items=(dim, clear, *silent))._repr_html_()
    assert html.index(">B<") < html.index(">A<")
    assert "<td>40</td>" in html
    assert ">S1<" not in html


def test_a_record_cannot_be_changed():
    with pytest.raises(AttributeError):
        COMPARISON.verdict = "up"
    with pytest.raises(AttributeError):
        FINDINGS.week = WEEK.shift(1)
