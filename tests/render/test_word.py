"""The Word document: real structure, every word, the same bytes every time, nothing active."""

import io
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest
from docx.oxml.ns import qn

from analysis.errors import RenderError
from reports.content import (
    Bullets,
    Cell,
    Code,
    Column,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    Link,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
)
from reports.document import Document
from reports.facts import Fact
from reports.theme import Theme
from reports.word import render_docx

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><rect width="80" height="20"/></svg>'
HOSTILE = (
    "<w:t>x</w:t>", "]]>", "&amp;&#60;", '{ DDEAUTO c:\\windows\\cmd.exe "/k calc" }',
    "{{ 7*7 }} {% raw %}", "javascript:alert(1)", '#import "@preview/x"',
    "$x$ \\input{/etc/passwd}", "x" * 500, "\U0001f681 \u202eabc",
    "a\x00b\x0b", "tab\tand\nline", '"><script>alert(1)</script>', "=cmd|' /C calc'!A0", "مرحبا 漢字 e\u0301",
)  # fmt: skip


def only(document: Document, *blocks: object, **changes: object) -> Document:
    section = Section(id="signals", title="Signals", blocks=blocks)  # type: ignore[arg-type]
    return replace(document, sections=(section,), **changes)  # type: ignore[arg-type]


def opened(data: bytes):  # type: ignore[no-untyped-def]
    return docx.Document(io.BytesIO(data))


@pytest.fixture(scope="module")
def whole(sample: Document) -> bytes:
    return render_docx(sample)


