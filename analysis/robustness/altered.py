"""The counts of a region with a part of what a statement rests on left out."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..records import TOTAL, LeftOut
from .book import Book
from .claims import Claim

if TYPE_CHECKING:
    from ..panel import Panel

__all__ = ["Altered", "altered"]

Floats = npt.NDArray[np.float64]
DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, kw_only=True, eq=False)
class Altered:
    """What is left of a claim's region.

    without, names, since : as in `Robustness`. counts : per day of the panel. removed : taken from the
    claim's days.
    """

    claim: Claim
    without: LeftOut
    names: tuple[str, ...]
    since: dt.date | None
    counts: Floats
    removed: float


def altered(panel: "Panel", total: "Panel", claim: Claim, book: Book | None) -> Iterator[Altered]:
    """Every way to leave a part out of one claim: its largest day, its new or ended sources, its largest one.

    The largest day is put at the mean of the other observed days that carry the claim, those of its own week
    for a statement about a week, as if nothing were known of it. Of rows that several sources report nothing
    is taken while one of them stays.
    """
    source = total if claim.region == TOTAL else panel
    counts = source.counts[claim.region].to_numpy(dtype=float)
    observed = source.observed[claim.region].to_numpy(dtype=bool)
    carried = _positions(panel, claim.first, claim.last) & observed
    yield from _largest_day(panel, claim, counts, carried)
    if book is None:
        return
    chosen, since = book.new(claim) if claim.rises else book.ended(claim)
    kinds: list[tuple[LeftOut, npt.NDArray[np.bool_], dt.date | None]] = [
        ("new_sources" if claim.rises else "ended_sources", chosen, since),
        ("largest_reporter", book.largest(claim), None),
    ]
    for without, mask, day in kinds:
        gone = np.minimum(book.amounts(claim.region, mask), counts)
        removed = float(gone[carried].sum())
        if removed > 0:
            names = tuple(name for name, yes in zip(book.names, mask, strict=True) if yes)
            yield Altered(
                claim=claim, without=without, names=names, since=day, counts=counts - gone, removed=removed
            )


def _positions(panel: "Panel", first: dt.date, last: dt.date) -> npt.NDArray[np.bool_]:
    days = panel.days
    return np.asarray((days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last)))


def _largest_day(
    panel: "Panel", claim: Claim, counts: Floats, carried: npt.NDArray[np.bool_]
) -> Iterator[Altered]:
    if carried.sum() < 2:
        return
    top = int(np.where(carried, counts, -1.0).argmax())
    day = panel.days[top].date()
    others = carried.copy()
    if claim.statement != "change_point":
        into = (day - claim.date).days % DAYS_OF_A_WEEK
        week = (day - into * dt.timedelta(days=1), day + (DAYS_OF_A_WEEK - 1 - into) * dt.timedelta(days=1))
        others &= _positions(panel, *week)
    others[top] = False
    usual = float(counts[others].mean()) if others.any() else 0.0
    if usual < counts[top]:
        left = counts.copy()
        left[top] = usual
        yield Altered(
            claim=claim, without="largest_day", names=(day.isoformat(),), since=None, counts=left,
            removed=float(counts[top] - usual),
        )  # fmt: skip
