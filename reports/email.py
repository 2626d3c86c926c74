"""The week as a short page for e-mail: plain elements with inline styles, nothing fetched, nothing active.

The sentences, numbers and tables are those of the report, cut to what a reader of mail needs; pictures stay
in the report. Made for narrow screens, and still a readable text where a mail program drops every style.
"""

from collections.abc import Iterable
from html import escape

from markupsafe import Markup

from .document import Document
from .html import render_body
from .pdf_data import break_runs
from .templating import environment, render, safe_href
from .theme import Theme
from .tree import Node, find, parse_body, table_parts

__all__ = ["SECTIONS", "render_email"]

SECTIONS = ("main_points", "key_figures", "changed_since", "region_table", "signals")
# Columns that a narrow screen has room for, by table; of any other table the first few.
COLUMNS = {
    "table-regions": ("region", "this_week", "previous_week", "reading"),
    "table-signals": ("region", "this_week", "usual", "reading", "status"),
}
MOST_COLUMNS = 4
MOST_ROWS = 12
LONGEST_NOTE = 500  # characters; small print beyond it is left to the report
_BLOCKS = ("p", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "pre")
_SAME = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "sub": "sub", "sup": "sup", "code": "code"}


def render_email(report: Document, *, address: str = "") -> str:
    """The page for e-mail.

    address : where the edition can be read, e.g. ``"https://example.org/weekly/2025-W29/"``; the name of the
    full report becomes a link to it. "" for a name alone.

    Raises RenderError when a template cannot be used, ValueError when the address is not http or https.
    """
    href = f"{address.rstrip('/')}/report.html" if address else ""
    if href and not (safe_href(href) and href.startswith(("http://", "https://"))):
        raise ValueError(f"address must begin with http:// or https://, got {address!r}")
    tree = parse_body(render_body(report))
    page = _Page(report.theme)
    sections = {node.get("id", ""): node for node in find(tree, "section")}
    told = [page.section(sections[name]) for name in SECTIONS if name in sections]
    values = {
        "document": report, "look": _look(report.theme), "href": href, "uncovered": page.uncovered,
        "masthead": Markup("".join(page.blocks(node) for node in find(tree, "header"))),
        "sections": [Markup(part) for part in told],
    }  # fmt: skip
    return render(environment(report.templates), "email.html.j2", values)


def _look(theme: Theme) -> dict[str, str]:
    sans = f"'{theme.sans}',Arial,Helvetica,sans-serif"
    return {**theme.light, "sans": sans, "serif": f"'{theme.serif}',Georgia,serif"}


