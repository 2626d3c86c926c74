"""Daily reports over the last half year."""

from analysis.findings import Trend
from analysis.numbers import signed_text

from ..content import Context, Figure, Paragraph, Section, Text, enumerated, say
from ..figures import epicurve
from ..prose import RECENT
from ..shared_facts import CLEAR_Q, FEWEST_FOR_SHARE, WeekFacts
from ..words import date_text, span_text

__all__ = ["build"]

MOST_TRENDS = 3


def build(context: Context, /) -> Section | None:
    """The epicurve, what it shows in words, and what its last days can and cannot say."""
    panel = context.panel
    if len(panel.days) < 14:
        return None  # a single week is in the table already; a curve would suggest a course
    facts = WeekFacts(context)
    drawing = epicurve(panel, context.week, context.theme, noun=facts.noun.many)
    figure = Figure(
        name="epicurve",
        title=(f"Reported {facts.noun.many} per day, all regions",),
        alt=drawing.alt,
        svg=drawing.svg,
        caption=("Bars: each day. Line: mean of seven days. Shaded: the reported week.",),
    )
    notes = [
        Paragraph(text=text, role="note")
        for text in (_trend(facts), _total_shift(facts), _tail(context))
        if text
    ]
    return Section(id="epicurve", title="Day by day", blocks=(figure, *notes))


def _trend(facts: WeekFacts) -> Text:
    """Growth of the total over the last weeks, and the regions with a clear trend of their own."""
    trend = facts.trend()
    if trend is None or not _busy(facts, trend):
        return ()
    first, last = trend.window
    clear = trend.growth.low > 0 or trend.growth.high < 0
    start = say(
        "From {span} the total changed by {growth}{end}.",
        span=span_text(first, last), growth=facts.growth(trend),
        end="" if clear else ": no clear trend",
    )  # fmt: skip
    start += _against(facts, trend)
    found = [t for t in facts.context.findings.regions("trend") if t.q_value <= CLEAR_Q and _busy(facts, t)]
    if not found:
        return start
    found = sorted(found, key=lambda t: (t.p_value, t.region))[:MOST_TRENDS]
    named = [say("{region} {growth}", region=facts.name(t.region), growth=facts.growth(t)) for t in found]
    return (*start, " Clearest by region: ", *enumerated(named, between="; "), ".")


def _busy(facts: WeekFacts, trend: Trend) -> bool:
    """Whether enough is reported a week for a growth in per cent."""
    first, last = trend.window
    weeks = ((last - first).days + 1) / 7
    return facts.context.panel.amount(trend.region, first, last).low >= FEWEST_FOR_SHARE * weeks


def _against(facts: WeekFacts, trend: Trend) -> Text:
    """What the ranks of the weekly sums say, where they point the other way than a clear trend."""
    slope, growth = trend.sen_slope, trend.growth
    if slope is None or growth.low <= 0 <= growth.high or slope.value * growth.value >= 0:
        return ()
    first, last = trend.window
    by_week = facts.context.facts.ratio(
        f"{trend.region}/trend/sen_slope", slope, region=trend.region, period=f"{first}/{last}",
        text=signed_text(round(slope.value, 1)),
    )  # fmt: skip
    return say(
        " The weekly sums themselves point the other way ({slope} a week by Sen's slope): a few of them "
        "decide the fit.",
        slope=by_week,
    )


def _total_shift(facts: WeekFacts) -> Text:
    """Whether the level of the total shifted lately."""
    since = facts.context.week.last_day - RECENT
    found = facts.total_change(since)
    if found is None:
        return ()
    text = facts.change(found)
    return say(
        "The level of the total shifted around {date} (range {range}), from {before} to {after} a day. "
        "A shift in what is reported may be a shift in reporting.",
        date=text.date, range=text.range, before=text.before, after=text.after,
    )  # fmt: skip


def _tail(context: Context) -> Text:
    if context.panel.delays is None:
        return ("The table has no report dates: how complete its last days are is not known.",)
    first = context.panel.incomplete_from()
    if first is None:
        return ()
    return (f"Reports for days from {date_text(first)} on are expected to be still coming in.",)
