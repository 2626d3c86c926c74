"""Small words: dates, weeks, lists and plurals in English. No numbers are formatted here."""

import datetime as dt
from collections.abc import Sequence

from analysis.weeks import Week

__all__ = ["Noun", "date_text", "joined", "names_of", "span_text", "week_text"]

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

# What one unit of a measure is called, where the name of the column does not read well in a sentence.
_KNOWN = {
    "incidents": ("incident", "incidents"),
    "count": ("counted event", "counted events"),
    "killed": ("person killed", "people killed"),
    "fatalities": ("death", "deaths"),
    "injured": ("person injured", "people injured"),
    "strikes": ("strike", "strikes"),
}


class Noun:
    """What is counted, in the singular and the plural.

    The plural is given or known; a plural in "s" loses it in the singular, any other stays as it is.
    """

    def __init__(self, measure: str, plural: str | None = None) -> None:
        one, many = _KNOWN.get(measure, (measure.removesuffix("s"), measure))
        if plural:
            many = plural.removeprefix("reported ")  # sentences and titles say that themselves
            one = many.removesuffix("s")
        self.one, self.many = one, many

    def after(self, number: float | None) -> str:
        """The form that follows a number: one incident, 0 incidents, at least 1 incident."""
        return self.one if number == 1 else self.many

    def __str__(self) -> str:
        return self.many


def date_text(day: dt.date, *, year: bool = True) -> str:
    """``21 July 2025``."""
    return f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if year else "")


def span_text(first: dt.date, last: dt.date) -> str:
    """``15–21 July 2025``; months and years are repeated only where they differ."""
    if first == last:
        return date_text(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{date_text(last)}"
    return f"{date_text(first, year=first.year != last.year)} – {date_text(last)}"


def week_text(week: Week) -> str:
    """``Week 29 of 2025, 14–20 July 2025``; under another anchor than Monday the days and the anchor."""
    span = span_text(week.first_day, week.last_day)
    if week.first_day.weekday():
        return f"{span} (week from {week.starts_on.title()} to {week.ends_on.title()})"
    year, number, _ = week.first_day.isocalendar()
    return f"Week {number} of {year}, {span}"


def joined(words: Sequence[str]) -> str:
    """``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def names_of(words: Sequence[str], most: int) -> str:
    """The first ``most`` words and, in words, how many more there are."""
    if len(words) <= most:
        return joined(list(words))
    return f"{', '.join(words[:most])} and {len(words) - most} more"
