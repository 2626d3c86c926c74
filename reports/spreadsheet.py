"""CSV that a spreadsheet may open: no text of a table becomes a formula.

A cell from somebody's table such as ``=HYPERLINK(...)`` or ``+cmd|...`` would be carried out by a spreadsheet
that opens a CSV file. Such a text is written with an apostrophe before it, and so is one that has apostrophes
before such a beginning, which makes the writing reversible: take one apostrophe off every text that begins
with apostrophes followed by ``=``, ``+``, ``-``, ``@``, a tab, or a line break. Numbers, also numbers written
as text (``-5``, ``+3.5%``), are left as they are.
"""

import re
from typing import Any

import pandas as pd

__all__ = ["for_spreadsheets", "restored", "restored_text", "safe_text"]

_BEGINS = r"[=+\-@\t\r\n＝＋－＠]"  # also the full-width forms, which East Asian spreadsheets take alike
_FORMULA = re.compile(rf"'*\s*{_BEGINS}")
_QUOTED = re.compile(rf"'+\s*{_BEGINS}")
_NUMBER = re.compile(r"[+-]?(\d+([.,  ]\d+)*|[.,]\d+)([eE][+-]?\d+)? ?%?")


def safe_text(text: str) -> str:
    """A text as it may stand in a cell."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def restored_text(text: str) -> str:
    """The text that `safe_text` was given."""
    return text[1:] if _QUOTED.match(text) and safe_text(text[1:]) == text else text


def for_spreadsheets(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame whose texts, headings as well, are safe; numbers and dates are those of the frame."""
    return _mapped(frame, safe_text)


def restored(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame that `for_spreadsheets` was given, of one read back from CSV."""
    return _mapped(frame, restored_text)


def _mapped(frame: pd.DataFrame, change: Any) -> pd.DataFrame:
    columns = {}
    for name in frame.columns:
        cells = frame[name]
        if isinstance(cells.dtype, pd.CategoricalDtype):
            cells = cells.astype(object)
        if pd.api.types.is_object_dtype(cells.dtype) or pd.api.types.is_string_dtype(cells.dtype):
            columns[name] = cells.map(lambda value: change(value) if isinstance(value, str) else value)
    out = frame.assign(**columns) if columns else frame
    return out.rename(columns={name: change(name) for name in out.columns if isinstance(name, str)})
