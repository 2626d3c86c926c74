"""Does `models.signal` name weeks that were usual, and what does it find?

    python tests/calibration/signals.py [replicates]
    python tests/calibration/signals.py --fast

Weekly counts are negative binomial with variance ``phi`` times the mean (Poisson at 1), independent. ± is one
Monte Carlo standard error; weeks of one replicate share a panel, so it is that of means over replicates.

1. Every region of a panel of thirty keeps its level: share of weeks in which a region reaches the count that
   is unusual on its own at the nominal level, by mean, dispersion and weeks of history. Three are the fewest
   that are ever called unusual.
2. The level changes, or there was an outbreak: how often a region is above its limit then.
3. Nothing changes: share of weeks in which the report names any region by `models.comparison` or
   `models.signal`.

(The file is not called ``signal`` because a script beside it would then find it in place of Python's own.)
"""

import datetime as dt
import sys
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
from change_points import Line
from comparison import ALL_LEVELS, flat_panel

from analysis.models import comparison, signal
from analysis.models.signal.expectation import expectation
from analysis.models.signal.rule import smallest_named
from analysis.weeks import Week

MEANS = (0.05, 0.1, 0.3, 1.0, 3.0, 10.0, 50.0)  # a day
DISPERSIONS = (1.0, 1.5, 2.0, 3.0)
HISTORIES = (8, 16, 52)
NOMINAL = {0.01: 0.015, 0.025: 0.032}  # level -> goal
REGIONS = 30

Floats = npt.NDArray[np.float64]


def drawn(rng: np.random.Generator, mean: Floats, phi: float) -> Floats:
    """Counts with these means."""
    return rng.poisson(rng.gamma(mean / (phi - 1), phi - 1) if phi > 1 else mean).astype(float)


def chances(counts: Floats) -> Floats:
    """The p of the last of the weeks (rows), per region; 1 where no p would make it unusual."""
    found, now = expectation(counts[:-1]), counts[-1]
    asked = np.flatnonzero(now >= smallest_named(found))
    p = np.ones(len(now))
    p[asked] = found.ahead(asked).at_least(now[asked])
    return p


def line(what: str, cell: str, shares: list[float], goal: tuple[float, float]) -> Line:
    """The mean of the replicates' shares with its error."""
    return Line(what, cell, float(np.mean(shares)), float(np.std(shares) / np.sqrt(len(shares))), goal)


def false_alarms(
    replicates: int, means: tuple[float, ...] = MEANS, dispersions: tuple[float, ...] = DISPERSIONS
) -> Iterator[Line]:
    """The first table."""
    for daily in means:
        for phi in dispersions:
            for weeks in HISTORIES:
                rng = np.random.default_rng([31, int(100 * daily), int(10 * phi), weeks])
                mean = np.full((weeks + 1, REGIONS), 7 * daily)
                p = [chances(drawn(rng, mean, phi)) for _ in range(replicates)]
                for alpha, goal in NOMINAL.items():
                    shares = [float((one <= alpha).mean()) for one in p]
                    cell = f"{daily:g} a day, phi {phi:g}, {weeks} weeks"
                    yield line(f"unusual, nominal {alpha:.1%}", cell, shares, (-np.inf, goal))


def _shift(weeks: int, factor: float) -> Callable[[Floats], None]:
    def change(mean: Floats) -> None:
        mean[-weeks:] *= factor

    return change


def _outbreak(now: float) -> Callable[[Floats], None]:
    def change(mean: Floats) -> None:
        mean[-5] *= 6
        mean[-1] *= now

    return change


def _growth(mean: Floats) -> None:
    mean *= np.exp(0.02 * np.arange(1 - len(mean), 1))[:, None]


CHANGES: dict[str, tuple[Callable[[Floats], None], tuple[float, float]]] = {
    "this week doubled": (_shift(1, 2.0), (-np.inf, np.inf)),
    "doubled 4 weeks ago": (_shift(4, 2.0), (-np.inf, np.inf)),
    "doubled 12 weeks ago": (_shift(12, 2.0), (-np.inf, 0.05)),
    "five times since 13 weeks": (_shift(13, 5.0), (-np.inf, 0.05)),
    "six times in one week, 5 weeks ago": (_outbreak(1.0), (-np.inf, 0.015)),
    "the same, and doubled now": (_outbreak(2.0), (-np.inf, np.inf)),
    "growing by 2 % a week": (_growth, (-np.inf, np.inf)),
}


def after_changes(replicates: int) -> Iterator[Line]:
    """The second table; one region of five changes."""
    for name, (change, goal) in CHANGES.items():
        for weekly in (5.0, 20.0, 100.0):
            rng = np.random.default_rng([32, int(weekly)])
            shares = []
            for _ in range(max(1, replicates // 4)):
                mean = np.full((53, REGIONS), weekly)
                changed = mean[:, : REGIONS // 5]
                change(changed)
                shares.append(float((chances(drawn(rng, mean, 1.5))[: REGIONS // 5] <= 0.01).mean()))
            yield line(name, f"{weekly:g} a week, phi 1.5", shares, goal)


def names_any(rng: np.random.Generator, regions: int, phi: float | str, weeks: int) -> tuple[bool, bool]:
    """Whether comparison, and whether signal, names a region of a panel in which nothing changes."""
    weekly = np.exp(rng.uniform(np.log(ALL_LEVELS[0]), np.log(ALL_LEVELS[1]), regions))
    phis = np.full(regions, phi) if isinstance(phi, float) else rng.uniform(1, 3, regions)
    panel = flat_panel(rng, weekly, phis, weeks + 1)
    week = Week(first_day=panel.last_day - dt.timedelta(days=6))
    compared = comparison.fit(panel, week=week)
    judged = signal.fit(panel, week=week, run_weeks=0)
    return (
        any(getattr(item, "verdict", "") in ("up", "down") for item in compared),
        any(getattr(item, "verdict", "") in ("unusual", "low") for item in judged),
    )


def joint(
    replicates: int,
    cells: tuple[tuple[int, float | str], ...] = tuple(
        (regions, phi) for regions in (30, 90) for phi in (1.0, 1.5, 3.0, "1 to 3")
    ),
) -> Iterator[Line]:
    """The third table."""
    for number, (regions, phi) in enumerate(cells):
        rng = np.random.default_rng([33, number])
        named = np.array([names_any(rng, regions, phi, 52) for _ in range(replicates)])
        cell = f"{regions} regions, phi {phi}, 52 weeks"
        for what, hits, goal in (
            ("any named by comparison", named[:, 0], np.inf),
            ("any named by signal", named[:, 1], np.inf),
            ("any named by either", named.any(axis=1), 0.10),
        ):
            yield line(what, cell, list(hits.astype(float)), (-np.inf, goal))


def main(replicates: int) -> None:
    """Print every line."""
    for study in (false_alarms, after_changes, joint):
        for found in study(replicates):
            print(found, flush=True)


if __name__ == "__main__":
    main(20 if "--fast" in sys.argv[1:] else int(next(iter(sys.argv[1:]), 400)))
