"""Excel workbooks (.xlsx, .xlsm), read cell by cell without formulas."""

import io
import zipfile
from typing import Any

import numpy as np
import pandas as pd

from ..errors import ConfigError, UnreadableInputError
from ._source import load
from ._table import RawTable

EXTENSIONS = (".xlsx", ".xlsm")
OPTIONS = ("sheet",)


def read(source: Any, *, sheet: str | int | None = None) -> RawTable:
    """One sheet; cells keep the type Excel gives them (text, number, date).

    sheet : its name, or its number from 1; None = the first that has a header and a row.
    Raises `UnreadableInputError`, and `ConfigError` for a sheet that is not there.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    opened = load(source)
    try:
        book = openpyxl.load_workbook(io.BytesIO(opened.data), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        what = str(error).strip("'\". ") or type(error).__name__
        raise UnreadableInputError(opened.name, f"it is not an Excel workbook ({what})") from None
    try:
        title, rows = _chosen(book, sheet, opened.name)
    finally:
        book.close()
    top = next(i for i, row in enumerate(rows) if any(cell is not None for cell in row))
    header, body = rows[top], rows[top + 1 :]
    width = max(i for i, cell in enumerate(header) if cell is not None) + 1
    names = _names(header[:width])
    frame = pd.DataFrame(
        {name: pd.Series([row[i] if i < len(row) else None for row in body], dtype=object)
         for i, name in enumerate(names)}
    )  # fmt: skip
    others = [name for name in book.sheetnames if name != title]
    detected = (f"sheet {title!r}" + (f"; not read: {', '.join(map(repr, others))}" if others else ""),)
    lines = np.arange(top + 2, top + 2 + len(body), dtype=np.int64)
    return RawTable(
        frame=frame, lines=lines, name=opened.name, format="excel", sha256=opened.sha256, size=opened.size,
        detected=detected,
    )  # fmt: skip


def _chosen(book: Any, sheet: str | int | None, name: str) -> tuple[str, list[tuple[Any, ...]]]:
    titles: list[str] = [ws.title for ws in book.worksheets]
    if isinstance(sheet, int) and 1 <= sheet <= len(titles):
        titles = [titles[sheet - 1]]
    elif sheet is not None:
        if sheet not in titles:
            raise ConfigError(
                f"{name} has no sheet {sheet!r}", table="incidents", key="sheet", value=sheet, valid=titles
            )
        titles = [str(sheet)]
    for title in titles:
        rows = [tuple(row) for row in book[title].iter_rows(values_only=True)]
        if sum(any(cell is not None for cell in row) for row in rows) > 1:
            return title, rows
    raise UnreadableInputError(
        name, "no sheet has a header and a row" if sheet is None else "the sheet is empty"
    )


def _names(header: tuple[Any, ...]) -> list[str]:
    from .csv import _unique

    return _unique(["" if cell is None else str(cell).strip() for cell in header])
