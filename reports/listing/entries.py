"""What a list of issues says of each: out of the edition's manifest, or its ``report.json``."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.codec import from_plain, to_plain
from analysis.errors import EditionError
from analysis.estimates import Amount
from analysis.findings import TOTAL
from analysis.weeks import Week

from ..manifest import MANIFEST, read_manifest
from ..theme import plain_theme

if TYPE_CHECKING:
    from ..editions import Edition
    from ..report import Report

__all__ = ["Entry", "read_entries", "summary_of"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One edition in a list of issues.

    title, notice, total, measure, headline : what it says of its week; total None where that is not known.
    files : names relative to its folder. corrects, reason : of a correction, "" otherwise.
    as_of : ISO date or time of the state of the data, "" where none was stated. sha256 : of its manifest.
    theme : colours and fonts that its report changed, as `theme.plain_theme`.
    damage : what is wrong with it, one sentence; "" where its manifest and its files are there. Hashes are
        not compared here: `Editions.verify` does that.
    """

    name: str
    week: Week
    revision: int
    title: str = ""
    notice: str = ""
    measure: str = ""
    total: Amount | None = None
    headline: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    corrects: str = ""
    reason: str = ""
    as_of: str = ""
    sha256: str = ""
    theme: Mapping[str, Any] = field(default_factory=dict)
    damage: str = ""


def summary_of(report: "Report") -> dict[str, Any]:
    """What the lists print of a report, for the manifest of its edition."""
    panel, week = report.findings.panel, report.week
    total = panel.amount(TOTAL, week.first_day, week.last_day) if panel is not None else None
    return {
        "title": report.document.title, "notice": report.document.notice,
        "measure": panel.measure if panel is not None else "", "total": to_plain(total),
        "headline": list(report.headline), "theme": plain_theme(report.document.theme),
    }  # fmt: skip


def read_entries(editions: "Iterable[Edition]") -> list[Entry]:
    """An entry for every edition, in their order; a damaged one never hides the others."""
    return [_entry(edition) for edition in editions]


def _entry(edition: "Edition") -> Entry:
    identity: dict[str, Any] = {"name": edition.name, "week": edition.week, "revision": edition.revision}
    try:
        manifest = read_manifest(edition.path)
        names = tuple(manifest["files"])
        missing = [name for name in names if not (edition.path / name).is_file()]
        stated = manifest["edition"]
        summary = manifest.get("summary") or _from_report(edition, names)
        total = summary.get("total")
        return Entry(
            **identity,
            title=str(summary.get("title", "")), notice=str(summary.get("notice", "")),
            measure=str(summary.get("measure", "")),
            total=None if total is None else from_plain(Amount, total),
            headline=tuple(map(str, summary.get("headline", ()))), files=(*names, MANIFEST),
            corrects=stated.get("corrects") or "", reason=stated.get("reason") or "",
            as_of=manifest.get("as_of") or "", sha256=manifest["sha256"], theme=summary.get("theme", {}),
            damage=f"{missing[0]} is gone." if missing else "",
        )  # fmt: skip
    except EditionError as error:
        return Entry(**identity, damage=str(error).replace(str(edition.path), edition.name))
    except (AttributeError, KeyError, TypeError, ValueError):
        return Entry(**identity, damage=f"{edition.name}/{MANIFEST} is damaged.")


def _from_report(edition: "Edition", names: Iterable[str]) -> dict[str, Any]:
    """Of an edition that was not published by the command: title and total from its ``report.json``."""
    if "report.json" not in names:
        return {}
    try:
        body = json.loads((edition.path / "report.json").read_bytes())
        label = body["edition"]
        wanted = f"{TOTAL}/week/{label['measure']}"
        fact = next((fact for fact in body["facts"] if fact["id"] == wanted), None)
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    total = None if fact is None else {"low": fact["low"], "best": fact["value"], "high": fact["high"]}
    return {
        **{key: label.get(key, "") for key in ("title", "notice")},
        "measure": label["measure"],
        "total": total,
    }
