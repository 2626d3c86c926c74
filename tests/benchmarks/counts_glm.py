"""Time per region of the batched regression, beside statsmodels on the same matrices.

    python tests/benchmarks/counts_glm.py [regions]

Run with OMP_NUM_THREADS=1. 1,500 days, eight terms, coefficients and quasi-Poisson errors; processor time.
The ratio is what carries to other machines.
"""

import sys
import time

import numpy as np
import pandas as pd
import statsmodels.api as sm

from analysis.counts_glm import design, fit_counts


def main(regions: int = 200, peers: int = 30) -> None:
    """Print milliseconds per region of either, processor time, best of three, and the largest difference."""
    rng = np.random.default_rng(1)
    days = pd.date_range("2021-01-04", periods=1500)
    mean = np.exp(rng.uniform(np.log(0.1), np.log(50), regions))
    counts = pd.DataFrame(rng.poisson(mean, (1500, regions)).astype(float), index=days)
    x = design(days)
    ours, theirs = [], []
    for _ in range(3):
        start = time.process_time()
        found = fit_counts(counts, x)
        found.standard_errors("quasi")
        ours.append((time.process_time() - start) / regions)
        start = time.process_time()
        matrix = x.to_numpy()
        family = sm.families.Poisson()
        peer = [sm.GLM(counts[i].to_numpy(), matrix, family=family).fit(scale="X2") for i in range(peers)]
        theirs.append((time.process_time() - start) / peers)
    far = max(np.abs(fit.params - found.coefficients.loc[i]).max() for i, fit in enumerate(peer))
    print(f"batched {1e3 * min(ours):.3f} ms, statsmodels {1e3 * min(theirs):.3f} ms per region")
    print(f"ratio {min(theirs) / min(ours):.1f}; largest difference of a coefficient {far:.1e}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