class _Page:
    """Nodes as HTML with inline styles."""

    def __init__(self, theme: Theme) -> None:
        look = _look(theme)
        self.colours = look
        self.uncovered = False  # does a table show "U"?
        text = "margin:0 0 10px;line-height:1.45"
        heading = f"font-family:{look['serif']};line-height:1.25"
        self.styles = {
            "h1": f"{heading};font-size:24px;margin:0 0 12px",
            "h2": f"{heading};font-size:18px;margin:26px 0 10px;padding-top:8px;"
            f"border-top:2px solid {look['ink']}",
            "h3": f"{heading};font-size:15px;margin:16px 0 8px", "h4": "font-size:14px;margin:14px 0 6px",
            "p": text, "week": f"margin:0 0 4px;font-weight:bold;color:{look['accent']}",
            "note": f"{text};font-size:13px;color:{look['muted']}",
            "warning": f"{text};border-left:3px solid {look['up']};padding:6px 0 6px 10px",
            "ul": "margin:0 0 10px;padding:0 0 0 20px", "ol": "margin:0 0 10px;padding:0 0 0 22px",
            "li": "margin:0 0 8px;line-height:1.45",
            "pre": "margin:0 0 10px;white-space:pre-wrap;font-size:12px",
            "figure": "margin:0 0 10px;line-height:1.35", "number": "font-size:21px",
            "small": "font-size:13px",
            "table": "border-collapse:collapse;width:100%;font-size:14px;margin:0 0 8px",
            "caption": "text-align:left;font-weight:bold;padding:0 0 6px",
        }  # fmt: skip

    def section(self, node: Node) -> str:
        """A section; of the table of regions only the first table, whose larger areas stay in the report."""
        tables = [kid for kid in find(node, "div") if "table" in kid["class"].split()]
        kept = [kid for kid in node["kids"] if node.get("id") != "region_table" or kid not in tables[1:]]
        return self.blocks({**node, "kids": kept})

    def blocks(self, node: Node) -> str:
        return "\n".join(filter(None, (self.block(kid) for kid in node["kids"] if isinstance(kid, dict))))

    def block(self, node: Node) -> str:
        tag = node["tag"]
        if tag in ("figure", "img", "hr", "svg"):
            return ""
        if tag == "dl":
            return "\n".join(self.key_figure(item) for item in find(node, "div"))
        if tag == "div" and "table" in node["class"].split():
            return self.table(node)
        if tag in ("ul", "ol"):
            items = "".join(self.element("li", self.words(kid["kids"])) for kid in find(node, "li"))
            return self.element(tag, items)
        if tag in _BLOCKS:
            style = next((word for word in node["class"].split() if word in self.styles), tag)
            words = self.words(node["kids"])
            return self.element(tag, words, style) if words.strip() else ""
        return self.blocks(node)

    def element(self, tag: str, inner: str, style: str = "") -> str:
        return f'<{tag} style="{escape(self.styles[style or tag])}">{inner}</{tag}>'

    def key_figure(self, node: Node) -> str:
        label = " ".join(self.words(part["kids"]) for part in find(node, "dt"))
        figures = find(node, "dd")
        numbers = [part for part in figures if "number" in part["class"].split()]
        notes = [self.words(part["kids"]) for part in figures if part not in numbers]
        number = " ".join(self.element("strong", self.words(part["kids"]), "number") for part in numbers)
        small = f"{self.styles['small']};color:{self.colours['muted']}"
        more = "".join(f'<br><span style="{small}">{note}</span>' for note in notes if note)
        return self.element("p", f"{number} {label}{more}", "figure")

    def words(self, kids: Iterable[Node | str]) -> str:
        return "".join(_text(kid) if isinstance(kid, str) else self.word(kid) for kid in kids)

    def word(self, node: Node) -> str:
        tag, inner = node["tag"], self.words(node["kids"])
        if tag == "a" and node.get("href", "").startswith(("http://", "https://")):
            href = escape(node["href"])
            return f'<a href="{href}" style="color:{self.colours["accent"]}">{inner}</a>'
        if tag in _SAME and inner:
            return f"<{_SAME[tag]}>{inner}</{_SAME[tag]}>"
        return "<br>" if tag == "br" else "" if tag == "svg" else inner

    def table(self, node: Node) -> str:
        """A table's first columns and rows, its total, and its small print where that is short."""
        found = [kid for part in find(node, "div") for kid in find(part, "table")]
        notes = [kid for kid in find(node, "p") if not find(kid, "strong")]  # others explain columns
        short = [kid for kid in notes if sum(map(len, self.words(kid["kids"]))) <= LONGEST_NOTE]
        drawn = [self.grid(table_parts(one), node.get("id", "")) for one in found]
        return "\n".join([*drawn, *(self.block(note) for note in short)])

    def grid(self, parts: Node, name: str) -> str:
        chosen = _columns(parts, name)
        others = [i for i, row in enumerate(parts["rows"]) if row["role"] != "total"]
        cut = set(others[MOST_ROWS:])
        rows = [row for i, row in enumerate(parts["rows"]) if i not in cut]
        head = "".join(self.cell(parts["head"][i], "col") for i in chosen)
        body = "\n".join(f"<tr>{self.row(row, chosen)}</tr>" for row in rows)
        caption = self.element("caption", self.words(parts["caption"])) if parts["caption"] else ""
        table = self.element("table", f"{caption}\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>")
        if not cut:
            return table
        words = f"The first {len(others) - len(cut)} of {len(others)} rows; all are in the report."
        return table + self.element("p", words, "note")

    def row(self, row: Node, chosen: list[int]) -> str:
        if any(cell["span"] > 1 for cell in row["cells"]):
            return self.cell({**row["cells"][0], "span": len(chosen)}, "rowgroup")
        cells = [row["cells"][i] for i in chosen]
        self.uncovered = self.uncovered or any(cell["text"].strip() == "U" for cell in cells)
        return "".join(self.cell(cell, "row" if cell["head"] else "", row["role"]) for cell in cells)

    def cell(self, cell: Node, scope: str, role: str = "") -> str:
        line = (
            self.colours["ink"] if scope in ("col", "rowgroup") or role == "total" else self.colours["rule"]
        )
        style = f"text-align:{cell['align']};vertical-align:top;padding:5px 8px 5px 0;"
        style += f"border-bottom:1px solid {line}"
        if cell["tone"]:
            style += f";color:{self.colours[cell['tone']]}"
        heavy = scope in ("col", "rowgroup") or role == "total" or cell["tone"] in ("up", "down")
        style += f";font-weight:{'bold' if heavy else 'normal'}"
        tag, more = ("th", f' scope="{scope}"') if scope else ("td", "")
        more += f' colspan="{cell["span"]}"' if cell["span"] > 1 else ""
        return f'<{tag}{more} style="{style}">{self.words(cell["kids"])}</{tag}>'


def _columns(parts: Node, name: str) -> list[int]:
    """Which columns to show; those with drawings never."""
    drawn = {
        i for row in parts["rows"] for i, cell in enumerate(row["cells"]) if find(cell, "svg")
    }  # fmt: skip
    free = [i for i, _ in enumerate(parts["head"]) if i not in drawn]
    wanted = COLUMNS.get(name, ())
    keyed = [i for i in free if parts["head"][i]["key"] in wanted]
    return keyed or free[:MOST_COLUMNS]


def _text(text: str) -> str:
    return escape(break_runs(text)).replace("\u200b", "<wbr>")
