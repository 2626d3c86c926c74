"""The best partition into every number of segments, and what each costs.

No pattern is taken out and no value held back: these are the textbook figures on the values as they are, for
comparison with other software and for looking at how fast the cost falls.
"""

from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from .search import TINY, Prefix, poisson_gain, square_gain, staged
from .series import as_table, pack

__all__ = ["partition_path"]


def partition_path(
    values: "ArrayLike | pd.Series[Any]",
    *,
    most: int = 5,
    shortest: int | float = 0.15,
    family: Literal["counts", "gaussian"] = "gaussian",
) -> pd.DataFrame:
    """The exact best partition of one series with 0, 1, … ``most`` changes of level.

    shortest : fewest observations of a segment, or their share of the series below 1.
    family : "gaussian" (cost: residual sum of squares) or "counts" (Poisson deviance).

    One row per number of changes: ``cost``; ``bic``, -2 log likelihood + log(n) times the levels, their
    places and (gaussian) the variance; ``positions``, rows where a new level starts. Numbers for which the
    series has no room are left out. NaN is left out too.

    Equal to the RSS, BIC and breaks of R's strucchange 1.5.3 on four series up to six breaks. Autocorrelated
    or overdispersed series have too many changes at the least BIC: `segment` is made for those.

    Raises `InputError` for a table of several series, negative counts, or settings that make no sense.

    Bai & Perron 2003; Yao 1988 (BIC).
    """
    table = as_table(values)
    if table.shape[1] != 1 or most < 0 or family not in ("counts", "gaussian"):
        raise InputError("partition_path wants one series, most >= 0, family 'counts' or 'gaussian'.")
    if family == "counts" and np.nanmin(table.to_numpy(), initial=0.0) < 0:
        raise InputError("counts are not negative; use family='gaussian' for other numbers.")
    rows = pack(table, None)
    length = int(rows.lengths[0])
    fewest = int(shortest * length) if 0 < shortest < 1 else int(shortest)
    if fewest < 1 or length < fewest:
        raise InputError(f"segments of at least {shortest} do not fit a series of {length}.")
    y = rows.values[:, :length]
    middle = y.mean() if family == "gaussian" else 0.0
    prefix = Prefix.of(y - middle, np.ones_like(y))
    gain = square_gain if family == "gaussian" else poisson_gain
    total, previous = staged(prefix, gain, shortest=fewest, most=most + 1)
    own = float(((y - middle) ** 2).sum()) if family == "gaussian" else float((y * np.log(y + TINY)).sum())
    told = [stage for stage in range(most + 1) if np.isfinite(total[0, stage])]
    cost = np.maximum((own - total[0, told]) * (1.0 if family == "gaussian" else 2.0), 0.0)
    return pd.DataFrame(
        {
            "cost": cost,
            "bic": _bic(cost, np.array(told), y[0], family),
            "positions": [
                tuple(int(rows.places[0, cut]) for cut in _cuts(previous[0], stage)) for stage in told
            ],
        },
        index=pd.Index(told, name="changes"),
    )


def _cuts(previous: NDArray[np.int64], stage: int) -> list[int]:
    cuts: list[int] = []
    end = previous.shape[1] - 1
    while stage:
        end = int(previous[stage, end])
        cuts.append(end)
        stage -= 1
    return cuts[::-1]


def _bic(
    cost: NDArray[np.float64], changes: NDArray[np.int64], y: NDArray[np.float64], family: str
) -> NDArray[np.float64]:
    size = len(y)
    if family == "gaussian":
        fit = size * (np.log(2 * np.pi * np.maximum(cost, TINY) / size) + 1)
        return np.asarray(fit + np.log(size) * (2 * changes + 2))
    from scipy.special import gammaln

    full = 2 * float((y * np.log(y + TINY) - y - gammaln(y + 1)).sum())
    return np.asarray(cost - full + np.log(size) * (2 * changes + 1))
