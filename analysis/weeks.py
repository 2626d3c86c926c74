"""Reporting weeks: any first day, one name.

A week that starts on Monday carries its ISO 8601 name (``2025-W29``); under any other anchor it is named
by its first day (``2025-07-15``). Nothing here reads the clock.
"""

import datetime as dt
import re
from dataclasses import dataclass

from .errors import ConfigError, WeekError

__all__ = ["WEEKDAYS", "Week"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ISO = re.compile(r"^(\d{4})-?W(\d{1,2})$")


@dataclass(frozen=True, kw_only=True, order=True)
class Week:
    """Seven days that are reported together.

    first_day : the first of the seven days; its weekday is the anchor.
    """

    first_day: dt.date

    @classmethod
    def of(cls, day: dt.date, starts_on: str = "monday") -> "Week":
        """The week that holds ``day``. Raises `ConfigError` for an unknown weekday."""
        back = (day.weekday() - _weekday(starts_on)) % 7
        return cls(first_day=_date(day) - dt.timedelta(days=back))

    @classmethod
    def parse(cls, text: str, starts_on: str = "monday") -> "Week":
        """``2025-W29``, or any date inside the week. Raises `WeekError` with the reason."""
        text = str(text).strip()
        iso = _ISO.match(text)
        if iso:
            if _weekday(starts_on) != 0:
                raise WeekError(text, f"weeks start on {starts_on} here; name one by a date inside it")
            year, number = int(iso[1]), int(iso[2])
            try:
                return cls(first_day=dt.date.fromisocalendar(year, number, 1))
            except ValueError:
                raise WeekError(text, f"{year} has no week {number}") from None
        try:
            return cls.of(dt.date.fromisoformat(text), starts_on)
        except ValueError:
            raise WeekError(text, "write it like 2025-W29 or 2025-07-15") from None

    @property
    def last_day(self) -> dt.date:
        """The seventh day."""
        return self.first_day + dt.timedelta(days=6)

    @property
    def starts_on(self) -> str:
        """The anchor, as an English weekday in lower case."""
        return WEEKDAYS[self.first_day.weekday()]

    @property
    def ends_on(self) -> str:
        """The weekday of the last day."""
        return WEEKDAYS[self.last_day.weekday()]

    @property
    def name(self) -> str:
        """``2025-W29`` where weeks start on Monday, else the first day."""
        if self.first_day.weekday():
            return self.first_day.isoformat()
        year, number, _ = self.first_day.isocalendar()
        return f"{year}-W{number:02d}"

    def shift(self, weeks: int) -> "Week":
        """The week so many weeks later (earlier, when negative)."""
        return Week(first_day=self.first_day + dt.timedelta(weeks=weeks))

    def __str__(self) -> str:
        return self.name


def _date(day: dt.date) -> dt.date:
    return day.date() if isinstance(day, dt.datetime) else day


def _weekday(name: str) -> int:
    try:
        return WEEKDAYS.index(str(name).lower())
    except ValueError:
        raise ConfigError(
            f"{name!r} is not a day of the week", table="week", key="starts_on", valid=WEEKDAYS
        ) from None
