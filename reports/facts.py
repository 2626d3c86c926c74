"""The one fact table: every number a report prints is a fact, and its text is made here, once.

Sentences, tables, figures' labels and `report.json` all show ``fact.text``, so they cannot disagree.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.estimates import Amount, Estimate
from analysis.numbers import count_text, p_text, percent_text, ratio_text

__all__ = ["Fact", "FactTable", "size_of"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One printed number.

    id : stable path, e.g. ``"RU-BEL/week/incidents"``.
    value, low, high : the number and its bounds in ``unit``; None where there is none.
    region : code, ``"total"`` or ``"unallocated"``, or "" where it speaks of no region.
    period : ``"2025-W29"``, ``"2025-07-15/2025-07-21"`` or "".
    text : how it is printed, everywhere.
    """

    id: str
    value: float | None
    text: str
    low: float | None = None
    high: float | None = None
    unit: str = ""
    region: str = ""
    period: str = ""

    def __str__(self) -> str:
        return self.text


def size_of(fact: Fact) -> float | None:
    """What a noun after the fact agrees with: at least 1 incident, but 1 to 3 incidents."""
    return next((x for x in (fact.value, fact.high, fact.low) if x is not None), None)


class FactTable:
    """Facts by id. The same id may be asked for twice, but never with another number."""

    def __init__(self) -> None:
        self._facts: dict[str, Fact] = {}

    def add(self, fact: Fact) -> Fact:
        """Keep a fact; returns the one kept. Raises ValueError when the id already has another number."""
        kept = self._facts.setdefault(fact.id, fact)
        if kept != fact:
            raise ValueError(f"fact {fact.id!r} is {kept.text!r} and cannot also be {fact.text!r}")
        return kept

    def count(self, id: str, value: float, *, unit: str = "", region: str = "", period: str = "") -> Fact:
        """A number that was counted and has no bounds."""
        return self.add(
            Fact(id=id, value=float(value), text=count_text(value), unit=unit, region=region, period=period)
        )

    def amount(
        self, id: str, amount: Amount | None, *, unit: str = "", region: str = "", period: str = ""
    ) -> Fact:
        """A reported sum with its bounds; None is printed as "not stated"."""
        if amount is None:
            return self.add(
                Fact(id=id, value=None, text="not stated", unit=unit, region=region, period=period)
            )
        return self.add(
            Fact(id=id, value=amount.best, low=amount.low, high=amount.high, text=str(amount), unit=unit,
                 region=region, period=period)
        )  # fmt: skip

    def ratio(
        self,
        id: str,
        estimate: Estimate | None,
        *,
        region: str = "",
        period: str = "",
        text: str | None = None,
    ) -> Fact:
        """A ratio or rate with its interval; None is printed as an en dash."""
        if estimate is None:
            return self.add(Fact(id=id, value=None, text="–", region=region, period=period))
        return self.add(
            Fact(id=id, value=estimate.value, low=estimate.low, high=estimate.high, unit=estimate.unit,
                 text=ratio_text(estimate.value) if text is None else text, region=region, period=period)
        )  # fmt: skip

    def share(self, id: str, value: float, *, region: str = "", period: str = "") -> Fact:
        """A proportion, printed as per cent."""
        text = percent_text(value)
        return self.add(Fact(id=id, value=value, text=text, unit="proportion", region=region, period=period))

    def p(self, id: str, value: float, *, region: str = "", period: str = "") -> Fact:
        """A p- or q-value."""
        text = p_text(value)
        return self.add(Fact(id=id, value=value, text=text, unit="probability", region=region, period=period))

    def label(self, id: str, text: str, *, region: str = "", period: str = "") -> Fact:
        """A printed date, range or name that counts as a statement of the report."""
        return self.add(Fact(id=id, value=None, text=text, region=region, period=period))

    def __getitem__(self, id: str) -> Fact:
        return self._facts[id]

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def __len__(self) -> int:
        return len(self._facts)
