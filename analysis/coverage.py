"""Declared coverage: on which days a region's reports would have reached the table.

A day without rows is a zero only where somebody was looking. Regions under a permanent alert, or a source
that began late, have days on which nothing can be said; those are declared, never guessed.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from .errors import ConfigError

__all__ = ["Coverage", "covered_days"]

Coverage = Mapping[str, Sequence[str]]


def covered_days(
    days: pd.DatetimeIndex, codes: "pd.Index[str]", coverage: Coverage | None
) -> npt.NDArray[np.bool_]:
    """Days x regions: True where a region is covered.

    coverage : code -> spans of days, each an ISO 8601 interval with both days included
        (``"2024-03-01/2024-12-31"``; ``".."`` is an open end); an empty list = never covered. Regions that
        are not named are covered on every day.

    Raises `ConfigError` for a code that is no column or a span that cannot be read.
    """
    mask = np.ones((len(days), len(codes)), dtype=bool)
    for code, spans in (coverage or {}).items():
        if code not in codes:
            raise ConfigError(
                f"{code!r} is no region of this table", table="panel", key="coverage", value=code, valid=codes
            )
        column = np.zeros(len(days), dtype=bool)
        for span in spans:
            first, last = _ends(span)
            column |= (days >= first) & (days <= last)
        mask[:, codes.get_loc(code)] = column
    return mask


def _ends(span: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    begin, slash, end = str(span).partition("/")
    try:
        first = pd.Timestamp.min if begin == ".." else pd.Timestamp(dt.date.fromisoformat(begin))
        last = pd.Timestamp.max if end == ".." else pd.Timestamp(dt.date.fromisoformat(end))
    except ValueError:
        slash = ""
    if not slash or last < first:
        raise ConfigError(
            f"{span!r} is no span of days; write it like 2024-03-01/2024-12-31 or 2024-03-01/..",
            table="panel", key="coverage",
        )  # fmt: skip
    return first, last
