"""The tree's nodes as paragraphs, tables and pictures of WordprocessingML."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Pt

from ..theme import Theme
from ..tree import Node, find
from .styles import TABLE
from .xml import Look, element, paragraph, runs, table

if TYPE_CHECKING:
    from docx.parts.document import DocumentPart

__all__ = ["Body"]

SMALLER = 0.92  # than in the PDF: fonts that stand in for ours are wider
GAP = 18.0  # points between two pictures side by side
_HEADINGS = {"h1": "Title", "h2": "Heading1", "h3": "Heading2", "h4": "Heading3"}
_NOTES = {"lead": "ReportLead", "note": "ReportNote", "warning": "ReportWarning", "week": "ReportWeek"}
_CELL = "ReportCell"


class Body:
    """Makes the elements of one document.

    picture : a node with a drawing -> its PNG and its width or height in points.
    """

    def __init__(
        self,
        part: "DocumentPart",
        theme: Theme,
        width: float,
        picture: Callable[[Node], tuple[bytes, float, float]],
    ) -> None:
        self.part, self.theme, self.width, self.picture = part, theme, width, picture
        self.targets: set[str] = set()  # anchors that a link of the document leads to
        self.waiting: list[str] = []  # anchors of what holds the next paragraph
        self.ids = 0

    def of(self, tree: Node) -> list[Any]:
        """Every block of the tree."""
        self.targets = _targets(tree)
        return self.blocks(tree["kids"])

    def blocks(self, kids: Iterable[Node | str]) -> list[Any]:
        return [made for kid in kids if isinstance(kid, dict) for made in self.block(kid)]

    def block(self, node: Node) -> list[Any]:
        tag = node["tag"]
        if node.get("id") in self.targets:
            self.waiting.append(node["id"])
        if tag in _HEADINGS:
            return [self.paragraph(_HEADINGS[tag], node["kids"])] if node["kids"] else []
        if tag == "p":
            style = next((_NOTES[word] for word in node["class"].split() if word in _NOTES), "Normal")
            return [self.paragraph(style, node["kids"])]
        if tag == "ul":
            return [self.paragraph("ListBullet", kid["kids"]) for kid in find(node, "li")]
        if tag == "ol":
            items = enumerate(find(node, "li"), 1)
            return [self.paragraph("Normal", [f"{number}. ", *kid["kids"]]) for number, kid in items]
        made = {"dl": self.key_figures, "table": self.table, "figure": self.figure, "pre": self.code}
        if tag in made:
            return made[tag](node)
        if tag == "img":
            return [self.framed("Normal", [self.drawing(node)])]
        if tag == "div" and "figures" in node["class"].split():
            return self.side_by_side(node)
        return self.blocks(node["kids"])

    def paragraph(self, style: str, kids: Iterable[Node | str], **more: Any) -> Any:
        return self.framed(style, self.words(kids, Look()), **more)

    def framed(self, style: str, kids: list[Any], **more: Any) -> Any:
        """A paragraph that carries the anchors waiting for one."""
        marks = []
        for anchor in self.waiting:
            self.ids += 1
            marks.append(element("bookmarkStart", id=self.ids, name=_mark(anchor)))
            marks.append(element("bookmarkEnd", id=self.ids))
        self.waiting = []
        return paragraph(style, [*marks, *kids], **more)

    def words(self, kids: Iterable[Node | str], look: Look) -> list[Any]:
        out: list[Any] = []
        for kid in kids:
            out += runs(kid, look) if isinstance(kid, str) else self.word(kid, look)
        return out

    def word(self, node: Node, look: Look) -> list[Any]:
        tag = node["tag"]
        if tag == "spark":
            return [self.drawing(node)]
        if tag == "br":
            return [element("r", element("br"))]
        changes: dict[str, dict[str, Any]] = {
            "strong": {"bold": True}, "b": {"bold": True}, "em": {"italic": True}, "i": {"italic": True},
            "sup": {"shift": "superscript"}, "sub": {"shift": "subscript"},
            "code": {"font": self.theme.mono}, "small": {"colour": self.theme.light["muted"]},
            "a": {"colour": self.theme.light["accent"], "underline": True},
        }  # fmt: skip
        inner = self.words(node["kids"], replace(look, **changes.get(tag, {})))
        return [self.link(node["href"], inner)] if tag == "a" and inner else inner

    def link(self, href: str, inner: list[Any]) -> Any:
        if href.startswith("#"):
            return element("hyperlink", *inner, anchor=_mark(href[1:]), history=1)
        made = element("hyperlink", *inner, history=1)
        made.set(qn("r:id"), self.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        return made

    def drawing(self, node: Node) -> Any:
        """A picture in a line, with its words."""
        png, width, height = self.picture(node)
        sides = {"width": Pt(width)} if width else {"height": Pt(height)}
        inline = self.part.new_pic_inline(BytesIO(png), **sides)
        self.ids += 1
        inline.docPr.set("id", str(self.ids))
        inline.docPr.set("name", f"Picture {self.ids}")
        inline.docPr.set("descr", node.get("alt", ""))
        return element("r", element("drawing", inline))

    def figure(self, node: Node) -> list[Any]:
        """Title, picture, small print; held together on a page."""
        parts = [kid for part in find(node, "figcaption") for kid in part["kids"]]
        small = [kid for kid in parts if isinstance(kid, dict) and "caption" in kid["class"].split()]
        title = [kid for kid in parts if kid not in small]
        out = [self.paragraph("Caption", title)] if title else []
        out += [self.framed("Normal", [self.drawing(one)], keep=bool(small)) for one in find(node, "img")]
        return out + [self.paragraph("ReportNote", kid["kids"]) for kid in small]

    def side_by_side(self, node: Node) -> list[Any]:
        """Narrow pictures two in a row."""
        cells = [self.block(kid) for kid in find(node, "figure")]
        if len(cells) % 2:
            cells.append([paragraph("Normal", [])])
        side = self.width / 2
        boxes = [element("tc", element("tcPr", element("tcW", w=round(side * 20), type="dxa")), *cell)
                 for cell in cells]  # fmt: skip
        rows = [element("tr", element("trPr", element("cantSplit")), *boxes[i : i + 2])
                for i in range(0, len(boxes), 2)]  # fmt: skip
        grid = table(rows, [side, side], style="TableNormal", look="0000")
        return [grid, paragraph("ReportGap", [])]

    def key_figures(self, node: Node) -> list[Any]:
        """One line each: the number, what it is, and in small print what it compares with."""
        out = []
        muted = Look(colour=self.theme.light["muted"], size=8.5)
        for item in find(node, "div"):
            line: list[Any] = []
            notes = [part for part in find(item, "dd") if "number" not in part["class"].split()]
            numbers = [part for part in find(item, "dd") if "number" in part["class"].split()]
            for part in numbers:
                line += self.words(part["kids"], Look(bold=True, size=16))
            for part in find(item, "dt"):
                line += [*runs(" ", Look()), *self.words(part["kids"], Look())]
            for part in notes:
                line += [*runs(" · ", muted), *self.words(part["kids"], muted)]
            out.append(self.framed("ReportFigure", line))
        return out

    def code(self, node: Node) -> list[Any]:
        return [self.paragraph("ReportCode", node["kids"])] if node["kids"] else []

    def table(self, node: Node) -> list[Any]:
        size = node["size"] * SMALLER
        caption = self.paragraph("Caption", node["caption"]) if node["caption"] else None
        head = self.row(node["head"], "", node["widths"], size, head=True)
        rows = [self.row(row["cells"], row["role"], node["widths"], size, id=row.get("id", ""))
                for row in node["rows"]]  # fmt: skip
        words = "" if caption is None else "".join(part.text or "" for part in caption.iter(qn("w:t")))
        made = table([head, *rows], node["widths"], style=TABLE, words=words)
        return [*([caption] if caption is not None else []), made, paragraph("ReportGap", [])]

    def row(
        self, cells: Sequence[Node], role: str, widths: Sequence[float], size: float, *, head: bool = False,
        id: str = "",
    ) -> Any:  # fmt: skip
        if id in self.targets:
            self.waiting.append(id)
        out, column = [], 0
        for cell in cells:
            width = sum(widths[column : column + cell["span"]])
            out.append(self.cell(cell, width, size, strong=head or bool(role), ruled=role == "total"))
            column += cell["span"]
        properties = element("trPr", element("cantSplit"), *([element("tblHeader")] if head else []))
        return element("tr", properties, *out)

    def cell(self, cell: Node, width: float, size: float, *, strong: bool, ruled: bool) -> Any:
        tone = cell["tone"]
        look = Look(size=size, bold=strong or tone in ("up", "down"),
                    colour=self.theme.light[tone] if tone else "")  # fmt: skip
        properties = [element("tcW", w=round(width * 20), type="dxa")]
        if cell["span"] > 1:
            properties.append(element("gridSpan", val=cell["span"]))
        if ruled:
            line = {"val": "single", "sz": 8, "space": 0, "color": self.theme.light["ink"].lstrip("#")}
            properties.append(element("tcBorders", element("top", **line), element("bottom", **line)))
        words = self.framed(_CELL, self.words(cell["kids"], look), align=cell["align"])
        return element("tc", element("tcPr", *properties), words)


def _targets(node: Node) -> set[str]:
    found: set[str] = set()
    stack: list[Any] = [node]
    while stack:
        kid = stack.pop()
        if isinstance(kid, dict):
            if kid.get("tag") == "a" and kid.get("href", "").startswith("#"):
                found.add(kid["href"][1:])
            stack += [*kid.get("kids", ()), *kid.get("caption", ()), *kid.get("cells", ())]
            stack += [*kid.get("head", ())] if isinstance(kid.get("head"), list) else []
            stack += kid.get("rows", ())
    return found


def _mark(anchor: str) -> str:
    """A bookmark's name: letters, digits and underscores, at most 40, the same for the same anchor."""
    return f"a_{sha256(anchor.encode()).hexdigest()[:16]}"
