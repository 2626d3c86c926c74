"""The sources of every region: who reported how much, since when and until when."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..records import TOTAL

if TYPE_CHECKING:
    from ..panel import Panel
    from .claims import Claim

__all__ = ["Book", "book_of"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

OFTEN = 5  # region-days with reports that make a source one that is known to report
MOST = 2_000  # sources that are looked at, those seen most
KNOWN_DAYS = 28  # with less of the table before it, nobody can tell that a source is new
EXPECTED = 3.0  # reports that must be missing before silence is more than chance: exp(-3) is 5 per cent
NEARLY_ALL = 0.8  # of a table: a source with more is not a part to be left out
ACTIVE_DAYS = 56  # in which the habit of a source that ended is seen
_NEVER = 1_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class _Members:
    """The sources behind each category of the source column: ``which`` in runs of ``number``.

    A number beyond the last name stands for all sources that are seen too rarely to be looked at.
    """

    which: Ints
    number: Ints

    def within(self, chosen: Mask) -> Mask:
        """Categories all of whose sources are among the chosen; not those that state none."""
        category = np.repeat(np.arange(len(self.number)), self.number)
        left = np.bincount(
            category, weights=~np.append(chosen, False)[self.which], minlength=len(self.number)
        )
        return np.asarray((self.number > 0) & (left == 0))


@dataclass(frozen=True, eq=False)
class _Entries:
    """Region-days of one region, or of all: day from the panel's first, category, amount."""

    members: _Members
    day: Ints
    category: Ints
    amount: Floats

    @cached_property
    def told(self) -> tuple[Ints, Ints]:
        """Source and day of every report, one per source of a category."""
        number = self.members.number[self.category]
        begin = (np.cumsum(self.members.number) - self.members.number)[self.category]
        step = np.arange(int(number.sum())) - np.repeat(np.cumsum(number) - number, number)
        return self.members.which[np.repeat(begin, number) + step], np.repeat(self.day, number)

    def first(self, sources: int) -> Ints:
        """First day of each source."""
        which, day = self.told
        found = np.full(sources + 1, _NEVER)
        np.minimum.at(found, which, day)
        return found[:sources]

    def last(self, sources: int) -> Ints:
        """Last day of each source."""
        which, day = self.told
        found = np.full(sources + 1, -_NEVER)
        np.maximum.at(found, which, day)
        return found[:sources]

    def between(self, first: Ints | int, last: Ints | int, sources: int) -> Ints:
        """Reports of each source from one day to another; one pair of days for all, or one for each."""
        which, day = self.told
        inside = (day >= _each(first, sources)[which]) & (day <= _each(last, sources)[which])
        return np.bincount(which[inside], minlength=sources + 1)[:sources]


