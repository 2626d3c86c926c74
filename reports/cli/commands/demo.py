"""``sitrend demo``: an example table with its settings, and the real report on it."""

import argparse
from pathlib import Path

from analysis.errors import EditionError
from reports.cli.arguments import Commands, command
from reports.cli.progress import Progress
from reports.forms import FORMATS

from . import report

__all__ = ["add_parser", "run"]


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = command(
        commands, "demo", run, summary="write an example and make its report",
        description="Writes two example tables with their settings into a folder and makes both reports:\n"
        "two simulated years of 83 Russian regions, and a worked example of nine rows.",
        example="sitrend demo\nsitrend demo my-folder",
    )  # fmt: skip
    parser.add_argument(
        "folder", metavar="FOLDER", type=Path, nargs="?", default=Path("sitrend-demo"),
        help="where to write (default: sitrend-demo)",
    )  # fmt: skip


def run(args: argparse.Namespace, progress: Progress) -> int:
    """Write the files, report on both tables, and say where to look."""
    from reports.cli.example import SIMULATED, WORKED, example_files

    with progress.stage("simulating two years of incidents"):
        contents = example_files()
    _write(args.folder, contents)
    for name in (SIMULATED, WORKED):
        table = args.folder / name
        progress.say(f"{table}")
        report.publish(_arguments(table, args), progress)
        progress.say()
    config = args.folder / "sitrend.toml"
    progress.say("Open one of the HTML files in a browser. Then change the settings and run it yourself:")
    progress.say(f"  sitrend report {args.folder / SIMULATED} --config {config} --week 2025-W20")
    return 0


def _arguments(table: Path, args: argparse.Namespace) -> argparse.Namespace:
    """What ``sitrend report TABLE --config … --out …`` would be given."""
    return argparse.Namespace(
        input=table, config=table.with_name("sitrend.toml"), out=table.with_name("weekly"), week=None,
        formats=FORMATS, correct=None, all_missing=False, quiet=args.quiet, debug=args.debug,
    )  # fmt: skip


def _write(folder: Path, contents: dict[str, bytes]) -> None:
    """Write what is missing; a file that is there and differs is somebody's work and stays."""
    try:
        for name, data in contents.items():
            path = folder / name
            if path.exists() and path.read_bytes() != data:
                raise EditionError(
                    f"{path} is there and differs from the example; it stays as it is: name another folder, "
                    "e.g. sitrend demo another-folder."
                )
        for name, data in contents.items():
            path = folder / name
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise EditionError(f"the example cannot be written to {folder}: {reason}.") from error
