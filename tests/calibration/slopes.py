"""Steps told as steps, ramps as slopes, nothing as nothing; places and slopes of joints in their intervals.

    python tests/calibration/slopes.py           the whole table, some minutes on one core
    python tests/calibration/slopes.py --fast    the same with few series, seconds

Seeded; 365 days; shares are of the series in which ``shape="auto"`` finds anything at all.
"""

import sys

import numpy as np
import pandas as pd
from change_point_penalty import NOISE

from analysis.segmentation import segment
from analysis.simulate import simulate_counts

DAYS = 365
TIME = np.arange(DAYS)
COURSES = {  # log of the level over its first value
    "ramp": {
        "growth x3 over the year": np.log(3) * TIME / DAYS,
        "level, x3 in 120 days, level": np.interp(TIME, [120, 240], [0, np.log(3)]),
        "x4 in 180 days, back in 185": np.interp(TIME, [0, 180, 364], [0, np.log(4), 0]),
    },
    "step": {
        "x2 on day 180": np.log(2) * (TIME >= 180),
        "x3 on day 100": np.log(3) * (TIME >= 100),
        "x3 on day 120, back on 240": np.log(3) * ((TIME >= 120) & (TIME < 240)),
        "x2 on day 120, x2 on 240": np.log(2) * ((TIME >= 120) * 1.0 + (TIME >= 240)),
    },
    "none": {"one level": np.zeros(DAYS)},
}


def simulated(course: np.ndarray, noise: str, mean: float, series: int, seed: list[int]) -> pd.DataFrame:
    """Counts thinned to the course: thinning keeps Poisson counts Poisson and overdispersed ones so."""
    top = float(np.exp(course.max()))
    counts = simulate_counts(
        regions=series, days=("2023-01-02", DAYS), rates=mean * top, seed=seed, **NOISE[noise]
    )
    keep = np.exp(course)[:, None] / top
    thinned = np.random.default_rng(seed).binomial(counts.to_numpy().astype(int), keep)
    return pd.DataFrame(thinned.astype(float), index=counts.index, columns=counts.columns)


def shares(
    truth: str, course: np.ndarray, noise: str, mean: float, series: int
) -> tuple[float, float, float]:
    """Share of series with anything found, and of these the shares told as slopes and as steps."""
    seed = [31, len(truth), int(100 * np.abs(course).sum()), int(mean), len(noise)]
    found = segment(simulated(course, noise, mean, series, seed), shape="auto")
    slopes = sum(bool(found.slopes[name]) for name in found.regions)
    steps = sum(bool(found.changes[name]) for name in found.regions)
    seen = slopes + steps
    return seen / series, slopes / max(seen, 1), steps / max(seen, 1)


def coverage(series: int, noise: str = "all", mean: float = 10.0) -> tuple[float, float, float]:
    """How often the range of one joint, and the intervals of the slopes beside it, hold the truth; and the
    share of series with exactly one joint."""
    course = np.interp(TIME, [0, 200, 364], [0.0, np.log(3), 0.0])
    found = segment(simulated(course, noise, mean, series, [32]), shape="trend")
    right = [name for name in found.regions if len(found.joints[name]) == 1]
    day = (pd.Timestamp("2023-01-02") + pd.Timedelta(days=200)).date()
    places = [found.joints[name][0].earliest <= day <= found.joints[name][0].latest for name in right]
    truth = 100 * np.expm1(7 * np.array([np.log(3) / 200, -np.log(3) / 164]))
    slopes = [
        slope.weekly.low <= value <= slope.weekly.high
        for name in right
        for slope, value in zip(found.slopes[name], truth, strict=True)
        if slope.weekly is not None
    ]
    return len(right) / series, float(np.mean(places)), float(np.mean(slopes))


def main(series: int) -> None:
    """Print every line."""
    print(f"{'truth':6s}{'course':32s}{'noise':15s}{'a day':>6s}{'found':>8s}{'slopes':>8s}{'steps':>8s}")
    for truth, courses in COURSES.items():
        for name, course in courses.items():
            for noise in ("poisson", "all"):
                for mean in (3.0, 10.0):
                    figures = shares(truth, course, noise, mean, series)
                    print(
                        f"{truth:6s}{name:32s}{noise:15s}{mean:6g}",
                        *(f"{x:7.3f}" for x in figures),
                        flush=True,
                    )
    for noise in ("poisson", "all"):
        one, place, slope = coverage(series, noise)
        print(f"one joint, {noise}: {one:.3f} of series; its range holds it {place:.3f}, slopes {slope:.3f}")


if __name__ == "__main__":
    main(12 if "--fast" in sys.argv[1:] else 100)
