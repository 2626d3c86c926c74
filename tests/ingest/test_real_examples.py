"""Every real table is read with its committed settings, and the ingest report says what its README says."""

import csv
import datetime as dt
import gzip
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from analysis import Amount
from analysis.findings import TOTAL, UNALLOCATED

pytestmark = pytest.mark.shared

# name -> rows, first and last day of the rows that have one, rows in no region
TOLD = {
    "seed_article": (9, "2025-07-15", "2025-07-21", 0),
    "mod_russia_uav_claims": (5_138, "2023-07-16", "2025-12-31", 451),
    "ua_missile_attacks": (3_701, "2022-09-28", "2026-05-16", 2_853),
    "ua_air_raid_alerts": (26_636, "2022-03-15", "2023-10-28", 0),  # the 28th begins at 21:00 UTC of the 27th
    "ucdp_ged_ukraine": (2_989, "2014-01-22", "2021-12-31", 228),
    "nhs_pathways": (253_670, "2020-03-18", "2020-09-20", 1_064),
    "ebola_sierraleone": (11_903, "2014-05-18", "2015-09-12", 0),
    "dc_crime_2024": (5_735, "2017-08-01", "2024-03-17", 89),
    "nyc_vehicle_thefts": (35_746, "2013-12-19", "2017-12-30", 0),
    "faa_birdstrikes": (10_000, "1990-01-08", "2002-07-25", 0),
    "coal_mining_disasters": (191, "1851-03-15", "1962-03-22", 0),
}


@pytest.mark.parametrize("name", TOLD)
def test_rows_spans_and_unallocated_of_every_table(example, name):
    r = example(name).incidents().report
    rows, first, last, unallocated = TOLD[name]
    assert (r.rows_used, str(r.first_day), str(r.last_day), r.rows_unallocated) == (
        rows,
        first,
        last,
        unallocated,
    )
    assert r.rows_set_aside == r.rows_merged == r.rows_added == 0
    assert r.rows_read == r.rows_used + r.rows_left_out


@pytest.mark.parametrize("name", TOLD)
def test_every_sum_is_conserved_to_the_last_unit(example, name):
    found = example(name)
    incidents = found.incidents()
    for measure in incidents.measures:
        if measure == "count" and incidents.units:
            continue  # units are never added together
        panel = found.panel(measure=measure, start=None, coverage=None)
        inside = panel.amount(TOTAL, panel.first_day, panel.last_day)
        table = incidents.table[incidents.table["included"]]
        if measure in incidents.units:
            table = table[table["unit"] == measure]
        name_ = "count" if measure in incidents.units else measure
        expected = len(table) if measure == "incidents" else table[name_].fillna(table[f"{name_}_low"]).sum()
        before = table["date_start"] < pd.Timestamp(panel.first_day)  # events long before the first report
        early = 0 if not before.any() else len(table[before & (table["timing"] != "undated")])
        assert panel.undated.low is not None
        undated = panel.undated.best if panel.undated.best is not None else panel.undated.low
        whole = inside.best if inside.best is not None else inside.low
        assert whole + undated + early == pytest.approx(expected, abs=1e-6)
        parts = panel.counts.sum(axis=0).sum() + panel.unallocated["best"].sum()
        assert parts == pytest.approx(whole, abs=1e-6)


def _rows(path):
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_claims_joint_counts_by_month_windows_and_headlines(example):
    found = example("mod_russia_uav_claims")
    incidents = found.incidents()
    r, table = incidents.report, incidents.table
    month = table["date_start"].dt.strftime("%Y-%m")
    joint = (
        table["count"].where(table["match"] == "joint", 0).groupby(month).sum()
        / table["count"].groupby(month).sum()
    )
    told = {"2025-05": 0.12, "2025-06": 0.22, "2025-08": 0.07, "2025-09": 0.18}
    assert {m: joint[m] for m in told} == pytest.approx(told, abs=0.012)
    assert r.clocks["windows"] == 3_500
    assert round(r.clocks["across_midnight_count_share"], 2) == 0.35
    assert [u.name for u in r.unmatched[:3]] == ["SEA-BLACK", "SEA-AZOV", "SEA-CASPIAN"]
    columns = {
        **found.config.options("incidents")["columns"],
        "parent_id": "message_utc",
        "headline": "message_total",
    }
    rows = _rows(found.path)
    headlines = {x["message_utc"]: int(x["message_total"]) for x in rows if x["message_total"]}
    summed = Counter()
    for x in rows:
        summed[x["message_utc"]] += int(x["count"])
    left = sum(max(0, total - summed[message]) for message, total in headlines.items())
    whole = found.incidents(columns=columns)
    assert whole.table.loc[whole.table["match"] == "remainder", "count"].sum() == left > 1_000
    assert whole.table["count"].sum() == sum(summed.values()) + left


