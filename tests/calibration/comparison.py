"""Does `models.comparison` name regions that did not change, do its intervals cover, and what does it find?

    python tests/calibration/comparison.py [replicates]

The first table: every region keeps its level in the week and the eight before it, so each "up" or "down"
is false. Daily counts are negative binomial with variance ``phi`` times the mean (Poisson at 1); weekly means
are log-uniform. ``weeks`` is how many come before the week; of the kinds of history,

flat : the level never changes.
shift : fifteen weeks before the week the level of every region doubles or halves.
AR(1) : each week's level carries lognormal noise, standard deviation 0.15, correlation 0.3 from week to week.
rising phi : phi - 1 doubles eight weeks before the week.

Goals: a report names any region in at most 10 % of weeks; the 95 % interval of the rate ratio covers 1 in
93.5 to 97.5 %, and never below 93 %, where at least 3 are expected.

The second table: how often a change is called "up", with the dispersion from the eight weeks of the baseline
and from 24; one region by itself, as the total is, or three changing among thirty.

The third table: parents and last year. Thirty regions under six parents, even for 57 weeks: shares of weeks
in which any region, any parent, any of either, or any region against last year is named, and coverage of the
ratios of parents and against last year.

The fourth table: ratios drawn towards each other (`rates.shrink_ratios`). True log ratios of thirty regions
are normal with standard deviation ``spread``, or three of them are 3 and the others 1 ("three"). Coverage on
average over regions, and the mean error of the log ratio beside that of the raw one. Takes up to an hour.
"""

import datetime as dt
import sys
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.estimates import Estimate
from analysis.findings import Comparison, LastYear
from analysis.models import comparison, last_year
from analysis.panel import Panel
from analysis.weeks import Week

FIRST = dt.date(2025, 1, 6)
LEVELS = ((0.3, 20.0), (3.0, 100.0))
ALL_LEVELS = (0.3, 50.0)
DISPERSIONS = (1.0, 1.5, 3.0, "1 to 3")
CHANGED = (3.5, 10.0, 35.0)
LONG = 24

Floats = npt.NDArray[np.float64]


def flat_panel(rng: np.random.Generator, weekly: Floats, phi: Floats, weeks: int = 9) -> Panel:
    """Independent days of regions with these weekly means and dispersions (of all weeks, or of each)."""
    shape = (weeks, np.shape(weekly)[-1])
    mean, more = (
        np.repeat(np.broadcast_to(part, shape), 7, axis=0) for part in (weekly / 7, np.maximum(phi - 1, 1e-9))
    )
    mean = np.where(more > 1e-9, rng.gamma(mean / np.maximum(more, 1e-3), more), mean)
    days = pd.date_range(FIRST, periods=7 * weeks)
    return Panel.from_counts(pd.DataFrame(rng.poisson(mean).astype(float), index=days))


def compared(panel: Panel, **options: Any) -> list[Comparison]:
    """The last week of a panel in which every region can be compared."""
    week = Week(first_day=panel.last_day - dt.timedelta(days=6))
    return [item for item in comparison.fit(panel, week=week, **options) if isinstance(item, Comparison)]


def history(
    rng: np.random.Generator, kind: str, weekly: Floats, phi: Floats, weeks: int
) -> tuple[Floats, Floats]:
    """Means and dispersions, weeks x regions."""
    mean, phis = np.tile(weekly, (weeks, 1)), np.tile(phi, (weeks, 1))
    if kind == "shift":
        mean[:-16] *= np.where(rng.random(len(weekly)) < 0.5, 2.0, 0.5)
    elif kind == "AR(1)":
        noise = rng.standard_normal(mean.shape)
        for week in range(1, weeks):
            noise[week] = 0.3 * noise[week - 1] + np.sqrt(1 - 0.3**2) * noise[week]
        mean *= np.exp(0.15 * noise - 0.15**2 / 2)
    elif kind == "rising phi":
        phis[:-9] = 1 + (phi - 1) / 2
    return mean, phis


