"""The words say what the verdict says, and no more."""

import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import Amount, ChangePoint, Comparison, Estimate, Findings, Panel, Skipped, Tally, Week
from analysis.findings import TOTAL
from reports.content import Context
from reports.facts import FactTable
from reports.prose import main_points, plain, reading, spoken
from reports.theme import Theme

WEEK = Week(first_day=dt.date(2025, 7, 14))


def panel(counts: dict[str, float], days: int = 70) -> Panel:
    index = pd.date_range(end="2025-07-20", periods=days)
    frame = pd.DataFrame({code: np.zeros(days) for code in counts}, index=index)
    frame.iloc[-1] = list(counts.values())
    return Panel.from_counts(frame)


def comparison(region: str, verdict: str, observed: float, baseline: float, ratio: float) -> Comparison:
    low, high = {
        "up": (1.1, 4), "down": (0.1, 0.9), "unchanged": (0.7, 1.4), "unclear": (0.4, 2.6),
        "too_few": (0.01, 90),
    }[verdict]  # fmt: skip
    ratio = min(max(ratio, low), high)
    return Comparison(
        region=region, week=WEEK.name, observed=Amount.exactly(observed), baseline_weeks=8,
        baseline=Estimate(value=baseline, low=0, high=baseline + 1, unit="per week"),
        rate_ratio=Estimate(value=ratio, low=low, high=high, unit="ratio"), p_value=0.01, q_value=0.02,
        dispersion=1.0, verdict=verdict,
    )  # type: ignore[arg-type]  # fmt: skip


def sentences(items: list[object], data: Panel, models: tuple[str, ...] = ("comparison",)) -> list[str]:
    findings = Findings(week=WEEK, items=tuple(items), models={name: {} for name in models}, panel=data)  # type: ignore[arg-type]
    context = Context(
        findings=findings, panel=data, week=WEEK, facts=FactTable(), theme=Theme(), title="t", options={}
    )
    return [plain(point) for point in main_points(context)]


CLAIMS = {
    "up": r"above the previous",
    "down": r"below the previous",
    "unchanged": r"broadly unchanged",
    "unclear": r"no clear change",
    "too_few": r"too few to tell",
}


@given(
    verdict=st.sampled_from(sorted(CLAIMS)),
    observed=st.integers(0, 10_000),
    baseline=st.floats(0.5, 9_000),
    ratio=st.floats(0.01, 90),
)
@settings(max_examples=60, deadline=None)
def test_the_total_says_its_verdict_and_no_other(
    verdict: str, observed: int, baseline: float, ratio: float
) -> None:
    said = sentences([comparison(TOTAL, verdict, observed, baseline, ratio)], panel({"A": observed}))[0]
    assert re.search(CLAIMS[verdict], said)
    assert not any(re.search(claim, said) for name, claim in CLAIMS.items() if name != verdict)
    assert f"{observed:,d} incident" in said
    assert ("1 incident was" in said) == (observed == 1)


