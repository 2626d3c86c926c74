"""The report as a PDF: the same body as the HTML, handed to one Typst file as data.

PDF/UA-1 and PDF/A-2a, tagged, with bookmarks; no system fonts, no network, no clock: equal reports give
equal bytes.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.errors import RenderError

from .document import Document
from .fonts import coverage, font_files, printable
from .html import figures, render_body
from .pdf_data import break_runs, prepare
from .svg import parse_svg
from .templating import TEMPLATES, clean
from .tree import parse_body
from .typesetting import bring_fonts, compiled

__all__ = ["render_pdf"]


def render_pdf(report: Document) -> bytes:
    """The report as PDF bytes.

    Raises RenderError when a template uses an element the PDF does not know, a figure is missing or Typst
    refuses the document.
    """
    covered = coverage(font_files(report.theme))

    def glyphs(text: str) -> str:
        return printable(text, covered)

    with TemporaryDirectory(prefix="sitrend-pdf-") as folder:
        root = Path(folder)  # Typst may read all of its root, so it holds only what it needs
        bring_fonts(root, report.theme)
        body = prepare(parse_body(render_body(report)), report.theme, glyphs, _pictures(report, root, glyphs))
        data = _data(report, glyphs) | {"body": body}
        (root / "report.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        shutil.copyfile(TEMPLATES / "walker.typ", root / "walker.typ")
        day = report.edition.last_day
        return compiled(root, "walker.typ", day=day, format="pdf", pdf_standards=["ua-1", "a-2a"])[0]


def _data(report: Document, glyphs: Callable[[str], str]) -> dict[str, object]:
    theme, day = report.theme, report.edition.last_day

    def text(words: str) -> str:
        return break_runs(glyphs(clean(words)))

    return {
        "title": text(report.title), "head": text(report.running_head or report.title),
        "week": text(report.edition.week), "notice": text(report.notice), "language": report.language,
        "date": [day.year, day.month, day.day], "page": theme.page, "colours": dict(theme.light),
        "sans": [theme.sans, "Source Sans Pro", "DejaVu Sans"],
        "serif": [theme.serif, "Source Serif Pro", "DejaVu Sans"],
        "mono": [theme.mono, "DejaVu Sans Mono", "DejaVu Sans"],
    }  # fmt: skip


def _pictures(report: Document, root: Path, glyphs: Callable[[str], str]) -> Callable[[str], str]:
    known = figures(report)

    def picture(src: str) -> str:
        kind, _, name = src.partition(":")
        if kind == "logo" and report.theme.logo is not None:
            file = f"logo{report.theme.logo.suffix.lower()}"
            try:
                shutil.copyfile(report.theme.logo, root / file)
            except OSError as error:
                raise RenderError(
                    f"the logo {report.theme.logo} cannot be read: {error.strerror}."
                ) from error
            return file
        if kind != "figure" or name not in known:
            raise RenderError(f"a template asks for the picture {src!r}, which the report does not have.")
        parse_svg(known[name].svg, name=name)
        file = f"figure-{list(known).index(name)}.svg"
        (root / file).write_text(glyphs(clean(known[name].svg)), encoding="utf-8")
        return file

    return picture
