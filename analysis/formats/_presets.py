"""Publishers' tables: which columns they have and what these mean, one data file each in ``presets/``.

A preset holds nothing but data: the column sets it is recognised by (or HXL tags), field -> column, the
settings that the publisher's table asks for, and what a reader should know. To add one is to add its file.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import ConfigError

__all__ = ["Preset", "hxl_tags", "preset_names", "recognised"]

_FOLDER = Path(__file__).parent / "presets"
_TAG = re.compile(r"#[A-Za-z]\w*( *\+ *[A-Za-z]\w*)*")
Columns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Preset:
    """What is known of a publisher's tables, or, returned by `recognised`, of one of them.

    key : its file, and what ``format =`` names. name : for people.
    signatures : column sets; a table that has all of one, in any case, is this publisher's.
    columns : field -> columns, of which the first that is there counts. tags : field -> HXL patterns.
    values : field -> code -> what it means. timezone, where, units : settings of `read_incidents`, used
    where the caller sets none. notes : sentences for the ingest report.
    """

    key: str
    name: str
    signatures: tuple[frozenset[str], ...] = ()
    columns: Columns = field(default_factory=dict)
    tags: Columns = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    timezone: str | None = None
    where: Mapping[str, Any] | None = None
    units: Mapping[str, str] | None = None
    notes: tuple[str, ...] = ()


@cache
def preset_names() -> tuple[str, ...]:
    """Names of the presets: the data files of the folder."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def hxl_tags(frame: pd.DataFrame) -> tuple[dict[str, str], int]:
    """Column -> HXL tag, and the rows that tags take: 1 below the header, 0 in it or where there are none."""
    first = frame.iloc[0] if len(frame) else ()
    texts = [value.strip() if isinstance(value, str) else "" if pd.isna(value) else "?" for value in first]
    for cells, rows in ((texts, 1), ([str(column) for column in frame.columns], 0)):
        some = [cell for cell in cells if cell and not cell.startswith("Unnamed: ")]
        if some and all(_TAG.fullmatch(cell) for cell in some):
            return {str(c): tag for c, tag in zip(frame.columns, cells, strict=True) if tag in some}, rows
    return {}, 0


def recognised(
    columns: Sequence[str], tags: Mapping[str, str], *, declared: str | None = None
) -> Preset | None:
    """The preset of a table, with ``columns`` as they are called in it; None for any other table.

    tags : column -> HXL tag, empty without any.
    declared : the preset the caller named; it is used whatever columns there are, as long as some are.
    Raises `ConfigError` where nothing of a declared preset is in the table.
    """
    presets = [_load(key) for key in ((declared,) if declared else preset_names())]
    for preset in sorted(presets, key=lambda preset: not preset.signatures):  # whole column sets say more
        found = _placed(preset, columns) if preset.columns else _tagged(preset, tags)
        lower = {column.lower() for column in columns}
        fits = any(signature <= lower for signature in preset.signatures)
        if declared and not found:
            wanted = (
                ", ".join(sorted(preset.signatures[0])) if preset.signatures else "HXL tags such as #adm1"
            )
            raise ConfigError(
                f"the table has none of the columns of {preset.name} ({wanted})",
                table="incidents",
                key="format",
            )
        if found and (declared or fits or (not preset.signatures and _enough(found))):
            return Preset(
                key=preset.key, name=preset.name, columns=found, values=preset.values,
                timezone=preset.timezone, where=preset.where, units=preset.units, notes=preset.notes,
            )  # fmt: skip
    return None


@cache
def _load(key: str) -> Preset:
    body = tomllib.loads((_FOLDER / f"{key}.toml").read_text(encoding="utf-8"))
    return Preset(
        key=key, name=body["name"], signatures=tuple(map(frozenset, body.get("signatures", []))),
        columns=_several(body.get("columns", {})), tags=_several(body.get("tags", {})),
        values=body.get("values", {}), timezone=body.get("timezone"), where=body.get("where"),
        units=body.get("units"), notes=tuple(body.get("notes", ())),
    )  # fmt: skip


def _several(given: Mapping[str, str | Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {key: (value,) if isinstance(value, str) else tuple(value) for key, value in given.items()}


def _placed(preset: Preset, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Field -> the column of the table, with its capitals."""
    there = {column.lower(): column for column in reversed(columns)}
    placed: dict[str, tuple[str, ...]] = {}
    for name, options in preset.columns.items():
        found = next((there[option] for option in options if option in there), None)
        if found is not None:
            placed[name] = (found,)
    return placed


def _tagged(preset: Preset, tags: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Field -> the column with the nearest tag; no column serves two fields."""
    free = {column: _parts(tag) for column, tag in tags.items()}
    placed: dict[str, tuple[str, ...]] = {}
    for name, patterns in preset.tags.items():
        for pattern in patterns:
            fits = [column for column, tag in free.items() if _matches(pattern, *tag)]
            if fits:
                best = min(fits, key=lambda column: len(free[column][1]))
                placed[name] = (best,)
                del free[best]
                break
    return placed


def _parts(tag: str) -> tuple[str, frozenset[str]]:
    head, *attributes = "".join(tag.lower().split()).split("+")
    return head, frozenset(attributes)


def _matches(pattern: str, head: str, attributes: frozenset[str]) -> bool:
    """HXL tag patterns: "#adm1+name", "#date-year" (without that attribute), "#affected!" (nothing else)."""
    wanted, *unwanted = pattern.removesuffix("!").split("-")
    wanted_head, needed = _parts(wanted)
    if head != wanted_head or not needed <= attributes or attributes & set(unwanted):
        return False
    return not pattern.endswith("!") or attributes == needed


def _enough(found: Columns) -> bool:
    """Tags decide where they say when and where; else headings do."""
    return bool({"date", "date_start"} & set(found)) and bool({"region", "region_code"} & set(found))
