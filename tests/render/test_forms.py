"""Every form of the report says the same: the texts of all its blocks, and every number in its place.

The page is taken as the measure: its tree is cut into texts (headings, paragraphs, items, cells), each with
the facts in it. The other forms are read back by parsers that are not ours and must give the same texts in
the same order. A form that dropped, reordered or reformatted a number would differ here.
"""

import io
import json
import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import docx
import pandas as pd
import pikepdf
import pytest
from docx.oxml.ns import qn
from markdown_it import MarkdownIt

from analysis import analyse, daily_panel, read_incidents
from analysis.config import read_config
from reports import Report, build_report
from reports.cli import main
from reports.cli.example import example_files
from reports.cli.flow import stages
from reports.templating import clean

HOSTILE = (
    "<script>alert(1)</script>", '#import "@preview/x": *', "\\input{/etc/passwd} $x^2$",
    "{{ 7*7 }}{% raw %}", "x" * 500, "\U0001f681 over \u202eabc", "[go](javascript:alert(1))",
    "<svg onload=alert(1)><a/></svg>", "javascript:alert(1)", "=cmd|' /C calc'!A0", "a | b\n# c",
    "![x](https://evil.example/x.png)", "]]>&amp;",
)  # fmt: skip


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    """The simulated demo, the worked example, and the latter with hostile words in its text columns."""
    folder = tmp_path_factory.mktemp("forms")
    for name, data in example_files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    worked = folder / "worked_example"
    table = pd.read_csv(worked / "incidents.csv", dtype=str)
    for shift, column in enumerate(("locality", "source", "note")):
        table[column] = [HOSTILE[(i + 5 * shift) % len(HOSTILE)] for i in range(len(table))]
    extra = table.iloc[[0] * 4].assign(note=HOSTILE[-4:], region_reported=HOSTILE[:4])
    made = {"simulated": (folder, "incidents_simulated.csv"), "worked": (worked, "incidents.csv")}
    found = {name: _report(*where) for name, where in made.items()}
    pd.concat([table, extra]).to_csv(worked / "hostile.csv", index=False)
    return found | {"hostile": _report(worked, "hostile.csv")}


def _report(folder, table: str) -> Report:  # type: ignore[no-untyped-def]
    config = read_config(folder / "sitrend.toml", stages())
    incidents = read_incidents(folder / table, **config.options("incidents"))
    findings = analyse(daily_panel(incidents, **config.options("panel")), **config.options("week"))
    return build_report(findings, **config.options("report"))


@dataclass
class Piece:
    """One text of the report, and the facts in it: id, text, place in the text."""

    kind: str
    text: str
    facts: list[tuple[str, str, int]]


class Page(HTMLParser):
    """The texts of ``report.html`` between its header and its end, in order."""

    KINDS = ("h1", "h2", "h3", "p", "li", "th", "td", "caption", "dt", "dd", "figcaption", "pre")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pieces: list[Piece] = []
        self.open: list[Piece] = []
        self.fact: tuple[str, str, int] | None = None
        self.skip = 0
        body = page[page.index('<main id="report">') : page.index("</main>")]
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.skip += tag in ("svg", "script")
        if tag in self.KINDS:
            self.open.append(Piece(tag, "", []))
            self.pieces.append(self.open[-1])
        if "data-fact" in given and self.open:
            self.fact = (str(given["data-fact"]), "", len(squeezed(self.open[-1].text)))

    def handle_data(self, data: str) -> None:
        if not self.skip and self.open:
            self.open[-1].text += data
            if self.fact:
                self.fact = (self.fact[0], self.fact[1] + data, self.fact[2])

    def handle_endtag(self, tag: str) -> None:
        self.skip -= tag in ("svg", "script")
        if tag in ("data", "span") and self.fact and self.open:
            self.open[-1].facts.append(self.fact)
            self.fact = None
        if tag in self.KINDS:
            self.open.pop()


def squeezed(text: str) -> str:
    """A text without what only helps it to break."""
    return re.sub("[\\s\u200b\u2060\u00ad]+", "", text)


def wanted(report: Report) -> list[Piece]:
    """The page's texts; of a key figure the number first, as every form but the page's source has it."""
    pieces, out = Page(report.html()).pieces, []
    for before, piece in zip([None, *pieces], pieces, strict=False):
        number = piece.kind == "dd" and before is not None and before.kind == "dt"
        out.insert(len(out) - number, piece)
    return out


