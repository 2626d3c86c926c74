"""Where ticks stand and what they say: days with English month names, counts from zero, classes of a map."""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from math import floor, log10

from analysis.numbers import count_text

__all__ = [
    "MONTHS",
    "class_labels",
    "class_of",
    "count_ticks",
    "day_number",
    "day_text",
    "day_ticks",
    "even_breaks",
    "nice_breaks",
    "span_text",
]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EPOCH = dt.date(1970, 1, 1).toordinal()
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01: where matplotlib puts the day on a date axis."""
    return day.toordinal() - _EPOCH


def day_text(day: dt.date, *, year: bool = False) -> str:
    """``15 Jul``, with ``year`` ``15 Jul 2025``."""
    return f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if year else "")


def span_text(first: dt.date, last: dt.date, *, year: bool = False) -> str:
    """``15–21 Jul``, ``28 Jul – 3 Aug``, ``29 Dec 2025 – 4 Jan 2026``."""
    if first == last:
        return day_text(first, year=year)
    if first.year != last.year:
        return f"{day_text(first, year=True)} – {day_text(last, year=True)}"
    if first.month != last.month:
        return f"{day_text(first)} – {day_text(last, year=year)}"
    return f"{first.day}–{day_text(last, year=year)}"


def day_ticks(first: dt.date, last: dt.date, most: int) -> list[tuple[int, str, str]]:
    """At most ``most`` ticks: day number, label, and the year at the first tick of each year, else ""."""
    days = (last - first).days + 1
    starts = _month_starts(first, last)
    if len(starts) >= 3:
        step = next(step for step in _STEPS if len(_every(starts, step)) <= most or step == _STEPS[-1])
        ticks = _every(starts, step)
        if step >= 12:
            return [(day_number(day), str(day.year), "") for day in ticks]
        labels = [MONTHS[day.month - 1] for day in ticks]
    else:
        step = next(step for step in (1, 2, 7, 14, 28) if days <= step * most or step == 28)
        ticks = [first + dt.timedelta(days=i) for i in range(0, days, step)]
        labels = [day_text(day) for day in ticks]
    years = [str(day.year) if not i or day.year != ticks[i - 1].year else "" for i, day in enumerate(ticks)]
    return list(zip(map(day_number, ticks), labels, years, strict=True))


def _month_starts(first: dt.date, last: dt.date) -> list[dt.date]:
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    starts = (dt.date(month // 12, month % 12 + 1, 1) for month in months)
    return [day for day in starts if first <= day]


def _every(starts: Sequence[dt.date], step: int) -> list[dt.date]:
    return [day for day in starts if (day.year * 12 + day.month - 1) % step == 0]


def count_ticks(top: float, most: int = 4) -> list[float]:
    """Round numbers from 0 up to ``top``: at most ``most`` above zero, whole where counts are whole."""
    if top < 1e-9:
        return [0.0, 1.0]
    power = floor(log10(top))
    sizes = [base * 10.0**exponent for exponent in range(power - 1, power + 2) for base in (1, 2, 5)]
    step = next(size for size in sizes if top / size < most + 1 and (size >= 1 or top < 1))
    return [i * step for i in range(floor(top / step + 1e-9) + 1)]


def nice_breaks(top: float, classes: int = 5) -> tuple[float, ...]:
    """Lower bounds of the classes above zero, from the series 1, 2, 5, 10 …, spread evenly up to ``top``."""
    if top < classes + 1:
        return tuple(float(i + 1) for i in range(classes))
    series = [base * 10.0**exponent for exponent in range(floor(log10(top)) + 1) for base in (1, 2, 5)]
    series = [size for size in series if size <= top]
    if len(series) < classes:  # 6 to 19: the steps of 1, 2, 5 are too few
        series = [1.0, 2.0, 3.0, 5.0, *([10.0] if top >= 10 else [6.0])]
    last = len(series) - 1
    return tuple(series[round(i * last / (classes - 1))] for i in range(classes))


def even_breaks(top: float, classes: int = 5) -> tuple[float, ...]:
    """Lower bounds of the classes above zero at even round steps, the first from 1: 1, 10, 20, 30, 40."""
    if top < classes + 1:
        return tuple(float(i + 1) for i in range(classes))
    power = floor(log10(top))
    sizes = [base * 10.0**exponent for exponent in range(power - 1, power + 1) for base in (1, 2, 5)]
    step = next((size for size in sizes if size > 1 and top / size < classes + 1), sizes[-1])
    return (1.0, *(i * step for i in range(1, classes)))


def class_of(value: float, breaks: Sequence[float]) -> int:
    """0 for nothing, else the class counted from 1; a fraction below the first bound is in class 1."""
    if value <= 0:
        return 0
    return max(1, sum(value >= bound - 1e-9 for bound in breaks))


def class_labels(breaks: Sequence[float]) -> list[str]:
    """``1–4``, ``5–9`` …, the last one ``50+``."""
    labels = []
    for low, above in pairwise(breaks):
        whole = above - 1
        labels.append(count_text(low) if whole <= low else f"{count_text(low)}–{count_text(whole)}")
    return [*labels, f"{count_text(breaks[-1])}+"]
