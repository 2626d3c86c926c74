"""Where the daily level shifted for good, with the range of days it may have begun on."""

import datetime as dt

from analysis.findings import TOTAL, ChangePoint
from analysis.robustness import resting_on_one_day

from ..content import (
    Block,
    Cell,
    Column,
    Context,
    Figure,
    Paragraph,
    Row,
    Section,
    Table,
    Text,
    enumerated,
    say,
)
from ..figures import level_changes
from ..robust_words import common_sentence, recent_common
from ..shared_facts import CLEAR_Q, WeekFacts
from ..words import date_text, names_of

__all__ = ["build"]

SHOWN = dt.timedelta(weeks=26)
MOST_PANELS = 8
MOST_ROWS = 30
MOST_NAMED = 5

COLUMNS = (
    Column(key="region", label="Region", align="left"),
    Column(key="date", label="New level since", align="left"),
    Column(key="range", label="Range", align="left", hint="days the shift may have begun on, 95%"),
    Column(key="before", label="Before, a\u00a0day"),
    Column(key="after", label="After, a\u00a0day"),
    Column(key="ratio", label="Ratio", hint="the level after over the level before"),
    Column(key="ratio_range", label="95% interval", hint="of the ratio"),
    Column(key="q", label="q", hint="expected share of false alarms among shifts with a q this small"),
)
# Where it moved by a tenth or more around any of the shifts.
UNASSIGNED = Column(
    key="unassigned", label="Not assigned", align="left",
    hint="part of the total assigned to no region, in the four weeks before and from the shift on",
)  # fmt: skip
# Beside the others where there is a last issue to compare with.
TOLD = Column(
    key="told", label="Told since", align="left", hint="the last day of the week whose issue first told it"
)


def build(context: Context, /) -> Section | None:
    """Small multiples of the regions with a shift in the last half year, and the table of those shifts."""
    if "change_point" not in context.findings.models:
        return None
    facts, first = WeekFacts(context), context.week.last_day - SHOWN
    changes = facts.changes_since(first)
    common = [common_sentence(facts, change) for change in recent_common(facts, first)]
    one_day = _one_day(facts, first)
    if not (changes or common or one_day):
        return None
    blocks: list[Block] = [Paragraph(text=_lead(), role="lead")]
    blocks += [Paragraph(text=text) for text in common]
    if changes:
        blocks += [_figure(facts, changes), _table(facts, changes)]
    else:
        blocks += [_listed(facts)]
    blocks += [Paragraph(text=one_day, role="note")] if one_day else []
    return Section(id="level_changes", title="Where the level changed", blocks=tuple(blocks))


def _lead() -> tuple[str, ...]:
    return (
        "A shift of level is a change in what was reported each day that held for a week or more; it may be "
        "a change in reporting, and nothing here says why it happened. Whether a shift of the last weeks "
        "lasts is not known yet. The ranges are conditional on the number of shifts found.",
    )


def _one_day(facts: WeekFacts, first: dt.date) -> Text:
    """Shifts that are not told, as they rest on a single day."""
    found = [c for c in resting_on_one_day(facts.context.findings) if c.date >= first and c.region != TOTAL]
    if not found:
        return ()
    found.sort(key=lambda change: (change.date, change.region), reverse=True)
    named = [
        say("{region} around {date}", region=facts.name(c.region), date=facts.change(c).date)
        for c in found[:MOST_NAMED]
    ]
    more = len(found) - MOST_NAMED
    if more > 0:
        named.append(say("{n} more", n=facts.context.facts.count("level_changes_one_day_more", more)))
    return (
        "Not told as shifts, because a single day carries them (tables/level_changes.csv has their "
        "figures): ",
        *enumerated(named), ".",
    )  # fmt: skip


