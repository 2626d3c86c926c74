"""The rows behind a sum: which rows a figure of the panel is made of, and what each adds to it."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from .allocation import columns_of, known_rows, shares_of
from .coverage import REST, Coverage, covered_days
from .estimates import Amount
from .findings import TOTAL, UNALLOCATED
from .incidents import Incidents
from .incidents.measures import measure_rows

__all__ = ["contributions", "rows_of", "sum_of"]


def contributions(
    incidents: Incidents,
    *,
    measure: str,
    first: dt.date,
    last: dt.date,
    by: str = "region",
    as_of: pd.Timestamp | None = None,
    coverage: Coverage | None = None,
) -> pd.DataFrame:
    """What every row adds to the sums of ``measure`` from ``first`` to ``last``.

    as_of : a local moment; only rows reported by then. coverage : as in `daily_panel`; what is reported on a
        day that is not covered is unallocated.

    Returns one line per row that adds to a sum, and one more where part of it is unallocated: its label in
    ``incidents.table``, code (the column of the panel, "" = unallocated), share (the part of the row on these
    days, above 0 to 1), and low, best, high (that part of what the row states, in the unit of the measure;
    best is low where only a bound is stated, high is inf where nothing bounds it). Their sums are what
    `Panel.amount` gives for these days. Raises `ConfigError` for an unknown measure.
    """
    values = measure_rows(incidents, measure)
    counted = values.stated & known_rows(incidents, as_of)
    shares = shares_of(incidents, counted, first, (last - first).days + 1)
    columns = columns_of(incidents, by)
    codes = columns.frame.index
    column = columns.of_row[shares.row]
    stated = {code: spans for code, spans in (coverage or {}).items() if code in codes or code == REST}
    if stated:
        observed = covered_days(pd.date_range(first, last, freq="D"), codes, stated)
        column = np.where((column >= 0) & ~observed[shares.day, column], -1, column)
    size = len(codes) + 1
    keys, place = np.unique(shares.row * size + column + 1, return_inverse=True)
    rows, held = keys // size, keys % size - 1
    part = np.bincount(place, weights=shares.share, minlength=len(keys)).astype(float)
    names = np.array([*codes.astype(str), ""], dtype=object)
    made: dict[str, Any] = {"code": names[held], "share": part}
    for name in ("low", "best", "high"):
        made[name] = getattr(values, name)[rows] * part
    return pd.DataFrame(made, index=incidents.table.index[rows])


def rows_of(rows: pd.DataFrame, region: str) -> pd.DataFrame:
    """Those of the `contributions` that add to a region, to `TOTAL` or to `UNALLOCATED`."""
    if region == TOTAL:
        return rows
    return rows[rows["code"] == ("" if region == UNALLOCATED else region)]


def sum_of(rows: pd.DataFrame) -> Amount:
    """The sum of `contributions` with its bounds, rounded as the panel rounds."""
    return Amount.of_sums(*(float(rows[name].sum()) for name in ("low", "best", "high")))
