"""Amounts with their bounds: what "more than 6", "5-7", "about 10" and an empty cell really say."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .cells import is_blank

__all__ = ["Amounts", "combine", "parse_amount", "parse_amounts", "qualifier_of"]

Floats = npt.NDArray[np.float64]
NAN = float("nan")
_NUMBER = r"(\d+(?:[ \u00a0\u202f,]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
_PLAIN = re.compile(r"^\+?\d+(?:\.\d+)?$")
_WORDS: dict[str, str] = {
    "at_least": "at least|no fewer than|no less than|not less than|minimum|min|>=|≥|не менее|не меньше|"
    "минимум|как минимум|не менше|щонайменше|мінімум|от|від|from",
    "more_than": "more than|over|above|greater than|>|более|более чем|больше|больше чем|свыше|понад|більше|"
    "більше ніж|більш ніж",
    "about": "about|around|approximately|approx|circa|ca|c|some|roughly|nearly|almost|~|≈|около|примерно|"
    "приблизительно|порядка|почти|близько|приблизно|майже",
    "at_most": "at most|up to|no more than|not more than|maximum|max|<=|≤|не более|не больше|до|максимум|"
    "не більше|не більш",
    "less_than": "less than|fewer than|under|below|<|менее|меньше|менше|менш",
}
_AFTER: dict[str, str] = {
    "at_least": r"\+|plus|or more|and more|и более|или более|і більше|або більше|та більше",
    "at_most": "or less|or fewer|или менее|або менше",
}


def _any_of(words: str) -> str:
    return "|".join(sorted(map(re.escape, words.split("|")), key=len, reverse=True))


_LEADING = {kind: re.compile(rf"^(?:{_any_of(words)})\.?\s*{_NUMBER}$") for kind, words in _WORDS.items()}
_TRAILING = {kind: re.compile(rf"^{_NUMBER}\s*(?:{words})$") for kind, words in _AFTER.items()}
_RANGE = re.compile(
    rf"^(?:between|from|от|від|между|між)?\s*{_NUMBER}\s*(?:-|–|—|−|\.\.|to|and|до|и|і|та)\s*{_NUMBER}$"
)
_SPELLED = {
    word: number
    for number, words in enumerate(
        ("zero ноль нуль", "one один одна одно одне", "two два две дві", "three три", "four четыре чотири",
         "five пять п'ять", "six шесть шість", "seven семь сім", "eight восемь вісім", "nine девять дев'ять",
         "ten десять", "eleven одиннадцать одинадцять", "twelve двенадцать дванадцять")
    )
    for word in words.split()
}  # fmt: skip
# words that state only that there were at least so many
_VAGUE = {
    "several": 2, "a few": 2, "few": 2, "some": 1, "many": 2, "multiple": 2, "a couple": 2, "dozens": 24,
    "scores": 40, "tens": 20, "hundreds": 200, "thousands": 2000, "несколько": 2, "десятки": 20, "сотни": 200,
    "тысячи": 2000, "кілька": 2, "декілька": 2, "сотні": 200, "тисячі": 2000, "много": 2, "багато": 2,
}  # fmt: skip
QUALIFIERS = {
    "exact": "", "exactly": "", "": "", "точно": "", "at_least": "at_least", "min": "at_least",
    "minimum": "at_least", ">=": "at_least", "more_than": "more_than", "over": "more_than", ">": "more_than",
    "about": "about", "approx": "about", "approximately": "about", "approximate": "about", "around": "about",
    "circa": "about", "ca": "about", "estimated": "about", "estimate": "about", "~": "about",
    "at_most": "at_most",
    "up_to": "at_most", "max": "at_most", "maximum": "at_most", "<=": "at_most", "less_than": "less_than",
    "fewer_than": "less_than", "<": "less_than", "не_менее": "at_least", "не_менше": "at_least",
    "более": "more_than", "понад": "more_than",
    "около": "about", "близько": "about", "до": "at_most",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Amounts:
    """One entry per value. low NaN = not stated; best NaN = only bounds; high NaN = nothing bounds it above.

    problem : "" or why the value cannot be an amount.
    """

    low: Floats
    best: Floats
    high: Floats
    problem: npt.NDArray[np.object_]


def parse_amount(text: str) -> tuple[float, float, float] | None:
    """(low, best, high) of one cell, NaN as in `Amounts`; None when it cannot be read.

    "about 10" has best 10 and is at least 1; "dozens" is at least 24; "up to 5" is 0 to 5.
    """
    found = _read(text)
    return None if found is None or any(map(math.isinf, found)) else found


def _read(text: str) -> tuple[float, float, float] | None:
    text = " ".join(text.casefold().replace("’", "'").split())
    if _PLAIN.match(text):
        return (float(text),) * 3
    if is_blank(text):
        return NAN, NAN, NAN
    if text in _SPELLED:
        return (float(_SPELLED[text]),) * 3
    if text in _VAGUE:
        return float(_VAGUE[text]), NAN, NAN
    text = _figures(text)
    found = re.match(rf"^{_NUMBER}$", text)
    if found:
        return (_number(found[1]),) * 3
    found = _RANGE.match(text)
    if found:
        low, high = _number(found[1]), _number(found[2])
        return (low, low if low == high else NAN, high) if low <= high else None
    for kinds in (_TRAILING, _LEADING):
        for kind, pattern in kinds.items():
            found = pattern.match(text)
            if found:
                return qualified(kind, _number(found[1]))
    return None


def qualified(kind: str, value: float) -> tuple[float, float, float]:
    """(low, best, high) of a number with a qualifier; counts are whole, so "more than 6" is at least 7."""
    if kind == "at_least":
        return value, NAN, NAN
    if kind == "more_than":
        return value // 1 + 1.0, NAN, NAN
    if kind == "about":
        return min(1.0, value), value, NAN
    if kind == "at_most":
        return 0.0, NAN, value
    if kind == "less_than":
        return 0.0, NAN, max(-(-value // 1) - 1.0, 0.0)
    return value, value, value


def parse_amounts(values: Sequence[str]) -> Amounts:
    """Amounts of distinct texts."""
    read = [parse_amount(value) for value in values]
    problems = ["" if r is not None else _problem(v) for v, r in zip(values, read, strict=True)]
    table = np.array([r or (NAN, NAN, NAN) for r in read], dtype=float).reshape(-1, 3)
    return Amounts(
        low=table[:, 0], best=table[:, 1], high=table[:, 2], problem=np.array(problems, dtype=object)
    )


def qualifier_of(text: str) -> str | None:
    """The qualifier a cell names ("" for exact); None when it is not known."""
    return QUALIFIERS.get("_".join(text.casefold().replace("-", " ").split()))


def combine(
    base: Amounts, low: Amounts | None, high: Amounts | None, qualifier: npt.NDArray[np.object_]
) -> tuple[Amounts, npt.NDArray[np.bool_]]:
    """One amount per row from a figure, stated bounds and a qualifier.

    The qualifier speaks of a plain figure ("at least" 7); bounds that are stated win over what it implies. A
    bound that contradicts the figure is moved to it; the second value says in which rows.
    """
    low_, best, high_ = base.low.copy(), base.best.copy(), base.high.copy()
    problem = base.problem.copy()
    plain = base.low == base.high
    for kind in set(qualifier.tolist()) - {""}:
        for at in np.unique(best[plain & (qualifier == kind)]):
            rows = plain & (qualifier == kind) & (best == at)
            low_[rows], best[rows], high_[rows] = qualified(kind, float(at))
    stated_low, stated_high = _figure(low), _figure(high)
    if stated_low is not None:
        has = ~np.isnan(stated_low)
        open_ = has & (np.isnan(stated_high) if stated_high is not None else True) & (stated_low != best)
        high_[open_ & (plain | np.isnan(low_))] = NAN
        low_ = np.where(has, stated_low, low_)
    if stated_high is not None:
        has = ~np.isnan(stated_high)
        low_ = np.where(has & np.isnan(low_), 0.0, low_)
        high_ = np.where(has, stated_high, high_)
    best = np.where(np.isnan(best) & (low_ == high_), low_, best)
    for part in (low, high):
        if part is not None:
            problem = np.where(problem == "", part.problem, problem)
    known = np.where(np.isnan(best), low_, best)
    moved: npt.NDArray[np.bool_] = (low_ > known) | (known > high_)
    floor = np.fmin(low_, np.where(np.isnan(best), high_, best))
    low_, high_ = np.where(np.isnan(low_), NAN, floor), np.where(high_ < known, known, high_)
    return Amounts(low=low_, best=best, high=high_, problem=problem), moved


def _figure(part: Amounts | None) -> Floats | None:
    return None if part is None else np.where(np.isnan(part.best), part.low, part.best)


def _figures(text: str) -> str:
    """Spelled-out numbers as figures: "at least five" -> "at least 5"."""
    return " ".join(str(_SPELLED[word]) if word in _SPELLED else word for word in text.split(" "))


def _number(text: str) -> float:
    if re.match(r"^\d{1,3}(?:[ \u00a0\u202f,]\d{3})+(?:\.\d+)?$", text):
        return float(re.sub(r"[ \u00a0\u202f,]", "", text))
    return float(text.replace(",", ".").replace(" ", ""))


def _problem(text: str) -> str:
    return "a negative amount" if re.match(r"^[-−–]\s*\d", text) else "not an amount"
