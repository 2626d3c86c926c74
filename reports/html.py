"""The report as one self-contained HTML file; its body is also what the PDF is made from."""

import base64
import hashlib
import re
from typing import Any

from markupsafe import Markup

from analysis.errors import RenderError

from .content import Figure, Section
from .document import Document
from .svg import inline_svg
from .templating import TEMPLATES, environment, plain, render
from .theme import Theme
from .web_fonts import font_faces

__all__ = ["NAMED", "POLICY", "figures", "policy_of", "render_body", "render_html", "style_sheet"]

# Sections with a template block of their own, in the order of the report; any other goes to "extra".
NAMED = (
    "masthead", "main_points", "key_figures", "changed_since", "epicurve", "region_table",
    "historical_limits", "signals", "level_changes", "robustness", "map", "by_type", "region_pages",
    "outlook", "incident_list", "revisions", "data_quality", "methods", "reproduce",
)  # fmt: skip

_IMAGE = re.compile(r'<img [^>]*?src="(figure|logo):([^"]*)"[^>]*>')
_FACT = re.compile(r'data-fact="([^"]*)"')
_INLINE = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)
POLICY = "policy-of-this-page"  # stands in a page until its own policy is known


def _values(report: Document) -> dict[str, Any]:
    known = {section.id: section for section in report.sections}
    extra = [section for section in report.sections if section.id not in NAMED]
    logo = report.theme.logo_alt if report.theme.logo else ""
    return {"document": report, "sections": known, "extra": extra, "logo": logo}


def _contents(report: Document) -> list[Section]:
    known = {section.id: section for section in report.sections}
    named = [known[name] for name in NAMED[1:] if name in known]
    return named + [section for section in report.sections if section.id not in NAMED]


def figures(report: Document) -> dict[str, Figure]:
    """The report's figures by name."""
    blocks = (block for section in report.sections for block in section.blocks)
    return {block.name: block for block in blocks if isinstance(block, Figure)}


def render_body(report: Document) -> str:
    """The report's body: semantic HTML in which figures are ``<img src="figure:NAME">``.

    Raises RenderError when a template cannot be used.
    """
    return render(environment(report.templates), "report.html.j2", _values(report))


def render_html(report: Document) -> str:
    """The report as an HTML page without any outside resource; every style and script is allowed by hash.

    Raises RenderError when a template or a figure cannot be used.
    """
    styles: dict[str, str] = {}
    body = _anchored(_with_images(render_body(report), report, styles))
    css = style_sheet(report.theme, body)
    css += "".join(f".{name}{{{rule}}}\n" for rule, name in styles.items())
    script = (TEMPLATES / "page.js").read_text(encoding="utf-8")
    values = _values(report) | {
        "body": Markup(body),  # rendered and escaped above
        "contents": _contents(report),
        "css": Markup(css.replace("</", "<\\/")),
        "script": Markup(script),
        "policy": POLICY,
    }
    page = render(environment(report.templates), "page.html.j2", values)
    return page.replace(POLICY, policy_of(page), 1)


def style_sheet(theme: Theme, body: str) -> str:
    """The style of a page with this body: fonts for its characters, colours, and the rules of all pages."""
    rules = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return font_faces(theme, body) + _variables(theme) + rules


def _with_images(body: str, report: Document, styles: dict[str, str]) -> str:
    known = figures(report)

    def image(found: re.Match[str]) -> str:
        if found[1] == "logo":
            return found.group().replace('src="logo:"', f'src="{_logo(report.theme)}"')
        name = str(Markup(found[2]).unescape())
        if name not in known:
            raise RenderError(f"the template asks for the figure {name!r}, which the report does not have.")
        figure = known[name]
        drawing = inline_svg(
            figure.svg,
            name=name,
            alt=figure.alt,
            title=plain(figure.title),
            theme=report.theme,
            styles=styles,
        )
        return f'<div class="drawing">{drawing}</div>'

    return _IMAGE.sub(image, body)


def _anchored(body: str) -> str:
    """The first place of every printed number as a target of links: ``#fact/total/week/incidents``."""
    seen: set[str] = set()

    def first(found: re.Match[str]) -> str:
        if found[1] in seen:
            return found.group()
        seen.add(found[1])
        return f'id="fact/{"_".join(found[1].split())}" {found.group()}'

    return _FACT.sub(first, body)


def _logo(theme: Theme) -> str:
    if theme.logo is None:
        return "data:,"
    try:
        data = theme.logo.read_bytes()
    except OSError as error:
        raise RenderError(f"the logo {theme.logo} cannot be read: {error.strerror}.") from error
    kind = "svg+xml" if theme.logo.suffix.lower() == ".svg" else "png"
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def _variables(theme: Theme) -> str:
    def block(colours: Any) -> str:
        return "".join(f"--{name}:{value};" for name, value in colours.items())

    fonts = f'--sans:"{theme.sans}";--serif:"{theme.serif}";--mono:"{theme.mono}";'
    return (
        f":root{{{fonts}{block(theme.light)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{block(theme.dark)}}}}}\n"
    )


def policy_of(page: str) -> str:
    """The content security policy for what the page holds (CSP level 3, hash sources)."""
    hashes: dict[str, list[str]] = {"style": [], "script": []}
    for tag, text in _INLINE.findall(page):
        digest = hashlib.sha256(text.encode("utf-8")).digest()
        hashes[tag].append(f"'sha256-{base64.b64encode(digest).decode()}'")
    allowed = "; ".join(f"{tag}-src {' '.join(found)}" for tag, found in hashes.items() if found)
    return (
        f"default-src 'none'; {allowed}; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )
