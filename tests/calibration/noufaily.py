"""False alarms and detected outbreaks of `detectors.seasonal` in the simulation of Noufaily et al. (2013).

    python tests/calibration/noufaily.py [replicates]

Weekly counts of twelve years in 42 scenarios: level, dispersion, season (none, one or two harmonics), trend.
Four outbreaks lie in the five years before the test year. Beside ours runs `detectors.farrington` with the
settings of that paper, which gives the alarms of R's farringtonFlexible; it gives none where fewer than five
events fell in four weeks. Both judge the same counts of weeks 576 to 624 at an alpha of 0.01.

FPR : share of these weeks with an alarm, no outbreak among them.
POD : share of outbreaks with an alarm between their first and last week; ten outbreaks are tried on every
    series, one of each size k, from 1 to 10 standard deviations of a week's count.
sparse : scenarios 7 to 9, 0.14 events expected a week, where R gives hardly any threshold.

Goals: mean FPR at most 1.2 %, worst scenario at most 2.1 %; POD at most 2 points below R's, 10 above it where
sparse. Takes some minutes with 40 replicates. Source of the scenarios: Statistics in Medicine 32, 1206.
"""

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import detectors

WEEKS, TEST = 624, 575  # the first TEST weeks are history
ALPHA = 0.01
SPARSE = (7, 8, 9)
PAST_SIZES = (2, 3, 5, 10)
# theta, phi, beta, gamma1, gamma2 of seven blocks; six scenarios each: without trend and with it (beta), with
# no, one or two harmonics.
BLOCKS = (
    (0.1, 1.5, 0.0025, 0.6, 0.6),
    (-2.0, 2.0, 0.005, 0.1, 0.3),
    (1.5, 1.0, 0.003, 0.2, -0.4),
    (0.5, 5.0, 0.002, 0.5, 0.5),
    (2.5, 3.0, 0.001, 1.0, 0.1),
    (3.75, 1.1, 0.001, 0.1, -0.1),
    (5.0, 1.2, 0.0001, 0.05, 0.01),
)

_PARTS = (slice(0, 3), slice(3, None))  # the weeks just before those judged, and these

Floats = npt.NDArray[np.float64]


def scenarios() -> pd.DataFrame:
    """theta, phi, beta, m, gamma1 and gamma2 by scenario, 1 to 42."""
    rows = [
        (theta, phi, beta * trend, m, gamma1 * (m > 0), gamma2 * (m > 0))
        for theta, phi, beta, gamma1, gamma2 in BLOCKS
        for trend in (0, 1)
        for m in (0, 1, 2)
    ]
    names = ["theta", "phi", "beta", "m", "gamma1", "gamma2"]
    return pd.DataFrame(rows, columns=names, index=pd.RangeIndex(1, 43, name="scenario"))


def means(one: Any) -> Floats:
    """Expected count of every week of a scenario."""
    t = np.arange(1, WEEKS + 1)
    log = one.theta + one.beta * t
    for j in range(1, int(one.m) + 1):
        angle = 2 * np.pi * j * t / 52
        log = log + one.gamma1 * np.cos(angle) + one.gamma2 * np.sin(angle)
    return np.asarray(np.exp(log))


@dataclass(frozen=True)
class World:
    """Simulated series, judged from week ``first`` (counted from 0) on.

    scenario : of each. counts : series x weeks. outbreaks : series x ten x weeks from ``first`` on.
    """

    first: int
    scenario: npt.NDArray[np.int64]
    counts: Floats
    outbreaks: Floats


def world(numbers: list[int], seed: int, *, past: bool = True, first: int = TEST, starts: int = 45) -> World:
    """One series per entry of ``numbers``; outbreaks begin in the first ``starts`` judged weeks."""
    rng = np.random.default_rng(seed)
    table = scenarios()
    counts, outbreaks = [], []
    for number in numbers:
        one: Any = table.loc[number]
        mean = means(one)
        y = rng.poisson(mean if one.phi == 1 else rng.gamma(mean / (one.phi - 1), one.phi - 1)).astype(float)
        spread = np.sqrt(one.phi * mean)
        for start in rng.choice(np.arange(312, TEST), 4, replace=False) if past else ():
            y[:TEST] += _outbreak(rng, spread, start, int(rng.choice(PAST_SIZES)))[:TEST]
        counts.append(y)
        begin = rng.integers(first, first + starts, 10)
        outbreaks.append([_outbreak(rng, spread, begin[k - 1], k)[first:] for k in range(1, 11)])
    return World(first, np.array(numbers), np.array(counts), np.array(outbreaks))


