"""What changed from one issue to the next, and how that is written into ``diff.json``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analysis.codec import to_plain
from analysis.memory import KnownChange, KnownSignal, remembered, remembered_signals
from analysis.revisions import RevisedWeek, changed_weeks
from analysis.weeks import Week

from .editions import Edition
from .issues import Issue, comparable, read_issue

if TYPE_CHECKING:
    import pandas as pd

    from analysis.snapshots import RowChanges

__all__ = ["MOST_ROWS", "Setting", "Since", "compare", "compare_editions", "diff_plain", "setting_text"]

MOST_ROWS = 5_000  # in diff.json; the table in changed_rows.csv is complete


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """A setting or a version that is not what it was; None = not set."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Since:
    """What changed between two issues of a series.

    before : name of the earlier edition. before_week, after_week : what the two report.
    comparable : False where another measure, grouping or first day of the week makes other numbers.
    weeks_compared : past weeks that both issues count. weeks : those that read differently, latest first.
    rows : what became of the rows; None where an issue kept none. past_rows : the changes among them but
        rows added for days after the earlier issue's week; new_rows : how many of those.
    known : changes of level found now, and earlier ones that ended. signals : runs of unusual weeks, in the
    same way. settings, versions : what differs.
    """

    before: str
    before_week: Week
    after_week: Week
    comparable: bool
    weeks_compared: int
    weeks: tuple[RevisedWeek, ...]
    rows: "RowChanges | None"
    past_rows: "pd.DataFrame | None"
    new_rows: int
    known: tuple[KnownChange, ...]
    signals: tuple[KnownSignal, ...]
    settings: tuple[Setting, ...]
    versions: tuple[Setting, ...]

    @property
    def late(self) -> int:
        """Rows that were added for days the earlier issue had covered."""
        return 0 if self.past_rows is None else int((self.past_rows["change"] == "added").sum())

    @property
    def nothing(self) -> bool:
        """True where no past week, row, shift of level, setting or version reads differently."""
        over = self.with_status("ended", "again") or self.ended_signals
        return not (self.weeks or self.settings or self.versions or self.row_changes or over)

    @property
    def row_changes(self) -> int:
        """Rows removed, changed or added late."""
        return 0 if self.past_rows is None else len(self.past_rows)

    def __repr__(self) -> str:
        rows = f", {self.rows!r}" if self.rows is not None else ""
        return (
            f"Since({self.before} to {self.after_week}: {len(self.weeks)} of {self.weeks_compared} weeks "
            f"changed{rows})"
        )

    @property
    def ended_signals(self) -> tuple[KnownSignal, ...]:
        """The runs of unusual weeks that the earlier issue told and that are over."""
        return tuple(known for known in self.signals if known.status == "ended")

    def with_status(self, *statuses: str) -> tuple[KnownChange, ...]:
        """The changes of level of some status."""
        return tuple(known for known in self.known if known.status in statuses)


def compare(before: Issue, after: Issue) -> Since:
    """What changed from ``before`` to ``after``."""
    same = comparable(before.settings, after.settings)
    shared = before.weeks.keys() & after.weeks.keys() if same else set()
    by = str(after.settings.get("by", "region"))
    rows = past = None
    if before.rows is not None and after.rows is not None:
        from analysis.snapshots import compare_rows

        rows = compare_rows(before.rows, after.rows, by=by)
        past = rows.changes[~_beyond(rows.changes, before.week)].reset_index(drop=True)
    return Since(
        before=before.name, before_week=before.week, after_week=after.week, comparable=same,
        weeks_compared=len(shared),
        weeks=changed_weeks(before.weeks, after.weeks) if same else (),
        rows=rows, past_rows=past,
        new_rows=0 if rows is None or past is None else len(rows.changes) - len(past),
        known=_known(before, after),
        signals=_signals(before, after),
        settings=tuple(_differences(before.settings, after.settings)),
        versions=tuple(_differences(before.versions, after.versions)),
    )  # fmt: skip


def _known(before: Issue, after: Issue) -> tuple[KnownChange, ...]:
    if "models.change_point" in after.settings:
        return remembered(after.changes, after.week, before.known)
    # Nobody looked for shifts this time: none has ended, and none is told.
    return tuple(replace(known, status="past") for known in before.known)


def _signals(before: Issue, after: Issue) -> tuple[KnownSignal, ...]:
    if "models.signal" in after.settings:
        return remembered_signals(after.signals, after.week, before.known_signals)
    # Nobody looked this time: none has ended, and none is told.
    return tuple(
        replace(known, status="unknown") for known in before.known_signals if known.status != "ended"
    )


def compare_editions(before: Edition, after: Edition) -> Since:
    """What changed from one published edition to another, as ``sitrend diff`` tells it.

    Raises `EditionError` when one is damaged or holds no ``report.json``.
    """
    return compare(read_issue(before), read_issue(after))


def _beyond(changes: "pd.DataFrame", week: Week) -> "pd.Series[bool]":
    """Rows added for days after a week: news, not a change of what was told."""
    import pandas as pd

    return (changes["change"] == "added") & (changes["date_start_after"] > pd.Timestamp(week.last_day))


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Setting]:
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield Setting(name=name, before=before.get(name), after=after.get(name))


def setting_text(setting: Setting) -> str:
    """``models.comparison.baseline_weeks: 8, now 6``."""
    before, after = (_value(value) for value in (setting.before, setting.after))
    return f"{setting.name}: {before}, now {after}"


def _value(value: Any) -> str:
    if value is None or value == "":
        return "not set"
    if isinstance(value, dict):
        return ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) or "none"
    if isinstance(value, (list, tuple)):
        return " + ".join(_value(item) for item in value) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def diff_plain(since: Since) -> dict[str, Any]:
    """``diff.json``: the same as plain JSON values, ``sitrend.diff/1``."""
    return {
        "schema": "sitrend.diff/1",
        "before": {"edition": since.before, **_week(since.before_week)},
        "after": _week(since.after_week),
        "comparable": since.comparable,
        "weeks_compared": since.weeks_compared,
        "weeks": [
            {**_week(w.week), "before": to_plain(w.before), "after": to_plain(w.after), "change": w.change}
            for w in since.weeks
        ],
        "rows": _rows(since),
        "level_changes": [to_plain(known) for known in since.known],
        "signals": [to_plain(known) for known in since.signals],
        "settings": [to_plain(setting) for setting in since.settings],
        "versions": [to_plain(version) for version in since.versions],
    }


def _week(week: Week) -> dict[str, str]:
    return {
        "week": week.name, "first_day": week.first_day.isoformat(), "last_day": week.last_day.isoformat(),
    }  # fmt: skip


def _rows(since: Since) -> dict[str, Any] | None:
    rows, past = since.rows, since.past_rows
    if rows is None or past is None:
        return None
    from analysis.snapshots import GROUPS

    return {
        "before": rows.before, "after": rows.after, "unchanged": rows.unchanged,
        "added": rows.count("added"), "added_for_new_days": since.new_rows, "added_late": since.late,
        "removed": rows.count("removed"), "changed": rows.count("changed"),
        **{group: rows.count(group) for group in GROUPS},
        "matched_by": dict(rows.matched_by),
        "columns_added": list(rows.columns_added), "columns_removed": list(rows.columns_removed),
        "listed": min(len(past), MOST_ROWS),
        "changes": [
            {str(key): _plain(value) for key, value in record.items()}
            for record in past.head(MOST_ROWS).to_dict("records")
        ],
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """A cell as a JSON value; None where it is empty."""
    import math

    import pandas as pd

    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, (bool, int, str)) else str(value)
