"""What a report says, as plain text: no pictures, no pages."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from analysis import Findings
from reports.content import Bullets, Context, Figure, Heading, KeyFigures, Paragraph, Section, Table
from reports.facts import FactTable
from reports.figures import Drawing
from reports.prose import main_points
from reports.sections import build_sections
from reports.theme import Theme

SECTIONS = (
    "masthead", "key_figures", "changed_since", "epicurve", "signals", "level_changes", "robustness",
    "by_type", "data_quality",
)  # fmt: skip
DRAWN = ("epicurve.epicurve", "level_changes.level_changes", "map.tile_map", "revisions.growth_curve")
THEME = Theme()


@dataclass(frozen=True)
class Said:
    """headline : the main points. sentences : (section, text) of every other running text.

    figures : (number, label, note) of the key figures. tables : name -> (columns, rows of cells, note).
    """

    headline: tuple[str, ...]
    sentences: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str, str], ...]
    tables: dict[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...], str]]

    def texts(self) -> Iterator[str]:
        """All running text."""
        yield from self.headline
        yield from (text for _, text in self.sentences)
        yield from (note for _, _, note in self.figures)
        yield from (note for _, _, note in self.tables.values())

    def of(self, section: str) -> list[str]:
        """The running text of one section."""
        return [text for name, text in self.sentences if name == section]


def said_by(findings: Findings, since: Any = None, *, table: bool = True) -> Said:
    """Main points and the text of the sections; ``table``: also that of the regions, which takes longest."""
    assert findings.panel is not None
    context = Context(
        findings=findings, panel=findings.panel, week=findings.week, facts=FactTable(), theme=THEME,
        title="Reported incidents by region", options={}, since=since,
    )  # fmt: skip
    with _undrawn():
        headline = tuple(_plain(point) for point in main_points(context))
        sections = list(build_sections(context, (*SECTIONS, *(["region_table"] if table else []))))
    sentences = tuple((s.id, text) for s in sections for text in _running(s))
    figures = tuple(
        (f.fact.text, f.label, _plain(f.note))
        for s in sections for b in s.blocks if isinstance(b, KeyFigures) for f in b.items
    )  # fmt: skip
    tables = {b.name: _table(b) for s in sections for b in s.blocks if isinstance(b, Table)}
    return Said(headline, sentences, figures, tables)


def _plain(text: Any) -> str:
    return "".join(part if isinstance(part, str) else part.text for part in text)


def _running(section: Section) -> Iterator[str]:
    for block in section.blocks:
        if isinstance(block, Paragraph):
            yield _plain(block.text)
        elif isinstance(block, Bullets):
            yield from (_plain(item) for item in block.items)
        elif isinstance(block, Figure):
            yield block.alt
        else:
            assert not isinstance(block, Heading)


def _table(table: Table) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], str]:
    rows = tuple(tuple(_plain(cell.text) for cell in row.cells) for row in table.rows)
    return tuple(column.key for column in table.columns), rows, _plain(table.note).strip()


@contextmanager
def _undrawn() -> Iterator[None]:
    """Figures without ink: their words are made by the sections."""
    drawing = Drawing(svg="", alt="Bars of every day.")
    with ExitStack() as stack:
        for name in DRAWN:
            stack.enter_context(patch(f"reports.sections.{name}", lambda *_, **__: drawing))
        yield
