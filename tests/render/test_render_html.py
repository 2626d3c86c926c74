"""The page: every block, nothing from outside, nothing unescaped."""

import base64
import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from analysis.errors import RenderError
from reports.content import Bullets, Cell, Code, Column, Figure, Link, Paragraph, Row, Section, Strong, Table
from reports.document import Document
from reports.facts import Fact
from reports.html import NAMED, render_body, render_html
from reports.templating import TEMPLATES, clean, safe_href

HOSTILE = (
    "<script>alert(1)</script>", '"]}#', '#import "@preview/x"', "]]>", "{{ 7*7 }}",
    "{% raw %}", "\\u{41} $x$ @y", "' onmouseover='x",
    "</style></svg>", "&amp;&#60;", "Нижегородская область",
)  # fmt: skip


def only(document: Document, *blocks: object, **changes: object) -> Document:
    """A report with these blocks alone."""
    section = Section(id="signals", title="Signals", blocks=blocks)  # type: ignore[arg-type]
    return replace(document, sections=(section,), **changes)  # type: ignore[arg-type]


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def parsed(html: str) -> _Collector:
    collector = _Collector()
    collector.feed(html)
    return collector


@pytest.fixture(scope="module")
def page(sample: Document) -> str:
    return render_html(sample)


def test_every_section_stands_in_the_order_of_the_report(page: str, sample: Document) -> None:
    found = re.findall(r'<section id="([^"]+)"', page)
    given = [section.id for section in sample.sections]
    assert found == [name for name in NAMED[1:] if name in given] + ["glossary"]
    assert re.findall(r'<li><a href="#([^"]+)"', page) == found


def test_the_template_has_a_block_for_every_named_section() -> None:
    blocks = re.findall(r"{% block (\w+) %}", (TEMPLATES / "report.html.j2").read_text())
    assert blocks == [*NAMED, "extra"]


def test_every_kind_of_block_is_there(page: str) -> None:
    tags = parsed(page).tags
    names = {tag for tag, _ in tags}
    assert {
        "dl",
        "table",
        "caption",
        "figure",
        "svg",
        "polyline",
        "pre",
        "ul",
        "h3",
        "data",
        "strong",
    } <= names
    scopes = [attrs.get("scope") for tag, attrs in tags if tag == "th"]
    assert {"col", "row", "rowgroup"} == set(scopes)
    facts = [attrs for _, attrs in tags if attrs.get("data-fact") == "total/week"]
    assert [fact["value"] for fact in facts] == ["265.0", "265.0"]
    assert any(attrs.get("class") == "left up" for _, attrs in tags)


def test_no_id_stands_twice(page: str) -> None:
    ids = [attrs["id"] for _, attrs in parsed(page).tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_an_absent_section_prints_nothing(sample: Document) -> None:
    body = render_body(replace(sample, sections=()))
    assert "<section" not in body
    assert sample.edition.as_of in body


def test_the_policy_allows_exactly_this_style_and_this_script(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; ")
    assert "unsafe" not in policy[1]
    for tag in ("style", "script"):
        found = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(found) == 1
        digest = base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]


def test_no_style_attribute_no_handler_no_outside_resource(page: str) -> None:
    for tag, attrs in parsed(page).tags:
        assert "style" not in attrs
        assert not [name for name in attrs if name.startswith("on")]
        if tag in ("img", "script", "link", "iframe", "source"):
            assert str(attrs.get("src", "data:")).startswith("data:")
    css = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert css is not None
    assert [url for url in re.findall(r"url\(([^)]*)\)", css[1]) if not url.startswith(("data:", "#"))] == []


def test_figures_follow_dark_mode_and_keep_their_words(page: str) -> None:
    css = page[page.index("<style>") : page.index("</style>")]
    assert re.search(r"\.s\d+\{fill: var\(--fill\)\}", css)
    drawing = re.search(r'<svg [^>]*aria-label="Daily incidents[^"]*"[^>]*>.*?</svg>', page, re.DOTALL)
    assert drawing is not None
    assert "<title>Daily reports are back" in drawing[0]
    assert not re.search(r"#[0-9a-f]{6}|<style", drawing[0])


def test_the_script_is_small_and_talks_to_nobody() -> None:
    script = (TEMPLATES / "page.js").read_bytes()
    assert len(script) < 3000
    assert not re.search(rb"fetch|XMLHttp|import|eval|innerHTML|https?:", script)


def test_the_page_is_the_same_every_time(page: str, sample: Document) -> None:
    assert render_html(sample) == page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_everywhere(sample: Document, text: str) -> None:
    fact = Fact(id=text, value=1.0, text=text)
    cell = Cell(text=(text, fact), sort=text)
    table = Table(
        name=text, caption=(text,), columns=(Column(key="a", label=text, hint=text),),
        rows=(Row(cells=(cell,), anchor=text),), note=(text,),
    )  # fmt: skip
    blocks = (
        Paragraph(text=(text, Strong(text), Link(text, f"https://x.org/?{text}"))),
        table,
        Code(text=text),
    )
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
    figure = Figure(name="f", title=(text,), alt=text, svg=svg, caption=(text,))
    html = render_html(only(sample, *blocks, Bullets(items=((text,),)), figure, title=text, notice=text))
    found = parsed(html)
    assert [tag for tag, _ in found.tags].count("script") == 1
    assert [tag for tag, _ in found.tags].count("style") == 1
    assert not [a for _, attrs in found.tags for a in attrs if a.startswith("on")]
    assert "".join(found.words).count(text) >= 10


def test_control_characters_go_and_reordering_marks_are_named(sample: Document) -> None:
    body = render_body(only(sample, Paragraph(text=("a\x00b\x1b\ufffe \u202egnp.exe",))))
    assert "ab [U+202E]gnp.exe" in body
    assert clean("tab\tand\nline") == "tab\tand\nline"


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://example.org/a?b=c#d", True), ("http://example.org", True), ("tables/regions.csv", True),
        ("../2025-W28/report.html", True), ("#signals", True), ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False), ("java\nscript:x", False), (" javascript:x", False),
        ("data:text/html,x", False),
        ("//example.org/x", False),
        ("/etc/passwd", False), ("file:///etc/passwd", False), ("https:", False),
        ("\\\\host\\x", False), ("http://[", False), ("", False), ("#", False), ("vbscript:x", False),
    ],
)  # fmt: skip
def test_links_go_to_the_web_or_beside_the_page(sample: Document, href: str, kept: bool) -> None:
    assert bool(safe_href(href)) is kept
    body = render_body(only(sample, Paragraph(text=(Link("words", href),))))
    assert ("<a " in body) is kept
    assert "words" in body


