"""Every table of the calibration, one after the other; seeded, each line with its Monte Carlo error.

python tests/calibration/run.py           all replicates; an hour on one core
python tests/calibration/run.py --fast    the same tables with few replicates, some minutes
python tests/calibration/run.py signals   only these tables
"""

import sys
import time

import change_points
import comparison
import noufaily
import signals
import trend

TABLES = {
    "signals": lambda fast: signals.main(20 if fast else 400),
    "comparison": lambda fast: comparison.main(10 if fast else 400),
    "noufaily": lambda fast: noufaily.main(2 if fast else 40),
    "trend": lambda fast: trend.main(100 if fast else 1000),
    "change_points": lambda fast: change_points.main(0.0 if fast else 1.0),
}


def main(arguments: list[str]) -> None:
    """Run the tables that are named, or all."""
    fast = "--fast" in arguments
    wanted = [name for name in arguments if not name.startswith("-")] or list(TABLES)
    if fast:
        change_points.PART = 40
    for name in wanted:
        begin = time.process_time()
        print(f"== {name}", flush=True)
        TABLES[name](fast)
        print(f"   {time.process_time() - begin:.0f} s of CPU time\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
