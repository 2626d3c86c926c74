"""The last four weeks beside comparable totals of the past, in the form of the weekly disease tables."""

from typing import Any

import pandas as pd

from analysis.findings import TOTAL
from analysis.historical import FOUR, Reference, historical_limits
from analysis.numbers import count_text, mean_text, ratio_text

from ..content import Cell, Column, Context, Figure, Paragraph, Row, Section, Table, Text, enumerated, say
from ..facts import Fact
from ..figures import historical_limits as drawn
from ..figures.limits import FEWEST, enough
from ..shared_facts import WeekFacts
from ..words import Noun, date_text, joined, span_text

__all__ = ["build"]

MOST_NAMED = 4
TONES = {"above": "up", "below": "down"}
READINGS = {"above": "above the limits", "below": "below the limits", "": "within the limits"}

COLUMNS = (
    Column(key="region", label="Region", align="left"),
    Column(key="current", label="Last four weeks"),
    Column(key="mean", label="Mean", hint="of the comparable four-week totals"),
    Column(key="limits", label="Limits", hint="two standard deviations of those totals on either side"),
    Column(key="ratio", label="Ratio", hint="the last four weeks over that mean"),
    Column(key="beyond", label="Reading", align="left"),
)


def build(context: Context, /) -> Section | None:
    """The picture with what it shows in words, and the table of those beyond their limits."""
    found = historical_limits(context.panel, week=context.week)
    if found is None:
        return None
    limits, reference = found
    shown = enough(limits)
    if shown.empty:
        return None
    facts, known = LimitFacts(WeekFacts(context), limits, reference), limits[limits["mean"] >= FEWEST]
    known = known[known["ratio"].notna()].drop(index=TOTAL, errors="ignore")
    lead, table = _lead(facts, known), _table(facts, known, limits)
    drawing = drawn(context.panel, limits, context.theme)
    figure = Figure(
        name="historical_limits",
        title=(f"Reported {facts.week.noun.many} of the last four weeks over the mean of comparable totals",),
        alt=_alt(facts, known), svg=drawing.svg, caption=_caption(len(known), len(shown)),
    )  # fmt: skip
    blocks = (Paragraph(text=lead), figure, *((table,) if table else ()), _note(facts))
    return Section(id="historical_limits", title="Historical limits", blocks=blocks)


class LimitFacts:
    """The printed parts of the four weeks, by region."""

    def __init__(self, week: WeekFacts, limits: pd.DataFrame, reference: Reference) -> None:
        self.week, self.limits, self.reference = week, limits, reference
        now = week.context.week
        self.first, self.last = now.shift(-FOUR + 1).first_day, now.last_day

    @property
    def total(self) -> bool:
        """Whether all regions together have enough to be shown."""
        return bool(self.limits["ratio"].notna()[TOTAL])

    @property
    def basis(self) -> str:
        """What the four weeks are held against, in words."""
        blocks = len(self.reference.blocks)
        if self.reference.basis == "weeks":
            return f"the {blocks} four-week totals of the {FOUR * blocks} weeks before"
        return (
            "the same four weeks, the four before and the four after in each of "
            f"{count_text(self.reference.years)} earlier years"
        )

    def current(self, region: str) -> Fact:
        """Reported in the four weeks."""
        panel = self.week.context.panel
        return self.week.context.facts.amount(
            f"{region}/four_weeks/{panel.measure}", panel.amount(region, self.first, self.last),
            unit=panel.measure, **self._where(region),
        )  # fmt: skip

    def mean(self, region: str) -> Fact:
        """Mean of the comparable totals."""
        value = self._value(region, "mean")
        return self._add(region, "mean", value, mean_text(value))

    def ratio(self, region: str) -> Fact:
        """The four weeks over that mean."""
        value = self._value(region, "ratio")
        return self._add(region, "ratio", value, ratio_text(value))

    def range(self, region: str) -> Fact:
        """Both limits, as counts."""
        mean = self._value(region, "mean")
        low, high = (mean * self._value(region, side) for side in ("low", "high"))
        text = f"{mean_text(low)} to {mean_text(high)}" if low > 0 else f"up to {mean_text(high)}"
        return self.week.context.facts.label(f"{region}/four_weeks/limits", text, **self._where(region))

    def number(self, name: str, value: int) -> Fact:
        """How many regions."""
        return self.week.context.facts.count(f"regions_four_weeks/{name}", value, unit="regions")

    def _value(self, region: str, column: str) -> float:
        return float(self.limits.at[region, column])  # type: ignore[arg-type]

    def _add(self, region: str, name: str, value: float, text: str) -> Fact:
        key, unit = f"{region}/four_weeks/{name}", "" if name == "ratio" else "per four weeks"
        return self.week.context.facts.add(
            Fact(id=key, value=value, text=text, unit=unit, **self._where(region))
        )

    def _where(self, region: str) -> dict[str, Any]:
        return {"region": region, "period": f"{self.first}/{self.last}"}


