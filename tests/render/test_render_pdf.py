"""The PDF: tagged, complete, the same bytes every time, and never a silent gap."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import escape
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from analysis.errors import RenderError
from reports.columns import column_widths
from reports.content import (
    Bullets,
    Cell,
    Code,
    Column,
    Figure,
    Heading,
    KeyFigures,
    Link,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
)
from reports.document import Document
from reports.fonts import coverage, font_files, printable
from reports.pdf import render_pdf
from reports.pdf_data import break_runs
from reports.theme import Theme
from reports.tree import parse_body

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><text x="1" y="20">{}</text></svg>'
HOSTILE = (
    "<script>", '"]}#', '#import "@preview/x:1.0.0": *', "]]>", "\u202eabc", "*bold* _x_ $1$ @ref `raw`",
    "\\", "//", "x" * 4000, "\U0001f681 drone", "Нижегородская область", "a\x00b", "مرحبا", "漢字",
    "\u0301", "e\u0301", "\u200b",
)  # fmt: skip


def only(document: Document, *blocks: object, **changes: object) -> Document:
    section = Section(id="signals", title="Signals", blocks=blocks)  # type: ignore[arg-type]
    return replace(document, sections=(section,), **changes)  # type: ignore[arg-type]


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(data))


def elements(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Every element of the structure tree."""
    stack = [pdf.Root.StructTreeRoot.K]
    while stack:
        node = stack.pop()
        if isinstance(node, pikepdf.Array):
            stack.extend(reversed(list(node)))  # type: ignore[call-overload]
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield node
            if "/K" in node:
                stack.append(node.K)


def bookmarks(pdf: pikepdf.Pdf) -> list[str]:
    with pdf.open_outline() as outline:
        return [item.title for item in outline.root]


@pytest.fixture(scope="module")
def whole(sample: Document) -> bytes:
    return render_pdf(sample)


def test_the_same_report_gives_the_same_bytes(whole: bytes, sample: Document) -> None:
    assert render_pdf(sample) == whole


def test_the_pdf_says_what_it_is(whole: bytes, sample: Document) -> None:
    with opened(whole) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert bool(pdf.Root.MarkInfo.Marked)
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == sample.title
            assert metadata.pdfa_status == "2A"
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["xmp:CreateDate"].startswith(sample.edition.last_day.isoformat())
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert len(pdf.pages) >= 5


def test_sections_are_bookmarks_in_order(whole: bytes, sample: Document) -> None:
    with opened(whole) as pdf:
        assert bookmarks(pdf) == [section.title for section in sample.sections if section.id != "masthead"]


def test_tables_have_heads_and_figures_have_words(whole: bytes) -> None:
    with opened(whole) as pdf:
        found = list(elements(pdf))
        heads = [node for node in found if node.S == "/TH"]
        scopes = {str(entry.Scope) for head in heads for entry in head.A if "/Scope" in entry}
        assert len(heads) >= 5 + 12 + 5
        assert scopes == {"/Column"}
        assert sum(node.S == "/Table" for node in found) == 3
        assert sum(node.S == "/Caption" for node in found) >= 3 + 5
        assert {str(node.S) for node in found} >= {
            "/P",
            "/H1",
            "/H2",
            "/H3",
            "/L",
            "/LI",
            "/Link",
            "/TR",
            "/TD",
        }
        alts = {str(node.Alt) for node in found if node.S == "/Figure"}
        assert any(alt.startswith("Daily incidents over 26 weeks") for alt in alts)
        assert "26 weeks, no clear trend" in alts


def test_every_font_is_embedded_and_none_is_the_systems(whole: bytes) -> None:
    names = set()
    with opened(whole) as pdf:
        for page in pdf.pages:
            for font in page.resources.get("/Font", {}).values():
                descendant = font.DescendantFonts[0]
                assert {"/FontFile2", "/FontFile3"} & set(descendant.FontDescriptor.keys())
                names.add(str(font.BaseFont).split("+")[1].split("-")[0])
    assert {"SourceSansPro", "SourceSerifPro", "DejaVuSansMono"} <= names
    assert names <= {"SourceSansPro", "SourceSerifPro", "DejaVuSansMono", "DejaVuSans"}


def test_page_size_follows_the_theme(sample: Document) -> None:
    with opened(render_pdf(only(sample, theme=Theme(page="us-letter")))) as pdf:
        assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [612, 792]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_printed_as_text(sample: Document, text: str) -> None:
    cell = Cell(text=(text, Strong(text)))
    columns = tuple(Column(key=key, label=text, align="left", hint=text) for key in "ab")
    rows = (
        Row(cells=(cell,), role="group"),
        Row(cells=(cell, cell), anchor=text),
        Row(cells=(cell, cell), role="total"),
    )
    table = Table(name=text, caption=(text,), columns=columns, rows=rows, note=(text,))
    svg = SVG.format(escape(text))
    report = only(
        sample, Heading(text=text), Paragraph(text=(text, Link(text, "https://x.org/" + "y" * 300))),
        Paragraph(text=(text,), role="warning"), Bullets(items=((text,),)), table, Code(text=text),
        Figure(name="f", title=(text,), alt="Alt " + text, svg=svg),
        title=f"Title {text}", notice=text, running_head=text,
    )  # fmt: skip
    with opened(render_pdf(report)) as pdf:
        title = str(pdf.docinfo["/Title"])
        assert title.startswith("Title ")
        if text.isascii() and text.isprintable() and len(text) < 40:
            assert title == f"Title {text}"


