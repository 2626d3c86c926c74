"""From an expected count and its uncertainty to the largest count that is not unusual."""

import numpy as np

from ._frames import Floats

__all__ = ["BOUNDS", "POWERS", "bound"]

POWERS = ("2/3", "1/2", "none")
BOUNDS = ("delta", "nbPlugin", "muan")


def bound(
    kind: str, *, alpha: float, power: str, mean: Floats, phi: Floats, variance: Floats, error: Floats
) -> Floats:
    """The upper bound of a count, of the given kind.

    mean : expected. phi : dispersion, at least 1. variance : of the log mean at dispersion 1. error : the
    dispersion to multiply it with.

    "delta" is the prediction interval of Farrington (1996) on a power scale; "nbPlugin" the quantile of a
    negative binomial with the plugged-in mean and variance ``phi * mean`` (Noufaily 2013); "muan" the same at
    the upper limit of the mean (Salmon, Schumacher and Höhle 2016).
    """
    from scipy.special import ndtri

    z = float(-ndtri(alpha))
    if kind == "delta":
        return _delta(power, z, mean, phi + mean * variance * error)
    return _quantile(mean if kind == "nbPlugin" else mean * np.exp(z * np.sqrt(variance * error)), phi, alpha)


def _delta(power: str, z: float, mean: Floats, tau: Floats) -> Floats:
    """``tau``: variance of the count around its forecast, over the mean."""
    if power == "2/3":
        return np.asarray(mean * (1 + 2 / 3 * z * np.sqrt(tau / mean)) ** 1.5)
    if power == "1/2":
        return np.asarray((np.sqrt(mean) + z / 2 * np.sqrt(tau)) ** 2)
    return np.asarray(mean + z * np.sqrt(mean * tau))


def _quantile(mean: Floats, phi: Floats, alpha: float) -> Floats:
    from scipy import stats

    over = phi > 1
    size = mean / np.where(over, phi - 1, 1.0)
    return np.where(over, stats.nbinom.ppf(1 - alpha, size, 1 / phi), stats.poisson.ppf(1 - alpha, mean))
