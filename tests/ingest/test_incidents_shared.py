"""The real tables, recounted in plain Python."""

import csv
import datetime as dt
import gzip
import io
import zoneinfo
from collections import Counter

import numpy as np
import pytest

from analysis import Amount, Week, daily_panel, read_incidents
from analysis.findings import TOTAL, UNALLOCATED
from analysis.tallies import week_tallies

pytestmark = pytest.mark.shared

UNITS = {
    "uav_intercepted": "drones", "uav_downed": "drones", "uav_target_struck_or_downed": "drones",
    "uav_intercepted_heading_to_capital": "drones", "uav_strike_on_vehicle": "strikes",
    "uav_strike_on_building": "strikes", "uav_attack_causing_fire": "attacks",
}  # fmt: skip
CLAIMS = {
    "region": "region_code",
    "date_start": ["window_start_msk", "message_date_msk"],
    "date_end": ["window_end_msk", "message_date_msk"],
}


def _rows(path):
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_worked_example_gives_the_totals_of_its_readme(shared):
    found = read_incidents(shared / "data/seed_article_incidents.csv", regions="ru", units=UNITS)
    panel = daily_panel(found, measure="drones")
    week = (dt.date(2025, 7, 15), dt.date(2025, 7, 21))
    assert (panel.first_day, panel.last_day) == week
    assert str(panel.amount(TOTAL, *week)) == "at least 20"
    assert panel.exact.sum() == pytest.approx(13)
    assert panel.amount("RU-BRY", *week) == Amount(low=7)
    expected = {"RU-MOS+RU-MOW": 5, "RU-ORL": 4, "RU-KLU": 2, "RU-SMO": 2, "RU-BEL": 0, "RU-ROS": 0}
    assert {code: panel.amount(code, *week) for code in expected} == {
        code: Amount.exactly(n) for code, n in expected.items()
    }
    tallies = {
        (t.region, t.measure): t.amount for t in week_tallies(found, Week(first_day=week[0]), "drones")
    }
    assert tallies["RU-BEL", "strikes"] == tallies["RU-BEL", "injured"] == Amount.exactly(2)
    assert tallies["RU-BEL", "killed"] is tallies[TOTAL, "killed"] is None
    assert tallies["RU-ROS", "attacks"] == Amount(low=1)
    assert found.report.rows_not_counted == 1
    assert found.report.rows_set_aside == 0


@pytest.mark.parametrize("regions", ["ru", ["ru", "UA-43", "UA-40"]])
def test_claims_by_region_and_day_equal_a_recount(shared, regions):
    path = shared / "data/mod_russia_uav_claims/mod_russia_uav_claims_2023_2025.csv.gz"
    rows = _rows(path)
    panel = daily_panel(read_incidents(path, regions=regions, columns=CLAIMS), measure="count")
    whole = (panel.first_day, panel.last_day)
    assert panel.amount(TOTAL, *whole) == Amount.exactly(sum(int(r["count"]) for r in rows))
    moscow = {"RU-MOS": "RU-MOS+RU-MOW", "RU-MOW": "RU-MOS+RU-MOW"}
    days = Counter()
    for r in rows:
        code = moscow.get(r["region_code"], r["region_code"])
        days[code, (r["window_start_msk"] or r["message_date_msk"])[:10]] += int(r["count"])
    for code in panel.counts:
        for day, value in panel.counts[code].items():
            assert value == days[code, str(day.date())], (code, day)
    outside = sum(n for (code, _), n in days.items() if code not in panel.counts)
    assert panel.amount(UNALLOCATED, *whole) == Amount.exactly(outside)


def test_alerts_fall_on_their_day_in_kyiv(shared):
    path = shared / "data/ua_air_raid_alerts/official_data_en_2023-10-27.csv.gz"
    found = read_incidents(path, regions="ua", timezone="Europe/Kyiv", where={"level": "oblast"})
    panel = daily_panel(found)
    kyiv = zoneinfo.ZoneInfo("Europe/Kyiv")
    oblasts = [r for r in _rows(path) if r["level"] == "oblast"]
    spans = [tuple(dt.datetime.fromisoformat(r[k]) for k in ("started_at", "finished_at")) for r in oblasts]
    short = Counter(a.astimezone(kyiv).date() for a, b in spans if b - a < dt.timedelta(hours=24))
    assert (found.report.rows_used, found.report.rows_left_out) == (26_636, 4_652)
    assert found.report.rows_spread == len(spans) - sum(short.values()) == 3
    assert not found.report.unmatched
    per_day = panel.counts.sum(axis=1) + panel.unallocated["best"]
    assert per_day.sum() == pytest.approx(len(oblasts))
    counted = np.array([short[day.date()] for day in panel.days])
    assert (per_day.to_numpy() >= counted - 1e-9).all()
    assert (per_day.to_numpy() - counted > 1e-9).sum() <= 10  # the three long alerts touch a few days


