"""What was said before: which changes of level are new, go on, have ended, or are found again.

A change is the same from issue to issue where the region and the direction agree and the ranges of days it
may have begun on meet; its date may move as more days come in. Ended ones are remembered, so that none is
called new twice.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .findings import ChangePoint
from .weeks import Week

__all__ = ["KnownChange", "Status", "remembered"]

Status = Literal["new", "continuing", "again", "ended", "past"]
_OVER = ("ended", "past")
NEAR = dt.timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownChange:
    """A change of level over the issues of a series.

    region : code, or "total". date, earliest, latest : as last found. direction : "up" or "down".
    status : "new" = first told in this issue; "continuing" = told in the issue before too; "again" = told
        earlier, but not in the issue before; "ended" = told in the issue before and no longer found; "past" =
        ended before that.
    first_week : last day of the week whose issue first told it.
    """

    region: str
    date: dt.date
    earliest: dt.date
    latest: dt.date
    direction: Literal["up", "down"]
    status: Status
    first_week: dt.date


def remembered(
    changes: Sequence[ChangePoint], week: Week, earlier: Sequence[KnownChange] = ()
) -> tuple[KnownChange, ...]:
    """The changes of this issue in their order, with status, then the earlier ones that are not among them.

    changes : as found now. week : of this issue. earlier : what the issue before remembered; each of them
    stands for one change of now at most, the one nearest in date.
    """
    partner = _partners(changes, earlier)
    now = tuple(
        _known(change, week, earlier[partner[i]] if i in partner else None)
        for i, change in enumerate(changes)
    )
    taken = set(partner.values())
    gone = (replace(known, status=_over(known)) for j, known in enumerate(earlier) if j not in taken)
    return (*now, *sorted(gone, key=lambda known: (known.region, known.date, known.first_week)))


def _partners(changes: Sequence[ChangePoint], earlier: Sequence[KnownChange]) -> dict[int, int]:
    """Position of a change -> position of what it goes on; those still told last time come first."""
    by_place: dict[tuple[str, str], list[int]] = {}
    for j, known in enumerate(earlier):
        by_place.setdefault((known.region, known.direction), []).append(j)
    pairs = sorted(
        (earlier[j].status in _OVER, abs(change.date - earlier[j].date), i, j)
        for i, change in enumerate(changes)
        for j in by_place.get((change.region, _direction(change)), ())
        if _meet(change, earlier[j])
    )
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in pairs:
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return found


def _meet(change: ChangePoint, known: KnownChange) -> bool:
    ranges = change.earliest <= known.latest and known.earliest <= change.latest
    return ranges or abs(change.date - known.date) <= NEAR


def _over(known: KnownChange) -> Status:
    return "past" if known.status in _OVER else "ended"


def _direction(change: ChangePoint) -> Literal["up", "down"]:
    return "up" if change.after.value >= change.before.value else "down"


def _known(change: ChangePoint, week: Week, before: KnownChange | None) -> KnownChange:
    status: Status = "new" if before is None else "again" if before.status in _OVER else "continuing"
    return KnownChange(
        region=change.region, date=change.date, earliest=change.earliest, latest=change.latest,
        direction=_direction(change), status=status,
        first_week=week.last_day if before is None else before.first_week,
    )  # fmt: skip