def _lead(facts: LimitFacts, known: pd.DataFrame) -> Text:
    """All regions together, then how many lie beyond their limits, and which."""
    total: Text = ()
    if facts.total:
        total = say(
            "In the four weeks of {span}, {what} were reported, {ratio} times the mean of {basis} ({mean}). ",
            span=span_text(facts.first, facts.last), what=facts.week.words(facts.current(TOTAL)),
            ratio=facts.ratio(TOTAL), basis=facts.basis, mean=facts.mean(TOTAL),
        )  # fmt: skip
    if not len(known):
        return total
    judged, noun = facts.number("enough", len(known)), Noun("region", "regions").after(len(known))
    groups = [group for word in TONES if (group := _group(facts, known, word))]
    if not groups:
        none = "None of {n} {noun} with enough reports lies beyond its limits."
        return (*total, *say(none, n=judged, noun=noun))
    more = ("; ", *groups[1]) if len(groups) > 1 else ()
    return (*total, *say("Of {n} {noun} with enough reports, ", n=judged, noun=noun), *groups[0], *more, ".")


def _group(facts: LimitFacts, known: pd.DataFrame, word: str) -> Text:
    codes = _beyond(known, word)
    if not codes:
        return ()
    named = [
        say("{region} ({n} against a mean of {mean})", region=facts.week.name(code), n=facts.current(code),
            mean=facts.mean(code))
        for code in codes[:MOST_NAMED]
    ]  # fmt: skip
    return say(
        "{k} {lie} {word} {its} limits: {lead}{names}",
        k=facts.number(word, len(codes)), lie="lies" if len(codes) == 1 else "lie", word=word,
        its="its" if len(codes) == 1 else "their", lead="first " if len(codes) > MOST_NAMED else "",
        names=enumerated(named, between="; "),
    )  # fmt: skip


def _beyond(known: pd.DataFrame, word: str) -> list[str]:
    """Regions past one side, those furthest out first."""
    some = known[known["beyond"] == word].sort_values("ratio", ascending=word == "below", kind="stable")
    return [str(code) for code in some.index]


def _alt(facts: LimitFacts, known: pd.DataFrame) -> str:
    total = ""
    if facts.total:
        total = f" All regions together: {facts.ratio(TOTAL)} times their mean."
    told = [
        f"{word} the limits: {joined([facts.week.name(code) for code in codes])}"
        for word in TONES
        if (codes := _beyond(known, word))
    ]
    text = "; ".join(told) if told else "no region lies beyond its limits"
    text = f"{total} {text[0].upper()}{text[1:]}."
    return f"The last four weeks over the mean of comparable totals, by region.{text}"


def _caption(known: int, drawn: int) -> Text:
    text = (
        "Bars: the ratio, on a scale of doublings. Pale: the range between the limits. Hatched: the part "
        "beyond them."
    )
    if drawn - 1 < known:
        text += " Of the regions within their limits those with most reports are drawn."
    return (text,)


def _table(facts: LimitFacts, known: pd.DataFrame, limits: pd.DataFrame) -> Table | None:
    total = [TOTAL] if facts.total else []
    codes = [*total, *_beyond(known, "above"), *_beyond(known, "below")]
    if not codes:
        return None
    return Table(
        name="historical_limits",
        caption=(f"All regions, and those beyond their limits, {span_text(facts.first, facts.last)}",),
        columns=COLUMNS,
        rows=tuple(_row(facts, code) for code in codes),
        data=_data(facts, limits),
        note=("All regions are in tables/historical_limits.csv.",),
    )


def _row(facts: LimitFacts, code: str) -> Row:
    beyond = str(facts.limits.at[code, "beyond"])
    fact, ratio = facts.current(code), facts.ratio(code)
    return Row(
        cells=(
            Cell(text=(facts.week.name(code),), sort=facts.week.name(code)),
            Cell(text=(fact,), sort=fact.low),
            Cell(text=(mean := facts.mean(code),), sort=mean.value),
            Cell(text=(facts.range(code),)),
            Cell(text=(ratio,), sort=ratio.value),
            Cell(text=(READINGS[beyond],), tone=TONES.get(beyond, "")),  # type: ignore[arg-type]
        ),
        role="total" if code == TOTAL else "",
    )


def _data(facts: LimitFacts, limits: pd.DataFrame) -> pd.DataFrame:
    data = limits.reset_index()
    data.insert(1, "name", [facts.week.name(str(code)) for code in limits.index])
    data.insert(2, "first_day", facts.first)
    data.insert(3, "last_day", facts.last)
    return data.assign(basis=facts.reference.basis)


def _note(facts: LimitFacts) -> Paragraph:
    text = (
        f"Compared are {facts.basis}; the limits are their mean plus and minus two standard deviations, as "
        "in Figure I of the US Morbidity and Mortality Weekly Report (Stroup and others 1989). This is a "
        "picture and not a test: it does not allow for how many regions are shown, for how few totals the "
        "limits rest on, or for a course that has risen or fallen since; “Unusual weeks” tests. Left out are "
        f"regions with fewer than {FEWEST:g} in a mean four weeks."
    )
    late = facts.week.context.panel.incomplete_from()
    if late is not None and late <= facts.last:
        text += f" Reports for days from {date_text(late)} on are still coming in, so low bars may grow."
    return Paragraph(text=(text,), role="note")
