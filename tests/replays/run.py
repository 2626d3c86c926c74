"""Half a year of issues, week by week, each as it would have been made then, and checked by plain means.

    python tests/replays/run.py FOLDER_WITH_THE_TABLES [--weeks 26] [--only dc_crime_2024]

Every week a report is published with what was known on the day after it. Then:

* every edition, the index and the feed verify;
* "changed since the last issue" says what a comparison of the two snapshots with nothing but Counter says;
* the week and every past week read as the rows add up, counted here again;
* no shift of level and no run of unusual weeks is called new twice.
"""

import argparse
import datetime as dt
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.weeks import Week
from reports import Editions
from reports.cli import main as sitrend

CRIMES = """
[incidents]
regions = "none"
timezone = "America/New_York"
[incidents.columns]
event_id = "CCN"
date = "START_DATE"
report_date = "REPORT_DAT"
region = "DISTRICT"
[panel]
start = "2024-01-01"
"""
CLAIMS = """
[incidents]
regions = ["ru", "UA-43", "UA-40"]
timezone = "Europe/Moscow"
[incidents.columns]
region = "region_code"
count = "count"
date_start = ["window_start_msk", "message_date_msk"]
date_end = ["window_end_msk", "message_date_msk"]
report_date = "message_utc"
[panel]
measure = "count"
start = "2024-01-01"
"""


@dataclass(frozen=True)
class Replay:
    """A table, its settings, the last week of the series, what is summed, and how many weeks it has."""

    table: str
    settings: str
    last: str
    summed: str | None = None
    most: int = 26


REPLAYS = {
    # An extract of 19 March: eleven weeks are all it holds.
    "dc_crime_2024": Replay("dc_crime_2024/Crime_Incidents_in_2024.csv.gz", CRIMES, "2024-W11", most=10),
    "mod_russia_uav_claims": Replay(
        "mod_russia_uav_claims/mod_russia_uav_claims_2023_2025.csv.gz", CLAIMS, "2025-W29", "count"
    ),
}  # fmt: skip


def replay(data: Path, case: Replay, weeks: int, folder: Path) -> Editions:
    """Publish the issues of so many weeks, the last one last."""
    config = folder / "sitrend.toml"
    config.write_text(case.settings, encoding="utf-8")
    last = Week.parse(case.last)
    for back in range(min(weeks, case.most) - 1, -1, -1):
        week = last.shift(-back)
        done = sitrend(
            ["report", str(data / case.table), "--config", str(config), "--week", week.name, "--quiet",
             "--as-of", str(week.last_day + dt.timedelta(days=1)), "--formats", "json",
             "--out", str(folder / "weekly")]
        )  # fmt: skip
        if done:
            raise AssertionError(f"{week} was not published: exit code {done}")
    return Editions(folder / "weekly")


def checked(archive: Editions, case: Replay) -> dict[str, int]:
    """All the checks; returns how much was compared. Raises AssertionError."""
    wrong = {name: found for name, found in archive.verify().items() if found}
    _must(not wrong, wrong)
    editions = list(archive)
    bodies = [_json(edition.path / "report.json") for edition in editions]
    snapshots = [_snapshot(edition.path, body) for edition, body in zip(editions, bodies, strict=True)]
    done = Counter(editions=len(editions))
    for body, rows in zip(bodies, snapshots, strict=True):
        done["weeks recounted"] += _recounted(body, rows, case.summed)
    for number in range(1, len(editions)):
        since = _json(editions[number].path / "diff.json")
        _since_agrees(since, snapshots[number - 1], snapshots[number], bodies[number - 1], bodies[number])
        done["rows compared"] += len(snapshots[number])
    for key in ("known_changes", "known_signals"):
        done[f"new {key.removeprefix('known_')}"] = _new_once(bodies, key)
    return dict(done)


def _snapshot(folder: Path, body: dict[str, Any]) -> pd.DataFrame:
    """The rows the issue knew: reported by its as-of time."""
    rows = pd.read_parquet(folder / "incidents.parquet")
    return rows[~(rows["report_date"] > pd.Timestamp(body["edition"]["as_of"]))]


