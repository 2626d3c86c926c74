"""What a table may cost: sizes above which a source is refused, in words, before memory or time is spent.

They are far above any table of incidents and far below what would stop a machine.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd

from ..errors import UnreadableInputError
from ._table import BadLine, RawTable

__all__ = [
    "MOST_BYTES", "MOST_CELLS", "MOST_CHARACTERS", "MOST_COLUMNS", "check_columns", "check_unpacked",
    "inflated", "without_long_cells",
]  # fmt: skip

MOST_COLUMNS = 2_000
MOST_CHARACTERS = 1_000_000  # of one cell
MOST_CELLS = 1_000_000_000
MOST_BYTES = 2 * 1024**3  # of a compressed file, unpacked
MOST_RATIO = 200  # unpacked to packed, above FREE_BYTES; text reaches 5 to 50
FREE_BYTES = 64 * 1024**2
_PIECE = 1024**2


def check_columns(name: str, columns: int) -> None:
    """Raise `UnreadableInputError` for more columns than any table has."""
    if columns > MOST_COLUMNS:
        raise UnreadableInputError(
            name, f"it has {columns:,d} columns, more than {MOST_COLUMNS:,d}; is it turned on its side?"
        )  # fmt: skip


def check_unpacked(name: str, packed: int, unpacked: int) -> None:
    """Raise `UnreadableInputError` where a compressed file would swell beyond every measure."""
    if unpacked > MOST_BYTES:
        what = f"it unpacks to more than {MOST_BYTES / 1e9:.0f} GB; split it, or write it as Parquet"
        raise UnreadableInputError(name, what)
    if unpacked > FREE_BYTES and unpacked > MOST_RATIO * max(packed, 1):
        what = f"it unpacks to over {MOST_RATIO} times its size, as no table does; if it is one, unpack it"
        raise UnreadableInputError(name, what)


def inflated(name: str, packed: int, read: Callable[[int], bytes]) -> bytes:
    """Everything that ``read`` gives, piece by piece; stops as soon as a limit is passed.

    packed : bytes of the compressed file.
    """
    pieces: list[bytes] = []
    size = 0
    while piece := read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        check_unpacked(name, packed, size)
    return b"".join(pieces)


def without_long_cells(table: RawTable) -> RawTable:
    """The table without the records that hold a cell of absurd length; those are named in ``bad``."""
    frame = table.frame
    too_long = pd.Series(False, index=frame.index)
    where: dict[int, tuple[str, int]] = {}
    for column in frame.columns:
        if pd.api.types.is_numeric_dtype(frame[column]) or pd.api.types.is_datetime64_any_dtype(
            frame[column]
        ):
            continue
        sizes = frame[column].map(_size)
        for at in sizes.index[sizes > MOST_CHARACTERS]:
            where.setdefault(at, (str(column), int(sizes[at])))
        too_long |= sizes > MOST_CHARACTERS
    if not where:
        return table
    bad = [
        BadLine(
            line=int(table.lines[at]), text=column, mend="look for a quotation mark that does not close",
            reason=f"a cell of {size:,d} characters, more than {MOST_CHARACTERS:,d}",
        )
        for at, (column, size) in where.items()
    ]  # fmt: skip
    keep = ~too_long.to_numpy()
    return RawTable(
        frame=frame[keep].reset_index(drop=True), lines=table.lines[keep], name=table.name,
        format=table.format, sha256=table.sha256, size=table.size, detected=table.detected,
        bad=(*table.bad, *bad),
    )  # fmt: skip


def _size(value: Any) -> int:
    return len(value) if isinstance(value, (str, bytes)) else 0
