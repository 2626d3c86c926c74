"""``sitrend series``: the daily counts of every region as a table."""

import argparse
from pathlib import Path

from analysis.errors import ConfigError
from reports.cli import flow
from reports.cli.arguments import Commands, command, panel_arguments, table_arguments
from reports.cli.large import count_large, is_large
from reports.cli.progress import Progress

__all__ = ["add_parser", "run"]


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = command(
        commands, "series", run, summary="write the daily counts per region to a file",
        description="Writes one row per day and region, zeros included: day, region, name, count, low,\n"
        "high, observed (false where nothing is known, which is not zero).",
        example="sitrend series incidents.csv --regions ru --out panel.parquet",
    )  # fmt: skip
    table_arguments(parser)
    panel_arguments(parser)
    parser.add_argument(
        "--out", metavar="FILE", type=Path, required=True, help="a .parquet or .csv (.csv.gz) file"
    )


def run(args: argparse.Namespace, progress: Progress) -> int:
    """Write the file; an existing one is replaced."""
    name = args.out.name.lower()
    if not name.endswith((".parquet", ".csv", ".csv.gz")):
        raise ConfigError(f"{args.out} must end in .parquet, .csv or .csv.gz", key="out")
    config = flow.settings(args, progress)
    if is_large(args.input):
        (panel,) = count_large(args, config, progress, panel=True).panels.values()
    else:
        panel = flow.make_panel(flow.read_table(args, config, progress), config, progress)
    frame = panel.to_frame()
    with progress.stage(f"writing {args.out}"):
        try:
            if name.endswith(".parquet"):
                frame.to_parquet(args.out, index=False)
            else:
                from reports.spreadsheet import for_spreadsheets

                for_spreadsheets(frame).to_csv(args.out, index=False, lineterminator="\n")
        except OSError as error:
            reason = error.strerror or str(error)
            raise ConfigError(f"{args.out} cannot be written: {reason}", key="out") from error
    progress.say(f"{args.out}: {len(panel.days):,d} days x {panel.counts.shape[1]:,d} regions")
    return 0
