"""Arguments that several commands share."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = [
    "Commands", "command", "panel_arguments", "part_arguments", "shown", "source", "table_arguments",
    "week_argument",
]  # fmt: skip

Commands = Any  # argparse keeps the type of its subparsers private
Run = Callable[[argparse.Namespace, Any], int]


def command(
    commands: Commands, name: str, run: Run, *, summary: str, description: str, example: str
) -> argparse.ArgumentParser:
    """A command with its help, an example, and the two switches every command has."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=description, epilog=f"example:\n{_indented(example)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--quiet", action="store_true", help="print errors only (for cron)")
    parser.add_argument("--debug", action="store_true", help="show the full traceback of an error")
    parser.set_defaults(run=run)
    return parser


def table_arguments(parser: argparse.ArgumentParser) -> None:
    """The table and how to read it."""
    parser.add_argument(
        "input", metavar="INPUT", type=source,
        help="the incident table: CSV, Excel, Parquet, JSON, GeoJSON, SQLite or the URL of a database, with "
        "one row per incident, its date and region; or a folder of editions, or one of them, whose rows are "
        "read again",
    )  # fmt: skip
    part_arguments(parser)
    parser.add_argument(
        "--config", metavar="FILE", type=Path,
        help="settings, one table per stage; `sitrend init` writes one with comments",
    )  # fmt: skip
    parser.add_argument(
        "--regions", metavar="R",
        help="region vocabulary: ru, ua, an ISO country code, a TOML or CSV file, several with commas, "
        "or none to take names as they are",
    )  # fmt: skip


def part_arguments(parser: argparse.ArgumentParser) -> None:
    """Which part of INPUT is the table."""
    parser.add_argument(
        "--table", metavar="T", help="the table or view of a database, or the file in a zip archive"
    )
    parser.add_argument(
        "--query", metavar="SELECT", help="a SELECT to send to a database, in place of --table"
    )


def source(text: str) -> Path | str:
    """A path, or the URL of a database, which a path would mangle."""
    return text if "://" in text else Path(text)


def shown(source: Path | str) -> str:
    """A source as it may be printed: a URL without user and password."""
    if isinstance(source, Path):
        return str(source)
    from analysis.formats import shown as url_shown

    return url_shown(source)


def panel_arguments(parser: argparse.ArgumentParser) -> None:
    """What is counted, and what was known when."""
    parser.add_argument(
        "--measure", metavar="M",
        help="what is added up: incidents (rows, the default), a column such as injured, or a declared unit",
    )  # fmt: skip
    parser.add_argument(
        "--as-of", metavar="T",
        help="count only what was known then, e.g. 2025-07-22: by the report dates of a table, or, where "
        "INPUT is a folder of editions, by the last one whose data end by then",
    )  # fmt: skip


def week_argument(parser: argparse.ArgumentParser) -> None:
    """Which week."""
    parser.add_argument(
        "--week", metavar="W",
        help="the week: a name such as 2025-W29, or any date inside it (default: the last full week)",
    )  # fmt: skip


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
