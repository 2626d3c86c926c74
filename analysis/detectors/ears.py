"""The Early Aberration Reporting System: today against the mean and spread of the last days."""

from typing import Any

import numpy as np
import pandas as pd

from ..errors import NotEnoughDataError
from ._frames import MISSING, Counts, Floats, answer, between, chosen, counts_of, whole

__all__ = ["ears"]

_LAG = {"C1": 0, "C2": 2, "C3": 2}
_ALPHA = {"C1": 0.001, "C2": 0.001, "C3": 0.025}


def ears(
    counts: Any,
    *,
    method: str = "C1",
    baseline: int = 7,
    alpha: float | None = None,
    min_sd: float = 0.0,
    as_surveillance: bool = False,
) -> pd.DataFrame:
    """EARS C1, C2 or C3 at every position with a full baseline.

    counts : Series, or DataFrame with a column per region; NaN where nothing was observed.
    method : "C1" compares with the ``baseline`` positions just before; "C2" leaves two out between; "C3" adds
        up what C2 exceeded 1 by, today and on the two positions before.
    alpha : one-sided error of one normal comparison; 0.001 for C1 and C2, 0.025 for C3.
    min_sd : the spread is taken to be at least this; with 0, one event after a baseline of zeros is an alarm.
    as_surveillance : C3 as the R package surveillance 1.20.3 computes it, to compare with earlier
        results. There the bound starts from today's count instead of the baseline mean, so that today's
        count does not matter, and a baseline without spread gives no answer. C1 and C2 are the same.

    Returns expected (the baseline mean), upper, score (the statistic C1, C2 or C3), alarm (the count is above
    ``upper``) and note (why there is no answer); for a DataFrame with columns (quantity, region), so that
    ``result["alarm"]`` is positions x regions. No event is never an alarm.

    Seven days tell a spread badly: on steady Poisson counts of mean 1 to 20, C1 and C2 alarm on 2 to 3 % of
    positions and C3 on 8 to 10 % (simulated), and more often where counts are irregular.

    Raises `NotEnoughDataError` where no position has a full baseline, `InputError`, `ConfigError`.
    Source: Hutwagner, Thompson, Seeman and Treadwell (2003).
    """
    lag = _LAG[chosen("method", method, tuple(_LAG))]
    alpha = between("alpha", _ALPHA[method] if alpha is None else alpha, 0, 1)
    given = counts_of(counts)
    whole("baseline", baseline, 2)
    mean, sd = _baseline(given, baseline, lag, 2 if method == "C3" else 0)
    sd = np.maximum(sd, min_sd)
    from scipy.special import ndtri

    limit = float(-ndtri(alpha))
    y = given.values
    with np.errstate(divide="ignore", invalid="ignore"):
        c2 = (y - mean) / sd
        if not as_surveillance:
            c2 = np.where(y == mean, 0.0, c2)
        if method != "C3":
            upper, score = mean + limit * sd, c2
        elif as_surveillance:
            before = _before(c2)
            upper, score = np.maximum(0.0, y + sd * (limit - before)), before
        else:
            before = _before(c2)
            rest = np.where(before > limit, 0.0, 1 + limit - before)
            upper = np.where(before > limit, 0.0, mean + sd * rest)
            score = before + np.maximum(0.0, c2 - 1)
    note = np.full(y.shape, "", dtype=object)
    note[np.isnan(upper)] = "no full baseline" if not as_surveillance else "no full baseline or no spread"
    note[np.isnan(y)] = MISSING
    return answer(given, expected=mean, upper=upper, score=score, alarm=y > upper, note=note)


def _baseline(given: Counts, size: int, lag: int, extra: int) -> tuple[Floats, Floats]:
    """Mean and standard deviation of ``size`` positions that end ``lag`` before; NaN where short."""
    y = given.values
    first = size + lag
    if len(y) <= first + extra:
        raise NotEnoughDataError(
            f"{len(y)} positions are too few: the first to be judged is {first + extra + 1}."
        )
    windows = np.lib.stride_tricks.sliding_window_view(y, size, axis=0)[: len(y) - first]
    mean, sd = np.full(y.shape, np.nan), np.full(y.shape, np.nan)
    mean[first:], sd[first:] = windows.mean(axis=-1), windows.std(axis=-1, ddof=1)
    return mean, sd


def _before(c2: Floats) -> Floats:
    """What the two positions before contribute to C3; NaN where one of them has no C2."""
    over = np.where(np.isnan(c2), np.nan, np.maximum(0.0, c2 - 1))
    total = np.full_like(c2, np.nan)
    total[2:] = over[1:-1] + over[:-2]
    return total
