"""Dates that are meant to be inexact: EDTF (ISO 8601-2:2019, Annex A), levels 0 and 1.

    2025-07-XX   2025-XX-XX   201X   2025-07/2025-08   2025-07-04~/2025-07-06   2025-07-04/..   ../2025-07-04

A part that is left open (``..`` or empty) is not known here: such a value bounds a row on one side only.
Seasons name no days, and prefixed years (``Y170000002``) lie outside any table; neither is read.
"""

import calendar
import datetime as dt
import re
from typing import NamedTuple

__all__ = ["MARKS", "Span", "is_season", "read_span"]

MARKS = "~?%"  # approximate, uncertain, both
_PART = re.compile(
    rf"^(\d{{4}}|\d{{3}}X|\d{{2}}XX)(?:-(\d{{2}}|XX)(?:-(\d{{2}}|XX))?)?[{MARKS}]?$", re.IGNORECASE
)
_OPEN = ("", "..")
_SEASONS = (
    "spring|summer|autumn|fall|winter|весна|весной|лето|летом|осень|осенью|зима|зимой|весни|навесні|літо|"
    "влітку|осінь|восени|взимку"
)
_SEASON = re.compile(
    rf"^(?:(?:early|late|начало|конец) )?(?:{_SEASONS})(?: of)?,? \d{{4}}(?:[-/–]\d{{2,4}})?"
    rf"(?: (?:года|року|г\.|р\.))?$|^\d{{4}},? (?:{_SEASONS})$|^\d{{4}}-(?:2[1-9]|3\d|4[01])[{MARKS}]?$",
    re.IGNORECASE,
)


class Span(NamedTuple):
    """first, last : days; None where that side is left open."""

    first: dt.date | None
    last: dt.date | None


def is_season(text: str) -> bool:
    """True for a season, in words or as EDTF's months 21 to 41."""
    return bool(_SEASON.match(text))


def read_span(text: str) -> Span | None:
    """The days a text leaves possible; None where it is no EDTF of these levels, or runs backwards."""
    begin, slash, end = text.partition("/")
    first = _part(begin)
    if not slash:
        return first
    last = _part(end)
    if begin in _OPEN and last:
        return Span(None, last.last)
    if end in _OPEN and first:
        return Span(first.first, None)
    if first is None or last is None or first.first is None or last.last is None or last.last < first.first:
        return None
    return Span(first.first, last.last)


def _part(text: str) -> Span | None:
    """A day, month, year, decade or century as its first and last day."""
    found = _PART.match(text)
    if found is None:
        return None
    years, month, day = (group.upper() if group else "XX" for group in found.groups())
    low, high = int(years.replace("X", "0")), int(years.replace("X", "9"))
    if low < 1 or (low != high and (month, day) != ("XX", "XX")):
        return None
    try:
        if month == "XX":  # a day of an unknown month is any day of the year
            return Span(dt.date(low, 1, 1), dt.date(high, 12, 31))
        if day == "XX":
            return Span(
                dt.date(low, int(month), 1), dt.date(low, int(month), calendar.monthrange(low, int(month))[1])
            )
        whole = dt.date(low, int(month), int(day))
    except (ValueError, calendar.IllegalMonthError):
        return None
    return Span(whole, whole)
