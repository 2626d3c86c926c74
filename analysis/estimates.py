"""A number and how sure it is: `Estimate` (fitted) and `Amount` (counted, perhaps only bounded)."""

import math
from dataclasses import dataclass

from .numbers import count_text, percent_text, ratio_text

__all__ = ["Amount", "Estimate"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A fitted quantity with its interval.

    value, low, high : finite, ``low <= value <= high``, in ``unit``.
    level : coverage the interval claims, strictly between 0 and 1.
    unit : what one is, e.g. ``"ratio"``, ``"per day"``, ``"per week"``, ``"weeks"``.
    """

    value: float
    low: float
    high: float
    level: float = 0.95
    unit: str = ""

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.value, self.low, self.high))):
            raise ValueError(f"an estimate is finite, got {self.low}, {self.value}, {self.high}")
        if not self.low <= self.value <= self.high:
            raise ValueError(f"an estimate lies in its interval, got {self.low}, {self.value}, {self.high}")
        if not 0 < self.level < 1:
            raise ValueError(f"a level lies between 0 and 1, got {self.level}")

    def __str__(self) -> str:
        return f"{ratio_text(self.value)} ({percent_text(self.level)} interval {self.range_text})"

    @property
    def range_text(self) -> str:
        """The interval alone: ``1.11 to 1.42``; an end that is not one is not printed as ``1.00``."""
        return f"{_end_text(self.low)} to {_end_text(self.high)}"


def _end_text(value: float) -> str:
    text, digits = ratio_text(value), 3
    while text.strip("0.") == "1" and text.startswith("1.") and value != 1 and digits < 6:
        text, digits = f"{value:.{digits}f}", digits + 1
    return text


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """A reported count or sum with its bounds.

    low : what was at least reported.
    best : the stated figure; None where only a bound was stated.
    high : the stated upper bound; None where nothing bounds it.

    "More than six" is ``low=7, best=None, high=None``; sums keep the bounds, and a best figure where
    every part states one.
    """

    low: float
    best: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        known = [x for x in (self.low, self.best, self.high) if x is not None]
        if not all(map(math.isfinite, known)) or known != sorted(known) or self.low < 0:
            raise ValueError(
                f"an amount is 0 <= low <= best <= high, got {self.low}, {self.best}, {self.high}"
            )

    @classmethod
    def exactly(cls, value: float) -> "Amount":
        """An amount that was stated exactly."""
        return cls(low=value, best=value, high=value)

    @classmethod
    def of_sums(cls, low: float, best: float, high: float) -> "Amount":
        """The amount of three sums; ``high`` is inf where nothing bounds it.

        Sums are rounded to nine decimals, so that seven times five sevenths is five. Without an upper bound
        a best figure that is the lower bound is no figure of its own.
        """
        low, best, high = (round(float(part), 9) for part in (low, best, high))
        if math.isinf(high):
            return cls(low=low, best=None if best == low else best, high=None)
        return cls(low=low, best=best, high=high)

    @property
    def exact(self) -> bool:
        """True where low, best and high are one number."""
        return self.high is not None and self.low == self.high

    @property
    def figure(self) -> float:
        """The one number to plot and model: best where stated, else the lower bound."""
        return self.low if self.best is None else self.best

    def __add__(self, other: "Amount") -> "Amount":
        def both(a: float | None, b: float | None) -> float | None:
            return None if a is None or b is None else a + b

        # A bound is no best figure: "5 to 7" and three are "8 to 10", not "8".
        return Amount(
            low=self.low + other.low, best=both(self.best, other.best), high=both(self.high, other.high)
        )

    def __str__(self) -> str:
        if self.exact:
            return count_text(self.low)
        if self.high is None and self.best is None:
            return f"at least {count_text(self.low)}"
        if self.high is None:
            return f"{count_text(self.figure)} (at least {count_text(self.low)})"
        if self.best is None:
            return f"{count_text(self.low)} to {count_text(self.high)}"
        return f"{count_text(self.best)} ({count_text(self.low)} to {count_text(self.high)})"
