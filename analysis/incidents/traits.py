"""What a date column shows as a whole: which figure is the day, whether 00:00 is a time, decimal years."""

from dataclasses import dataclass

from ..errors import ConfigError

__all__ = ["Traits"]

_MINORITY = 0.05  # share of the days that may contradict the day-month order of their column
_LEAST_DECIMALS = 3  # "2025.07" may be a month; "2025.541" is part of a year


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What the values of a column, or of a part of it, show; ``|`` joins parts.

    figures : distinct (first figure, second figure, year, with points) of days written with figures only.
    shown : the first text among them that may be day first or month first.
    clock : there is a time without a zone other than 00:00. zoned : there is a time with a zone.
    decimals : most figures after the point of what may be a decimal year.
    """

    figures: frozenset[tuple[int, int, int, bool]] = frozenset()
    shown: str = ""
    clock: bool = False
    zoned: bool = False
    decimals: int = 0

    def __or__(self, other: "Traits") -> "Traits":
        return Traits(
            figures=self.figures | other.figures, shown=self.shown or other.shown,
            clock=self.clock or other.clock, zoned=self.zoned or other.zoned,
            decimals=max(self.decimals, other.decimals),
        )  # fmt: skip

    @property
    def timed(self) -> bool:
        """Whether the column states clock times; otherwise 00:00:00 is how a day was exported."""
        return self.clock or self.zoned

    @property
    def decimal(self) -> bool:
        """Whether the column holds decimal years."""
        return self.decimals >= _LEAST_DECIMALS

    @property
    def order(self) -> str:
        """The order most values can only have; day first where none tells."""
        day_first, month_first = self._votes()
        return "mdy" if month_first > day_first else "dmy"

    def decided(self, column: str) -> str:
        """The order of the whole column; raises `ConfigError` where it cannot be told."""
        day_first, month_first = self._votes()
        if min(day_first, month_first) > _MINORITY * (day_first + month_first):
            raise _order_error(column, "has days written both day first and month first")
        if not day_first and not month_first and self.shown:
            raise _order_error(column, f"has {self.shown!r}, which may be day first or month first")
        return self.order

    def _votes(self) -> tuple[int, int]:
        day_first = sum(a > 12 >= b for a, b, _, _ in self.figures)
        return day_first, sum(b > 12 >= a and not points for a, b, _, points in self.figures)


def _order_error(column: str, what: str) -> ConfigError:
    return ConfigError(
        f"the column {column!r} {what}; declare date_order as 'dmy' or 'mdy'",
        table="incidents",
        key="date_order",
    )
