"""The penalty of a joint: simulated gains of broken lines over one line where the slope never changed.

    python tests/calibration/joint_penalty.py               prints the tables, some minutes
    python tests/calibration/joint_penalty.py counts 365    one length only

The tables stand in analysis/segmentation/penalty.py; the kinds of noise are those of
change_point_penalty.py. An entry is the price per joint at which the worst kind of noise has a joint, or two,
in so large a share of series. Seeded.
"""

import sys

import numpy as np
import pandas as pd
from change_point_penalty import NOISE, SHORTEST

from analysis.segmentation.joints import Course, joint_gains
from analysis.segmentation.penalty import EXPECTED, JOINT_LENGTHS
from analysis.segmentation.prepare import prepare_counts, prepare_numbers
from analysis.segmentation.series import pack
from analysis.simulate import simulate_counts

MEANS = (1.0, 10.0)  # a day
SERIES = 120


def gains(table: pd.DataFrame, family: str) -> np.ndarray:
    """Per series: the highest price per joint at which one or two joints would still be bought."""
    rows = pack(table, None)
    make = prepare_counts if family == "counts" else prepare_numbers
    ready = make(rows, table.index, "auto")
    at = np.arange(len(table), dtype=float)
    best = []
    for values, weights, noise in zip(ready.values, ready.weights, ready.noise, strict=True):
        one, two = joint_gains(
            Course(values, weights, at, float(noise), counts=family == "counts"), shortest=SHORTEST
        )
        best.append(max(one, two / 2))
    return np.array(best)


def count_cells(days: int) -> dict[str, np.ndarray]:
    """Gains for every kind of noise and mean."""
    cells = {}
    for number, (name, noise) in enumerate(NOISE.items()):
        for mean in MEANS:
            seed = [21, number, days, int(mean)]
            counts = simulate_counts(
                regions=SERIES, days=("2023-01-02", days), rates=mean, seed=seed, **noise
            )
            cells[f"{name}, {mean:g}"] = gains(counts, "counts")
    return cells


def number_cells(positions: int) -> dict[str, np.ndarray]:
    """The same for numbers: normal and heavy-tailed, independent and AR(1)."""
    cells = {}
    for number, (tail, correlation) in enumerate([(0, 0.0), (0, 0.3), (0, 0.6), (4, 0.0)]):
        rng = np.random.default_rng([22, number, positions])
        size = (positions, SERIES)
        noise = rng.standard_t(tail, size) if tail else rng.normal(size=size)
        for row in range(1, positions):
            noise[row] = correlation * noise[row - 1] + np.sqrt(1 - correlation**2) * noise[row]
        cells[f"{'t4' if tail else 'normal'}, AR {correlation:g}"] = gains(pd.DataFrame(noise), "gaussian")
    return cells


def main(family: str, lengths: tuple[int, ...]) -> None:
    """Print the gains that so many series reach."""
    print(family, "share of series:", *EXPECTED)
    for length in lengths:
        cells = (count_cells if family == "counts" else number_cells)(length)
        each = {name: np.quantile(found, 1 - np.array(EXPECTED)) for name, found in cells.items()}
        for name, row in each.items():
            print(f"  {length:5d}  {name:20s}", *(f"{x:6.2f}" for x in row))
        worst = np.max(list(each.values()), axis=0)
        print(f"  {length:5d}  {'WORST':20s}", *(f"{x:6.2f}" for x in worst), flush=True)


if __name__ == "__main__":
    for which in sys.argv[1:2] or list(JOINT_LENGTHS):
        main(which, tuple(map(int, sys.argv[2:])) or JOINT_LENGTHS[which])