def test_attacks_windows_directions_and_missing_amounts(example):
    found = example("ua_missile_attacks")
    incidents = found.incidents()
    r = incidents.report
    rows = _rows(found.path)
    later = sum(x["time_end"].strip()[:10] > x["time_start"].strip()[:10] for x in rows)
    timed = [x for x in rows if ":" in x["time_start"] and ":" in x["time_end"]]
    assert later == 960  # README; the others are ranges of whole days
    across = sum(x["time_end"].strip()[:10] > x["time_start"].strip()[:10] for x in timed)
    assert (r.clocks["across_midnight"], r.clocks["windows"]) == (across, len(timed))
    assert {u.name: u.rows for u in r.unmatched}["Ukraine"] == 1_544
    assert int(incidents.table["launched"].isna().sum()) == 3
    panel = found.panel()
    whole = (panel.first_day, panel.last_day)
    assert panel.amount(UNALLOCATED, *whole).low / panel.amount(TOTAL, *whole).low == pytest.approx(
        0.97, abs=0.01
    )
    assert incidents.table["time_start"].dt.strftime("%H:%M").eq("03:30").any()  # written 3:30


def test_alerts_zones_levels_and_regions_under_a_permanent_alert(example):
    found = example("ua_air_raid_alerts")
    every = found.incidents(where={})
    r = every.report
    assert r.rows_used == 31_288
    assert r.clocks["other_day_by_zone"] / r.rows_used == pytest.approx(0.124, abs=0.0005)
    assert r.clocks["across_midnight"] / r.rows_used == pytest.approx(0.057, abs=0.0005)
    assert r.repeats == 0
    level = every.table["level"].value_counts().to_dict()
    assert level == {"oblast": 26_636, "hromada": 3_756, "raion": 896}
    slipped = every.table[
        every.table["oblast" if "oblast" in every.table else "region_reported"] == "Poltavska oblast"
    ]
    assert (slipped["region"] == "UA-53").all()
    assert not r.unmatched
    panel = found.panel()
    assert (~panel.observed.any()).pipe(lambda s: sorted(s[s].index)) == ["UA-09", "UA-40", "UA-43"]
    assert any("UA-09" in note or "Luhansk" in note for note in panel.notes)


def test_deaths_precision_bounds_and_width(example):
    incidents = example("ucdp_ged_ukraine").incidents()
    r, table = incidents.report, incidents.table
    assert r.rows_spread + r.rows_undated == 666
    assert (table["date_prec"].astype(str) == "1").sum() == 2_323
    assert int((table["date_end"] - table["date_start"]).dt.days.max()) == 364
    assert int((table["killed"] < table["killed_high"]).sum()) == pytest.approx(
        85, abs=13
    )  # 13 bounds were moved
    assert "Line 2 holds HXL tags and is no row." in r.notes


def test_calls_texts_that_are_no_district(example):
    incidents = example("nhs_pathways").incidents()
    assert incidents.table["region"].nunique() - 1 == 212  # 213 names, one of them the text null
    assert incidents.table["count"].sum() == 4_101_446


def test_cases_delays_and_equal_lines(example):
    incidents = example("ebola_sierraleone").incidents()
    r = incidents.report
    assert {k: r.delays[k] for k in ("median", "p75", "longest")} == {"median": 5, "p75": 7, "longest": 48}
    plain = incidents.table.drop(columns=["row", "event_id"]).astype(str)
    assert int(plain.duplicated().sum()) == 247  # equal in everything but the id: kept
    assert r.repeats == 0
    assert incidents.table["status"].value_counts().to_dict() == {"confirmed": 8_358, "suspected": 3_545}


def test_crimes_delays_repeated_ids_and_reports_before_the_event(example):
    r = example("dc_crime_2024").incidents().report
    assert r.delays["median"] == pytest.approx(0.15, abs=0.005)
    assert r.delays["p90"] == pytest.approx(7.4, abs=0.1)
    assert r.delays["p99"] == pytest.approx(73, abs=1)
    assert r.flagged["reported before it began"] == 27
    assert r.duplicates == {"same event_id": 4}
    merged = example("dc_crime_2024").incidents(merge="event_id")
    assert (merged.report.rows_used, merged.report.rows_merged, len(merged.merged)) == (5_731, 4, 4)


def test_thefts_intervals_counties_and_default_times(example):
    found = example("nyc_vehicle_thefts")
    incidents = found.incidents()
    assert set(incidents.table["region"]) == {"36047", "36081", "36005", "36061", "36085"}
    key = "starts at 00:01, perhaps in place of a time that is not known"
    assert incidents.report.flagged[key] == 435
    assert incidents.report.clocks["windows"] == 35_746 - 2_852


def test_strikes_repeats_and_the_text_none(example):
    incidents = example("faa_birdstrikes").incidents()
    assert incidents.report.repeats == 24
    assert incidents.table["region"].nunique() == 29
    assert (incidents.table["Effect Amount of damage"] == "None").sum() > 8_000


def test_decimal_years_give_the_days_that_are_written_beside_them(example):
    found = example("coal_mining_disasters")
    with found.path.open(encoding="utf-8") as file:
        days = [dt.date.fromisoformat(row["date"]) for row in csv.DictReader(file)]
    read = found.incidents(columns={"date": "decimal_year"}).table["date_start"].dt.date.tolist()
    off = np.array([(a - b).days for a, b in zip(read, days, strict=True)])
    assert np.abs(off).max() <= 1  # the source counts years of 365.25 days
    assert (off == 0).mean() > 0.9
    assert found.panel().amount(TOTAL, days[0], days[-1]) == Amount.exactly(191)
