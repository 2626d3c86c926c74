"""Where the table of a sheet stands: title rows, a header of one or several rows, merged cells."""

import datetime as dt
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from ..errors import UnreadableInputError
from ._limits import MOST_COLUMNS, check_columns

__all__ = [
    "Layout", "Rows", "laid_out", "looks_like_a_table", "merged_ranges", "sheet_rows", "uncalculated",
]  # fmt: skip

Rows = list[tuple[Any, ...]]
Merge = tuple[int, int, int, int]  # first row, last row, first column, last column; all from 0

_MOST_ROWS = 1_048_576  # of a sheet, as Excel has it
_MOST_PADDED = 200_000_000  # cells, with the empty ones a row is padded with
_SAMPLE = 60
_MOST_DEPTH = 3
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_UNCALCULATED = re.compile(rb"(?:</f>|<f[^>]*/>)(?:<v\s*/>|<v>\s*</v>)?</c>")
_DATE = re.compile(r"\s*(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}[./]\d{1,2}[./]\d{1,2})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """titles : rows with something above the header. depth : rows of the header. first : row of the first
    record. names : of the columns. filled : first row, last row, column and value of merged cells' repeats.
    """

    titles: int
    depth: int
    first: int
    names: list[str]
    filled: tuple[tuple[int, int, int, Any], ...] = ()


def sheet_rows(sheet: Any, name: str) -> Rows:
    """The cells of a sheet, each row as wide as its last cell that holds something."""
    sheet.reset_dimensions()  # what a file says of its own size is not to be relied on
    rows: Rows = []
    padded = 0
    for row in sheet.iter_rows(values_only=True):
        padded += len(row)
        if len(rows) >= _MOST_ROWS or padded > _MOST_PADDED:
            raise UnreadableInputError(name, "a sheet claims more cells than Excel can hold in use")
        end = len(row)
        while end and row[end - 1] is None:
            end -= 1
        if end > MOST_COLUMNS:
            check_columns(name, end)
        rows.append(tuple(row[:end]))
    while rows and not rows[-1]:
        rows.pop()
    return rows


def merged_ranges(data: bytes, sheet: Any) -> list[Merge]:
    """The merged cells of a sheet: they stand at the end of its XML, which is read piece by piece."""
    path = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    tail = b""
    with zipfile.ZipFile(BytesIO(data)) as book:
        if path not in book.namelist():
            return []
        with book.open(path) as part:
            while piece := part.read(1024**2):
                tail += piece
                cut = tail.rfind(b"</sheetData>")
                tail = tail[cut:] if cut >= 0 else tail if b"mergeCell" in tail else tail[-4096:]
    return [
        (int(top) - 1, int(bottom) - 1, _column(left), _column(right))
        for left, top, right, bottom in _MERGE.findall(tail)
    ]


def uncalculated(data: bytes, sheet: Any) -> int:
    """Formulas without a value: those of a workbook that a program wrote and no spreadsheet has opened."""
    path = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    found, rest = 0, b""
    with zipfile.ZipFile(BytesIO(data)) as book:
        if path not in book.namelist():
            return 0
        with book.open(path) as part:
            while piece := part.read(1024**2):
                text = rest + piece
                whole = text.rfind(b"</c>") + 4
                found += len(_UNCALCULATED.findall(text[:whole]))
                rest = text[whole:][-65_536:]
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number - 1


def laid_out(rows: Rows, merges: Sequence[Merge]) -> Layout:
    """Header and records of a sheet that has at least two rows with something in them."""
    top = _header_row(rows)
    spans = [m for m in merges if m[0] >= top]
    depth = _depth(rows, top, spans)
    width = max(len(rows[row]) for row in range(top, top + depth))
    names = [_name(rows, top, depth, column, spans) for column in range(width)]
    while names and not names[-1]:
        names.pop()
    first = top + depth
    filled = tuple(
        (upper, min(lower, len(rows) - 1), left, value)
        for upper, lower, left, right in spans
        if upper >= first and lower > upper and left == right and upper < len(rows)
        and (value := _at(rows, upper, left)) is not None
        and isinstance(value, (str, dt.date)) and not _number(value)
    )  # fmt: skip
    above = sum(any(cell is not None for cell in row) for row in rows[:top])
    return Layout(titles=above, depth=depth, first=first, names=names, filled=filled)


def looks_like_a_table(rows: Rows, layout: Layout) -> tuple[bool, int]:
    """How much: whether a column holds dates, then the number of rows that fill at least two cells."""
    body = [row for row in rows[layout.first :] if sum(cell is not None for cell in row) > 1]
    sample = body[:_SAMPLE]
    dated = any(
        sum(_is_date(row[i]) for row in sample if i < len(row)) > len(sample) / 2
        for i in range(len(layout.names))
    )
    return dated and len(layout.names) > 1, len(body)


def _header_row(rows: Rows) -> int:
    """The first row that fills at least half of the usual number of cells with nothing but text."""
    sizes = [sum(cell is not None for cell in row) for row in rows[:_SAMPLE]]
    some = sorted(size for size in sizes if size)
    usual = some[len(some) // 2]
    for at, row in enumerate(rows[:_SAMPLE]):
        cells = [cell for cell in row if cell is not None]
        if len(cells) >= max(1, usual / 2) and all(isinstance(c, str) and not _is_date(c) for c in cells):
            if len(cells) == 1 and usual > 1:
                continue
            return at
    return next(at for at, size in enumerate(sizes) if size)


def _depth(rows: Rows, top: int, merges: Sequence[Merge]) -> int:
    """Rows of the header: more than one where merged cells begin in its first row."""
    deepest = 1
    for upper, lower, left, right in merges:
        if upper != top or lower - upper >= _MOST_DEPTH:
            continue
        deepest = max(deepest, lower - upper + 1)
        below = [_at(rows, lower + 1, column) for column in range(left, right + 1)]
        if right > left and sum(isinstance(cell, str) for cell in below) > 1:
            deepest = max(deepest, lower - upper + 2)
    return min(deepest, _MOST_DEPTH, max(1, len(rows) - top - 1))


def _name(rows: Rows, top: int, depth: int, column: int, merges: Sequence[Merge]) -> str:
    parts: list[str] = []
    for row in range(top, top + depth):
        cell = _at(rows, row, column)
        for upper, lower, left, right in merges:
            if upper <= row <= lower and left <= column <= right:
                cell = _at(rows, upper, left)
        text = "" if cell is None else " ".join(str(cell).split())
        if text and text not in parts:
            parts.append(text)
    return " ".join(parts)


def _at(rows: Rows, row: int, column: int) -> Any:
    return rows[row][column] if 0 <= row < len(rows) and column < len(rows[row]) else None


def _is_date(value: Any) -> bool:
    return isinstance(value, dt.date) or (isinstance(value, str) and _DATE.match(value) is not None)


def _number(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\s*[-+]?\d[\d\s.,]*\s*", value) is not None
