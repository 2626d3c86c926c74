"""How records look in a terminal and in Jupyter; no numbers are made here."""

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .estimates import Amount, Estimate
from .numbers import count_text, p_text, ratio_text

if TYPE_CHECKING:
    import pandas as pd

    from .findings import Findings
    from .panel import Panel

__all__ = ["findings_html", "records_frame", "table_html", "told_frame"]

MOST_ROWS = 30


def _flat(record: Any) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for f in dataclasses.fields(record):
        value = getattr(record, f.name)
        if isinstance(value, Estimate):
            row |= {f.name: value.value, f"{f.name}_low": value.low, f"{f.name}_high": value.high}
        elif isinstance(value, Amount):
            row |= {f.name: value.figure, f"{f.name}_low": value.low, f"{f.name}_high": value.high}
        elif isinstance(value, tuple):
            row |= {f"{f.name}_{i + 1}": part for i, part in enumerate(value)}
        else:
            row[f.name] = value
    return row


def records_frame(cls: type[Any] | None, records: Iterable[Any]) -> "pd.DataFrame":
    """One row per record; the columns exist even where there is no record."""
    import pandas as pd

    rows = [_flat(record) for record in records]
    names = [f.name for f in dataclasses.fields(cls)] if cls else []
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=names)


def table_html(frame: "pd.DataFrame", caption: str, most: int = MOST_ROWS) -> str:
    """An escaped HTML table of at most ``most`` rows, with a caption that says when rows are left out.

    Numbers are written as in the report, words stand left, and a table wider than the page scrolls.
    """
    from html import escape

    more = f" (first {most} of {len(frame):,d})" if len(frame) > most else ""
    shown = frame.head(most)
    words = [not _numeric(shown[name]) for name in shown]
    heads = [str(name).replace("_", " ") for name in shown]
    rows = [
        [_text(value, str(name)) for name, value in zip(shown, record, strict=True)]
        for record in shown.itertuples(index=False, name=None)
    ]
    body = "".join(f"<tr>{_cells('td', row, words)}</tr>" for row in rows)
    table = f"<table><thead><tr>{_cells('th', heads, words)}</tr></thead><tbody>{body}</tbody></table>"
    return f'{_LOOK}<div class="sitrend"><p><b>{escape(caption)}</b>{more}</p>{table}</div>'


_LONG = 60  # letters; a longer text runs over several lines
_LOOK = (
    "<style>.sitrend{overflow-x:auto}.sitrend.sitrend :is(th,td){white-space:nowrap;text-align:right}"
    ".sitrend.sitrend .w{text-align:left}.sitrend.sitrend .l{white-space:normal;min-width:20em}</style>"
)


def _cells(tag: str, texts: list[str], words: list[bool]) -> str:
    from html import escape

    out = []
    for text, left in zip(texts, words, strict=True):
        look = "w l" if left and len(text) > _LONG else "w" if left else ""
        kind = f' class="{look}"' if look else ""
        out.append(f"<{tag}{kind}>{escape(text)}</{tag}>")
    return "".join(out)


def _numeric(column: "pd.Series[Any]") -> bool:
    """Whether a column holds figures: numbers, amounts and estimates."""
    from numbers import Real

    known = [value for value in column if not _missing(value)]
    return bool(known) and all(
        isinstance(value, (Real, Amount, Estimate)) and not isinstance(value, bool) for value in known
    )


def _missing(value: object) -> bool:
    import pandas as pd

    return value is None or value is pd.NA or value is pd.NaT or value != value


def _text(value: Any, name: str) -> str:
    """A value as the report would print it; an em dash where there is none."""
    import numpy as np
    import pandas as pd

    if _missing(value):
        return "—"
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value == value.normalize() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, Estimate):
        return f"{ratio_text(value.value)} ({value.range_text})"
    if isinstance(value, (float, np.floating)):
        if name.endswith(("p_value", "q_value")):
            return p_text(float(value))
        if not np.isfinite(value):
            return "no bound"
        return count_text(float(value)) if float(value).is_integer() else ratio_text(float(value))
    if isinstance(value, (int, np.integer)):
        return count_text(int(value))
    return str(value)


def findings_html(findings: "Findings") -> str:
    """One table per kind of finding, the clearest or latest first; what was skipped is counted by reason."""
    from .findings import KINDS

    shown = []
    panel = findings.panel
    for kind in KINDS:
        records = findings.of(kind)
        caption = f"{kind.replace('_', ' ')}: week {findings.week}"
        if kind == "skipped" and records:
            shown.append(table_html(_skipped(records), caption))
            continue
        for is_parent, more in ((False, ""), (True, ", parents of these regions")):
            part = [record for record in records if getattr(record, "is_parent", False) is is_parent]
            if part:
                shown.append(table_html(told_frame(sorted(part, key=_clearest), panel), caption + more))
    return "".join(shown)


def told_frame(records: Iterable[Any], panel: "Panel | None" = None) -> "pd.DataFrame":
    """Records with their estimates in one cell each, and the name beside a region's code."""
    import pandas as pd

    rows = []
    for record in records:
        names = (f.name for f in dataclasses.fields(record) if f.name not in ("week", "is_parent"))
        row = {name: getattr(record, name) for name in names}
        if panel is not None and (record.region in panel.regions.index or record.region in panel.parents):
            row = {"region": record.region, "name": panel.name_of(record.region)} | row
        rows.append({key: _span(value) if isinstance(value, tuple) else value for key, value in row.items()})
    frame = pd.DataFrame(rows, dtype=object)
    first = [name for name in ("region", "name") if name in frame]
    return frame[[*first, *(name for name in frame if name not in first)]]


def _clearest(record: Any) -> tuple[Any, ...]:
    """The order of a table: the total, then small p-values; shifts of level by date, latest first."""
    if hasattr(record, "earliest"):
        return (-record.date.toordinal(), record.region)
    return (record.region != "total", getattr(record, "p_value", 0.0))


def _span(parts: tuple[Any, ...]) -> str:
    return (", " if all(isinstance(part, str) for part in parts) else " to ").join(map(str, parts))


def _skipped(records: tuple[Any, ...]) -> "pd.DataFrame":
    """How many regions each model left out, by reason."""
    from collections import Counter

    import pandas as pd

    numbers = Counter((record.model, record.reason) for record in records if not record.is_parent)
    return pd.DataFrame(
        [(model, reason, number) for (model, reason), number in numbers.most_common()],
        columns=["model", "reason", "regions"],
    )
