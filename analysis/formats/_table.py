"""`RawTable`: a table as it was read, before anything in it is understood."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["BadLine", "RawTable", "unique_names"]


@dataclass(frozen=True, kw_only=True, slots=True)
class BadLine:
    """A line that could not be cut into cells; the other lines are read without it."""

    line: int
    text: str
    reason: str
    mend: str


@dataclass(frozen=True, kw_only=True, eq=False)
class RawTable:
    """Columns as read: text stays text, so ``007`` and ``NA`` survive.

    frame : one row per record, default index.
    lines : line of the file (or row of the sheet, or of the frame) each record starts on, from 1.
    name : name of the source, without its folder.
    format : the reader that was used.
    sha256, size : of the bytes of the source; empty and 0 for a frame in memory.
    detected : what was found out while reading (encoding, separator, sheet), as plain sentences.
    bad : lines that could not be read.
    """

    frame: pd.DataFrame
    lines: npt.NDArray[np.int64]
    name: str
    format: str
    sha256: str = ""
    size: int = 0
    detected: tuple[str, ...] = ()
    bad: tuple[BadLine, ...] = ()


def unique_names(names: Sequence[str]) -> list[str]:
    """Headings that are all different: an empty one is called by its place, a repeated one is numbered."""
    taken = set(names)
    seen: dict[str, int] = {}
    out: list[str] = []
    for position, given in enumerate(names):
        name = given or f"Unnamed: {position}"
        if name in seen:
            number = seen[name] + 1
            while f"{name}.{number}" in taken:
                number += 1
            seen[name] = number
            name = f"{name}.{number}"
            taken.add(name)
        else:
            seen[name] = 0
        out.append(name)
    return out
