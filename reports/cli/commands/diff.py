"""``sitrend diff``: what changed from one edition to another."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import EditionError
from reports.cli.arguments import Commands, command
from reports.cli.progress import Progress
from reports.cli.terminal import table_text, wrapped

if TYPE_CHECKING:
    from reports.editions import Edition
    from reports.since import Since

__all__ = ["add_parser", "run"]

MOST_WEEKS = 12
_ROWS = (
    ("late", "added for days covered before"), ("removed", "removed"), ("redated", "given another day"),
    ("relocated", "given another region"), ("amounts", "given other amounts"),
    ("other", "changed in other columns"),
)  # fmt: skip


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = command(
        commands, "diff", run, summary="print what changed from one edition to another",
        description="Compares two published editions: past weeks (printed then, known now), rows added,\n"
        "removed, re-dated, re-located or with other amounts, shifts of level, settings and software.",
        example="sitrend diff 2025-W28 2025-W29 --out weekly\n"
        "sitrend diff weekly/2025-W28 weekly/2025-W29 --json",
    )  # fmt: skip
    for name, which in (("before", "the earlier edition"), ("after", "the later edition")):
        parser.add_argument(
            name, metavar=name.upper(), help=f"{which}: its folder, or its name among the editions of --out"
        )
    parser.add_argument(
        "--out", metavar="FOLDER", type=Path, default=Path("weekly"),
        help="where the editions are kept (default: weekly)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON (schema sitrend.diff/1)")


def run(args: argparse.Namespace, progress: Progress) -> int:
    """Print the comparison."""
    from reports.since import compare_editions, diff_plain

    before, after = _edition(args.before, args.out), _edition(args.after, args.out)
    with progress.stage(f"comparing {before.name} with {after.name}"):
        since = compare_editions(before, after)
    print(
        json.dumps(diff_plain(since), ensure_ascii=False, indent=1) if args.json else _text(since, after.name)
    )
    return 0


def _edition(given: str, out: Path) -> "Edition":
    """An edition by its folder or by its name."""
    from reports.editions import Editions

    path = Path(given)
    if path.is_dir() and path.resolve().name != given:
        editions = Editions(path.resolve().parent)
        found = next((edition for edition in editions if edition.name == path.resolve().name), None)
        if found is None:
            raise EditionError(f"{given} is no edition: a folder is named like 2025-W29 or 2025-07-15.")
        return found
    return Editions(out).get(given)


def _text(since: "Since", after: str) -> str:
    parts = [f"{since.before} to {after}"]
    if since.nothing:
        return f"{parts[0]}\n  nothing changed but for what is new"
    parts += [_weeks(since), _rows(since), _levels(since), _signals(since), _settings(since)]
    return "\n\n".join(part for part in parts if part)


def _weeks(since: "Since") -> str:
    from analysis.numbers import signed_text

    if not since.comparable:
        return "Past weeks\n  cannot be compared: another measure, grouping or first day of the week"
    head = f"Past weeks: {len(since.weeks):,d} of {since.weeks_compared:,d} read differently"
    if not since.weeks:
        return head
    rows = [
        (week.week.name, week.before, week.after, signed_text(week.change))
        for week in since.weeks[:MOST_WEEKS]
    ]
    more = len(since.weeks) - len(rows)
    end = f"\n  and {more:,d} earlier weeks (--json lists all)" if more else ""
    return f"{head}\n{table_text(('week', 'printed then', 'known now', 'change'), rows)}{end}"


def _rows(since: "Since") -> str:
    rows = since.rows
    if rows is None:
        return "Rows\n  cannot be compared: an edition keeps none"
    numbers = [(words, since.late if key == "late" else rows.count(key)) for key, words in _ROWS]
    told = [(f"{number:,d}", words) for words, number in numbers if number]
    told.append((f"{since.new_rows:,d}", "added for days since"))
    head = f"Rows: {rows.before:,d} then, {rows.after:,d} now"
    lines = "\n".join(f"  {number:>9}  {words}" for number, words in told)
    return f"{head}\n{lines}"


def _levels(since: "Since") -> str:
    rows = [
        (known.region, known.date, known.direction, known.status, known.first_week)
        for known in since.known
        if known.status in ("new", "again", "ended")
    ]
    if not rows:
        return ""
    head = ("region", "around", "direction", "status", "first told in the issue to")
    return f"Shifts of level\n{table_text(head, rows)}"


def _signals(since: "Since") -> str:
    rows = [
        (known.region, known.direction, known.status, known.since, known.first_week)
        for known in since.signals
        if known.status in ("new", "ended")
    ]
    if not rows:
        return ""
    head = ("region", "direction", "status", "run since", "first told in the issue to")
    return f"Unusual weeks\n{table_text(head, rows)}"


def _settings(since: "Since") -> str:
    from reports.since import setting_text

    differ = [*since.settings, *since.versions]
    if not differ:
        return ""
    return "Settings and software\n" + "\n".join(wrapped(setting_text(setting)) for setting in differ)
