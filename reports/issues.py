"""One issue of a series as the next one remembers it: from an edition on the disk, or as it is made."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.codec import from_plain, to_plain
from analysis.errors import EditionError
from analysis.estimates import Amount
from analysis.findings import ChangePoint, Comparison, Findings, Signal
from analysis.memory import KnownChange, KnownSignal
from analysis.revisions import longer_triangle, triangle_of, weekly_totals
from analysis.weeks import Week

from .editions import Edition
from .manifest import digest, versions
from .shared_facts import CLEAR_Q
from .snapshot import SNAPSHOT

if TYPE_CHECKING:
    import pandas as pd

    from analysis.panel import Panel

__all__ = ["Issue", "comparable", "issue_of", "read_issue"]

_SAME_COUNTS = ("measure", "by", "starts_on")
# Settings that differ from week to week by nature, or that stand in the list by another name.
_LEFT_OUT = frozenset(
    {"panel.as_of", "panel.end", "panel.measure", "panel.by", "week.starts_on", "incidents.regions",
     "incidents.columns", "incidents.day_rule", "incidents.timezone"}
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Issue:
    """What one issue said.

    name : of its edition, "" while it is being made. week : the week it reports.
    weeks : first day -> total of every full week up to it, as printed.
    changes : the changes of level it names. known : those and the earlier ones, with their status.
    verdicts : region -> that of its comparison; parents are left out.
    signals : of every region, as found. known_signals : the runs of unusual weeks, with their status.
    settings : what can change the numbers, by name. versions : of the software.
    rows : the incident rows known then; None where there are none.
    printed : what this issue and those before it printed of each past week, as `analysis.issue_triangle`.
    """

    name: str
    week: Week
    weeks: Mapping[dt.date, Amount]
    changes: tuple[ChangePoint, ...]
    known: tuple[KnownChange, ...]
    verdicts: Mapping[str, str]
    signals: tuple[Signal, ...]
    known_signals: tuple[KnownSignal, ...]
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    rows: "pd.DataFrame | None"
    printed: "pd.DataFrame"


def issue_of(
    findings: Findings, config: Mapping[str, Any] | None = None, before: Issue | None = None
) -> Issue:
    """The issue that findings make. config : the tables of the settings file. before : the last issue.

    Raises ValueError for findings without a panel.
    """
    panel = findings.panel
    if panel is None:
        raise ValueError("these findings were read from JSON and hold no counts")
    rows = None
    if panel.incidents is not None:
        rows = _known(panel.incidents.table, panel.as_of)
    settings, weeks = to_plain(_settings(findings, panel, config or {})), weekly_totals(panel, findings.week)
    earlier = before.printed if before is not None and comparable(before.settings, settings) else None
    return Issue(
        name="", week=findings.week, weeks=weeks, changes=_named(findings.of("change_point")), known=(),
        verdicts=_verdicts(findings.of("comparison")), signals=findings.of("signal"), known_signals=(),
        settings=settings, versions=versions(), rows=rows,
        printed=longer_triangle(earlier, findings.week, weeks),
    )  # fmt: skip


def comparable(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether two issues' settings make numbers of the same kind."""
    return all(before.get(key) == after.get(key) for key in _SAME_COUNTS)


def read_issue(edition: Edition) -> Issue:
    """The issue an edition holds; raises `EditionError` when a file of it is missing or damaged."""
    manifest = edition.manifest
    body = json.loads(_file(edition, manifest, "report.json"))
    try:
        weeks = {
            dt.date.fromisoformat(week["first_day"]): from_plain(Amount, week["total"])
            for week in body["weeks"]
        }
        changes = tuple(from_plain(ChangePoint, item) for item in body["findings"]["change_point"])
        known = tuple(from_plain(KnownChange, item) for item in body["known_changes"])
        verdicts = _verdicts(from_plain(Comparison, item) for item in body["findings"]["comparison"])
        signals = tuple(from_plain(Signal, item) for item in body["findings"]["signal"])
        runs = tuple(from_plain(KnownSignal, item) for item in body["known_signals"])
        as_of, settings = body["edition"]["as_of"], body["settings"]
        printed = triangle_of({w["first_day"]: w["by_age"] for w in body["printed"]})
    except (KeyError, TypeError, ValueError):
        made = manifest["versions"].get("sitrend", "")
        raise EditionError(
            f"{edition.name} was written by sitrend {made} and does not hold what a comparison needs."
        ) from None
    return Issue(
        name=edition.name, week=edition.week, weeks=weeks, changes=_named(changes), known=known,
        verdicts=verdicts, signals=signals, known_signals=runs,
        settings=settings, versions=manifest["versions"], rows=_rows(edition, manifest, as_of),
        printed=printed,
    )  # fmt: skip


def _rows(edition: Edition, manifest: Mapping[str, Any], as_of: str | None) -> "pd.DataFrame | None":
    """The rows of an edition's snapshot that were known then."""
    if SNAPSHOT not in manifest["files"]:
        return None
    import io

    import pandas as pd

    rows = pd.read_parquet(io.BytesIO(_file(edition, manifest, SNAPSHOT)))
    return _known(rows, None if as_of is None else pd.Timestamp(as_of))


def _file(edition: Edition, manifest: Mapping[str, Any], name: str) -> bytes:
    entry = manifest["files"].get(name)
    if entry is None:
        raise EditionError(f"{edition.name} holds no {name}, so nothing can be compared with it.")
    try:
        data = (edition.path / name).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise EditionError(f"{edition.path / name} cannot be read: {reason}.") from None
    if digest(data) != entry["sha256"]:
        raise EditionError(f"{name} of {edition.name} is not what was published: its hash differs.")
    return data


def _known(table: "pd.DataFrame", as_of: "pd.Timestamp | None") -> "pd.DataFrame":
    from analysis.allocation import known_in

    return table if as_of is None else table[known_in(table, as_of)].reset_index(drop=True)


def _named(changes: tuple[ChangePoint, ...]) -> tuple[ChangePoint, ...]:
    return tuple(change for change in changes if change.q_value <= CLEAR_Q)


def _verdicts(comparisons: Iterable[Comparison]) -> dict[str, str]:
    return {record.region: record.verdict for record in comparisons if not record.is_parent}


def _settings(findings: Findings, panel: "Panel", config: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "measure": panel.measure, "by": panel.by, "starts_on": findings.week.starts_on,
    }  # fmt: skip
    incidents = panel.incidents
    if incidents is not None:
        report = incidents.report
        found |= {
            "regions": incidents.regions.name if incidents.regions is not None else None,
            "columns": report.columns, "day_rule": report.day_rule, "timezone": report.timezone,
            "max_days": report.max_days,
        }  # fmt: skip
    for table in ("incidents", "panel", "week"):
        given = {f"{table}.{key}": value for key, value in config.get(table, {}).items()}
        found |= {key: value for key, value in given.items() if key not in _LEFT_OUT}
    for name, options in findings.models.items():
        found[f"models.{name}"] = True
        found |= {f"models.{name}.{key}": value for key, value in options.items()}
    return found
