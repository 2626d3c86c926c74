"""JSON: a list of records, an object that holds one such list, or one record per line."""

import json as stdlib_json
from typing import Any

import numpy as np
import pandas as pd

from ..errors import UnreadableInputError
from ._limits import check_columns, without_long_cells
from ._source import claims, load
from ._table import BadLine, RawTable, unique_names

EXTENSIONS = (".json", ".jsonl", ".ndjson")
OPTIONS = ("table",)

Record = dict[str, Any]


def read(source: Any, *, table: str | None = None) -> RawTable:
    """Records; a missing key is an empty cell; a broken line of JSON lines goes to ``bad``.

    Records inside a record are laid flat by one level: ``{"place": {"code": "FR-75"}}`` gives the column
    ``place.code``. Lists and what lies deeper stay as JSON text. A FeatureCollection is read as GeoJSON.
    table : the file to read in a zip archive that holds several.
    Raises `UnreadableInputError`.
    """
    from .csv import decoded

    opened = load(source, unpack=True, member=table)
    claims(opened)
    text, encoding = decoded(opened.name, opened.data)
    records, lines, bad, kind = _records(text, opened.name)
    if not records:
        raise UnreadableInputError(opened.name, "it holds no records")
    found = RawTable(
        frame=_framed(opened.name, records), lines=np.array(lines, dtype=np.int64), name=opened.name,
        format="json", sha256=opened.sha256, size=opened.size, bad=tuple(bad),
        detected=(*opened.detected, f"encoding {encoding}", kind),
    )  # fmt: skip
    return without_long_cells(found)


def _framed(name: str, records: list[Record]) -> pd.DataFrame:
    """The table; text such as ``\\ud800``, half a character, is no text and becomes ``?``."""
    flat = [_flat(record) for record in records]
    keys: dict[str, None] = {}
    for record in flat:
        keys.update(dict.fromkeys(record))
        check_columns(name, len(keys))
    names = unique_names([_sound(key) for key in keys])
    return pd.DataFrame(
        {
            name: pd.Series([_cell(record.get(key)) for record in flat], dtype=object)
            for name, key in zip(names, keys, strict=True)
        }
    )


def _sound(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _flat(record: Record) -> Record:
    """The record with the records inside it laid beside its own keys; an own key of that name wins."""
    if not any(isinstance(value, dict) for value in record.values()):
        return record
    flat: Record = {}
    for key, value in record.items():
        if isinstance(value, dict) and value:
            flat |= {
                f"{key}.{inner}": cell for inner, cell in value.items() if f"{key}.{inner}" not in record
            }
        else:
            flat[key] = value
    return flat


def _records(text: str, name: str) -> tuple[list[Record], list[int], list[BadLine], str]:
    try:
        body = stdlib_json.loads(text)
    except (ValueError, RecursionError):
        return _json_lines(text, name)
    kind = "a list of records"
    if isinstance(body, dict):
        if body.get("type") == "FeatureCollection":
            return *_features(body, name), "GeoJSON: properties and points"
        lists = [v for v in body.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
        body = lists[0] if len(lists) == 1 else [body] if not lists else None
    if not isinstance(body, list) or not all(isinstance(record, dict) for record in body):
        raise UnreadableInputError(name, "it is not a list of records")
    return body, list(range(1, len(body) + 1)), [], kind


def _features(body: Record, name: str) -> tuple[list[Record], list[int], list[BadLine]]:
    features = body.get("features")
    if not isinstance(features, list):
        raise UnreadableInputError(name, "it is a FeatureCollection without a list of features")
    records: list[Record] = []
    lines: list[int] = []
    bad: list[BadLine] = []
    for number, feature in enumerate(features, start=1):
        if isinstance(feature, dict) and isinstance(feature.get("properties") or {}, dict):
            records.append(_feature(feature))
            lines.append(number)
        else:
            text = stdlib_json.dumps(feature, ensure_ascii=False)[:200]
            bad.append(BadLine(line=number, text=text, reason="not a feature", mend="mend or remove it"))
    return records, lines, bad


def _feature(feature: Record) -> Record:
    """Properties, then what they do not say themselves: the id and the coordinates of a point."""
    record: Record = dict(feature.get("properties") or {})
    if "id" in feature and not isinstance(feature["id"], (dict, list)):
        record.setdefault("id", feature["id"])
    shape = feature.get("geometry")
    place = shape.get("coordinates") if isinstance(shape, dict) and shape.get("type") == "Point" else None
    if isinstance(place, list) and len(place) >= 2 and all(_is_number(value) for value in place[:2]):
        record.setdefault("longitude", place[0])
        record.setdefault("latitude", place[1])
    return record


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _json_lines(text: str, name: str) -> tuple[list[Record], list[int], list[BadLine], str]:
    records: list[Record] = []
    lines: list[int] = []
    bad: list[BadLine] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = stdlib_json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, dict):
            records.append(_feature(record) if record.get("type") == "Feature" else record)
            lines.append(number)
        else:
            bad.append(
                BadLine(line=number, text=line[:200], reason="not a JSON record", mend="mend the line")
            )
    if not records:
        raise UnreadableInputError(name, "it is neither JSON nor one record per line")
    return records, lines, bad, "one record per line"


def _cell(value: Any) -> Any:
    if isinstance(value, (dict, list)):
        value = stdlib_json.dumps(value, ensure_ascii=False)
    return _sound(value) if isinstance(value, str) else value
