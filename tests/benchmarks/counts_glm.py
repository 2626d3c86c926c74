"""Time per region of the batched regressions, beside statsmodels on the same matrices.

    python tests/benchmarks/counts_glm.py [regions]

Run with OMP_NUM_THREADS=1. 1,500 days, eight terms; coefficients and their errors; processor time, best of
several rounds in turn. statsmodels is warm and gets NumPy arrays. For Poisson its GLM, which has the
quasi-Poisson errors that are asked of ours, and its discrete model, which is faster and has not; for the
negative binomial Newton's method, as its default stops short of the maximum and takes longer. The ratio is
what carries to other machines. How cost grows with the number of regions is given as an exponent, between a
quarter of them and all.
"""

import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm

from analysis.counts_glm import design, fit_counts

DAYS = 1500
ROUNDS = 5


def simulated(regions: int) -> pd.DataFrame:
    """Negative binomial counts, 0.1 to 50 a day, most with a trend and a weekly pattern."""
    rng = np.random.default_rng(1)
    days = pd.date_range("2021-01-04", periods=DAYS)
    level = rng.uniform(np.log(0.1), np.log(50), regions)
    slope = rng.normal(0, 0.5, regions) * np.linspace(0, 1, DAYS)[:, None]
    week = rng.normal(0, 0.2, (7, regions))[np.arange(DAYS) % 7]
    theta = np.exp(rng.uniform(np.log(0.5), np.log(10), regions))
    mean = np.exp(level + slope + week) * rng.gamma(theta, 1 / theta, (DAYS, regions))
    return pd.DataFrame(rng.poisson(mean).astype(float), index=days)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor time [s] and what came of it."""
    start = time.process_time()
    done = work()
    return time.process_time() - start, done


def ours(counts: pd.DataFrame, x: pd.DataFrame, family: str) -> Any:
    """Every region."""
    found = fit_counts(counts, x, family=family)
    found.standard_errors("quasi" if family == "poisson" else "observed")
    return found


def _glm(y: Any, x: Any) -> Any:
    return sm.GLM(y, x, family=sm.families.Poisson()).fit(scale="X2")


def _discrete(y: Any, x: Any) -> Any:
    return sm.Poisson(y, x).fit(method="newton", disp=0)


def _negative_binomial(y: Any, x: Any) -> Any:
    return sm.NegativeBinomial(y, x).fit(method="newton", disp=0, maxiter=100)


PEERS = {"poisson": {"GLM": _glm, "discrete": _discrete}, "nb2": {"Newton": _negative_binomial}}


def theirs(fit: Callable[[Any, Any], Any], counts: pd.DataFrame, x: pd.DataFrame, peers: int) -> list[Any]:
    """The first regions, one after the other, with their errors."""
    matrix, values = x.to_numpy(), counts.to_numpy().T.copy()
    found = [fit(values[region], matrix) for region in range(peers)]
    for one in found:
        _ = one.bse
    return found


def compare(counts: pd.DataFrame, family: str, peers: int) -> None:
    """Print one family: a line for ours beside each peer."""
    x, regions = design(pd.DatetimeIndex(counts.index)), counts.shape[1]
    few = counts.iloc[:, : max(regions // 4, 1)]
    whole, part, usual = [], [], {name: [] for name in PEERS[family]}
    for _ in range(ROUNDS):
        seconds, found = timed(lambda: ours(counts, x, family))
        whole.append(seconds)
        part.append(timed(lambda: ours(few, x, family))[0])
        for name, fit in PEERS[family].items():
            usual[name].append(timed(lambda fit=fit: theirs(fit, counts, x, peers)))
    best = min(whole)
    for name, runs in usual.items():
        peer = min(seconds for seconds, _ in runs) / peers
        far = max(_far(found, fit, region) for region, fit in enumerate(runs[-1][1]))
        print(
            f"{family}: batched {1e3 * best / regions:.4f} ms, statsmodels ({name}) {1e3 * peer:.3f} ms "
            f"per region, ratio {peer * regions / best:.1f}; largest difference {far:.1e}"
        )
    exponent = np.log(best / min(part)) / np.log(regions / few.shape[1])
    print(f"  cost by regions: exponent {exponent:.2f}; {int(found.converged.sum())} of {regions} settled")


def _far(found: Any, fit: Any, region: int) -> float:
    """Largest difference of a coefficient or alpha, relative where it is above 1."""
    values = found.coefficients.loc[region].tolist()
    if len(fit.params) > len(values):
        values.append(found.alpha[region])
    # A region at the Poisson limit has no counterpart there.
    if found.family == "nb2" and found.alpha[region] == 0:
        return 0.0
    return float((np.abs(fit.params - values) / np.maximum(np.abs(values), 1)).max())


def main(regions: int = 1000) -> None:
    """Both families on the same counts."""
    counts = simulated(regions)
    for family in PEERS:
        compare(counts, family, min(regions, 30))


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # Newton's method tries a negative alpha on its way there
    main(*map(int, sys.argv[1:]))
