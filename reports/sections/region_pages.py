"""The regions with something to tell, one after the other: what is said of them, their days, their rows."""

import datetime as dt

import pandas as pd

from analysis.findings import ChangePoint

from ..content import (
    Block,
    Context,
    Figure,
    Heading,
    Paragraph,
    Row,
    Section,
    Table,
    Text,
    enumerated,
    say,
    spaced,
)
from ..figures import region_plot
from ..prose import compared
from ..robust_words import without_fact
from ..shared_facts import WeekFacts
from ..shift_words import RECENT, one_shift
from ..signal_words import one_signal
from ..templating import slug
from ..words import joined
from ._told_regions import MOST, page_anchor, signal_told, told_regions
from .incident_list import MOST_ROWS, cells_of, row_columns, row_of, week_rows

__all__ = ["build"]

FEW_ROWS = 4
WEEKS = 26


def build(context: Context, /) -> Section | None:
    """A heading, a few sentences and a small figure per region, and its last rows where the list is cut."""
    facts = WeekFacts(context)
    codes = told_regions(facts)
    if not codes:
        return None
    rows = week_rows(context)
    rows = rows if len(rows) > MOST_ROWS else rows.iloc[:0]  # all of them stand in the incident list
    blocks: list[Block] = [
        Paragraph(
            text=(
                "Every region with an unusual week, a week above or below the weeks before, or a shift of "
                "its level in the last eight weeks. Nothing is said here that the sections above do not say.",
            ),
            role="note",
        )
    ]
    for code in codes[:MOST]:
        blocks += _page(facts, code, rows)
    if codes[MOST:]:
        names = joined([facts.name(code) for code in codes[MOST:]])
        blocks.append(Paragraph(text=(f"Without a page of their own: {names}.",), role="note"))
    return Section(id="region_pages", title="Region by region", blocks=tuple(blocks))


def _page(facts: WeekFacts, code: str, rows: pd.DataFrame) -> list[Block]:
    changes = [c for c in facts.changes_since(facts.context.week.last_day - RECENT) if c.region == code]
    blocks: list[Block] = [
        Heading(text=facts.name(code), anchor=page_anchor(code)),
        Paragraph(text=_sentences(facts, code, changes)),
        _figure(facts, code),
    ]
    table = _rows(facts, code, rows)
    return [*blocks, table] if table else blocks


def _sentences(facts: WeekFacts, code: str, changes: list[ChangePoint]) -> Text:
    """The week against the weeks before, whether it is unusual, the shifts, and its other counts."""
    amount, signal = facts.amount(code), signal_told(facts, code)
    week: Text = ()
    if amount is not None:
        start = say("In the week of {span}: {what}", span=facts.span, what=facts.words(amount))
        week = (*start, *compared(facts, code))
    shifts = [
        say(
            "The reported daily level shifted in {one}.",
            one=one_shift(facts, change, _without(facts, change)),
        )
        for change in changes
    ]
    others = [
        facts.counted(tally)
        for tally in facts.tallies(code).values()
        if tally.amount is not None and (tally.amount.low > 0 or not tally.amount.exact)
    ]
    also: Text = ("Also reported: ", *enumerated(others), ".") if others else ()
    parts = [week, one_signal(facts, signal) if signal else (), *shifts, also]
    return spaced([part for part in parts if part])


def _without(facts: WeekFacts, change: ChangePoint) -> Text:
    fact = without_fact(facts, change)
    return ("; ", fact) if fact else ()


def _figure(facts: WeekFacts, code: str) -> Figure:
    context, name = facts.context, slug(f"days-{code}")
    changes = [c for c in facts.changes_since(dt.date.min) if c.region == code]
    drawing = region_plot(
        context.panel, code, context.week, context.theme, change_points=changes, weeks=WEEKS,
        name=name,
    )  # fmt: skip
    return Figure(
        name=name,
        title=(f"Reported {facts.noun.many} per day{', with the fitted level' if changes else ''}",),
        alt=drawing.alt, svg=drawing.svg,
    )  # fmt: skip


def _rows(facts: WeekFacts, code: str, rows: pd.DataFrame) -> Table | None:
    """The last rows of the week, latest first; None where there are none, or they say only when."""
    by = facts.context.panel.by
    if not len(rows) or by not in rows:
        return None
    own = rows[(rows[by] == code) & rows["included"].astype(bool)]
    amounts, details, _ = cells_of(facts.context, own)
    if not len(own) or not details:
        return None
    last = own.sort_values(["date_start", "row"], ascending=False, kind="stable").head(FEW_ROWS)
    made = [row_of(facts, record, amounts, details, "page_row") for record in last.to_dict("records")]
    first, _, *more = row_columns(amounts, details)  # the region is in the heading
    return Table(
        name=page_anchor(code),
        caption=("Last rows of the week",),
        columns=(first, *more),
        rows=tuple(Row(cells=(row.cells[0], *row.cells[2:])) for row in made),
    )