def test_the_same_report_gives_the_same_bytes(whole: bytes, sample: Document) -> None:
    assert render_docx(sample) == whole
    with zipfile.ZipFile(io.BytesIO(whole)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert file.testzip() is None
        assert not [name for name in file.namelist() if "vba" in name.lower() or "thumbnail" in name]


def test_the_document_says_what_it_is(whole: bytes, sample: Document) -> None:
    word = opened(whole)
    about = word.core_properties
    assert (about.title, about.language, about.subject) == (sample.title, "en", sample.edition.week)
    assert about.created.date() == about.modified.date() == sample.edition.last_day
    run = word.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    assert run.find(qn("w:lang")).get(qn("w:val")) == "en"
    assert word.styles["Normal"].font.name == "Source Sans Pro"
    assert word.styles["Heading 1"].font.name == "Source Serif Pro"
    assert "Theme=" not in ElementTree.tostring(word.styles["Heading 1"].element, encoding="unicode")


def test_headings_lists_and_captions_are_real_ones(whole: bytes, sample: Document) -> None:
    word = opened(whole)
    styled = [(one.style.name, one.text) for one in word.paragraphs]
    assert ("Title", sample.title) in styled
    assert [text for name, text in styled if name == "Heading 1"] == [
        section.title for section in sample.sections if section.id != "masthead"
    ]
    assert ("Heading 2", "Rostov") in styled
    assert sum(name == "List Bullet" for name, _ in styled) == 4
    assert {"Report Lead", "Report Note", "Report Warning", "Report Week", "Report Figure"} <= {
        n for n, _ in styled
    }
    assert ("Report Figure", "265 reported incidents · 42 fewer") in styled
    assert [p.text for p in word.sections[0].header.paragraphs] == ["Simulated data", sample.title]


def test_tables_repeat_their_head_and_keep_every_row(whole: bytes, sample: Document) -> None:
    tables = [t for t in opened(whole).tables if t.style is not None and t.style.name == "Report Table"]
    given = [block for section in sample.sections for block in section.blocks if isinstance(block, Table)]
    assert [len(t.rows) for t in tables] == [1 + len(t.rows) for t in given]
    assert [len(t.columns) for t in tables] == [len(t.columns) for t in given]
    for made in tables:
        heads = [row for row in made._tbl.tr_lst if row.trPr.find(qn("w:tblHeader")) is not None]
        assert heads == [made._tbl.tr_lst[0]]
        assert made._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        widths = [int(column.get(qn("w:w"))) for column in made._tbl.tblGrid]
        assert sum(widths) <= 485.5 * 20


def test_pictures_have_words_and_fit_the_page(whole: bytes) -> None:
    word = opened(whole)
    found = list(word.element.body.iter(qn("wp:inline")))
    words = [inline.docPr.get("descr") for inline in found]
    assert all(words)
    assert any(one.startswith("Daily incidents over 26 weeks") for one in words)
    assert words.count("26 weeks, no clear trend") == 83
    ids = [inline.docPr.get("id") for inline in found]
    assert len(ids) == len(set(ids))
    assert max(inline.extent.cx for inline in found) <= 485 * 12700 + 12700
    kinds = {part.content_type for part in word.part.package.iter_parts() if "image" in part.content_type}
    assert kinds == {"image/png"}


def test_page_size_follows_the_theme(sample: Document) -> None:
    section = opened(render_docx(only(sample, theme=Theme(page="us-letter")))).sections[0]
    assert (round(section.page_width.pt), round(section.page_height.pt)) == (612, 792)


def test_links_go_to_the_web_and_to_places_in_the_document(sample: Document) -> None:
    links = (Link("in", "#signals"), Link("gone", "#nowhere"), Link("web", "https://example.org/?a=1&b"),
             Link("bad", "javascript:x()"), Link("file", "tables/a.csv"))  # fmt: skip
    word = opened(render_docx(only(sample, Paragraph(text=links))))
    found = list(word.element.body.iter(qn("w:hyperlink")))
    anchors = [link.get(qn("w:anchor")) for link in found]
    marks = {mark.get(qn("w:name")) for mark in word.element.body.iter(qn("w:bookmarkStart"))}
    assert anchors[0] in marks
    assert len(found) == 2
    outside = [rel.target_ref for rel in word.part.rels.values() if rel.is_external]
    assert outside == ["https://example.org/?a=1&b"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(sample: Document, text: str) -> None:
    fact, cell = Fact(id=text, value=1.0, text=text), Cell(text=(text,), tone="up")
    pair = (cell, cell)
    rows = (Row(cells=(cell,), role="group"), Row(cells=pair, anchor=text), Row(cells=pair, role="total"))
    blocks = (
        Paragraph(text=(text, Strong(text), Link(text, f"https://x.org/?{text}"), Link(text, text))),
        Bullets(items=((text,),)), Heading(text=text, anchor=text), Code(text=text),
        KeyFigures(items=(KeyFigure(fact=fact, label=text, note=(text,)),)),
        Table(
            name=text, caption=(text,), columns=(Column(key=text, label=text),) * 2, rows=rows, note=(text,),
        ),
        Figure(name="f", title=(text,), alt=f"Alt {text}", svg=SVG, caption=(text,)),
    )  # fmt: skip
    data = render_docx(only(sample, *blocks, title=f"T {text}", notice=text))
    word = opened(data)
    shown = "".join(part.text or "\n" for part in word.element.body.iter(qn("w:t"), qn("w:br")))
    named = text.replace("\u202e", "[U+202E]").replace("\x00", "").replace("\x0b", "")
    wanted = "".join(named.split())
    assert "".join(shown.replace("\u200b", "").split()).count(wanted) >= 15
    fields = {field.get(qn("w:instr")) for field in word.sections[0].footer._element.iter(qn("w:fldSimple"))}
    assert fields == {"PAGE", "NUMPAGES"}
    assert not list(
        word.element.body.iter(qn("w:fldSimple"), qn("w:instrText"), qn("w:object"), qn("w:altChunk"))
    )
    assert all(rel.target_ref.startswith("https://") for rel in word.part.rels.values() if rel.is_external)


def test_empty_blocks_do_not_stop_the_press(sample: Document) -> None:
    table = Table(name="t", caption=(), columns=(Column(key="a", label=""),), rows=())
    blocks = (Paragraph(text=()), Bullets(items=()), KeyFigures(items=()), table, Code(text=""))
    assert opened(render_docx(only(sample, *blocks))).paragraphs
    assert opened(render_docx(replace(sample, sections=(), notice="", title=" "))).paragraphs


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_a_logo_stands_in_the_masthead(sample: Document, tmp_path: Path, suffix: str) -> None:
    logo = tmp_path / f"logo{suffix}"
    if suffix == ".svg":
        logo.write_text(SVG)
    else:
        from matplotlib.image import imsave

        imsave(logo, [[[0.1, 0.4, 0.7]] * 4] * 2)
    word = opened(render_docx(only(sample, theme=Theme(logo=logo, logo_alt="Example Institute"))))
    assert [one.docPr.get("descr") for one in word.element.body.iter(qn("wp:inline"))] == [
        "Example Institute"
    ]
    logo.unlink()
    with pytest.raises(RenderError, match="cannot be read"):
        render_docx(only(sample, theme=Theme(logo=logo)))


def test_word_is_loaded_only_when_used() -> None:
    code = (
        "import sys, reports.word, reports.report, reports.cli.commands.report; "
        "sys.exit(any(m in sys.modules for m in ('docx', 'lxml', 'typst')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_python_docx_the_error_says_what_to_install(
    sample: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(RenderError, match="pip install 'python-docx"):
        render_docx(sample)
