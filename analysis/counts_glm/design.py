"""The columns a daily series is explained by."""

import numpy as np
import pandas as pd

from analysis.errors import ConfigError
from analysis.weeks import WEEKDAYS

__all__ = ["TRENDS", "design"]

TRENDS = ("linear", "none")


def design(days: pd.DatetimeIndex, *, trend: str = "linear", day_of_week: bool = True) -> pd.DataFrame:
    """Design matrix of a log-linear daily series.

    days : one row each; the gaps between them may differ.
    trend : "linear" adds ``trend``, days since the first one, so that its coefficient is growth per day on
        the log scale; "none" adds nothing.
    day_of_week : adds six columns, ``tue`` to ``sun``, each against Monday.

    Returns a float DataFrame indexed by ``days`` whose first column, ``const``, is 1. Raises `ConfigError`
    for an unknown trend.
    """
    if trend not in TRENDS:
        raise ConfigError(f"{trend!r} is not a trend; choose one of {', '.join(TRENDS)}", key="trend")
    days = pd.DatetimeIndex(days)
    columns = {"const": np.ones(len(days))}
    if trend == "linear":
        columns["trend"] = ((days - days[0]) / pd.Timedelta(days=1)).to_numpy(dtype=float)
    if day_of_week:
        weekday = days.day_of_week.to_numpy()
        columns |= {
            name[:3]: (weekday == number).astype(float) for number, name in enumerate(WEEKDAYS) if number
        }
    return pd.DataFrame(columns, index=days)
