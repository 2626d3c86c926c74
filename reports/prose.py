"""Sentences, by rules, from records. The words follow the verdict; they never go beyond it."""

from collections.abc import Sequence

from analysis.findings import TOTAL, UNALLOCATED, Comparison, LastYear
from analysis.models.comparison import COMPLETE

from .content import Context, Text, enumerated, say
from .facts import Fact, size_of
from .robust_words import clauses, without_fact
from .shared_facts import FEWEST_FOR_SHARE, WeekFacts
from .shift_words import RECENT, level_changes
from .signal_words import unusual_weeks
from .since_facts import SinceFacts
from .words import Noun, joined, span_text

__all__ = ["READINGS", "RECENT", "compared", "main_points", "plain", "reading", "reading_of_year", "spoken"]

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
MOST_NAMED = 3
MOST_TIED = 5

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
        _total(facts), _most(facts), _regions_changed(facts), unusual_weeks(facts), level_changes(facts),
        _other_counts(facts), _unallocated(facts), _past_weeks(facts),
    )  # fmt: skip
    return tuple(point for point in points if point)


def _total(facts: WeekFacts) -> Text:
    total = facts.amount()
    if total is None:
        return say("The table begins after the first day of the week of {span}.", span=facts.span)
    start = say(
        "In the week of {span}, {what} {were} reported, {where}",
        what=facts.words(total), were="was" if size_of(total) == 1 else "were", span=facts.span,
        where=_where(facts),
    )  # fmt: skip
    exact = facts.exact()
    if exact is not None:
        start += say(" ({exact} of them stated exactly)", exact=exact)
    partial = "" if facts.complete() else " The table ends before the week does."
    return (*start, *compared(facts), partial) if partial else start + compared(facts)


def _where(facts: WeekFacts) -> Text:
    """In how many regions; of how many, where all that reported are covered on every day."""
    affected, covered = facts.affected(), facts.covered()
    every = Noun("region", "regions").after(covered.value)
    if not affected.value:
        return say("in none of {covered} {regions}", covered=covered, regions=every)
    if all(facts.observed(code) for code in facts.ranked()):
        return say("in {affected} of {covered} {regions}", affected=affected, covered=covered, regions=every)
    return say(
        "in {affected} {regions} ({covered} {are} covered on every day)",
        affected=affected, regions=Noun("region", "regions").after(affected.value), covered=covered,
        are="is" if covered.value == 1 else "are",
    )  # fmt: skip


def compared(facts: WeekFacts, region: str = TOTAL) -> Text:
    """The end of a sentence that told the week of the total or a region: against the weeks before."""
    finding = facts.comparison(region)
    if finding is None:
        skipped = facts.skipped("comparison", region)
        return say("; no comparison can be made: {why}.", why=skipped.reason) if skipped else (".",)
    weeks = facts.weeks(finding)
    if finding.rate_ratio is None:
        return say(". None were reported in the previous {weeks} weeks.", weeks=weeks)
    sentence = say(
        _TOTAL_SENTENCE[spoken(finding)], weeks=weeks, mean=facts.baseline(finding),
        ratio=facts.ratio(finding), range=facts.ratio_range(finding), complete=_complete(facts, finding),
    )  # fmt: skip
    return (". ", *sentence, *_total_without(facts, finding))


def _complete(facts: WeekFacts, finding: Comparison) -> Fact | None:
    share = finding.completeness
    return (
        None if share is None else facts.context.facts.share("week/completeness", share, period=facts.period)
    )


def _total_without(facts: WeekFacts, finding: Comparison) -> Text:
    fact = without_fact(facts, finding) if finding.verdict in ("up", "down") else None
    return say(" With parts left out in turn: {without}.", without=fact) if fact else ()


def _most(facts: WeekFacts) -> Text:
    """The largest counts; regions that tie with the last one named are named too, or none of them."""
    ranked = facts.ranked()
    if len(ranked) < 2:
        return ()
    counts = facts.counts()
    last = counts[ranked[:MOST_NAMED][-1]]
    top = [code for code in ranked if counts[code] >= last]
    if len(top) > MOST_TIED:
        top = [code for code in ranked if counts[code] > last]
    if not top:
        return ()
    named = [say("{region} ({n})", region=facts.name(code), n=facts.amount(code)) for code in top]
    if len(named) == 1:
        return ("The largest count is that of ", *named[0], ".")
    return ("The largest counts are those of ", *enumerated(named), ".")


