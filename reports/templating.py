"""The sandbox our templates and the user's templates run in.

Every value is escaped; a name that does not exist is an error; incident text cannot become markup. A user's
template folder may hold ``report.html.j2`` with ``{% extends "!base" %}`` and the blocks it changes.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from analysis.errors import RenderError

from .content import Bullets, Code, Figure, Heading, KeyFigures, Link, Paragraph, Row, Strong, Table
from .facts import Fact

__all__ = ["TEMPLATES", "clean", "environment", "plain", "render", "safe_href"]

TEMPLATES = Path(__file__).with_name("templates")
_BASE = "!base"

# Characters XML cannot hold, lone surrogates, and noncharacters.
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Marks that reorder the text around them: printed by name, so that nobody can disguise a figure.
_REORDERING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Text without what XML forbids; bidirectional controls are printed as ``[U+202E]``."""
    return _REORDERING.sub(lambda mark: f"[U+{ord(mark.group()):04X}]", _INVALID.sub("", text))


def plain(text: Iterable[Any]) -> str:
    """Text as one string, for attributes and titles."""
    return "".join(part if isinstance(part, str) else part.text for part in text)


def safe_href(href: str) -> str:
    """The address when it is http, https, an anchor or a relative file; otherwise ""."""
    if any(unicodedata.category(c) in ("Cc", "Cf", "Zs", "Zl", "Zp") for c in href) or "\\" in href:
        return ""
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    if parts.scheme in ("http", "https"):
        return href if parts.netloc else ""
    relative = not parts.scheme and not parts.netloc and not href.startswith("/") and href.strip("#")
    return href if relative else ""


class _Environment(SandboxedEnvironment):
    """Resolves ``!base`` to our template of the same name as the one that asks."""

    def join_path(self, template: str, parent: str) -> str:
        return f"{_BASE}/{parent}" if template == _BASE else template


def _finalize(value: object) -> object:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def environment(folder: Path | None) -> SandboxedEnvironment:
    """The environment of our templates, those of ``folder`` before them.

    Raises RenderError when there is no such folder.
    """
    if folder is not None and not folder.is_dir():
        raise RenderError(f"there is no template folder {folder}.")
    ours = FileSystemLoader(TEMPLATES)
    mine = [FileSystemLoader(folder)] if folder is not None else []
    env = _Environment(
        loader=ChoiceLoader([*mine, ours, PrefixLoader({_BASE: ours})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    env.filters |= {"safe_href": safe_href, "plain": plain, "kind": kind, "groups": groups, "slug": slug}
    env.filters |= {"bodies": bodies, "span": span, "hints": hints, "lines": str.splitlines}
    return env


def render(env: SandboxedEnvironment, name: str, values: Mapping[str, Any]) -> str:
    """A template's text. Raises RenderError naming the template and the line."""
    try:
        return env.get_template(name).render(values)
    except TemplateError as error:
        where = f"{getattr(error, 'name', None) or name}"
        line = getattr(error, "lineno", None)
        raise RenderError(
            f"the template {where}{f', line {line},' if line else ''} cannot be used: {error.message}."
        ) from error
    except (ArithmeticError, LookupError, OSError, TypeError, UnicodeError) as error:
        raise RenderError(f"a template stops with {type(error).__name__}: {error}.") from error


_KINDS: dict[type, str] = {
    Heading: "heading", Paragraph: "paragraph", Bullets: "bullets", KeyFigures: "key_figures", Table: "table",
    Figure: "figure", Code: "code", Fact: "fact", Link: "link", Strong: "strong",
}  # fmt: skip


def kind(thing: object) -> str:
    """The name of a block's or text part's macro; "text" for a string."""
    return _KINDS.get(type(thing), "text")


def slug(text: str) -> str:
    """An anchor: letters, digits, dot, hyphen and underscore only."""
    return re.sub(r"[^\w.-]+", "-", text).strip("-") or "part"


def groups(blocks: Sequence[Any]) -> list[list[Any]]:
    """Blocks one by one, but neighbouring half-width figures together."""
    out: list[list[Any]] = []
    for block in blocks:
        half = isinstance(block, Figure) and block.width == "half"
        last = out[-1][-1] if out else None
        if half and isinstance(last, Figure) and last.width == "half":
            out[-1].append(block)
        else:
            out.append([block])
    return out


def bodies(table: Table) -> list[tuple[str, list[Row]]]:
    """The rows as ``tbody`` and ``tfoot`` parts: a group starts one, totals stand in one of their own."""
    out: list[tuple[str, list[Row]]] = []
    for row in table.rows:
        total = row.role == "total"
        if not out or row.role == "group" or total != (out[-1][0] == "total"):
            out.append(("total" if total else "", []))
        out[-1][1].append(row)
    return out


def span(row: Row, table: Table) -> int:
    """How many columns the row's last cell fills."""
    return max(1, len(table.columns) - len(row.cells) + 1)


def hints(table: Table) -> list[tuple[str, str]]:
    """Label and explanation, without its full stop, of the columns that have one."""
    return [(column.label, column.hint.rstrip(". ")) for column in table.columns if column.hint]
