"""The text of a settings file, made from the functions whose keyword arguments are its keys."""

import inspect
import json
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["settings_text"]

WIDTH = 100
HEAD = """\
# Settings of sitrend. One table per stage; the keys are the keyword arguments of that stage's function.
# A line with "# key = value" shows the default: remove the "# " to change it. Everything may be left out.
"""
# Filled in by the pipeline, or tables of their own.
SUPPLIED = {"week", "previous"}
TABLES = {"columns", "units", "where"}
NOTES = {
    "week": "the seven days of a report",
    "columns": 'field = "column of the table", e.g. date = "Date of event"',
    "units": 'event type = "unit", where a row counts something of its own, e.g. uav_downed = "drones"',
    "where": 'column = "value": only rows with that value are read',
}
_INNER = re.compile(r"(?<=[.;]) (?=[a-z_]\w* : )")  # a second entry on the same line
_ENTRY = re.compile(r"^([a-z_][\w, ]*?) : (.*)$")


def settings_text(
    stages: Mapping[str, Callable[..., Any]],
    *,
    columns: Mapping[str, Sequence[str]] | None = None,
    unused: Sequence[str] = (),
    incidents: Mapping[str, str] | None = None,
) -> str:
    """A commented ``sitrend.toml``.

    stages : table -> function, as for `analysis.config.read_config`.
    columns : field -> columns of the user's table, written as settings. unused : its other columns, named.
    incidents : keys of that table to write as settings, e.g. regions.
    """
    parts = [HEAD]
    for table, stage in stages.items():
        parts.append(_table(table, stage, (incidents or {}) if table == "incidents" else {}))
        if table == "incidents":
            parts += _subtables(stage, columns or {}, unused)
    return "\n".join(parts)


def _table(table: str, stage: Callable[..., Any], given: Mapping[str, Any]) -> str:
    lines = [*_comment(NOTES.get(table) or f"{_public_name(stage)}: {_first_line(stage)}"), f"[{table}]"]
    told = _descriptions(inspect.getdoc(stage) or "")
    for name, parameter in inspect.signature(stage).parameters.items():
        if parameter.kind is not parameter.KEYWORD_ONLY or name in SUPPLIED | TABLES:
            continue
        lines += _comment(told.get(name, ""), indent="#   ")
        lines.append(
            f"{name} = {_toml(given[name])}" if name in given else f"# {name} = {_toml(parameter.default)}"
        )
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _public_name(stage: Callable[..., Any]) -> str:
    package, _, module = stage.__module__.partition(".")
    return f"{package}.{module}.{stage.__name__}" if "models" in module else f"{package}.{stage.__name__}"


def _subtables(
    stage: Callable[..., Any], columns: Mapping[str, Sequence[str]], unused: Sequence[str]
) -> list[str]:
    found = []
    for name in inspect.signature(stage).parameters:
        if name not in TABLES:
            continue
        active = name == "columns" and bool(columns)
        lines = [f"# {NOTES[name]}", f"{'' if active else '# '}[incidents.{name}]"]
        if active:
            lines += [
                f"{field} = {_toml(names[0] if len(names) == 1 else names)}"
                for field, names in columns.items()
            ]
        if name == "columns" and unused:
            lines += _comment(f"not used: {', '.join(map(str, unused))}")
        found.append("\n".join(lines) + "\n")
    return found


def _first_line(stage: Callable[..., Any]) -> str:
    return (inspect.getdoc(stage) or "").partition("\n")[0]


def _descriptions(text: str) -> dict[str, str]:
    """Argument -> its description, from entries such as ``week : the week``."""
    told: dict[str, str] = {}
    current: list[str] = []
    for line in _INNER.sub("\n", text).splitlines():
        entry = _ENTRY.match(line)
        if entry:
            current = [name.strip() for name in entry[1].split(",")]
            told |= dict.fromkeys(current, entry[2])
        elif line.startswith("    ") and current:
            told |= {name: f"{told[name]} {line.strip()}" for name in current}
        else:
            current = []
    return told


def _comment(text: str, indent: str = "# ") -> list[str]:
    text = " ".join(text.replace("``", "").split())
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _toml(value: Any) -> str:
    """A default as TOML; what TOML cannot say (None) is left open."""
    if value is None or value is inspect.Parameter.empty:
        return ""
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, (bool, int, float, str)):
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(str(value), ensure_ascii=False)
