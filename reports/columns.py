"""Widths of a printed table's columns: whole words first, then whole lines, then air."""

from collections.abc import Sequence
from dataclasses import dataclass

from .fonts import text_width

__all__ = ["Widths", "column_widths"]

PAD = 0.7  # em between two columns
_AIR = 4.0  # em of air in a column at most: a small table stays together instead of spreading
_SHORT = 7.0  # em; text up to here stays on one line
_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)  # points, tried from the largest


@dataclass(frozen=True, slots=True)
class Widths:
    """size : of the table's text in points; widths : of its columns in points, padding included."""

    size: float
    widths: tuple[float, ...]


def _longest_word(text: str) -> float:
    words = text.replace("\u200b", " ").replace("-", "- ").split()
    return max((text_width(word) for word in words), default=0.0)


def _needs(heads: Sequence[str], cells: Sequence[Sequence[str]], numeric: Sequence[bool],
           extra: Sequence[float]) -> tuple[list[float], list[float]]:  # fmt: skip
    """Least and natural width of every column, in em."""
    least, natural = [], []
    for i, head in enumerate(heads):
        texts = [row[i] for row in cells if i < len(row)]
        lines = max((text_width(text) for text in texts), default=0.0) + extra[i]
        words = max((_longest_word(text) for text in texts), default=0.0) + extra[i]
        heading = max(_longest_word(head), text_width(head) / 3)
        whole = lines if numeric[i] or lines <= _SHORT else max(min(words, 14.0), _SHORT)
        least.append(max(whole, heading) + PAD)
        natural.append(max(lines, heading, text_width(head) / 2) + PAD)
    return least, natural


def column_widths(
    heads: Sequence[str],
    cells: Sequence[Sequence[str]],
    *,
    numeric: Sequence[bool],
    extra: Sequence[float],
    width: float,
) -> Widths:
    """Widths of at most ``width`` points together.

    numeric : the columns whose cells never wrap. extra : width in em of each column's drawings.
    """
    least, natural = _needs(heads, cells, numeric, extra)
    size = next((s for s in _SIZES if sum(least) * s <= width), _SIZES[-1])
    room = width / size - sum(least)
    if room < 0:  # too wide even in the smallest print: everything shrinks alike
        share = width / sum(least)
        return Widths(_SIZES[-1], tuple(round(share * need, 2) for need in least))
    wants = [most - need for need, most in zip(least, natural, strict=True)]
    given = min(1.0, room / sum(wants)) if sum(wants) else 0.0
    final = [need + given * want for need, want in zip(least, wants, strict=True)]
    wordy = [not drawn for drawn in extra]  # air beside a drawing would only look like a gap
    spare = min(_AIR, max(0.0, width / size - sum(final)) / max(1, sum(wordy)))
    return Widths(
        size, tuple(round((need + spare * w) * size, 2) for need, w in zip(final, wordy, strict=True))
    )
