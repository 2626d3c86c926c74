"""The named styles of the document, so that an editor can restyle it in one place; fonts by name."""

from html import escape
from typing import TYPE_CHECKING, Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from ..theme import Theme
from .xml import element

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

__all__ = ["TABLE", "set_styles"]

TABLE = "ReportTable"
MARGIN = 35  # twentieths of a point at either side of a cell
# Where a font is not installed, Word takes the one named as its like.
_FONT = '<w:font w:name="{name}"><w:altName w:val="{like}"/><w:family w:val="{family}"/></w:font>'
_LIKE = (("sans", "Calibri", "swiss"), ("serif", "Cambria", "roman"), ("mono", "Consolas", "modern"))
# name: based on, size, before, after (points), colour of the theme, bold
_STYLES: dict[str, tuple[str, float, float, float, str, bool]] = {
    "Normal": ("", 10, 0, 6, "ink", False), "Title": ("", 24, 4, 10, "ink", True),
    "Heading 1": ("", 15, 18, 6, "ink", True), "Heading 2": ("", 12, 12, 4, "ink", True),
    "Heading 3": ("", 10.5, 10, 4, "ink", True), "List Bullet": ("", 10, 0, 4, "ink", False),
    "Caption": ("", 10, 8, 4, "ink", True), "Header": ("", 8, 0, 4, "muted", False),
    "Footer": ("", 8, 0, 0, "muted", False), "Report Lead": ("Normal", 11.5, 0, 6, "ink", False),
    "Report Note": ("Normal", 8.5, 2, 8, "muted", False),
    "Report Warning": ("Normal", 10, 4, 8, "ink", False),
    "Report Week": ("Normal", 11, 0, 4, "accent", True),
    "Report Figure": ("Normal", 10, 0, 6, "ink", False), "Report Cell": ("Normal", 9, 1, 1, "ink", False),
    "Report Code": ("Normal", 7.5, 2, 8, "ink", False), "Report Gap": ("Normal", 3, 0, 0, "ink", False),
}  # fmt: skip
_SERIF = ("Title", "Heading 1", "Heading 2", "Heading 3")


def set_styles(word: "WordDocument", theme: Theme, language: str) -> None:
    """Give the document the theme's fonts and colours, and its language."""
    _defaults(word, theme, language)
    for name, (base, size, before, after, colour, bold) in _STYLES.items():
        if base:
            style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = word.styles[base]
        else:
            style = word.styles[name]
        _plain(style)
        font = theme.serif if name in _SERIF else theme.mono if name == "Report Code" else theme.sans
        style.font.name, style.font.size, style.font.bold = font, Pt(size), bold
        style.element.rPr.rFonts.set(qn("w:cs"), font)
        style.font.color.rgb = RGBColor.from_string(theme.light[colour].lstrip("#").upper())
        shape = style.paragraph_format
        shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), 1.15
    word.styles["Caption"].paragraph_format.keep_with_next = True
    _edge(word.styles["Heading 1"], "top", theme.light["ink"], 10)
    _edge(word.styles["Report Warning"], "left", theme.light["up"], 18)
    word.styles.element.append(_table_style(theme))
    _name_likes(word, theme)


def _defaults(word: "WordDocument", theme: Theme, language: str) -> None:
    """What holds where no style says otherwise."""
    run = word.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    fonts, spoken = run.find(qn("w:rFonts")), run.find(qn("w:lang"))
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), theme.sans)
    spoken.set(qn("w:val"), language)
    known = word.settings.element.find(qn("w:themeFontLang"))
    known.set(qn("w:val"), language)
    for setting in word.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")  # 14 would open as a document of an older Word


def _name_likes(word: "WordDocument", theme: Theme) -> None:
    """Name what to take for a font that is not there."""
    fonts = [
        _FONT.format(name=escape(getattr(theme, role)), like=like, family=family)
        for role, like, family in _LIKE
    ]
    for part in word.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            part._blob = part.blob.replace(b"</w:fonts>", "".join(fonts).encode() + b"</w:fonts>")


def _plain(style: Any) -> None:
    """Take the template's own look off a style; numbering and the level in the outline stay."""
    if style.element.rPr is not None:
        style.element.remove(style.element.rPr)
    shape = style.element.pPr
    for tag in ("w:pBdr", "w:spacing", "w:contextualSpacing"):
        for found in shape.findall(qn(tag)) if shape is not None else ():
            shape.remove(found)


def _edge(style: Any, side: str, colour: str, width: int) -> None:
    """A line at one side of a style's paragraphs, ``width`` in eighths of a point."""
    border = element(side, val="single", sz=width, space=6, color=colour.lstrip("#"))
    edge = element("pBdr", border)
    shape = style.element.get_or_add_pPr()
    later = [qn(f"w:{tag}") for tag in ("shd", "tabs", "spacing", "ind", "jc", "outlineLvl")]
    after = next((kid for kid in shape if kid.tag in later), None)
    if after is None:
        shape.append(edge)
    else:
        after.addprevious(edge)


def _table_style(theme: Theme) -> Any:
    """Rules between rows, a stronger one under the head."""
    rule, ink = theme.light["rule"].lstrip("#"), theme.light["ink"].lstrip("#")
    margins = [element(side, w=MARGIN, type="dxa") for side in ("left", "right")]
    inner = element("insideH", val="single", sz=4, space=0, color=rule)
    outer = element("bottom", val="single", sz=4, space=0, color=rule)
    head = element("bottom", val="single", sz=8, space=0, color=ink)
    return element(
        "style",
        element("name", val="Report Table"),
        element("basedOn", val="TableNormal"),
        element("qFormat"),
        element("tblPr", element("tblBorders", outer, inner), element("tblCellMar", *margins)),
        element(
            "tblStylePr",
            element("rPr", element("b")),
            element("tcPr", element("tcBorders", head)),
            type="firstRow",
        ),
        type="table", customStyle=1, styleId=TABLE,
    )  # fmt: skip
