"""A table in parts: checked by the same rules as one that is read at once, and their reports joined."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import ConfigError, NoUsableRowsError, UnreadableInputError
from ..formats import ParquetParts, RawTable, hxl_tags, preset_names, recognised
from .cells import distinct
from .join import joined
from .plain import Block, Plain, can_be_plain
from .reading import Reading, checked, zone_notes
from .record import Incidents, IngestReport, Provenance
from .remembered import Remembered
from .stamps import added, tally
from .summary import early_note
from .traits import Traits
from .whole import Evidence, Part, Whole

if TYPE_CHECKING:
    from ..regions import Regions

__all__ = ["Parts", "in_parts"]

Progress = Callable[[int, int], None]
_MOST_PASSES = 5
_DATES = ("date_start", "date_end", "report_date")
# fields that no check and no count looks at; their columns are read only where they are asked for
_IDLE = frozenset(
    {"event_id", "country", "admin2", "location", "latitude", "longitude", "geo_prec", "sub_event_type",
     "source_url", "source_scale", "n_sources", "status", "notes", "tags"}
)  # fmt: skip


def in_parts(source: Any) -> bool:
    """Whether a source is one that can be read in parts: a Parquet file, or a folder that holds some."""
    if not isinstance(source, (str, os.PathLike)):
        return False
    path = Path(source)
    if path.is_dir():
        return next(path.rglob("*.parquet"), None) is not None
    return path.suffix.lower() in (".parquet", ".pq")


class Parts:
    """A Parquet file or folder, part by part.

    Iterating gives the checked rows of every part as `Incidents` of their own; after the first such part, a
    part in which nothing is unusual as its sums (`Block`). What only the whole table can tell is taken to be
    what the first part shows; where the end of a pass tells otherwise, ``settled`` is False and the table is
    to be gone through again. `report`, `set_aside` and `provenance` are of the last pass.

    needed : columns that are asked for beyond those that are checked. rows : of a part. most : so many of the
    rows set aside are kept, the others only counted. progress : called with rows done and rows in all.
    reading : as `read_incidents` takes them.

    Raises what `read_incidents` raises; `ConfigError` for rules that need all rows at once (``merge``, a
    column that says which row each row is part of).
    """

    def __init__(
        self,
        source: str | os.PathLike[str],
        *,
        needed: Collection[str] = (),
        rows: int | None = None,
        most: int = 1000,
        progress: Progress | None = None,
        **reading: Any,
    ) -> None:
        given, known, listing = _settings(reading)
        self.source, self.given, self.listing = ParquetParts.of(source), given, listing
        self.known = None if known is None else Remembered(known)
        self._needed, self._rows, self._most, self._progress = set(needed), rows, most, progress
        self._whole = Whole(dates={field: Traits() for field in _DATES})
        self._skip, self._days = frozenset[str](), frozenset[str]()
        self.settled, self.passes = False, 0
        self._first_look(raises=reading.get("on_bad_row") == "raise")

    def _first_look(self, *, raises: bool) -> None:
        """What the first part shows of the columns."""
        self._raises = raises
        raw = next(self.source.parts(rows=self._rows))
        part, evidence = self._checked(raw, Part(whole=self._whole, first=True))
        fields = part.report.columns
        if "subset_of" in fields:
            raise ConfigError(
                f"{self.source.name} says which rows are part of others, which cannot be told in parts; read "
                "it at once, or leave the column out", table="incidents", key="columns",
            )  # fmt: skip
        self._whole = evidence.whole()
        asked = self._needed | set(self.given.where or {})
        used = {c for f, cs in fields.items() if f not in _IDLE or f in asked for c in cs} | asked
        self._skip = frozenset(self.source.columns) - used
        dates = [set(fields.get(f, ())) for f in _DATES]
        others = {c for f, cs in fields.items() if f not in _DATES for c in cs}
        self._days = frozenset(set().union(*dates) - others - asked)
        preset = recognised(list(raw.frame.columns), hxl_tags(raw.frame)[0], declared=self.given.preset)
        self._may_be_plain = (
            preset is None
            and can_be_plain(self.given, fields, {*_IDLE, *part.amounts})
            and self._needed <= {"region", "incidents", *part.amounts}
        )

    def __iter__(self) -> Iterator[Incidents | Block]:
        self.passes += 1
        state = _Pass()
        wanted = [c for c in self.source.columns if c not in self._skip]
        for table in self.source.tables(columns=wanted, rows=self._rows):
            block = None if state.plain is None else state.plain.block(table)
            made = block or self._read(table, state)
            state.rows += len(table)
            if self._progress is not None:
                self._progress(state.rows, self.source.rows)
            if made is not None:
                yield made
        self._close(state)

    def _read(self, table: Any, state: "_Pass") -> Incidents | None:
        """The checked rows of a part; None where there are none."""
        raw = self._filled(self.source.raw(table, state.rows, self._days))
        part, evidence = self._checked(raw, Part(whole=self._whole, first=state.rows == 0))
        state.add(part, evidence, self._most)
        if not len(part.table):
            return None
        if state.plain is None and self._may_be_plain:
            state.plain = Plain(self.given, self.known, part.report, part.amounts, self._whole)  # type: ignore[arg-type]
        return part

    def _checked(self, raw: RawTable, part: Part) -> tuple[Incidents, Evidence]:
        return checked(raw, self.given, self.known, self.listing, part)  # type: ignore[arg-type]

    def _filled(self, raw: RawTable) -> RawTable:
        """The part with columns that were not read in their place, empty, so that headings mean the same."""
        if not self._skip:
            return raw
        none = pd.Categorical.from_codes(
            np.full(len(raw.frame), -1, dtype=np.int8), categories=pd.Index([], dtype="str")
        )
        cells = {c: none if c in self._skip else raw.frame[c] for c in self.source.columns}
        return replace(raw, frame=pd.DataFrame(cells, copy=False))

    def _close(self, state: "_Pass") -> None:
        """The end of a pass: whether it read by the right rules, and its report."""
        state.add_plain()
        whole = state.evidence.whole()
        blind = bool(self._skip) and state.report is not None and state.report.rows_blank > 0
        self.settled = whole.rules() == self._whole.rules() and not blind
        self._whole, self._state = whole, state
        if blind:  # rows that seem blank may have cells in the columns that were not read
            self._skip = frozenset()
        if not self.settled:
            if self.passes >= _MOST_PASSES:
                raise UnreadableInputError(self.source.name, "its columns cannot be understood in parts")
            return
        if self.given.date_order is None and state.report is not None:
            for field, traits in state.evidence.dates.items():
                traits.decided(state.report.columns.get(field, (field,))[0])
        aside = self.set_aside
        if self._raises and len(aside):
            row = aside.iloc[0]
            where = f"line {row['row']}" + (f", column {row['column']!r}" if row["column"] else "")
            what = f"{where}: {row['value']!r} is {row['reason']}; {row['mend']}"
            raise UnreadableInputError(self.source.name, what)

    @property
    def report(self) -> IngestReport:
        """What became of the rows of all parts."""
        state = self._state
        if state.report is None:
            raise NoUsableRowsError(self.source.name, self.source.rows, {})
        found = state.report
        notes = [
            *found.notes, *self._idle_units(state), *zone_notes(state.evidence.clocks, found.timezone),
            *early_note(state.first_days),
        ]  # fmt: skip
        near = {} if self.known is None else self.known.suggestions()
        unmatched = tuple(replace(u, suggestion=near.get(u.name, u.suggestion)) for u in found.unmatched)
        return replace(found, notes=tuple(dict.fromkeys(notes)), unmatched=unmatched)

    @property
    def set_aside(self) -> pd.DataFrame:
        """The first rows set aside: row, column, value, reason, mend."""
        kept = self._state.aside
        empty = pd.DataFrame(columns=["row", "column", "value", "reason", "mend"])
        return pd.concat(kept, ignore_index=True) if kept else empty

    @property
    def provenance(self) -> Provenance:
        """Where the rows come from; reads the files once more for their sum."""
        source = self.source
        return Provenance(
            source=source.name, sha256=source.sha256(), size=source.size, rows=source.rows,
            format=source.format, detected=source.detected,
        )  # fmt: skip

    @property
    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Amounts and units that occur."""
        return self._state.amounts, tuple(sorted(self._state.units))

    def _idle_units(self, state: "_Pass") -> list[str]:
        unused = sorted(k for k in self.given.units or {} if str(k).casefold() not in state.kinds)
        listed = ", ".join(unused)
        return [f"{_IDLE_UNITS} {listed}."] if unused else []


