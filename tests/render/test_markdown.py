"""Markdown, read by a parser that is not ours: every word is there, and no text of a table is markup."""

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reports.content import (
    Bullets,
    Cell,
    Code,
    Column,
    Figure,
    Heading,
    Link,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
)
from reports.document import Document
from reports.markdown import escaped, render_markdown

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[click](javascript:alert(1))",
    "![x](y.png)", "[a]: https://evil.example", "a | b | c", "`code` ``two``", "***bold*** __so__ ~~gone~~",
    "# heading", "- item", "1. item", "2) item", "> quote", "+ plus", "===", "---", "    indented",
    "<https://evil.example>", "https://evil.example/a_b", "www.evil.example", "me@evil.example", "@everyone",
    "&lt;b&gt; &#60;", "back\\slash", "a\\|b", "$x^2$ $$y$$", "~~~ fence", "```fence", "line\nbreak",
    "| - |", "!", "trailing \\", "snake_case_name", "_leading and trailing_", "x" * 500,
    "\U0001f681 \u202eabc", "{{ 7*7 }} {% raw %}", "<!-- hidden -->", "[^1]", "- [ ] task", "a  \nb", "#",
    "Title #", "[[wiki]]", "<svg onload=alert(1)>", "</td></tr>", "\u2028new line",
)  # fmt: skip


def parsed(text: str) -> list[Token]:
    """Tokens of GitHub's flavour, HTML allowed, bare addresses as links: all that could go wrong may."""
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)


def words(tokens: list[Token]) -> list[str]:
    """The text of every heading, paragraph, item, cell and block of code."""
    out = []
    for token in tokens:
        if token.type == "inline":
            shown = [kid.content if kid.content else "\n" * (kid.type in ("softbreak", "hardbreak"))
                     for kid in token.children or ()]  # fmt: skip
            out.append("".join(shown))
        elif token.type in ("fence", "code_block"):
            out.append(token.content.rstrip("\n"))
    return out


def kinds(tokens: list[Token]) -> set[str]:
    return {t.type for t in tokens} | {kid.type for t in tokens for kid in t.children or ()}


def only(document: Document, *blocks: object, **changes: object) -> Document:
    section = Section(id="signals", title="Signals", blocks=blocks)  # type: ignore[arg-type]
    return replace(document, sections=(section,), **changes)  # type: ignore[arg-type]


def seen(text: str) -> str:
    """A text as a reader sees it."""
    text = text.replace("\u2060", "").replace("\u202e", "[U+202E]")
    return re.sub("[ \n\t\u2028]+", " ", text).strip(" ")


def test_every_block_has_its_form(sample: Document) -> None:
    text = render_markdown(sample)
    tokens = parsed(text)
    assert {"heading_open", "table_open", "bullet_list_open", "fence", "link_open", "strong_open"} <= kinds(
        tokens
    )
    assert not {"html_inline", "html_block", "image"} & kinds(tokens)
    heads = [tokens[i + 1].content for i, t in enumerate(tokens) if (t.type, t.tag) == ("heading_open", "h2")]
    titles = [s.title for s in sample.sections if s.id != "masthead"]
    assert heads == titles
    assert text.startswith("> **Simulated data**\n\nWeek of 15–21 July 2025\n\n# Reported drone incidents")
    assert "> Figure: Daily incidents over 26 weeks; the mean is near 40 a day." in text
    assert "- **265** reported incidents · 42 fewer" in text
    assert "\n\n\n" not in text


def test_tables_keep_their_shape(sample: Document) -> None:
    tokens = parsed(render_markdown(sample))
    tables = [block for section in sample.sections for block in section.blocks if isinstance(block, Table)]
    assert sum(token.type == "table_open" for token in tokens) == len(tables)
    assert sum(token.type == "tr_open" for token in tokens) == sum(1 + len(t.rows) for t in tables)
    assert sum(token.type in ("td_open", "th_open") for token in tokens) == sum(
        len(t.columns) * (1 + len(t.rows)) for t in tables
    )
    styles = {str(token.attrs.get("style")) for token in tokens if token.type == "td_open"}
    assert {"text-align:left", "text-align:right"} <= styles


def test_links_lead_to_headings_files_and_the_web(sample: Document) -> None:
    links = (Link("in", "#signals"), " ", Link("gone", "#nowhere"), " ", Link("file", "tables/a.csv"), " ",
             Link("web", "https://example.org/a_(b)|c`d?e=1&copy;=2"), " ",
             Link("bad", "javascript:x()"))  # fmt: skip
    tokens = parsed(
        render_markdown(only(sample, Paragraph(text=links), Heading(text="More of it", anchor="more")))
    )
    found = [kid.attrs["href"] for t in tokens for kid in t.children or () if kid.type == "link_open"]
    assert found == ["#signals", "tables/a.csv", "https://example.org/a_%28b%29%7Cc%60d?e=1&copy;=2"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_is(sample: Document, text: str) -> None:
    cell = Cell(text=(text,))
    columns = (Column(key="a", label=text, align="left", hint=text), Column(key="b", label="b"))
    pair = (cell, cell)
    rows = (Row(cells=(cell,), role="group"), Row(cells=pair), Row(cells=pair, role="total"))
    blocks = (
        Paragraph(text=(text,)), Paragraph(text=(text,), role="warning"),
        Bullets(items=((text,), ("a ", text))),
        Table(name="t", caption=(text,), columns=columns, rows=rows, note=(text,)),
        Figure(name="f", title=(text,), alt=text, svg=SVG, caption=(text,)), Code(text=text),
        Heading(text=text),
        Paragraph(text=("a ", Strong(text), " b ", Link(text, "https://example.org/"))),
    )  # fmt: skip
    tokens = parsed(render_markdown(only(sample, *blocks, title=text, notice=text)))
    allowed = {
        "heading", "paragraph", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td",
        "blockquote", "strong", "link",
    }  # fmt: skip
    assert {kind.removesuffix("_open").removesuffix("_close") for kind in kinds(tokens)} <= allowed | {
        "text", "inline", "fence", "hardbreak", "text_special",
    }  # fmt: skip
    assert {kid.attrs["href"] for t in tokens for kid in t.children or () if kid.type == "link_open"} <= {
        "https://example.org/"
    }
    assert sum(token.type == "tr_open" for token in tokens) == 4
    assert sum(token.type in ("td_open", "th_open") for token in tokens) == 8
    shown = [seen(one) for one in words(tokens)]
    wanted = seen(text)
    assert shown.count(wanted) >= 10, "notice, title, paragraph, warning, item, cells, caption, note, heading"
    assert f"Figure: {wanted}" in shown
    assert f"a {wanted}" in shown


@pytest.mark.parametrize("text", ["https://x.example", "ftp://x", "www.x.example", "a@b.example", "@team"])
def test_nothing_becomes_a_link_by_itself(text: str) -> None:
    """GitHub links bare addresses (GFM 0.29, "Autolinks (extension)"): none is left bare."""
    made = escaped(text)
    assert not re.search(r"(?<!\\)://|www\.|@\w", made)


def test_the_same_report_gives_the_same_text(sample: Document) -> None:
    assert render_markdown(sample) == render_markdown(sample)
