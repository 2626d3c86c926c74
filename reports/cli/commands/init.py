"""``sitrend init``: a settings file with comments, fitted to a table where one is given; or a template."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import ConfigError, MissingColumnError
from reports.cli import flow
from reports.cli.arguments import Commands, command, part_arguments, shown, source
from reports.cli.progress import Progress
from reports.cli.settings_text import settings_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["add_parser", "run"]


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = command(
        commands, "init", run, summary="write a settings file with comments",
        description="Writes sitrend.toml with every setting, its default and what it means. With a table,\n"
        "the columns are named as they were understood. With --templates a template of the report is\n"
        "written instead, which changes nothing until you do. An existing file is never overwritten.",
        example="sitrend init incidents.csv --regions ru",
    )  # fmt: skip
    parser.add_argument(
        "input", metavar="INPUT", type=source, nargs="?", help="a table to fit the settings to"
    )
    part_arguments(parser)
    parser.add_argument("--regions", metavar="R", help="region vocabulary to write, e.g. ru")
    parser.add_argument(
        "--out", metavar="FILE", type=Path, default=Path(flow.CONFIG_NAME),
        help=f"the file to write (default: {flow.CONFIG_NAME})",
    )  # fmt: skip
    parser.add_argument(
        "--templates", metavar="FOLDER", type=Path,
        help="write a template to change parts of the report with, instead of settings",
    )  # fmt: skip


def run(args: argparse.Namespace, progress: Progress) -> int:
    """Write the file and say how to go on."""
    if args.templates is not None:
        return _template(args.templates, progress)
    part = {key: value for key in ("table", "query") if (value := getattr(args, key)) is not None}
    columns, unused = _columns(args.input, part, progress) if args.input else ({}, [])
    given = {**part, "regions": args.regions} if args.regions else part
    text = settings_text(flow.stages(), columns=columns, unused=unused, incidents=given)
    _write(args.out, text)
    table = shown(args.input) if args.input else "incidents.csv"
    progress.say(f"Wrote {args.out}. Next: sitrend check {table} --config {args.out}")
    return 0


def _template(folder: Path, progress: Progress) -> int:
    """The start of the user's own template."""
    from reports.templating import TEMPLATES

    name = "report.html.j2"
    _write(folder / name, (TEMPLATES / "start" / name).read_text(encoding="utf-8"))
    progress.say(f'Wrote {folder / name}. Next: templates = "{folder}" under [report] in {flow.CONFIG_NAME}')
    return 0


def _write(file: Path, text: str) -> None:
    """A new file; raises ConfigError where it is there already or cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as handle:
            handle.write(text)
    except FileExistsError:
        raise ConfigError(
            "it is there already and stays as it is; name another with --out or --templates", file=file
        ) from None
    except OSError as error:
        raise ConfigError(f"it cannot be written: {error.strerror}", file=file) from error


def _columns(
    table: Path | str, part: "Mapping[str, str]", progress: Progress
) -> "tuple[Mapping[str, Sequence[str]], list[str]]":
    """Field -> column as understood, and the columns that were not."""
    from analysis import read_incidents

    with progress.stage(f"reading {shown(table)}"):
        try:
            report = read_incidents(
                table, regions=None, table=part.get("table"), query=part.get("query")
            ).report
        except MissingColumnError as error:
            return {}, error.columns
    return report.columns, list(report.columns_ignored)