def test_active_parts_of_a_figure_are_dropped(sample: Document) -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="20" '
        'height="10" onload="x()"><script>x()</script><foreignObject/><a xlink:href="javascript:x()"/>'
        "<style>*{}</style>"
        '<image href="https://example.org/x.png"/><rect id="r" fill="url(#p)"/><use xlink:href="#r"/></svg>'
    )
    html = render_html(only(sample, Figure(name="mine", title=("T",), alt="A", svg=svg)))
    drawing = html[html.index('<div class="drawing"') : html.index("</figure>")]
    assert not re.search(r"script|onload|foreignObject|example\.org|<a |<style", drawing)
    assert 'viewBox="0 0 20 10"' in drawing
    assert 'id="mine-r"' in drawing
    assert 'fill="url(#mine-p)"' in drawing
    assert 'href="#mine-r"' in drawing


@pytest.mark.parametrize("svg", ["<svg", "<html/>", ""])
def test_a_figure_that_is_no_svg_is_named(sample: Document, svg: str) -> None:
    with pytest.raises(RenderError, match="'mine'"):
        render_html(only(sample, Figure(name="mine", title=("T",), alt="A", svg=svg)))


def test_a_users_block_extends_ours(sample: Document, tmp_path: Path) -> None:
    (tmp_path / "report.html.j2").write_text(
        '{% extends "!base" %}{% block signals %}{{ super() }}<p class="note">House rule.</p>{% endblock %}'
    )
    body = render_body(only(sample, Paragraph(text=("Ours.",)), templates=tmp_path))
    assert body.index("Ours.") < body.index("House rule.")


def test_a_users_page_may_restyle_and_the_policy_follows(sample: Document, tmp_path: Path) -> None:
    (tmp_path / "page.html.j2").write_text(
        '{% extends "!base" %}{% block style %}{{ super() }}h1{color:red}{% endblock %}'
    )
    html = render_html(replace(sample, templates=tmp_path))
    css = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert css is not None
    assert css[1].endswith("h1{color:red}")
    assert base64.b64encode(hashlib.sha256(css[1].encode()).digest()).decode() in html


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ nothing }}", "'nothing' is undefined"),
        ("{% block signals %}", "report.html.j2, line 1"),
        ("{{ document.__class__.__mro__ }}", "unsafe|undefined"),
        ('{% include "../../etc/passwd" %}', "passwd"),
        ("{{ 1 // 0 }}", "ZeroDivisionError"),
        ("{{ document.title + 1 }}", "TypeError"),
    ],
)
def test_a_bad_template_is_named(sample: Document, tmp_path: Path, template: str, words: str) -> None:
    (tmp_path / "report.html.j2").write_text(template)
    with pytest.raises(RenderError, match=words):
        render_body(replace(sample, templates=tmp_path))


def test_a_missing_template_folder_is_named(sample: Document, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="no template folder"):
        render_body(replace(sample, templates=tmp_path / "none"))


def test_a_figure_the_report_lacks_is_named(sample: Document, tmp_path: Path) -> None:
    (tmp_path / "report.html.j2").write_text('<img src="figure:nope" alt="x">')
    with pytest.raises(RenderError, match="'nope'"):
        render_html(replace(sample, templates=tmp_path))


def test_rendering_html_loads_neither_typst_nor_matplotlib() -> None:
    code = (
        "import sys, reports.html; "
        "sys.exit(any(m in sys.modules for m in ('typst', 'matplotlib', 'fontTools', 'reports.pdf')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
