"""Which records of a table are rows: not blank ones, not a second header, not what ``where`` leaves out."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import MissingColumnError, UnreadableInputError
from ..formats import Preset, RawTable, hxl_tags
from .cells import as_text, distinct
from .columns import ColumnMap
from .whole import Part

__all__ = ["chosen_rows", "content_rows", "with_meanings"]


def content_rows(
    raw: RawTable, part: Part | None = None
) -> tuple[pd.DataFrame, npt.NDArray[np.int64], int, list[str]]:
    """The records without blank ones and without a second header of HXL tags, which only a first part has."""
    frame, lines, notes = raw.frame, raw.lines, []
    if (part is None or part.first) and hxl_tags(raw.frame)[1]:
        frame, lines = frame.iloc[1:], lines[1:]
        notes.append(f"Line {raw.lines[0]} holds HXL tags and is no row.")
    at = np.arange(len(frame))
    for column in frame.columns:
        if not len(at):
            break
        cells = frame[column].iloc[at]
        numeric = isinstance(cells.dtype, np.dtype) and cells.dtype.kind in "iufbM"
        at = at[cells.isna().to_numpy() if numeric else distinct(cells).codes < 0]
    if len(at):
        keep = np.ones(len(frame), dtype=bool)
        keep[at] = False
        frame, lines = frame[keep], lines[keep]
    if not len(frame) and not raw.bad and part is None:
        raise UnreadableInputError(raw.name, "it has no rows")
    return frame.reset_index(drop=True), lines, len(at), notes


def with_meanings(frame: pd.DataFrame, mapping: ColumnMap, preset: Preset | None) -> pd.DataFrame:
    """The cells of a publisher's coded columns replaced by what the codes mean; unknown codes stay."""
    changed = {}
    for field, meanings in (preset.values if preset else {}).items():
        columns = preset.columns.get(field, ()) if preset else ()
        if columns and mapping.fields.get(field) == columns:
            cells = distinct(frame[columns[0]])
            names = np.array([meanings.get(value, value) for value in cells.values], dtype=object)
            changed[columns[0]] = cells.spread(names, "")
    return frame.assign(**changed) if changed else frame


def chosen_rows(
    frame: pd.DataFrame,
    lines: npt.NDArray[np.int64],
    mapping: ColumnMap,
    where: Mapping[str, Any] | None,
) -> tuple[pd.DataFrame, npt.NDArray[np.int64], int]:
    """The rows that `where` asks for: their cells, their line numbers, and how many were left out."""
    keep = np.ones(len(frame), dtype=bool)
    for name, wanted in (where or {}).items():
        column = name if name in frame.columns else mapping.fields.get(name, (name,))[0]
        if column not in frame.columns:
            raise MissingColumnError("where", list(frame.columns), named=name)
        several = wanted if isinstance(wanted, (list, tuple, set, frozenset)) else [wanted]
        texts = {as_text(value) for value in several}
        cells = distinct(frame[column])
        keep &= cells.spread(np.array([value in texts for value in cells.values], dtype=bool), "" in texts)
    if keep.all():
        return frame, lines, 0
    return frame[keep].reset_index(drop=True), lines[keep], int((~keep).sum())
