"""Does `models.comparison` name regions that did not change, and do its intervals cover?

    python tests/calibration/comparison.py [replicates]

Every region of every simulated panel keeps its level, so each "up" or "down" is false. Daily counts are
negative binomial with variance ``phi`` times the mean (Poisson at 1); weekly means are log-uniform; eight
baseline weeks. Goals: a report names any region in at most 10 % of weeks; the 95 % interval of the rate ratio
covers 1 in 93.5 to 97.5 %, and never below 93 %, where at least 3 are expected.
"""

import datetime as dt
import sys

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.findings import Comparison
from analysis.models import comparison
from analysis.panel import Panel
from analysis.weeks import Week

FIRST = dt.date(2025, 1, 6)
WEEK = Week(first_day=FIRST + dt.timedelta(weeks=8))
LEVELS = ((0.3, 20.0), (3.0, 100.0))
DISPERSIONS = (1.0, 1.5, 3.0, "1 to 3")


def flat_panel(
    rng: np.random.Generator, weekly: npt.NDArray[np.float64], phi: npt.NDArray[np.float64], weeks: int = 9
) -> Panel:
    """Independent days of regions with these weekly means and dispersions."""
    shape = (7 * weeks, len(weekly))
    mean = np.broadcast_to(weekly / 7, shape)
    more = np.maximum(phi - 1, 1e-9)
    mean = np.where(phi > 1, rng.gamma(mean / np.maximum(more, 1e-3), more), mean)
    days = pd.date_range(FIRST, periods=shape[0])
    return Panel.from_counts(pd.DataFrame(rng.poisson(mean).astype(float), index=days))


def cell(regions: int, phi: float | str, levels: tuple[float, float], replicates: int, seed: int) -> dict:
    """Share of weeks with any false verdict, and coverage by the true weekly mean."""
    rng = np.random.default_rng(seed)
    named, covered = [], []
    for _ in range(replicates):
        weekly = np.exp(rng.uniform(*np.log(levels), regions))
        phis = np.full(regions, phi) if isinstance(phi, float) else rng.uniform(1, 3, regions)
        found = comparison.fit(flat_panel(rng, weekly, phis), week=WEEK)
        named.append(any(item.verdict in ("up", "down") for item in found if isinstance(item, Comparison)))
        covered += [
            item.rate_ratio.low <= 1 <= item.rate_ratio.high
            for item, mean in zip(found, weekly, strict=True)
            if mean >= 3 and isinstance(item, Comparison) and item.rate_ratio is not None
        ]
    share, coverage = float(np.mean(named)), float(np.mean(covered))
    return {
        "regions": regions, "phi": phi, "weekly mean": f"{levels[0]:g} to {levels[1]:g}",
        "any named": share, "± ": np.sqrt(share * (1 - share) / replicates),
        "coverage": coverage, "±": np.sqrt(coverage * (1 - coverage) / len(covered)),
    }  # fmt: skip


def main(replicates: int = 400) -> None:
    """Print the table; ± is one Monte Carlo standard error."""
    cells = [
        cell(regions, phi, levels, replicates, seed)
        for seed, (regions, phi, levels) in enumerate(
            ((r, p, m) for r in (30, 90) for p in DISPERSIONS for m in LEVELS), start=11
        )
    ]
    print(pd.DataFrame(cells).round(4).to_string(index=False))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
