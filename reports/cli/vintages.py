"""Two vintages of one table, for ``sitrend check --against``: what was added, removed and changed."""

from typing import TYPE_CHECKING, Any

from reports.cli.terminal import table_text, wrapped

if TYPE_CHECKING:
    from analysis.snapshots import RowChanges

__all__ = ["vintage_plain", "vintage_text"]

MOST_COLUMNS = 12
MOST = 8  # examples of each kind; --json has all
_GROUPS = (
    ("redated", "another day"), ("relocated", "another region"), ("amounts", "other amounts"),
    ("other", "other columns"),
)  # fmt: skip


def changed_columns(changes: "RowChanges") -> dict[str, int]:
    """Column -> changed rows in which it differs, most first."""
    names = changes.changes["columns"].str.split().explode().dropna()
    counts = names[names != ""].value_counts()
    return {
        str(name): int(rows) for name, rows in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    }


def vintage_plain(changes: "RowChanges", source: str) -> dict[str, Any]:
    """Everything as plain values."""
    return {
        "against": source, "rows_before": changes.before, "rows_after": changes.after,
        "added": changes.count("added"), "removed": changes.count("removed"),
        "changed": changes.count("changed"), "unchanged": changes.unchanged,
        "changed_in": {name: changes.count(name) for name, _ in _GROUPS},
        "changed_columns": changed_columns(changes), "matched_by": dict(changes.matched_by),
        "columns_added": list(changes.columns_added), "columns_removed": list(changes.columns_removed),
        "rows": [
            {key: _plain(value) for key, value in row.items()} for row in changes.changes.to_dict("records")
        ],
    }  # fmt: skip


def vintage_text(changes: "RowChanges", source: str) -> str:
    """Counts, columns, and examples of each kind."""
    lines = [
        f"Against {source}: {changes.before:,d} rows then, {changes.after:,d} now",
        f"  matched  {sum(changes.matched_by.values()):,d} ({_matched(changes)})",
        f"  equal    {changes.unchanged:,d}",
        *(f"  {what.ljust(8)} {changes.count(what):,d}" for what in ("added", "removed", "changed")),
        *(f"    {text}: {changes.count(name):,d}" for name, text in _GROUPS if changes.count(name)),
    ]
    columns = changed_columns(changes)
    if columns:
        first = {name: columns[name] for name in _ranked(columns, changes)[:MOST_COLUMNS]}
        more = f" and {len(columns) - len(first)} more" if len(columns) > len(first) else ""
        told = ", ".join(f"{name} {rows:,d}" for name, rows in first.items())
        lines.append(wrapped(f"columns that differ, by rows: {told}{more}"))
    for what, names in (("only now", changes.columns_added), ("only then", changes.columns_removed)):
        if names:
            lines.append(wrapped(f"columns {what}, not compared: {', '.join(names)}"))
    examples = [_examples(changes, what) for what in ("changed", "removed", "added")]
    return "\n\n".join(["\n".join(lines), *(text for text in examples if text)])


def _ranked(columns: dict[str, int], changes: "RowChanges") -> list[str]:
    """Amounts, dates and regions first: they change what is counted."""
    telling = {str(c).removesuffix("_before") for c in changes.changes.columns if str(c).endswith("_before")}
    return sorted(columns, key=lambda name: (name not in telling, -columns[name], name))


def _matched(changes: "RowChanges") -> str:
    by = [f"{rows:,d} by {how.replace('_', ' ')}" for how, rows in changes.matched_by.items() if rows]
    return ", ".join(by) or "none"


def _examples(changes: "RowChanges", what: str) -> str:
    frame = changes.changes
    frame = frame[frame["change"] == what]
    if what == "changed":  # what changes a count comes first
        frame = frame.sort_values(["amounts", "redated", "relocated"], ascending=False, kind="stable")
    if frame.empty:
        return ""
    rows = [_row(record, what) for record in frame.head(MOST).to_dict("records")]
    head = ["row", "id", "day", "region", "what differs" if what == "changed" else "amounts"]
    more = f"\n  and {len(frame) - MOST:,d} more; --json has all" if len(frame) > MOST else ""
    return f"{what.capitalize()}\n{table_text(head, rows)}{more}"


def _row(record: dict[Any, Any], what: str) -> list[str]:
    side = "before" if what == "removed" else "after"
    line = _plain(record.get(f"row_{side}"))
    day = str(_plain(record.get(f"date_start_{side}")) or "")[:10]
    place = record.get(f"region_{side}") or record.get(f"region_reported_{side}")
    if what == "changed":
        names = sorted(str(record["columns"]).split(), key=lambda name: f"{name}_before" not in record)
        said = "; ".join(_difference(record, name) for name in names[:4])
    else:
        names = [str(k).removesuffix(f"_low_{side}") for k in record if str(k).endswith(f"_low_{side}")]
        said = ", ".join(f"{name} {_text(record[f'{name}_{side}'])}" for name in names)
    return [_text(line), _text(record.get("event_id")), day, _text(place), said[:60]]


def _difference(record: dict[Any, Any], name: str) -> str:
    before, after = record.get(f"{name}_before"), record.get(f"{name}_after")
    if before is None and after is None:
        return name
    cut = 10 if name.startswith("date") else 24
    return f"{name} {_text(before)[:cut]} → {_text(after)[:cut]}"


def _plain(value: Any) -> Any:
    """A cell as JSON has it; nothing for what is missing or has no bound."""
    import math

    import pandas as pd

    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, (bool, int, str)):
        return value
    return value.item() if hasattr(value, "item") else str(value)


def _text(value: Any) -> str:
    plain = _plain(value)
    if isinstance(plain, float) and plain == int(plain):
        plain = int(plain)
    return "–" if plain is None else str(plain)
