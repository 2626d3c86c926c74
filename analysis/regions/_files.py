"""Vocabularies from TOML and CSV files; every fault is one sentence that names file and line or region."""

import csv
import io
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from ..errors import UnreadableInputError
from ._text import code_key
from ._vocabulary import Composite, Region, Vocabulary

__all__ = ["read_csv", "read_toml", "read_vocabulary"]

_R = TypeVar("_R", bound=Region)
_RESERVED = frozenset({"total", "unallocated"})
_TABLES = ("vocabulary", "parents", "never", "region", "composite")
_HEAD = ("title", "country", "country_names")
_COLUMNS = tuple(field.name for field in fields(Region))


def read_vocabulary(path: Path) -> Vocabulary:
    """A vocabulary file, by its suffix: ``.toml`` or ``.csv``."""
    if path.suffix.lower() == ".toml":
        return read_toml(path)
    if path.suffix.lower() == ".csv":
        return read_csv(path)
    raise UnreadableInputError(path, "a region vocabulary is a .toml or a .csv file")


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnreadableInputError(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UnreadableInputError(path, f"line {line} is not UTF-8") from error
    except ValueError as error:  # a zero byte in the path
        raise UnreadableInputError(repr(str(path)), str(error)) from error


def read_toml(path: Path) -> Vocabulary:
    """A vocabulary in the form of the files beside this module: ``[[region]]`` tables with code and name."""
    try:
        data = tomllib.loads(_text_of(path))
    except ValueError as error:  # TOMLDecodeError, and numbers too long to read
        raise UnreadableInputError(path, f"not valid TOML: {error}") from error
    check = _Check(path)
    check.keys(data, _TABLES, "the file")
    head = check.table(data, "vocabulary")
    check.keys(head, _HEAD, "[vocabulary]")
    regions = [check.region(Region, row, i, "region") for i, row in enumerate(check.rows(data, "region"), 1)]
    composites = [
        check.region(Composite, row, i, "composite") for i, row in enumerate(check.rows(data, "composite"), 1)
    ]
    return check.whole(
        Vocabulary(
            title=check.text(head, "title", "[vocabulary]") or path.stem,
            country=check.text(head, "country", "[vocabulary]").upper(),
            country_names=check.texts(head, "country_names", "[vocabulary]"),
            regions=tuple(regions),
            composites=tuple(composites),
            parents=check.strings(data, "parents"),
            never=check.strings(data, "never"),
        )
    )


def read_csv(path: Path) -> Vocabulary:
    """A vocabulary with the columns ``code`` and ``name``, further fields of `Region` where wanted.

    Separated by commas, semicolons or tabs; several aliases in a cell are separated by ``|``. A parent
    is a name or a code; other columns are left alone.
    """
    text = _text_of(path)
    check = _Check(path)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [str(name).strip().lower() for name in reader.fieldnames or ()]
        reader.fieldnames = columns
        if not {"code", "name"} <= set(columns):
            raise UnreadableInputError(
                path, f"line 1 has no columns code and name but {', '.join(columns)!r}"
            )
        regions = [_csv_region(row, reader.line_num, check) for row in reader]
    except csv.Error as error:
        raise UnreadableInputError(path, f"line {reader.line_num}: {error}") from error
    parents = {region.parent: region.parent for region in regions if region.parent}
    return check.whole(Vocabulary(title=path.stem, regions=tuple(regions), parents=parents))


def _csv_region(row: Mapping[str, Any], line: int, check: "_Check") -> Region:
    cells = {key: (row[key] or "").strip() for key in _COLUMNS if key in row}
    values: dict[str, Any] = {key: cell for key, cell in cells.items() if cell}
    if "aliases" in values:
        values["aliases"] = [alias.strip() for alias in values["aliases"].split("|") if alias.strip()]
    for key in ("tile_row", "tile_col"):
        if key in values:
            try:
                values[key] = int(values[key])
            except ValueError:
                check.fail(f"line {line}: {key} is {values[key]!r}, not a whole number")
    return check.region(Region, values, line, "line")


class _Check:
    """The checks of one file; each raises `UnreadableInputError` with the place."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fail(self, reason: str) -> NoReturn:
        raise UnreadableInputError(self.path, reason)

    def keys(self, table: Mapping[str, Any], valid: Sequence[str], where: str) -> None:
        for key in table:
            if key not in valid:
                near = get_close_matches(key, valid, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(valid)}"
                self.fail(f"{where} has the unknown key {key!r}{hint}")

    def table(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = data.get(key, {})
        if not isinstance(value, dict):
            self.fail(f"{key} is not a table")
        return value

    def rows(self, data: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
        value = data.get(key, [])
        if not (isinstance(value, list) and all(isinstance(row, dict) for row in value)):
            self.fail(f"{key} is not an array of tables, [[{key}]]")
        return value

    def text(self, table: Mapping[str, Any], key: str, where: str) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            self.fail(f"{where}: {key} is {value!r}, not a text")
        return str(value).strip()

    def texts(self, table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not (isinstance(value, list) and all(isinstance(part, str) for part in value)):
            self.fail(f"{where}: {key} is not a list of texts")
        return tuple(value)

    def strings(self, data: Mapping[str, Any], key: str) -> dict[str, str]:
        table = self.table(data, key)
        return {name: self.text(table, name, f"[{key}]") for name in table}

    def number(self, table: Mapping[str, Any], key: str, where: str) -> int | None:
        value = table.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            self.fail(f"{where}: {key} is {value!r}, not a whole number")
        return value

    def region(self, cls: type[_R], table: Mapping[str, Any], place: int, what: str) -> _R:
        where = f"{what} {place}"
        self.keys(table, tuple(field.name for field in fields(cls)), where)
        values: dict[str, Any] = {}
        for key in table:
            if key in ("aliases", "members"):
                values[key] = self.texts(table, key, where)
            elif key in ("tile_row", "tile_col"):
                values[key] = self.number(table, key, where)
            else:
                values[key] = self.text(table, key, where)
        for key in ("code", "name"):
            if not values.get(key):
                self.fail(f"{where} has no {key}")
        if ("tile_row" in values) != ("tile_col" in values):
            self.fail(f"{where} ({values['code']}) has only one of tile_row and tile_col")
        signs = "|;," if cls is Composite else "|;,+"
        if values["code"].lower() in _RESERVED or any(sign in values["code"] for sign in signs):
            self.fail(f"{where}: the code {values['code']!r} is reserved or contains one of {signs}")
        return cls(**values)

    def whole(self, vocabulary: Vocabulary) -> Vocabulary:
        if not vocabulary.regions:
            self.fail("it lists no region")
        self._once(region.code for region in (*vocabulary.regions, *vocabulary.composites))
        tiles = Counter((r.tile_row, r.tile_col) for r in vocabulary.regions if r.tile_row is not None)
        for (row, column), regions in tiles.items():
            if regions > 1:
                self.fail(f"{regions} regions have the tile in row {row}, column {column}")
        codes = {region.code for region in vocabulary.regions}
        for composite in vocabulary.composites:
            if len(composite.members) < 2 or not codes.issuperset(composite.members):
                self.fail(
                    f"composite {composite.code} needs at least two members that are regions of the file"
                )
        return vocabulary

    def _once(self, codes: Iterable[str]) -> None:
        seen: set[str] = set()
        for code in codes:
            if code_key(code) in seen:
                self.fail(f"the code {code!r} is listed twice")
            seen.add(code_key(code))
