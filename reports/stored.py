"""The rows that editions keep, as incidents again: what was known then, where no row says when it came."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.errors import EditionError

from .editions import Edition, Editions
from .manifest import MANIFEST
from .trace.book import Book

if TYPE_CHECKING:
    from analysis.incidents import Incidents
    from analysis.weeks import Week

__all__ = ["archive_at", "edition_at", "stored_incidents"]


def archive_at(path: str | Path) -> Editions | None:
    """The archive in a folder, or around the folder of an edition; None where it is neither."""
    folder = Path(path)
    if not folder.is_dir():
        return None
    archive = Editions(folder.resolve().parent if (folder / MANIFEST).is_file() else folder)
    return archive if len(archive) else None


def edition_at(
    path: str | Path, *, week: "Week | None" = None, as_of: "pd.Timestamp | None" = None
) -> Edition:
    """The edition whose rows tell what was known of a week at a moment.

    path : an edition's folder, which then is the one, or the folder of an archive: of its editions, those of
    ``week`` or of a later one count, and the last of them whose data end by ``as_of``. Data end at the
    edition's as-of time, or, where it states none, with the last day of its week. None = no limit.

    Raises `EditionError` where there is none.
    """
    archive = archive_at(path)
    if archive is None:
        raise EditionError(f"{path} is no folder of editions, so nothing can be rebuilt from it.")
    editions = list(archive)
    if (Path(path) / MANIFEST).is_file():
        editions = [edition for edition in editions if edition.path.name == Path(path).resolve().name]
    late = [edition for edition in editions if week is None or edition.week.first_day >= week.first_day]
    known = [edition for edition in late if as_of is None or data_end(edition) <= as_of]
    if not known:
        wanted = f" of {week} or a later week" if week is not None else ""
        by = f" whose data end by {as_of:%Y-%m-%d %H:%M}" if as_of is not None else ""
        raise EditionError(f"{path} holds no edition{wanted}{by}, so what was known then cannot be rebuilt.")
    return known[-1]


def data_end(edition: Edition) -> pd.Timestamp:
    """The moment an edition's data end: its as-of time, or the last second of its week."""
    stated = edition.manifest.get("as_of")
    if stated is not None:
        return pd.Timestamp(stated)
    return pd.Timestamp(edition.week.last_day) + pd.Timedelta(days=1) - pd.Timedelta(seconds=1)


def stored_incidents(edition: Edition, *, regions: Any = "iso3166-2") -> "Incidents":
    """The rows of an edition's snapshot as `analysis.read_incidents` gave them.

    regions : the vocabulary, as `analysis.read_incidents` takes it; the codes of the rows stay as they are.
    Raises `EditionError` where the edition keeps no rows or is damaged, `UnknownRegionError`.
    """
    from analysis.incidents.places import vocabulary

    book = Book(edition.path)
    if book.payload.get("ingest") is None:
        raise EditionError(f"{edition.name} was made from counts and keeps no rows.")
    known, listing = vocabulary(regions)
    read = book.stored
    note = f"Rebuilt from the rows that edition {edition.name} keeps."
    notes = (*(n for n in read.report.notes if not n.startswith("Rebuilt from ")), note)
    return replace(read, regions=known, listing=listing, report=replace(read.report, notes=notes))
