"""Counting in parts: days x regions of several measures, in memory that does not grow with the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .allocation import Shares, known_rows, region_columns, reported_names, shares_of, value_columns
from .estimates import Amount
from .extent import Extent
from .incidents import Incidents
from .incidents.cells import distinct, is_blank
from .incidents.measures import Measured, measure_rows
from .incidents.plain import Block

__all__ = ["Counting", "Sums"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_UNDATED = 2  # position in `incidents.days.TIMINGS`
_PARTS = ("best", "low", "high", "exact")


class Sums:
    """Sums by day and code of one measure.

    Days stand in the order in which they first occur: rows in order of time touch few of them at once.
    low, high and exact are kept from the first row on that is not exact; zeros, 1 where a row states one,
    from the first of these on.
    """

    def __init__(self) -> None:
        self.parts: dict[str, Floats] = {"best": np.zeros((0, 0))}
        self.spread: dict[str, Floats] = {}
        self.zeros: dict[str, Floats] = {}
        self.undated = dict.fromkeys(_PARTS, 0.0)
        self.silent = 0

    def grow(self, days: int, codes: int) -> None:
        """Room for so many days and codes."""
        for sums in (self.parts, self.spread, self.zeros):
            for name, cells in sums.items():
                if cells.shape != (days, codes):
                    wider = np.zeros((days, codes))
                    wider[: cells.shape[0], : cells.shape[1]] = cells
                    sums[name] = wider

    def add(self, values: Measured, shares: Shares, cell: Ints) -> None:
        """Rows of one part; ``cell`` is the place of every entry of ``shares`` in a flat table of cells."""
        if values.bounded and "low" not in self.parts:
            for sums in (self.parts, self.spread):
                sums |= {name: sums["best"].copy() for name in _PARTS[1:] if "best" in sums}
        if shares.share is not None and not self.spread:
            self.spread = {name: np.zeros_like(cells) for name, cells in self.parts.items()}
        self._add_zeros(values, shares, cell)
        for name in self.parts:
            amount = getattr(values, name)
            weight = amount if shares.every(len(amount)) else amount[shares.row]
            _add_whole(self.parts[name], cell[: shares.whole], weight[: shares.whole])
            if shares.share is not None:
                part = (weight * shares.share)[shares.whole :]
                np.add.at(self.spread[name].reshape(-1), cell[shares.whole :], part)

    def add_block(self, amount: Floats, stated: Ints, cell: Ints) -> None:
        """Exact whole amounts, every cell perhaps several times."""
        for sums in self.parts.values():
            np.add.at(sums.reshape(-1), cell, amount)
        zero = cell[(amount == 0) & (stated > 0)]  # where some rows state one beside others, the sum tells
        if len(zero):
            told = self.zeros.setdefault("zeros", np.zeros_like(self.parts["best"]))
            told.reshape(-1)[zero] = 1.0

    def _add_zeros(self, values: Measured, shares: Shares, cell: Ints) -> None:
        zero = values.stated & (values.best == 0)
        if zero.any():
            told = self.zeros.setdefault("zeros", np.zeros_like(self.parts["best"]))
            told.reshape(-1)[cell[zero[shares.row]]] = 1.0

    def table(self, name: str) -> Floats:
        """Days x codes of best, low, high, exact or zeros."""
        if name == "zeros":
            return self.zeros[name] if self.zeros else np.zeros_like(self.parts["best"])
        name = name if name in self.parts else "best"
        return self.parts[name] + self.spread[name] if self.spread else self.parts[name]


def _add_whole(sums: Floats, cell: Ints, weight: Floats) -> None:
    """Add entries to cells so that the parts of a table give the same bits as the table at once.

    Whole numbers add up exactly in any order; others are added one after the other.
    """
    if not len(cell):
        return
    flat = sums.reshape(-1)
    if not (weight == np.rint(weight)).all():
        np.add.at(flat, cell, weight)
        return
    low, high = int(cell.min()), int(cell.max()) + 1
    if high - low > 8 * len(cell):
        np.add.at(flat, cell, weight)
        return
    flat[low:high] += np.bincount(cell - low, weights=weight, minlength=high - low)


class _Places:
    """Values in the order in which they first occur -> place."""

    def __init__(self) -> None:
        self.at: dict[Any, int] = {}

    def of(self, values: Sequence[Any]) -> Ints:
        at = self.at
        return np.array([at.setdefault(value, len(at)) for value in values], dtype=np.int64)


class Counting:
    """Adds up parts of a table, each an `Incidents` of its own, for one or several measures.

    by, as_of : as in `daily_panel`, ``as_of`` as a local moment. units : those that may occur.
    """

    def __init__(
        self, measures: Sequence[str], *, by: str, as_of: pd.Timestamp | None, units: Sequence[str] = ()
    ) -> None:
        self.measures, self.by, self.as_of = tuple(dict.fromkeys(measures)), by, as_of
        self.extent = Extent()
        self.rows = self.later = self.never = 0
        self.part: Incidents | None = None
        self.units = dict.fromkeys(units)
        self._codes, self._days = _Places(), _Places()
        self._room = 0, 0
        self._seen: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._sums = {name: Sums() for name in self.measures}

    def add(self, part: Incidents) -> None:
        """Count the rows of one part."""
        self.part, table = part, part.table
        self.rows += len(table)
        known = known_rows(part, self.as_of)
        if "report_date" in table:
            self.later += int((~known).sum())
            self.never += int(table["report_date"].isna().sum())
        self.extent |= Extent.of(part, known)
        code = self._code_of_rows(part)
        if not len(table):
            return
        counted = known & table["included"].to_numpy(dtype=bool)
        timing = table["timing"].cat.codes.to_numpy()
        shares, day = self._shares(part, counted & (timing != _UNDATED))
        self._make_room()
        days, codes = self._room
        cell = day * codes + (code if shares.every(len(code)) else code[shares.row])
        undated = counted & (timing == _UNDATED)
        for name, sums in self._sums.items():
            values = self._values(part, name)
            sums.grow(days, codes)
            sums.add(values, shares, cell)
            sums.silent += int((counted & ~values.stated).sum())
            if undated.any():
                for what in ("low", "best", "high"):
                    sums.undated[what] += float(getattr(values, what)[undated].sum())

    def add_block(self, block: Block) -> None:
        """Count the rows of a part that is added up already, after one that is not; it has only regions."""
        days = block.days()
        self.rows += sum(days.values())
        self.extent |= Extent.of_days(days)
        used = np.unique(block.code)
        names = [block.codes[at] for at in used]
        self._seen |= {code: 1 for code in names if code}
        code, day = np.zeros(len(block.codes), dtype=np.int64), self._days.of(list(days))
        code[used] = self._codes.of(names)
        self._make_room()
        day = day[np.searchsorted(np.fromiter(days, dtype=np.int64), block.day)]
        cell = day * self._room[1] + code[block.code]
        for name, sums in self._sums.items():
            sums.grow(*self._room)
            sums.add_block(block.sums[name], block.stated[name], cell)
            sums.silent += int((block.rows - block.stated[name]).sum())

    def _make_room(self) -> None:
        self._room = _room(len(self._days.at), self._room[0]), _room(len(self._codes.at), self._room[1])

    def _shares(self, part: Incidents, rows: npt.NDArray[np.bool_]) -> tuple[Shares, Ints]:
        """Entries of the rows, and the place of the day of each."""
        table = part.table
        first = table["date_start"].to_numpy()[rows]
        if not len(first):
            return shares_of(part, rows, np.datetime64("1970-01-01", "D"), 1), np.zeros(0, dtype=np.int64)
        begin = first.min().astype("datetime64[D]")
        span = int((table["date_end"].to_numpy()[rows].max().astype("datetime64[D]") - begin).astype(int)) + 1
        shares = shares_of(part, rows, begin, span)
        used = np.flatnonzero(np.bincount(shares.day, minlength=span))
        place = np.zeros(span, dtype=np.int64)
        place[used] = self._days.of((used + begin.astype(np.int64)).tolist())
        return shares, place[shares.day]

    def _code_of_rows(self, part: Incidents) -> Ints:
        if self.by != "region":
            cells = distinct(part.table[self.by])
            names = ["" if is_blank(value) else value for value in cells.values]
            place = self._codes.of([*names, ""])
            return place[cells.codes]
        cells_ = part.table["region"].cat
        codes = [str(code) for code in cells_.categories]
        rows = cells_.codes.to_numpy()
        counts = np.bincount(rows, minlength=len(codes)) if len(rows) else np.zeros(len(codes), dtype=int)
        new = {code for code, count in zip(codes, counts, strict=True) if code and count} - self._seen.keys()
        self._seen |= dict.fromkeys(new, 1)
        self._names |= reported_names(part, new) if new else {}
        return self._codes.of(codes)[rows]

    def _values(self, part: Incidents, measure: str) -> Measured:
        self.units |= dict.fromkeys(part.units)
        return measure_rows(replace(part, units=tuple(self.units)), measure)

    def columns(self) -> tuple[pd.DataFrame, dict[str, str]]:
        """The columns of the panels, and which code is counted under which other."""
        if self.part is None:
            raise ValueError("nothing has been counted")
        if self.by != "region":
            return value_columns([name for name in self._codes.at if name], self.by), {}
        names = {code: name for code, name in self._names.items() if code in self._seen}
        return region_columns(self.part, self._seen, names)

    def sums(
        self, measure: str, days: pd.DatetimeIndex, frame: pd.DataFrame, folded: Mapping[str, str]
    ) -> dict[str, Floats]:
        """counts, low, high, zeros (days x columns, the unallocated last) and exact (per day)."""
        sums = self._sums[measure]
        numbers = np.fromiter(self._days.at, dtype=np.int64, count=len(self._days.at))
        at = numbers - int(days[0].to_datetime64().astype("datetime64[D]").astype(np.int64))
        inside = (at >= 0) & (at < len(days))
        place = {code: i for i, code in enumerate(frame.index)}
        later = {code: i + 1 for i, code in enumerate(folded)}  # codes counted under another, in this order
        codes = sorted(self._codes.at.items(), key=lambda item: later.get(item[0], 0))
        targets = [(at, place.get(folded.get(code, code), len(place))) for code, at in codes]

        def laid_out(name: str) -> Floats:
            cells = sums.table(name)[: len(at)]
            out = np.zeros((len(place) + 1, len(days)))
            for code, target in targets:
                out[target, at[inside]] += cells[inside, code]
            return out.T

        best = laid_out("best")
        low, high = (laid_out(name) if "low" in sums.parts else best for name in ("low", "high"))
        exact = laid_out("exact").sum(axis=1) if "low" in sums.parts else best.sum(axis=1)
        return {"counts": best, "low": low, "high": high, "exact": exact, "zeros": laid_out("zeros")}

    def check(self, whole: Incidents, measure: str) -> None:
        """Raise `ConfigError` where the whole table has no such measure, or column to count by."""
        if self.part is not None:
            measure_rows(replace(whole, table=self.part.table.iloc[:0]), measure)

    def reported(self) -> tuple[int, int] | None:
        """Rows that are not known yet, and rows without a report date; None without report dates."""
        has = self.part is not None and "report_date" in self.part.table
        return (self.later, self.never) if has else None

    def undated(self, measure: str) -> Amount:
        """What rows without a day state."""
        return Amount.of_sums(*(self._sums[measure].undated[name] for name in ("low", "best", "high")))

    def silent(self, measure: str) -> int:
        """Rows that are counted and do not state the measure."""
        return self._sums[measure].silent


def _room(size: int, had: int) -> int:
    """Places to keep for so many: some more than needed, so that tables are seldom moved."""
    return had if size <= had else -(-max(size, had * 5 // 4) // 16) * 16