def cell(
    regions: int, phi: float | str, levels: tuple[float, float], replicates: int, seed: int,
    weeks: int = 8, kind: str = "flat",
) -> dict[str, Any]:  # fmt: skip
    """Share of weeks with any false verdict, and coverage by the true weekly mean."""
    rng = np.random.default_rng(seed)
    named, covered = [], []
    for _ in range(replicates):
        weekly = np.exp(rng.uniform(np.log(levels[0]), np.log(levels[1]), regions))
        phis = np.full(regions, phi) if isinstance(phi, float) else rng.uniform(1, 3, regions)
        found = compared(flat_panel(rng, *history(rng, kind, weekly, phis, weeks + 1), weeks + 1))
        named.append(any(item.verdict in ("up", "down") for item in found))
        covered += [
            item.rate_ratio.low <= 1 <= item.rate_ratio.high
            for item, mean in zip(found, weekly, strict=True)
            if mean >= 3 and item.rate_ratio is not None
        ]
    share, coverage = float(np.mean(named)), float(np.mean(covered))
    return {
        "regions": regions, "phi": phi, "weekly mean": f"{levels[0]:g} to {levels[1]:g}",
        "weeks": weeks, "history": kind,
        "any named": share, "± ": np.sqrt(share * (1 - share) / replicates),
        "coverage": coverage, "±": np.sqrt(coverage * (1 - coverage) / len(covered)),
    }  # fmt: skip


def power(phi: float, factor: float, replicates: int, seed: int) -> list[dict[str, Any]]:
    """Share of weeks in which a region whose level is multiplied in the week itself is called "up"."""
    rng = np.random.default_rng(seed)
    alone = [np.array([mean]) for mean in CHANGED]
    up: Counter[tuple[int, float, int]] = Counter()
    for _ in range(replicates):
        others = np.exp(rng.uniform(np.log(ALL_LEVELS[0]), np.log(ALL_LEVELS[1]), 30 - len(CHANGED)))
        for weekly in (*alone, np.concatenate([CHANGED, others])):
            mean = np.tile(weekly, (LONG + 1, 1))
            mean[-1, : len(CHANGED)] *= factor
            panel = flat_panel(rng, mean, np.full(len(weekly), phi), LONG + 1)
            for back in (8, LONG):
                found = compared(panel, dispersion_weeks=back)[: len(CHANGED)]
                up.update(
                    (len(weekly), float(level), back)
                    for item, level in zip(found, weekly[: len(CHANGED)], strict=True)
                    if item.verdict == "up"
                )
    return [
        {
            "regions": regions, "phi": phi, "weekly mean": mean, "factor": factor,
            "8 weeks": up[regions, mean, 8] / replicates, "24 weeks": up[regions, mean, LONG] / replicates,
        }
        for regions in (1, 30) for mean in CHANGED
    ]  # fmt: skip


