"""The tables the benchmarks run on; nothing in them happened.

python tests/benchmarks/tables.py csv FILE REGIONS DAYS
python tests/benchmarks/tables.py parquet FILE ROWS REGIONS
python tests/benchmarks/tables.py messy FILE ROWS REGIONS
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.simulate import simulate_incidents

FIRST_DAY = "2022-07-04"


def write_csv(path: Path, regions: int, days: int) -> int:
    """Incidents with overdispersion, weekdays, and up to two changes of level in each region."""
    rng = np.random.default_rng(3)
    rates = rng.gamma(0.6, 1.6, regions) + 0.05
    width = max(2, len(str(regions)))
    dates = pd.date_range(FIRST_DAY, periods=days)
    changes = [
        (
            f"R{region:0{width}d}",
            dates[rng.integers(days // 5, days - days // 5)],
            float(rng.lognormal(0, 0.7)),
        )
        for region in range(1, regions + 1)
        for _ in range(rng.integers(0, 3))
    ]
    table = simulate_incidents(
        regions=regions, days=(FIRST_DAY, days), rates=list(rates), changes=changes, dispersion=1.6,
        weekday=(1.1, 1.05, 1, 1, 1, 0.95, 0.9), seed=3,
    )  # fmt: skip
    table["date"] += pd.to_timedelta(rng.integers(0, 86_400, len(table)), unit="s")
    table["count"] = rng.geometric(0.4, len(table))
    columns = ["date", "region", "event_type", "count", "killed", "injured"]
    table[columns].to_csv(path, index=False)
    return len(table)


def write_parquet(path: Path, rows: int, regions: int) -> int:
    """Rows in order of time over two years, with a named region and three amounts."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(4)
    start = np.datetime64(FIRST_DAY, "s")
    names = pa.array([f"Region {number:04d} oblast" for number in range(regions)])
    writer = None
    for block in np.array_split(np.arange(rows), max(1, rows // 1_000_000)):
        seconds = np.sort(rng.integers(block[0] * 730 // rows, (block[-1] + 1) * 730 // rows + 1, len(block)))
        stamps = start + (seconds * 86_400 + rng.integers(0, 86_400, len(block))).astype("timedelta64[s]")
        region = pa.DictionaryArray.from_arrays(rng.integers(0, regions, len(block)).astype("int32"), names)
        amounts = {
            "count": rng.geometric(0.4, len(block)),
            "killed": rng.poisson(0.03, len(block)),
            "injured": rng.poisson(0.2, len(block)),
        }
        table = pa.table({"date": stamps, "region": region.cast(pa.string()), **amounts})
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()
    return rows


def write_messy(path: Path, rows: int, regions: int) -> int:
    """Dates in three ways, names in four, counts with words; one row in a hundred has no date."""
    rng = np.random.default_rng(6)
    minutes = np.sort(rng.integers(0, 730 * 1440, rows))
    stamps = pd.Timestamp(FIRST_DAY) + pd.to_timedelta(minutes, unit="min")
    written = np.array([stamps.strftime(how) for how in ("%d.%m.%Y", "%d/%m/%Y %H:%M", "%Y-%m-%d")])
    date = np.where(rng.random(rows) < 0.01, "unclear", written[rng.integers(0, 3, rows), np.arange(rows)])
    ways = ("Region {:03d}", "REGION {:03d}", " region {:03d} ", "region {:03d}")
    names = [[way.format(number) for way in ways] for number in range(regions)]
    count = rng.geometric(0.4, rows).astype(str).astype(object)
    words = rng.choice(np.array(["", "more than ", "at least "], dtype=object), rows, p=[0.9, 0.05, 0.05])
    region = np.array(names)[rng.integers(0, regions, rows), rng.integers(0, 4, rows)]
    cells = {"date": date, "region": region, "count": words + count, "killed": rng.poisson(0.03, rows)}
    pd.DataFrame(cells).to_csv(path, index=False)
    return rows


if __name__ == "__main__":
    write = {"csv": write_csv, "parquet": write_parquet, "messy": write_messy}[sys.argv[1]]
    print(write(Path(sys.argv[2]), *map(int, sys.argv[3:])))
