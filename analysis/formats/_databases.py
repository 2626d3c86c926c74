"""Connections to databases, read-only: SQLite through the standard library, others through SQLAlchemy."""

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlsplit

from ..errors import ConfigError, SitrendError, UnreadableInputError

__all__ = ["Database", "connected", "is_url", "one_select", "shown"]

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PIECE = 5_000  # rows fetched at once
_PATIENCE = {"connect_timeout": 10}  # seconds, where the URL says nothing
_LITERALS = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$", re.DOTALL)
_READS = re.compile(r"(select|with|values|table)\b", re.IGNORECASE)

# what a damaged SQLite file ends in; a size that it claims may be more than there is memory
_BROKEN = (sqlite3.Error, OverflowError, UnicodeDecodeError, MemoryError)

Pieces = Iterator[Sequence[Sequence[Any]]]


class Database(Protocol):
    """What reading a table needs. name : without user and password. kind : for people."""

    name: str
    kind: str

    def tables(self) -> list[str]: ...
    def has(self, table: str) -> bool: ...
    def key(self, table: str) -> list[str]: ...
    def select(self, table: str, key: Sequence[str]) -> str: ...
    def rows(self, statement: str) -> tuple[list[str], Pieces]: ...


def is_url(source: object) -> bool:
    """Whether a text is a URL and no path."""
    return isinstance(source, str) and _URL.match(source) is not None


def shown(source: object) -> str:
    """A source as it may be printed: of a URL only its kind, host and database."""
    text = str(source)
    if not is_url(text):
        return text
    kind = text.partition("://")[0].partition("+")[0]
    try:
        parts = urlsplit(text)
        host = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    except ValueError:
        return f"{kind}://…"
    return f"{kind}://{host}{parts.path}"


def one_select(query: str) -> str:
    """The query without a closing semicolon; raises `ConfigError` for anything but a single SELECT."""
    text = query.strip().rstrip(";").strip()
    bare = _LITERALS.sub(" ", text).strip()
    if not _READS.match(bare.lstrip("( \n\t")) or ";" in bare:
        raise ConfigError("must be a single SELECT", table="incidents", key="query")
    return text


@contextlib.contextmanager
def connected(source: Any) -> Iterator[Database]:
    """The database behind a path, bytes or a URL; every failure is an `UnreadableInputError`."""
    if is_url(source) and not str(source).lower().startswith("sqlite"):
        with _server(str(source)) as server:
            yield server
        return
    path = _sqlite_path(str(source)) if is_url(source) else source
    name = Path(path).name if isinstance(path, (str, os.PathLike)) else str(getattr(path, "name", "bytes"))
    connection = _opened(path, name)
    try:
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        yield _Sqlite(name, connection)
    except _BROKEN as error:
        raise UnreadableInputError(name, _first_line(error)) from None
    finally:
        connection.close()


def _sqlite_path(url: str) -> str:
    path = unquote(url.partition("://")[2].partition("?")[0].removeprefix("/"))
    if not path or path == ":memory:":
        raise UnreadableInputError("the database", "the URL names no file; write sqlite:///incidents.sqlite")
    return path


def _opened(source: Any, name: str) -> sqlite3.Connection:
    if isinstance(source, (str, os.PathLike)):
        if not Path(source).is_file():
            what = "it is a folder" if Path(source).is_dir() else "there is no such file"
            raise UnreadableInputError(source, what)
        try:
            return sqlite3.connect(f"file:{quote(os.fspath(Path(source).absolute()))}?mode=ro", uri=True)
        except sqlite3.Error as error:
            raise UnreadableInputError(name, _first_line(error)) from None
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(bytes(source.read() if hasattr(source, "read") else source))
    except (*_BROKEN, TypeError, ValueError) as error:
        connection.close()
        raise UnreadableInputError(name, _first_line(error)) from None
    return connection


class _Sqlite:
    kind = "SQLite"

    def __init__(self, name: str, connection: sqlite3.Connection) -> None:
        self.name, self._connection = name, connection

    def tables(self) -> list[str]:
        found = self._connection.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' "
            "ESCAPE '\\' ORDER BY name"
        )
        return [str(row[0]) for row in found]

    def has(self, table: str) -> bool:
        return table in self.tables()

    def key(self, table: str) -> list[str]:
        found = self._connection.execute(
            "SELECT name, pk FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,)
        )
        return [str(row[0]) for row in found]

    def select(self, table: str, key: Sequence[str]) -> str:
        return _select(_quoted(table), [_quoted(column) for column in key])

    def rows(self, statement: str) -> tuple[list[str], Pieces]:
        cursor = self._connection.execute(statement)
        columns = [str(column[0]) for column in cursor.description or ()]
        return columns, iter(lambda: cursor.fetchmany(_PIECE), [])


