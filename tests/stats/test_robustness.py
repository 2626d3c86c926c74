"""Rises carried by one day, by a new source or by one reporter, and dates that most regions share."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import Panel, analyse, segment
from analysis.findings import TOTAL
from analysis.records import UNALLOCATED
from analysis.robustness import resting_on_one_day, told_changes

DAYS = pd.date_range("2025-01-06", periods=7 * 30, name="day")  # ends on a Sunday
WEEK = DAYS[-7].date()


def _flat(regions=6, rate=6.0, seed=1, days=DAYS):
    rng = np.random.default_rng(seed)
    names = [f"R{i}" for i in range(regions)]
    return pd.DataFrame(rng.poisson(rate, (len(days), regions)).astype(float), index=days, columns=names)


def _panel(by_source):
    """A panel whose counts are the sum of frames, one per source."""
    counts = sum(by_source.values())
    parts = [
        frame.rename_axis("day").rename_axis("region", axis=1).stack().rename("amount").reset_index()
        .assign(source=source)
        for source, frame in by_source.items()
    ]  # fmt: skip
    long = pd.concat(parts)
    long = long[long["amount"] > 0]
    long["region"] = pd.Categorical(long["region"], [*counts.columns, UNALLOCATED])
    long["source"] = pd.Categorical(long["source"])
    return replace(Panel.from_counts(counts), sources=long.reset_index(drop=True))


def _held(findings, region, statement="comparison"):
    records = [r for r in findings.of("robustness") if (r.region, r.statement) == (region, statement)]
    return {r.without: r.holds for r in records}


def _record(findings, region, without):
    return next(
        r for r in findings.of("robustness")
        if (r.region, r.statement, r.without) == (region, "comparison", without)
    )  # fmt: skip


def _verdicts(findings):
    return {c.region: c.verdict for c in findings.of("comparison")}


def test_a_rise_carried_by_a_new_source_is_called_that():
    old, other, new = _flat(seed=1), _flat(seed=2), _flat(seed=3) * 0
    new.iloc[-10:, 0] = 24.0
    findings = analyse(_panel({"Old": old, "Other": other, "New": new}), models=["comparison"])
    assert _verdicts(findings)["R0"] == "up"
    check = _record(findings, "R0", "new_sources")
    assert (check.names, check.holds, check.since) == (("New",), False, DAYS[-10].date())
    assert check.removed == pytest.approx(24 * 7)
    assert check.date == WEEK
    assert _held(findings, "R0")["largest_day"]


def test_a_rise_that_every_source_sees_survives_everything():
    frames = {name: _flat(seed=i) for i, name in enumerate(["A", "B", "C"])}
    for frame in frames.values():
        frame.iloc[-7:, 0] *= 2.5
    findings = analyse(_panel(frames), models=["comparison"])
    assert _held(findings, "R0") == {"largest_day": True, "largest_reporter": True}


def test_a_batch_day_and_one_reporter():
    frames = {name: _flat(seed=i) for i, name in enumerate(["A", "B", "C"])}
    frames["A"].iloc[-4, 0] += 300
    frames["B"].iloc[-7:, 1] += 50
    findings = analyse(_panel(frames), models=["comparison"])
    assert _held(findings, "R0") == {"largest_day": False, "largest_reporter": False}
    assert _record(findings, "R0", "largest_day").names == (DAYS[-4].date().isoformat(),)
    assert _held(findings, "R1") == {"largest_day": True, "largest_reporter": False}
    assert _record(findings, "R1", "largest_reporter").names == ("B",)


def test_a_fall_after_a_source_has_ended():
    going, ended = _flat(seed=1, rate=5), _flat(seed=2, rate=15)
    other = _flat(seed=3, rate=5)
    ended.iloc[-8:, 0] = 0.0
    findings = analyse(_panel({"Going": going, "Ended": ended, "Other": other}), models=["comparison"])
    assert _verdicts(findings)["R0"] == "down"
    check = _record(findings, "R0", "ended_sources")
    assert (check.names, check.holds, check.since) == (("Ended",), False, DAYS[-9].date())


def test_rows_of_several_sources_stay_while_one_is_kept():
    old, new = _flat(seed=1), _flat(seed=3) * 0
    new.iloc[-10:, 0] = 24.0
    findings = analyse(_panel({"Old": old, "Other": old, "New; Old": new}), models=["comparison"])
    assert _verdicts(findings)["R0"] == "up"
    assert "new_sources" not in _held(findings, "R0")


def test_texts_that_name_messages_are_no_sources():
    rng = np.random.default_rng(4)
    counts = _flat()
    counts.iloc[-7:, 0] *= 4
    panel = _panel({"x": counts})
    each = pd.Categorical([f"message {i}" for i in range(len(panel.sources))])
    findings = analyse(replace(panel, sources=panel.sources.assign(source=each)), models=["comparison"])
    assert _held(findings, "R0") == {"largest_day": True}
    rare = replace(
        panel, sources=panel.sources.assign(source=pd.Categorical(rng.permutation(each.to_numpy())))
    )
    assert _held(analyse(rare, models=["comparison"]), "R0") == {"largest_day": True}


def test_no_source_is_new_in_a_table_that_has_just_begun():
    frames = {"A": _flat(seed=1)[-70:], "B": _flat(seed=2)[-70:], "C": _flat(seed=3)[-70:] * 0}
    frames["C"].iloc[-7:, 0] = 40.0
    findings = analyse(_panel(frames), models=["comparison"])
    assert _held(findings, "R0") == {"largest_day": True, "largest_reporter": False}


def test_the_total_is_checked_too():
    frames = {name: _flat(seed=i) for i, name in enumerate(["A", "B"])}
    frames["B"].iloc[-3] += 150
    findings = analyse(_panel(frames), models=["comparison"])
    assert _verdicts(findings)[TOTAL] == "up"
    assert _held(findings, TOTAL) == {"largest_day": False, "largest_reporter": False}


def test_checks_add_records_and_change_nothing_else():
    counts = _flat()
    counts.iloc[-7:, 0] *= 3
    panel = Panel.from_counts(counts)
    before = panel.counts.copy()
    plain, full = analyse(panel, robustness=False), analyse(panel)
    assert not plain.of("robustness")
    assert full.of("robustness")
    assert plain.items == tuple(item for item in full.items if item.kind != "robustness")
    assert panel.counts.equals(before)
    turned = Panel.from_counts(counts[counts.columns[::-1]])
    assert set(analyse(turned).of("robustness")) == set(full.of("robustness"))


def test_without_claims_nothing_is_run():
    findings = analyse(Panel.from_counts(_flat(seed=8)))
    claimed = {c.verdict for c in findings.of("comparison")} & {"up", "down"}
    assert not claimed
    assert not findings.of("robustness")


@pytest.mark.parametrize("seed", range(4))
def test_a_single_day_is_no_change_of_level(seed):
    counts = _flat(seed=seed, rate=4.0)
    counts.iloc[-30 - seed, 0] = 160
    counts.iloc[-10, 1] = 90
    findings = analyse(Panel.from_counts(counts), models=["change_point"])
    assert not [c for c in told_changes(findings) if c.region in ("R0", "R1", TOTAL)]


def test_a_shift_that_rests_on_one_day_is_listed_but_not_told():
    findings = analyse(Panel.from_counts(_flat(rate=0.6, seed=0)), models=["change_point"])
    (listed,) = resting_on_one_day(findings)  # chance has cut this series, by one day
    assert (listed.region, listed.date) == ("R3", dt.date(2025, 2, 9))
    assert listed in findings.of("change_point")
    assert not told_changes(findings)


def test_a_lasting_rise_is_told():
    counts = _flat()
    counts.iloc[-60:, 0] *= 2.5
    findings = analyse(Panel.from_counts(counts), models=["change_point"])
    assert {c.region for c in told_changes(findings)} == {"R0", TOTAL}
    assert _held(findings, "R0", "change_point") == {"largest_day": True}


def test_a_date_that_most_regions_share_is_told_once():
    counts = _flat(regions=10)
    counts.iloc[-60:, :7] *= 2.5
    counts.iloc[:-60, 7] *= 2.5
    counts.iloc[-90:, 8] *= 2.5
    findings = analyse(Panel.from_counts(counts), models=["change_point"])
    (common,) = findings.of("common_change")
    assert set(common.regions) == {f"R{i}" for i in range(8)}
    assert (common.risen, common.judged) == (7, 10)
    assert common.share == 0.8
    assert common.earliest <= common.date <= common.latest
    assert abs(common.date - DAYS[-60].date()) <= dt.timedelta(days=2)
    assert {c.region for c in told_changes(findings)} - {TOTAL} == {"R8"}
    assert len([c for c in findings.of("change_point") if c.region in common.regions]) >= 8


def test_a_date_that_a_few_regions_share_is_not_common():
    counts = _flat(regions=10)
    counts.iloc[-60:, :4] *= 2.5
    findings = analyse(Panel.from_counts(counts), models=["change_point"])
    assert not findings.of("common_change")
    assert {c.region for c in told_changes(findings)} >= {"R0", "R1", "R2", "R3"}


def test_silent_regions_do_not_hide_a_common_change():
    counts = _flat(regions=10)
    counts.iloc[-60:, :4] *= 2.5
    counts.iloc[:, 4:] = 0.0
    (common,) = analyse(Panel.from_counts(counts), models=["change_point"]).of("common_change")
    assert (len(common.regions), common.judged) == (4, 4)


def test_fractions_of_a_count_can_be_segmented():
    values = pd.Series(0.0, index=DAYS)
    values.iloc[[40, 90, 150]] = 17.3333333333333
    values.iloc[-60:] += np.random.default_rng(1).poisson(3, 60) / 7
    assert np.isfinite(segment(values).fitted.to_numpy()).all()
