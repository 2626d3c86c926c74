"""Sentences on unusual weeks, by rules, from the records."""

from collections.abc import Sequence

from analysis.findings import TOTAL, Signal

from .content import Text, enumerated, say
from .robust_words import without_fact
from .shared_facts import WeekFacts
from .signal_facts import SignalFacts, named
from .words import Noun

__all__ = ["unusual_weeks"]

MOST_NAMED = 3
_DIRECTIONS = (("unusual", "more"), ("low", "fewer"))


def unusual_weeks(facts: WeekFacts) -> Text:
    """What stands out from what the weeks before lead to expect: all regions together, regions, larger areas."""
    told = named(list(facts.context.findings.of("signal")))
    parts = (
        *(_total(facts, signal) for signal in told if signal.region == TOTAL),
        _regions(facts, [s for s in told if s.region != TOTAL and not s.is_parent]),
        _areas(facts, [s for s in told if s.is_parent]),
    )
    sentences = [part for part in parts if part]
    return tuple(piece for i, part in enumerate(sentences) for piece in ((" ",) if i else ()) + part)


def _total(facts: WeekFacts, signal: Signal) -> Text:
    return say(
        "For all regions together that is {word} than usual: {one}, where 95% of usual weeks lie within "
        "{usual}{more}.",
        word=dict(_DIRECTIONS)[signal.verdict], one=SignalFacts(facts, signal).observed,
        usual=SignalFacts(facts, signal).usual, more=_more(facts, signal),
    )  # fmt: skip


def _regions(facts: WeekFacts, told: Sequence[Signal]) -> Text:
    """The regions by direction, each with its usual range."""
    groups = [
        _group(facts, [s for s in told if s.verdict == verdict], verdict, word)
        for verdict, word in _DIRECTIONS
    ]
    groups = [group for group in groups if group]
    if not groups:
        return ()
    return say(
        "Of {n} {regions} judged by {their} own past, {groups}.",
        n=facts.judged("signal"), regions=Noun("region", "regions").after(facts.judged("signal").value),
        their="its" if facts.judged("signal").value == 1 else "their",
        groups=enumerated(groups, between="; "),
    )  # fmt: skip


def _group(facts: WeekFacts, some: Sequence[Signal], verdict: str, word: str) -> Text:
    if not some:
        return ()
    number = facts.context.facts.count(f"regions_{verdict}", len(some), unit="regions")
    lead = "most clearly " if len(some) > MOST_NAMED else ""
    return say(
        "{k} reported {word} than usual (in brackets, the range of 95% of usual weeks): {lead}{names}",
        k=number, word=word, lead=lead, names=_names(facts, some),
    )  # fmt: skip


def _areas(facts: WeekFacts, told: Sequence[Signal]) -> Text:
    """Parents of regions that are too sparse to be judged alone."""
    groups = [
        say("{word} than usual in {names}", word=word, names=_names(facts, some))
        for verdict, word in _DIRECTIONS
        if (some := [s for s in told if s.verdict == verdict])
    ]
    return say("Larger areas: {groups}.", groups=enumerated(groups, between="; ")) if groups else ()


def _names(facts: WeekFacts, some: Sequence[Signal]) -> Text:
    return enumerated([_one(facts, signal) for signal in some[:MOST_NAMED]], between="; ")


def _one(facts: WeekFacts, signal: Signal) -> Text:
    text = SignalFacts(facts, signal)
    return say(
        "{region}, {n} ({usual}{more})",
        region=text.name, n=text.observed, usual=text.usual, more=_more(facts, signal),
    )  # fmt: skip


def _more(facts: WeekFacts, signal: Signal) -> Text:
    """Since when, and whether it holds without a part."""
    since, fact = SignalFacts(facts, signal).since, without_fact(facts, signal)
    run = () if since is None else say("; so in every week of {span}", span=since)
    return (*run, "; ", fact) if fact else run
