"""The commands and their arguments."""

import argparse
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = ["build_parser"]

# The order in which a newcomer meets them; a file that is not named here comes after these.
ORDER = (
    "demo", "report", "check", "init", "series", "findings", "diff", "rows", "regions", "verify", "doctor"
)  # fmt: skip
DESCRIPTION = """\
Turns a table of dated incidents by region into a weekly report, as HTML, PDF and data, that says
how sure it is. What is counted is what was reported."""
EPILOG = """\
start here:
  sitrend demo                          an example table, its settings and its report, in sitrend-demo/
  sitrend check incidents.csv           what was understood of your table, and what was not
  sitrend report incidents.csv          the report of the last full week, in weekly/

Each command explains itself: sitrend report --help"""


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any, **__: Any) -> None:
        from importlib.metadata import version

        print(f"sitrend {version('sitrend')}")
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    """The parser of the command line; every command leaves its function as ``args.run``."""
    parser = argparse.ArgumentParser(
        prog="sitrend", description=DESCRIPTION, epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and end")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name in _names():
        module = import_module(f".commands.{name}", __package__)
        module.add_parser(commands)
    return parser


def _names() -> list[str]:
    folder = Path(__file__).with_name("commands")
    found = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}
    return [name for name in ORDER if name in found] + sorted(found - set(ORDER))
