"""``sitrend report``: from a table to an edition in the archive."""

import argparse
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.cli import flow
from reports.cli.arguments import Commands, command, panel_arguments, table_arguments, week_argument
from reports.cli.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from analysis.weeks import Week
    from reports.editions import Edition

__all__ = ["add_parser", "publish", "run"]

FORMATS = ("html", "pdf", "json")
LARGE = 5_000_000  # bytes; a page above it opens slowly on a phone
OUT = Path("weekly")


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = command(
        commands, "report", run, summary="make the weekly report of a table",
        description="Reads a table of incidents, analyses one week and publishes the report as an edition:\n"
        "a folder such as weekly/2025-W29/ that is written once and never changed.",
        example="sitrend report incidents.csv --regions ru --week 2025-W29\n"
        "sitrend report incidents.csv --config sitrend.toml --quiet      (a line for cron)",
    )  # fmt: skip
    table_arguments(parser)
    panel_arguments(parser)
    week_argument(parser)
    parser.add_argument("--title", help="heading of the report")
    parser.add_argument(
        "--out", metavar="FOLDER", type=Path, default=OUT,
        help="where the editions are kept (default: weekly)",
    )  # fmt: skip
    parser.add_argument(
        "--formats", type=_formats, default=FORMATS, metavar="html,pdf,json",
        help="what to write (default: all three)",
    )  # fmt: skip
    parser.add_argument(
        "--correct", metavar="WHY", type=_reason,
        help="publish as a correction of this week's edition, with the reason: 2025-W29-r2",
    )  # fmt: skip


def run(args: argparse.Namespace, progress: Progress) -> int:
    """Publish the report and say where it lies."""
    publish(args, progress)
    return 0


def publish(args: argparse.Namespace, progress: Progress) -> "Edition":
    """Everything from settings to edition."""
    config = flow.settings(args, progress)
    incidents = flow.read_table(args, config, progress)
    panel = flow.make_panel(incidents, config, progress)
    findings = flow.make_findings(panel, config, progress, week=args.week)
    previous = _previous(args, findings.week, progress)
    with progress.stage("writing the report"):
        from reports.report import build_report

        report = build_report(
            findings, **config.options("report"), previous=previous, settings=config.tables
        )  # fmt: skip
    with progress.stage(f"rendering {', '.join(args.formats)}"):
        from reports.editions import Editions, report_files

        files = report_files(report, args.formats)
        files["incidents.parquet"] = _parquet(incidents.table)
    with progress.stage(f"publishing in {args.out}"):
        about = {
            **flow.about(incidents, panel, config), "previous": previous.name if previous else None,
        }  # fmt: skip
        edition = Editions(args.out).publish(files, week=report.week, about=about, correct=args.correct)
    _tell(edition, files, getattr(report, "headline", ()), progress)
    return edition


def _previous(args: argparse.Namespace, week: "Week", progress: Progress) -> "Edition | None":
    """The edition to compare with; a damaged one that is passed over is said."""
    from reports.editions import Editions

    editions = Editions(args.out)
    found = editions.before(week)
    passed = [
        edition.name
        for edition in editions
        if edition.week.first_day < week.first_day
        and edition.week.starts_on == week.starts_on
        and (found is None or edition.week > found.week)
    ]
    if passed:
        instead = f"compared with {found.name} instead" if found else "nothing is compared"
        progress.note(f"{passed[-1]} is damaged or holds no report.json; {instead}.")
    return found


def _tell(edition: "Edition", files: dict[str, bytes], headline: Any, progress: Progress) -> None:
    if edition.new:
        first, last = edition.week.first_day, edition.week.last_day
        progress.say(f"Published {edition.name}, {first} to {last}:")
    else:
        progress.say(f"{edition.name} is already published, and this report is identical to it:")
    for name in (f"report.{ending}" for ending in FORMATS):
        if name in files:
            progress.say(f"  {edition.path / name}")
    if headline:
        progress.say()
    for sentence in headline:
        progress.say(f"  {sentence}")
    size = len(files.get("report.html", b""))
    if size > LARGE:
        progress.note(f"report.html has {size / 1e6:.0f} MB and may open slowly.")


def _parquet(table: "pd.DataFrame") -> bytes:
    """The snapshot of the rows; columns that mix kinds of values are kept as text."""
    import pyarrow

    buffer = io.BytesIO()
    try:
        table.to_parquet(buffer, index=False)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, pyarrow.ArrowNotImplementedError):
        mixed = table.select_dtypes(object).columns
        text = {name: table[name].map(str, na_action="ignore").astype("string") for name in mixed}
        buffer = io.BytesIO()
        table.assign(**text).to_parquet(buffer, index=False)
    return buffer.getvalue()


def _formats(text: str) -> tuple[str, ...]:
    named = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in named if name not in FORMATS]
    if unknown or not named:
        wrong = f"{unknown[0]!r} is no format" if unknown else "no format is named"
        raise argparse.ArgumentTypeError(f"{wrong}; known are {', '.join(FORMATS)}")
    return tuple(name for name in FORMATS if name in named)


def _reason(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("give the reason: say what was wrong")
    return text
