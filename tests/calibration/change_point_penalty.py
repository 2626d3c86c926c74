"""The penalty of a change: simulated gains of series that never changed.

    python tests/calibration/change_point_penalty.py             prints the tables
    python tests/calibration/change_point_penalty.py counts 365  one length only

The tables stand in analysis/segmentation/penalty.py.

For every kind of noise and mean the whole preparation runs as in `segment`; then the best partitions into
one, two and three segments give the number of false changes at every penalty at once. A table entry is the
least penalty at which the worst kind of noise stays within the expected number of false changes. Seeded.
"""

import sys

import numpy as np
import pandas as pd

from analysis.segmentation.penalty import EXPECTED
from analysis.segmentation.prepare import prepare_counts, prepare_numbers, scaled_sums
from analysis.segmentation.search import staged
from analysis.segmentation.series import pack
from analysis.simulate import simulate_counts

WEEKDAY = (1.3, 1.1, 1.0, 1.0, 1.0, 0.9, 0.7)
LATENT = {"autocorrelation": 0.6, "latent_sd": 0.3}
NOISE: dict[str, dict] = {
    "poisson": {},
    "overdispersed": {"dispersion": 3.0},
    "weekly": {"weekday": WEEKDAY},
    "latent AR": LATENT,
    "strong AR": {"autocorrelation": 0.7, "latent_sd": 0.4},
    "all": {"dispersion": 3.0, "weekday": WEEKDAY, **LATENT},
}
MEANS = (0.5, 1.0, 10.0)  # a day
LENGTHS = {"counts": (56, 90, 180, 365, 730, 1460), "gaussian": (30, 60, 120, 250, 500, 1000)}
PENALTIES = np.arange(3.0, 40.0, 0.125)
SHORTEST = 7


def false_changes(table: pd.DataFrame, family: str) -> np.ndarray:
    """Mean number of changes found at each of `PENALTIES`."""
    rows = pack(table, None)
    make = prepare_counts if family == "counts" else prepare_numbers
    prepared = make(rows, table.index, "auto")
    gains = staged(scaled_sums(prepared), prepared.gain, shortest=SHORTEST, most=3)[0]
    more = np.where(np.isfinite(gains), gains, -np.inf) - gains[:, :1]
    net = more[None] - PENALTIES[:, None, None] * np.arange(3)
    return net.argmax(axis=2).mean(axis=1)


def count_cells(days: int, replicates: int) -> dict[str, np.ndarray]:
    """Curves of all kinds of noise and means."""
    curves = {}
    for number, (name, noise) in enumerate(NOISE.items()):
        for mean in MEANS:
            parts = []
            for part in range(0, replicates, 200):
                seed = [1, number, days, part, int(mean)]
                counts = simulate_counts(
                    regions=200, days=("2023-01-02", days), rates=mean, seed=seed, **noise
                )
                parts.append(false_changes(counts, "counts"))
            curves[f"{name}, {mean:g}"] = np.mean(parts, axis=0)
    return curves


def number_cells(positions: int, replicates: int) -> dict[str, np.ndarray]:
    """The same for numbers: normal and heavy-tailed, independent and AR(1)."""
    curves = {}
    for number, (tail, correlation) in enumerate([(0, 0.0), (0, 0.3), (0, 0.6), (4, 0.0)]):
        rng = np.random.default_rng([2, number, positions])
        parts = []
        for _ in range(0, replicates, 200):
            noise = rng.standard_t(tail, (positions, 200)) if tail else rng.normal(size=(positions, 200))
            for row in range(1, positions):
                noise[row] = correlation * noise[row - 1] + np.sqrt(1 - correlation**2) * noise[row]
            parts.append(false_changes(pd.DataFrame(noise), "gaussian"))
        curves[f"{'t4' if tail else 'normal'}, AR {correlation:g}"] = np.mean(parts, axis=0)
    return curves


def thresholds(curve: np.ndarray) -> np.ndarray:
    """Least penalty that keeps each expected number."""
    return np.array([PENALTIES[np.argmax(curve <= expected)] for expected in EXPECTED])


def main(family: str, lengths: tuple[int, ...]) -> None:
    print(family, "expected false changes in a series:", *EXPECTED)
    for length in lengths:
        replicates = 2000 if length <= 365 else 1000
        cells = (count_cells if family == "counts" else number_cells)(length, replicates)
        each = {name: thresholds(curve) for name, curve in cells.items()}
        for name, row in each.items():
            print(f"  {length:5d}  {name:20s}", *(f"{x:6.2f}" for x in row))
        worst = np.max(list(each.values()), axis=0)
        print(f"  {length:5d}  {'WORST':20s}", *(f"{x:6.2f}" for x in worst), flush=True)


if __name__ == "__main__":
    families = sys.argv[1:2] or list(LENGTHS)
    for which in families:
        main(which, tuple(map(int, sys.argv[2:])) or LENGTHS[which])
