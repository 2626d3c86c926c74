"""How past weeks grow: what was known of each at its end and in the weeks after."""

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.findings import TOTAL
from analysis.revisions import Growth, growth_of, revision_triangle
from analysis.weeks import Week

from ..content import Block, Cell, Column, Context, Figure, Paragraph, Row, Section, Table, Text, say
from ..figures import growth_curve
from ..shared_facts import WeekFacts
from ..words import span_text

__all__ = ["build"]

MOST_WEEKS, MOST_AGES, LATEST = 12, 8, 26
GROWS = 0.005  # a middle week that grows by less does not
OFTEN = 0.1  # unless some week did, by so much


@dataclass(frozen=True, kw_only=True)
class _Source:
    """Where the triangle comes from, and the words for its ages."""

    triangle: pd.DataFrame
    known: str
    at_first: str


def build(context: Context, /) -> Section | None:
    """Absent where too few weeks can be compared, or where nothing was ever revised."""
    source = _source(context)
    growth = None if source is None else growth_of(source.triangle.iloc[-LATEST:], most=MOST_AGES)
    if source is None or growth is None or not _revised(growth):
        return None
    facts = WeekFacts(context)
    drawing = growth_curve(growth, context.theme)
    blocks: tuple[Block, ...] = (
        Paragraph(text=_lead(context, growth, source)),
        Figure(
            name="growth", title=(f"Share of a week's {facts.noun.many} known, by its age",), alt=drawing.alt,
            svg=drawing.svg,
            caption=(f"Line: middle week. Band: lowest to highest of the {growth.weeks} weeks.",),
        ),
        _table(context, source),
    )  # fmt: skip
    return Section(id="revisions", title="How past weeks grow", blocks=blocks)


def _source(context: Context) -> _Source | None:
    """By report dates where the table has them, else by what the issues printed."""
    panel = context.panel
    known = panel.known_until
    if panel.incidents is not None and panel.delays is not None and len(panel.delays) and known is not None:
        triangle = revision_triangle(
            panel.incidents, measure=panel.measure, starts_on=context.week.starts_on, ages=MOST_AGES,
            as_of=known.date(), start=panel.first_day,
        ).loc[: pd.Timestamp(context.week.first_day)]  # fmt: skip
        return _Source(triangle=triangle, known="known", at_first="when the week ended")
    if context.printed is None:
        return None
    return _Source(triangle=context.printed, known="printed", at_first="in the week's own issue")


def _revised(growth: Growth) -> bool:
    whole = growth.shares - 1
    return bool(whole["median"].abs().max() >= GROWS) or bool(
        whole[["low", "high"]].abs().max().max() >= OFTEN
    )


def _lead(context: Context, growth: Growth, source: _Source) -> Text:
    def share(age: int, which: str) -> Any:
        value = float(growth.shares[which].iloc[age])
        return context.facts.share(f"growth/{age}/{which}", value, region=TOTAL, period=period)

    period = f"{growth.first}/{growth.last + dt.timedelta(days=6)}"
    weeks = context.facts.count("growth/weeks", growth.weeks, unit="weeks")
    more: Text = ()
    if growth.reference > 1:
        more = say(", and {one} a week later", one=share(1, "median"))
    return say(
        "Of what was {known} of a week {reference} weeks after it, {first} had been {known} {at_first} "
        "({low} to {high} in {weeks} weeks){more}.",
        known=source.known, reference=context.facts.count("growth/reference", growth.reference, unit="weeks"),
        first=share(0, "median"), at_first=source.at_first, low=share(0, "low"), high=share(0, "high"),
        weeks=weeks, more=more,
    )  # fmt: skip


def _table(context: Context, source: _Source) -> Table:
    triangle = source.triangle
    shown = triangle[triangle[0].notna()].iloc[::-1].head(MOST_WEEKS)
    ages = [age for age in range(MOST_AGES + 1) if age in shown and shown[age].notna().any()]
    columns = (
        Column(key="week", label="Week", align="left"),
        *(Column(key=f"age_{age}", label=_label(age)) for age in ages),
    )
    starts_on, noun = context.week.starts_on, WeekFacts(context).noun.many
    rows = tuple(
        _row(context, Week.of(pd.Timestamp(str(first)).date(), starts_on), shown.loc[first], ages)
        for first in shown.index
    )
    data = triangle.set_axis([f"age_{age}" for age in triangle.columns], axis=1).reset_index()
    return Table(
        name="revision_triangle", columns=columns, rows=rows, data=data,
        caption=(f"{noun.capitalize()} {source.known} of each week, by its age in weeks",),
        note=(f"Age 0: {source.known} {source.at_first}.",),
    )  # fmt: skip


def _label(age: int) -> str:
    return "Age 0" if age == 0 else f"+{age}"


def _row(context: Context, week: Week, figures: "pd.Series[float]", ages: list[int]) -> Row:
    cells = [Cell(text=(span_text(week.first_day, week.last_day),), sort=week.first_day.isoformat())]
    for age in ages:
        figure = float(figures[age])
        if math.isnan(figure):
            cells.append(Cell(text=("",), tone="muted"))
            continue
        fact = context.facts.count(
            f"growth/{week.first_day}/{age}", figure, unit=context.panel.measure, region=TOTAL,
            period=f"{week.first_day}/{week.last_day}",
        )  # fmt: skip
        cells.append(Cell(text=(fact,), sort=figure))
    return Row(cells=tuple(cells))
