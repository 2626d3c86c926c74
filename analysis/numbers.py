"""How numbers are written, once for the whole package.

Counts are whole unless an event was spread over days; ratios carry two or three significant figures;
a p- or q-value is never printed as zero. Nothing here depends on the locale of the machine.
"""

import math

__all__ = [
    "change_text", "count_text", "mean_text", "odds_text", "p_text", "percent_text", "ratio_text",
    "signed_text",
]  # fmt: skip

MINUS = "−"  # the minus sign; a hyphen breaks lines and reads as a range


def _signed(text: str) -> str:
    """With a real minus sign, and none before a number that rounds to zero."""
    return text.replace("-", MINUS if any(digit in text for digit in "123456789") else "")


def count_text(value: float) -> str:
    """A count: ``1,073``; one decimal where it is not whole (``2.5``)."""
    whole = round(value)
    return _signed(f"{whole:,d}" if math.isclose(value, whole, abs_tol=1e-6) else f"{value:,.1f}")


def signed_text(value: float) -> str:
    """A difference of counts with its sign: ``+8``, ``−3``, ``0``."""
    text = count_text(value)
    return f"+{text}" if value > 0 and text != "0" else text


def ratio_text(value: float) -> str:
    """A ratio or rate, two or three significant figures: ``0.012``, ``0.12``, ``1.26``, ``12.6``, ``126``."""
    size = abs(value)
    if 0 < value < 0.0005:
        return "<0.001"
    digits = 0 if size >= 99.95 else 1 if size >= 9.995 else 2 if size >= 0.0995 or size == 0 else 3
    return _signed(f"{value:,.{digits}f}")


def mean_text(value: float) -> str:
    """A mean of counts: one decimal below a hundred, so that a column of them lines up: ``8.1``, ``643``."""
    return _signed(f"{value:,.{1 if abs(value) < 99.95 else 0}f}")


def percent_text(value: float) -> str:
    """A proportion as per cent: ``0.123`` is ``12%``; under ten per cent one decimal, ``1.2%``."""
    per_cent = 100 * value
    if 99.5 <= per_cent < 100:
        return ">99%"  # never a rounded "all"
    digits = 1 if 0 < abs(per_cent) < 9.95 else 0
    return _signed(f"{per_cent:,.{digits}f}%")


def change_text(value: float) -> str:
    """A relative change as signed per cent: ``+12%``, ``−1.2%``, ``0%``."""
    text = percent_text(value)
    return f"+{text}" if value > 0 else text


def p_text(value: float) -> str:
    """A p- or q-value: two significant figures, ``<0.001`` below that."""
    if value < 0.001:
        return "<0.001"
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def odds_text(chance: float) -> str:
    """A small chance as one in so many: ``1 in 250``; two significant figures, from a thousand on a bound."""
    if chance < 0.001:
        return "less than 1 in 1,000"
    number = 1 / chance
    digits = 0 if number < 100 else -1
    return f"1 in {count_text(round(number, digits))}"
