"""``sitrend verify``: whether every published edition is still what was published."""

import argparse
from pathlib import Path

from analysis.errors import EditionError
from reports.cli.arguments import Commands, command
from reports.cli.progress import Progress

__all__ = ["add_parser", "run"]


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = command(
        commands, "verify", run, summary="check that published editions are unchanged",
        description="Compares every file of every edition with the hash in its manifest, and names what was\n"
        "changed, removed or added since it was published. Ends with 6 when anything was.",
        example="sitrend verify weekly",
    )  # fmt: skip
    parser.add_argument(
        "folder", metavar="FOLDER", type=Path, nargs="?", default=Path("weekly"),
        help="where the editions are kept (default: weekly)",
    )  # fmt: skip


def run(args: argparse.Namespace, progress: Progress) -> int:
    """Print one line per edition."""
    from reports.editions import Editions

    found = Editions(args.folder).verify()
    for name, problems in found.items():
        if problems:
            print(f"{name}: damaged")
            print("\n".join(f"  {problem}" for problem in problems))
        else:
            progress.say(f"{name}: unchanged")
    damaged = [name for name, problems in found.items() if problems]
    if damaged:
        raise EditionError(
            f"{len(damaged)} of {len(found)} editions in {args.folder} are not as published; "
            "restore them from a backup."
        )
    if not found:
        progress.say(f"{args.folder} holds no edition.")
    return 0
