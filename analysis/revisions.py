"""How the counts of past weeks grow: sums per week, weeks that read differently, the revision triangle."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .allocation import known_rows, shares_of
from .daily import daily_panel
from .errors import MissingColumnError
from .estimates import Amount
from .findings import TOTAL
from .incidents import Incidents
from .incidents.measures import measure_rows
from .panel import Panel
from .weeks import Week
from .windows import local_moment

__all__ = [
    "Growth", "RevisedWeek", "changed_weeks", "growth_of", "issue_triangle", "longer_triangle",
    "revision_triangle", "triangle_of", "weekly_totals",
]  # fmt: skip

_TINY = 1e-6
CARRIED = 26  # weeks that an issue hands on to the next


@dataclass(frozen=True, kw_only=True, slots=True)
class RevisedWeek:
    """A past week that reads differently now: what was printed then and what is known now."""

    week: Week
    before: Amount
    after: Amount

    @property
    def change(self) -> float:
        """Known now minus printed then, of the figures (the lower bounds where only those are stated)."""
        return round(self.after.figure - self.before.figure, 9)


@dataclass(frozen=True, kw_only=True, eq=False)
class Growth:
    """How much of a week was known by its age.

    reference : the age that counts as whole [weeks]. weeks : number of weeks that have reached it.
    first, last : first day of the first and of the last of them.
    shares : index = age from 0 to ``reference``; columns median, low, high over these weeks: what was known
        at that age over what was known at the reference age [ratio]. Above 1 where rows were removed.
    """

    reference: int
    weeks: int
    first: dt.date
    last: dt.date
    shares: pd.DataFrame


def growth_of(triangle: pd.DataFrame, *, most: int = 8, min_weeks: int = 4) -> Growth | None:
    """How past weeks grew, out of a triangle of weeks x ages.

    The reference age is the highest, up to ``most``, that at least ``min_weeks`` weeks have reached of which
    age 0 is known too and anything was reported. None where there is none above 0.
    """
    known = triangle[triangle[0].notna()] if 0 in triangle else triangle.iloc[:0]
    reached = [age for age in range(1, most + 1) if age in known and (known[age] > 0).sum() >= min_weeks]
    if not reached:
        return None
    reference = max(reached)
    whole = known[known[reference] > 0]
    shares = whole.loc[:, :reference].div(whole[reference], axis=0)
    table = pd.DataFrame({"median": shares.median(), "low": shares.min(), "high": shares.max()})
    first, last = (pd.Timestamp(str(whole.index[place])).date() for place in (0, -1))
    return Growth(reference=reference, weeks=len(whole), first=first, last=last, shares=table)


def weekly_totals(panel: Panel, week: Week) -> dict[dt.date, Amount]:
    """First day -> total of every full week in the window, oldest first, up to ``week``.

    ``week`` itself counts as far as the window reaches, as its issue prints it. Weeks of which a day is
    observed in no region are left out.
    """
    whole = panel.total()
    skip = -(panel.first_day - week.first_day).days % 7
    full = max(0, ((week.last_day - panel.first_day).days + 1 - skip) // 7)
    full = min(full, (len(panel.days) - skip) // 7)
    span = slice(skip, skip + 7 * full)
    parts = [part.to_numpy(dtype=float)[span, 0].reshape(-1, 7) for part in (whole.low, whole.counts)]
    low, best = (np.round(part.sum(axis=1), 9) for part in parts)
    high = np.round(whole.high.to_numpy(dtype=float)[span, 0].reshape(-1, 7).sum(axis=1), 9)
    seen = whole.observed.to_numpy(dtype=bool)[span, 0].reshape(-1, 7).min(axis=1, initial=True)
    firsts = panel.days[span][::7]
    found = {
        first.date(): Amount.of_sums(*sums)
        for first, sums, there in zip(firsts, zip(low, best, high, strict=True), seen, strict=True)
        if there
    }
    begun = panel.first_day <= week.first_day <= panel.last_day < week.last_day
    if begun and whole.observed.loc[str(week.first_day) :].to_numpy(dtype=bool).all():
        found[week.first_day] = whole.amount(TOTAL, week.first_day, week.last_day)
    return found


def changed_weeks(
    before: Mapping[dt.date, Amount], after: Mapping[dt.date, Amount]
) -> tuple[RevisedWeek, ...]:
    """The weeks in both that read differently, latest first."""
    return tuple(
        RevisedWeek(week=Week(first_day=day), before=before[day], after=after[day])
        for day in sorted(before.keys() & after.keys(), reverse=True)
        if not _same(before[day], after[day])
    )


def revision_triangle(
    incidents: Incidents,
    *,
    measure: str = "incidents",
    starts_on: str = "monday",
    ages: int = 8,
    as_of: dt.date | pd.Timestamp | None = None,
    start: dt.date | None = None,
) -> pd.DataFrame:
    """Weeks x ages: what was known of each week 0, 1, 2 … ``ages`` weeks after its last day.

    incidents : a table with report dates. measure : as `daily_panel` takes it, all regions together.
    as_of : the last day of reports; None = the last one in the table. start : first day that counts; None =
    the one `daily_panel` takes. Index: first day of each week.

    Age 0 is what was reported by the week's last day. Cells that lie after ``as_of`` are NaN. Rows without
    a report date count at every age. Raises `MissingColumnError` without report dates.
    """
    table = incidents.table
    if "report_date" not in table:
        raise MissingColumnError("report_date", list(table.columns))
    reported: Any = table["report_date"].to_numpy().astype("datetime64[D]")
    end = np.datetime64(reported[~np.isnat(reported)].max() if as_of is None else pd.Timestamp(as_of), "D")
    begin = start or daily_panel(incidents, measure=measure, as_of=end.item()).first_day
    first: Any = np.datetime64(Week.of(begin + dt.timedelta(days=6), starts_on).first_day, "D")
    weeks = max(0, int((end - first).astype(int) + 1) // 7)
    values = measure_rows(incidents, measure)
    known = known_rows(incidents, local_moment(end.item(), "as_of", end_of_day=True))
    shares = shares_of(incidents, values.stated & known, pd.Timestamp(first), 7 * weeks)
    week = shares.day // 7
    late = reported[shares.row] - (first + 7 * week + 6)
    late = np.where(np.isnat(late), 0.0, late.astype(float))
    age = np.clip(np.ceil(late / 7), 0, ages + 1).astype(np.int64)
    weight = values.best[shares.row] * (1.0 if shares.share is None else shares.share)
    cells = np.bincount(week * (ages + 2) + age, weights=weight, minlength=weeks * (ages + 2))
    sums = cells.reshape(weeks, ages + 2)[:, : ages + 1].cumsum(axis=1).round(9)
    firsts: Any = first + 7 * np.arange(weeks)
    reached = firsts[:, None] + 6 + 7 * np.arange(ages + 1) <= end
    return _triangle(np.where(reached, sums, np.nan), pd.DatetimeIndex(firsts))


def issue_triangle(issues: Mapping[Week, Mapping[dt.date, Amount]]) -> pd.DataFrame:
    """Weeks x ages from what each issue said: week of the issue -> first day -> total, as `weekly_totals`.

    Age 0 is the week's own issue, age 1 the issue of the next week; NaN where there was none.
    """
    cells = {
        (pd.Timestamp(day), (issue.first_day - day).days // 7): amount.figure
        for issue, totals in issues.items()
        for day, amount in totals.items()
    }
    return _wide(cells)


def longer_triangle(
    triangle: pd.DataFrame | None, week: Week, totals: Mapping[dt.date, Amount]
) -> pd.DataFrame:
    """The triangle of the issues so far, None for none, and one more: of ``week``, which printed ``totals``.

    The last 26 weeks are kept, so that each issue can hand the triangle on to the next.
    """
    first = week.shift(1 - CARRIED).first_day
    cells = {
        (pd.Timestamp(day), (week.first_day - day).days // 7): amount.figure
        for day, amount in totals.items()
        if day >= first
    }
    if triangle is not None:
        cells = _cells(triangle.loc[pd.Timestamp(first) :]) | cells
    return _wide(cells)


def triangle_of(weeks: Mapping[str, Sequence[float | None]]) -> pd.DataFrame:
    """The triangle back from plain values: first day of a week -> its figures by age, None where unknown."""
    return _wide(
        {
            (pd.Timestamp(day), age): float(figure)
            for day, figures in weeks.items()
            for age, figure in enumerate(figures)
            if figure is not None
        }
    )


def _cells(triangle: pd.DataFrame) -> dict[tuple[pd.Timestamp, int], float]:
    return {
        (pd.Timestamp(day), age): figure
        for day, figures in zip(triangle.index, triangle.to_numpy(dtype=float).tolist(), strict=True)
        for age, figure in enumerate(figures)
        if not math.isnan(figure)
    }


def _wide(cells: Mapping[tuple[pd.Timestamp, int], float]) -> pd.DataFrame:
    if not cells:
        return _triangle(np.empty((0, 0)), pd.DatetimeIndex([]))
    long = pd.Series(list(cells.values()), index=pd.MultiIndex.from_tuples(list(cells)))
    wide = long.unstack().sort_index()
    wide = wide.reindex(columns=range(int(max(wide.columns)) + 1))
    return _triangle(wide.to_numpy(dtype=float), pd.DatetimeIndex(wide.index))


def _triangle(
    cells: "np.ndarray[tuple[int, int], np.dtype[np.float64]]", weeks: pd.DatetimeIndex
) -> pd.DataFrame:
    columns = pd.RangeIndex(cells.shape[1], name="age")
    return pd.DataFrame(cells, index=weeks.as_unit("s").rename("week"), columns=columns)


def _same(a: Amount, b: Amount) -> bool:
    pairs = ((a.low, b.low), (a.best, b.best), (a.high, b.high))
    return all(
        x is y if x is None or y is None else math.isclose(x, y, rel_tol=0, abs_tol=_TINY) for x, y in pairs
    )
