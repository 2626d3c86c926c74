"""What was done, in the words of the models that ran, and what is never claimed."""

from collections import Counter
from collections.abc import Callable, Mapping
from importlib import import_module
from inspect import getdoc
from typing import Any

from analysis.models.comparison import COMPLETE
from analysis.numbers import count_text, percent_text, ratio_text

from ..content import Bullets, Context, Heading, Paragraph, Section
from ..shared_facts import CLEAR_Q
from ..words import joined

__all__ = ["build"]

NEVER = (
    "Why anything happened, or anybody's intent: the figures describe reports.",
    "Incidents that nobody reported. None reported does not mean none happened.",
    "Risk or rates without a denominator, and a ranking of regions that are covered differently.",
    "A trend from two points, a percentage on a base under five, or a record without its window.",
)


def build(context: Context, /) -> Section | None:
    """Counting, then each model that ran with its settings, then what is not claimed."""
    blocks: list[Heading | Paragraph | Bullets] = [_paragraph(_counting(context))]
    silent = _unanswered(context)
    ran = [name for name in context.findings.models if name not in silent]
    for name in sorted(ran, key=lambda name: [*TITLES, name].index(name)):
        options = context.findings.models[name]
        blocks.append(Heading(text=TITLES.get(name, name.replace("_", " ").capitalize())))
        blocks.append(_paragraph(_model(name, options)))
    if silent:
        names = joined([TITLES.get(name, name).lower() for name in silent])
        blocks.append(_paragraph(f"Asked, but with too little data to answer for any region: {names}."))
    if context.findings.of("robustness"):
        blocks += [Heading(text="What a statement rests on"), _paragraph(ROBUSTNESS)]
    blocks.append(Heading(text="Never claimed here"))
    blocks.append(Bullets(items=tuple((sentence,) for sentence in NEVER)))
    blocks.append(Heading(text="Revisions"))
    blocks.append(_paragraph(REVISIONS))
    return Section(id="methods", title="Methods and limits", blocks=tuple(blocks))


def _unanswered(context: Context) -> list[str]:
    """Models that skipped every region and the total."""
    skipped = Counter(item.model for item in context.findings.of("skipped") if not item.is_parent)
    everything = context.panel.counts.shape[1] + 1
    return [name for name in context.findings.models if skipped[name] >= everything]


def _paragraph(text: str) -> Paragraph:
    return Paragraph(text=(" ".join(text.split()),))


REVISIONS = """A published edition is never changed. Past weeks may read differently in later editions
because late reports arrive and rows are corrected; a mistake in an edition is corrected in a new
revision of it that gives the reason."""

ROBUSTNESS = """Every “above”, “below”, “more” or “fewer than usual” and every shift of level of the last
26 weeks is looked for again by the same model with a part left out. The largest day (of a fall: of the
days before it) is put at the mean of the other days of its week, of a shift at that of the four weeks
beside it. A source is new where its first report on the region lies in the weeks compared, or from four
weeks before the range of a shift to a week after it; one that reported on other regions before only where
at least three reports on this one would have been expected; of a fall, sources that ended are left out by
the same rules. The largest source is the one on which alone most of these days rests. A row that several
sources report stays while one of them does. A shift that needs its largest day is not told. Where more
than half of the regions with at least 24 reports in the eight weeks before or after a day shifted on it,
this is told once. Sources are left aside where no row names one or most name a single message."""

TITLES = {
    "comparison": "This week against the weeks before",
    "last_year": "This week against last year",
    "signal": "Unusual weeks",
    "trend": "Trend",
    "change_point": "Shifts of level",
}


def _counting(context: Context) -> str:
    panel, week = context.panel, context.week
    text = f"""What is counted is “{panel.measure}”, per region and day; weeks run from
    {week.starts_on.title()} to {week.ends_on.title()}. Every region has the same days, also where
    nothing was reported. Where a source states only a bound (“more than six”), sums carry the bound
    (“at least”). Rows that span several days are spread evenly over them; rows without one usable
    region count in the total only."""
    if panel.delays is not None:
        text += f""" Trend and shifts of level leave out the last days while less than
        {percent_text(COMPLETE)} of their reports can be expected to be in."""
    if panel.undated.low:
        text += f""" {str(panel.undated).capitalize()} could not be dated closely enough to belong to any week
        and are in no weekly figure."""
    return text


