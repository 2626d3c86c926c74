"""JSON: a list of records, an object that holds one such list, or one record per line."""

import json as stdlib_json
from typing import Any

import numpy as np
import pandas as pd

from ..errors import UnreadableInputError
from ._source import claims, load
from ._table import BadLine, RawTable

EXTENSIONS = (".json", ".jsonl", ".ndjson")
OPTIONS = ()


def read(source: Any) -> RawTable:
    """Records; a missing key is an empty cell; a broken line of JSON lines goes to ``bad``.

    Raises `UnreadableInputError`.
    """
    from .csv import decoded

    opened = load(source, unpack=True)
    claims(opened)
    text, encoding = decoded(opened.name, opened.data)
    records, lines, bad, kind = _records(text, opened.name)
    if not records:
        raise UnreadableInputError(opened.name, "it holds no records")
    keys = list(dict.fromkeys(key for record in records for key in record))
    frame = pd.DataFrame(
        {key: pd.Series([_cell(record.get(key)) for record in records], dtype=object) for key in keys}
    )
    return RawTable(
        frame=frame, lines=np.array(lines, dtype=np.int64), name=opened.name, format="json",
        sha256=opened.sha256, size=opened.size, bad=tuple(bad),
        detected=(*opened.detected, f"encoding {encoding}", kind),
    )  # fmt: skip


def _records(text: str, name: str) -> tuple[list[dict[str, Any]], list[int], list[BadLine], str]:
    try:
        body = stdlib_json.loads(text)
    except (ValueError, RecursionError):
        return _json_lines(text, name)
    if isinstance(body, dict):
        lists = [v for v in body.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
        body = lists[0] if len(lists) == 1 else [body] if not lists else None
    if not isinstance(body, list) or not all(isinstance(record, dict) for record in body):
        raise UnreadableInputError(name, "it is not a list of records")
    return body, list(range(1, len(body) + 1)), [], "a list of records"


def _json_lines(text: str, name: str) -> tuple[list[dict[str, Any]], list[int], list[BadLine], str]:
    records: list[dict[str, Any]] = []
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
            records.append(record)
            lines.append(number)
        else:
            bad.append(
                BadLine(line=number, text=line[:200], reason="not a JSON record", mend="mend the line")
            )
    if not records:
        raise UnreadableInputError(name, "it is neither JSON nor one record per line")
    return records, lines, bad, "one record per line"


def _cell(value: Any) -> Any:
    return stdlib_json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value
