"""Many tests at once."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import InputError

from .inputs import Floats, checked_method

__all__ = ["ADJUSTMENTS", "adjust_p"]

ADJUSTMENTS = ("bh", "by", "holm", "bonferroni")


def adjust_p(p: Any, method: str = "bh") -> Any:
    """p-values adjusted for how many there are; NaN is not a test and stays NaN.

    p : numbers from 0 to 1, any array-like; a Series keeps its index and name.
    method : "bh" (Benjamini & Hochberg 1995: share of false claims, what a report needs), "by" (Benjamini &
        Yekutieli 2001: the same under any dependence), "holm" (Holm 1979), "bonferroni".

    Returns what came in (Series or array) with q-values. Raises `InputError` for a p outside 0 to 1 and
    `ConfigError` for an unknown method.
    """
    checked_method(method, ADJUSTMENTS)
    values = np.asarray(p, dtype=float)
    known = ~np.isnan(values)
    if ((values[known] < 0) | (values[known] > 1)).any():
        raise InputError("p-values lie between 0 and 1.")
    result = np.full(values.shape, np.nan)
    if known.any():
        result[known] = _adjusted(values[known], method)
    return pd.Series(result, index=p.index, name=p.name) if isinstance(p, pd.Series) else result


def _adjusted(p: Floats, method: str) -> Floats:
    m = p.size
    if method == "bonferroni":
        return np.minimum(1.0, p * m)
    order = np.argsort(p, kind="stable")
    rank = np.arange(1, m + 1)
    if method == "holm":
        steps = np.maximum.accumulate((m - rank + 1) * p[order])
    else:
        penalty = (1.0 / rank).sum() if method == "by" else 1.0
        steps = np.minimum.accumulate((penalty * m / rank * p[order])[::-1])[::-1]
    result = np.empty(m)
    result[order] = np.minimum(1.0, steps)
    return result
