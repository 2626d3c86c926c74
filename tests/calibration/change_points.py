"""How well changes are found: false alarms, power, dates and their ranges, on simulated daily counts.

    python tests/calibration/change_points.py           the whole table, some minutes on one core
    python tests/calibration/change_points.py --fast    the same with few replicates, seconds

Seeded; one line per cell with its Monte Carlo error. The seeds are others than those of the penalty table.
"""

import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from change_point_penalty import NOISE

from analysis.segmentation import segment
from analysis.simulate import simulate_counts

FIRST = pd.Timestamp("2023-01-02")
MARGIN = 14  # days within which a change counts as found
PART = 250  # series at a time; fewer with --fast


@dataclass(frozen=True)
class Line:
    """One measured figure; ``goal`` holds the bounds it should lie in."""

    what: str
    cell: str
    figure: float
    error: float
    goal: tuple[float, float]

    def __str__(self) -> str:
        low, high = self.goal
        wanted = (
            f"<= {high:g}" if low == -np.inf else f">= {low:g}" if high == np.inf else f"{low:g} to {high:g}"
        )
        mark = "" if low <= self.figure <= high else "  MISSED"
        return f"{self.what:38s} {self.cell:34s} {self.figure:7.3f} ± {self.error:.3f}   {wanted}{mark}"


def proportion(what: str, cell: str, hits: np.ndarray, goal: tuple[float, float]) -> Line:
    """A share with its Monte Carlo error."""
    share = float(np.mean(hits)) if len(hits) else float("nan")
    return Line(what, cell, share, float(np.sqrt(share * (1 - share) / max(len(hits), 1))), goal)


