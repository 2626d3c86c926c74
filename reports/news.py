"""What a week's findings say that the last issue did not: for alerts, so that nothing is called new twice."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.codec import to_plain
from analysis.findings import TOTAL, ChangePoint, Comparison, Findings, Signal
from analysis.memory import remembered, remembered_signals
from analysis.numbers import count_text
from analysis.robustness import told_changes

from .issues import Issue, read_issue
from .prose import READINGS, RECENT
from .robust_words import checks_of, without_text
from .shared_facts import CLEAR_Q
from .words import date_text, span_text

if TYPE_CHECKING:
    from .editions import Edition

__all__ = ["new_statements"]

SCHEMA = "sitrend.new/1"
MOVED = ("up", "down")


def new_statements(findings: Findings, last: "Edition | None") -> list[dict[str, Any]]:
    """What is up, down, unusual, or shifted lately, and was not stated by the edition ``last``.

    findings : of a later week than that edition's. last : None = everything is new.

    A comparison is new where the last issue gave the region another verdict; parents are left to the report.
    Unusual weeks and shifts of level are new as `analysis.memory` has it: where no issue so far told the run,
    or the shift; of shifts only those that a report names and that began in the last eight weeks. Plain JSON
    values, schema ``sitrend.new/1``. Raises `EditionError` when the edition cannot be read.
    """
    before = read_issue(last) if last is not None else None
    return [
        *(_comparison(findings, record, last) for record in _moved(findings, before)),
        *(_unusual(findings, record, last) for record in _signals(findings, before)),
        *(_change(findings, record, last) for record in _changes(findings, before)),
    ]


def _moved(findings: Findings, before: Issue | None) -> Iterator[Comparison]:
    verdicts = before.verdicts if before else {}
    for record in findings.of("comparison"):
        if record.verdict in MOVED and not record.is_parent and verdicts.get(record.region) != record.verdict:
            yield record


def _signals(findings: Findings, before: Issue | None) -> Iterator[Signal]:
    signals = findings.of("signal")
    known = remembered_signals(signals, findings.week, before.known_signals if before else ())
    new = {run.region for run in known if run.status == "new"}
    yield from (s for s in signals if s.region in new and not s.is_parent)


def _changes(findings: Findings, before: Issue | None) -> Iterator[ChangePoint]:
    clear = tuple(change for change in findings.of("change_point") if change.q_value <= CLEAR_Q)
    told = told_changes(findings)
    known = remembered(clear, findings.week, before.known if before else ())
    first = findings.week.last_day - RECENT
    for change, memory in zip(clear, known, strict=False):  # after these come the earlier ones
        named = change.region != TOTAL and change.date >= first and change in told
        if memory.status == "new" and named:
            yield change


def _comparison(findings: Findings, record: Comparison, last: "Edition | None") -> dict[str, Any]:
    name = _name(findings, record.region)
    said = f"{name}: {record.observed} in the week of {date_text(findings.week.first_day)}, "
    said += f"{READINGS[record.verdict]}"
    if record.rate_ratio is not None:
        said += f", {record.rate_ratio} times their mean"
    said += _without(findings, record)
    return _statement(findings, record, last, name, f"{said}.")


def _unusual(findings: Findings, record: Signal, last: "Edition | None") -> dict[str, Any]:
    name, usual = _name(findings, record.region), record.expected
    word = "more" if record.verdict == "unusual" else "fewer"
    said = f"{name}: {record.observed} in the week of {date_text(findings.week.first_day)}, {word} than usual"
    span = f"{count_text(round(usual.low))} to {count_text(round(usual.high))}"
    return _statement(
        findings,
        record,
        last,
        name,
        f"{said} (95% of usual weeks: {span}){_without(findings, record)}.",
    )


def _change(findings: Findings, record: ChangePoint, last: "Edition | None") -> dict[str, Any]:
    name = _name(findings, record.region)
    one_day = record.earliest == record.latest
    days = "range: that day alone" if one_day else f"range {span_text(record.earliest, record.latest)}"
    return _statement(
        findings, record, last, name,
        f"{name}: the daily level shifted around {date_text(record.date)} ({days})"
        f"{_without(findings, record)}.",
    )  # fmt: skip


def _without(findings: Findings, record: Comparison | Signal | ChangePoint) -> str:
    text = without_text(checks_of(findings, record))
    return f"; {text}" if text else ""


def _statement(
    findings: Findings, record: Any, last: "Edition | None", name: str, text: str
) -> dict[str, Any]:
    plain = to_plain(record)
    if "since" in plain:  # of a run of weeks; "since" here is the edition it is new against
        plain["run_since"] = plain.pop("since")
    return {
        "schema": SCHEMA, "week": findings.week.name, "since": last.name if last else None,
        "kind": record.kind, "name": name, "text": text, **plain,
    }  # fmt: skip


def _name(findings: Findings, code: str) -> str:
    if code == TOTAL:
        return "Total"
    return findings.panel.name_of(code) if findings.panel is not None else code