_IDLE_UNITS = "Units are declared for event types that do not occur:"


class _Pass:
    """What one pass through the parts has gathered."""

    def __init__(self) -> None:
        self.evidence, self.rows = Evidence(), 0
        self.report: IngestReport | None = None
        self.aside: list[pd.DataFrame] = []
        self.units: set[str] = set()
        self.kinds: set[str] = set()
        self.amounts: tuple[str, ...] = ()
        self.first_days: dict[int, int] = {}
        self.plain: Plain | None = None
        self._kept = 0

    def add_plain(self) -> None:
        """The plain parts, which come last."""
        if self.plain is not None and self.report is not None and self.plain.days:
            self.evidence |= self.plain.evidence()
            self.report = joined(self.report, self.plain.report())
            self.first_days = added(self.first_days, self.plain.days)

    def add(self, part: Incidents, evidence: Evidence, most: int) -> None:
        """One part more."""
        self.evidence |= evidence
        notes = tuple(note for note in part.report.notes if not note.startswith(_IDLE_UNITS))
        report = replace(part.report, notes=notes)
        self.report = report if self.report is None else joined(self.report, report)
        self.units |= set(part.units)
        self.amounts = part.amounts or self.amounts
        if len(part.set_aside) and self._kept < most:
            self.aside.append(part.set_aside.head(most - self._kept))
            self._kept += len(self.aside[-1])
        table = part.table
        if "event_type" in table and part.units:
            self.kinds |= {value.casefold() for value in distinct(table["event_type"]).values}
        dated = table["timing"].cat.codes.to_numpy() != 2
        days = table["date_start"].to_numpy()[dated].astype("datetime64[D]").astype(np.int64)
        self.first_days = added(self.first_days, tally(days))


def _settings(reading: Mapping[str, Any]) -> "tuple[Reading, Regions | None, str]":
    """Settings of `read_incidents` for parts; those that need a reader of another kind are refused."""
    options = {key: value for key, value in reading.items() if value is not None or key == "regions"}
    for key in ("sheet", "table", "query"):
        if key in options:
            raise ConfigError("the parquet format has no such option", table="incidents", key=key)
    if options.get("merge") is not None:
        raise ConfigError(
            "duplicates can only be merged in a table that is read at once", table="incidents", key="merge"
        )
    name = options.pop("format", None)
    if name is not None and name != "parquet" and name not in preset_names():
        raise ConfigError(f"{name!r} cannot be read in parts", table="incidents", key="format")
    preset = name if name in preset_names() else None
    given = Reading(**{**options, "preset": preset, "on_bad_row": options.get("on_bad_row", "set_aside")})
    known, listing = given.checked()
    return replace(given, on_bad_row="set_aside"), known, listing