def _comparison(options: Mapping[str, Any]) -> str:
    weeks = options["baseline_weeks"]
    history = options.get("dispersion_weeks", weeks)
    longer = (
        f""" estimated from the previous {count_text(history)} weeks, each around the mean of its own
        {count_text(weeks)}, the older ones with less weight, and"""
        if history > weeks
        else ""
    )
    return f"""The week's count is divided by the mean of those of the previous {count_text(weeks)} weeks
    that are fully covered. The interval is the conditional binomial interval in Jeffreys form, with both
    counts deflated by the dispersion (variance over mean) of the region. This is{longer} shrunk towards the
    other regions and never below one, and what is not known of it widens the interval. The p-value is the
    larger of the interval's and that of a negative binomial prediction from the weeks before. “Above” or
    “below” needs an interval that excludes one, a Benjamini-Hochberg q of at most
    {percent_text(options.get("q_level", 0.1))} over all regions with at least three reported in these weeks
    (the total is a test of its own) and, from a mean of fifty a week on, a change of at least ten per cent;
    where only a bound is known, the bound itself must lie on that side of the mean. “Too few to tell” stands
    where the mean is below three a week and no such change is found; “broadly unchanged” needs the whole
    interval between 0.67 and 1.5. While less than {percent_text(COMPLETE)} of the week's reports can be
    expected to be in, neither “below” nor “unchanged” is said but “too early to tell”. Everything else is
    “no clear change”. Larger areas are tested among themselves, so that they take no power from the regions.
    In tables/regions.csv the ratio stands a second time, drawn towards those of the other regions the more
    the fewer reports are behind it (log ratios normal over the regions; mean and spread summed over what they
    may be): named regions are put in order by its limit nearest to one. (Przyborowski and Wilenski 1940;
    Clayton and Kaldor 1987; Benjamini and Hochberg 1995; Smyth 2004.)"""


def _last_year(options: Mapping[str, Any]) -> str:
    around = count_text(options["around"])
    return f"""The week's count is divided by the mean of the week that began 52 weeks earlier, on the same
    day of the week, and of {around} weeks on either side, as far as they are fully covered. Interval,
    p-value, q-value and words are made as against the weeks before; q counts these tests alone. The
    dispersion is that of the last {count_text(options["dispersion_weeks"])} weeks and of last year's. Whether
    the season, the level or the reporting made the difference is not told."""


def _signal(options: Mapping[str, Any]) -> str:
    return f"""What a week can be expected to bring is a negative binomial prediction from up to
    {count_text(options["history_weeks"])} weeks before it, of a level that may wander; what is not known of
    level and dispersion widens it. Dispersion is shrunk towards the other regions. A week is called unusual
    where so many or more would be reported in at most {percent_text(options["alpha"])} of usual weeks and the
    Benjamini-Hochberg q over all regions is at most {percent_text(options["q_level"])}, and where it is at
    least three and above the middle one of these weeks; it is called low in the same way, against the smaller
    of the expected and the middle week, and only where at least five are expected and the week's reports are
    in. Where only a bound is known, the bound itself must lie so far out. Where at least
    {count_text(options["min_years"])} years are known and the last weeks agree with the season, a regression
    with season and growth takes the place of the level (Noufaily et al. 2013). Regions with fewer than three
    expected a week are judged together under their parent, where the vocabulary gives one. A run is an
    unbroken series of such weeks, found by asking the same of each week before."""


def _trend(options: Mapping[str, Any]) -> str:
    return f"""A log-linear quasi-Poisson regression of the daily counts with day-of-week effects over the
    last {count_text(options["weeks"])} weeks, or those of them that are covered. As days close to each other
    are alike, the standard error of the growth takes the dispersion (variance over mean) of whole weeks
    around the fit, or of single days where that is larger, and never less than one; the interval takes
    Student's quantiles with two degrees of freedom fewer than there are fully covered weeks. No doubling or
    halving time is given unless the interval of the growth excludes zero and at least 30 events are in the
    window. What can still be missing of the last days that are kept is allowed for. Regions with fewer than
    three reports a week, or with fewer than {count_text(options["min_weeks"])} fully covered weeks, have no
    trend. Beside the growth stand Sen's slope and the Mann-Kendall test of the weekly sums, in
    tables/regions.csv; where they point the other way, that is said. (Mann 1945; Sen 1968.)"""


def _change_point(options: Mapping[str, Any]) -> str:
    return f"""The daily series of each region is cut into stretches of constant level by exact optimal
    partitioning of its quasi-Poisson likelihood, with day-of-week effects; a stretch lasts at least
    {count_text(options["min_days"])} days. The dispersion is a long-run variance, so that busy days in
    a row are not taken for a new level. The penalty is set by simulation so that a region whose level
    never changes shows a false shift about {ratio_text(options["false_changes_per_year"])} times a
    year. Dates come with the range of days the shift may have begun on. Shifts are named only with a
    Benjamini-Hochberg q of at most {percent_text(CLEAR_Q)} over all of them. (Killick, Fearnhead and
    Eckley 2012.)"""


_TEXTS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "comparison": _comparison,
    "last_year": _last_year,
    "signal": _signal,
    "trend": _trend,
    "change_point": _change_point,
}


def _model(name: str, options: Mapping[str, Any]) -> str:
    """Our own text, or the first paragraph of the model's documentation."""
    if name in _TEXTS:
        return _TEXTS[name](options)
    try:
        text = getdoc(import_module(f"analysis.models.{name}")) or ""
    except ImportError:
        text = ""
    return text.split("\n\n")[0] or "A model supplied by the user."