@contextlib.contextmanager
def _server(url: str) -> Iterator[Database]:
    name = shown(url)
    try:
        import sqlalchemy
        from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError
        from sqlalchemy.pool import NullPool
    except ImportError:
        what = "databases need SQLAlchemy and a driver; pip install 'sitrend[sql]'"
        raise UnreadableInputError(name, what) from None
    try:
        address = sqlalchemy.make_url(url)
        if address.drivername in ("postgresql", "postgres"):
            address = address.set(drivername="postgresql+psycopg")
        patience = _PATIENCE if address.get_driver_name() == "psycopg" else {}
        engine = sqlalchemy.create_engine(
            address, poolclass=NullPool, hide_parameters=True,
            connect_args={key: value for key, value in patience.items() if key not in address.query},
        )  # fmt: skip
        postgres = engine.dialect.name == "postgresql"
        with engine.connect() as connection:
            if postgres:
                connection = connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            try:
                yield _Server(name, connection)
            finally:
                connection.rollback()
    except SitrendError:
        raise
    except NoSuchModuleError:
        raise UnreadableInputError(name, "SQLAlchemy has no driver of this name installed") from None
    except ImportError as error:
        raise UnreadableInputError(name, f"its driver is not installed ({_first_line(error)})") from None
    except (SQLAlchemyError, OSError, ValueError, OverflowError) as error:
        raise UnreadableInputError(name, _without_secret(_first_line(error), url)) from None


class _Server:
    def __init__(self, name: str, connection: Any) -> None:
        import sqlalchemy

        self.name, self._connection = name, connection
        self.kind = str(connection.dialect.name)
        self._inspector = sqlalchemy.inspect(connection)
        self._quote = connection.dialect.identifier_preparer.quote_identifier

    def tables(self) -> list[str]:
        return sorted(self._relations(None))

    def _relations(self, schema: str | None) -> set[str]:
        found = {*self._inspector.get_table_names(schema), *self._inspector.get_view_names(schema)}
        with contextlib.suppress(NotImplementedError):
            found |= set(self._inspector.get_materialized_view_names(schema))
        return found

    def _split(self, table: str) -> tuple[str | None, str]:
        schema, dot, name = table.partition(".")
        return (schema, name) if dot and table not in self._relations(None) else (None, table)

    def has(self, table: str) -> bool:
        schema, name = self._split(table)
        known = schema is None or schema in self._inspector.get_schema_names()
        return known and name in self._relations(schema)

    def key(self, table: str) -> list[str]:
        schema, name = self._split(table)
        if name not in self._inspector.get_table_names(schema):  # views have none
            return []
        return list(self._inspector.get_pk_constraint(name, schema)["constrained_columns"])

    def select(self, table: str, key: Sequence[str]) -> str:
        parts = [part for part in self._split(table) if part is not None]
        return _select(".".join(self._quote(part) for part in parts), [self._quote(column) for column in key])

    def rows(self, statement: str) -> tuple[list[str], Pieces]:
        streaming = self._connection.execution_options(
            stream_results=True, max_row_buffer=_PIECE, no_parameters=True
        )
        result = streaming.exec_driver_sql(statement)
        columns = result.keys()
        return list(map(str, columns)), (list(piece) for piece in result.partitions(_PIECE))


def _select(table: str, key: Sequence[str]) -> str:
    return f"SELECT * FROM {table}" + (f" ORDER BY {', '.join(key)}" if key else "")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _first_line(error: BaseException) -> str:
    """The first line of what the driver says."""
    text = str(getattr(error, "orig", None) or error).strip()
    line = " ".join(text.splitlines()[0].split()) if text else type(error).__name__
    return line.rstrip(". ")[:300]


def _without_secret(text: str, url: str) -> str:
    user = url.partition("://")[2].rpartition("@")[0]
    secret = user.partition(":")[2]
    for word in {secret, unquote(secret)} - {""}:
        text = text.replace(word, "***")
    return text
