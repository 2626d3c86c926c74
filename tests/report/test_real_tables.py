"""Real tables through the whole job; every printed sum is recounted here with the csv module alone."""

import csv
import datetime as dt
import gzip
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from analysis import analyse, daily_panel, read_incidents
from reports import Report, build_report

pytestmark = pytest.mark.shared


def rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as handle:
        yield from csv.DictReader(handle)


def printed(report: Report) -> dict[str, float]:
    table = pd.read_csv(io.BytesIO(report.tables()["regions.csv"]))
    return {str(k): float(v) for k, v in zip(table["region"], table["low"], strict=True)}


def agrees(report: Report, counted: Counter[str], unallocated: float) -> None:
    numbers = printed(report)
    for region, number in counted.items():
        assert numbers[region] == number, region
    assert numbers.get("unallocated", 0) == unallocated
    assert numbers["total"] == sum(counted.values()) + unallocated
    silent = set(numbers) - set(counted) - {"total", "unallocated"}
    assert all(numbers[region] == 0 for region in silent)


def test_claimed_interceptions(shared: Path) -> None:
    path = shared / "data/mod_russia_uav_claims/mod_russia_uav_claims_2023_2025.csv.gz"
    incidents = read_incidents(
        path, regions=["ru", "UA-43", "UA-40"], timezone="Europe/Moscow",
        columns={
            "region": "region_code", "count": "count", "date_start": ["window_start_msk", "message_date_msk"],
            "date_end": ["window_end_msk", "message_date_msk"],
        },
    )  # fmt: skip
    report = build_report(analyse(daily_panel(incidents, measure="count"), week="2025-W29"))
    counted: Counter[str] = Counter()
    unallocated = 0.0
    for row in rows(path):
        day = (row["window_start_msk"] or row["message_date_msk"])[:10]
        if not "2025-07-14" <= day <= "2025-07-20":
            continue
        code = row["region_code"]
        code = {"RU-MOS": "RU-MOS+RU-MOW", "RU-MOW": "RU-MOS+RU-MOW"}.get(code, code)
        if "|" in code or code.startswith("SEA-") or not code:
            unallocated += float(row["count"])
        else:
            counted[code] += int(row["count"])
    agrees(report, counted, unallocated)
    assert unallocated > 0
    assert report.html().count("<section") >= 8


def test_air_raid_alerts(shared: Path) -> None:
    path = shared / "data/ua_air_raid_alerts/official_data_en_2023-10-27.csv.gz"
    incidents = read_incidents(
        path, regions="ua", timezone="Europe/Kyiv", where={"level": "oblast"},
        columns={"region": "oblast", "date_start": "started_at", "date_end": "finished_at"},
    )  # fmt: skip
    report = build_report(analyse(daily_panel(incidents), week="2023-W30"))
    names: Counter[str] = Counter()
    zone = ZoneInfo("Europe/Kyiv")
    for row in rows(path):
        day = dt.datetime.fromisoformat(row["started_at"]).astimezone(zone).date()
        if row["level"] == "oblast" and dt.date(2023, 7, 24) <= day <= dt.date(2023, 7, 30):
            names[row["oblast"]] += 1
    codes = {"Kyivska oblast": "UA-32", "Kharkivska oblast": "UA-63", "Sumska oblast": "UA-59"}
    numbers = printed(report)
    for name, code in codes.items():
        assert numbers[code] == names[name] > 0
    assert numbers["total"] == sum(names.values())


def test_crimes_by_district_as_known_then(shared: Path) -> None:
    path = shared / "data/dc_crime_2024/Crime_Incidents_in_2024.csv.gz"
    incidents = read_incidents(
        path, regions=None, timezone="America/New_York",
        columns={"region": "DISTRICT", "date": "START_DATE", "report_date": "REPORT_DAT"},
    )  # fmt: skip
    panel = daily_panel(incidents, start="2024-01-01", as_of="2024-03-11")
    report = build_report(analyse(panel, week="2024-W10"))
    zone = ZoneInfo("America/New_York")

    def local(text: str) -> dt.date:
        return dt.datetime.strptime(text + "00", "%Y/%m/%d %H:%M:%S%z").astimezone(zone).date()

    counted: Counter[str] = Counter()
    unallocated = 0.0
    for row in rows(path):
        if not row["START_DATE"] or local(row["REPORT_DAT"]) > dt.date(2024, 3, 11):
            continue
        if dt.date(2024, 3, 4) <= local(row["START_DATE"]) <= dt.date(2024, 3, 10):
            if row["DISTRICT"]:
                counted[row["DISTRICT"]] += 1
            else:
                unallocated += 1
    agrees(report, counted, unallocated)
    assert sum(counted.values()) > 300