def _outbreak(rng: np.random.Generator, spread: Floats, start: int, k: int) -> Floats:
    """Events added to each week; those after the last one are dropped."""
    size = rng.poisson(k * spread[start])
    week = start + np.floor(rng.lognormal(0.0, 0.5, size)).astype(int)
    return np.bincount(week[week < WEEKS], minlength=WEEKS).astype(float)


def ours(found: World, weeks: int = WEEKS - TEST) -> Floats:
    """Largest count that is no alarm, series x so many judged weeks."""
    counts = pd.DataFrame(found.counts[:, : found.first + weeks].T)
    return _upper(detectors.seasonal(counts, alpha=ALPHA, last=weeks), weeks)


def theirs(found: World, weeks: int = WEEKS - TEST) -> Floats:
    """The same as R's farringtonFlexible has it; inf where there is no bound."""
    counts = pd.DataFrame(found.counts[:, : found.first + weeks].T)
    return _upper(detectors.farrington(counts, alpha=ALPHA, last=weeks, period=52), weeks)


def _upper(answer: pd.DataFrame, weeks: int) -> Floats:
    return answer["upper"].iloc[-weeks:].fillna(np.inf).to_numpy().T


def score(found: World, upper: Floats, least: int = 0) -> pd.DataFrame:
    """FPR and POD of every series. least : events in four weeks without which there is no alarm."""
    weeks = upper.shape[1]
    before, test = (found.counts[:, found.first - 3 : found.first + weeks][:, part] for part in _PARTS)

    def alarm(y: Floats, before: Floats, upper: Floats) -> npt.NDArray[np.bool_]:
        recent = np.cumsum(np.concatenate([np.zeros_like(before[..., :1]), before, y], axis=-1), axis=-1)
        return np.asarray((y > upper) & (recent[..., 4:] - recent[..., :-4] >= least))

    added = found.outbreaks[:, :, :weeks]
    some = added > 0
    begun = np.logical_or.accumulate(some, axis=2)
    going = begun & np.logical_or.accumulate(some[:, :, ::-1], axis=2)[:, :, ::-1]
    shape = (*added.shape[:2], 3)
    hit = alarm(test[:, None] + added, np.broadcast_to(before[:, None], shape), upper[:, None]) & going
    real = some.any(axis=2)
    return pd.DataFrame(
        {
            "scenario": found.scenario,
            "FPR": alarm(test, before, upper).mean(axis=1),
            "POD": np.where(real, hit.any(axis=2), 0.0).sum(axis=1) / np.maximum(real.sum(axis=1), 1),
        }
    ).assign(POD=lambda table: table["POD"].where(real.any(axis=1)))


def main(replicates: int = 40) -> None:
    """Print FPR and POD of every scenario, and the means with one Monte Carlo standard error."""
    found = world([*range(1, 43)] * replicates, seed=2013)
    parts = {"ours": score(found, ours(found)), "R": score(found, theirs(found), least=5)}
    clean = world([*range(1, 43)] * max(2, replicates // 2), seed=2014, past=False)
    parts["ours, no past outbreaks"] = score(clean, ours(clean))
    print(pd.concat({name: part.groupby("scenario").mean() for name, part in parts.items()}, axis=1).round(4))
    for name, part in parts.items():
        by = part.groupby("scenario")
        mean, error = by.mean(), by.sem().pow(2).sum() ** 0.5 / 42
        print(
            f"{name}: FPR {mean.FPR.mean():.4f} ± {error.FPR:.4f}, worst {mean.FPR.max():.4f}; "
            f"POD {mean.POD.mean():.3f} ± {error.POD:.3f}, sparse {mean.POD.loc[list(SPARSE)].mean():.3f}"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
