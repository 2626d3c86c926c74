"""The checked table: canonical columns first, then the others as read."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import ConfigError
from .cells import as_text, coalesced, distinct
from .columns import ColumnMap
from .dates import Moments
from .days import TIMINGS, Days
from .fields import FIELDS
from .places import Places
from .stamps import midnights

__all__ = ["assembled", "field_cells", "units_seen"]

_ONE_KIND = ("string", "empty", "boolean", "integer", "floating", "date", "datetime", "datetime64", "decimal")
_NOT_COVERED = ("u", "no", "not covered", "not observed", "no coverage", "не охвачено", "не охоплено")
_NONE_REPORTED = (
    "0",
    "-",
    "–",
    "—",
    "none",
    "none reported",
    "nothing reported",
    "no incidents",
    "нет",
    "немає",
)
_NO = frozenset({"no", "n", "false", "f", "0", "нет", "ні"})


def field_cells(frame: pd.DataFrame, mapping: ColumnMap, field: str) -> "pd.Series[Any] | None":
    """The cells of a field, one per row; None without such a column."""
    return coalesced(frame, mapping.fields[field]) if field in mapping.fields else None


def assembled(
    frame: pd.DataFrame,
    lines: npt.NDArray[np.int64],
    mapping: ColumnMap,
    days: Days,
    moments: Mapping[str, Moments | None],
    places: Places,
    amounts: Mapping[str, npt.NDArray[np.float64]],
    units: Mapping[str, str] | None,
) -> pd.DataFrame:
    """One row per record, as `Incidents.table` describes it."""
    out: dict[str, Any] = {"row": lines}
    identity = field_cells(frame, mapping, "event_id")
    if identity is not None:
        out["event_id"] = identity
    out["date_start"] = midnights(days.first)
    out["date_end"] = out["date_start"] if days.last is days.first else midnights(days.last)
    out["first_share"], out["last_share"] = days.first_share, days.last_share
    out["timing"] = pd.Categorical.from_codes(days.timing, categories=pd.Index(TIMINGS, dtype="str"))
    start, report = moments["date_start"] or moments["date_end"], moments["report_date"]
    if start is not None and start.timed.any():
        out["time_start"] = np.where(start.timed, start.start, np.datetime64("NaT", "s"))
    out["region"], out["region_reported"], out["match"] = places.code, places.reported, places.match
    if report is not None:
        out["report_date"] = report.start
        out["report_timed"] = report.timed
    for field in ("event_type", "unit", "source"):
        cells = field_cells(frame, mapping, field)
        if cells is not None:
            out[field] = cells
    if units:
        out["unit"] = _declared_units(out, units, len(frame))
    out["included"] = _included(frame, mapping)
    covered = _covered(frame, mapping)
    if covered is not None:
        out["covered"], out["included"] = covered, out["included"] & (covered == "")
    out.update(amounts)
    for field in mapping.fields:
        if field not in out and field in FIELDS and field not in ("region_code", "included"):
            out[field] = field_cells(frame, mapping, field)
    for column in mapping.extra:
        out[column if column not in out else f"{column} (as read)"] = frame[column]
    return pd.DataFrame({name: _storable(cells) for name, cells in out.items()}, copy=False)


def _storable(cells: Any) -> Any:
    """A column of mixed cells as text, so that the table can be written to Parquet."""
    if (
        getattr(cells, "dtype", None) != np.dtype(object)
        or pd.api.types.infer_dtype(cells, skipna=True) in _ONE_KIND
    ):
        return cells
    found = distinct(pd.Series(cells))
    return pd.Series(found.spread(np.array([*found.values, ""], dtype=object)[:-1], ""), dtype="str")


def _declared_units(
    out: Mapping[str, Any], units: Mapping[str, str], size: int
) -> "pd.Series[Any] | npt.NDArray[np.object_]":
    if "event_type" not in out:
        raise ConfigError("needs a column of event types", table="incidents", key="units")
    wanted = {str(kind).casefold(): str(unit) for kind, unit in units.items()}
    cells = distinct(out["event_type"])
    names = np.array([wanted.get(value.casefold(), "") for value in cells.values], dtype=object)
    declared = cells.spread(names, "")
    if "unit" in out:
        stated = np.array([as_text(value) for value in out["unit"]], dtype=object)
        declared = np.where(declared == "", stated, declared)
    return pd.Series(declared, dtype="str")


def units_seen(table: pd.DataFrame, units: Mapping[str, str] | None, notes: list[str]) -> tuple[str, ...]:
    """The units that occur; says in ``notes`` which event types were declared in vain."""
    seen: tuple[str, ...] = ()
    if "unit" in table:
        found = distinct(table["unit"])
        seen = tuple(sorted(value for value in found.values if value))
    if units:
        kinds = {value.casefold() for value in distinct(table["event_type"]).values}
        unused = sorted(kind for kind in units if str(kind).casefold() not in kinds)
        if unused:
            notes.append(f"Units are declared for event types that do not occur: {', '.join(unused)}.")
    return seen


def _covered(frame: pd.DataFrame, mapping: ColumnMap) -> "npt.NDArray[np.object_] | None":
    """What rows say of coverage instead of an incident: "no" (not covered), "none" (nothing reported), ""."""
    cells = field_cells(frame, mapping, "coverage")
    if cells is None:
        return None
    found = distinct(cells)
    meant = {**dict.fromkeys(_NOT_COVERED, "no"), **dict.fromkeys(_NONE_REPORTED, "none")}
    kinds = [meant.get(" ".join(text.casefold().replace("_", " ").split()), "") for text in found.values]
    out: npt.NDArray[np.object_] = found.spread(np.array([*kinds, ""], dtype=object)[:-1], "")
    return out


def _included(frame: pd.DataFrame, mapping: ColumnMap) -> npt.NDArray[np.bool_]:
    included = np.ones(len(frame), dtype=bool)
    subset, stated = field_cells(frame, mapping, "subset_of"), field_cells(frame, mapping, "included")
    if subset is not None:
        included &= distinct(subset).codes < 0
    if stated is not None:
        cells = distinct(stated)
        included &= cells.spread(np.array([v.casefold() not in _NO for v in cells.values], dtype=bool), True)
    return included
