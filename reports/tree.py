"""The report's body as a small tree of known elements, ready to be handed to Typst as data.

Anything the PDF could not show raises, so that HTML and PDF cannot drift apart unseen.
"""

from html.parser import HTMLParser
from typing import Any

from analysis.errors import RenderError

__all__ = ["Node", "find", "ids", "parse_body", "table_parts", "texts"]

# A node is {"tag", "class", other attributes…, "kids": [node or str, …]}.
Node = dict[str, Any]

_SHARED = ("class", "id")
# Element -> attributes that matter to the PDF; all others are for the browser.
KNOWN: dict[str, tuple[str, ...]] = {
    "header": (), "section": (), "footer": (), "div": (), "h1": (), "h2": (), "h3": (), "h4": (),
    "p": (), "ul": (), "ol": (), "li": (), "dl": (), "dt": (), "dd": (), "pre": (), "code": (),
    "table": (), "caption": (), "thead": (), "tbody": (), "tfoot": (), "tr": (),
    "th": ("scope", "colspan", "data-key"), "td": ("colspan",),
    "figure": (), "figcaption": (), "img": ("src", "alt"),
    "a": ("href",), "strong": (), "em": (), "b": (), "i": (), "small": (), "sub": (), "sup": (), "span": (),
    "data": (), "time": (), "abbr": (), "br": (), "hr": (), "wbr": (),
    "svg": ("viewbox", "width", "height", "aria-label"), "title": (), "polyline": ("points",),
    "circle": ("cx", "cy", "r"),
}  # fmt: skip
_VOID = {"img", "br", "hr", "wbr", "polyline", "circle"}
# Inside these only elements count; the white space between them is layout of the source.
_NO_TEXT = {
    "table", "thead", "tbody", "tfoot", "tr", "ul", "ol", "dl", "section", "header", "footer", "figure",
    "svg",
}  # fmt: skip


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: Node = {"tag": "body", "class": "", "kids": []}
        self.open: list[Node] = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in KNOWN:
            raise RenderError(
                f"the element <{tag}> in a template cannot be shown in the PDF; "
                f"known elements are {', '.join(sorted(KNOWN))}."
            )
        given = {key: value or "" for key, value in attrs}
        node: Node = {"tag": tag, "class": given.get("class", ""), "kids": []}
        node |= {key: given[key] for key in ("id", *KNOWN[tag]) if key in given}
        self.open[-1]["kids"].append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self.open[-1]["tag"] != tag:
            raise RenderError(
                f"a template closes <{tag}> where <{self.open[-1]['tag']}> is open; close every element."
            )
        self.open.pop()

    def handle_data(self, data: str) -> None:
        parent = self.open[-1]
        if parent["tag"] in _NO_TEXT or (parent["tag"] in ("body", "div") and not data.strip()):
            if data.strip():
                raise RenderError(
                    f"a template has text outside a paragraph, in <{parent['tag']}>: {data.strip()[:40]!r}."
                )
            return
        parent["kids"].append(data)


def parse_body(html: str) -> Node:
    """The body as a tree. Raises RenderError naming an element the PDF does not know, or one left open."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    if len(parser.open) > 1:
        raise RenderError(f"a template leaves <{parser.open[-1]['tag']}> open.")
    return parser.root


def ids(node: Node) -> set[str]:
    """Every anchor in the tree."""
    own = {node["id"]} if "id" in node else set()
    return own.union(*(ids(kid) for kid in node["kids"] if isinstance(kid, dict)))


def texts(node: Node) -> str:
    """All text of a node, joined."""
    return "".join(kid if isinstance(kid, str) else texts(kid) for kid in node["kids"])


def find(node: Node, tag: str) -> list[Node]:
    """The children of this name."""
    return [kid for kid in node["kids"] if isinstance(kid, dict) and kid["tag"] == tag]


def table_parts(node: Node) -> Node:
    """A table as ``caption`` (kids), ``head`` (cells) and ``rows``; a row has ``cells``, ``role``, ``id``.

    A cell has ``kids``, ``align``, ``tone``, ``head`` (is it a header?), ``span``, ``text`` and ``key`` (its
    column's, in the head). Raises RenderError for a table without a head of one row, or with a row wider
    than its head.
    """
    heads = [row for part in find(node, "thead") for row in find(part, "tr")]
    if len(heads) != 1 or not heads[0]["kids"]:
        raise RenderError("a table in a template needs a <thead> with one row.")
    rows = [
        _row(row) for part in node["kids"] if part["tag"] in ("tbody", "tfoot") for row in find(part, "tr")
    ]
    head = _row(heads[0])["cells"]
    widest = max([len(head), *(sum(cell["span"] for cell in row["cells"]) for row in rows)])
    if widest != len(head):
        raise RenderError(f"a table in a template has {len(head)} headed columns but a row of {widest}.")
    caption = [kid for part in find(node, "caption") for kid in part["kids"]]
    return {"tag": "table", "caption": caption, "head": head, "rows": rows, "kids": []}


def _cell(node: Node) -> Node:
    words = node["class"].split()
    align = next((word for word in words if word in ("left", "right", "center")), "left")
    tone = next((word for word in words if word in ("up", "down", "muted")), "")
    return {
        "kids": node["kids"], "align": align, "tone": tone, "head": node["tag"] == "th",
        "span": int(node.get("colspan", "1")), "text": texts(node), "key": node.get("data-key", ""),
    }  # fmt: skip


def _row(node: Node) -> Node:
    role = next((word for word in node["class"].split() if word in ("group", "total")), "")
    cells = [_cell(kid) for kid in node["kids"]]
    return {"cells": cells, "role": role} | ({"id": node["id"]} if "id" in node else {})
