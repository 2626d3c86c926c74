"""``sitrend init``: a settings file with comments, fitted to a table where one is given."""

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
        "the columns are named as they were understood. An existing file is never overwritten.",
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


def run(args: argparse.Namespace, progress: Progress) -> int:
    """Write the file and say how to go on."""
    part = {key: value for key in ("table", "query") if (value := getattr(args, key)) is not None}
    columns, unused = _columns(args.input, part, progress) if args.input else ({}, [])
    given = {**part, "regions": args.regions} if args.regions else part
    text = settings_text(flow.stages(), columns=columns, unused=unused, incidents=given)
    try:
        with args.out.open("x", encoding="utf-8", newline="\n") as handle:
            handle.write(text)
    except FileExistsError:
        raise ConfigError(
            "it is there already and stays as it is; name another file with --out", file=args.out
        ) from None
    except OSError as error:
        raise ConfigError(f"it cannot be written: {error.strerror}", file=args.out) from error
    table = shown(args.input) if args.input else "incidents.csv"
    progress.say(f"Wrote {args.out}. Next: sitrend check {table} --config {args.out}")
    return 0


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
