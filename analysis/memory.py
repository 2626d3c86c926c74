"""What was said before: which changes of level and unusual weeks are new, go on, have ended, or come again.

A change is the same from issue to issue where the region and the direction agree and the ranges of days it
may have begun on meet; its date may move as more days come in. Ended ones are remembered, so that none is
called new twice. Unusual weeks are one matter while their run is unbroken.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .findings import ChangePoint, Signal
from .weeks import Week

__all__ = ["KnownChange", "KnownSignal", "Status", "remembered", "remembered_signals"]

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


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownSignal:
    """A run of unusual weeks over the issues of a series.

    region : code, of a parent too, or "total". direction : "up" for more than usual, "down" for fewer.
    since : first day of the run's first week, as last found.
    status : "new" = first told in this issue; "continuing" = told in an earlier issue, and the run goes on;
        "ended" = told in the issue before, and this week is usual; "unknown" = this week cannot be judged.
    first_week, last_week : last day of the week whose issue first told it, and of the last that did.
    """

    region: str
    direction: Literal["up", "down"]
    since: dt.date
    status: Literal["new", "continuing", "ended", "unknown"]
    first_week: dt.date
    last_week: dt.date


def remembered_signals(
    signals: Sequence[Signal], week: Week, earlier: Sequence[KnownSignal] = ()
) -> tuple[KnownSignal, ...]:
    """The unusual weeks of this issue in their order, with status, then the runs that ended.

    signals : of ``week``, as found now. earlier : what the issue before remembered. A run told then goes on
    where the region and the direction agree and no usual week lies between: weeks without an issue, and weeks
    that read differently now, do not make it new.
    """
    told = {(known.region, known.direction): known for known in earlier if known.status != "ended"}
    now: list[KnownSignal] = []
    for signal in signals:
        if signal.verdict not in ("unusual", "low"):
            continue
        direction: Literal["up", "down"] = "up" if signal.verdict == "unusual" else "down"
        since = signal.since or week.first_day
        before = told.get((signal.region, direction))
        goes_on = before is not None and since <= before.last_week + dt.timedelta(days=1)
        now.append(
            KnownSignal(
                region=signal.region, direction=direction, since=since, last_week=week.last_day,
                status="continuing" if goes_on else "new",
                first_week=before.first_week if before is not None and goes_on else week.last_day,
            )
        )  # fmt: skip
    again = {(known.region, known.direction) for known in now if known.status == "continuing"}
    judged = {signal.region for signal in signals}
    gone = [
        replace(known, status="ended" if known.region in judged else "unknown")
        for key, known in told.items()
        if key not in again
    ]
    return (*now, *sorted(gone, key=lambda known: (known.region, known.direction)))


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


def _status(before: KnownChange | None) -> Status:
    return "new" if before is None else "again" if before.status in _OVER else "continuing"


def _direction(change: ChangePoint) -> Literal["up", "down"]:
    return "up" if change.after.value >= change.before.value else "down"


def _known(change: ChangePoint, week: Week, before: KnownChange | None) -> KnownChange:
    return KnownChange(
        region=change.region, date=change.date, earliest=change.earliest, latest=change.latest,
        direction=_direction(change), status=_status(before),
        first_week=week.last_day if before is None else before.first_week,
    )  # fmt: skip
