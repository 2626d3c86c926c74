"""The numbers a reader looks for first, each with its comparator."""

from analysis.findings import TOTAL

from ..content import Context, KeyFigure, KeyFigures, Section, Text, say
from ..facts import size_of
from ..prose import reading, reading_of_year
from ..shared_facts import WeekFacts
from ..words import Noun
from ..year_facts import YearFacts

__all__ = ["build"]

MOST_TALLIES = 3


def build(context: Context, /) -> Section | None:
    """Total, regions affected, the weeks before, other counts."""
    facts = WeekFacts(context)
    total = facts.amount()
    if total is None:
        return None
    items = [
        KeyFigure(fact=total, label=f"{facts.noun.after(size_of(total))} reported", note=_exact(facts)),
        _affected(facts),
        *_before(facts),
        *_last_year(facts),
        *_unusual(facts),
        *_tallies(facts),
    ]
    return Section(id="key_figures", title="Key figures", blocks=(KeyFigures(items=tuple(items)),))


def _affected(facts: WeekFacts) -> KeyFigure:
    affected, covered = facts.affected(), facts.covered()
    whole = all(facts.observed(code) for code in facts.ranked())
    return KeyFigure(
        fact=affected, label=f"{Noun('region', 'regions').after(affected.value)} with any",
        note=say("of {n} covered" if whole else "{n} covered on every day", n=covered),
    )  # fmt: skip


def _exact(facts: WeekFacts) -> Text:
    exact = facts.exact()
    if exact is not None:
        return say("{n} of them stated exactly", n=exact)
    previous = facts.amount(TOTAL, 1)
    return say("{n} the week before", n=previous) if previous else ()


def _before(facts: WeekFacts) -> list[KeyFigure]:
    finding = facts.comparison()
    if finding is None:
        return []
    note = say("mean of the previous {n} weeks", n=facts.weeks(finding))
    figures = [KeyFigure(fact=facts.baseline(finding), label="a week before that", note=note)]
    if finding.rate_ratio is not None:
        note = say(
            "95% interval {range}: {reading}", range=facts.ratio_range(finding), reading=reading(finding)
        )
        figures.append(KeyFigure(fact=facts.ratio(finding), label="times the weeks before", note=note))
    return figures


def _unusual(facts: WeekFacts) -> list[KeyFigure]:
    """How many regions have an unusual week, and how many of them had none the week before."""
    signals = facts.context.findings.regions("signal")
    if not signals:
        return []
    told = [signal for signal in signals if signal.verdict in ("unusual", "low")]
    count = facts.context.facts.count
    note: Text = say("of {n} judged", n=facts.judged("signal"))
    if told:
        new = sum(signal.status == "new" for signal in told)
        note = say("{k} new, {judged}", k=count("signals_new", new, unit="regions"), judged=note)
    figure = count("signals", len(told), unit="regions")
    label = Noun("region", "regions").after(len(told))
    return [KeyFigure(fact=figure, label=f"{label} with an unusual week", note=note)]


def _last_year(facts: WeekFacts) -> list[KeyFigure]:
    finding = YearFacts(facts).last_year(TOTAL)
    if finding is None or finding.rate_ratio is None:
        return []
    note = say(
        "95% interval {range}, of a mean of {mean}: {reading}",
        range=facts.ratio_range(finding), mean=facts.baseline(finding), reading=reading_of_year(finding),
    )  # fmt: skip
    return [KeyFigure(fact=facts.ratio(finding), label="times the same weeks of last year", note=note)]


def _tallies(facts: WeekFacts) -> list[KeyFigure]:
    figures = []
    for tally in list(facts.tallies().values())[:MOST_TALLIES]:
        fact = facts.tally(tally)
        note: Text = ()
        if tally.amount is None:
            note = ("not stated is not zero",)
        figures.append(
            KeyFigure(fact=fact, label=f"{Noun(tally.measure).after(size_of(fact))} reported", note=note)
        )
    return figures
