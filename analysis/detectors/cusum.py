"""The cumulative sum chart for counts: small lasting rises, found by adding up."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ._frames import MISSING, Floats, answer, between, chosen, counts_of, expectation

__all__ = ["cusum"]

Transform = Callable[[Floats, Floats], Floats]


def cusum(
    counts: Any,
    *,
    expected: Any = None,
    training: int | None = None,
    k: float = 1.04,
    h: float = 2.26,
    transform: str = "standard",
    restart: bool = False,
) -> pd.DataFrame:
    """Poisson CUSUM on transformed counts z: ``S = max(0, S + z - k)``, an alarm where ``S >= h``.

    counts : Series, or DataFrame with a column per region; NaN where nothing was observed (S stays).
    expected : mean in control: a number, one per column, one per position, or a frame; by default the mean of
        the training positions.
    training : positions at the start that are not judged; by default the first half when ``expected`` is
        None, otherwise none.
    k, h : reference and decision value, in units of z. The defaults give a false alarm after some 500
        positions on average where z is normal, and find a rise of two standard deviations in about 3.
    transform : "standard" (x - m) / sqrt(m), "rossi" (x - 3m + 2 sqrt(xm)) / (2 sqrt(m)), "anscombe"
        3/2 (x^(2/3) - m^(2/3)) / m^(1/6), or "none": the counts themselves, with k and h in counts.
    restart : start again from 0 after an alarm; otherwise S goes on and the alarm lasts as long as it does.

    Returns expected, upper (the smallest real number that would be an alarm), score (S), alarm and note (why
    there is no answer); for a DataFrame with columns (quantity, region), so that ``result["alarm"]`` is
    positions x regions. A region without events in training has no answer.

    Counts more irregular than Poisson alarm more often than k and h promise.

    Raises `NotEnoughDataError` where no position is left to judge, `InputError`, `ConfigError`.
    Source: Rossi, Lampugnani and Marchi (1999).
    """
    forward, back = _TRANSFORMS[chosen("transform", transform, tuple(_TRANSFORMS))]
    between("h", h, 0)
    given = counts_of(counts)
    mean, start, note = expectation(given, expected, training)
    y = given.values
    z = forward(y, mean)
    total = np.zeros(y.shape[1])
    upper, score = np.full(y.shape, np.nan), np.full(y.shape, np.nan)
    for t in range(start, len(y)):
        upper[t] = back(h + k - total, mean[t])
        total = np.where(np.isnan(z[t]), total, np.maximum(0.0, total + z[t] - k))
        score[t] = total
        if restart:
            total = np.where(total >= h, 0.0, total)
    gone = np.isnan(y) | np.isnan(mean)
    note[start:][np.isnan(y[start:])] = MISSING
    score[np.isnan(mean)] = np.nan
    return answer(given, expected=mean, upper=upper, score=score, alarm=(score >= h) & ~gone, note=note)


def _standard(x: Floats, m: Floats) -> Floats:
    return np.asarray((x - m) / np.sqrt(m))


def _standard_back(z: Floats, m: Floats) -> Floats:
    return np.maximum(0.0, m + z * np.sqrt(m))


def _rossi(x: Floats, m: Floats) -> Floats:
    return np.asarray((x - 3 * m + 2 * np.sqrt(x * m)) / (2 * np.sqrt(m)))


def _rossi_back(z: Floats, m: Floats) -> Floats:
    # (sqrt(x) + sqrt(m))^2 = 4m + 2z sqrt(m); no count is low enough where that is below m
    root = np.sqrt(np.maximum(0.0, 4 * m + 2 * z * np.sqrt(m))) - np.sqrt(m)
    return np.asarray(np.maximum(0.0, root) ** 2)


def _anscombe(x: Floats, m: Floats) -> Floats:
    return np.asarray(1.5 * (np.cbrt(x) ** 2 - np.cbrt(m) ** 2) / m ** (1 / 6))


def _anscombe_back(z: Floats, m: Floats) -> Floats:
    return np.asarray(np.maximum(0.0, np.cbrt(m) ** 2 + z * m ** (1 / 6) / 1.5) ** 1.5)


def _none(x: Floats, m: Floats) -> Floats:
    return np.where(np.isnan(m), np.nan, x)


_TRANSFORMS: dict[str, tuple[Transform, Transform]] = {
    "standard": (_standard, _standard_back),
    "rossi": (_rossi, _rossi_back),
    "anscombe": (_anscombe, _anscombe_back),
    "none": (_none, lambda z, m: np.where(np.isnan(m), np.nan, np.maximum(0.0, z))),
}
