"""The Farrington detectors: this week against the same weeks of earlier years, by regression."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..errors import ConfigError, NotEnoughDataError
from ._bounds import BOUNDS, POWERS, bound
from ._frames import MISSING, Bools, Counts, Floats, answer, between, chosen, counts_of, whole
from ._references import History, history, steps_back
from ._weighted import Fits, estimable, fit

__all__ = ["farrington"]

_BLOCK = 128  # problems fitted together
_NOTHING = 1e-8  # an expectation this far below the largest fitted mean has run away
_METHODS = {
    "flexible": {"periods": 10, "skip": 26, "weight_above": 2.58, "trend_p": 1.0, "bound": "nbPlugin"},
    "original": {"periods": 1, "weight_above": 1.0, "trend_p": 0.05, "bound": "delta"},
}
_FEW = "fewer than {} events in the last {} positions: never an alarm"


@dataclass(frozen=True, kw_only=True)
class _Settings:
    """The settings of one call; see `farrington`."""

    years: int
    half_window: int
    alpha: float
    reweight: bool
    weight_above: float
    trend: bool
    trend_p: float
    periods: int
    skip: int
    bound: str
    power: str
    as_surveillance: bool


def farrington(
    counts: Any,
    *,
    method: str = "flexible",
    years: int = 5,
    half_window: int = 3,
    alpha: float = 0.005,
    reweight: bool = True,
    weight_above: float | None = None,
    trend: bool = True,
    trend_p: float | None = None,
    periods: int | None = None,
    skip: int | None = None,
    bound: str | None = None,
    power: str = "2/3",
    minimum: tuple[int, int] = (5, 4),
    period: int | None = None,
    last: int | None = None,
    as_surveillance: bool = False,
) -> pd.DataFrame:
    """Weekly counts against a quasi-Poisson regression on the same season of earlier years.

    counts : Series, or DataFrame with a column per region, one row per week (or day, or month); NaN where
        nothing was observed.
    method : sets what is None below. "flexible" (Noufaily 2013): periods 10, skip 26, weight_above 2.58,
        trend_p 1 (always a trend), bound "nbPlugin". "original" (Farrington 1996): periods 1, weight_above 1,
        trend_p 0.05, bound "delta", skip as half_window.
    years, half_window : references are this many earlier years, this many positions to either side.
    alpha : one-sided share of alarms; 0.005 is the upper end of a 99 % interval.
    reweight, weight_above : references whose standardised Anscombe residual is above it weigh less.
    trend, trend_p : a linear trend, kept where its p-value is below ``trend_p``, there are three years, and
        its forecast is no more than the largest reference.
    periods, skip : seasons of a year in the regression (1: only the weeks around the date), and the positions
        just before the judged one that are no reference.
    bound : "delta", a prediction interval after the power transformation ``power`` ("2/3", "1/2" or "none");
        "nbPlugin", a negative binomial quantile; "muan", the same at the upper limit of the mean.
    minimum : (events, positions): no alarm with fewer events in so many last positions.
    period : positions in a year; None looks dates up in an index of dates, and means 52 otherwise.
    last : judge only so many last positions.
    as_surveillance : "flexible" as the R package surveillance 1.20.3 computes it, for comparison with earlier
        results. There, after reweighting, the p-value of the trend and the error of the expectation (bounds
        "delta" and "muan") rest on a dispersion of other weights than those of the fit; by default they rest
        on the dispersion of the fit, for the error never below 1. "nbPlugin" without a choice of trend, and
        "original", are the same either way.

    Returns expected, upper, score ((count - expected) / (upper - expected), NaN where upper is not above
    expected), alarm (count above ``upper``, and ``minimum``) and note (why there is no answer or no alarm);
    for a DataFrame with columns (quantity, region), so that ``result["alarm"]`` is positions x regions.

    Raises `NotEnoughDataError` where no position has the history, `InputError`, `ConfigError`.
    Source: Farrington, Andrews, Beale and Catchpole (1996); Noufaily, Enki, Farrington, Garthwaite, Andrews
    and Charlett (2013).
    """
    chosen("method", method, tuple(_METHODS))
    given = counts_of(counts)
    named = {
        "periods": periods,
        "skip": skip,
        "weight_above": weight_above,
        "trend_p": trend_p,
        "bound": bound,
    }
    preset = (
        {"skip": half_window}
        | _METHODS[method]
        | {name: value for name, value in named.items() if value is not None}
    )
    settings = _checked(
        years=years, half_window=half_window, alpha=alpha, reweight=reweight, trend=trend, power=power,
        as_surveillance=as_surveillance and method == "flexible", **preset,
    )  # fmt: skip
    if method == "original" and (settings.periods != 1 or settings.bound != "delta"):
        raise ConfigError("method 'original' has one period and the bound 'delta'", key="method")
    rows = np.arange(len(given.index))
    if last is not None:
        rows = rows[-whole("last", last, 1) :]
    steps = steps_back(given.index, years, period)
    groups = history(steps, rows, half_window=half_window, periods=settings.periods, skip=settings.skip)
    if not groups:
        raise NotEnoughDataError(
            f"{len(given.index)} positions are too few: the last one needs {years} earlier years and "
            f"{half_window} positions before them."
        )
    return _judged(given, groups, settings, minimum, rows)


def _checked(**values: Any) -> _Settings:
    for name in ("years", "periods"):
        whole(name, values[name], 1)
    for name in ("half_window", "skip"):
        whole(name, values[name], 0)
    between("alpha", values["alpha"], 0, 1)
    between("weight_above", values["weight_above"], 0)
    chosen("bound", values["bound"], BOUNDS)
    chosen("power", values["power"], POWERS)
    return _Settings(**values)


def _judged(
    given: Counts, groups: list[History], settings: _Settings, minimum: tuple[int, int], rows: Any
) -> pd.DataFrame:
    y = given.values
    expected, upper = np.full(y.shape, np.nan), np.full(y.shape, np.nan)
    note = np.full(y.shape, "too little history", dtype=object)
    note[: rows[0]] = "not asked for"
    for group in groups:
        for start in range(0, len(group.judged), max(1, _BLOCK // y.shape[1])):
            at = group.judged[start : start + max(1, _BLOCK // y.shape[1])]
            past = y[at[:, None] + group.back].transpose(0, 2, 1).reshape(-1, len(group.back))
            found = _forecasts(group, past, settings)
            shape = (len(at), y.shape[1])
            expected[at], upper[at], note[at] = (part.reshape(shape) for part in found)
    with np.errstate(invalid="ignore", divide="ignore"):
        score = np.where(upper > expected, (y - expected) / (upper - expected), np.nan)
    events, positions = whole("minimum", minimum[0], 0), whole("minimum", minimum[1], 1)
    recent = pd.DataFrame(np.nan_to_num(y)).rolling(positions, min_periods=1).sum().to_numpy()
    enough = recent >= events - 1e-9  # rolling sums of fractions
    note[~enough & (note == "")] = _FEW.format(events, positions)
    note[np.isnan(y) & ~np.isnan(upper)] = MISSING
    return answer(given, expected=expected, upper=upper, score=score, alarm=(y > upper) & enough, note=note)


def _forecasts(group: History, past: Floats, settings: _Settings) -> tuple[Floats, Floats, Any]:
    """Expected, upper and note of problems x references."""
    seen = ~np.isnan(past)
    y = np.where(seen, past, 0.0)
    design = _design(group, settings.trend)
    note = np.full(len(y), "", dtype=object)
    note[~estimable(design, seen)] = "too few observed references"
    note[(note == "") & (y[:, group.season == 0].sum(axis=1) == 0)] = "no events in the reference weeks"
    expected, upper = np.full(len(y), np.nan), np.full(len(y), np.nan)
    ok = np.flatnonzero(note == "")
    if not ok.size:
        return expected, upper, note
    fits = _fitted(design, y[ok], seen[ok], settings)
    mean, variance, error, phi = _present(fits, settings)
    if settings.trend:
        drop = ~_keep_trend(fits, mean, y[ok], settings)
        if drop.any():
            plain = _fitted(_design(group, False), y[ok][drop], seen[ok][drop], settings)
            mean[drop], variance[drop], error[drop], phi[drop] = _present(plain, settings)
    expected[ok] = mean
    upper[ok] = bound(
        settings.bound, alpha=settings.alpha, power=settings.power,
        mean=mean, phi=phi, variance=variance, error=error,
    )  # fmt: skip
    return expected, upper, note


def _design(group: History, trend: bool) -> Floats:
    """References x terms. The intercept is the judged position itself: season 0, time 0."""
    columns = [np.ones(len(group.back))]
    columns += [group.back.astype(float)] if trend else []
    # With one year and a long skip some seasons lie wholly in what is skipped.
    columns += [(group.season == number).astype(float) for number in np.unique(group.season) if number > 0]
    return np.stack(columns, axis=1)


def _fitted(design: Floats, y: Floats, seen: Bools, settings: _Settings) -> Fits:
    first = fit(design, y, seen.astype(float))
    if not settings.reweight:
        return first
    anscombe = 1.5 * (np.cbrt(y) ** 2 / first.mean ** (1 / 6) - np.sqrt(first.mean))
    free = np.maximum(1 - first.leverage, 1e-12)
    residual = np.where(seen, anscombe / np.sqrt(first.phi[:, None] * free), 0.0)
    high = residual > settings.weight_above
    weight = np.where(high, 1 / np.where(high, residual, 1.0) ** 2, 1.0) * seen
    weight *= seen.sum(axis=1, keepdims=True) / weight.sum(axis=1, keepdims=True)
    return fit(design, y, weight)


def _present(fits: Fits, settings: _Settings) -> tuple[Floats, Floats, Floats, Floats]:
    """Of the judged position: expected, variance of its log, dispersion of that error, dispersion."""
    error = _error(fits, settings) if settings.as_surveillance else fits.phi
    return np.exp(np.clip(fits.beta[:, 0], -700, 700)), fits.inverse[:, 0, 0], error, fits.phi


def _error(fits: Fits, settings: _Settings) -> Floats:
    """The dispersion behind standard errors; that of other weights after reweighting `as_surveillance`."""
    return fits.working if settings.as_surveillance and settings.reweight else fits.spread


def _keep_trend(fits: Fits, mean: Floats, y: Floats, settings: _Settings) -> Bools:
    from scipy.special import stdtr

    spread = np.maximum(_error(fits, settings), np.finfo(float).tiny)
    size = fits.beta[:, 1] / np.sqrt(fits.inverse[:, 1, 1] * spread)
    p = 2 * stdtr(fits.df, -np.abs(size))
    sure = (p < settings.trend_p) | (settings.trend_p >= 1)
    kept = sure & (settings.years >= 3) & (mean <= y.max(axis=1))
    return np.asarray(kept & (mean > _NOTHING * fits.mean.max(axis=1)))
