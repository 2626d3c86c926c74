"""The page for e-mail: the report's own words, small, plain, and nothing in it that acts or fetches."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

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
from reports.email import MOST_ROWS, render_email
from reports.facts import Fact
from reports.html import render_body
from reports.tree import parse_body
from reports.tree import texts as all_text

HOSTILE = (
    "<script>alert(1)</script>", "<img src=https://evil.example/x onerror=x>", "' style='x",
    '" onmouseover="x', "</style></title>", "{{ 7*7 }} {% raw %}", "&lt;b&gt;", "javascript:alert(1)",
    "<svg onload=x>", "]]>", "<!--", "\U0001f681 \u202eabc",
    "expression(alert(1)); background:url(https://evil.example)",
)  # fmt: skip
PLAIN = {
    "html", "head", "meta", "title", "body", "div", "p", "h1", "h2", "h3", "ul", "li", "strong", "span", "br",
    "wbr", "table", "caption", "thead", "tbody", "tr", "th", "td", "a",
}  # fmt: skip


class Reader(HTMLParser):
    """Elements and words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def page(sample: Document) -> str:
    return render_email(sample)


def only(document: Document, id: str, *blocks: object, **changes: object) -> Document:
    section = Section(id=id, title="Signals", blocks=blocks)  # type: ignore[arg-type]
    return replace(document, sections=(section,), **changes)  # type: ignore[arg-type]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_nothing_is_fetched_and_nothing_acts(page: str) -> None:
    found = Reader(page)
    assert {tag for tag, _ in found.tags} <= PLAIN
    for _, attrs in found.tags:
        assert not {"src", "srcset", "background", "id", "class"} & attrs.keys()
        assert not [name for name in attrs if name.startswith("on")]
        assert "url(" not in str(attrs.get("style"))
        assert str(attrs.get("href", "https://")).startswith("https://")
    assert len(page.encode()) < 100_000


def test_it_says_the_main_parts_in_the_words_of_the_report(page: str, sample: Document) -> None:
    shown = squeezed("".join(Reader(page).words))
    whole = squeezed(all_text(parse_body(render_body(sample))))
    for section in ("Mainpoints", "Keyfigures", "Changedsincethelastissue", "Regionsthisweek"):
        assert section in shown
    assert "Wherethelevelchanged" not in shown
    assert "Simulateddata" in shown
    assert "265reportedincidents" in shown
    told = [squeezed("".join(Reader(item).words)) for item in re.findall(r"<li .*?</li>|<td .*?</td>", page)]
    assert len(told) > 40
    assert [text for text in told if text not in whole] == []


def test_long_tables_are_cut_and_the_total_stays(page: str) -> None:
    rows = re.findall(r"<tr>.*?</tr>", page)
    assert "The first 12 of 87 rows; all are in the report." in page
    assert any("Total" in row and "2,604" in row for row in rows)
    assert sum("Unallocated" in row for row in rows) == 0
    assert len(rows) <= 3 + 1 + MOST_ROWS + 1
    assert "<svg" not in page


def test_regions_keep_the_columns_a_phone_has_room_for(sample: Document) -> None:
    keys = ("region", "this_week", "previous_week", "baseline", "ratio", "range", "q", "reading", "trend")
    columns = tuple(Column(key=key, label=key) for key in keys)
    row = Row(cells=tuple(Cell(text=("U" if key == "this_week" else f"<{key}>",)) for key in keys))
    table = Table(name="regions", caption=("Regions",), columns=columns, rows=(row,))
    areas = replace(table, name="areas", caption=("Areas",))
    page = render_email(only(sample, "region_table", table, areas))
    heads = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", page)
    assert heads == ["region", "this_week", "previous_week", "reading"]
    assert "Areas" not in page
    assert "U: not covered" in page


def test_the_full_report_is_named_and_linked_where_its_place_is_known(sample: Document, page: str) -> None:
    assert "<strong>report.html</strong>" in page
    linked = render_email(sample, address="https://example.org/weekly/2025-W29/")
    assert '<a href="https://example.org/weekly/2025-W29/report.html"' in linked
    for address in ("javascript:alert(1)//", "weekly/2025-W29", "file:///x", "https:// x"):
        with pytest.raises(ValueError, match="http"):
            render_email(sample, address=address)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(sample: Document, text: str) -> None:
    fact, cell = Fact(id=text, value=1.0, text=text), Cell(text=(text,), tone="up")
    rows = (Row(cells=(cell,), role="group"), Row(cells=(cell, cell)), Row(cells=(cell, cell), role="total"))
    blocks = (
        Paragraph(text=(text, Strong(text), Link(text, f"https://x.org/?{text}"), Link(text, text))),
        Bullets(items=((text,),)), Heading(text=text), Code(text=text),
        KeyFigures(items=(KeyFigure(fact=fact, label=text, note=(text,)),)),
        Table(
            name=text, caption=(text,), columns=(Column(key=text, label=text),) * 2, rows=rows, note=(text,),
        ),
        Figure(name="f", title=(text,), alt=text, svg="<svg/>"),
    )  # fmt: skip
    found = Reader(render_email(only(sample, "signals", *blocks, title=text, notice=text)))
    assert {tag for tag, _ in found.tags} <= PLAIN | {"pre", "code"}
    for _, attrs in found.tags:
        assert set(attrs) <= {
            "style", "href", "lang", "charset", "name", "content", "http-equiv", "scope", "colspan",
        }  # fmt: skip
        assert "evil" not in str(attrs.get("style"))
        assert str(attrs.get("href", "https://")).startswith("https://")
    words = squeezed("".join(found.words)).replace("[U+202E]", "\u202e")
    assert words.count(squeezed(text)) >= 13


def test_long_words_may_break(sample: Document) -> None:
    page = render_email(only(sample, "signals", Paragraph(text=("x" * 500,))))
    assert max(map(len, re.findall("x+", page))) <= 12
    assert "x" * 500 in page.replace("<wbr>", "")


def test_a_users_template_shows_in_the_mail(sample: Document, tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "email.html.j2").write_text(
        '{% extends "!base" %}{% block full %}<p>Ask us.</p>{% endblock %}'
    )
    (tmp_path / "report.html.j2").write_text(
        '{% extends "!base" %}{% block main_points %}{{ super() }}'
        '<section id="signals"><p>House.</p></section>{% endblock %}'
    )
    page = render_email(replace(sample, templates=tmp_path))
    assert "Ask us." in page
    assert "House." in page
    assert "The full report" not in page
