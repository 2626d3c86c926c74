"""The form of the sentences: whole, clean, singular or plural, ranges that rise."""

import re
from collections.abc import Iterator
from typing import Any

WRONG = {
    "a doubled space": r"  +", "a space before a mark": r" [,.;:)]", "a mark twice": r"[,;:]{2}|[.;,]\.|\.;",
    "no space after a mark": r"[;)](?=\w)|,(?=[A-Za-zА-я])", "an empty bracket": r"\(\s*\)|\( ",
    "no number": r"\b(?:nan|NaN|None(?! of the| were)|inf|null|-?0\.0 a day)\b", "a hole": r"[{}]",
    "a sign of nothing": r"−0(?![.\d])", "a hyphen for a minus": r"(?<![\w.])-\d",
    "the plural after one": r"(?<![\d,.–])\b1 (?:incidents|regions|weeks|rows|people|deaths|days)\b"
    r"(?! covered| tested)",
}  # fmt: skip
MANY = re.compile(
    r"(?<![\d,.])(?:[2-9]|\d{2,}|0) (?:incident|region|week|row|statement|person killed|person injured)\b"
)
SIGNED = r"([−+]?[\d,]+(?:\.\d+)?)"
RANGE = re.compile(
    rf"(?<!from )(?<!went from )(?<![\d,.%]){SIGNED}%? to {SIGNED}(?!\d)(?!%? a day| [A-Z][a-z]+ \d)"
)
ENDS = (".", ":")
WHOLE = {"main_points", "signals", "robustness", "level_changes", "changed_since", "data_quality"}


def faults(said: Any) -> Iterator[str]:
    """Every fault of form, with its text."""
    for text in said.texts():
        for name, pattern in WRONG.items():
            if re.search(pattern, text):
                yield f"{name} | {text}"
        if MANY.search(text):
            yield f"the singular after many | {text}"
        if text.count("(") != text.count(")"):
            yield f"a bracket is open | {text}"
        yield from (
            f"a range that falls: {found[0]} | {text}" for found in RANGE.finditer(text) if _falls(found)
        )
    for text in (*said.headline, *(text for name, text in said.sentences if name in WHOLE)):
        if not text.endswith(ENDS):
            yield f"no end | {text}"
        if not re.match(r"[A-ZА-Я\d]", text):
            yield f"no capital | {text}"
    for number, label, _ in said.figures:
        if re.search("nan|None|inf", number) or not label:
            yield f"key figure | {number} {label}"


def _falls(found: re.Match[str]) -> bool:
    low, high = (float(text.replace(",", "").replace("−", "-")) for text in (found[1], found[2]))
    return low > high
