"""Databases: an SQLite file, or any server SQLAlchemy has a driver for; read only, in pieces."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from ..errors import ConfigError, UnreadableInputError
from ._databases import Database, connected, one_select
from ._limits import check_columns, without_long_cells
from ._table import RawTable, unique_names

EXTENSIONS = (".sqlite", ".sqlite3", ".db")
OPTIONS = ("table", "query")

_MOST_CELLS = 100_000_000
_CELL, _ROW = "\x1f", "\x1e"


def read(source: Any, *, table: str | None = None, query: str | None = None) -> RawTable:
    """The rows of a table or view, or of one SELECT.

    source : an SQLite file, or a URL (``postgresql://user@host/database``), for which ``sitrend[sql]`` is
        needed. A password is better left to the driver's own means, ``PGPASSWORD`` or ``~/.pgpass``; it is
        never part of a name, a message or a report.
    table : ``"incidents"`` or ``"schema.incidents"``; None = the only one there is.
    query : a single SELECT in place of a table. What it reads is up to the rights of the user.

    The transaction is read-only. Rows come in the order of the primary key, without one in the order of their
    text, so that the same content gives the same table and the same ``sha256``, which is that of the content;
    those of a query come in its own order.
    Raises `UnreadableInputError`, and `ConfigError` for an unknown table or a query that is no SELECT.
    """
    if table is not None and query is not None:
        raise ConfigError("there is a table as well; name one of the two", table="incidents", key="query")
    statement = None if query is None else one_select(query)
    with connected(source) as database:
        if statement is None:
            chosen = _chosen(database, table)
            key = database.key(chosen)
            columns, pieces = database.rows(database.select(chosen, key))
            what, order = (
                chosen,
                f"in the order of {', '.join(key)}" if key else "sorted, as they have no key",
            )
        else:
            columns, pieces = database.rows(statement)
            what, order = "a query", "in the order of the query"
        name = f"{what}, {database.name}"
        rows = _collected(name, columns, pieces)
    if not rows:
        raise UnreadableInputError(name, "it has no rows")
    texts = [_CELL.join(map(_text, row)) for row in rows]
    if statement is None and not key:
        ranks = sorted(range(len(rows)), key=texts.__getitem__)
        rows, texts = [rows[i] for i in ranks], [texts[i] for i in ranks]
    digest, size = _digest(columns, texts)
    names = unique_names([str(column) for column in columns])
    frame = pd.DataFrame(
        {
            name: pd.Series(list(cells), dtype=object)
            for name, cells in zip(names, zip(*rows, strict=True), strict=True)
        }
    )
    found = RawTable(
        frame=frame, lines=np.arange(1, len(frame) + 1, dtype=np.int64), name=name, format="sql",
        sha256=digest, size=size, detected=(database.kind, f"rows {order}", "hash of the content"),
    )  # fmt: skip
    return without_long_cells(found)


def _chosen(database: Database, table: str | None) -> str:
    tables = database.tables()
    if table is not None:
        if not database.has(table):
            raise ConfigError(
                f"{database.name} has no table {table!r}", table="incidents", key="table", value=table,
                valid=tables,
            )  # fmt: skip
        return table
    if len(tables) == 1:
        return tables[0]
    if not tables:
        raise UnreadableInputError(database.name, "there is no table in it that this user can see")
    raise ConfigError(
        f"{database.name} holds {len(tables)} tables; name one", table="incidents", key="table", value="",
        valid=tables,
    )  # fmt: skip


def _collected(
    name: str, columns: Sequence[str], pieces: Iterator[Sequence[Sequence[Any]]]
) -> list[tuple[Any, ...]]:
    check_columns(name, len(columns))
    rows: list[tuple[Any, ...]] = []
    for piece in pieces:
        rows += [tuple(map(_plain, row)) for row in piece]
        if len(rows) * len(columns) > _MOST_CELLS:
            what = f"it has more than {_MOST_CELLS:,d} cells; select fewer columns, or export it as Parquet"
            raise UnreadableInputError(name, what)
    return rows


def _plain(value: Any) -> Any:
    """A cell as the other formats give it: text, number, date, or nothing."""
    if value is None or isinstance(value, (str, int, float, dt.datetime, dt.date)):
        return value
    if isinstance(value, Decimal):
        return int(value) if value.is_finite() and value == value.to_integral_value() else float(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _text(value: Any) -> str:
    return "\0" if value is None else str(value)


def _digest(columns: Sequence[str], texts: Sequence[str]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for line in (_CELL.join(map(str, columns)), *texts):
        data = (line + _ROW).encode("utf-8", "surrogatepass")
        digest.update(data)
        size += len(data)
    return digest.hexdigest(), size
