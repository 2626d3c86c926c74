"""The panel: windows, unknown days, bounds and sums, against plain pandas."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import WeekNotCoveredError
from analysis.estimates import Amount
from analysis.findings import TOTAL, UNALLOCATED
from analysis.groups import group_panel, members_of
from analysis.panel import Panel
from analysis.weeks import WEEKDAYS, Week

FIRST = dt.date(2025, 1, 1)  # a Wednesday


def _frame(days=40, regions=("A", "B", "C"), seed=1):
    rng = np.random.default_rng(seed)
    index = pd.date_range(FIRST, periods=days)
    return pd.DataFrame(
        rng.poisson(3, (days, len(regions))).astype(float), index=index, columns=list(regions)
    )


def _bounded():
    """Two regions, with bounds, an open end, something unallocated and parents."""
    counts = _frame(21, ("A", "B"))
    high = counts + 1
    high.iloc[3, 0] = np.inf
    unallocated = pd.DataFrame(0.0, index=counts.index, columns=["low", "best", "high"])
    unallocated.iloc[5] = [2, 3, 4]
    counts.index.name = unallocated.index.name = "day"
    table = pd.DataFrame({"name": ["Aland", "Bland"], "parent": ["P", ""]}, index=counts.columns)
    return Panel(
        counts=counts, low=counts.sub(1).clip(lower=0), high=high, observed=counts.notna(), exact=counts["A"],
        unallocated=unallocated, regions=table, parents={"P": "The North"},
    )  # fmt: skip


@st.composite
def frames(draw):
    days = draw(st.integers(1, 60))
    regions = draw(st.integers(1, 4))
    value = st.one_of(st.none(), st.integers(0, 50))
    cells = draw(st.lists(st.lists(value, min_size=regions, max_size=regions), min_size=days, max_size=days))
    first = draw(st.dates(dt.date(2020, 1, 1), dt.date(2021, 1, 1)))
    index = pd.date_range(first, periods=days)
    return pd.DataFrame(cells, index=index, columns=[f"R{i}" for i in range(regions)], dtype=float)


def test_counts_come_back_as_they_went_in():
    frame = _frame()
    panel = Panel.from_counts(frame, measure="alarms")
    assert (panel.counts.to_numpy() == frame.to_numpy()).all()
    assert panel.observed.all(axis=None)
    assert (panel.first_day, panel.last_day) == (FIRST, FIRST + dt.timedelta(days=39))
    assert panel.measure == "alarms"
    assert panel.name_of("A") == "A"
    assert panel.incidents is None


def test_a_missing_value_is_unknown_and_not_zero():
    frame = _frame()
    frame.iloc[10, 1] = np.nan
    panel = Panel.from_counts(frame)
    assert not panel.observed.iloc[10, 1]
    assert panel.observed.to_numpy().sum() == frame.size - 1
    assert panel.counts.iloc[10, 1] == 0
    assert panel.to_frame()["observed"].sum() == frame.size - 1


def test_a_missing_day_is_unknown_everywhere():
    panel = Panel.from_counts(_frame().drop(pd.Timestamp("2025-01-09")))
    assert len(panel.days) == 40
    assert not panel.observed.loc["2025-01-09"].any()
    assert panel.observed.drop(pd.Timestamp("2025-01-09")).all(axis=None)


def test_times_of_day_and_the_order_of_rows_do_not_matter():
    frame = _frame()
    shuffled = frame.sample(frac=1, random_state=3)
    shuffled.index = shuffled.index + pd.Timedelta(hours=23)
    assert Panel.from_counts(shuffled).counts.equals(Panel.from_counts(frame).counts)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f - 100, "not negative"),
        (lambda f: f + np.inf, "finite"),
        (lambda f: pd.concat([f, f.tail(1)]), "a day twice"),
    ],
)
def test_impossible_counts_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        Panel.from_counts(change(_frame()))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("low", lambda p: p.low.iloc[1:], "Panel.low must have the days and regions"),
        ("observed", lambda p: p.observed[["B", "A"]], "Panel.observed must have the days and regions"),
        ("regions", lambda p: p.regions.iloc[::-1], "Panel.regions must list the columns"),
        ("low", lambda p: p.counts + 1, "within their bounds"),
        ("high", lambda p: p.counts - 1, "within their bounds"),
    ],
)
def test_parts_that_do_not_fit_are_refused(field, value, message):
    panel = _bounded()
    with pytest.raises(ValueError, match=message):
        replace(panel, **{field: value(panel)})


def test_an_amount_keeps_its_bounds():
    panel = _bounded()
    first, last = dt.date(2025, 1, 8), dt.date(2025, 1, 14)
    week = panel.counts.loc[str(first) : str(last), "B"]
    assert panel.amount("B", first, last) == Amount(
        low=(week - 1).clip(lower=0).sum(), best=week.sum(), high=(week + 1).sum()
    )
    assert panel.amount("A", FIRST, last).high is None  # one day has no upper bound
    assert panel.amount(UNALLOCATED, FIRST, last) == Amount(low=2, best=3, high=4)
    with pytest.raises(KeyError):
        panel.amount("nowhere", first, last)


def test_only_a_lower_bound_is_at_least():
    panel = Panel.from_counts(_frame(7, ("A",)) * 0 + 1)
    open_ended = replace(panel, high=panel.high.replace(1.0, np.inf))
    assert open_ended.amount("A", FIRST, open_ended.last_day) == Amount(low=7)


def test_a_share_of_an_event_on_each_day_is_whole_again_in_the_sum():
    frame = _frame(7, ("A",)) * 0 + 5 / 7
    panel = Panel.from_counts(frame)
    assert panel.amount("A", panel.first_day, panel.last_day) == Amount.exactly(5)


def test_the_total_holds_regions_and_unallocated_together():
    panel = _bounded()
    total = panel.total()
    assert list(total.counts.columns) == [TOTAL]
    expected = panel.counts.sum(axis=1) + panel.unallocated["best"]
    assert np.allclose(total.counts[TOTAL], expected)
    span = (panel.first_day, panel.last_day)
    assert total.amount(TOTAL, *span) == panel.amount(TOTAL, *span)
    assert total.amount(UNALLOCATED, *span) == Amount.exactly(0)  # never counted twice
    assert total.name_of(TOTAL) == "Total"


def test_parents_add_up_their_regions():
    panel = _bounded()
    up = panel.roll_up()
    assert list(up.counts.columns) == ["P", "B"]
    assert up.counts["P"].tolist() == panel.counts["A"].tolist()
    assert (up.name_of("P"), up.name_of("B")) == ("The North", "Bland")
    span = (panel.first_day, panel.last_day)
    assert up.amount(TOTAL, *span) == panel.amount(TOTAL, *span)


def test_a_parent_is_observed_while_any_of_its_regions_is():
    frame = _frame(10, ("A", "B"))
    frame.iloc[2, 0] = np.nan
    frame.iloc[3, :] = np.nan
    table = pd.DataFrame({"name": ["a", "b"], "parent": ["P", "P"]}, index=["A", "B"])
    up = Panel.from_counts(frame, regions=table).roll_up()
    assert up.observed["P"].tolist() == [True] * 3 + [False] + [True] * 6
    assert up.counts["P"].tolist() == frame.sum(axis=1).tolist()


def test_until_cuts_every_part():
    panel = _bounded()
    cut = panel.until(dt.date(2025, 1, 10))
    assert cut.last_day == dt.date(2025, 1, 10)
    for part in (cut.counts, cut.low, cut.high, cut.observed, cut.unallocated, cut.exact):
        assert len(part) == 10
    assert cut.counts.equals(panel.counts.head(10))
    assert len(panel.counts) == 21  # the panel itself is as it was
    with pytest.raises(WeekNotCoveredError, match="is not covered: the table runs from 2025-01-01"):
        panel.until(dt.date(2024, 12, 31))


@given(frames(), st.sampled_from(WEEKDAYS))
@settings(max_examples=60)
def test_weeks_agree_with_plain_pandas(frame, starts_on):
    weekly = Panel.from_counts(frame).weekly(starts_on)
    ends = WEEKDAYS[WEEKDAYS.index(starts_on) - 1][:3].upper()
    sums = frame.resample(f"W-{ends}").agg(lambda x: x.sum(skipna=False))
    full = frame.iloc[:, 0].resample(f"W-{ends}").size() == 7
    expected = sums[full.to_numpy()]
    assert np.array_equal(weekly.to_numpy(), expected.to_numpy(), equal_nan=True)
    assert [day.date() for day in weekly.index] == [
        day.date() - dt.timedelta(days=6) for day in expected.index
    ]
    assert all(WEEKDAYS[day.weekday()] == starts_on for day in weekly.index)


@given(frames())
@settings(max_examples=40)
def test_totals_and_amounts_agree_with_plain_pandas(frame):
    panel = Panel.from_counts(frame)
    span = (panel.first_day, panel.last_day)
    assert panel.amount(TOTAL, *span) == Amount.exactly(np.nansum(frame.to_numpy()))
    assert panel.total().counts[TOTAL].tolist() == frame.sum(axis=1).tolist()
    long = panel.to_frame()
    assert long.groupby("region")["count"].sum().to_dict() == frame.sum().to_dict()
    assert long["observed"].to_numpy().reshape(frame.shape).tolist() == frame.notna().to_numpy().tolist()


@given(st.integers(1, 40), st.sampled_from(WEEKDAYS))
def test_the_last_full_week_lies_in_the_window(days, starts_on):
    panel = Panel.from_counts(_frame(days, ("A",)))
    week = panel.last_full_week(starts_on)
    fits = panel.first_day <= week.first_day and week.last_day <= panel.last_day
    any_full = len(panel.weekly(starts_on)) > 0
    assert fits == any_full
    assert not any_full or week.first_day == panel.weekly(starts_on).index[-1].date()
    assert any_full or week == Week.of(panel.last_day, starts_on) or week.last_day < panel.last_day


def test_one_line_in_a_terminal_and_an_escaped_table_in_jupyter():
    frame = _frame(14, ("<i>A</i>", "B"))
    panel = Panel.from_counts(frame)
    assert repr(panel) == (
        f"Panel(14 days 2025-01-01 to 2025-01-14 x 2 regions, incidents: {frame.to_numpy().sum():.0f})"
    )
    assert "&lt;i&gt;A&lt;/i&gt;" in panel._repr_html_()
    assert "<i>" not in panel._repr_html_()


def test_the_amount_of_a_parent_is_the_sum_of_its_regions():
    panel = _bounded()
    span = (panel.first_day, panel.last_day)
    assert panel.amount("P", *span) == panel.amount("A", *span)


def _grouped():
    frame = _frame(30, tuple("ABCDEFG"))
    parents = ["P", "P", "Q", "Q", "S", "", "A"]
    table = pd.DataFrame({"name": list("abcdefg"), "parent": parents}, index=list("ABCDEFG"))
    names = {"P": "North", "Q": "South", "S": "Alone", "A": "Also a region"}
    return replace(Panel.from_counts(frame, regions=table), parents=names)


def test_only_parents_that_say_more_than_their_regions_stand_beside_them():
    panel = _grouped()
    assert members_of(panel) == {"P": ["A", "B"], "Q": ["C", "D"]}
    groups = group_panel(panel)
    assert list(groups.counts.columns) == ["P", "Q"]
    assert groups.counts["Q"].tolist() == (panel.counts["C"] + panel.counts["D"]).tolist()
    assert groups.name_of("Q") == "South"
    one = pd.DataFrame({"name": "x", "parent": "Z"}, index=list("ABC"))
    assert group_panel(Panel.from_counts(_frame(), regions=one)) is None
    assert group_panel(Panel.from_counts(_frame())) is None


def _covered(panel, seen):
    low, counts, high = (part.where(seen, 0.0) for part in (panel.low, panel.counts, panel.high))
    return replace(panel, observed=seen, low=low, counts=counts, high=high)


def test_a_parent_is_compared_only_where_all_its_regions_are_covered():
    panel = _grouped()
    seen = panel.observed.copy()
    seen.iloc[:10, 0] = False
    seen["C"] = False
    groups = group_panel(_covered(panel, seen))
    assert groups.observed["P"].tolist() == [False] * 10 + [True] * 20
    assert groups.observed["Q"].all(), "what is never covered takes nothing away"
    assert groups.counts["P"].iloc[:10].eq(0).all()
    seen["D"] = False
    dark = group_panel(_covered(panel, seen))
    assert not dark.observed["Q"].any()
