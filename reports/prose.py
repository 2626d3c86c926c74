"""Sentences, by rules, from records. The words follow the verdict; they never go beyond it."""

import datetime as dt
from collections.abc import Sequence

from analysis.findings import UNALLOCATED, ChangePoint, Comparison, LastYear
from analysis.models.comparison import COMPLETE
from analysis.robustness import resting_on_one_day

from .content import Context, Text, enumerated, say, spaced
from .robust_words import common_sentence, recent_common, without_fact
from .shared_facts import WeekFacts
from .signal_words import unusual_weeks
from .since_facts import SinceFacts
from .words import Noun, joined, span_text

__all__ = ["READINGS", "RECENT", "main_points", "plain", "reading", "reading_of_year", "spoken"]

# What a verdict is called, in tables and sentences alike.
READINGS = {
    "up": "above previous weeks",
    "down": "below previous weeks",
    "unchanged": "broadly unchanged",
    "unclear": "no clear change",
    "too_few": "too few to tell",
    "early": "too early to tell",
}
_OF_YEAR = {"up": "above last year", "down": "below last year"}
RECENT = dt.timedelta(weeks=8)
MOST_NAMED = 3

_TOTAL_SENTENCE = {
    "up": "That is above the previous {weeks} weeks, which averaged {mean}: {ratio} times that mean "
    "(95% interval {range}).",
    "down": "That is below the previous {weeks} weeks, which averaged {mean}: {ratio} times that mean "
    "(95% interval {range}).",
    "unchanged": "That is broadly unchanged from the previous {weeks} weeks, which averaged {mean} "
    "({ratio} times, 95% interval {range}).",
    "unclear": "The previous {weeks} weeks averaged {mean}; no clear change can be told, as the data are "
    "compatible with {range} times that mean.",
    "too_few": "The previous {weeks} weeks averaged {mean}: too few to tell whether anything changed.",
    "early": "The previous {weeks} weeks averaged {mean}, but only about {complete} of this week's reports "
    "can be expected to be in: whether it differs is too early to tell.",
}


def reading(finding: Comparison | None) -> str:
    """The verdict in words; an en dash where there was no comparison."""
    return READINGS[spoken(finding)] if finding else "–"


def reading_of_year(finding: LastYear | None) -> str:
    """The verdict on the same weeks of last year in words; an en dash where there was no comparison."""
    return _OF_YEAR.get(finding.verdict, READINGS[spoken(finding)]) if finding else "–"


def spoken(finding: Comparison | LastYear) -> str:
    """The verdict as it is said: "early" where nothing can be, as the week's reports are still coming."""
    early = finding.completeness is not None and finding.completeness < COMPLETE
    return "early" if early and finding.verdict == "unclear" else finding.verdict


def plain(text: Text) -> str:
    """Text without facts, links and emphasis: what a terminal or an alt text shows."""
    return "".join(part if isinstance(part, str) else part.text for part in text)


def main_points(context: Context) -> tuple[Text, ...]:
    """Four to seven sentences that tell the week, each number with its comparator and caveat."""
    facts = WeekFacts(context)
    points = (
        _total(facts), _most(facts), _regions_changed(facts), unusual_weeks(facts), _level_changes(facts),
        _other_counts(facts), _unallocated(facts), _past_weeks(facts),
    )  # fmt: skip
    return tuple(point for point in points if point)


def _total(facts: WeekFacts) -> Text:
    total = facts.amount()
    if total is None:
        return say("The table begins after the first day of the week of {span}.", span=facts.span)
    start = say(
        "In the week of {span}, {what} {were} reported, in {affected} of {covered} regions",
        what=facts.words(total), were="was" if total.value == 1 else "were", span=facts.span,
        affected=facts.affected(), covered=facts.covered(),
    )  # fmt: skip
    exact = facts.exact()
    if exact is not None:
        start += say(" ({exact} of them stated exactly)", exact=exact)
    partial = "" if facts.complete() else " The table ends before the week does."
    return (*start, *_total_compared(facts), partial) if partial else start + _total_compared(facts)


