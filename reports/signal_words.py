"""Sentences on unusual weeks, by rules, from the records."""

from collections.abc import Sequence

from analysis.findings import TOTAL, Signal

from .content import Text, enumerated, say
from .robust_words import without_fact
from .shared_facts import WeekFacts
from .signal_facts import SignalFacts, named

__all__ = ["unusual_weeks"]

MOST_NAMED = 3
_DIRECTIONS = (("unusual", "More than usual was reported"), ("low", "Fewer than usual were reported"))


def unusual_weeks(facts: WeekFacts) -> Text:
    """Which regions, parents or all together stand out from what their weeks before lead to expect."""
    told = named(list(facts.context.findings.of("signal")))
    groups = [
        _group(facts, [s for s in told if s.verdict == verdict], words) for verdict, words in _DIRECTIONS
    ]
    groups = [group for group in groups if group]
    if not groups:
        return ()
    return (*groups[0], *((" ", *groups[1]) if len(groups) > 1 else ()))


def _group(facts: WeekFacts, some: Sequence[Signal], words: str) -> Text:
    if not some:
        return ()
    names = [_one(facts, signal) for signal in some[:MOST_NAMED]]
    more = len(some) - MOST_NAMED
    if more > 0:
        verdict = some[0].verdict
        names.append(say("{n} more", n=facts.context.facts.count(f"signals_more/{verdict}", more)))
    return (f"{words} in ", *enumerated(names, between="; "), ".")


def _one(facts: WeekFacts, signal: Signal) -> Text:
    text = SignalFacts(facts, signal)
    run = () if text.since is None else say("; so in every week of {span}", span=text.since)
    fact = without_fact(facts, signal)
    return say(
        "{region} ({n}, while 95% of usual weeks lie between {usual}{run}{without})",
        region="all regions together" if signal.region == TOTAL else text.name, n=text.observed,
        usual=text.usual, run=run, without=("; ", fact) if fact else (),
    )  # fmt: skip
