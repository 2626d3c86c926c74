"""What the last issue said that reads differently now: past weeks, rows, shifts of level, the method."""

from collections.abc import Iterator, Sequence
from typing import Any

from analysis.memory import KnownChange, KnownSignal
from analysis.revisions import RevisedWeek

from ..content import Bullets, Cell, Column, Context, Paragraph, Row, Section, Table, Text, say
from ..shared_facts import WeekFacts
from ..since import Setting, Since, setting_text
from ..since_facts import SinceFacts
from ..words import Noun, date_text, joined, span_text
from ._changed_rows import rows_table

__all__ = ["build"]

MOST_WEEKS = 26
MOST_NAMED = 5

COLUMNS = (
    Column(key="week", label="Week", align="left"),
    Column(key="before", label="Printed then"),
    Column(key="after", label="Known now"),
    Column(key="change", label="Change"),
)
# What became of rows, in the order of the sentence: the word after the number.
_ROW_WORDS = (
    ("removed", "removed"), ("redated", "given another day"), ("relocated", "given another region"),
    ("amounts", "given other amounts"),
)  # fmt: skip


def build(context: Context, /) -> Section | None:
    """Absent without an earlier issue; one sentence where nothing changed."""
    since = context.since
    if since is None:
        return None
    facts = SinceFacts(WeekFacts(context))
    blocks: list[Paragraph | Bullets | Table] = [Paragraph(text=_lead(since), role="lead")]
    if not since.nothing:
        blocks.append(Bullets(items=tuple(_points(facts, since))))
        blocks.extend(table for table in (_weeks_table(facts, since), rows_table(facts, since)) if table)
    return Section(id="changed_since", title="Changed since the last issue", blocks=tuple(blocks))


def _lead(since: Since) -> Text:
    issue = (
        f"the last issue, {since.before}, for the week of "
        f"{span_text(since.before_week.first_day, since.before_week.last_day)}"
    )
    if since.nothing:
        return (
            f"Nothing of what was told in {issue}, has changed since: weeks, rows and settings are the same.",
        )
    return (f"Compared with {issue}.",)


def _points(facts: SinceFacts, since: Since) -> Iterator[Text]:
    yield _weeks(facts, since)
    if since.rows is not None:
        yield from _rows(facts, since)
    ended = sorted(since.with_status("ended"), key=lambda known: known.date, reverse=True)
    if ended:
        yield ("No longer found: ", *_levels(facts, ended), ".")
    again = since.with_status("again")
    if again:
        yield ("Found again, after an issue without it: ", *_levels(facts, again), ".")
    if since.ended_signals:
        yield ("Unusual in the last issue, and no longer: ", *_runs(facts, since.ended_signals), ".")
    if since.settings:
        yield ("Settings that differ and can change any number: ", _settings(since.settings), ".")
    if since.versions:
        yield ("Software that differs: ", _settings(since.versions), ".")


def _weeks(facts: SinceFacts, since: Since) -> Text:
    if not since.comparable:
        return (
            "Weeks cannot be compared: another measure, another grouping or another first day of the week "
            "makes other numbers.",
        )
    compared = facts.number("weeks_compared", since.weeks_compared, "weeks")
    noun = Noun("week", "weeks").after(since.weeks_compared)
    if not since.weeks:
        return say("The totals of all {n} past {noun} read as they did.", n=compared, noun=noun)
    changed = facts.number("weeks_changed", len(since.weeks), "weeks")
    return say("{k} of {n} past {noun} read differently now.", k=changed, n=compared, noun=noun)


