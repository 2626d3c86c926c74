"""A series as trend, season and remainder (STL), with the settings of R's ``stl``."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .errors import ConfigError, InputError, NotEnoughDataError

__all__ = ["MISSING", "decompose"]

Floats = npt.NDArray[np.float64]

MISSING = ("error", "interpolate")


def decompose(
    series: "pd.Series[float]",
    *,
    period: int | Sequence[int] = 7,
    season: int | str = "periodic",
    trend: int | None = None,
    low_pass: int | None = None,
    robust: bool = False,
    missing: str = "error",
) -> pd.DataFrame:
    """Split a series by local regression (STL, Cleveland et al. 1990).

    series : equally spaced, in order. Counts may be passed as they are, or as ``log1p``.
    period : steps of one season, e.g. 7 for days; several, e.g. (7, 365), take turns (MSTL, Bandara, Hyndman
        & Bergmeir 2021).
    season : "periodic" (one value for each place in the period), or the odd width, in periods, of the window
        over which that value may change.
    trend : odd width in steps of the window of the trend; None as in R, 15 or less for days.
    low_pass : odd width, in steps, of the filter that keeps the trend out of the season, above the period.
        None is the first such number: R's own default except for an odd period, where R takes the period
        itself, which statsmodels does not accept.
    robust : outliers lose their weight. Among many equal counts implementations then differ, by up to a
        quarter of the standard deviation of the series.
    missing : "error", or "interpolate": gaps inside are bridged by straight lines, rows before the first and
        after the last value stay NaN, and ``remainder`` is NaN wherever nothing was observed.

    Returns a DataFrame on the index of ``series`` with trend, seasonal (with several periods ``seasonal_7``,
    ``seasonal_365`` …) and remainder, which add up to the series. Raises `InputError` for values that are
    missing, not finite or not equally spaced, `NotEnoughDataError` for two periods or fewer, and
    `ConfigError` for a setting out of its bounds.
    """
    periods = _periods(period)
    if missing not in MISSING:
        raise ConfigError(f"{missing!r} is no way to treat gaps", key="missing", value=missing, valid=MISSING)
    whole = _values(series)
    seen = np.flatnonzero(~np.isnan(whole))
    if len(seen) < len(whole) and missing == "error":
        raise InputError(_gaps(series, whole))
    first, last = (int(seen[0]), int(seen[-1]) + 1) if len(seen) else (0, 0)
    if last - first <= 2 * max(periods):
        raise NotEnoughDataError(
            f"{last - first} values are no more than two periods of {max(periods)}: no season can be told."
        )
    bridged = np.interp(np.arange(first, last), seen, whole[seen])
    parts = np.full((len(whole), 1 + len(periods)), np.nan)
    if len(periods) == 1:
        parts[first:last] = _single(bridged, periods[0], season, trend, low_pass, robust)
    else:
        parts[first:last] = _several(bridged, periods, season, trend, low_pass, robust)
    names = ["seasonal"] if len(periods) == 1 else [f"seasonal_{one}" for one in periods]
    found = pd.DataFrame(parts, index=series.index, columns=["trend", *names])
    return found.assign(remainder=whole - parts.sum(axis=1))


def _periods(period: int | Sequence[int]) -> list[int]:
    many = [period] if isinstance(period, int | np.integer) else list(period)
    if not many or not all(isinstance(one, int | np.integer) and one >= 2 for one in many):
        raise ConfigError(f"a period is a whole number of steps, at least 2, got {period}", key="period")
    if len(set(many)) < len(many):
        raise ConfigError(f"every period is named once, got {period}", key="period")
    return sorted(int(one) for one in many)


def _odd(width: int | None, key: str, least: int) -> int | None:
    if width is not None and (width < least or width % 2 == 0):
        raise ConfigError(f"{key} is an odd number, at least {least} here, got {width}", key=key)
    return width


def _next_odd(width: float) -> int:
    whole = ceil(width)
    return whole + 1 - whole % 2


def _values(series: Any) -> Floats:
    if not isinstance(series, pd.Series):
        raise InputError("the values to decompose must be one pandas Series.")
    try:
        values = series.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise InputError("the values to decompose must be numbers.") from None
    if np.isinf(values).any():
        raise InputError("the values to decompose must be finite.")
    steps = np.unique(np.diff(series.index.asi8)) if isinstance(series.index, pd.DatetimeIndex) else [1]
    if len(steps) > 1 or (len(steps) == 1 and steps[0] <= 0):
        raise InputError("the days of the series must be in order and equally spaced: reindex it first.")
    return values


def _gaps(series: "pd.Series[float]", values: Floats) -> str:
    where = np.flatnonzero(np.isnan(values))
    first = series.index[where[0]]
    name = first.date() if isinstance(first, pd.Timestamp) else first
    verb = "row has" if len(where) == 1 else "rows have"
    return f'{len(where)} {verb} no value, the first at {name}: fill them, or choose missing = "interpolate".'


def _settings(
    n: int, period: int, season: int | str, trend: int | None, low_pass: int | None
) -> dict[str, int]:
    """Windows, degrees and jumps as R's ``stl`` sets them."""
    if isinstance(season, str) and season != "periodic":
        raise ConfigError(f'season is "periodic" or an odd number, got {season!r}', key="season")
    width = 10 * n + 1 if isinstance(season, str) else int(_odd(season, "season", 3) or 3)
    # A trend window no longer than the period is refused by statsmodels; R's default is always longer.
    smooth = _odd(trend, "trend", period + 1) or _next_odd(1.5 * period / (1 - 1.5 / width))
    low = _odd(low_pass, "low_pass", period + 1) or _next_odd(period + 1)
    return {
        "seasonal": width, "trend": smooth, "low_pass": low,
        "seasonal_deg": 0, "trend_deg": 1, "low_pass_deg": 1,
        "seasonal_jump": ceil(width / 10), "trend_jump": ceil(smooth / 10), "low_pass_jump": ceil(low / 10),
    }  # fmt: skip


def _single(
    y: Floats, period: int, season: int | str, trend: int | None, low_pass: int | None, robust: bool
) -> Floats:
    """Values x (trend, seasonal)."""
    from statsmodels.tsa.seasonal import STL

    settings = _settings(len(y), period, season, trend, low_pass)
    found = STL(y, period=period, robust=robust, **settings).fit(
        inner_iter=1 if robust else 2, outer_iter=15 if robust else 0
    )
    seasonal = np.asarray(found.seasonal)
    return np.stack([np.asarray(found.trend), _by_cycle(seasonal, period, season)], axis=1)


def _several(
    y: Floats,
    periods: list[int],
    season: int | str,
    trend: int | None,
    low_pass: int | None,
    robust: bool,
    rounds: int = 2,
) -> Floats:
    """Values x (trend, one season per period): each season is taken from what the others leave."""
    seasons = np.zeros((len(y), len(periods)))
    level = np.zeros(len(y))
    for _ in range(rounds):
        for place, period in enumerate(periods):
            left = y - seasons.sum(axis=1) + seasons[:, place]
            parts = _single(left, period, season, trend, low_pass, robust)
            level, seasons[:, place] = parts[:, 0], parts[:, 1]
    return np.column_stack([level, seasons])


def _by_cycle(seasonal: Floats, period: int, season: int | str) -> Floats:
    """Under "periodic" the mean of each place in the period, as in R."""
    if season != "periodic":
        return seasonal
    place = np.arange(len(seasonal)) % period
    means: Floats = np.bincount(place, seasonal) / np.bincount(place)
    return means[place]
