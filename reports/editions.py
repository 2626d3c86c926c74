"""The archive: one folder per edition, written once, never changed.

``weekly/2025-W29/`` holds the files of one edition and a manifest with the hash of each. A correction is an
edition of its own, ``2025-W29-r2``, with its reason. Nothing in an edition tells the time it was made, so
the same table and settings give the same bytes.
"""

import contextlib
import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from analysis.errors import EditionError, WeekError
from analysis.weeks import WEEKDAYS, Week

from .atomic import clear_leftovers, only_writer, remove_folder, write_folder
from .forms import FORMATS, NAMES
from .listing import listing_problems, write_listing
from .manifest import (
    MANIFEST,
    compared_with,
    differing,
    manifest_bytes,
    problems,
    read_manifest,
    refusal,
)
from .snapshot import SNAPSHOT

if TYPE_CHECKING:
    from .trace import Trace

__all__ = ["FORMATS", "Edition", "Editions", "report_files"]

_NAME = re.compile(r"(?P<week>\d{4}-W\d{2}|\d{4}-\d{2}-\d{2})(?:-r(?P<revision>[2-9]|[1-9]\d+))?")


class PrintableReport(Protocol):
    """What the archive needs of a report."""

    @property
    def week(self) -> Week: ...
    def html(self) -> str: ...
    def pdf(self) -> bytes: ...
    def json(self) -> str: ...
    def markdown(self) -> str: ...
    def docx(self) -> bytes: ...
    def email(self) -> str: ...
    def diff(self) -> str | None: ...
    def tables(self) -> Mapping[str, bytes]: ...
    def snapshot(self) -> bytes | None: ...
    def about(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One published edition.

    name : of its folder, e.g. ``"2025-W29-r2"``. week : the week it reports. revision : 1 is the first issue.
    path : the folder. new : True where the call that returned this record wrote it.
    """

    name: str
    week: Week
    revision: int
    path: Path
    new: bool = False

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest, read from the disk; raises `EditionError` when it is damaged."""
        return read_manifest(self.path)

    def __repr__(self) -> str:
        return f"Edition({self.name!r} in {str(self.path.parent)!r})"


def report_files(
    report: PrintableReport, formats: Sequence[str] = FORMATS, *, rows: bool = False
) -> dict[str, bytes]:
    """The files of an edition: its report in the formats named (see `forms`), and ``tables/*.csv``.

    rows : with the snapshot of the incident rows, ``incidents.parquet``, where there are any.

    ``diff.json`` says what changed since the last issue, where the report was compared with one and "json" is
    named. Raises `RenderError`.
    """
    texts = {name: _form(report, form) for form, name in NAMES.items() if form in formats}
    changed = report.diff() if "json" in formats else None
    if changed is not None:
        texts["diff.json"] = changed
    files = {name: text.encode() if isinstance(text, str) else text for name, text in texts.items()}
    for name, data in report.tables().items():
        files[f"tables/{name.removesuffix('.csv')}.csv"] = data
    kept = report.snapshot() if rows else None
    return files if kept is None else {**files, SNAPSHOT: kept}


def _form(report: PrintableReport, form: str) -> str | bytes:
    if form == "html":
        return report.html()
    if form == "pdf":
        return report.pdf()
    if form == "md":
        return report.markdown()
    if form == "docx":
        return report.docx()
    return report.email() if form == "email" else report.json()


class Editions:
    """The editions in one folder.

    folder : need not exist; it is made when the first edition is published.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def __iter__(self) -> Iterator[Edition]:
        """Every edition, by week and revision; raises `EditionError` when the folder cannot be read."""
        with self._told():
            names = [path.name for path in self.folder.iterdir() if path.is_dir()] if self._there() else []
        found = [edition for name in names if (edition := self._edition(name)) is not None]
        return iter(sorted(found, key=lambda edition: (edition.week.first_day, edition.revision)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def latest(self) -> Edition | None:
        """The last revision of the last week; None where nothing is published."""
        return max(self, key=lambda edition: (edition.week.first_day, edition.revision), default=None)

    def get(self, week: Week | str) -> Edition:
        """The last revision of a week, or the edition of exactly that name (``"2025-W29-r2"``).

        Raises `EditionError` when there is none.
        """
        wanted = str(week)
        editions = list(self)
        named = [edition for edition in editions if wanted in (edition.name, edition.week.name)]
        if not named:
            held = f"it holds {editions[0].name} to {editions[-1].name}" if editions else "it holds none"
            raise EditionError(f"there is no edition {wanted} in {self.folder}: {held}.")
        return next((e for e in named if e.name == wanted and e.revision > 1), named[-1])

    def before(self, week: Week) -> Edition | None:
        """The edition a report of ``week`` is compared with: the latest of an earlier week that is whole.

        A week that is published keeps the one its first edition was compared with, or none, so that
        publishing it again gives the same bytes although an earlier week was corrected or filled in since.
        Only editions with a ``report.json`` can be compared with. None where there is none.
        """
        editions = list(self)
        held = [compared_with(e.path) for e in editions if e.week == week and e.revision == 1]
        if held == [None]:
            return None
        earlier = [
            e for e in editions
            if e.week.first_day < week.first_day and e.week.starts_on == week.starts_on
        ]  # fmt: skip
        order = sorted(earlier, key=lambda e: (e.name in held, e.week.first_day, e.revision), reverse=True)
        return next((e for e in order if (e.path / "report.json").is_file() and not problems(e.path)), None)

    def publish(
        self,
        report: PrintableReport | Mapping[str, bytes],
        *,
        week: Week | None = None,
        about: Mapping[str, Any] | None = None,
        correct: str | None = None,
    ) -> Edition:
        """Publish a report, once.

        report : a report, or its files (relative name -> bytes); files need ``week``.
        about : what it was made from (input, settings, as-of time), put into the manifest; of a report it is
            known but for the settings.
        correct : the reason for a correction; makes ``<week>-r2``, ``-r3`` …

        An edition with the same files that is already there is returned with ``new=False``. Raises
        `EditionError` when the published one differs and no reason is given, when there is nothing to
        correct, and when the folder cannot be written; what was published before is whole in any case.
        """
        if isinstance(report, Mapping):
            files, told = dict(report), dict(about or {})
        else:
            files, told = report_files(report, rows=True), {**report.about(), **(about or {})}
        week = _week_of(report, week)
        with self._told():
            self.folder.mkdir(parents=True, exist_ok=True)
            with only_writer(self.folder) as alone:
                if alone:
                    clear_leftovers(self.folder)
                edition = self._publish(files, week, told, correct)
                self._list(f"{edition.name} is published, but its lists are not")
                return edition

    def relist(self) -> None:
        """Write ``index.html`` and ``feed.xml`` anew; raises `EditionError` when the disk refuses."""
        with self._told(), only_writer(self.folder):
            self._list("the lists were not written")

    def prune(self, keep: int) -> tuple[str, ...]:
        """Remove whole old editions and give their names, oldest first.

        keep : how many weeks stay, at least 1, with every revision. Kept as well: what the editions that stay
        were compared with, and any edition that is not as it was published. Raises `EditionError` when the
        disk refuses; every edition is then there or gone, never a part of it.
        """
        if keep < 1:
            raise ValueError(f"keep is at least 1, got {keep}")
        with self._told("no more editions were removed"), only_writer(self.folder):
            weeks = sorted({edition.week for edition in self})[-keep:]
            stay = {compared_with(edition.path) for edition in self if edition.week in weeks}
            bases = {edition.week for edition in self if edition.name in stay}
            old = [edition for edition in self if edition.week not in {*weeks, *bases}]
            gone = [edition for edition in old if not problems(edition.path)]
            for edition in gone:
                remove_folder(edition.path)
            self._list("the old editions are removed, but the lists are not written")
        return tuple(edition.name for edition in gone)

    def rows(self, edition: Week | str, fact: str) -> "Trace":
        """The rows behind a printed number, e.g. ``("2025-W29", "total/week/incidents")``.

        Raises `ConfigError` for an unknown number, `EditionError` as `trace_fact` does.
        """
        from .trace import trace_fact

        return trace_fact(self.get(edition).path, fact)

    def verify(self) -> dict[str, list[str]]:
        """Edition -> what is wrong with it, one sentence each; an empty list where all is whole.

        ``index.html`` and ``feed.xml`` are named where they are not what the editions ask for. Raises
        `EditionError` when the folder cannot be read.
        """
        if not self._there():
            raise EditionError(f"{self.folder} does not exist, so there is nothing to verify.")
        found = {edition.name: problems(edition.path) for edition in self}
        for edition in self:
            first = edition.week.name
            if edition.revision > 1 and first not in found:
                found[edition.name].append(f"it corrects {first}, which is gone.")
        return found | listing_problems(self.folder, list(self))

    def _list(self, what: str) -> None:
        with self._told(what):
            write_listing(self.folder, list(self))

    def _publish(
        self, files: Mapping[str, bytes], week: Week, about: Mapping[str, Any], correct: str | None
    ) -> Edition:
        self._no_stranger(week.name)
        earlier = [edition for edition in self if edition.week == week]
        last = earlier[-1] if earlier else None
        if last is not None:
            changed = differing(files, last.manifest["files"])
            if not changed:
                return last
            if correct is None:
                raise EditionError(refusal(last.path, changed, about))
        elif correct is not None:
            raise EditionError(
                f"{week.name} is not published in {self.folder}, so there is nothing to correct; "
                "leave the reason away."
            )
        if correct is not None and not correct.strip():
            raise EditionError("a correction needs its reason: say what was wrong.")
        revision = last.revision + 1 if last else 1
        name = week.name if revision == 1 else f"{week.name}-r{revision}"
        manifest = manifest_bytes(
            files, name=name, week=week, revision=revision, corrects=last.name if last else None,
            reason=correct.strip() if correct else None, about=about,
        )  # fmt: skip
        target = self.folder / name
        write_folder(target, {**files, MANIFEST: manifest})
        return Edition(name=name, week=week, revision=revision, path=target, new=True)

    def _no_stranger(self, name: str) -> None:
        path = self.folder / name
        if path.is_symlink() or (path.exists() and not path.is_dir()):
            raise EditionError(f"{path} is in the way: it is no edition; move it or choose another folder.")

    def _edition(self, name: str) -> Edition | None:
        parts = _NAME.fullmatch(name)
        if parts is None:
            return None
        try:
            week = _named_week(parts["week"])
        except (WeekError, ValueError):
            return None
        if week.name != parts["week"]:
            return None
        return Edition(
            name=name, week=week, revision=int(parts["revision"] or 1), path=self.folder / name
        )  # fmt: skip

    def _there(self) -> bool:
        if self.folder.exists() and not self.folder.is_dir():
            raise EditionError(f"{self.folder} is a file, not a folder; choose another place for editions.")
        return self.folder.exists()

    @contextlib.contextmanager
    def _told(self, what: str = "nothing was published") -> Iterator[None]:
        """Errors of the disk as one sentence that begins with ``what`` happened."""
        try:
            yield
        except TimeoutError as error:
            raise EditionError(f"{self.folder} is busy: {error}; try again.") from error
        except (FileExistsError, NotADirectoryError) as error:
            path = error.filename or self.folder
            raise EditionError(f"{path} is in the way; move it or choose another folder.") from error
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise EditionError(
                f"{what}: {self.folder} cannot be written or read ({reason}); "
                "free space, change its rights, or choose another folder."
            ) from error

    def __repr__(self) -> str:
        return f"Editions({str(self.folder)!r}: {len(self)})"


def _week_of(report: PrintableReport | Mapping[str, bytes], week: Week | None) -> Week:
    if week is None:
        if isinstance(report, Mapping):
            raise TypeError("the files of a report do not tell their week: name it with week=")
        return report.week
    return week


def _named_week(name: str) -> Week:
    if "W" in name:
        return Week.parse(name)
    first = dt.date.fromisoformat(name)
    return Week.of(first, WEEKDAYS[first.weekday()])
