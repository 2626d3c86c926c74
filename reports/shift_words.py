"""Sentences on shifts of level, by rules, from the records."""

import datetime as dt

from analysis.findings import ChangePoint
from analysis.robustness import resting_on_one_day

from .content import Text, enumerated, say, spaced
from .robust_words import clauses, common_sentence, recent_common
from .shared_facts import WeekFacts
from .words import Noun

__all__ = ["RECENT", "level_changes", "one_shift"]

RECENT = dt.timedelta(weeks=8)
MOST_NAMED = 3


def level_changes(facts: WeekFacts) -> Text:
    """How often a region's level shifted lately, and where last; what most regions share is told once."""
    if "change_point" not in facts.context.findings.models:
        return ()
    judged = facts.judged("change_point")
    if not judged.value:
        return ()
    first = facts.context.week.last_day - RECENT
    changes, common = facts.changes_since(first), recent_common(facts, first)
    by_date = ", by the likeliest dates," if any(change.earliest < first for change in changes) else ""
    shared = spaced([common_sentence(facts, change) for change in common])
    if not changes:
        return shared or _no_shift(facts, first)
    parts, without = clauses(facts, changes[:MOST_NAMED], "change_point")
    named = [one_shift(facts, change, part) for change, part in zip(changes, parts, strict=False)]
    number = facts.context.facts.count("level_changes_recent", len(changes))
    times = {1: "once", 2: "twice"}.get(len(changes), "{n} times")
    lead = "most recently in " if len(changes) > 1 else "in "
    told = say(
        f"In the last eight weeks{by_date} the reported daily level shifted {times}, "
        f"{lead}{{names}}{{without}}.",
        n=number, names=enumerated(named, between="; "), without=without,
    )  # fmt: skip
    return (*told, " ", *shared) if shared else told


def _no_shift(facts: WeekFacts, first: dt.date) -> Text:
    """Nothing is told; shifts that rest on one day may have been found."""
    on_a_day = [c for c in resting_on_one_day(facts.context.findings) if c.date >= first]
    judged = facts.judged("change_point")
    return say(
        "No lasting shift of a region's daily level{kind} was found in the last eight weeks, among {n} "
        "{regions} with enough reports to judge.",
        n=judged, regions=Noun("region", "regions").after(judged.value),
        kind=" that rests on more than one day" if on_a_day else "",
    )  # fmt: skip


def one_shift(facts: WeekFacts, change: ChangePoint, without: Text) -> Text:
    """Where and when, in which range of days, from what to what; ``without`` is put into its brackets."""
    text, around = facts.change(change), facts.unassigned_around(change)
    moved = say("; the part of all counts that no region has went from {x}", x=around) if around else ()
    return say(
        "{region} around {date} (range{range}; from {before} to {after} a day{without}{moved})",
        region=facts.name(change.region), date=text.date,
        range=": that day alone" if change.earliest == change.latest else (" ", text.range),
        before=text.before, after=text.after, without=without, moved=moved,
    )  # fmt: skip
