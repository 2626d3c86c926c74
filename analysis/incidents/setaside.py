"""Rows that cannot be used: line, column, value, reason and the mend."""

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import UnreadableInputError
from ..formats import RawTable
from .columns import ColumnMap
from .dates import Moments
from .days import Days

__all__ = ["SetAside"]

_FAR = 366  # days
_FAR_SHARE = 0.001
_FAR_LEAST_ROWS = 10


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
            self._rows.append((line, column, str(value)[:200], str(reason), mend))

    def impossible(
        self,
        days: Days,
        report: Moments | None,
        frame: pd.DataFrame,
        mapping: ColumnMap,
        lines: npt.NDArray[np.int64],
    ) -> None:
        """Dates after their own report, or far after all others; the rule needs no clock."""
        day, column = days.last, mapping.fields.get("date_start", mapping.fields.get("date_end", ("",)))[0]
        if report is not None and (~np.isnat(report.start)).any():
            known: Any = report.start.astype("datetime64[D]")
            limit = np.where(np.isnat(known), known[~np.isnat(known)].max(), known) + np.timedelta64(1, "D")
            late, reason = days.first > limit, "dated more than one day after it was reported"
        else:
            late, reason = _far_after(day), "dated more than a year after all other rows"
        rows = np.flatnonzero(late)
        if len(rows):
            values = [str(value) for value in frame[column].iloc[rows]]
            self.add(lines[rows], column, values, reason, "check the year")

    def lines(self) -> npt.NDArray[np.int64]:
        """The lines set aside, each once."""
        return np.unique(np.array([row[0] for row in self._rows], dtype=np.int64))

    def reasons(self) -> dict[str, int]:
        """Reason -> rows, most first."""
        return dict(
            Counter(reason for _, reason in dict.fromkeys((r[0], r[3]) for r in self._rows)).most_common()
        )

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


def _far_after(day: npt.NDArray[np.datetime64]) -> npt.NDArray[np.bool_]:
    """Rows, at most 0.1 % (or one), that a gap of more than a year parts from all earlier rows."""
    late = np.zeros(len(day), dtype=bool)
    number = day.astype(np.int64)  # days since 1970
    known = number[~np.isnat(day)]
    if len(known) < _FAR_LEAST_ROWS:
        return late
    per_day = np.bincount(known - known.min())
    used = np.flatnonzero(per_day)
    after = len(known) - np.cumsum(per_day[used])  # rows after each day that has rows
    parted = (np.diff(used) > _FAR) & (after[:-1] <= max(1, int(_FAR_SHARE * len(known))))
    if parted.any():
        late = ~np.isnat(day) & (number >= used[1:][parted][0] + known.min())
    return late
