"""How records look in a terminal and in Jupyter; no numbers are made here."""

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .estimates import Amount, Estimate

if TYPE_CHECKING:
    import pandas as pd

    from .findings import Findings

__all__ = ["findings_html", "records_frame", "table_html"]

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
    """An escaped HTML table of at most ``most`` rows, with a caption that says when rows are left out."""
    from html import escape

    more = f" (first {most} of {len(frame):,d})" if len(frame) > most else ""
    shown = frame.head(most).to_html(
        index=False, escape=True, border=0, na_rep="—", float_format="{:,.3g}".format
    )
    return f"<div><p><b>{escape(caption)}</b>{more}</p>{shown}</div>"


def findings_html(findings: "Findings") -> str:
    """One table per kind of finding."""
    from .findings import KINDS

    return "".join(
        table_html(findings.frame(kind), f"{kind.replace('_', ' ')}: week {findings.week}")
        for kind in KINDS
        if findings.of(kind)
    )