@pytest.mark.parametrize("region", ["DISTRICT", "WARD"])
def test_crime_by_district_and_day_with_its_delay(shared, region):
    path = shared / "data/dc_crime_2024/Crime_Incidents_in_2024.csv.gz"
    columns = {"region": region, "date": "START_DATE", "report_date": "REPORT_DAT"}
    found = read_incidents(path, regions=None, timezone="America/New_York", columns=columns)
    eastern = zoneinfo.ZoneInfo("America/New_York")
    rows = _rows(path)

    def day(text):
        moment = dt.datetime.strptime(text[:19], "%Y/%m/%d %H:%M:%S").replace(tzinfo=dt.UTC)
        return moment.astimezone(eastern).date()

    expected = Counter((r[region], day(r["START_DATE"])) for r in rows if r["START_DATE"])
    panel = daily_panel(found, start="2024-01-01")
    for code in panel.counts:
        for stamp, value in panel.counts[code].items():
            assert value == expected[code, stamp.date()]
    assert found.report.rows_unallocated == sum(not r[region] for r in rows)
    assert found.report.rows_set_aside == 0
    assert panel.delays.median() == pytest.approx(0.15, abs=0.01)  # the figures of the table's README
    assert panel.delays.quantile(0.9) == pytest.approx(7.4, abs=0.1)
    assert panel.delays.quantile(0.99) == pytest.approx(73, abs=1)


def test_calls_add_up_and_null_is_no_region(shared):
    path = shared / "data/nhs_pathways/nhs_pathways_england_2020.csv.gz"
    found = read_incidents(path, regions=None, columns={"region": "ccg_name"})
    panel = daily_panel(found, measure="count")
    assert panel.amount(TOTAL, panel.first_day, panel.last_day) == Amount.exactly(4_101_446)
    assert len(panel.counts) == 187
    assert found.report.rows_unallocated == found.report.regions_matched["not_stated"] == 1_064
    assert "null" not in panel.counts


@pytest.mark.parametrize("vintage", ["2019", "2021"])
def test_deaths_keep_their_bounds_and_long_events_are_not_put_on_one_day(shared, vintage):
    path = shared / f"data/ucdp_ged_ukraine/conflict_data_ukr_to_{vintage}.csv.gz"
    rows = _rows(path)[1:]
    found = read_incidents(path, regions="ua")
    panel = daily_panel(found, measure="killed")
    assert found.report.rows_used == len(rows)
    whole = panel.amount(TOTAL, panel.first_day, panel.last_day) + panel.undated
    assert whole.best == pytest.approx(sum(int(r["best"]) for r in rows))
    assert whole.low == pytest.approx(sum(min(int(r["low"]), int(r["best"])) for r in rows))
    assert whole.high == pytest.approx(sum(max(int(r["high"]), int(r["best"])) for r in rows))
    spans = [
        dt.datetime.fromisoformat(r["date_end"]) - dt.datetime.fromisoformat(r["date_start"]) for r in rows
    ]
    assert found.report.rows_undated == sum(span.days + 1 > 31 for span in spans)
    assert found.report.rows_spread == sum(1 < span.days + 1 <= 31 for span in spans)


def test_thefts_with_intervals_keep_their_total(shared):
    path = shared / "data/nyc_vehicle_thefts/nyc_vehicle_thefts.csv.gz"
    found = read_incidents(path, regions=None, columns={"region": "location_category"})
    panel = daily_panel(found)
    assert panel.amount(TOTAL, panel.first_day, panel.last_day).low + panel.undated.low == pytest.approx(
        35_746
    )


def test_three_million_rows_equal_arrows_own_count(shared):
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    path = shared / "data/flights_3m/flights_3m.parquet"
    panel = daily_panel(read_incidents(path, regions=None, columns={"region": "origin"}))
    table = pq.read_table(path, columns=["date", "origin"])
    day = pc.cast(pc.floor_temporal(table["date"], unit="day"), "date32")
    counted = table.set_column(0, "date", day).group_by(["date", "origin"]).aggregate([([], "count_all")])
    assert int(panel.counts.to_numpy().sum()) == 3_000_000
    place = {code: i for i, code in enumerate(panel.counts.columns)}
    expected = np.zeros(panel.counts.shape)
    first = panel.first_day
    for row in counted.to_pylist():
        expected[(row["date"] - first).days, place[row["origin"]]] = row["count_all"]
    np.testing.assert_array_equal(panel.counts.to_numpy(), expected)


def test_an_excel_copy_of_the_worked_example_reads_the_same(shared, tmp_path):
    import pandas as pd

    path = shared / "data/seed_article_incidents.csv"
    pd.read_csv(path, parse_dates=["date_start", "date_end"]).to_excel(tmp_path / "seed.xlsx", index=False)
    buffer = io.BytesIO((tmp_path / "seed.xlsx").read_bytes())
    for source in (tmp_path / "seed.xlsx", buffer):
        found = read_incidents(source, format="excel", regions="ru", units=UNITS)
        assert str(daily_panel(found, measure="drones")).endswith("drones: at least 20)")


def test_exact_repeats_are_found_as_a_plain_count_finds_them(shared):
    path = shared / "data/faa_birdstrikes/birdstrikes.csv.gz"
    counts = Counter(tuple(row.values()) for row in _rows(path))
    repeats = sum(n - 1 for n in counts.values())
    assert read_incidents(path, regions="us").report.repeats == repeats > 0
