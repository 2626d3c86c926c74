"""From which day to which a panel runs, and what is needed to say so of a table that is read in parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from .incidents.stamps import added, tally

if TYPE_CHECKING:
    from .incidents import Incidents

__all__ = ["Extent"]

_NEVER = np.datetime64("NaT", "s")
_UNDATED = 2  # position in `incidents.days.TIMINGS`


@dataclass(frozen=True, kw_only=True)
class Extent:
    """The days that the rows of a table speak of; ``|`` joins parts of it.

    rows : rows with a day that are known. first, last : of these. ends : last day of a row (days since 1970)
    -> rows. first_report : of these rows. delays : whole days from event to report -> rows. latest : the last
    report of all rows. NaT where there is none.
    """

    rows: int = 0
    first: np.datetime64 = _NEVER
    last: np.datetime64 = _NEVER
    first_report: np.datetime64 = _NEVER
    latest: np.datetime64 = _NEVER
    ends: Mapping[int, int] = field(default_factory=dict)
    delays: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, incidents: "Incidents", known: npt.NDArray[np.bool_]) -> "Extent":
        """The extent of those rows of a table, or a part of one, that are known."""
        table = incidents.table
        dated = known & (table["timing"].cat.codes.to_numpy() != _UNDATED)
        begin, end = table["date_start"].to_numpy()[dated], table["date_end"].to_numpy()[dated]
        latest = first_report = _NEVER
        delays: dict[int, int] = {}
        if "report_date" in table:
            report = table["report_date"].to_numpy()
            latest = np.fmax.reduce(report, initial=_NEVER)
            report = report[dated]
            first_report = np.fmin.reduce(report, initial=_NEVER)
            there = ~np.isnat(report)
            delays = tally((report - begin)[there].astype("timedelta64[D]").astype(np.int64))
        return cls(
            rows=len(begin), first=np.fmin.reduce(begin, initial=_NEVER), first_report=first_report,
            last=np.fmax.reduce(end, initial=_NEVER), latest=latest, delays=delays,
            ends=tally(end.astype("datetime64[D]").astype(np.int64)),
        )  # fmt: skip

    @classmethod
    def of_days(cls, days: Mapping[int, int]) -> "Extent":
        """The same of rows of one day each; ``days`` : day (since 1970) -> rows."""
        first, last = (np.datetime64(day, "D").astype("datetime64[s]") for day in (min(days), max(days)))
        return cls(rows=sum(days.values()), first=first, last=last, ends=days)

    def __or__(self, other: "Extent") -> "Extent":
        return Extent(
            rows=self.rows + other.rows, first=np.fmin(self.first, other.first),
            last=np.fmax(self.last, other.last), latest=np.fmax(self.latest, other.latest),
            first_report=np.fmin(self.first_report, other.first_report),
            ends=added(self.ends, other.ends), delays=added(self.delays, other.delays),
        )  # fmt: skip

    def first_day(self) -> pd.Timestamp:
        """The first day of the rows, or of the reports where the first events lie long before any report."""
        first = pd.Timestamp(self.first)
        if np.isnat(self.first_report):
            return first
        report = pd.Timestamp(self.first_report).normalize()
        return report if (report - first).days > max(_most(self.delays, 0.99), 0) else first

    def last_day(self, as_of: pd.Timestamp | None) -> pd.Timestamp:
        """The last event's day; up to ``as_of``, days without events count too while later reports show that
        the table goes on."""
        event = pd.Timestamp(self.last)
        if as_of is None or np.isnat(self.latest):
            return event
        return max(event, min(as_of, pd.Timestamp(self.latest)))

    def rows_before(self, day: pd.Timestamp) -> int:
        """Rows that end before a day."""
        limit = int(day.to_datetime64().astype("datetime64[D]").astype(np.int64))
        return sum(rows for last, rows in self.ends.items() if last < limit)


def _most(counts: Mapping[int, int], share: float) -> float:
    """The value that ``share`` of the values do not exceed; between two values in proportion."""
    values = np.array(sorted(counts), dtype=np.int64)
    until = np.cumsum([counts[int(value)] for value in values])
    place = share * (int(until[-1]) - 1)
    low, high = (values[np.searchsorted(until, at, side="right")] for at in (int(place), int(np.ceil(place))))
    return float(low + (high - low) * (place - int(place)))