def _each(day: Ints | int, sources: int) -> Ints:
    return np.append(np.broadcast_to(day, sources), 0).astype(np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class Book:
    """Entries by region, and what the sources did in the whole table.

    names : of the sources that are looked at. entries : region or `TOTAL` -> its region-days. days : length
    of the panel. begins : its first day.
    """

    names: list[str]
    entries: dict[str, _Entries]
    days: int
    begins: dt.date

    def amounts(self, region: str, chosen: Mask) -> Floats:
        """Per day, what of a region's counts rests on the chosen sources alone."""
        part = self.entries[region]
        gone = part.members.within(chosen)[part.category]
        sums = np.bincount(part.day[gone], weights=part.amount[gone], minlength=self.days)
        return sums.astype(np.float64, copy=False)

    def new(self, claim: "Claim") -> tuple[Mask, dt.date | None]:
        """Sources first seen in the region within the claim's window, and the first day of any of them.

        One that the table knew before counts as new only where, reporting on this region as often as on
        others, it would have done so at least three times before.
        """
        first, last = (self._position(day) for day in claim.window)
        everything, part, size = self.entries[TOTAL], self.entries[claim.region], len(self.names)
        if first < everything.day.min(initial=self.days) + KNOWN_DAYS:
            return np.zeros(size, dtype=bool), None
        here = part.first(size)
        share = float((part.day < first).sum()) / max(int((everything.day < first).sum()), 1)
        missing = everything.between(0, first - 1, size) * share
        found = (first <= here) & (here <= last)
        found &= (everything.first(size) >= first) | (missing >= EXPECTED)
        return found, self._date(here[found].min(initial=_NEVER))

    def ended(self, claim: "Claim") -> tuple[Mask, dt.date | None]:
        """Sources last seen in the region within the claim's window, and the last day of any of them.

        By what they did in the eight weeks before, at least three reports must be missing since.
        """
        first, last = (self._position(day) for day in claim.window)
        part, size = self.entries[claim.region], len(self.names)
        here = part.last(size)
        habit = part.between(here - ACTIVE_DAYS + 1, here, size) / ACTIVE_DAYS
        found = (first <= here) & (here <= last) & (habit * (self.days - 1 - here) >= EXPECTED)
        return found, self._date(here[found].max(initial=-_NEVER))

    def largest(self, claim: "Claim") -> Mask:
        """The source on which alone most of the claim's days rests; none where nothing rests on one.

        None either where it stands behind nearly all of the table: that is what the table is made of.
        """
        part = self.entries[claim.region]
        first, last = (self._position(day) for day in (claim.first, claim.last))
        alone = part.members.number[part.category] == 1
        inside = alone & (part.day >= first) & (part.day <= last)
        begin = np.cumsum(part.members.number) - part.members.number
        which = part.members.which[begin[part.category[inside]]]
        sums = np.bincount(which, weights=part.amount[inside], minlength=len(self.names) + 1)[:-1]
        chosen = np.zeros(len(self.names), dtype=bool)
        if sums.max(initial=0.0) > 0:
            chosen[int(sums.argmax())] = True
        everything = self.entries[TOTAL].amount.sum()
        if self.amounts(TOTAL, chosen).sum() > NEARLY_ALL * everything:
            chosen[:] = False
        return chosen

    def _position(self, day: dt.date) -> int:
        return (day - self.begins).days

    def _date(self, day: int) -> dt.date | None:
        return None if abs(day) >= _NEVER else self.begins + dt.timedelta(days=int(day))


def book_of(panel: "Panel", regions: Iterable[str]) -> Book | None:
    """The book of some regions and of `TOTAL`; None where sources say nothing.

    They say nothing where no row has one, where all have the same one, and where most are seen a few times
    only: such texts name a message, not who reports.
    """
    frame = panel.sources
    if frame is None or frame.empty:
        return None
    column = frame["source"].cat
    category = column.codes.to_numpy().astype(np.int64)
    texts = [[name for name in str(text).split("; ") if name] for text in column.categories]
    rows = np.bincount(category, minlength=len(texts))
    seen: Counter[str] = Counter()
    for text, number in zip(texts, rows, strict=True):
        seen.update(dict.fromkeys(text, int(number)))
    often = {name: number for name, number in seen.items() if number >= OFTEN}
    if len(seen) < 2 or sum(often.values()) < sum(seen.values()) / 2:
        return None
    names = sorted(sorted(often), key=lambda name: -often[name])[:MOST]
    place = {name: i for i, name in enumerate(names)}
    members = _Members(
        which=np.array([place.get(name, len(names)) for text in texts for name in text], dtype=np.int64),
        number=np.array([len(text) for text in texts], dtype=np.int64),
    )
    day = (frame["day"] - panel.days[0]).dt.days.to_numpy().astype(np.int64)
    everything = _Entries(members, day, category, frame["amount"].to_numpy(dtype=float))
    region = frame["region"].cat
    parts = dict(
        _by_region(everything, region.codes.to_numpy().astype(np.int64), list(map(str, region.categories)))
    )
    none = np.array([], dtype=np.int64)
    silent = _Entries(members, none, none, none.astype(float))
    entries = {code: parts.get(code, silent) for code in regions} | {TOTAL: everything}
    return Book(names=names, entries=entries, days=len(panel.days), begins=panel.first_day)


def _by_region(everything: _Entries, codes: Ints, names: list[str]) -> Iterator[tuple[str, _Entries]]:
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(names) + 1))
    for i, name in enumerate(names):
        rows = order[bounds[i] : bounds[i + 1]]
        yield (
            name,
            _Entries(
                everything.members, everything.day[rows], everything.category[rows], everything.amount[rows]
            ),
        )
