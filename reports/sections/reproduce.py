"""How to get the same numbers again."""

import pandas as pd

from ..content import Bullets, Code, Context, Link, Paragraph, Section, Text
from ..manifest import versions

__all__ = ["build"]


def build(context: Context, /) -> Section | None:
    """Input and its hash, state of the data, versions, files beside the report, how to cite."""
    items: list[Text] = [*_input(context), (f"Week: {context.week.name}.",)]
    if context.panel.as_of is not None:
        items.append((f"As of: {pd.Timestamp(context.panel.as_of).isoformat()}.",))
    used = ", ".join(f"{name} {number}" for name, number in versions().items() if number)
    items.append((f"Versions: {used}.",))
    links: Text = (
        "Beside this file: ", Link("report.json", "report.json"), " (every figure with its bounds), ",
        Link("tables", "tables/"), " (every table as CSV) and, once published, ",
        Link("manifest.json", "manifest.json"), " (settings and the hash of every file).",
    )  # fmt: skip
    items.append(links)
    cite = f"{context.title}, week {context.week.name}."
    blocks = (
        Bullets(items=tuple(items)), Paragraph(text=("Cite as:",), role="note"), Code(text=cite),
    )  # fmt: skip
    return Section(id="reproduce", title="Reproduce", blocks=blocks)


def _input(context: Context) -> list[Text]:
    incidents = context.panel.incidents
    if incidents is None:
        return [("Input: counts given as a table, without incidents behind them.",)]
    source = incidents.provenance
    return [(f"Input: {source.source}, SHA-256 {source.sha256}.",)]
