"""The columns a daily series is explained by."""

import numpy as np
import pandas as pd

from analysis.errors import ConfigError, InputError
from analysis.weeks import WEEKDAYS

from .calendar import is_holiday
from .linear import Floats
from .splines import natural_spline

__all__ = ["TRENDS", "design"]

TRENDS = ("linear", "spline", "none")
_YEAR, _WEEK = 365.25, 7.0  # days
_MONDAY = pd.Timestamp("1970-01-05")  # waves are counted from here, so that their phase means a date


def design(
    days: pd.DatetimeIndex,
    *,
    trend: str = "linear",
    df: int = 4,
    day_of_week: bool = True,
    yearly: int = 0,
    weekly: int = 0,
    holidays: str | None = None,
) -> pd.DataFrame:
    """Design matrix of a log-linear daily series.

    days : one row each; the gaps between them may differ.
    trend : "linear" adds ``trend``, days since the first one, so that its coefficient is growth per day on
        the log scale; "spline" adds ``trend_1`` … ``trend_df``, a natural cubic spline with the knots and
        columns of R's ``ns(days, df)`` (`natural_spline`); "none" adds nothing.
    df : degrees of freedom of the spline, at least 1.
    day_of_week : adds six columns, ``tue`` to ``sun``, each against Monday.
    yearly, weekly : pairs of waves to add: ``year_sin_1``, ``year_cos_1``, ``year_sin_2`` … with 1, 2 …
        waves a year of 365.25 days, and ``week_sin_1`` … likewise, at most 3, instead of ``day_of_week``.
    holidays : country, or country and subdivision ("DE", "DE-BY"): adds ``holiday``, 1 on public holidays as
        the `holidays` package knows them. Left out where no holiday falls on any of the days.

    Returns a float DataFrame indexed by ``days`` whose first column, ``const``, is 1. Raises `ConfigError`
    for a setting out of its bounds or a place without known holidays, `InputError` without days.
    """
    _check(trend, df, day_of_week, yearly, weekly)
    days = pd.DatetimeIndex(days)
    if days.empty or days.hasnans:
        raise InputError("a design needs at least one day, and every row its date.")
    columns = {"const": np.ones(len(days))} | _trend(days, trend, df)
    if day_of_week:
        weekday = days.day_of_week.to_numpy()
        columns |= {
            name[:3]: (weekday == number).astype(float) for number, name in enumerate(WEEKDAYS) if number
        }
    columns |= _waves(days, "year", _YEAR, yearly) | _waves(days, "week", _WEEK, weekly)
    if holidays is not None:
        off = is_holiday(days.tz_localize(None), holidays).astype(float)
        columns |= {"holiday": off} if off.any() else {}
    return pd.DataFrame(columns, index=days)


def _check(trend: str, df: int, day_of_week: bool, yearly: int, weekly: int) -> None:
    if trend not in TRENDS:
        raise ConfigError(f"{trend!r} is not a trend; choose one of {', '.join(TRENDS)}", key="trend")
    if df < 1:
        raise ConfigError(f"a spline has at least one degree of freedom, got {df}", key="df")
    if yearly < 0:
        raise ConfigError(f"the number of waves a year is not negative, got {yearly}", key="yearly")
    if not 0 <= weekly <= 3:
        raise ConfigError(f"a week of days carries 0 to 3 waves, got {weekly}", key="weekly")
    if weekly and day_of_week:
        raise ConfigError("waves within the week stand instead of day_of_week, not beside it", key="weekly")


def _trend(days: pd.DatetimeIndex, trend: str, df: int) -> dict[str, Floats]:
    if trend == "none":
        return {}
    age = _days_since(days, days[0])
    if trend == "linear":
        return {"trend": age}
    if len(np.unique(age)) <= df:
        raise InputError(f"a spline with {df} degrees of freedom needs more than {df} days, got {len(days)}.")
    return {f"trend_{number}": column for number, column in enumerate(natural_spline(age, df).T, start=1)}


def _waves(days: pd.DatetimeIndex, name: str, length: float, count: int) -> dict[str, Floats]:
    angle = 2 * np.pi * _days_since(days.tz_localize(None), _MONDAY) / length
    return {
        f"{name}_{wave}_{number}": values
        for number in range(1, count + 1)
        for wave, values in (("sin", np.sin(number * angle)), ("cos", np.cos(number * angle)))
    }


def _days_since(days: pd.DatetimeIndex, first: pd.Timestamp) -> Floats:
    age: Floats = ((days - first) / pd.Timedelta(days=1)).to_numpy(dtype=float)
    return age
