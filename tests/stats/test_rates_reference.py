"""Rate ratios, intervals and adjusted p-values against R."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.rates import adjust_p, rate_interval, rate_ratio

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "rate_ratios.csv"

# method -> column here: column of the reference table, relative tolerance
COLUMNS = {
    "exact": {
        "ratio": ("exact_ratio", 1e-9), "p_value": ("exact_p", 1e-9), "p_greater": ("exact_p_greater", 1e-9),
        "p_less": ("exact_p_less", 1e-9), "low": ("exact_lo", 1e-9), "high": ("exact_hi", 1e-9),
    },
    "central": {"p_value": ("central_p", 1e-9), "low": ("exact_lo", 1e-9), "high": ("exact_hi", 1e-9)},
    # epitools stops its root finder early: up to 1.1 % off its own definition, which is tested below
    "midp": {
        "p_value": ("midp_p", 1e-9), "ratio": ("midp_est", 1e-2), "low": ("midp_lo", 1.1e-2),
        "high": ("midp_hi", 1.1e-2),
    },
    "score": {
        "p_value": ("score_cond_p", 1e-9), "low": ("score_cond_lo", 1e-9), "high": ("score_cond_hi", 1e-9)
    },
    "wald": {"ratio": ("wald_est", 1e-9), "low": ("wald_lo", 1e-9), "high": ("wald_hi", 1e-9)},
}  # fmt: skip


def _agree(table: pd.DataFrame) -> None:
    for conf, rows in table.groupby("conf"):
        counts = (rows["x1"], rows["t1"], rows["x2"], rows["t2"])
        for method, columns in COLUMNS.items():
            found = rate_ratio(*counts, level=float(conf), method=method)
            for ours, (theirs, tolerance) in columns.items():
                known = rows[theirs].notna()
                np.testing.assert_allclose(
                    found.loc[known, ours], rows.loc[known, theirs], rtol=tolerance, atol=0,
                    err_msg=f"{method} {ours}",
                )  # fmt: skip
        single = rate_interval(rows["x1"], rows["t1"], level=float(conf))
        np.testing.assert_allclose(single["low"], rows["single_lo"], rtol=1e-9)
        np.testing.assert_allclose(single["high"], rows["single_hi"], rtol=1e-9)


def test_rate_ratio_agrees_with_r() -> None:
    _agree(pd.read_csv(REFERENCE, comment="#"))


@pytest.mark.shared
def test_rate_ratio_agrees_with_r_on_the_whole_grid(shared: Path) -> None:
    _agree(pd.read_csv(shared / "oracles" / "rates" / "two_periods.csv"))


@pytest.mark.shared
def test_adjusted_p_values_agree_with_r(shared: Path) -> None:
    table = pd.read_csv(shared / "oracles" / "rates" / "many_regions_p_adjust.csv")
    p = rate_ratio(table["last"], 1, table["prev"], 4, method="exact")["p_value"]
    np.testing.assert_allclose(p, table["p"], rtol=1e-9)
    for method, column in {"bh": "BH", "by": "BY", "holm": "holm", "bonferroni": "bonferroni"}.items():
        np.testing.assert_allclose(adjust_p(table["p"], method), table[column], rtol=1e-12)


def test_mid_p_limits_satisfy_their_definition() -> None:
    from scipy.stats import binom

    x, y = (grid.ravel() for grid in np.meshgrid([1, 3, 17, 250], [1, 2, 40, 900]))
    found = rate_ratio(x, 7.0, y, 28.0, method="midp", level=0.9)
    for column, target in {"low": 0.05, "ratio": 0.5, "high": 0.95}.items():
        share = found[column] * 7 / (found[column] * 7 + 28)
        tail = binom.sf(x, x + y, share) + binom.pmf(x, x + y, share) / 2
        np.testing.assert_allclose(tail, target, atol=1e-9)
