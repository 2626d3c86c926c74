"""What a week's findings say that the last issue did not: for alerts, so that nothing is called new twice."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from analysis.codec import from_plain, to_plain
from analysis.errors import EditionError
from analysis.findings import TOTAL, ChangePoint, Comparison, Findings

from .prose import READINGS, RECENT
from .shared_facts import CLEAR_Q
from .words import date_text

if TYPE_CHECKING:
    from .editions import Edition

__all__ = ["new_statements"]

SCHEMA = "sitrend.new/1"
MOVED = ("up", "down")


def new_statements(findings: Findings, last: "Edition | None") -> list[dict[str, Any]]:
    """Comparisons "up" or "down" and recent shifts of level that the edition ``last`` did not state.

    findings : of a later week than that edition's. last : None = everything is new.

    A comparison is new where the last issue gave the region another verdict; parents are left to the report.
    A shift of level, of those a report names, is new where its first day lies in the last eight weeks and the
    last issue named none of the region whose range of days overlaps its own. Plain JSON values, schema
    ``sitrend.new/1``. Raises `EditionError` when the edition's ``report.json`` cannot be read.
    """
    known = _known(last)
    verdicts = {record.region: record.verdict for record in known[Comparison.kind]}
    told: dict[str, list[ChangePoint]] = {}
    for change in filter(_told, known[ChangePoint.kind]):
        told.setdefault(change.region, []).append(change)
    first = findings.week.last_day - RECENT
    return [
        *(
            _comparison(findings, record, last)
            for record in findings.of("comparison")
            if record.verdict in MOVED
            and not record.is_parent
            and verdicts.get(record.region) != record.verdict
        ),
        *(
            _change(findings, record, last)
            for record in findings.of("change_point")
            if _told(record) and record.date >= first and not _meets(record, told.get(record.region, ()))
        ),
    ]


def _known(last: "Edition | None") -> Mapping[str, list[Any]]:
    kinds: dict[str, type[Any]] = {Comparison.kind: Comparison, ChangePoint.kind: ChangePoint}
    if last is None:
        return {kind: [] for kind in kinds}
    try:
        body = json.loads((last.path / "report.json").read_bytes())["findings"]
        return {kind: [from_plain(cls, record) for record in body[kind]] for kind, cls in kinds.items()}
    except (OSError, ValueError, KeyError, TypeError):
        raise EditionError(
            f"{last.path / 'report.json'} cannot be read, so what is new since {last.name} cannot be told; "
            "restore it from a backup."
        ) from None


def _told(change: ChangePoint) -> bool:
    """Whether a report names a shift: those of regions that stand out among all that were looked at."""
    return change.region != TOTAL and change.q_value <= CLEAR_Q


def _meets(change: ChangePoint, others: Iterable[ChangePoint]) -> bool:
    return any(o.earliest <= change.latest and change.earliest <= o.latest for o in others)


def _comparison(findings: Findings, record: Comparison, last: "Edition | None") -> dict[str, Any]:
    name = _name(findings, record.region)
    said = f"{name}: {record.observed} in the week of {date_text(findings.week.first_day)}, "
    said += f"{READINGS[record.verdict]}"
    if record.rate_ratio is not None:
        said += f", {record.rate_ratio} times their mean"
    return _statement(findings, record, last, name, f"{said}.")


def _change(findings: Findings, record: ChangePoint, last: "Edition | None") -> dict[str, Any]:
    name = _name(findings, record.region)
    days = f"range {date_text(record.earliest)} to {date_text(record.latest)}"
    return _statement(
        findings, record, last, name,
        f"{name}: the daily level shifted around {date_text(record.date)} ({days}).",
    )  # fmt: skip


def _statement(
    findings: Findings, record: Any, last: "Edition | None", name: str, text: str
) -> dict[str, Any]:
    return {
        "schema": SCHEMA, "week": findings.week.name, "since": last.name if last else None,
        "kind": record.kind, "name": name, "text": text, **to_plain(record),
    }  # fmt: skip


def _name(findings: Findings, code: str) -> str:
    if code == TOTAL:
        return "Total"
    return findings.panel.name_of(code) if findings.panel is not None else code
