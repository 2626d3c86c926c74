"""The report as Markdown, for places that show GitHub's flavour: an issue, a wiki, a chat, a terminal.

Pictures are told by their words. Text of the incident table stays text: whatever Markdown, HTML or a place
that shows Markdown could read as markup, a link, a mention or a formula is escaped.
"""

import re
from urllib.parse import quote

from .document import Document
from .html import render_body
from .templating import clean
from .tree import Node, find, ids, parse_body, table_parts, texts

__all__ = ["escaped", "render_markdown"]

_SPACE = re.compile("[ \t\n\r\f\x0b\u2028\u2029]+")
# Characters that mean something anywhere in a line; "$" begins a formula where Markdown is shown with them.
_ACTIVE = re.compile(
    r"[\\`*\[\]<>|~$]|(?<![^\W_])_|_(?![^\W_])|&(?=[#\w]+;)|!(?=\[|$)|:(?=//)|(?<=\bwww)\.", re.IGNORECASE
)
_AT = re.compile(r"@(?=\w)")  # an address or a mention would become a link; there is no escape for it
_START = re.compile(r"^(\d{1,9}(?=[.)])|(?=[#+>=-]))", re.MULTILINE)
_END = re.compile(r"(#+)$", re.MULTILINE)
_WIDEST = 28  # a column is filled up to here, so that the table can also be read as plain text
_ALIGN = {"left": (":", "-"), "right": ("-", ":"), "center": (":", ":")}


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, inside a line."""
    return _AT.sub("@\u2060", _ACTIVE.sub(lambda found: f"\\{found.group()}", text))


def render_markdown(report: Document) -> str:
    """The report as one Markdown text; it ends with a line break.

    Raises RenderError when a template cannot be used or has an element no form but the page knows.
    """
    tree = parse_body(render_body(report))
    parts = _Parts(tree).blocks(tree)
    if report.notice:
        parts.insert(0, f"> **{escaped(_flat(clean(report.notice)))}**")
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


class _Parts:
    """Nodes as Markdown; knows which anchors of the report are headings that can be linked to."""

    def __init__(self, tree: Node) -> None:
        self.anchors = _anchors(tree)

    def blocks(self, node: Node) -> list[str]:
        out: list[str] = []
        for kid in node["kids"]:
            if isinstance(kid, dict):
                out += self.block(kid)
        return out

    def block(self, node: Node) -> list[str]:
        tag = node["tag"]
        if tag in ("h1", "h2", "h3", "h4"):
            words = _END.sub(r"\\\1", self.paragraph(node))
            return [f"{'#' * int(tag[1])} {words}"] if words else []
        if tag == "p":
            words = self.paragraph(node)
            return [f"> {words}".replace("\n", "\n> ")] if "warning" in node["class"].split() else [words]
        if tag in ("ul", "ol"):
            marks = [f"{i}." if tag == "ol" else "-" for i, _ in enumerate(node["kids"], 1)]
            items = zip(marks, node["kids"], strict=True)
            return ["\n".join(f"{mark} {self.item(kid)}" for mark, kid in items)]
        if tag == "dl":
            return ["\n".join(self.key_figure(item) for item in find(node, "div"))]
        simple = {"pre": _code_block, "table": self.table, "figure": self.figure, "img": _picture}
        if tag in simple:
            return [simple[tag](node)]
        return ["---"] if tag == "hr" else self.blocks(node)

    def paragraph(self, node: Node) -> str:
        return _guarded(self.line(node["kids"]).strip(" "))

    def item(self, node: Node) -> str:
        return self.paragraph(node).replace("\n", "\n  ")

    def key_figure(self, node: Node) -> str:
        label = " ".join(self.line(part["kids"]).strip(" ") for part in find(node, "dt"))
        numbers = [part for part in find(node, "dd") if "number" in part["class"].split()]
        notes = [self.line(part["kids"]).strip(" ") for part in find(node, "dd") if part not in numbers]
        number = " ".join(_bold(self.line(part["kids"]).strip(" ")) for part in numbers)
        return f"- {_guarded(number)} {label}" + "".join(f" · {note}" for note in notes if note)

    def figure(self, node: Node) -> str:
        captions = [self.paragraph(part) for part in find(node, "figcaption")]
        return "\n\n".join([*captions, *(_picture(image) for image in find(node, "img"))])

    def table(self, node: Node) -> str:
        parts = table_parts(node)
        head = [self.cell(cell) for cell in parts["head"]]
        rows = [self.row(row["cells"], row["role"]) for row in parts["rows"]]
        columns = list(zip(head, *rows, strict=True))
        widths = [min(_WIDEST, max(3, *map(len, column))) for column in columns]
        aligns = [cell["align"] for cell in parts["head"]]
        rule = [_ALIGN[a][0] + "-" * (w - 2) + _ALIGN[a][1] for a, w in zip(aligns, widths, strict=True)]
        lines = [_filled(head, widths, aligns), f"| {' | '.join(rule)} |"]
        lines += [_filled(row, widths, aligns) for row in rows]
        caption = self.line(parts["caption"]).strip(" ")
        return "\n\n".join(filter(None, [_bold(_guarded(caption)), "\n".join(lines)]))

    def row(self, cells: list[Node], role: str) -> list[str]:
        out: list[str] = []
        for cell in cells:
            words = self.cell(cell)
            out += [_bold(words) if role else words, *[""] * (cell["span"] - 1)]
        return out

    def cell(self, node: Node) -> str:
        return self.line(node["kids"], inside=True).strip(" ")

    def line(self, kids: list[Node | str], *, inside: bool = False) -> str:
        """What flows in a line; ``inside`` a table, where a line cannot break."""
        return "".join(
            escaped(_flat(kid)) if isinstance(kid, str) else self.word(kid, inside) for kid in kids
        )

    def word(self, node: Node, inside: bool) -> str:
        tag = node["tag"]
        if tag == "svg":
            return escaped(_flat(node.get("aria-label", "")))
        if tag == "br":
            return " " if inside else "\\\n"
        if tag == "code":
            return _code(_flat(texts(node)), inside)
        words = self.line(node["kids"], inside=inside)
        if tag in ("strong", "b"):
            return _bold(words)
        if tag == "a":
            return self.link(node, words)
        if tag == "span" and "caption" in node["class"].split():
            return f"\\\n{words}"
        return {"sup": "^", "sub": "_"}.get(tag, "") + words

    def link(self, node: Node, words: str) -> str:
        href = node.get("href", "")
        if href.startswith("#"):
            href = self.anchors.get(href[1:], "")
        return f"[{words}]({_address(href)})" if href and words.strip() else words


def _guarded(text: str) -> str:
    """Text at the beginning of a block, where a sign such as "#" or "1." would begin something."""
    return _START.sub(lambda found: f"{found.group()}\\", text)


def _flat(text: str) -> str:
    return _SPACE.sub(" ", text)


def _bold(words: str) -> str:
    """Bold where the stars are sure to be read as such: beside letters, not beside signs or blanks."""
    return f"**{words}**" if words and words[0].isalnum() and words[-1].isalnum() else words


def _code(text: str, inside: bool) -> str:
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence, pad = "`" * (longest + 1), " " if text[:1] == "`" or text[-1:] == "`" else ""
    if not text.strip():
        return ""
    return f"{fence}{pad}{text.replace('|', chr(92) + '|') if inside else text}{pad}{fence}"


def _code_block(node: Node) -> str:
    text = texts(node).strip("\n")
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}" if text.strip() else ""


def _picture(node: Node) -> str:
    alt = escaped(_flat(node.get("alt", "")).strip(" "))
    return f"> Figure: {alt}" if alt and not node.get("src", "").startswith("logo:") else alt


def _filled(cells: list[str], widths: list[int], aligns: list[str]) -> str:
    sides = [
        cell.ljust(width)
        if align == "left"
        else cell.rjust(width)
        if align == "right"
        else cell.center(width)
        for cell, width, align in zip(cells, widths, aligns, strict=True)
    ]
    return f"| {' | '.join(sides)} |"


def _address(href: str) -> str:
    """An address in which nothing ends the link or the cell; what is encoded already stays."""
    return quote(href, safe="%/:=&?~#+!$,;'@-._").replace("&", "&amp;")


def _anchors(tree: Node) -> dict[str, str]:
    """Anchor of a section or heading -> the one Markdown makes of its words."""
    seen: dict[str, int] = {}
    found: dict[str, str] = {}

    def visit(node: Node) -> None:
        if node["tag"] in ("h1", "h2", "h3", "h4"):
            name = re.sub(r"[^\w\- ]", "", _flat(texts(node)).strip().lower()).replace(" ", "-")
            number = seen[name] = seen.get(name, -1) + 1
            made = f"#{name}-{number}" if number else f"#{name}"
            for anchor in ids(node):
                found[anchor] = made
                found.setdefault(anchor.removesuffix("-title"), made)
        for kid in node["kids"]:
            if isinstance(kid, dict):
                visit(kid)

    visit(tree)
    return found
