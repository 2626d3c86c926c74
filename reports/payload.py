"""The machine-readable edition, ``report.json``; `report.schema.json` beside this file describes it."""

from typing import TYPE_CHECKING, Any

from analysis.codec import to_plain
from analysis.findings import KINDS, UNALLOCATED
from analysis.memory import KnownChange, KnownSignal, remembered, remembered_signals
from analysis.weeks import Week

if TYPE_CHECKING:
    from .report import Report

__all__ = ["SCHEMA", "payload"]

SCHEMA = "sitrend.report/1"


def payload(report: "Report") -> dict[str, Any]:
    """Edition, ingest report, facts, findings and what the next issue remembers, as JSON without NaN."""
    return {
        "schema": SCHEMA,
        "edition": _edition(report),
        "ingest": _ingest(report),
        "facts": [to_plain(fact) for fact in report.facts],
        "findings": {kind: [to_plain(item) for item in report.findings.of(kind)] for kind in KINDS},
        "models": to_plain(report.findings.models),
        "weeks": [
            {"week": Week(first_day=first).name, "first_day": first.isoformat(), "total": to_plain(total)}
            for first, total in report.issue.weeks.items()
        ],
        "known_changes": [to_plain(known) for known in _known_changes(report)],
        "known_signals": [to_plain(known) for known in _known_signals(report)],
        "printed": [
            {
                "first_day": f"{first:%Y-%m-%d}",
                "by_age": [None if figure != figure else figure for figure in row],
            }
            for first, row in zip(
                report.issue.printed.index, report.issue.printed.to_numpy().tolist(), strict=True
            )
        ],
        "settings": report.issue.settings,
        "previous": report.since.before if report.since is not None else None,
    }


def _known_changes(report: "Report") -> tuple[KnownChange, ...]:
    if report.since is not None:
        return report.since.known
    return remembered(report.issue.changes, report.week)


def _known_signals(report: "Report") -> tuple[KnownSignal, ...]:
    if report.since is not None:
        return report.since.signals
    return remembered_signals(report.issue.signals, report.week)


def _edition(report: "Report") -> dict[str, Any]:
    panel, week = report.findings.panel, report.week
    as_of = panel.as_of.isoformat() if panel is not None and panel.as_of is not None else None
    return {
        "title": report.document.title,
        "notice": report.document.notice,
        "week": week.name,
        "first_day": week.first_day.isoformat(),
        "last_day": week.last_day.isoformat(),
        "as_of": as_of,
        "measure": panel.measure if panel is not None else "",
    }


def _ingest(report: "Report") -> dict[str, Any] | None:
    """What reading the table told; None for counts without incidents behind them."""
    panel = report.findings.panel
    if panel is None or panel.incidents is None:
        return None
    incidents, week = panel.incidents, report.week
    plain: dict[str, Any] = to_plain(incidents.report)
    plain["provenance"] = to_plain(incidents.provenance)
    plain["unallocated"] = to_plain(panel.amount(UNALLOCATED, week.first_day, week.last_day))
    return plain
