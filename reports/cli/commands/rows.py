"""``sitrend rows``: the incident rows behind a printed number."""

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.cli.arguments import Commands, command
from reports.cli.progress import Progress
from reports.cli.terminal import table_text

if TYPE_CHECKING:
    from reports.editions import Edition
    from reports.trace import Side, Trace

__all__ = ["add_parser", "run"]

MOST = 40  # rows shown of a side; --csv and --json have all
NEVER_SHOWN = ("event_id", "region_reported", "source_url", "event_type", "unit")


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = command(
        commands, "rows", run, summary="list the incident rows behind a printed number",
        description="Takes an edition and the id of a number in it (data-fact in the page, id in report.json)"
        "\nand lists the rows it was made from, out of the edition's own snapshot: each with its date, its\n"
        "source, its share and its bounds. The rows of a sum add up to it; a ratio has those of both sides.",
        example="sitrend rows weekly/2025-W29 total/week/incidents\n"
        "sitrend rows 2025-W29 RU-BEL/week/rate_ratio --csv > rows.csv",
    )  # fmt: skip
    parser.add_argument("edition", metavar="EDITION", help="its folder, or its name or a week in --out")
    parser.add_argument("fact", metavar="FACT", help="the id of the number, e.g. total/week/incidents")
    parser.add_argument(
        "--out", metavar="FOLDER", type=Path, default=Path("weekly"),
        help="where the editions are kept (default: weekly)",
    )  # fmt: skip
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON (schema sitrend.rows/1)")
    form.add_argument("--csv", action="store_true", help="print CSV, every row of every side")


def run(args: argparse.Namespace, progress: Progress) -> int:
    """Print the rows."""
    from reports.trace import trace_fact

    edition = _edition(args.edition, args.out)
    with progress.stage(f"tracing {args.fact}"):
        found = trace_fact(edition.path, args.fact)
    if args.json:
        print(json.dumps(found.to_plain(), ensure_ascii=False, indent=1, allow_nan=False))
    elif args.csv:
        _print_csv(found)
    else:
        print(_text(found))
    return 0


def _edition(text: str, out: Path) -> "Edition":
    from reports.editions import Editions

    path = Path(text)
    if path.is_dir():
        folder = path.resolve()
        for edition in Editions(folder.parent):
            if edition.name == folder.name:
                return edition
    return Editions(path.parent if path.parent != Path() else out).get(path.name)


def _print_csv(found: "Trace") -> None:
    plain = found.to_plain()
    names = [str(name) for name in found.frame().columns]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(map(_safe, names))
    for side in plain["sides"]:
        for row in side["rows"]:
            writer.writerow([_safe(side["name"]), *(_safe(row.get(name)) for name in names[1:])])


def _safe(value: object) -> object:
    from reports.spreadsheet import safe_text

    return safe_text(value) if isinstance(value, str) else value


def _text(found: "Trace") -> str:
    fact = found.fact
    parts = [f"{fact.text}  {fact.id} in {found.edition}", found.how]
    parts += [_side(side) for side in found.sides]
    if found.adds_up is False:
        parts.append("The rows do not give the printed number: report this with the edition.")
    elif found.adds_up and len(found.sides) == 1:
        parts.append(f"The rows add up to what is printed: {fact.text}.")
    return "\n\n".join(parts)


def _side(side: "Side") -> str:
    from analysis.numbers import count_text

    days = f", {side.first_day} to {side.last_day}" if side.first_day else ""
    head = f"{side.name.capitalize()}{days}: {count_text(len(side.rows))} rows, {side.amount}"
    if side.rows.empty:
        return head
    shown = side.rows.head(MOST)
    names = [name for name in shown.columns if name not in NEVER_SHOWN and shown[name].notna().any()]
    body = [[_cell(name, row[name]) for name in names] for row in shown.to_dict("records")]
    more = len(side.rows) - len(shown)
    rest = f"\n  and {count_text(more)} more; --csv has all" if more else ""
    return f"{head}\n{table_text([name.replace('_', ' ') for name in names], body)}{rest}"


def _cell(name: str, value: Any) -> str:
    import math

    import pandas as pd

    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, float):
        return "not bounded" if math.isinf(value) else f"{value:.6g}"
    return str(value)[:10] if name.startswith("date") else str(value)[:60]