def false_changes(scale: float) -> Iterator[Line]:
    """Changes found in a year of a region whose level never changed."""
    for days, replicates in ((365, 2000), (730, 1000), (1460, 1000)):
        for number, (name, noise) in enumerate(NOISE.items()):
            for mean in (1.0, 10.0):
                found: list[int] = []
                for part in range(max(1, int(replicates * scale) // PART)):
                    seed = [7, days, number, int(mean), part]
                    counts = simulate_counts(regions=PART, days=(FIRST, days), rates=mean, seed=seed, **noise)
                    found += [len(changes) for changes in segment(counts).changes.values()]
                years = days / 365.25
                rate = np.array(found) / years
                error = float(rate.std() / np.sqrt(len(rate)))
                cell = f"{name}, {mean:g} a day, {days} days"
                yield Line("false changes per region-year", cell, float(rate.mean()), error, (-np.inf, 0.05))


def one_change(
    name: str, mean: float, factor: float, days: int, replicates: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Error of the nearest change [days, inf without one], whether its range and its ratio cover the truth,
    and the number of changes; one entry per series.

    The change lies anywhere between a fifth and four fifths of the series.
    """
    errors, covers, ratios, numbers = [], [], [], []
    for part in range(max(1, replicates // PART)):
        rng = np.random.default_rng([8, days, int(10 * mean), int(10 * factor), part])
        truth = rng.integers(int(0.2 * days), int(0.8 * days), PART)
        codes = [f"S{number}" for number in range(PART)]
        steps = [
            (code, FIRST + pd.Timedelta(days=int(at)), factor) for code, at in zip(codes, truth, strict=True)
        ]
        counts = simulate_counts(
            regions=codes, days=(FIRST, days), rates=mean, changes=steps, seed=rng, **NOISE[name]
        )
        for (_, changes), at in zip(segment(counts).changes.items(), truth, strict=True):
            numbers.append(len(changes))
            if not changes:
                errors.append(np.inf)
                continue
            best = min(changes, key=lambda change: abs(change.position - at))
            errors.append(abs(best.position - at))
            if errors[-1] <= 4 * MARGIN:
                day = (FIRST + pd.Timedelta(days=int(at))).date()
                covers.append(best.earliest <= day <= best.latest)
                if best.rate_ratio is not None:
                    ratios.append(best.rate_ratio.low <= factor <= best.rate_ratio.high)
    return np.array(errors), np.array(covers), np.array(ratios), np.array(numbers)


POWER = (
    ("all", 1.0, 2.0, 730, 0.75, 5.0),
    ("all", 1.0, 2.0, 365, 0.70, 5.0),
    ("all", 10.0, 2.0, 730, 0.95, 2.0),
    ("all", 10.0, 1.5, 730, 0.70, np.inf),
    ("poisson", 1.0, 2.0, 730, 0.75, 5.0),
    ("latent AR", 10.0, 2.0, 730, 0.95, 2.0),
)


def power(scale: float) -> Iterator[Line]:
    """Changes found, how near, and whether the printed ranges hold the truth."""
    for name, mean, factor, days, least, near in POWER:
        errors, covers, ratios, numbers = one_change(name, mean, factor, days, int(1000 * scale))
        cell = f"{name}, {mean:g} x {factor:g}, {days} days"
        yield proportion("found at all", cell, numbers > 0, (least, np.inf))
        yield proportion(f"found within {MARGIN} days", cell, errors <= MARGIN, (-np.inf, np.inf))
        seen = errors[np.isfinite(errors)]
        spread = 1.25 * float(np.std(np.minimum(seen, 60))) / np.sqrt(max(len(seen), 1))
        yield Line("median error of the date [days]", cell, float(np.median(seen)), spread, (-np.inf, near))
        yield proportion("date range holds the truth", cell, covers, (0.92, 0.97))
        yield proportion("interval of the ratio holds the truth", cell, ratios, (0.92, 0.99))


def three_changes(scale: float) -> Iterator[Line]:
    """F1 (margin 14) and covering with three changes in 1,460 days."""
    days, factors = 1460, (2.0, 0.5, 2.0)
    for name, mean in (("all", 3.0), ("all", 10.0)):
        f1, covering = [], []
        for part in range(max(1, int(500 * scale) // PART)):
            rng = np.random.default_rng([9, int(mean), part])
            steps, truths = [], []
            for number in range(PART):
                truth = (np.array([365, 730, 1095]) + rng.integers(-120, 121, 3)).tolist()
                truths.append(truth)
                steps += [
                    (f"S{number}", FIRST + pd.Timedelta(days=at), factor)
                    for at, factor in zip(truth, factors, strict=True)
                ]
            counts = simulate_counts(
                regions=[f"S{number}" for number in range(PART)], days=(FIRST, days), rates=mean,
                changes=steps, seed=rng, **NOISE[name],
            )  # fmt: skip
            for changes, truth in zip(segment(counts).changes.values(), truths, strict=True):
                at = [change.position for change in changes]
                f1.append(f_score(truth, at))
                covering.append(cover(truth, at, days))
        cell = f"{name}, {mean:g} a day"
        for what, values, least in (
            ("three changes: F1", f1, 0.90),
            ("three changes: covering", covering, 0.97),
        ):
            error = float(np.std(values) / np.sqrt(len(values)))
            yield Line(what, cell, float(np.mean(values)), error, (least, np.inf))


def f_score(truth: list[int], found: list[int]) -> float:
    """F1 with each true change matched at most once, the start of the series counted as a change on both
    sides (van den Burg & Williams 2020)."""
    hits, free = 1, list(found)
    for at in truth:
        near = [other for other in free if abs(other - at) <= MARGIN]
        if near:
            free.remove(min(near, key=lambda other: abs(other - at)))
            hits += 1
    return 2 * hits / (len(truth) + len(found) + 2)


def cover(truth: list[int], found: list[int], days: int) -> float:
    """Mean over true segments, weighted by length, of the best overlap (intersection over union)."""
    mine, theirs = [0, *found, days], [0, *truth, days]
    total = 0.0
    for a, b in itertools.pairwise(theirs):
        overlaps = [
            max(0, min(b, d) - max(a, c)) / (max(b, d) - min(a, c)) for c, d in itertools.pairwise(mine)
        ]
        total += (b - a) * max(overlaps)
    return total / days


def main(scale: float) -> None:
    """Print every line; ``scale`` multiplies the replicates."""
    for study in (false_changes, power, three_changes):
        for line in study(scale):
            print(line, flush=True)


if __name__ == "__main__":
    if "--fast" in sys.argv[1:]:
        PART = 40
        main(0.0)
    else:
        main(1.0)
