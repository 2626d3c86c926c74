"""One measured piece of work per call, in a process of its own; prints one JSON object.

    python tests/benchmarks/stages.py NAME ARGUMENTS…

``cpu`` is processor time of the work without the imports it needs [s], ``said`` a result by which the two
sides of a pair can be seen to do the same. Ends with 1 and one line where a library is missing.
"""

import json
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

MEASURES = ("incidents", "count", "killed", "injured")
DAYS = 1500


def panels_ours(path: str) -> tuple[float, str]:
    """Four daily panels of a Parquet file, with every check of `read_incidents`."""
    import pyarrow.parquet  # noqa: F401

    from analysis.daily import daily_panel
    from analysis.incidents import read_incidents

    start = time.process_time()
    incidents = read_incidents(path, regions=None)
    sums = [daily_panel(incidents, measure=name).counts.to_numpy().sum() for name in MEASURES]
    return time.process_time() - start, _sums(sums)


def panels_parts(path: str) -> tuple[float, str]:
    """The same, read in parts."""
    import pyarrow.parquet  # noqa: F401

    from analysis.daily import daily_panels

    start = time.process_time()
    panels = daily_panels(path, measures=MEASURES, regions=None)
    sums = [panel.counts.to_numpy().sum() for panel in panels.values()]
    return time.process_time() - start, _sums(sums)


def decoded(path: str) -> tuple[float, str]:
    """The file decoded and nothing else: no reader can be faster."""
    import pyarrow.parquet as pq

    start = time.process_time()
    rows = sum(len(batch) for batch in pq.ParquetFile(path).iter_batches(262_144, use_threads=False))
    return time.process_time() - start, f"{rows} rows"


def panels_pandas(path: str) -> tuple[float, str]:
    """The same four panels by a pandas Grouper."""
    import pyarrow.parquet  # noqa: F401

    start = time.process_time()
    table = pd.read_parquet(path).assign(incidents=1)
    daily = table.groupby(["region", pd.Grouper(key="date", freq="D")])[list(MEASURES)].sum()
    wide = [daily[name].unstack("region", fill_value=0) for name in MEASURES]
    return time.process_time() - start, _sums([frame.to_numpy().sum() for frame in wide])


def csv_ours(path: str) -> tuple[float, str]:
    """A messy text table read and checked."""
    import pyarrow  # noqa: F401

    from analysis.incidents import read_incidents

    start = time.process_time()
    table = read_incidents(path, regions=None).table
    return time.process_time() - start, f"{len(table)} rows, at least {table['count_low'].sum():.0f}"


def csv_pandas(path: str) -> tuple[float, str]:
    """The same by pandas and the usual cleaning: every row, and nothing said of those left out."""
    import pyarrow  # noqa: F401

    start = time.process_time()
    table = pd.read_csv(path, dtype=str)
    date = pd.to_datetime(table["date"], format="mixed", dayfirst=True, errors="coerce")
    region = table["region"].str.strip().str.casefold()
    amount = table["count"].str.extract(r"(?P<word>more than|at least)?\s*(?P<figure>\d+)")
    low = pd.to_numeric(amount["figure"]) + (amount["word"] == "more than")
    count, killed = low.where(amount["word"].isna()), pd.to_numeric(table["killed"])
    table = table.assign(date=date, region=region, count=count, count_low=low, killed=killed)
    table = table.dropna(subset=["date"])
    return time.process_time() - start, f"{len(table)} rows, at least {table['count_low'].sum():.0f}"


def changes_ours(regions: str) -> tuple[float, str]:
    """Change points of all regions, with penalty, levels and ranges of dates."""
    from analysis.segmentation import segment

    counts = _series(int(regions))
    segment(counts.iloc[:, :2])
    start = time.process_time()
    found = segment(counts)
    return time.process_time() - start, f"{sum(map(len, found.changes.values()))} changes"


def changes_peer(regions: str, search: str) -> tuple[float, str]:
    """Change points by ruptures, one region after the other: bare positions."""
    import ruptures

    counts, found = _series(int(regions)).to_numpy(), 0
    start = time.process_time()
    for values in counts.T:
        price = 3 * np.log(len(values)) * max(values.var(), 1e-9)
        if search == "compiled":
            finder = ruptures.KernelCPD(kernel="linear", min_size=7)
        else:
            finder = ruptures.Pelt(model="l2", min_size=7)
        found += len(finder.fit(values).predict(pen=price)) - 1
    return time.process_time() - start, f"{found} changes"


def _series(regions: int) -> pd.DataFrame:
    from analysis.simulate import simulate_counts

    changes = [(f"R{number:04d}", "2022-06-01", 2.0) for number in range(1, regions + 1, 2)]
    return simulate_counts(
        regions=[f"R{number:04d}" for number in range(1, regions + 1)], days=("2021-01-04", DAYS),
        rates=list(np.geomspace(0.1, 20, regions)), changes=changes, dispersion=1.5, seed=5,
    )  # fmt: skip


def _sums(values: list[float]) -> str:
    return " ".join(f"{value:.0f}" for value in values)


STAGES: dict[str, Callable[..., tuple[float, str]]] = {
    stage.__name__: stage
    for stage in (
        panels_ours,
        panels_parts,
        decoded,
        panels_pandas,
        csv_ours,
        csv_pandas,
        changes_ours,
        changes_peer,
    )
}

if __name__ == "__main__":
    try:
        seconds, said = STAGES[sys.argv[1]](*sys.argv[2:])
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed")
    print(json.dumps({"cpu": seconds, "said": said}))