def _recounted(body: dict[str, Any], rows: pd.DataFrame, summed: str | None) -> int:
    """Every past week's total is the plain sum of its rows."""
    counted = rows[rows["included"] & (rows["timing"] == "day")]
    amount = counted[f"{summed}_low"] if summed else pd.Series(1.0, index=counted.index)
    monday = counted["date_start"] - pd.to_timedelta(counted["date_start"].dt.day_of_week, unit="D")
    plain = amount.groupby(monday.dt.strftime("%Y-%m-%d")).sum()
    for week in body["weeks"]:
        total = week["total"]
        printed = total["best"] if total["best"] is not None else total["low"]
        _must(abs(plain.get(week["first_day"], 0.0) - printed) < 1e-6, week)
    return len(body["weeks"])


def _since_agrees(
    since: dict[str, Any],
    before: pd.DataFrame,
    after: pd.DataFrame,
    body_before: dict[str, Any],
    body: dict[str, Any],
) -> None:
    """Rows: as a multiset of their contents, or by their id where they have one. Weeks: then and now."""
    then, now = _contents(before), _contents(after)
    rows = since["rows"]
    _must((rows["before"], rows["after"]) == (len(before), len(after)), rows)
    added, removed = sum((now - then).values()), sum((then - now).values())
    _must(rows["added"] + rows["changed"] == added, (rows["added"], rows["changed"], added))
    _must(rows["removed"] + rows["changed"] == removed, (rows["removed"], rows["changed"], removed))
    last = pd.Timestamp(since["before"]["last_day"])
    late = Counter({key: n for key, n in (now - then).items() if not key[_DATE] > last})
    _must(rows["added_late"] + rows["changed"] >= sum(late.values()) >= rows["added_late"], rows)
    old, new = ({week["first_day"]: week["total"] for week in b["weeks"]} for b in (body_before, body))
    differ = {day: (old[day], new[day]) for day in old.keys() & new.keys() if old[day] != new[day]}
    said = {week["first_day"]: (week["before"], week["after"]) for week in since["weeks"]}
    _must(said == differ, (said, differ))


_COLUMNS = ("event_id", "date_start", "date_end", "region", "region_reported", "count", "count_low")
_DATE = 1


def _contents(rows: pd.DataFrame) -> Counter[tuple[Any, ...]]:
    columns = [rows[name].astype(object) if name in rows else pd.Series("", rows.index) for name in _COLUMNS]
    cells = pd.concat(columns, axis=1).fillna("")
    return Counter(map(tuple, cells.itertuples(index=False)))


def _new_once(bodies: list[dict[str, Any]], key: str) -> int:
    """A shift, or a run, that is told is new in the first issue that tells it, and in no other."""
    number = 0
    open_: set[tuple[str, ...]] = set()
    for body in bodies:
        told = set()
        for known in body[key]:
            if known["status"] not in ("new", "continuing", "again"):
                continue
            name = (known["region"], known["direction"], known["first_week"])
            first = known["first_week"] == body["edition"]["last_day"]
            _must((known["status"] == "new") == first, known)
            _must(not (first and key == "known_signals" and name[:2] in {o[:2] for o in open_}), known)
            number += first
            told.add(name)
        open_ = told
    return number


def _json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _must(holds: bool, what: object) -> None:
    if not holds:
        raise AssertionError(what)


def run(data: Path, names: Iterator[str] | list[str], weeks: int) -> Iterator[str]:
    """A line per table."""
    for name in names:
        case, start = REPLAYS[name], time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            done = checked(replay(data, case, weeks, Path(folder)), case)
        told = ", ".join(f"{what}: {number:,d}" for what, number in done.items())
        yield f"{name}: {told}; {time.perf_counter() - start:.0f} s"


def main() -> int:
    """Print the lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--weeks", type=int, default=26)
    parser.add_argument("--only", choices=list(REPLAYS))
    args = parser.parse_args()
    for line in run(args.data, [args.only] if args.only else list(REPLAYS), args.weeks):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
