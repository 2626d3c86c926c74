"""One date around which most regions changed: a likely change of measurement, or one cause for all."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..models.change_point import CLEAR_Q, FEWEST_IN_STRETCH, STRETCH
from ..records import TOTAL, ChangePoint, CommonChange, Finding

if TYPE_CHECKING:
    from ..panel import Panel

__all__ = ["common_changes", "on_day"]

MOST = 0.5  # a change is common where more than this share of the regions that could show it do
FEWEST = 4  # regions
WIDEST = 28  # days; a wider range says too little of the date
SLACK = dt.timedelta(days=3)  # beyond a range: of many ranges at 95 per cent some miss their day, by little


def common_changes(items: Iterable[Finding], panel: "Panel") -> tuple[CommonChange, ...]:
    """Dates that most regions share, in order of time.

    items : of which the `ChangePoint` records with a clear q and a range of at most four weeks count.

    Regions share a date where one day lies within three days of the ranges of all. Such a day is common where
    these are at least four regions and more than half of those with enough reports to see a change around it:
    24 in the eight weeks before or after. The day with most regions comes first; a change counts once.
    """
    left = [
        item for item in items
        if isinstance(item, ChangePoint) and item.region != TOTAL and item.q_value <= CLEAR_Q
        and (item.latest - item.earliest).days < WIDEST
    ]  # fmt: skip
    found: list[CommonChange] = []
    while len(left) >= FEWEST:
        ends = {change.latest + SLACK for change in left}
        day = max(ends, key=lambda day: (_shared(left, day), -day.toordinal()))
        some = [change for change in left if on_day(change, day)]
        codes = {change.region for change in some}
        judged = codes | _able(panel, day)
        if len(codes) < FEWEST:
            break
        if len(codes) > MOST * len(judged):
            found.append(_record(some, len(judged)))
        left = [change for change in left if change not in some]
    return tuple(sorted(found, key=lambda change: change.date))


def _shared(changes: Sequence[ChangePoint], day: dt.date) -> int:
    return len({change.region for change in changes if on_day(change, day)})


def on_day(change: ChangePoint, day: dt.date) -> bool:
    """Whether a change may have begun on a day, give or take three."""
    return change.earliest - SLACK <= day <= change.latest + SLACK


def _able(panel: "Panel", day: dt.date) -> set[str]:
    """Regions with enough reports around a day to see a change."""
    at = (day - panel.first_day).days
    counts = panel.counts.to_numpy(dtype=float)
    before = counts[max(at - STRETCH, 0) : at].sum(axis=0)
    after = counts[at : at + STRETCH].sum(axis=0)
    enough = np.maximum(before, after) >= FEWEST_IN_STRETCH - 1e-6
    return {str(code) for code, yes in zip(panel.counts.columns, enough, strict=True) if yes}


def _record(changes: Sequence[ChangePoint], judged: int) -> CommonChange:
    # The ranges meet between these two days, or miss each other by them
    pair = max(change.earliest for change in changes), min(change.latest for change in changes)
    earliest, latest = min(pair), max(pair)
    regions = dict.fromkeys(change.region for change in changes)
    risen = {change.region for change in changes if change.after.value > change.before.value}
    return CommonChange(
        region=TOTAL, date=earliest + (latest - earliest) // 2, earliest=earliest, latest=latest,
        regions=tuple(regions), risen=len(risen), judged=judged,
    )  # fmt: skip
