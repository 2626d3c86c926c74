"""Parts of a large table in which nothing is unusual: added up by day and region, without a look at each row.

A part is plain where every row names one day and states whole amounts that are not negative, or none. No row
of it can be set aside, spread or bounded: its counts and its share of the ingest report follow from sums.
Every other part is read as all tables are (`reading.checked`).
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .cells import as_text
from .clocks import HEAP_MINUTES, heaps
from .join import joined_sources
from .reading import Reading
from .record import IngestReport, SourceSpan
from .remembered import Names
from .stamps import added, tally
from .traits import Traits
from .whole import Evidence, Whole

if TYPE_CHECKING:
    from ..regions import Regions

__all__ = ["Block", "Plain", "can_be_plain"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_MOST_CELLS = 1_000_000  # days x names of a part: with more it has few rows beside its cells
_MOST_TEXT = 1_000_000  # bytes of a column's distinct texts: with more a cell may be too long to be read
_MOST_AMOUNT = 2**31  # whole numbers up to it add up exactly
_PER_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """The sums of a plain part, one entry per day and name of a region that occur together.

    day : since 1970. code : position in ``codes``, the regions of the names ("" = unallocated).
    sums, stated : measure -> its sum, and the rows that state it.
    """

    day: Ints
    code: Ints
    codes: tuple[str, ...]
    sums: Mapping[str, Floats]
    stated: Mapping[str, Ints]

    @property
    def rows(self) -> Ints:
        """Rows of every entry."""
        return self.stated["incidents"]

    def days(self) -> dict[int, int]:
        """Day -> rows."""
        return tally(self.day, self.rows)


def can_be_plain(given: Reading, fields: Mapping[str, tuple[str, ...]], others: Collection[str]) -> bool:
    """Whether parts of a table with these fields may be plain.

    others : the amounts, and fields that no check and no count looks at.
    """
    chosen = (given.where, given.units, given.region_prefix, given.place, given.joint != "keep")
    checked = {"date_start", "region", "region_code", "source", "event_type"}
    return (
        not any(chosen)
        and "date_start" in fields
        and ("region" in fields) != ("region_code" in fields)
        and set(fields) <= {*checked, *others}
        and all(len(fields[name]) == 1 for name in checked & set(fields))
    )


class Plain:
    """Adds up the plain parts of one pass.

    template : the report of a part that was read as usual, for its settings. amounts : their names.
    whole : by what the parts are read.
    """

    def __init__(
        self, given: Reading, known: "Regions | None", template: IngestReport, amounts: tuple[str, ...],
        whole: Whole,
    ) -> None:  # fmt: skip
        self.days: dict[int, int] = {}
        self._template, self._amounts, self._whole = template, amounts, whole
        self._timed = whole.dates["date_start"].clock
        self._clock, self._first_minutes = False, np.zeros(HEAP_MINUTES, dtype=np.int64)
        self._names = Names(known, given.level)
        self._sources: tuple[SourceSpan, ...] = ()

    def block(self, table: Any) -> Block | None:
        """The sums of a part, given as an Arrow table of one piece; None where it is not plain."""
        fields = self._template.columns
        cells = _cells(table, fields, self._amounts) if len(table) else None
        if cells is None:
            return None
        far, first, last = self._whole.limits.far, int(cells.day.min()), int(cells.day.max())
        size = len(cells.place.dictionary) + 1
        if (last - first + 1) * size > _MOST_CELLS or np.datetime64(last, "D") >= far:
            return None
        cells.day -= first
        codes = self._names.codes(cells.place.dictionary)
        block = _block(cells, first, (last - first + 1) * size, codes)
        self._watch_clock(cells)
        self.days = added(self.days, block.days())
        self._names.count(block.code, block.rows, block.stated.get("count"), block.sums.get("count"))
        if cells.source is not None:
            self._sources = joined_sources(self._sources, _spans(cells.day, first, cells.source))
        return block

    def _watch_clock(self, cells: "_Cells") -> None:
        """Whether the column states clock times, and the rows of the first minutes of the days."""
        self._clock = self._clock or bool(cells.left.any())
        if self._timed:
            minute = cells.per_day // 1440
            early = cells.left[cells.left < HEAP_MINUTES * minute] // minute
            self._first_minutes += np.bincount(early, minlength=HEAP_MINUTES)

    def evidence(self) -> Evidence:
        """What the plain parts show of the whole table."""
        rows = sum(self.days.values()) if self._timed else 0
        return Evidence(
            dates={"date_start": Traits(clock=self._clock)}, clocks={"date_start": (0, rows)}, days=self.days
        )

    def report(self) -> IngestReport:
        """What became of the rows of the plain parts."""
        rows, names = sum(self.days.values()), self._names
        return replace(
            self._template, rows_read=rows, rows_used=rows, rows_set_aside=0, set_aside=(), rows_left_out=0,
            rows_blank=0, rows_not_counted=0, regions_matched=names.matched(), unmatched=names.unmatched(),
            rows_joint=names.matched().get("joint", 0), rows_unallocated=names.unallocated(), rows_spread=0,
            rows_undated=0, flagged=heaps(self._first_minutes), sources=self._sources, notes=(),
            first_day=_day(min(self.days)), last_day=_day(max(self.days)), rows_added=0, clocks={},
        )  # fmt: skip


@dataclass(kw_only=True, eq=False)
class _Cells:
    """day : since 1970, of every row. left : time since its midnight, of which a day has ``per_day`` units.

    place, source : Arrow dictionaries. amounts : name -> figures, NaN where none is stated.
    """

    day: Ints
    left: Ints
    per_day: int
    place: Any
    source: Any
    amounts: dict[str, npt.NDArray[Any]]


def _cells(table: Any, fields: Mapping[str, tuple[str, ...]], amounts: Collection[str]) -> _Cells | None:
    """The cells of a part; None where one of them is unusual."""
    import pyarrow as pa

    read = set(table.column_names)
    cells = {field: table.column(names[0]).chunk(0) for field, names in fields.items() if names[0] in read}
    texts = {name: cells[name] for name in ("region", "region_code", "source", "event_type") if name in cells}
    for text in texts.values():
        if not pa.types.is_dictionary(text.type) or text.dictionary.nbytes > _MOST_TEXT:
            return None
    stamps, figures = cells["date_start"], {}
    if pa.types.is_date(stamps.type):
        stamps = stamps.cast(pa.timestamp("s"))
    if not pa.types.is_timestamp(stamps.type) or stamps.type.tz is not None or stamps.null_count:
        return None
    for name in amounts:
        figure = _figures(cells[name])
        if figure is None:
            return None
        figures[name] = figure
    per_day = _PER_DAY[stamps.type.unit]
    moment = stamps.view("int64").to_numpy()
    day = moment // per_day
    return _Cells(
        day=day, left=moment - day * per_day, per_day=per_day, amounts=figures, source=texts.get("source"),
        place=texts.get("region", texts.get("region_code")),
    )  # fmt: skip


def _figures(cells: Any) -> npt.NDArray[Any] | None:
    """Whole numbers from 0 on, NaN where there is none; None where a cell is something else."""
    import pyarrow as pa

    if not (pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type)):
        return None
    value: npt.NDArray[Any] = cells.to_numpy(zero_copy_only=False)
    if not (np.fmin.reduce(value, initial=0) >= 0 and np.fmax.reduce(value, initial=0) < _MOST_AMOUNT):
        return None
    fraction = value.dtype.kind == "f" and bool((np.nan_to_num(value) % 1).any())
    return None if fraction else value


def _positions(texts: Any) -> Ints:
    """The place of every cell in its dictionary, after its last for a cell without text."""
    at = texts.indices
    found: Ints = (at.fill_null(len(texts.dictionary)) if at.null_count else at).to_numpy()
    return found


def _block(cells: _Cells, first: int, size: int, codes: tuple[str, ...]) -> Block:
    cell = cells.day * len(codes)
    cell += _positions(cells.place)
    rows = np.bincount(cell, minlength=size)
    used = np.flatnonzero(rows)
    sums, stated = {"incidents": rows[used].astype(float)}, {"incidents": rows[used]}
    for name, value in cells.amounts.items():
        known = ~np.isnan(value) if value.dtype.kind == "f" else None
        at = cell
        stated[name] = rows[used]
        if known is not None and not known.all():
            at, value = cell[known], value[known]
            stated[name] = np.bincount(at, minlength=size)[used]
        sums[name] = np.bincount(at, weights=value, minlength=size)[used]
    return Block(
        day=used // len(codes) + first, code=used % len(codes), codes=codes, sums=sums, stated=stated
    )


def _spans(day: Ints, first: int, texts: Any) -> tuple[SourceSpan, ...]:
    """Rows, first and last day of every source; ``day`` from ``first`` on."""
    names = [*(as_text(name) for name in texts.dictionary.to_pylist()), ""]
    at = _positions(texts)
    begin, end = np.full(len(names), day.max() + 1), np.full(len(names), -1)
    np.minimum.at(begin, at, day)
    np.maximum.at(end, at, day)
    found: tuple[SourceSpan, ...] = ()
    for place, rows in enumerate(np.bincount(at, minlength=len(names)).tolist()):
        if rows:
            span = SourceSpan(source=names[place], rows=rows, first_day=_day(first + int(begin[place])),
                              last_day=_day(first + int(end[place])))  # fmt: skip
            found = joined_sources(found, (span,))
    return found


def _day(number: int) -> dt.date:
    return np.datetime64(number, "D").item()