def test_a_missing_glyph_is_printed_by_name(sample: Document) -> None:
    with opened(render_pdf(only(sample, title="Seen \U0001f681\ufe0f over Орёл"))) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Seen [U+1F681] over Орёл"
    covered = coverage(font_files(Theme()))
    assert printable("–−≥ė▲ёЇ", covered) == "–−≥ė▲ёЇ"
    assert printable("漢", covered) == "[U+6F22]"


def test_long_runs_may_break_and_short_ones_stay() -> None:
    assert break_runs("x" * 31) == "x" * 31
    assert break_runs("a " + "x" * 40 + " b").replace("\u200b", "") == "a " + "x" * 40 + " b"
    assert max(map(len, break_runs("x" * 400).split("\u200b"))) <= 12


@pytest.mark.parametrize("tag", ["video", "iframe", "script", "form", "object"])
def test_an_unknown_element_is_named(tag: str) -> None:
    with pytest.raises(RenderError, match=f"<{tag}>"):
        parse_body(f"<p>Text <{tag}>x</{tag}></p>")


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<section>words</section>", "outside a paragraph"), ("<p><em>x</p>", "closes <p> where <em>"),
        ("<p>x", "leaves <p> open"),
    ],
)  # fmt: skip
def test_a_broken_body_is_refused(html: str, words: str) -> None:
    with pytest.raises(RenderError, match=words):
        parse_body(html)


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("<section><span>x</span></section>", "<span> cannot stand here"),
        ("<p><ul><li>x</li></ul></p>", "<ul> cannot stand in a line"),
        ('<img src="https://example.org/x.png" alt="x">', "https://example.org/x.png"),
        ('<img src="../../etc/passwd" alt="x">', "etc/passwd"),
        ("<table><tbody><tr><td>x</td></tr></tbody></table>", "<thead>"),
        (
            "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>x</td><td>y</td></tr></tbody></table>",
            "row of 2",
        ),
    ],
)
def test_what_the_pdf_cannot_show_is_named(sample: Document, tmp_path: Path, block: str, words: str) -> None:
    (tmp_path / "report.html.j2").write_text(
        f'{{% extends "!base" %}}{{% block extra %}}{block}{{% endblock %}}'
    )
    with pytest.raises(RenderError, match=words):
        render_pdf(only(sample, templates=tmp_path))


def test_a_users_block_shows_in_the_pdf(sample: Document, tmp_path: Path) -> None:
    (tmp_path / "report.html.j2").write_text(
        '{% extends "!base" %}{% block signals %}{{ super() }}<section><h2>House rules</h2>'
        "<p>A <em>word</em>,"
        " <code>code</code><br>x<sup>2</sup></p><ol><li>one</li></ol><hr></section>{% endblock %}"
    )
    with opened(render_pdf(only(sample, templates=tmp_path))) as pdf:
        assert bookmarks(pdf) == ["Signals", "House rules"]


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_a_logo_stands_in_the_masthead(sample: Document, tmp_path: Path, suffix: str) -> None:
    logo = tmp_path / f"logo{suffix}"
    if suffix == ".svg":
        logo.write_text(SVG.format("Institute"))
    else:
        from matplotlib.image import imsave

        imsave(logo, [[[0.1, 0.4, 0.7]] * 4] * 2)
    report = only(sample, theme=Theme(logo=logo, logo_alt="Example Institute"))
    with opened(render_pdf(report)) as pdf:
        assert "Example Institute" in {str(n.Alt) for n in elements(pdf) if n.S == "/Figure"}


def test_anchors_link_inside_the_pdf_and_files_beside_the_page_do_not(sample: Document) -> None:
    links = (Link("in", "#signals"), " ", Link("gone", "#nowhere"), " ", Link("file", "tables/a.csv"), " ",
             Link("web", "https://example.org/"))  # fmt: skip
    with opened(render_pdf(only(sample, Paragraph(text=links)))) as pdf:
        notes = [note for page in pdf.pages for note in page.get("/Annots", [])]
        assert [str(note.A.URI) for note in notes if "/A" in note and "/URI" in note.A] == [
            "https://example.org/"
        ]
        assert len(notes) == 2


def test_empty_blocks_do_not_stop_the_press(sample: Document) -> None:
    table = Table(name="t", caption=(), columns=(Column(key="a", label=""),), rows=())
    blocks = (Paragraph(text=()), Bullets(items=()), KeyFigures(items=()), table, Code(text=""))
    assert render_pdf(only(sample, *blocks)).startswith(b"%PDF")
    assert render_pdf(replace(sample, sections=(), notice="", title=" ")).startswith(b"%PDF")


def test_another_week_has_another_date(sample: Document) -> None:
    edition = replace(sample.edition, last_day=date(2024, 2, 29))
    with opened(render_pdf(only(sample, edition=edition))) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20240229")


def test_columns_fill_the_line_and_numbers_never_wrap() -> None:
    heads = ["Region", "This week", "Note"]
    cells = [["Khanty-Mansi Autonomous Okrug", "1,234", "word " * 60], ["Tula", "7", ""]]
    found = column_widths(heads, cells, numeric=[False, True, False], extra=[0, 0, 0], width=485)
    assert sum(found.widths) <= 485.1
    assert found.widths[1] > found.size * 2.5
    assert found.widths[2] > found.widths[0] > found.widths[1]
    many = column_widths(
        ["A heading"] * 40, [["123,456"] * 40], numeric=[True] * 40, extra=[0] * 40, width=485
    )
    assert sum(many.widths) == pytest.approx(485, abs=1)


def test_the_front_door_of_the_pdf_loads_typst_only_when_used() -> None:
    code = "import sys, reports.pdf; sys.exit('typst' in sys.modules or 'matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
