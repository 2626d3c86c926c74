"""Excel workbooks (.xlsx, .xlsm), read cell by cell without formulas."""

import io
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..errors import ConfigError, UnreadableInputError
from ._archives import check_workbook
from ._limits import check_columns, without_long_cells
from ._sheets import Layout, Rows, laid_out, looks_like_a_table, merged_ranges, sheet_rows, uncalculated
from ._source import load
from ._table import RawTable, unique_names

EXTENSIONS = (".xlsx", ".xlsm")
OPTIONS = ("sheet",)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sheet:
    title: str
    rows: Rows
    layout: Layout
    uncalculated: int


def read(source: Any, *, sheet: str | int | None = None) -> RawTable:
    """One sheet; cells keep the type Excel gives them (text, number, date).

    sheet : its name, or its number from 1; None = the one that looks most like a table of incidents: a header
        with rows below it, a column of dates, the most rows. The choice is said in ``detected``.
    Title rows above the header are skipped; a header of several rows with merged cells becomes one ("Victims
    killed"); text and dates of a cell merged over several rows stand in each of them, numbers in the first.
    Raises `UnreadableInputError`, and `ConfigError` for a sheet that is not there.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    opened = load(source)
    check_workbook(opened.name, opened.data)
    broken = (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError,
              AttributeError, TypeError, IndexError, EOFError, NotImplementedError, zlib.error)  # fmt: skip
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which hold no cells
            book = openpyxl.load_workbook(io.BytesIO(opened.data), read_only=True, data_only=True)
            try:
                found = _chosen(book, opened.data, sheet, opened.name)
            finally:
                book.close()
    except (UnreadableInputError, ConfigError):
        raise
    except broken as error:
        what = " ".join(str(error).split()).strip("'\". ")[:200] or type(error).__name__
        raise UnreadableInputError(opened.name, f"it is not an Excel workbook ({what})") from None
    frame, lines = _frame(found, opened.name)
    table = RawTable(
        frame=frame, lines=lines, name=opened.name, format="excel", sha256=opened.sha256, size=opened.size,
        detected=_said(found, list(book.sheetnames)),
    )  # fmt: skip
    return without_long_cells(table)


def _chosen(book: Any, data: bytes, sheet: str | int | None, name: str) -> _Sheet:
    titles: list[str] = [ws.title for ws in book.worksheets]
    if isinstance(sheet, int) and 1 <= sheet <= len(titles):
        titles = [titles[sheet - 1]]
    elif sheet is not None:
        if sheet not in titles:
            raise ConfigError(
                f"{name} has no sheet {sheet!r}", table="incidents", key="sheet", value=sheet, valid=titles
            )
        titles = [str(sheet)]
    best: _Sheet | None = None
    score: tuple[bool, int] = (False, 0)
    for title in titles:
        rows = sheet_rows(book[title], name)
        if sum(any(cell is not None for cell in row) for row in rows) < 2:
            continue
        layout = laid_out(rows, merged_ranges(data, book[title]))
        if best is None or looks_like_a_table(rows, layout) > score:
            best = _Sheet(title=title, rows=rows, layout=layout, uncalculated=uncalculated(data, book[title]))
            score = looks_like_a_table(rows, layout)
    if best is None:
        what = "no sheet has a header and a row" if sheet is None else "the sheet is empty"
        raise UnreadableInputError(name, what)
    return best


def _frame(sheet: _Sheet, name: str) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.int64]]]:
    layout, body = sheet.layout, sheet.rows[sheet.layout.first :]
    check_columns(name, len(layout.names))
    columns = {
        heading: pd.Series([row[i] if i < len(row) else None for row in body], dtype=object)
        for i, heading in enumerate(unique_names(layout.names))
    }
    for top, bottom, column, value in layout.filled:
        if column < len(layout.names):
            cells = columns[unique_names(layout.names)[column]]
            cells.iloc[max(0, top - layout.first) : bottom + 1 - layout.first] = value
    first = layout.first + 1
    return pd.DataFrame(columns), np.arange(first, first + len(body), dtype=np.int64)


def _said(sheet: _Sheet, titles: list[str]) -> tuple[str, ...]:
    layout, others = sheet.layout, [title for title in titles if title != sheet.title]
    said = [f"sheet {sheet.title!r}" + (f"; not read: {', '.join(map(repr, others))}" if others else "")]
    if layout.titles:
        said.append(f"{layout.titles} title row{'s' * (layout.titles > 1)} above the header")
    if layout.depth > 1:
        said.append(f"a header of {layout.depth} rows")
    if layout.filled:
        many = "s" * (len(layout.filled) > 1)
        said.append(f"{len(layout.filled)} merged cell{many} filled down")
    if sheet.uncalculated:
        number = f"{sheet.uncalculated:,d} formula{'s' * (sheet.uncalculated > 1)}"
        said.append(f"{number} without a value, read as empty: save the file in a spreadsheet program")
    return tuple(said)
