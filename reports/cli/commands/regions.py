"""``sitrend regions``: how names of places are understood."""

import argparse
import json

from reports.cli.arguments import Commands, command
from reports.cli.progress import Progress
from reports.cli.terminal import table_text

__all__ = ["add_parser", "run"]


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = command(
        commands, "regions", run, summary="show how names of regions are understood",
        description="Says for each NAME which region it means, how it was found, and what is near when\n"
        "nothing was found. Without names: the regions of a vocabulary, or the vocabularies there are.",
        example='sitrend regions --regions ru "Bryansk region" Белгородская "Orlov oblast"\n'
        "sitrend regions --regions ua",
    )  # fmt: skip
    parser.add_argument("names", metavar="NAME", nargs="*", help="names or codes to look up")
    parser.add_argument(
        "--regions", metavar="R",
        help="vocabulary: ru, ua, an ISO country code, a TOML or CSV file, several with commas "
        "(default: every region of the world)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace, progress: Progress) -> int:
    """Print the answer; a name that is not known is an answer."""
    if args.regions is None and not args.names:
        print(_vocabularies())
        return 0
    from analysis import load_regions

    asked = (args.regions or "iso3166-2").split(",")
    regions = load_regions(asked[0] if len(asked) == 1 else asked)
    if args.names:
        frame = regions.resolve(args.names)
    else:
        frame = regions.table[["name", "parent"]].reset_index(names="code")
    records = [{name: _text(value) for name, value in row.items()} for row in frame.to_dict("records")]
    if args.json:
        print(json.dumps(records, ensure_ascii=False, indent=1))
    else:
        print(table_text(list(frame.columns), [list(record.values()) for record in records], indent=0))
    return 0


def _vocabularies() -> str:
    from importlib.resources import files

    folder = files("analysis") / "regions"
    names = sorted(
        item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")
    )
    return "\n".join(
        [
            f"Vocabularies with names in three languages: {', '.join(names)}",
            "Any ISO 3166-1 country code: the subdivisions of that country, e.g. DE",
            "iso3166-2: the subdivisions of every country",
            "A TOML or CSV file of your own: columns code, name and, where wanted, parent, aliases",
        ]
    )


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)