def _rows(facts: SinceFacts, since: Since) -> Iterator[Text]:
    rows = since.rows
    if rows is None:
        return
    parts: list[Text] = []
    if since.late:
        parts.append(
            say("{n} added for days covered then", n=facts.number("rows/added_late", since.late, "rows"))
        )
    for what, words in _ROW_WORDS:
        number = rows.count(what)
        if number:
            parts.append(say("{n} {words}", n=facts.number(f"rows/{what}", number, "rows"), words=words))
    if parts:
        yield ("Rows: ", *_listed(parts), ".")
    else:
        yield ("No row of the days covered then was added, removed, or given another day, place or amount.",)
    if since.new_rows:
        new = facts.number("rows/added_for_new_days", since.new_rows, "rows")
        yield say("{n} {rows} for days after that week.", n=new, rows=_rows_were(since.new_rows, "added"))
    only_other = _only_other(since)
    if only_other:
        yield say(
            "{n} {rows} only in columns that are not counted.",
            n=facts.number("rows/other", only_other, "rows"), rows=_rows_were(only_other, "changed"),
        )  # fmt: skip


def _rows_were(number: int, verb: str) -> str:
    return f"row was {verb}" if number == 1 else f"rows were {verb}"


def _only_other(since: Since) -> int:
    past = since.past_rows
    if past is None:
        return 0
    counted = past["redated"] | past["relocated"] | past["amounts"]
    return int(((past["change"] == "changed") & ~counted).sum())


def _listed(parts: Sequence[Text]) -> Text:
    out: list[Any] = []
    for i, part in enumerate(parts):
        out.extend([] if i == 0 else [" and " if i == len(parts) - 1 else ", "])
        out.extend(part)
    return tuple(out)


def _levels(facts: SinceFacts, known: Sequence[KnownChange]) -> Text:
    told = [
        f"{facts.week.name(k.region)} around {date_text(k.date)} (first told in the issue to "
        f"{date_text(k.first_week)})"
        for k in known
    ]
    return _some(facts, told, "levels_more", "changes")


def _runs(facts: SinceFacts, known: Sequence[KnownSignal]) -> Text:
    told = [
        f"{facts.week.name(k.region)} ({_DIRECTIONS[k.direction]}, "
        f"first told in the issue to {date_text(k.first_week)})"
        for k in known
    ]
    return _some(facts, told, "signals_more", "regions")


def _some(facts: SinceFacts, told: Sequence[str], name: str, unit: str) -> Text:
    """The first few, and how many more there are."""
    more = len(told) - MOST_NAMED
    if more > 0:
        return ("; ".join(told[:MOST_NAMED]), "; and ", facts.number(name, more, unit), " more")
    return (joined(told) if len(told) < 3 else "; ".join(told),)


_DIRECTIONS = {"up": "more than usual", "down": "fewer than usual"}


def _settings(settings: Sequence[Setting]) -> str:
    return "; ".join(setting_text(setting) for setting in settings)


def _weeks_table(facts: SinceFacts, since: Since) -> Table | None:
    if not since.weeks:
        return None
    import pandas as pd

    shown = since.weeks[:MOST_WEEKS]
    left = len(since.weeks) - len(shown)
    note = f"The last {MOST_WEEKS}; all are in tables/changed_weeks.csv." if left else ""
    data = pd.DataFrame(
        [
            (w.week.name, w.week.first_day.isoformat(), w.before.low, w.before.best, w.before.high,
             w.after.low, w.after.best, w.after.high, w.change)
            for w in since.weeks
        ],
        columns=["week", "first_day", "before_low", "before_best", "before_high", "after_low", "after_best",
                 "after_high", "change"],
    )  # fmt: skip
    return Table(
        name="changed_weeks",
        caption=(f"Past weeks that read differently: {facts.week.noun.many}, all regions",),
        columns=COLUMNS, rows=tuple(_week_row(facts, week) for week in shown), data=data,
        note=(note,) if note else (),
    )  # fmt: skip


def _week_row(facts: SinceFacts, revised: RevisedWeek) -> Row:
    text = facts.revised(revised)
    return Row(
        cells=(
            Cell(text=(span_text(revised.week.first_day, revised.week.last_day),),
                 sort=revised.week.first_day.isoformat()),
            Cell(text=(text.before,), sort=revised.before.figure),
            Cell(text=(text.after,), sort=revised.after.figure),
            Cell(text=(text.change,), sort=revised.change),
        )
    )  # fmt: skip
