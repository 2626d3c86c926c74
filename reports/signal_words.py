"""Sentences on unusual weeks, by rules, from the records."""

from collections.abc import Sequence

from analysis.findings import TOTAL, Signal

from .content import Text, enumerated, say
from .robust_words import clauses, without_fact
from .shared_facts import WeekFacts
from .signal_facts import SignalFacts, named
from .words import Noun

__all__ = ["one_signal", "unusual_weeks"]

MOST_NAMED = 3
_DIRECTIONS = (("unusual", "more"), ("low", "fewer"))


def unusual_weeks(facts: WeekFacts) -> Text:
    """What stands out from what the weeks before lead to expect: the total, regions, larger areas."""
    told = named(list(facts.context.findings.of("signal")))
    parts = (
        *(one_signal(facts, signal) for signal in told if signal.region == TOTAL),
        _regions(facts, [s for s in told if s.region != TOTAL and not s.is_parent]),
        _areas(facts, [s for s in told if s.is_parent]),
    )
    sentences = [part for part in parts if part]
    return tuple(piece for i, part in enumerate(sentences) for piece in ((" ",) if i else ()) + part)


def one_signal(facts: WeekFacts, signal: Signal) -> Text:
    """A sentence on the total or on one region whose count was told before."""
    text = SignalFacts(facts, signal)
    return say(
        "The {what} of {one} is {word} than usual (95% of usual weeks: {usual}{more}).",
        what="total" if signal.region == TOTAL else "count", one=text.observed,
        word=dict(_DIRECTIONS)[signal.verdict], usual=text.usual,
        more=_more(facts, signal, ("; ", fact) if (fact := without_fact(facts, signal)) else ()),
    )  # fmt: skip


def _regions(facts: WeekFacts, told: Sequence[Signal]) -> Text:
    """The regions by direction, each with its usual range."""
    groups = [
        _group(facts, some, verdict, word)
        for verdict, word in _DIRECTIONS
        if (some := [s for s in told if s.verdict == verdict])
    ]
    if not groups:
        return ()
    number = facts.judged("signal")
    return say(
        "Of {n} {regions} judged by {their} own past, {groups}.",
        n=number, regions=Noun("region", "regions").after(number.value),
        their="its" if number.value == 1 else "their",
        groups=tuple(part for i, group in enumerate(groups) for part in (("; ",) if i else ()) + group),
    )  # fmt: skip


def _group(facts: WeekFacts, some: Sequence[Signal], verdict: str, word: str) -> Text:
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
    listed = tuple(part for i, group in enumerate(groups) for part in (("; ",) if i else ()) + group)
    return say("Larger areas: {groups}.", groups=listed) if groups else ()


def _names(facts: WeekFacts, some: Sequence[Signal]) -> Text:
    kind = f"{'area' if some[0].is_parent else 'signal'}/{some[0].verdict}"
    parts, shared = clauses(facts, some[:MOST_NAMED], kind)
    named = [_one(facts, signal, part) for signal, part in zip(some, parts, strict=False)]
    return (*enumerated(named, between="; "), *shared)


def _one(facts: WeekFacts, signal: Signal, without: Text) -> Text:
    text = SignalFacts(facts, signal)
    return say(
        "{region}, {n} ({usual}{more})",
        region=text.name, n=text.observed, usual=text.usual, more=_more(facts, signal, without),
    )  # fmt: skip


def _more(facts: WeekFacts, signal: Signal, without: Text) -> Text:
    """Since when, whether it holds without a part, and what the weeks just before say against it."""
    since, against = SignalFacts(facts, signal).since, _against(facts, signal)
    run = () if since is None else say("; so in every week of {span}", span=since)
    return (*run, *without, *(("; ", against) if against else ()))


def _against(facts: WeekFacts, signal: Signal) -> str:
    """Where the weeks just before say the opposite, or that little changed: "usual" looks further back."""
    found = facts.comparison(signal.region)
    if found is None:
        return ""
    return _AGAINST.get((signal.verdict, found.verdict), "")


_AGAINST = {
    ("unusual", "down"): "though below the previous weeks",
    ("unusual", "unchanged"): "though broadly unchanged from the previous weeks",
    ("low", "up"): "though above the previous weeks",
    ("low", "unchanged"): "though broadly unchanged from the previous weeks",
}