def _regions_changed(facts: WeekFacts) -> Text:
    tested = [c for c in facts.context.findings.regions("comparison") if c.tested]
    if not tested:
        return ()
    number = facts.context.facts.count("regions_tested", len(tested), unit="regions")
    noun = Noun("region", "regions").after(len(tested))
    groups = [_changed_group(facts, tested, verdict, word) for verdict, word in _DIRECTIONS]
    groups = [group for group in groups if group]
    if not groups:
        return _none_changed(facts, tested, number)
    told = tuple(part for i, group in enumerate(groups) for part in (("; ",) if i else ()) + group)
    return (*say("Of {n} {regions} tested, ", n=number, regions=noun), *told, ".")


def _none_changed(facts: WeekFacts, tested: Sequence[Comparison], number: Fact) -> Text:
    """Silent where the next sentence names regions that do stand out."""
    words = {spoken(c) for c in tested}
    early = "early" in words and words <= {"early", "too_few"}
    if any(s.verdict in ("unusual", "low") for s in facts.context.findings.regions("signal")):
        return ("Which regions are below their own previous weeks is too early to tell.",) if early else ()
    none = say("None of the {n} regions tested stands", n=number)
    if len(tested) == 1:
        none = say("The {n} region tested does not stand", n=number)
    if early:
        return (
            *none, " clearly above its own previous weeks by what is in so far; "
            f"{'whether it is' if len(tested) == 1 else 'which are'} below is too early to tell.",
        )  # fmt: skip
    return (
        *none,
        " clearly apart from its own previous weeks; that is not proof that nothing changed.",
    )


_DIRECTIONS = (("up", "above"), ("down", "below"))


def _changed_group(facts: WeekFacts, tested: Sequence[Comparison], verdict: str, word: str) -> Text:
    some = sorted((c for c in tested if c.verdict == verdict), key=_size)
    if not some:
        return ()
    number = facts.context.facts.count(f"regions_{verdict}", len(some), unit="regions")
    parts, shared = clauses(facts, some[:MOST_NAMED], f"comparison/{verdict}")
    named = [_one_change(facts, c, part) for c, part in zip(some, parts, strict=False)]
    lead = "most clearly " if len(some) > MOST_NAMED else ""
    return say(
        "{n} {stand} {word} {its} own previous weeks: {lead}{names}{shared}",
        n=number, stand="stands" if len(some) == 1 else "stand", word=word,
        its="its" if len(some) == 1 else "their", lead=lead, names=enumerated(named, between="; "),
        shared=shared,
    )  # fmt: skip


def _size(finding: Comparison) -> tuple[float, float, str]:
    """Order of named regions: how large the change is at the least, drawn towards those of the others."""
    ratio = finding.shrunk or finding.rate_ratio
    least = 0.0 if ratio is None else ratio.high if finding.verdict == "down" else -ratio.low
    return (least, finding.p_value, finding.region)


def _one_change(facts: WeekFacts, finding: Comparison, without: Text) -> Text:
    amount = facts.amount(finding.region)
    if finding.rate_ratio is None:
        return say(
            "{region} ({n}, none before{without})", region=facts.name(finding.region), n=amount,
            without=without,
        )  # fmt: skip
    return say(
        "{region} ({n} against a mean of {mean}; {ratio} times, {range}{without})",
        region=facts.name(finding.region), n=amount, mean=facts.baseline(finding),
        ratio=facts.ratio(finding), range=facts.ratio_range(finding), without=without,
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
    told = say("Not assigned to one region, and counted only in the total: {what}", what=facts.words(amount))
    if total.low < FEWEST_FOR_SHARE:
        return (*told, ".")
    share = facts.context.facts.share(
        "unallocated/share", amount.low / total.low, region=UNALLOCATED, period=facts.period
    )
    before = facts.unallocated_before()
    usual = say("; {before} in the weeks before", before=before) if before else ()
    return (*told, *say(" ({share} of it{usual}).", share=share, usual=usual))


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
