"""What the archive costs after ten years: listing, finding the last issue, comparing, verifying.

    python tests/benchmarks/archive.py [--editions 520] [--regions 40]

Two weeks are reported for real; the earlier editions hold the files of the first of them. Seconds of wall
time, the best of three; hashing the files is measured apart, as no archive is verified without it.
"""

import argparse
import datetime as dt
import hashlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from analysis import simulate_incidents
from analysis.weeks import Week
from reports import Editions, compare_editions
from reports.cli import main as sitrend
from reports.manifest import MANIFEST, manifest_bytes, read_manifest

WEEK = Week.parse("2025-W29")


def published(folder: Path, editions: int, regions: int) -> Editions:
    """An archive of so many weeks, the last two of them made from a table."""
    first = WEEK.first_day - dt.timedelta(weeks=104)
    table = simulate_incidents(regions=regions, days=(first, 735), rates=0.5, delay_days=2, seed=1)
    table.to_csv(folder / "incidents.csv", index=False)
    for week in (WEEK.shift(-1), WEEK):
        command = ["report", str(folder / "incidents.csv"), "--regions", "none", "--week", week.name]
        if sitrend([*command, "--out", str(folder / "weekly"), "--quiet"]):
            sys.exit("the editions could not be made")
    archive = Editions(folder / "weekly")
    model = archive.get(WEEK.shift(-1))
    files = {name: (model.path / name).read_bytes() for name in model.manifest["files"]}
    about = {key: read_manifest(model.path)[key] for key in ("input", "panel", "as_of", "config", "summary")}
    for back in range(2, editions):
        week = WEEK.shift(-back)
        manifest = manifest_bytes(
            files, name=week.name, week=week, revision=1, corrects=None, reason=None,
            about={**about, "previous": None},
        )  # fmt: skip
        for name, data in {**files, MANIFEST: manifest}.items():
            target = archive.folder / week.name / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    archive.relist()
    return archive


def steps(archive: Editions) -> Iterator[tuple[str, Callable[[], object]]]:
    """Name and call of everything that is measured."""
    last, before = archive.get(WEEK), archive.get(WEEK.shift(-1))
    paths = [path for path in archive.folder.rglob("*") if path.is_file()]
    yield "list the editions", lambda: list(archive)
    yield "find the issue before", lambda: archive.before(WEEK.shift(1))
    yield "index.html and feed.xml", archive.relist
    yield "compare two issues (diff)", lambda: compare_editions(before, last)
    yield "hash every file", lambda: [hashlib.sha256(path.read_bytes()).digest() for path in paths]
    yield "verify everything", archive.verify


def best_of_three(call: Callable[[], object]) -> float:
    """Seconds of the quickest of three calls."""
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--editions", type=int, default=520)
    parser.add_argument("--regions", type=int, default=40)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        archive = published(Path(name), args.editions, args.regions)
        print(f"{len(archive)} editions")
        for what, call in steps(archive):
            print(f"{what:28}{best_of_three(call):8.3f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
