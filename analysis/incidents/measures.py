"""What a measure is worth in every row: low, best and high, and where nothing is stated."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..errors import ConfigError
from .quantities import amount_cells

if TYPE_CHECKING:
    from .record import Incidents

__all__ = ["Measured", "measure_rows"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """One entry per row of the table.

    stated : the row is counted and states this measure; elsewhere the values are 0.
    low, best, high : best is the lower bound where only that is stated; high is inf where nothing bounds it.
    """

    name: str
    stated: npt.NDArray[np.bool_]
    low: Floats
    best: Floats
    high: Floats

    @property
    def bounded(self) -> bool:
        """True where any row is not exact."""
        return self.low is not self.high

    @property
    def exact(self) -> Floats:
        """The best figure of the exact rows, 0 elsewhere."""
        return np.where(self.low == self.high, self.best, 0.0) if self.bounded else self.best


def measure_rows(incidents: "Incidents", measure: str) -> Measured:
    """The values of a measure: "incidents", an amount or numeric column, or a declared unit.

    Raises `ConfigError`, naming the nearest, for a measure the table does not have, and for a count that
    would add different units together.
    """
    table = incidents.table
    included = table["included"].to_numpy(dtype=bool)
    if measure == "incidents":
        if "is_total" in table:  # a headline with parts holds amounts and is no incident of its own
            included = included & ~table["is_total"].to_numpy(dtype=bool)
        one = included.astype(float)
        return Measured(name=measure, stated=included, low=one, best=one, high=one)
    if measure in incidents.units:
        if "count" not in incidents.amounts:
            raise ConfigError(f"{measure!r} is a unit of counts, and the table has no count", **_WHERE)
        unit = (table["unit"].astype(object) == measure).to_numpy(dtype=bool)
        return _amount(incidents, "count", included & unit, measure)
    name = _column_of(incidents, measure)
    if name in incidents.amounts:
        if name == "count" and len(incidents.units) > 1:
            raise ConfigError(
                "'count' would add different units together", valid=incidents.units, value=measure, **_WHERE
            )
        return _amount(incidents, name, included, measure)
    return _numeric(incidents, name, included, measure)


_WHERE = {"table": "panel", "key": "measure"}


def _column_of(incidents: "Incidents", measure: str) -> str:
    """The table column of a measure, which may also be called as the source calls it."""
    if measure in incidents.amounts:
        return measure
    for name in incidents.amounts:
        if measure in incidents.report.columns.get(name, ()):
            return name
    own = {
        "row",
        "included",
        "first_share",
        "last_share",
        "date_start",
        "date_end",
        "time_start",
        "report_date",
    }
    if measure in incidents.table.columns and measure not in own:
        return measure
    numeric = [c for c in incidents.table.columns if incidents.table[c].dtype.kind in "iuf" and c not in own]
    raise _unknown(measure, [*incidents.measures, *numeric])


def _unknown(measure: str, valid: list[str]) -> ConfigError:
    return ConfigError(
        f"the table has no measure {measure!r}",
        table="panel",
        key="measure",
        value=measure,
        valid=list(dict.fromkeys(valid)),
    )


def _amount(incidents: "Incidents", name: str, counted: npt.NDArray[np.bool_], measure: str) -> Measured:
    table = incidents.table
    low, best, high = (
        table[column].to_numpy(dtype=float) for column in (f"{name}_low", name, f"{name}_high")
    )
    return _measured(measure, counted, low, best, high)


def _numeric(incidents: "Incidents", name: str, counted: npt.NDArray[np.bool_], measure: str) -> Measured:
    cells = amount_cells(incidents.table[name])
    bad = np.flatnonzero((cells.problem != "") & counted)
    if len(bad):
        line, value = incidents.table["row"].iloc[bad[0]], incidents.table[name].iloc[bad[0]]
        raise ConfigError(f"{measure!r} cannot be summed: line {line} has {value!r}", **_WHERE)
    return _measured(measure, counted, cells.low, cells.best, cells.high)


def _measured(
    measure: str, counted: npt.NDArray[np.bool_], low: Floats, best: Floats, high: Floats
) -> Measured:
    stated = counted & ~np.isnan(low)
    low_ = low if stated.all() else np.where(stated, low, 0.0)
    if _same(low, high) or np.array_equal(low[stated], high[stated]):
        return Measured(name=measure, stated=stated, low=low_, best=low_, high=low_)
    best_ = np.where(stated, np.where(np.isnan(best), low, best), 0.0)
    high_ = np.where(stated, np.where(np.isnan(high), np.inf, high), 0.0)
    return Measured(name=measure, stated=stated, low=low_, best=best_, high=high_)


def _same(one: Floats, other: Floats) -> bool:
    """Whether two arrays are one, as for figures without bounds, which stand in the table three times."""
    return bool(one.ctypes.data == other.ctypes.data and one.strides == other.strides)