def _total_compared(facts: WeekFacts) -> Text:
    finding = facts.comparison()
    if finding is None:
        skipped = facts.skipped("comparison")
        return say("; no comparison can be made: {why}.", why=skipped.reason) if skipped else (".",)
    weeks = facts.weeks(finding)
    if finding.rate_ratio is None:
        return say(". None were reported in the previous {weeks} weeks.", weeks=weeks)
    sentence = say(
        _TOTAL_SENTENCE[spoken(finding)], weeks=weeks, mean=facts.baseline(finding),
        ratio=facts.ratio(finding), range=facts.ratio_range(finding), complete=facts.completeness(),
    )  # fmt: skip
    return (". ", *sentence, *_total_without(facts, finding))


def _total_without(facts: WeekFacts, finding: Comparison) -> Text:
    fact = without_fact(facts, finding) if finding.verdict in ("up", "down") else None
    return say(" With parts left out in turn: {without}.", without=fact) if fact else ()


def _most(facts: WeekFacts) -> Text:
    ranked = facts.ranked()
    if len(ranked) < 2:
        return ()
    named = [
        say("{region} ({n})", region=facts.name(code), n=facts.amount(code)) for code in ranked[:MOST_NAMED]
    ]
    return ("Most were reported in ", *enumerated(named), ".")


def _regions_changed(facts: WeekFacts) -> Text:
    tested = [c for c in facts.context.findings.regions("comparison") if c.tested]
    if not tested:
        return ()
    number = facts.context.facts.count("regions_tested", len(tested), unit="regions")
    groups = [_changed_group(facts, tested, verdict, word) for verdict, word in _DIRECTIONS]
    groups = [group for group in groups if group]
    words = {spoken(c) for c in tested}
    if not groups and "early" in words and words <= {"early", "too_few"}:
        return say(
            "None of the {n} regions tested stands clearly above its own previous weeks by what is in so "
            "far; which are below is too early to tell.",
            n=number,
        )
    if not groups and any(s.verdict in ("unusual", "low") for s in facts.context.findings.regions("signal")):
        return ()  # the next sentence names regions that do stand out
    if not groups:
        return say(
            "None of the {n} regions tested stands clearly apart from its own previous weeks; that is not "
            "proof that nothing changed.",
            n=number,
        )
    return (*say("Of {n} regions tested, ", n=number), *enumerated(groups, between="; "), ".")


_DIRECTIONS = (("up", "above"), ("down", "below"))


def _changed_group(facts: WeekFacts, tested: Sequence[Comparison], verdict: str, word: str) -> Text:
    some = sorted((c for c in tested if c.verdict == verdict), key=_size)
    if not some:
        return ()
    number = facts.context.facts.count(f"regions_{verdict}", len(some), unit="regions")
    named = [_one_change(facts, c) for c in some[:MOST_NAMED]]
    lead = "most clearly " if len(some) > MOST_NAMED else ""
    return say(
        "{n} {stand} {word} {its} own previous weeks: {lead}{names}",
        n=number, stand="stands" if len(some) == 1 else "stand", word=word,
        its="its" if len(some) == 1 else "their", lead=lead, names=enumerated(named, between="; "),
    )  # fmt: skip


def _size(finding: Comparison) -> tuple[float, float, str]:
    """Order of named regions: how large the change is at the least, drawn towards those of the others."""
    ratio = finding.shrunk or finding.rate_ratio
    least = 0.0 if ratio is None else ratio.high if finding.verdict == "down" else -ratio.low
    return (least, finding.p_value, finding.region)


def _one_change(facts: WeekFacts, finding: Comparison) -> Text:
    amount = facts.amount(finding.region)
    if finding.rate_ratio is None:
        return say(
            "{region} ({n}, none before{without})", region=facts.name(finding.region), n=amount,
            without=_without(facts, finding),
        )  # fmt: skip
    return say(
        "{region} ({n} against a mean of {mean}; {ratio} times, {range}{without})",
        region=facts.name(finding.region), n=amount, mean=facts.baseline(finding),
        ratio=facts.ratio(finding), range=facts.ratio_range(finding), without=_without(facts, finding),
    )  # fmt: skip


