"""`Incidents`: checked rows, the rows set aside, and the report of what happened while reading."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from ..regions import Regions

__all__ = ["Candidate", "Incidents", "IngestReport", "Provenance", "Reason", "SourceSpan", "UnmatchedName"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why rows were set aside, and how many."""

    reason: str
    rows: int


@dataclass(frozen=True, kw_only=True, slots=True)
class UnmatchedName:
    """A region name the vocabulary does not know; its rows are counted as unallocated.

    amount : sum of their counts (lower bounds where only those are stated); None where no row states one.
    suggestion : code of the nearest name, "" where nothing is near; never applied.
    """

    name: str
    rows: int
    amount: float | None
    suggestion: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceSpan:
    """Rows of one source, and the first and last day they speak of."""

    source: str
    rows: int
    first_day: dt.date | None
    last_day: dt.date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """Rows that may tell of one event; none of them was removed for it.

    evidence : what they have in common. rows : their lines in the source, at most 20; size : how many there
    are. event_id, region, day, event_type : of the first of them. sources : all of theirs.
    """

    evidence: str
    rows: tuple[int, ...]
    size: int
    event_id: str = ""
    region: str = ""
    day: dt.date | None = None
    event_type: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """Where the rows come from.

    source : name of the file, without its folder. sha256, size [bytes] : of the file, "" and 0 for a frame.
    rows : records in it. format : the reader. detected : encoding, separator, sheet.
    """

    source: str
    sha256: str
    size: int
    rows: int
    format: str
    detected: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestReport:
    """What reading did with every row. Plain values throughout, so that it can be stored in an edition.

    rows_read : records of the table, without blank ones. rows_used : those in ``Incidents.table``.
    rows_set_aside : rows that could not be used; set_aside : by reason (a row may have several).
    rows_left_out : rows that did not meet ``where``. rows_blank : records without any content.
    rows_not_counted : kept, but part of another row (``subset_of``, ``include_in_total`` = no).
    columns : field -> the columns it was read from. columns_ignored : kept as extra columns.
    day_rule, timezone, max_days : as used.
    regions_matched : kind of match -> rows ("code", "name", "alias", "joint", "each",
        "remainder", "wider", "unknown", "not_stated").
    unmatched : names that are no region, most rows first. rows_joint, rows_unallocated : rows.
    rows_spread : counted in parts on several days. rows_undated : without a usable day.
    flagged : what is odd -> rows.
    repeats : rows that equal an earlier row in every cell (kept); None where the table was read in parts.
    duplicates : kind of evidence -> rows beyond the first of an event they may tell of (kept unless merged);
        candidates : such groups, at most 50 of a kind.
    rows_merged : rows that left the table by ``merge_rule``; merged_amounts : what they stated, per measure.
    rows_added : rows of the table beyond ``rows_used``: one for each of several regions, and what a headline
        total leaves over.
    clocks : rows with a window of clock times ("windows"), of these "across_midnight", with
        "across_midnight_count_share"; rows whose day another zone decides ("other_day_by_zone").
    delays : "rows" with a delay from event to report, its "median", "p75", "p90", "p99", "longest" [days].
    first_day, last_day : of the rows that have a day. sources : rows by source.
    notes : sentences a reader should know.
    """

    rows_read: int
    rows_used: int
    rows_set_aside: int
    set_aside: tuple[Reason, ...]
    rows_left_out: int
    rows_blank: int
    rows_not_counted: int
    columns: Mapping[str, tuple[str, ...]]
    columns_ignored: tuple[str, ...]
    day_rule: str
    timezone: str | None
    max_days: int
    regions_matched: Mapping[str, int]
    unmatched: tuple[UnmatchedName, ...]
    rows_joint: int
    rows_unallocated: int
    rows_spread: int
    rows_undated: int
    flagged: Mapping[str, int]
    repeats: int | None
    first_day: dt.date | None
    last_day: dt.date | None
    sources: tuple[SourceSpan, ...] = ()
    notes: tuple[str, ...] = ()
    duplicates: Mapping[str, int] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()
    rows_merged: int = 0
    merge_rule: str = ""
    merged_amounts: Mapping[str, float] = field(default_factory=dict)
    rows_added: int = 0
    clocks: Mapping[str, float] = field(default_factory=dict)
    delays: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Incidents:
    """A checked incident table.

    table : one row per usable record; row (line in the source), event_id, date_start, date_end (first and
        last day it is counted on), first_share, last_share (parts of it on these days; the rest in equal
        parts between), timing ("day", "spread", "undated"), time_start (local clock time where one is
        stated), region (code, "" = unallocated), region_reported, match, report_date, report_timed (it has a
        clock time), event_type, unit, source, included (False = part of another row, never summed), then per
        amount its name (NaN = only bounded or not stated), ``_low`` (NaN = not stated) and ``_high`` (NaN =
        nothing bounds it), then the other columns as read.
    set_aside : row, column, value, reason, mend; one line per problem.
    merged : rows that left the table as duplicates: merged, kept (lines), their ids, evidence, day, region,
        source, amounts; empty unless the settings say how to merge.
    report : what was understood, counted and found odd.
    regions : the vocabulary; None where names were taken as they are.
    listing : "all" where silent regions of the vocabulary keep their place, "seen" otherwise.
    amounts : names of the amounts, e.g. ("count", "injured"). units : declared units that occur.
    provenance : where the rows come from.
    """

    table: pd.DataFrame
    set_aside: pd.DataFrame
    report: IngestReport
    provenance: Provenance
    merged: pd.DataFrame = field(default_factory=pd.DataFrame)
    regions: "Regions | None" = None
    listing: str = "seen"
    amounts: tuple[str, ...] = ()
    units: tuple[str, ...] = field(default=())

    @property
    def measures(self) -> tuple[str, ...]:
        """What `daily_panel` can sum without further ado: "incidents", the amounts, the declared units."""
        return ("incidents", *self.amounts, *self.units)

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        r = self.report
        span = f", {r.first_day} to {r.last_day}" if r.first_day else ""
        aside = f", {r.rows_set_aside:,d} set aside" if r.rows_set_aside else ""
        seen = self.table["region"].nunique() - bool((self.table["region"] == "").any())
        return f"Incidents({r.rows_used:,d} rows of {self.provenance.source}{span}, {seen} regions{aside})"

    def _telling(self) -> pd.DataFrame:
        """The table without what is only for sums, what no row states, and what says a thing twice."""
        table = self.table.drop(columns=[c for c in self.table if str(c).endswith("_share")])
        plain = {"date_end": "date_start", "region_reported": "region"}
        plain |= {f"{name}{end}": name for name in self.amounts for end in ("_low", "_high")}
        same = [name for name, other in plain.items() if name in table and table[name].equals(table[other])]
        usual = {"timing": "day", "included": True}
        same += [
            name for name, value in usual.items() if name in table and bool((table[name] == value).all())
        ]
        same += [str(name) for name in table if table[name].isna().all()]
        return table.drop(columns=list(dict.fromkeys(same)))

    def _repr_html_(self) -> str:
        from ..display import table_html

        shown: list[Any] = [table_html(self._telling(), repr(self), most=8)]
        if len(self.set_aside):
            shown.append(table_html(self.set_aside, "Set aside", most=8))
        if self.report.unmatched:
            names = pd.DataFrame(
                [(u.name, u.rows, u.suggestion) for u in self.report.unmatched],
                columns=["name", "rows", "near"],
            )
            shown.append(table_html(names, "Names that are no region of the vocabulary", most=8))
        return "".join(shown)
