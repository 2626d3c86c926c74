"""Plain tables for a terminal."""

import shutil
import textwrap
from collections.abc import Iterable, Sequence

__all__ = ["table_text", "wrapped"]


def table_text(head: Sequence[str], rows: Iterable[Sequence[object]], *, indent: int = 2) -> str:
    """Columns aligned by blanks; the columns whose cells all are numbers to the right.

    Control characters of the table's own texts are dropped, so that they cannot drive the terminal.
    """
    body = [[_clean(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(head), *body]) for i in range(len(head))]
    right = [bool(body) and all(_number(row[i]) for row in body) for i in range(len(head))]
    pad = " " * indent
    return "\n".join(
        pad
        + "  ".join(
            cell.rjust(width) if flush else cell.ljust(width)
            for cell, width, flush in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in [list(head), *body]
    )


def wrapped(text: str, *, indent: int = 2) -> str:
    """Text in lines that fit the terminal."""
    width = max(40, min(shutil.get_terminal_size((100, 24)).columns, 110))
    pad = " " * indent
    return textwrap.fill(_clean(text), width, initial_indent=pad, subsequent_indent=pad)


def _clean(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return "".join(character if character.isprintable() else " " for character in text).strip()


def _number(text: str) -> bool:
    return not text or text.replace(",", "").replace(".", "", 1).replace("%", "").isdigit()
