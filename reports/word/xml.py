"""Elements of WordprocessingML, in the order its schema asks for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

__all__ = ["Look", "element", "paragraph", "runs", "table"]


def element(tag: str, *kids: Any, **attributes: object) -> Any:
    """``<w:tag w:attribute="…">`` with these children."""
    node = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        node.set(qn(f"w:{key}"), str(value))
    node.extend(kids)
    return node


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How words look: size in points, colour ``#rrggbb``, font by name; what is empty is the paragraph's."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    size: float = 0.0
    colour: str = ""
    font: str = ""
    shift: str = ""  # "superscript" or "subscript"

    def properties(self) -> list[Any]:
        """The run's properties."""
        out = []
        if self.font:
            out.append(element("rFonts", ascii=self.font, hAnsi=self.font, cs=self.font))
        out += [element(tag) for tag, on in (("b", self.bold), ("i", self.italic)) if on]
        if self.colour:
            out.append(element("color", val=self.colour.lstrip("#")))
        if self.size:
            half = round(self.size * 2)
            out += [element("sz", val=half), element("szCs", val=half)]
        if self.underline:
            out.append(element("u", val="single"))
        if self.shift:
            out.append(element("vertAlign", val=self.shift))
        return out


def runs(text: str, look: Look) -> list[Any]:
    """Text as runs; a line break in it stays one."""
    out: list[Any] = []
    for number, line in enumerate(text.split("\n")):
        properties = look.properties()
        kids = [element("rPr", *properties)] if properties else []
        if number:
            kids.append(element("br"))
        if line:
            words = element("t")
            words.text = line.replace("\t", "    ")
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            kids.append(words)
        if number or line:
            out.append(element("r", *kids))
    return out


def paragraph(style: str, kids: Iterable[Any], *, keep: bool = False, align: str = "") -> Any:
    """A paragraph; ``keep`` holds it on one page with the next, ``align`` is "left", "right" or "center"."""
    properties = [element("pStyle", val=style)]
    if keep:
        properties.append(element("keepNext"))
    if align:
        properties.append(element("jc", val=align))
    return element("p", element("pPr", *properties), *kids)


def table(
    rows: Iterable[Any], widths: Iterable[float], *, style: str, words: str = "", look: str = "04A0"
) -> Any:
    """A table of rows; ``widths`` in points, ``words`` say what it shows to those who cannot see it."""
    twips = [round(width * 20) for width in widths]
    properties = [
        element("tblStyle", val=style),
        element("tblW", w=sum(twips), type="dxa"),
        element("tblLayout", type="fixed"),
        element("tblLook", val=look),
    ]
    if words:
        properties.append(element("tblCaption", val=words))
    grid = element("tblGrid", *(element("gridCol", w=width) for width in twips))
    return element("tbl", element("tblPr", *properties), grid, *rows)
