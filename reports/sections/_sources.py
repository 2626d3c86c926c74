"""Sources over time: since when each reports, and how much this week against the weeks before."""

from typing import TYPE_CHECKING

import pandas as pd

from ..content import Cell, Column, Row, Table
from ..facts import Fact
from ..shared_facts import WeekFacts
from ..words import date_text

if TYPE_CHECKING:
    from analysis.weeks import Week

__all__ = ["sources_table"]

MOST = 12
WEEKS = 26  # in the CSV
BEFORE = 8
Span = tuple[pd.Timestamp, pd.Timestamp]  # first and last day
KNOWN = pd.Timedelta(weeks=4)  # of the table, before anything can be called new

NOT_STATED = "not stated"

COLUMNS = (
    Column(key="source", label="Source", align="left"),
    Column(key="first", label="First report of", align="left", hint="the first day it reports on"),
    Column(key="last", label="Last", align="left", hint="the last day it reports on"),
    Column(key="this_week", label="This week"),
    Column(key="before", label="Mean before", hint=f"a week, over the previous {BEFORE} weeks of the table"),
    Column(key="status", label="State", align="left"),
)


def sources_table(facts: WeekFacts) -> Table | None:
    """The sources of the week and of the weeks before it, busiest first; None where fewer than two are named.

    Its data hold the counts of every source and week.
    """
    sources = facts.context.panel.sources
    if sources is None or sources["source"].nunique() < 2:
        return None
    week = facts.context.week
    weekly = _weekly(sources, week)
    now, before = weekly.iloc[-1], weekly.iloc[-1 - BEFORE : -1]
    active = weekly.columns[(weekly.iloc[-1 - BEFORE :] > 0).any()]
    order = sorted(active, key=lambda name: (-now[name], -before[name].sum(), name))
    days = sources.groupby("source", observed=True)["day"]
    first, last = days.min(), days.max()
    rows = [
        _row(facts, i, name, (first[name], last[name]), float(now[name]), before[name])
        for i, name in enumerate(order)
    ]
    if not rows:
        return None
    noun = facts.noun.many
    more = len(rows) > MOST
    return Table(
        name="sources",
        caption=(f"Reported {noun} by source; one that begins or ends can look like a change",),
        columns=COLUMNS, rows=tuple(rows[:MOST]), data=_long(weekly),
        note=(
            (f"The {MOST} with most this week. " if more else "")
            + f"Every week of the last {WEEKS}: tables/sources.csv. Rows that name several sources stand "
            "under all their names together.",
        ),
    )  # fmt: skip


def _weekly(sources: pd.DataFrame, week: "Week") -> pd.DataFrame:
    """Weeks x sources, the reported week last; only weeks that the table has begun before."""
    back = (pd.Timestamp(week.first_day) - sources["day"]).dt.days.to_numpy()
    age = -(-back // 7)  # 0 in the week, 1 in the week before
    inside = (age >= 0) & (age < WEEKS)
    wide = (
        sources[inside].assign(age=age[inside])
        .pivot_table(index="age", columns="source", values="amount", aggfunc="sum", observed=True)
    )  # fmt: skip
    begun = min(int(age.max(initial=0)), WEEKS - 1)
    wide = wide.reindex(range(begun, -1, -1)).fillna(0.0)
    return pd.DataFrame(
        wide.to_numpy(dtype=float),
        index=pd.Index([week.shift(-int(back)).first_day for back in wide.index], name="week"),
        columns=pd.Index([str(name) for name in wide.columns], name="source"),
    )


def _row(facts: WeekFacts, place: int, name: str, span: Span, now: float, before: "pd.Series[float]") -> Row:
    table, measure = facts.context.facts, facts.context.panel.measure
    first, last = (day.date() for day in span)
    mean: Fact | None = None
    if len(before):
        span_before = f"{before.index[0]}/{facts.context.week.shift(-1).last_day}"
        value = round(float(before.mean()), 1)
        mean = table.count(f"sources/{place}/before", value, unit=measure, period=span_before)
    return Row(
        cells=(
            Cell(text=(table.label(f"sources/{place}/name", name or NOT_STATED),)),
            Cell(text=(table.label(f"sources/{place}/first", date_text(first)),), sort=first.isoformat()),
            Cell(text=(table.label(f"sources/{place}/last", date_text(last)),), sort=last.isoformat()),
            Cell(
                text=(table.count(f"sources/{place}/week", now, unit=measure, period=facts.period),), sort=now
            ),
            Cell(text=(mean,) if mean else ("–",), sort=mean.value if mean else None),
            Cell(text=(_status(facts, span, now),), tone="muted"),
        )
    )


def _status(facts: WeekFacts, span: Span, now: float) -> str:
    """New or silent: where the weeks compared can tell it."""
    panel, week = facts.context.panel, facts.context.week
    compared = pd.Timestamp(week.shift(-BEFORE).first_day)
    if span[0] >= compared and compared - panel.days[0] >= KNOWN:
        return "new"
    return "" if now else "nothing this week"


def _long(weekly: pd.DataFrame) -> pd.DataFrame:
    """Every week and source: week, source, count."""
    size = weekly.shape[1]
    return pd.DataFrame(
        {
            "week": weekly.index.repeat(size), "source": [*weekly.columns] * len(weekly),
            "count": weekly.to_numpy().ravel(),
        }
    )  # fmt: skip