@given(st.lists(st.sampled_from(sorted(CLAIMS)), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_regions_are_counted_and_named_by_their_verdict(verdicts: list[str]) -> None:
    names = {f"R{i:02d}": float(i + 1) for i in range(len(verdicts))}
    items: list[object] = [
        comparison(code, verdict, names[code], 5, 1) for code, verdict in zip(names, verdicts, strict=True)
    ]
    said = " ".join(sentences(items, panel(names)))
    up, down = verdicts.count("up"), verdicts.count("down")
    assert f"{len(verdicts)} region{'s' if len(verdicts) > 1 else ''} tested" in said
    assert (re.search(rf"\b{up} stands? above", said) is not None) == (up > 0)
    assert (re.search(rf"\b{down} stands? below", said) is not None) == (down > 0)
    assert ("not proof that nothing changed" in said) == (up == down == 0)
    for code, verdict in zip(names, verdicts, strict=True):
        if verdict not in ("up", "down"):
            assert f"{code} ({names[code]:.0f} against" not in said


def test_without_a_comparison_the_reason_is_given_and_nothing_claimed() -> None:
    skipped = Skipped(region=TOTAL, model="comparison", reason="only 1 fully observed week before it")
    said = " ".join(sentences([skipped], panel({"A": 3}, days=7)))
    assert "no comparison can be made: only 1 fully observed week before it." in said
    assert not any(re.search(claim, said) for claim in CLAIMS.values())
    assert "shift" not in said


def test_a_change_is_told_with_its_range_and_never_with_a_cause() -> None:
    change = ChangePoint(
        region="A", date=dt.date(2025, 6, 9), earliest=dt.date(2025, 6, 5), latest=dt.date(2025, 6, 12),
        before=Estimate(value=1.25, low=1, high=1.5, unit="per day"),
        after=Estimate(value=3.5, low=3, high=4, unit="per day"),
        rate_ratio=Estimate(value=2.8, low=2, high=4, unit="ratio"), p_value=0.001, q_value=0.002,
    )  # fmt: skip
    said = " ".join(sentences([change], panel({"A": 3, "B": 1}), models=("change_point",)))
    assert "shifted once, in A around 9 June 2025 (range 5–12 June 2025; from 1.2 to 3.5 a day)" in said
    assert "because" not in said


def test_a_change_that_does_not_stand_out_is_not_told() -> None:
    change = ChangePoint(
        region="A", date=dt.date(2025, 6, 9), earliest=dt.date(2025, 6, 5), latest=dt.date(2025, 6, 12),
        before=Estimate(value=1, low=1, high=1), after=Estimate(value=3, low=3, high=3), rate_ratio=None,
        p_value=0.04, q_value=0.4,
    )  # fmt: skip
    assert "No lasting shift" in " ".join(sentences([change], panel({"A": 3}), models=("change_point",)))


def test_an_early_week_is_too_early_to_tell() -> None:
    found = replace(comparison(TOTAL, "unclear", 5, 9, 0.6), completeness=0.8)
    assert spoken(found) == "early"
    assert reading(found) == "too early to tell"
    assert spoken(replace(found, completeness=0.99)) == spoken(replace(found, completeness=None)) == "unclear"
    assert spoken(replace(comparison(TOTAL, "up", 5, 9, 2), completeness=0.8)) == "up"


def test_regions_of_an_early_week_are_not_said_to_be_as_before() -> None:
    items = [replace(comparison(code, "unclear", 5, 9, 0.6), completeness=0.8) for code in ("A", "B")]
    said = " ".join(sentences(items, panel({"A": 5, "B": 5})))
    assert "None of the 2 regions tested stands clearly above" in said
    assert "which are below is too early to tell" in said
    assert "stands clearly apart" not in said


def test_an_old_change_is_not_news() -> None:
    old = ChangePoint(
        region="A", date=dt.date(2025, 5, 1), earliest=dt.date(2025, 5, 1), latest=dt.date(2025, 5, 2),
        before=Estimate(value=1, low=1, high=1), after=Estimate(value=3, low=3, high=3), rate_ratio=None,
        p_value=0.001, q_value=0.002,
    )  # fmt: skip
    said = " ".join(sentences([old], panel({"A": 3}), models=("change_point",)))
    assert "No lasting shift" in said


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, "Not stated, which is not zero: people killed."),
        (Amount.exactly(1), "Also reported: 1 person killed."),
        (Amount.exactly(0), "Also reported: 0 people killed."),
        (Amount(low=2), "Also reported: at least 2 people killed."),
    ],
)
def test_other_counts(amount: Amount | None, text: str) -> None:
    tally = Tally(region=TOTAL, week=WEEK.name, measure="killed", amount=amount, exact=0, rows=1)
    assert text in sentences([tally], panel({"A": 3}))