def of_markdown(report: Report) -> tuple[list[str], list[str]]:
    """All texts of ``report.md``, and those of the cells of its tables."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(report.markdown())
    texts, cells = [], []
    for i, token in enumerate(tokens):
        if token.type in ("inline", "fence"):
            parts = (kid.content for kid in token.children) if token.children is not None else [token.content]
            texts.append("".join(parts))
            if tokens[i - 1].type in ("td_open", "th_open"):
                cells.append(texts[-1])
    assert not {"html_inline", "html_block"} & {t.type for t in tokens}
    kids = [kid for token in tokens for kid in token.children or ()]
    assert not {"image", "html_inline"} & {kid.type for kid in kids}
    links = [str(kid.attrs["href"]) for kid in kids if kid.type == "link_open"]
    assert all(re.match(r"https://|#|[a-z]+\.json$|tables/|\.\./", link) for link in links), links
    return texts, cells


def of_word(report: Report) -> tuple[list[str], list[str]]:
    """All texts of ``report.docx``, and those of the cells of its tables."""
    word = docx.Document(io.BytesIO(report.docx()))
    body = word.element.body
    assert not list(body.iter(qn("w:fldSimple"), qn("w:instrText"), qn("w:object"), qn("w:altChunk")))

    def text(node) -> str:  # type: ignore[no-untyped-def]
        return "".join(part.text or "" for part in node.iter(qn("w:t")))

    tables = [t._tbl for t in word.tables if t.style is not None and t.style.name == "Report Table"]
    cells = [text(cell) for table in tables for row in table.tr_lst for cell in row.tc_lst]
    return [text(one) for one in body.iter(qn("w:p"))], cells


def of_pdf(report: Report) -> tuple[list[str], list[str]]:
    """All texts of ``report.pdf``, and those of the cells of its tables, by the tags of the PDF."""
    with pikepdf.open(io.BytesIO(report.pdf())) as pdf:
        marked = {(page.objgen, number): text for page in pdf.pages for number, text in _marked(page).items()}
        texts: list[str] = []
        cells: list[str] = []
        _walk(pdf.Root.StructTreeRoot.K, None, marked, texts, cells)
    return texts, cells


def _marked(page: pikepdf.Page) -> dict[int, str]:
    """Text by the number of its marked content (ISO 32000-1, 14.7.4)."""
    fonts = {name: _characters(font) for name, font in page.resources.get("/Font", {}).items()}
    found: dict[int, str] = {}
    stack: list[int | None] = []
    font: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            about = operands[1] if name == "BDC" else {}
            number = about.get("/MCID") if isinstance(about, pikepdf.Dictionary) else None
            stack.append(int(number) if number is not None else (stack[-1] if stack else None))
        elif name == "EMC":
            stack.pop()
        elif name == "Tf":
            font = fonts[str(operands[0])]
        elif name in ("Tj", "TJ") and stack and stack[-1] is not None:
            parts = operands[0] if name == "TJ" else [operands[0]]
            codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
            pairs = zip(codes[::2], codes[1::2], strict=True)
            text = "".join(font.get(high * 256 + low, "") for high, low in pairs)
            found[stack[-1]] = found.get(stack[-1], "") + text
    return found


def _characters(font: pikepdf.Object) -> dict[int, str]:
    """Code -> text, by the font's ToUnicode map."""
    found: dict[int, str] = {}
    cmap = font.ToUnicode.read_bytes().decode("ascii")
    for part in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>", part):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for part in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", part):
            start = bytes.fromhex(text).decode("utf-16-be")
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = start[:-1] + chr(ord(start[-1]) + step)
    return found


def _walk(node, page, marked, texts, cells) -> str:  # type: ignore[no-untyped-def]
    """The text of an element of the structure tree; texts and cells are filled on the way."""
    if isinstance(node, pikepdf.Array):
        return "".join(_walk(kid, page, marked, texts, cells) for kid in node)
    if not isinstance(node, pikepdf.Dictionary):
        text = str(marked.get((page, int(node)), ""))
        texts.append(text)
        return text
    page = node.Pg.objgen if "/Pg" in node else page
    if "/MCID" in node:
        return _walk(node.MCID, page, marked, texts, cells)
    text = _walk(node.K, page, marked, texts, cells) if "/K" in node and node.get("/S") != "/Figure" else ""
    if node.get("/S") in ("/TH", "/TD"):
        cells.append(text)
    return text