def _listed(facts: WeekFacts) -> Table:
    """The table where no shift is told one by one: those that were found, without words."""
    findings, first = facts.context.findings, facts.context.week.last_day - SHOWN
    found = [
        c for c in findings.of("change_point")
        if c.q_value <= CLEAR_Q and c.date >= first and c.region != TOTAL
    ]  # fmt: skip
    found.sort(key=lambda change: (change.date, change.region), reverse=True)
    return Table(
        name="level_changes", caption=("Shifts of the last 26 weeks that are not told one by one",),
        columns=_columns(facts, False),
        rows=tuple(_row(facts, change, False) for change in found[:MOST_ROWS]),
        data=findings.frame("change_point"), note=_cut(facts, len(found)),
    )  # fmt: skip


def _figure(facts: WeekFacts, changes: list[ChangePoint]) -> Figure:
    context = facts.context
    drawing = level_changes(context.panel, changes, context.week, context.theme, most=MOST_PANELS)
    regions = list(dict.fromkeys(change.region for change in changes))
    latest = facts.change(changes[0])
    alt = (
        f"Daily counts with the fitted level for {names_of([facts.name(c) for c in regions], MOST_PANELS)}. "
        f"The latest shift is in {facts.name(changes[0].region)} around {latest.date}, from {latest.before} "
        f"to {latest.after} a day."
    )
    caption = (
        "Grey: daily counts. Line: fitted level with its 95% interval; at its end, the present level. "
        "Dashed: a shift, with the range of days it may have begun on."
    )
    left_out = len(regions) - MOST_PANELS
    if left_out > 0:
        caption += f" The {MOST_PANELS} regions with the latest shifts are drawn."
    title = (f"Reported {facts.noun.many} per day where the level changed",)
    return Figure(name="level_changes", title=title, alt=alt, svg=drawing.svg, caption=(caption,))


def _table(facts: WeekFacts, changes: list[ChangePoint]) -> Table:
    frame = facts.context.findings.frame("change_point")
    moved = any(facts.unassigned_around(change) for change in changes)
    return Table(
        name="level_changes",
        caption=("Shifts of level in the last 26 weeks, latest first",),
        columns=_columns(facts, moved),
        rows=tuple(_row(facts, change, moved) for change in changes[:MOST_ROWS]),
        data=frame,
        note=_cut(facts, len(changes)),
    )


def _cut(facts: WeekFacts, found: int) -> Text:
    if found <= MOST_ROWS:
        return ()
    count = facts.context.facts.count
    return say(
        "The latest {shown} of {all} shifts; all are in tables/level_changes.csv.",
        shown=count("level_changes_shown", MOST_ROWS, unit="shifts"),
        all=count("level_changes_found", found, unit="shifts"),
    )  # fmt: skip


def _columns(facts: WeekFacts, moved: bool) -> tuple[Column, ...]:
    told = () if facts.context.since is None else (TOLD,)
    return (*COLUMNS, *((UNASSIGNED,) if moved else ()), *told)


def _row(facts: WeekFacts, change: ChangePoint, moved: bool) -> Row:
    text = facts.change(change)
    around = facts.unassigned_around(change) if moved else None
    return Row(
        cells=(
            Cell(text=(facts.name(change.region),)),
            Cell(text=(text.date,), sort=change.date.isoformat()),
            Cell(text=(text.range,), sort=change.earliest.isoformat()),
            Cell(text=(text.before,), sort=change.before.value),
            Cell(text=(text.after,), sort=change.after.value),
            Cell(text=(text.ratio,), sort=change.rate_ratio.value if change.rate_ratio else None),
            Cell(text=(text.ratio_range,)),
            Cell(text=(text.q,), sort=change.q_value),
            *((Cell(text=(around,) if around else ("–",)),) if moved else ()),
            *_told(facts, change),
        )
    )


def _told(facts: WeekFacts, change: ChangePoint) -> tuple[Cell, ...]:
    """Whether the shift is new in this issue, or since when it is told."""
    since = facts.context.since
    if since is None:
        return ()
    known = next(k for k in since.known if (k.region, k.date) == (change.region, change.date))
    text = "new" if known.status == "new" else date_text(known.first_week)
    name = f"{change.region}/change/{change.date}/told"
    label = facts.context.facts.label(name, text, region=change.region)
    return (Cell(text=(label,), sort=known.first_week.isoformat()),)
