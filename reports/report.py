"""`build_report`: findings to a report that renders itself as HTML, PDF, JSON and tables."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.codec import to_plain
from analysis.errors import ConfigError
from analysis.findings import Findings
from analysis.panel import Panel
from analysis.weeks import Week

from .boundaries import Boundaries, read_boundaries
from .content import Context, Section, Table
from .document import Document, EditionLabel
from .editions import Edition
from .facts import FactTable
from .issues import Issue, issue_of, read_issue
from .listing import summary_of
from .prose import main_points, plain
from .sections import Builder, build_sections
from .sections.masthead import as_of_text
from .since import Since, compare, diff_plain
from .snapshot import snapshot_bytes
from .spreadsheet import for_spreadsheets
from .theme import Theme, load_theme
from .trace import panel_settings
from .words import Noun, week_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Report", "build_report"]

LANGUAGES = ("en",)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Report:
    """One week's report, ready to be written in any form.

    document : what the renderers need. facts : every number printed. findings : what it speaks of.
    headline : the main points as plain sentences. issue : what the next report will remember of it.
    since : what changed since the last issue; None where there is none.
    """

    document: Document
    facts: FactTable
    findings: Findings
    headline: tuple[str, ...] = ()
    issue: Issue
    since: Since | None = None

    @property
    def week(self) -> Week:
        """The reported week."""
        return self.findings.week

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections, in order."""
        return self.document.sections

    def html(self) -> str:
        """One self-contained page; raises `RenderError`."""
        from .html import render_html

        return render_html(self.document)

    def pdf(self) -> bytes:
        """A tagged PDF; the same report gives the same bytes. Raises `RenderError`."""
        from .pdf import render_pdf

        return render_pdf(self.document)

    def markdown(self) -> str:
        """The report as Markdown in GitHub's flavour, pictures told by their words; raises `RenderError`."""
        from .markdown import render_markdown

        return render_markdown(self.document)

    def docx(self) -> bytes:
        """The report as a Word document; the same report gives the same bytes. Raises `RenderError`."""
        from .word import render_docx

        return render_docx(self.document)

    def email(self, *, address: str = "") -> str:
        """The week as a short page for e-mail: main points, key figures, changes, regions, unusual weeks.

        address : where the edition can be read; makes the name of the full report a link. Raises
        `RenderError`, ValueError for an address that is not http or https.
        """
        from .email import render_email

        return render_email(self.document, address=address)

    def json(self) -> str:
        """The machine-readable edition, ``sitrend.report/1``; its JSON Schema is ``report.schema.json``."""
        from .payload import payload

        return json.dumps(payload(self), ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def diff(self) -> str | None:
        """What changed since the last issue as JSON, ``sitrend.diff/1``; None without one."""
        if self.since is None:
            return None
        return json.dumps(diff_plain(self.since), ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def tables(self) -> dict[str, bytes]:
        """Every table of the report as CSV (UTF-8), by file name; safe to open, see `spreadsheet`."""
        tables = [b for s in self.sections for b in s.blocks if isinstance(b, Table) and b.data is not None]
        return {f"{table.name}.csv": _csv(table.data) for table in tables if table.data is not None}

    def save(self, folder: str | Path, *, formats: Sequence[str] = ("html", "pdf", "json")) -> Path:
        """Write the files of the report into a folder, replacing what is there; returns the folder.

        For published weeks use `Editions.publish`, which never replaces anything.
        """
        from .editions import report_files

        folder = Path(folder)
        for name, data in report_files(self, formats).items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        return folder

    def snapshot(self) -> bytes | None:
        """The snapshot of the incident rows for an edition, as Parquet; None for counts without rows."""
        incidents = self._panel.incidents
        return None if incidents is None else snapshot_bytes(incidents.table)

    def about(self) -> dict[str, Any]:
        """What it was made from, for the manifest of an edition."""
        panel = self._panel
        return {
            "input": to_plain(panel.incidents.provenance) if panel.incidents is not None else None,
            "panel": panel_settings(panel),
            "as_of": None if panel.as_of is None else panel.as_of.isoformat(),
            "previous": self.since.before if self.since is not None else None,
            "summary": summary_of(self),
        }

    @property
    def _panel(self) -> Panel:
        """`build_report` asks for findings with a panel."""
        if self.findings.panel is None:
            raise ValueError("this report's findings hold no counts")
        return self.findings.panel

    def __repr__(self) -> str:
        return f"Report({self.document.title!r}, week {self.week}, {len(self.facts)} facts)"

    def _repr_html_(self) -> str:
        from html import escape

        # An inline frame keeps the page's styles and script from the notebook's.
        page = escape(self.html(), quote=True)
        return (
            f'<iframe srcdoc="{page}" title="{escape(self.document.title, quote=True)}" '
            'style="width:100%;height:80vh;border:1px solid #ccc" sandbox="allow-scripts"></iframe>'
        )


def build_report(
    findings: Findings,
    *,
    title: str | None = None,
    notice: str = "",
    noun: str | None = None,
    sections: Sequence[str | Builder] | None = None,
    theme: Theme | str | Path | None = None,
    templates: str | Path | None = None,
    boundaries: Boundaries | str | Path | None = None,
    boundary_key: str | None = None,
    language: str = "en",
    previous: Edition | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Report:
    """A report of findings.

    title : its heading; by default what is counted, by region.
    notice : a line for every page, e.g. "Simulated data".
    noun : what one unit of the measure is called, in the plural, e.g. "claimed interceptions".
    sections : names of sections or callables ``build(context) -> Section | None``; None for all.
    theme : a `Theme`, or the path of a ``theme.toml``.
    templates : a folder of Jinja templates that extend the report's own.
    boundaries : outlines of the regions for the map, a GeoJSON file of polygons; None for a map of squares.
    boundary_key : the property of that file that holds each region's code; None = found out.
    language : "en".
    previous : the last edition of the series, to say what changed since; `Editions.before` finds it.
    settings : the tables of the settings file, to say which of them changed.

    Raises `ConfigError` for an unknown section or language, `EditionError` for a previous edition that is
    damaged or holds no ``report.json``, `ValueError` for findings without a panel.
    """
    if language not in LANGUAGES:
        raise ConfigError("no such language", table="report", key=language, valid=LANGUAGES)
    if findings.panel is None:
        raise ValueError("these findings were read from JSON; a report needs those that analyse() returned")
    before = read_issue(previous) if previous is not None else None
    issue = issue_of(findings, settings, before)
    since = compare(before, issue) if before is not None else None
    context = Context(
        findings=findings, panel=findings.panel, week=findings.week, facts=FactTable(),
        theme=theme if isinstance(theme, Theme) else load_theme(Path(theme) if theme else None),
        title=title or _title(findings.panel, noun), notice=notice,
        options=_options(findings.panel, noun, sections) | {"previous": previous}
        | _outlines(findings.panel, boundaries, boundary_key),
        since=since, printed=issue.printed,
    )  # fmt: skip
    built = tuple(build_sections(context, sections))
    edition = EditionLabel(
        week=week_text(context.week), first_day=context.week.first_day, last_day=context.week.last_day,
        as_of=as_of_text(context),
    )  # fmt: skip
    document = Document(
        title=context.title, edition=edition, sections=built, notice=notice, language=language,
        theme=context.theme, templates=Path(templates) if templates else None,
    )  # fmt: skip
    headline = tuple(plain(point) for point in main_points(context))
    return Report(
        document=document, facts=context.facts, findings=findings, headline=headline, issue=issue, since=since
    )


def _title(panel: Panel, noun: str | None) -> str:
    return f"Reported {Noun(panel.measure, noun)} by {panel.by.replace('_', ' ')}"


def _outlines(panel: Panel, boundaries: Boundaries | str | Path | None, key: str | None) -> dict[str, Any]:
    if boundaries is None or isinstance(boundaries, Boundaries):
        return {"boundaries": boundaries}
    return {"boundaries": read_boundaries(boundaries, panel, key=key)}


def _options(panel: Panel, noun: str | None, sections: Sequence[str | Builder] | None) -> dict[str, Any]:
    return {
        "noun": noun, "timezone": panel.incidents.report.timezone if panel.incidents else None,
        "region_pages": sections is None or "region_pages" in sections,
    }  # fmt: skip


def _csv(frame: "pd.DataFrame") -> bytes:
    text = io.StringIO()
    for_spreadsheets(frame).to_csv(text, index=False, lineterminator="\n", date_format="%Y-%m-%d")
    return text.getvalue().encode()