def families(phi: float, replicates: int, seed: int, regions: int = 30, weeks: int = 57) -> dict[str, Any]:
    """A row of the third table."""
    rng = np.random.default_rng(seed)
    parents = np.repeat(["A", "B", "C", "D", "E", "F"], regions // 6)
    named: Counter[str] = Counter()
    covered: dict[str, list[bool]] = {"parents": [], "last year": []}
    for _ in range(replicates):
        weekly = np.exp(rng.uniform(np.log(ALL_LEVELS[0]), np.log(ALL_LEVELS[1]), regions))
        flat = flat_panel(rng, np.tile(weekly, (weeks, 1)), np.full(regions, phi), weeks)
        table = pd.DataFrame({"name": flat.counts.columns, "parent": parents}, index=flat.counts.columns)
        panel = replace(flat, regions=table)
        found = compared(panel)
        week = Week(first_day=panel.last_day - dt.timedelta(days=6))
        year = [item for item in last_year.fit(panel, week=week, parents=False) if isinstance(item, LastYear)]
        moved = {item.is_parent for item in found if item.verdict in ("up", "down")}
        named["region"] += False in moved
        named["parent"] += True in moved
        named["either"] += bool(moved)
        named["last year"] += any(item.verdict in ("up", "down") for item in year)
        covered["parents"] += [_holds(item.rate_ratio) for item in found if item.is_parent]
        usable = zip(year, weekly, strict=True)
        covered["last year"] += [_holds(item.rate_ratio) for item, mean in usable if mean >= 3]
    shares = {f"any {name}": number / replicates for name, number in named.items()}
    return {"phi": phi, **shares, **{f"coverage, {name}": np.mean(held) for name, held in covered.items()}}


def _holds(ratio: Estimate | None) -> bool:
    return ratio is not None and ratio.low <= 1 <= ratio.high


def drawn(spread: float | str, phi: float, regions: int, replicates: int, seed: int) -> dict[str, Any]:
    """A row of the fourth table; eight weeks before, dispersion as the model estimates it from 24."""
    rng = np.random.default_rng(seed)
    covered, error, raw = [], [], []
    for _ in range(replicates):
        weekly = np.exp(rng.uniform(np.log(ALL_LEVELS[0]), np.log(ALL_LEVELS[1]), regions))
        size = float(spread) if spread != "three" else 0.0
        ratio = np.exp(rng.normal(0, size, regions)) if size else np.ones(regions)
        if spread == "three":
            ratio[:3] = 3.0
        mean = np.tile(weekly, (LONG + 1, 1))
        mean[-1] *= ratio
        found = compared(flat_panel(rng, mean, np.full(regions, phi), LONG + 1))
        for item, true in zip(found, ratio, strict=True):
            if item.shrunk is not None:
                covered.append(item.shrunk.low <= true <= item.shrunk.high)
            if item.shrunk is not None and item.rate_ratio is not None and item.rate_ratio.value > 0:
                error.append(abs(np.log(item.shrunk.value / true)))
                raw.append(abs(np.log(item.rate_ratio.value / true)))
    return {
        "spread": spread, "phi": phi, "regions": regions, "coverage": np.mean(covered),
        "error": np.mean(error), "error of the raw ratio": np.mean(raw),
    }  # fmt: skip


def cells() -> list[tuple[int, float | str, tuple[float, float], int, str]]:
    """Regions, dispersion, weekly means, weeks and kind of history of the first table."""
    short = [(r, p, m, 8, "flat") for r in (30, 90) for p in DISPERSIONS for m in LEVELS]
    long = [(r, p, ALL_LEVELS, LONG, "flat") for r in (30, 90) for p in DISPERSIONS]
    odd = [(30, "1 to 3", ALL_LEVELS, LONG, kind) for kind in ("shift", "AR(1)", "rising phi")]
    return [*short, *long, *odd]


def main(replicates: int = 400) -> None:
    """Print the tables; ± is one Monte Carlo standard error, at most 0.025 in the second with 400."""
    false = [
        cell(regions, phi, levels, replicates, seed, weeks, kind)
        for seed, (regions, phi, levels, weeks, kind) in enumerate(cells(), start=11)
    ]
    print(pd.DataFrame(false).round(4).to_string(index=False), "\n")
    found = [row for phi in (1.0, 3.0) for factor in (2, 3) for row in power(phi, factor, replicates, seed=7)]
    print(pd.DataFrame(found).round(3).to_string(index=False), "\n")
    both = [families(phi, replicates, seed=8) for phi in (1.0, 2.0, 3.0)]
    print(pd.DataFrame(both).round(4).to_string(index=False), "\n")
    shrunk = [
        drawn(spread, phi, regions, max(replicates // 4, 1), seed=9)
        for regions in (30, 90) for phi in (1.0, 3.0) for spread in (0.0, 0.2, 0.5, 1.0, "three")
    ]  # fmt: skip
    print(pd.DataFrame(shrunk).round(3).to_string(index=False))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
