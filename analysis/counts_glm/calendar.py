"""Public holidays of a country or one of its parts."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ConfigError

__all__ = ["is_holiday"]


def is_holiday(days: pd.DatetimeIndex, place: str) -> npt.NDArray[np.bool_]:
    """Whether each day is a public holiday, by the `holidays` package.

    place : ISO 3166-1 code of a country ("DE"), or with a subdivision ("DE-BY"). Raises `ConfigError` for a
        place whose holidays are not known.
    """
    import holidays

    country, _, part = place.partition("-")
    years = sorted(set(days.year))
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        raise ConfigError(
            f"no holidays are known for {place!r}", key="holidays", value=country, valid=sorted(known)
        )
    if part and part not in known[country]:
        raise ConfigError(
            f"no holidays of their own are known for {part!r} in {country}; {country!r} alone has those of "
            "the whole country",
            key="holidays", value=part, valid=known[country],
        )  # fmt: skip
    dates = holidays.country_holidays(country, subdiv=part or None, years=years)
    found: npt.NDArray[np.bool_] = days.normalize().isin(pd.DatetimeIndex(sorted(dates)))
    return found
