"""What only a whole table can tell, so that a table read in parts is understood as if it were read at once.

Some rules look at all rows of a column: which of two figures is the day, whether 00:00 is a time, which
column of amounts is text, which dates lie far after all others. Every part yields `Evidence`; joined, it
gives the `Whole` by which the parts are read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from .dates import Moments
from .days import Days
from .quantities import mostly_text
from .setaside import Limits, far_after
from .stamps import added, tally
from .traits import Traits

__all__ = ["Evidence", "Part", "Whole"]

_NEVER = np.datetime64("NaT", "D")
_NO_LIMIT = np.datetime64("9999-12-31", "D")
_ONE_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, kw_only=True)
class Whole:
    """dates : date field -> traits of its column. texts : amounts that are text. limits : of dates."""

    dates: Mapping[str, Traits] = field(default_factory=dict)
    texts: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=lambda: Limits(latest=_NO_LIMIT))

    def rules(self) -> object:
        """All that parts are read by; equal rules read equal rows."""
        dates = {
            name: (traits.order, traits.clock, traits.timed, traits.decimal)
            for name, traits in self.dates.items()
        }
        return dates, self.texts, str(self.limits.latest), str(self.limits.far)


@dataclass(frozen=True, kw_only=True)
class Part:
    """That a table is part of a larger one: what is known of the whole, and whether it is its first part."""

    whole: Whole
    first: bool


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What parts of a table show of the whole; ``|`` joins parts.

    dates : date field -> traits. clocks : date field -> times with a zone, all times.
    readable : amount -> cells that state something, those of them that are no amounts.
    latest : the last report date. orphan : the last first day of the rows without one; NaT = none.
    days : day (since 1970) -> rows, where no report date is known.
    """

    dates: Mapping[str, Traits] = field(default_factory=dict)
    clocks: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    readable: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    latest: np.datetime64 = _NEVER
    orphan: np.datetime64 = _NEVER
    days: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, moments: Mapping[str, Moments | None], days: Days, readable: Mapping[str, tuple[int, int]]
    ) -> "Evidence":
        """What one part shows."""
        given = {name: moment for name, moment in moments.items() if moment is not None}
        report = given.get("report_date")
        unreported = np.ones(len(days.first), dtype=bool) if report is None else np.isnat(report.start)
        seen = report is not None and not unreported.all()
        return cls(
            dates={name: moment.traits for name, moment in given.items()},
            clocks={name: (int(m.zoned.sum()), int(m.timed.sum())) for name, m in given.items()},
            readable=readable,
            latest=np.fmax.reduce(report.start).astype("datetime64[D]") if report and seen else _NEVER,
            orphan=np.fmax.reduce(days.first[unreported], initial=_NEVER),
            days={} if seen else tally(days.last[~np.isnat(days.last)].view(np.int64)),
        )  # fmt: skip

    def __or__(self, other: "Evidence") -> "Evidence":
        latest = np.fmax(self.latest, other.latest)
        return Evidence(
            dates={name: self.dates.get(name, Traits()) | t for name, t in other.dates.items()},
            clocks=_added(self.clocks, other.clocks), readable=_added(self.readable, other.readable),
            latest=latest, orphan=np.fmax(self.orphan, other.orphan),
            days=added(self.days, other.days) if np.isnat(latest) else {},
        )  # fmt: skip

    def whole(self) -> Whole:
        """By what the parts are to be read."""
        texts = frozenset(name for name, cells in self.readable.items() if mostly_text(*cells))
        return Whole(dates=self.dates, texts=texts, limits=self._limits())

    def _limits(self) -> Limits:
        if not np.isnat(self.latest):
            needed = self.orphan > self.latest + _ONE_DAY
            return Limits(latest=self.latest if needed else _NO_LIMIT)
        if not self.days:
            return Limits(latest=_NO_LIMIT)
        first = min(self.days)
        numbers = np.fromiter(self.days, dtype=np.int64, count=len(self.days)) - first
        rows = np.fromiter(self.days.values(), dtype=np.int64, count=len(self.days))
        far = far_after(first, np.bincount(numbers, weights=rows).astype(np.int64))
        return Limits(latest=_NO_LIMIT) if np.isnat(far) else Limits(far=far)


def _added(
    one: Mapping[str, tuple[int, int]], other: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    names = dict.fromkeys((*one, *other))
    pairs = {name: (one.get(name, (0, 0)), other.get(name, (0, 0))) for name in names}
    return {name: (a[0] + b[0], a[1] + b[1]) for name, (a, b) in pairs.items()}