READERS = {"md": of_markdown, "docx": of_word, "pdf": of_pdf}


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("name", ["simulated", "worked", "hostile"])
def test_every_form_has_the_texts_of_the_page(reports: dict[str, Report], name: str, form: str) -> None:
    pieces = wanted(reports[name])
    texts, cells = READERS[form](reports[name])
    on_page = [squeezed(piece.text) for piece in pieces if piece.kind in ("th", "td")]
    if form == "pdf":  # a character without a glyph is printed by its number there
        on_page = [text.replace("\U0001f681", "[U+1F681]") for text in on_page]
    in_form = [squeezed(cell) for cell in cells]
    assert len(in_form) == len(on_page) > 50
    # a cell with a drawing alone is empty on the page, and has the drawing's words in Markdown
    assert [(a, b) for a, b in zip(on_page, in_form, strict=True) if a != b and a] == []
    whole, at = "".join(map(squeezed, texts)), 0
    for piece in pieces:
        if piece.kind not in ("th", "td"):
            text = squeezed(piece.text)
            found = whole.find(text, at)
            assert found >= 0, f"not in {form}, or not in its place: {piece.text[:200]!r}"
            at = found + len(text)


@pytest.mark.parametrize("name", ["simulated", "worked", "hostile"])
def test_every_number_of_the_page_is_the_fact_of_the_json(reports: dict[str, Report], name: str) -> None:
    known = {fact["id"]: fact for fact in json.loads(reports[name].json())["facts"]}
    pieces = wanted(reports[name])
    shown = [(piece, *fact) for piece in pieces for fact in piece.facts]
    assert len(shown) > 20
    for piece, id, text, at in shown:
        assert clean(known[id]["text"]) == text
        assert squeezed(piece.text)[at:].startswith(squeezed(text))


@pytest.mark.parametrize("name", ["simulated", "worked"])
def test_the_csv_has_the_numbers_of_the_facts(reports: dict[str, Report], name: str) -> None:
    report = reports[name]
    known = {fact["id"]: fact for fact in json.loads(report.json())["facts"]}
    table = pd.read_csv(io.BytesIO(report.tables()["regions.csv"]))
    measure = report.findings.panel.measure  # type: ignore[union-attr]
    seen = 0
    for row in table.to_dict("records"):
        fact = known.get(f"{row['region']}/week/{measure}")
        if fact is None:
            assert row["low"] == 0, "only a region of which nothing is reported is named without a number"
            continue
        seen += 1
        for end, value in (("low", fact["low"]), ("best", fact["value"]), ("high", fact["high"])):
            if value is not None:
                assert row[end] == pytest.approx(value)
    assert seen > 4


@pytest.mark.parametrize("name", ["simulated", "worked", "hostile"])
def test_the_mail_has_no_text_that_the_page_has_not(reports: dict[str, Report], name: str) -> None:
    page = squeezed("".join(piece.text for piece in wanted(reports[name])))
    mail = reports[name].email()
    assert len(mail.encode()) < 100_000
    assert not re.search(r"<(?:script|svg|img|style|iframe|link)\b", mail)
    assert not re.search(r'href="(?!https?://)', mail)
    for item in re.findall(r"<(?:li|t[hd]) [^>]*>(.*?)</(?:li|t[hd])>", mail):
        text = squeezed(unescape(re.sub("<[^>]+>", "", item)))
        assert text in page


def test_the_command_writes_every_form_and_the_same_again(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    for name, data in example_files().items():
        if name.startswith("worked_example/"):
            (tmp_path / name.removeprefix("worked_example/")).write_bytes(data)
    args = [
        "report", str(tmp_path / "incidents.csv"), "--config", str(tmp_path / "sitrend.toml"),
        "--out", str(tmp_path / "weekly"), "--formats", "email,docx,md,html",
    ]  # fmt: skip
    assert main(args) == 0
    folder = tmp_path / "weekly" / "2025-07-15"
    assert {path.name for path in folder.iterdir()} == {
        "report.html", "report.json", "report.md", "report.docx", "email.html", "manifest.json", "tables",
        "incidents.parquet",
    }  # fmt: skip
    index = (tmp_path / "weekly" / "index.html").read_text("utf-8")
    for label in ('report.docx">Word<', 'report.md">Markdown<', 'email.html">E-mail<'):
        assert label in index
    capsys.readouterr()
    assert main(args) == 0
    assert "identical" in capsys.readouterr().out
