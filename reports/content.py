"""What a report is made of, before it is HTML, PDF or anything else.

Sections hold blocks; blocks hold text; text is a tuple of strings, facts, links and emphasis. Plain strings
come from us or from the incident table and are always escaped by the renderers; there is no markup in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import TYPE_CHECKING, Any, Literal

from .facts import Fact, FactTable

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings import Findings
    from analysis.panel import Panel
    from analysis.weeks import Week

    from .since import Since
    from .theme import Theme

__all__ = [
    "Block",
    "Bullets",
    "Cell",
    "Code",
    "Column",
    "Context",
    "Figure",
    "Heading",
    "KeyFigure",
    "KeyFigures",
    "Link",
    "Paragraph",
    "Row",
    "Section",
    "Spark",
    "Strong",
    "Table",
    "Text",
    "enumerated",
    "say",
    "spaced",
]


@dataclass(frozen=True, slots=True)
class Link:
    """A link; only http, https, relative files and anchors are rendered as links."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that carry the sentence."""

    text: str


Inline = str | Fact | Link | Strong
Text = tuple[Inline, ...]


def say(template: str, /, **parts: Any) -> Text:
    """Text from a template: ``say("{n} incidents in {where}", n=fact, where="Kursk")``.

    Facts, links and emphasis keep their identity; tuples (other text) are spliced in; the rest becomes str.
    Raises KeyError when a part is missing.
    """
    out: list[Inline] = []
    for literal, name, _, _ in Formatter().parse(template):
        if literal:
            out.append(literal)
        if name is not None:
            part = parts[name]
            if isinstance(part, tuple):
                out.extend(part)
            else:
                out.append(part if isinstance(part, (Fact, Link, Strong)) else str(part))
    return tuple(out)


def enumerated(items: Sequence[Text], *, between: str = ", ") -> Text:
    """Texts as a list in words; ``between`` is a semicolon where the items hold commas themselves."""
    out: Text = ()
    for i, item in enumerate(items):
        glue = "" if i == 0 else " and " if i == len(items) - 1 else between
        out = (*out, glue, *item) if glue else (*out, *item)
    return out


def spaced(sentences: Sequence[Text]) -> Text:
    """Sentences one after the other."""
    return tuple(part for i, one in enumerate(sentences) for part in ((" ", *one) if i else one))


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """role: "body", "lead" (the first words under a heading), "note" (small print), "warning"."""

    text: Text
    role: Literal["body", "lead", "note", "warning"] = "body"


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """A heading inside a section, e.g. of one region's page; ``anchor`` makes it a link's target."""

    text: str
    anchor: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bullets:
    """A list of sentences."""

    items: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyFigure:
    """One big number with its label and, in small print, its comparator."""

    fact: Fact
    label: str
    note: Text = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyFigures:
    """A row of big numbers."""

    items: tuple[KeyFigure, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Spark:
    """A sparkline: values oldest first (None = not observed); drawn by a template macro.

    points : one SVG ``points`` attribute per unbroken run, in a box of width x height.
    last : x, y of the last value's dot; None where it is not observed.
    alt : what it shows, in words.
    """

    points: tuple[str, ...]
    last: tuple[float, float] | None
    alt: str
    width: int = 90
    height: int = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A table column: key in the CSV, label on the page; ``hint`` explains it in small print or a tooltip."""

    key: str
    label: str
    align: Literal["left", "right", "center"] = "right"
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A table cell; ``sort`` orders it in the browser, ``tone`` may underline what the words already say."""

    text: Text
    sort: float | str | None = None
    spark: Spark | None = None
    tone: Literal["", "up", "down", "muted"] = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A table row; the first cell is its header. "group" heads the rows below it, "total" adds them up."""

    cells: tuple[Cell, ...]
    role: Literal["", "group", "total"] = ""
    anchor: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table with a caption, and the frame written to ``tables/<name>.csv``."""

    name: str
    caption: Text
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    data: "pd.DataFrame | None" = None
    note: Text = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A picture as SVG in the theme's light colours.

    alt : the finding in words, never only "chart of".
    width : "full" or "half" of the text width.
    """

    name: str
    title: Text
    alt: str
    svg: str
    caption: Text = ()
    width: Literal["full", "half"] = "full"


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """Text to be copied exactly: a command, a hash, a settings file."""

    text: str


Block = Heading | Paragraph | Bullets | KeyFigures | Table | Figure | Code


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One section: ``id`` is its file name under ``sections/``, its anchor and its template block."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a section may look at.

    findings, panel, week : the analysis; ``panel`` ends with the week's last day.
    facts : where every printed number is put.
    theme : colours, fonts, page.
    title : of the report. notice : a line for every page, e.g. "Simulated data", or "".
    options : the settings the report was made with, by config table.
    since : what changed since the last issue; None where there is none.
    printed : what the issues so far printed of each past week, as `analysis.revisions.issue_triangle`.
    """

    findings: "Findings"
    panel: "Panel"
    week: "Week"
    facts: FactTable
    theme: "Theme"
    title: str
    notice: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    since: "Since | None" = None
    printed: "pd.DataFrame | None" = None
