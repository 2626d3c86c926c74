"""``index.html``: every issue of a series on one self-contained page, in the look of the reports."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from analysis.errors import ConfigError
from analysis.numbers import count_text

from ..content import Spark
from ..figures import spark
from ..forms import LABELS, NAMES
from ..html import POLICY, policy_of, style_sheet
from ..manifest import MANIFEST
from ..templating import TEMPLATES, environment, render
from ..theme import Theme, theme_from_plain
from ..words import span_text
from .entries import Entry

__all__ = ["INDEX", "index_bytes"]

INDEX = "index.html"
FORMATS = {NAMES[form]: label for form, label in LABELS.items()}
WEEKS = 104  # of the sparkline


def index_bytes(entries: Sequence[Entry]) -> bytes:
    """The page, latest issue first; the same editions give the same bytes."""
    shown = [_row(entry, entries) for entry in reversed(entries)]
    whole = [entry for entry in entries if not entry.damage]
    latest = whole[-1] if whole else None
    values: dict[str, Any] = {
        "title": (latest.title if latest else "") or "Weekly reports",
        "spark": _totals(whole), "measure": latest.measure.replace("_", " ") if latest else "",
        "rows": shown, "latest": next((row for row in shown if not row["damage"]), None),
        "notice": latest.notice if latest else "", "number": count_text(len(shown)), "policy": POLICY,
    }  # fmt: skip
    env = environment(None)
    css = style_sheet(_look(latest), render(env, "index.html.j2", {**values, "css": ""}))
    css += (TEMPLATES / "index.css").read_text(encoding="utf-8")
    page = render(env, "index.html.j2", {**values, "css": Markup(css.replace("</", "<\\/"))})
    return page.replace(POLICY, policy_of(page), 1).encode()


def _look(latest: Entry | None) -> Theme:
    """Colours and fonts of the latest issue; its own are used where it had some."""
    if latest is None:
        return Theme()
    try:
        return theme_from_plain(latest.theme, Path(latest.name) / MANIFEST)
    except ConfigError:  # a list of issues is never lost to a colour
        return Theme()


def _row(entry: Entry, entries: Sequence[Entry]) -> dict[str, Any]:
    later = next((other.name for other in entries if not other.damage and other.corrects == entry.name), "")
    links = [(FORMATS[name], f"{entry.name}/{name}") for name in FORMATS if name in entry.files]
    others = [(name, f"{entry.name}/{quote(name)}") for name in entry.files if name not in FORMATS]
    return {
        "name": entry.name, "damage": entry.damage, "links": links, "others": others,
        "href": links[0][1] if links else f"{entry.name}/{quote(entry.files[0])}" if entry.files else "",
        "days": span_text(entry.week.first_day, entry.week.last_day),
        "total": str(entry.total) if entry.total is not None else "–",
        "headline": entry.headline, "reason": entry.reason, "corrects": entry.corrects, "later": later,
    }  # fmt: skip


def _totals(whole: Sequence[Entry]) -> Spark | None:
    """The totals by week, the last revision of each; a week without an issue is a gap."""
    if not whole:
        return None
    measure, last = whole[-1].measure, whole[-1].week
    by_week = {entry.week: entry for entry in whole if entry.measure == measure and entry.total is not None}
    days = (last.first_day - min(entry.week.first_day for entry in whole)).days
    weeks = [last.shift(-back) for back in range(min(days // 7, WEEKS - 1), -1, -1)]
    figures = [entry.total.figure if (entry := by_week.get(w)) and entry.total else None for w in weeks]
    if sum(figure is not None for figure in figures) < 2:
        return None
    return spark(figures, width=640, height=64)
