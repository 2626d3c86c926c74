"""``sitrend report``: from a table to an edition in the archive."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import ConfigError
from reports.cli import flow
from reports.cli.arguments import Commands, command, panel_arguments, table_arguments, week_argument
from reports.cli.progress import Progress
from reports.forms import FORMATS, NAMES

if TYPE_CHECKING:
    from analysis.config import Config
    from analysis.panel import Panel
    from analysis.weeks import Week
    from reports.editions import Edition

__all__ = ["add_parser", "publish", "run"]

LARGE = 5_000_000  # bytes; a page above it opens slowly on a phone
OUT = Path("weekly")


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = command(
        commands, "report", run, summary="make the weekly report of a table",
        description="Reads a table of incidents, analyses one week and publishes the report as an edition:\n"
        "a folder such as weekly/2025-W29/ that is written once and never changed.",
        example="sitrend report incidents.csv --regions ru --week 2025-W29\n"
        "sitrend report incidents.csv --config sitrend.toml --quiet      (a line for cron)\n"
        "sitrend report incidents.csv --all-missing      (after an outage: every week that is missing)\n"
        "sitrend report weekly --as-of 2025-07-20 --out rebuilt      (from the rows the editions keep)",
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
        help="what to write, of html, pdf, json, md (Markdown), docx (Word) and email (a page for mail); "
        "default: the first three; report.json always is, the next issue needs it",
    )  # fmt: skip
    parser.add_argument(
        "--correct", metavar="WHY", type=_reason,
        help="publish as a correction of this week's edition, with the reason: 2025-W29-r2",
    )  # fmt: skip
    parser.add_argument(
        "--all-missing", action="store_true",
        help="publish every full week since the last edition, or from --week on, that is not published yet",
    )  # fmt: skip
    parser.add_argument(
        "--keep", metavar="N", type=_number,
        help="then remove whole editions older than the last N weeks, and say which (default: keep all)",
    )  # fmt: skip


def run(args: argparse.Namespace, progress: Progress) -> int:
    """Publish the report, or those that are missing, and say where they lie."""
    if args.all_missing and args.correct:
        raise ConfigError("--correct is for one week and cannot go with --all-missing")
    publish(args, progress)
    if args.keep is not None:
        from reports.editions import Editions

        for name in Editions(args.out).prune(args.keep):
            progress.say(f"Removed {name}, as --keep {args.keep} asks.")
    return 0


def publish(args: argparse.Namespace, progress: Progress) -> None:
    """Everything from settings to editions."""
    config = flow.settings(args, progress)
    incidents = flow.read_table(args, config, progress)
    panel = flow.make_panel(incidents, config, progress)
    if not args.all_missing:
        _publish_week(args, config, panel, args.week, progress)
        return
    missing = flow.missing_weeks(panel, config, args.out, since=args.week)
    for week in missing:
        _publish_week(args, config, panel, str(week.first_day), progress)
    if not missing:
        progress.say(f"Every full week of the table is published in {args.out}.")


def _publish_week(
    args: argparse.Namespace, config: "Config", panel: "Panel", week: str | None, progress: Progress
) -> None:
    findings = flow.make_findings(panel, config, progress, week=week)
    previous = _previous(args, findings.week, progress)
    with progress.stage("writing the report"):
        from reports.report import build_report

        report = build_report(
            findings, **config.options("report"), previous=previous, settings=config.tables
        )  # fmt: skip
    with progress.stage(f"rendering {', '.join(args.formats)}"):
        from reports.editions import Editions, report_files

        files = report_files(report, args.formats, rows=True)
    with progress.stage(f"publishing in {args.out}"):
        about = {**report.about(), **flow.about(config)}
        edition = Editions(args.out).publish(files, week=report.week, about=about, correct=args.correct)
    _tell(edition, files, getattr(report, "headline", ()), progress)


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
    for name in NAMES.values():
        if name in files:
            progress.say(f"  {edition.path / name}")
    if headline:
        progress.say()
    for sentence in headline:
        progress.say(f"  {sentence}")
    size = len(files.get("report.html", b""))
    if size > LARGE:
        progress.note(f"report.html has {size / 1e6:.0f} MB and may open slowly.")


def _formats(text: str) -> tuple[str, ...]:
    named = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in named if name not in NAMES]
    if unknown or not named:
        wrong = f"{unknown[0]!r} is no format" if unknown else "no format is named"
        raise argparse.ArgumentTypeError(f"{wrong}; known are {', '.join(NAMES)}")
    return tuple(name for name in NAMES if name in (*named, "json"))


def _number(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of weeks; write 1 or more")
    return int(text)


def _reason(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("give the reason: say what was wrong")
    return text