def _without(facts: WeekFacts, record: Comparison | ChangePoint) -> Text:
    """Whether it survives without a part of what it rests on."""
    fact = without_fact(facts, record)
    return ("; ", fact) if fact else ()


def _level_changes(facts: WeekFacts) -> Text:
    if "change_point" not in facts.context.findings.models:
        return ()
    judged = facts.judged("change_point")
    if not judged.value:
        return ()
    first = facts.context.week.last_day - RECENT
    changes, common = facts.changes_since(first), recent_common(facts, first)
    shared = spaced([common_sentence(facts, change) for change in common])
    if not changes:
        return shared or _no_shift(facts, first)
    named = [_one_shift(facts, change) for change in changes[:MOST_NAMED]]
    number = facts.context.facts.count("level_changes_recent", len(changes))
    times = "once" if len(changes) == 1 else "{n} times"
    lead = "most recently in " if len(changes) > 1 else "in "
    told = say(
        f"In the last eight weeks the reported daily level shifted {times}, {lead}{{names}}.",
        n=number, names=enumerated(named, between="; "),
    )  # fmt: skip
    return (*told, " ", *shared) if shared else told


def _no_shift(facts: WeekFacts, first: dt.date) -> Text:
    """Nothing is told; shifts that rest on one day may have been found."""
    on_a_day = [c for c in resting_on_one_day(facts.context.findings) if c.date >= first]
    return say(
        "No lasting shift of the daily level{kind} was found in the last eight weeks, among {n} regions with "
        "enough reports to judge.",
        n=facts.judged("change_point"), kind=" that rests on more than one day" if on_a_day else "",
    )  # fmt: skip


def _one_shift(facts: WeekFacts, change: ChangePoint) -> Text:
    text, around = facts.change(change), facts.unassigned_around(change)
    moved = say("; the part of all counts that no region has went from {x}", x=around) if around else ()
    return say(
        "{region} around {date} (range {range}; from {before} to {after} a day{without}{moved})",
        region=facts.name(change.region), date=text.date, range=text.range, before=text.before,
        after=text.after, without=_without(facts, change), moved=moved,
    )  # fmt: skip


def _other_counts(facts: WeekFacts) -> Text:
    tallies = facts.tallies().values()
    stated = [facts.counted(t) for t in tallies if t.amount is not None]
    missing = [Noun(t.measure).many for t in tallies if t.amount is None]
    said: Text = ("Also reported: ", *enumerated(stated), ".") if stated else ()
    if missing:
        said = (*said, f"{' ' if said else ''}Not stated, which is not zero: {joined(missing)}.")
    return said


def _unallocated(facts: WeekFacts) -> Text:
    amount, total = facts.amount(UNALLOCATED), facts.amount()
    if amount is None or total is None or not amount.low or not total.low:
        return ()
    share = facts.context.facts.share(
        "unallocated/share", amount.low / total.low, region=UNALLOCATED, period=facts.period
    )
    before = facts.unallocated_before()
    usual = say("; {before} in the weeks before", before=before) if before else ()
    return say(
        "Not assigned to one region, and counted only in the total: {what} ({share} of it{usual}).",
        what=facts.words(amount), share=share, usual=usual,
    )  # fmt: skip


def _past_weeks(facts: WeekFacts) -> Text:
    """Past weeks that read differently than in the last issue, with the one that changed most."""
    since = facts.context.since
    if since is None or not since.weeks:
        return ()
    made = SinceFacts(facts)
    most = max(since.weeks, key=lambda revised: (abs(revised.change), revised.week))
    text = made.revised(most)
    changed, compared = len(since.weeks), since.weeks_compared
    return say(
        "Since the last issue {k} of {n} past {noun} changed{most} the week of {span}: printed {before}, now "
        "known {after}.",
        k=made.number("weeks_changed", changed, "weeks"), n=made.number("weeks_compared", compared, "weeks"),
        noun=Noun("week", "weeks").after(compared), most="," if changed == 1 else ", most of all",
        span=span_text(most.week.first_day, most.week.last_day), before=text.before, after=text.after,
    )  # fmt: skip
