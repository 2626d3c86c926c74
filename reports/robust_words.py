"""Whether a statement survives without a part of what it rests on, in one clause."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.findings import ChangePoint, CommonChange, Comparison, Findings, Robustness, Signal

from .content import Text, say
from .facts import Fact
from .words import date_text, joined, names_of, span_text

if TYPE_CHECKING:
    from .shared_facts import WeekFacts

__all__ = [
    "carried",
    "checks_of",
    "clauses",
    "common_sentence",
    "left_out_text",
    "recent_common",
    "without_fact",
    "without_text",
]

Record = Comparison | Signal | ChangePoint
MOST_SOURCES = 2
_PARTS = {
    "largest_day": "its largest day",
    "new_sources": "the sources that are new",
    "ended_sources": "the sources that have ended",
    "largest_reporter": "its largest source",
}


def checks_of(findings: Findings, record: Record) -> list[Robustness]:
    """The checks of one statement."""
    date = record.date if isinstance(record, ChangePoint) else findings.week.first_day
    key = (record.region, record.kind, date)
    return [c for c in findings.of("robustness") if (c.region, c.statement, c.date) == key]


def carried(check: Robustness) -> str:
    """Of a statement that fails: what it does not survive without, in words."""
    names, number = names_of(check.names, MOST_SOURCES), len(check.names)
    if check.without == "largest_day":
        return f"does not hold without its largest day, {_day(check)}"
    if check.without == "largest_reporter":
        return f"does not hold without its largest source, {names}"
    day = date_text(check.since) if check.since else ""
    if check.without == "new_sources":
        sources = "a new source" if number == 1 else "new sources"
        return f"carried only by {sources}, first seen there on {day}: {names}"
    sources = "a source" if number == 1 else "sources"
    return f"does not hold without {sources} last seen there on {day}: {names}"


def left_out_text(check: Robustness) -> str:
    """What was left out, in words."""
    names = names_of(check.names, MOST_SOURCES)
    if check.without == "largest_day":
        return f"the largest day, {_day(check)}"
    if check.without == "largest_reporter":
        return f"the largest source, {names}"
    day = date_text(check.since) if check.since else ""
    if check.without == "new_sources":
        return f"new since {day}: {names}"
    return f"ended on {day}: {names}"


def without_text(checks: Sequence[Robustness]) -> str:
    """One clause: "holds also without its largest day", or what it does not survive without; "" unchecked."""
    failed = sorted((carried(c) for c in checks if not c.holds), key=lambda text: text.startswith("carried"))
    if failed:
        return "; ".join(failed).replace("; does not hold without", ", nor without")
    parts = [_PARTS[check.without] for check in checks]
    return f"holds also without {joined(parts)}" if parts else ""


def without_fact(facts: "WeekFacts", record: Record) -> Fact | None:
    """That clause as a fact; None where nothing was checked."""
    checks = checks_of(facts.context.findings, record)
    text = without_text(checks)
    if not text:
        return None
    key = f"robustness/{record.region}/{record.kind}/{checks[0].date}"
    return facts.context.facts.label(key, text, region=record.region)


def clauses(facts: "WeekFacts", records: Sequence[Record], name: str) -> tuple[list[Text], Text]:
    """A clause for each of several records named in a row, or one for all where it is the same."""
    own = [without_fact(facts, record) for record in records]
    shared = _shared([fact.text if fact else "" for fact in own])
    if not shared:
        return [("; ", fact) if fact else () for fact in own], ()
    return [() for _ in own], ("; ", facts.context.facts.label(f"robustness/shared/{name}", shared))


def _shared(texts: Sequence[str]) -> str:
    """ "" where they are not alike, or cannot be said of several at once."""
    text = texts[0] if texts else ""
    if len(texts) < 2 or len(set(texts)) > 1:
        return ""
    if text.startswith("holds also"):
        return f"each of these {text}"
    if text.startswith("does not hold without its largest day") and text.count("does not hold") == 1:
        return text.replace("does not hold", "none of these holds")
    return ""


def recent_common(facts: "WeekFacts", first: dt.date) -> list[CommonChange]:
    """Dates from ``first`` on around which most regions changed, latest first."""
    found = [c for c in facts.context.findings.of("common_change") if c.date >= first]
    return sorted(found, key=lambda change: change.date, reverse=True)


def common_sentence(facts: "WeekFacts", change: CommonChange) -> Text:
    """One sentence for all of them; it names what such a date points to, and no cause."""
    key, table = f"common_change/{change.date}", facts.context.facts
    risen, regions = change.risen, len(change.regions)
    way = {0: "down in all of them", regions: "up in all of them"}.get(risen, "up in {risen} of them")
    return say(
        f"Around {{date}} the daily level shifted in {{n}} of {{judged}} regions with enough reports to show "
        f"it, {way}: so many at once speak for a change in what is reported or for something common to all, "
        "and these shifts are not told one by one.",
        date=table.label(f"{key}/date", span_text(change.earliest, change.latest)),
        n=table.count(f"{key}/regions", regions, unit="regions"),
        judged=table.count(f"{key}/judged", change.judged, unit="regions"),
        risen=table.count(f"{key}/risen", risen, unit="regions"),
    )  # fmt: skip


def _day(check: Robustness) -> str:
    return joined([date_text(dt.date.fromisoformat(name)) for name in check.names])
