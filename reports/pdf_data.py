"""The body's tree made ready for the Typst walker: texts printable, tables measured, pictures as files."""

import re
from collections.abc import Callable
from html import escape

from .columns import column_widths
from .theme import Theme
from .tree import Node, find, ids, table_parts, texts

__all__ = ["break_runs", "prepare"]

_RUN = re.compile(r"[^\s\u200b\u2010-\u2014-]{32,}")
_JOINT = re.compile(r"(?<=[_/.])(?=.)")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_BLOCK = {"p", "li", "dt", "dd", "h1", "h2", "h3", "h4", "th", "td", "caption", "figcaption", "div"}
TEXT_WIDTH = {"a4": 485.0, "us-letter": 502.0}  # points; the walker's page less its margins
SPARK_EM = 7.0


def break_runs(text: str, least: int = 32, every: int = 12) -> str:
    """Text with U+200B inside unbroken runs of ``least`` characters and more, where a line may end."""

    def cut(run: re.Match[str]) -> str:
        word = run.group()
        if len(word) < least:
            return word
        parts = _JOINT.split(word)  # after an underscore or a slash, where a name has them
        if len(parts) == 1 or max(map(len, parts)) > 2 * every:
            parts = [word[i : i + every] for i in range(0, len(word), every)]
        return "\u200b".join(parts)

    return _RUN.sub(cut, text)


def prepare(tree: Node, theme: Theme, printable: Callable[[str], str], picture: Callable[[str], str]) -> Node:
    """The tree as the walker wants it.

    printable : text -> text with glyphs for everything. picture : an image's ``src`` -> its file name.
    """
    known = ids(tree)
    taken: set[str] = set()

    def visit(node: Node, raw: bool) -> Node:
        tag = node["tag"]
        if tag == "svg":
            return _spark(node, theme)
        out = {key: value for key, value in node.items() if key != "kids"}
        if out.get("id") in taken:
            del out["id"]  # an anchor works once
        taken.add(out.get("id", ""))
        if tag == "a" and not _reachable(out.get("href", ""), known):
            out["tag"] = "span"
        if tag == "img":
            out |= {"src": picture(node["src"]), "alt": printable(node.get("alt", ""))}
        raw = raw or tag == "pre"
        kids = [
            _text(kid, raw, printable) if isinstance(kid, str) else visit(kid, raw) for kid in node["kids"]
        ]
        out["kids"] = _trimmed(kids) if tag in _BLOCK else kids
        if tag in ("h1", "h2", "h3", "h4") and not texts(out).strip():
            out["tag"] = "span"  # a heading without words would be a hole in the outline
            out["kids"] = []
        return _table(out, theme) if tag == "table" else out

    return visit(tree, False)


def _reachable(href: str, known: set[str]) -> bool:
    # relative files lie beside the HTML, not beside a PDF that is passed on
    return href[1:] in known if href.startswith("#") else href.startswith(("http://", "https://"))


def _text(text: str, raw: bool, printable: Callable[[str], str]) -> str:
    return break_runs(printable(text), 88, 88) if raw else break_runs(printable(_SPACE.sub(" ", text)))


def _trimmed(kids: list[Node | str]) -> list[Node | str]:
    """HTML does not print white space at a block's edges; Typst would."""
    if kids and isinstance(kids[0], str):
        kids[0] = kids[0].lstrip(" \n")
    if kids and isinstance(kids[-1], str):
        kids[-1] = kids[-1].rstrip(" \n")
    return [kid for kid in kids if kid != ""]


def _spark(node: Node, theme: Theme) -> Node:
    """A drawing of the template as an SVG file's text, in the theme's light colours."""
    shapes = []
    for kid in node["kids"]:
        if kid["tag"] == "polyline":
            shapes.append(
                f'<polyline points="{escape(kid["points"])}" fill="none" stroke="{theme.light["muted"]}" '
                'stroke-width="1.2" stroke-linejoin="round"/>'
            )
        elif kid["tag"] == "circle":
            centre = "".join(f'{key}="{escape(kid[key])}" ' for key in ("cx", "cy", "r"))
            shapes.append(f'<circle {centre}fill="{theme.light["accent"]}"/>')
    box, width, height = (escape(node[key]) for key in ("viewbox", "width", "height"))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{width}" height="{height}">'
    return {"tag": "spark", "svg": head + "".join(shapes) + "</svg>", "alt": node.get("aria-label", ""),
            "ratio": float(width) / float(height), "kids": []}  # fmt: skip


def _table(node: Node, theme: Theme) -> Node:
    parts = table_parts(node)
    head, rows = parts["head"], parts["rows"]
    for row in rows:
        for cell in row["cells"]:
            cell["spark"] = bool(find(cell, "spark"))
    plain = [row["cells"] for row in rows if all(cell["span"] == 1 for cell in row["cells"])]
    columns = range(len(head))
    widths = column_widths(
        [cell["text"] for cell in head],
        [[cell["text"] for cell in row] for row in plain],
        numeric=[cell["align"] != "left" for cell in head],
        extra=[SPARK_EM * any(row[i]["spark"] for row in plain if i < len(row)) for i in columns],
        width=TEXT_WIDTH[theme.page],
    )
    return parts | {"size": widths.size, "widths": widths.widths}
