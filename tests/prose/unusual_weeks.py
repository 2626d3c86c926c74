"""Unusual weeks: which, how many, in which direction, since when."""

import re
from collections.abc import Iterator
from typing import Any

from known import AMOUNT, SPAN, N, Week, date_text, first, held, must, near, number

__all__ = ["unusual"]

WORDS = {"unusual": "more", "low": "fewer"}


def unusual(week: Week, text: str) -> Iterator[str]:
    """Unusual weeks of the total, of regions and of larger areas."""
    signals = week.of("signal")
    whole = re.match(
        rf"The total of ({AMOUNT}) is (more|fewer) than usual \(95% of usual weeks: (.*?)\)\.(?= |$)", text
    )
    record = signals.get("total")
    yield from _signal_total(week, whole, record if record and record.verdict in WORDS else None)
    part = re.search(r"Of (\d+) regions? judged by (its|their) own past, (.*?)\.(?= Larger areas: |$)", text)
    some = week.told("signal", *WORDS)
    skipped = {s.region for s in week.findings.of("skipped") if s.model == "signal"}
    judged = len(set(week.names) - skipped)
    yield from must(bool(part) == bool(some), f"{len(some)} regions are unusual")
    if part:
        yield from must(int(part[1]) == judged and (part[2] == "its") == (judged == 1), f"{judged} judged")
        for verdict, word in WORDS.items():
            yield from _signal_group(
                week, part[3], {k: s for k, s in some.items() if s.verdict == verdict}, word
            )
    parents = [s for s in week.findings.of("signal") if s.is_parent and s.verdict in WORDS]
    areas = text.partition("Larger areas: ")[2]
    yield from must(bool(areas) == bool(parents), "larger areas")
    for signal in parents:
        name = week.findings.panel.parents[signal.region]  # type: ignore[union-attr]
        word = WORDS[signal.verdict]
        yield from must(
            re.search(rf"{word} than usual in (?:(?!than usual).)*{re.escape(name)}", areas), name
        )


def _signal_total(week: Week, found: Any, record: Any) -> Iterator[str]:
    if not found or not record:
        yield from must(not found and not record, "total unusual or not")
        return
    yield from must(found[1] == week.amount("total"), "total")
    yield from must(found[2] == WORDS[record.verdict], "direction of the total")
    yield from _signal_one(week, "total", found[1], found[3], record, [])


def _signal_group(week: Week, text: str, some: dict[str, Any], word: str) -> Iterator[str]:
    found = re.search(
        rf"(\d+) reported {word} than usual \(in brackets[^)]*\): (.*?)(?=; \d+ reported |$)", text
    )
    if not found or not some:
        yield from must(not found and not some, f"{len(some)} reported {word}")
        return
    named = re.findall(rf"({week.name}), ({AMOUNT}) \((\d.*?)\)(?=; | and |$)", found[2])
    yield from must(found[1] == str(len(some)), f"{len(some)} reported {word}")
    yield from must(len(named) == min(3, len(some)), f"{len(named)} named of {len(some)}")
    yield from must(("most clearly" in found[2]) == (len(some) > 3), "most clearly")
    shared = re.findall(r"; ((?:each|none) of these .*)$", found[2])
    for name, amount, more in named:
        if name not in some:
            yield f"{name} did not report {word}"
            continue
        yield from _signal_one(week, name, amount, more, some[name], shared)


def _signal_one(
    week: Week, name: str, amount: str, more: str, record: Any, shared: list[str]
) -> Iterator[str]:
    """The count lies outside of what is called usual; the run and what is left out agree."""
    low, _, high = week.sums(record.region)
    yield from must(amount == week.amount(record.region), f"count of {name}")
    span = re.match(rf"({N}) to ({N})", more)
    if not span:
        yield f"no usual range of {name}"
        return
    usual = record.expected
    yield from must(near(span[1], usual.low) and near(span[2], usual.high), f"usual range of {name}")
    outside = low > number(span[2]) if record.verdict == "unusual" else high < number(span[1])
    yield from must(outside, f"{name} lies within its usual range")
    run = re.search(rf"so in every week of ({SPAN})", more)
    yield from must(bool(run) == (record.status == "continuing"), f"run of {name}")
    if run:
        yield from must(first(run[1]) == record.since, f"since when {name}")
        yield from must(run[1].endswith(date_text(week.findings.week.last_day)), f"until when {name}")
    clauses = re.findall(r"; ((?:holds|does not|carried).*?)(?=; though|$)", more)
    yield from held(week, clauses or shared, [record])
    verdict = getattr(week.of("comparison").get(name), "verdict", "")
    against = {("unusual", "down"), ("low", "up"), ("unusual", "unchanged"), ("low", "unchanged")}
    words = {"up": "though above", "down": "though below", "unchanged": "though broadly unchanged"}
    expected = (record.verdict, verdict) in against
    yield from must(("; though" in more) == expected, f"{name}: {verdict} beside {record.verdict}")
    yield from must(not expected or words[verdict] in more, f"{name} is {verdict} against the weeks before")
