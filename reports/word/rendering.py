"""From a report to the bytes of a .docx file."""

import zipfile
from datetime import datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any

from analysis.errors import RenderError

from ..document import Document
from ..html import figures, render_body
from ..pdf_data import TEXT_WIDTH, break_runs, prepare
from ..svg import parse_svg
from ..templating import clean
from ..tree import Node, parse_body
from .pictures import Drawn, png_pictures

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

__all__ = ["render_docx"]

PAGES = {"a4": (595.28, 841.89), "us-letter": (612.0, 792.0)}  # points
SPARK = 1.2  # height of a sparkline, in sizes of its text
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # of the clock of zip files


def render_docx(report: Document) -> bytes:
    """The report as a Word document.

    Raises RenderError when python-docx is missing, a template cannot be used or a drawing is none.
    """
    try:
        import docx
    except ImportError as error:
        raise RenderError(
            "the Word document needs python-docx: install it with `pip install 'python-docx>=1.2,<2'`."
        ) from error
    from .body import GAP, Body
    from .styles import set_styles

    width = TEXT_WIDTH[report.theme.page]
    tree = prepare(parse_body(render_body(report)), report.theme, str, lambda src: src)
    nodes: list[Node] = []
    drawn: list[Drawn] = []
    _gather(tree, report, (width, (width - GAP) / 2), nodes, drawn)
    made = png_pictures(drawn, report.theme, report.edition.last_day)
    shown = {id(node): (png, d.width, d.height) for node, png, d in zip(nodes, made, drawn, strict=True)}
    word = docx.Document()
    set_styles(word, report.theme, report.language)
    end = word.element.body.sectPr
    for block in Body(word.part, report.theme, width, lambda node: shown[id(node)]).of(tree):
        end.addprevious(block)
    _page(word, report, width)
    _about(word, report)
    return _packed(word)


def _gather(
    node: Node, report: Document, widths: tuple[float, float], nodes: list[Node], drawn: list[Drawn],
    size: float = 9.0,
) -> None:  # fmt: skip
    """Every node with a drawing, in order, and how it is to be drawn."""
    full, half = widths
    if node.get("tag") == "spark":
        height = size * SPARK
        nodes.append(node)
        drawn.append(Drawn(data=node["svg"].encode(), kind="svg", width=round(height * node["ratio"], 2)))
    if node.get("tag") == "img":
        nodes.append(node)
        drawn.append(_drawing(node, report, full))
    size = node.get("size", size)
    if "figures" in node.get("class", "").split():
        full = half
    for kid in (*node.get("kids", ()), *node.get("rows", ()), *node.get("cells", ())):
        if isinstance(kid, dict):
            _gather(kid, report, (full, half), nodes, drawn, size)


def _drawing(node: Node, report: Document, width: float) -> Drawn:
    kind, _, name = node["src"].partition(":")
    logo = report.theme.logo
    if kind == "logo" and logo is not None:
        try:
            data = logo.read_bytes()
        except OSError as error:
            raise RenderError(f"the logo {logo} cannot be read: {error.strerror}.") from error
        return Drawn(data=data, kind=logo.suffix.lower().lstrip("."), height=32.0)
    known = figures(report)
    if kind != "figure" or name not in known:
        raise RenderError(f"a template asks for the picture {node['src']!r}, which the report does not have.")
    parse_svg(known[name].svg, name=name)
    return Drawn(data=clean(known[name].svg).encode(), kind="svg", width=width)


def _page(word: "WordDocument", report: Document, width: float) -> None:
    """Paper, margins, and what stands on every page."""
    from docx.shared import Pt

    from .xml import Look, element, paragraph, runs

    section = word.sections[0]
    across, high = PAGES[report.theme.page]
    section.page_width, section.page_height = Pt(across), Pt(high)
    section.left_margin = section.right_margin = Pt((across - width) / 2)
    section.top_margin, section.bottom_margin = Pt(64), Pt(54)
    section.header_distance = section.footer_distance = Pt(28)

    def line(words: str, **look: Any) -> list[Any]:
        return runs(break_runs(clean(words).replace("\n", " ")), Look(**look))

    def field(name: str) -> Any:
        return element("fldSimple", *runs("1", Look()), instr=name)

    head, foot = section.header._element, section.footer._element
    for part in (head, foot):
        for old in list(part):
            part.remove(old)
    if report.notice:
        head.append(paragraph("Header", line(report.notice, bold=True, colour=report.theme.light["ink"])))
    head.append(paragraph("Header", line(report.running_head or report.title)))
    pages = [*line(f"{report.edition.week} · Page "), field("PAGE"), *line(" of "), field("NUMPAGES")]
    foot.append(paragraph("Footer", pages))


def _about(word: "WordDocument", report: Document) -> None:
    """Title, language and dates; the dates are the week's, never today's."""
    day = datetime.combine(report.edition.last_day, time())
    about = word.core_properties
    about.title, about.subject = clean(report.title)[:255], clean(report.edition.week)[:255]
    about.language, about.author, about.last_modified_by = report.language, "sitrend", "sitrend"
    about.comments, about.keywords, about.revision = "", "", 1
    about.created = about.modified = day
    package = word.part.package
    thumbnail = [key for key, found in package.rels.items() if found.reltype.endswith("/thumbnail")]
    for key in thumbnail:  # of the empty template
        del package.rels[key]


def _packed(word: "WordDocument") -> bytes:
    """The file, with the time taken out of its archive."""
    loose, packed = BytesIO(), BytesIO()
    word.save(loose)
    with zipfile.ZipFile(loose) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _BEGINNING)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            new.writestr(entry, old.read(name))
    return packed.getvalue()
