"""`week_tallies`: what else was counted in the week, each measure in its own unit."""

from typing import Any

import numpy as np

from .allocation import Columns, columns_of, known_rows, shares_of
from .estimates import Amount
from .findings import TOTAL, UNALLOCATED, Tally
from .incidents import Incidents
from .incidents.measures import Measured, measure_rows
from .weeks import Week
from .windows import local_moment

__all__ = ["week_tallies"]


def week_tallies(
    incidents: Incidents, week: Week, measure: str, *, by: str = "region", as_of: Any = None
) -> tuple[Tally, ...]:
    """Sums of one week for every amount and declared unit other than ``measure``.

    Per measure: the total, every region where any of them is stated, and the unallocated where not zero. An
    amount is None where no counted row of that region and week states it: not stated is not zero. Where units
    are declared, counts are only summed within a unit.
    """
    columns = columns_of(incidents, by)
    known = known_rows(incidents, local_moment(as_of, "as_of", end_of_day=True))
    first = np.datetime64(week.first_day, "D")
    others = [name for name in incidents.measures[1:] if name != measure]
    if incidents.units:
        others = [name for name in others if name != "count"]
    sums = {name: _sums(incidents, measure_rows(incidents, name), columns, known, first) for name in others}
    codes = [TOTAL, *columns.frame.index, UNALLOCATED]
    stated_rows = sum((part["rows"] for part in sums.values()), np.zeros(len(codes)))
    out: list[Tally] = []
    for name, part in sums.items():
        unit = name in incidents.units
        for i, code in enumerate(codes):
            if (unit and not part["rows"][i]) or (code != TOTAL and not stated_rows[i]):
                continue
            if code == UNALLOCATED and not part["high"][i]:
                continue
            amount = (
                Amount.of_sums(part["low"][i], part["best"][i], part["high"][i]) if part["rows"][i] else None
            )
            out.append(
                Tally(
                    region=code, week=week.name, measure=name, amount=amount,
                    exact=round(float(part["exact"][i]), 9), rows=int(part["rows"][i]),
                )
            )  # fmt: skip
    return tuple(out)


def _sums(
    incidents: Incidents, values: Measured, columns: Columns, known: Any, first: np.datetime64
) -> dict[str, Any]:
    """Per measure part the sums of the week: total, every column, unallocated."""
    shares = shares_of(incidents, values.stated & known, first, 7)
    size = len(columns.frame) + 1
    of_row = np.where(columns.of_row < 0, size - 1, columns.of_row)

    def week_sum(per_row: Any) -> Any:
        parts = shares.sums(per_row, of_row, size).sum(axis=0)
        return np.concatenate([[parts.sum()], parts])

    rows = np.bincount(of_row[np.unique(shares.row)], minlength=size)
    return {
        "low": week_sum(values.low), "best": week_sum(values.best), "high": week_sum(values.high),
        "exact": week_sum(values.exact), "rows": np.concatenate([[rows.sum()], rows]),
    }  # fmt: skip
