"""The statements that are checked, and the days each of them rests on."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..models.change_point import CLEAR_Q
from ..records import TOTAL, ChangePoint

if TYPE_CHECKING:
    from ..findings import Findings

__all__ = ["BASELINE_WEEKS", "Claim", "claims_of"]

BASELINE_WEEKS = 8  # where no comparison says otherwise
NEAR = dt.timedelta(days=28)  # days on one side of a change that show it
SLACK = dt.timedelta(days=7)
RISES = {"up": True, "unusual": True, "down": False, "low": False}


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A statement to be checked.

    record : of it. date : as in `Robustness`. rises : it says "more", not "fewer".
    first, last : the days that carry it: the week, or four weeks from a change on; of a fall the weeks
        before, because a fall is as artificial as the height it falls from.
    window : first and last day on which a source that may carry a rise begins, or of a fall ends.
    """

    record: Any
    date: dt.date
    rises: bool
    first: dt.date
    last: dt.date
    window: tuple[dt.date, dt.date]

    @property
    def region(self) -> str:
        """Code, or `TOTAL`."""
        return str(self.record.region)

    @property
    def statement(self) -> str:
        """Kind of the statement."""
        return str(self.record.kind)


def claims_of(findings: "Findings", weeks: int) -> list[Claim]:
    """Comparisons up or down, weeks unusual or low, and clear changes of the last ``weeks`` weeks.

    Parents are left out: what they say is made of their regions. So are records of a kind whose model is not
    among those that ran.
    """
    panel, week = findings.panel, findings.week
    codes = {TOTAL} if panel is None else {TOTAL, *panel.counts.columns}
    return [
        claim for claim in (*_of_week(findings), *_changes(findings, week.last_day - 7 * weeks * DAY))
        if claim.region in codes and claim.statement in findings.models
        and not getattr(claim.record, "is_parent", False)
    ]  # fmt: skip


DAY = dt.timedelta(days=1)


def _of_week(findings: "Findings") -> Iterator[Claim]:
    week = findings.week
    options = findings.models.get("comparison", {})
    before = week.shift(-int(options.get("baseline_weeks", BASELINE_WEEKS))).first_day
    seen: dict[str, bool] = {}
    for kind in ("comparison", "signal"):
        for record in findings.of(kind):
            rises = RISES.get(record.verdict)
            # Both speak of one week; the counts that are altered are the same for both
            if rises is None or seen.setdefault(record.region, rises) != rises:
                continue
            window = (before, week.last_day if rises else week.first_day - DAY)
            first, last = (week.first_day, week.last_day) if rises else window
            yield Claim(
                record=record, date=week.first_day, rises=rises, first=first, last=last, window=window
            )


def _changes(findings: "Findings", since: dt.date) -> Iterator[Claim]:
    by_region: dict[str, list[ChangePoint]] = {}
    for change in findings.of("change_point"):
        by_region.setdefault(change.region, []).append(change)
    for changes in by_region.values():
        days = [findings.week.first_day - 40_000 * DAY]
        days += [change.date for change in changes] + [findings.week.last_day + DAY]
        for before, change, after in zip(days[:-2], changes, days[2:], strict=True):
            if change.q_value <= CLEAR_Q and change.date >= since:
                yield _of_change(change, before, after)


def _of_change(change: ChangePoint, before: dt.date, after: dt.date) -> Claim:
    rises = change.after.value > change.before.value
    if rises:
        first, last = change.date, min(change.date + NEAR, after) - DAY
        window = (change.earliest - NEAR, change.latest + SLACK)
    else:
        first, last = max(change.date - NEAR, before), change.date - DAY
        window = (change.earliest - SLACK, change.latest + NEAR)
    return Claim(record=change, date=change.date, rises=rises, first=first, last=last, window=window)
