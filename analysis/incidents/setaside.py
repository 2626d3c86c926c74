"""Rows that cannot be used: line, column, value, reason and the mend."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import UnreadableInputError
from ..formats import RawTable
from .cells import as_text
from .columns import ColumnMap
from .dates import Moments
from .days import Days

__all__ = ["Limits", "SetAside", "far_after"]

_FAR = 366  # days
_FAR_GAPS = 10  # times the gap that 95 of 100 gaps between days with rows keep within
_FAR_SHARE = 0.001
_FAR_LEAST_ROWS = 10
_NEVER = np.datetime64("NaT", "D")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Days that no row of a table may lie beyond; NaT = no such limit.

    latest : the last report of the table, for rows without a report date of their own.
    far : the day from which on rows lie far after all others, where no report date is known.
    """

    latest: np.datetime64 = _NEVER
    far: np.datetime64 = _NEVER

    @classmethod
    def of(cls, day: npt.NDArray[np.datetime64], reported: npt.NDArray[np.datetime64] | None) -> "Limits":
        """The limits of a whole table, by the days of its rows and of their reports."""
        if reported is not None and (~np.isnat(reported)).any():
            return cls(latest=reported[~np.isnat(reported)].max())
        number = day[~np.isnat(day)].astype(np.int64)
        if not len(number):
            return cls()
        return cls(far=far_after(int(number.min()), np.bincount(number - number.min())))


class SetAside:
    """Collects problems while a table is read. ``notes`` : sentences that belong to no row.

    flagged : what is odd in rows that are kept -> rows. lines_lost : lines that could not be cut into cells.
    """

    def __init__(self, raw: RawTable) -> None:
        self.source = raw.name
        self.notes: list[str] = []
        self.flagged: dict[str, int] = {}
        self.lines_lost = len(raw.bad)
        self._rows: list[tuple[int, str, str, str, str]] = [
            (bad.line, "", bad.text, bad.reason, bad.mend) for bad in raw.bad
        ]

    @property
    def any(self) -> bool:
        return bool(self._rows)

    def add(self, lines: npt.NDArray[np.int64], column: str, values: Any, reasons: Any, mend: str) -> None:
        """Rows by their lines, with the value of each and its reason (or one reason for all)."""
        many = [reasons] * len(lines) if isinstance(reasons, str) else reasons
        for line, value, reason in zip(lines.tolist(), values, many, strict=True):
            self._rows.append((line, column, as_text(value)[:200], str(reason), mend))

    def impossible(
        self,
        days: Days,
        report: Moments | None,
        frame: pd.DataFrame,
        mapping: ColumnMap,
        lines: npt.NDArray[np.int64],
        limits: Limits | None = None,
    ) -> None:
        """Dates after their own report, or far after all others; the rule needs no clock.

        limits : those of the whole table where the frame is only part of it.
        """
        column = mapping.fields.get("date_start", mapping.fields.get("date_end", ("",)))[0]
        reported = None if report is None else report.start.astype("datetime64[D]")
        if limits is None:
            limits = Limits.of(days.last, reported)
        if reported is not None and not np.isnat(limits.latest):
            limit: Any = np.where(np.isnat(reported), limits.latest, reported)
            limit = limit + np.timedelta64(1, "D")
            late, reason = days.first > limit, "dated more than one day after it was reported"
        else:
            late, reason = days.last >= limits.far, "dated more than a year after all other rows"
        rows = np.flatnonzero(late)
        if len(rows):
            values = [str(value) for value in frame[column].iloc[rows]]
            self.add(lines[rows], column, values, reason, "check the year")

    def lines(self) -> npt.NDArray[np.int64]:
        """The lines set aside, each once."""
        return np.unique(np.array([row[0] for row in self._rows], dtype=np.int64))

    def reasons(self) -> dict[str, int]:
        """Reason -> rows, most first."""
        counts = Counter(reason for _, reason in dict.fromkeys((r[0], r[3]) for r in self._rows))
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def frame(self) -> pd.DataFrame:
        """row, column, value, reason, mend; in the order of the source."""
        rows = sorted(self._rows, key=lambda row: row[0])
        return pd.DataFrame(rows, columns=["row", "column", "value", "reason", "mend"])

    def stop(self) -> None:
        """Raise `UnreadableInputError` for the first problem, if there is one."""
        if self._rows:
            line, column, value, reason, mend = min(self._rows, key=lambda row: row[0])
            where = f"line {line}" + (f", column {column!r}" if column else "")
            raise UnreadableInputError(self.source, f"{where}: {value!r} is {reason}; {mend}")


def far_after(first: int, per_day: npt.NDArray[np.int64]) -> np.datetime64:
    """First day of the rows, at most 0.1 % (or one), that a gap of more than a year parts from all earlier.

    first, per_day : rows of every day from ``first`` (days since 1970) on. NaT where there is no such day.
    """
    rows = int(per_day.sum())
    if rows < _FAR_LEAST_ROWS:
        return _NEVER
    used = np.flatnonzero(per_day)
    after = rows - np.cumsum(per_day[used])  # rows after each day that has rows
    gaps = np.diff(used)
    usual = np.quantile(gaps, 0.95, method="lower") if len(gaps) else 0  # rare events lie years apart
    parted = (gaps > max(_FAR, _FAR_GAPS * usual)) & (after[:-1] <= max(1, int(_FAR_SHARE * rows)))
    return np.datetime64(int(used[1:][parted][0]) + first, "D") if parted.any() else _NEVER
