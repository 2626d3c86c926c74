"""Amounts with their bounds: what "more than 6", "5-7", "about 10" and an empty cell really say."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .amount_words import FIGURES, LEADING, QUALIFIERS, TIMES, TRAILING, VAGUE
from .cells import is_blank

__all__ = ["Amounts", "combine", "parse_amount", "parse_amounts", "qualifier_of", "says_each"]

Floats = npt.NDArray[np.float64]
NAN = float("nan")
_LETTERS = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "ё": "е"})
_NUMBER = r"(\d+(?:[ \u00a0\u202f,]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
_PLAIN = re.compile(r"^\+?\d+(?:\.\d+)?$")


def _any_of(words: Sequence[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_LEADING = {kind: re.compile(rf"^(?:{_any_of(words)})\.?\s*{_NUMBER}$") for kind, words in LEADING.items()}
_TRAILING = {kind: re.compile(rf"^{_NUMBER}\s*(?:{_any_of(words)})$") for kind, words in TRAILING.items()}
_RANGE = re.compile(
    rf"^(?:between|from|от|від|между|між)?\s*{_NUMBER}\s*(?:-|–|—|−|\.\.|to|and|до|и|і|та)\s*{_NUMBER}$"
)
_EACH = re.compile(r"^(?:по (\S+)|(.+) each)$")
_PHRASES = re.compile(rf"(?<!\w)({_any_of([word for word in FIGURES if ' ' in word])})(?!\w)")


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
    text = " ".join(text.casefold().translate(_LETTERS).split())
    each = _EACH.match(text)
    if each:
        text = each[1] or each[2]
    if _PLAIN.match(text):
        return (float(text),) * 3
    if is_blank(text):
        return NAN, NAN, NAN
    if text in VAGUE:
        return float(VAGUE[text]), NAN, NAN
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
    words = " ".join(text.casefold().translate(_LETTERS).replace("-", " ").replace("_", " ").split())
    return QUALIFIERS.get(words)


def says_each(text: str) -> bool:
    """True for "2 each" and "по 2": the number is that of every place the row names."""
    return bool(_EACH.match(" ".join(text.casefold().split()))) and parse_amount(text) is not None


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
    """Spelled-out numbers as figures: "at least five" -> "at least 5", "two dozen" -> "24"."""
    words: list[str] = []
    for word in _PHRASES.sub(lambda found: str(FIGURES[found[1]]), text).split(" "):
        if word in TIMES and words and words[-1].isdecimal() and len(words[-1]) < 4:
            words[-1] = str(int(words[-1]) * TIMES[word])
        else:
            words.append(str(FIGURES.get(word, word)))
    return " ".join(words)


def _number(text: str) -> float:
    if re.match(r"^\d{1,3}(?:[ \u00a0\u202f,]\d{3})+(?:\.\d+)?$", text):
        return float(re.sub(r"[ \u00a0\u202f,]", "", text))
    return float(text.replace(",", ".").replace(" ", ""))


def _problem(text: str) -> str:
    return "a negative amount" if re.match(r"^[-−–]\s*\d", text) else "not an amount"
