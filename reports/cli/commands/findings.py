"""``sitrend findings``: what the models say about a week, in the terminal or as JSON."""

import argparse
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.cli import flow
from reports.cli.arguments import Commands, command, panel_arguments, table_arguments, week_argument
from reports.cli.exits import NEWS
from reports.cli.progress import Progress
from reports.cli.terminal import table_text

if TYPE_CHECKING:
    from analysis.findings import Findings

__all__ = ["add_parser", "run"]


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = command(
        commands, "findings", run, summary="print what the models say about a week",
        description="Analyses one week and prints every statement, without making a report: comparisons\n"
        "with the weeks before, unusual weeks, trends, changes of level, and what could not be said and why.",
        example="sitrend findings incidents.csv --regions ru --json > findings.json\n"
        "sitrend findings incidents.csv --new --json --quiet      (for alerts: 10 = something is new)",
    )  # fmt: skip
    table_arguments(parser)
    panel_arguments(parser)
    week_argument(parser)
    parser.add_argument(
        "--json", action="store_true",
        help="print JSON (schema sitrend.findings/1; with --new one line per statement, sitrend.new/1)",
    )  # fmt: skip
    parser.add_argument(
        "--new", action="store_true",
        help="only what the last edition of an earlier week in --out did not say: regions above or below "
        "previous weeks, unusual weeks, shifts of level. Ends with 10 where there is any, else with 0",
    )  # fmt: skip
    parser.add_argument(
        "--out", metavar="FOLDER", type=Path, default=Path("weekly"),
        help="where the editions are kept (default: weekly)",
    )  # fmt: skip


def run(args: argparse.Namespace, progress: Progress) -> int:
    """Print the findings."""
    config = flow.settings(args, progress)
    panel = flow.make_panel(flow.read_table(args, config, progress), config, progress)
    findings = flow.make_findings(panel, config, progress, week=args.week)
    if args.new:
        return _print_new(findings, args, progress)
    print(findings.to_json() if args.json else _text(findings))
    return 0


def _print_new(findings: "Findings", args: argparse.Namespace, progress: Progress) -> int:
    """One line per new statement; the exit status says whether there is any."""
    from reports.editions import Editions
    from reports.news import new_statements

    earlier = [e for e in Editions(args.out) if e.week.first_day < findings.week.first_day]
    last = earlier[-1] if earlier else None
    if last is None:
        progress.note(f"{args.out} holds no edition of an earlier week, so every statement is new.")
    statements = new_statements(findings, last)
    for statement in statements:
        print(json.dumps(statement, ensure_ascii=False) if args.json else statement["text"])
    return NEWS if statements else 0


def _text(findings: "Findings") -> str:
    from analysis.findings import KINDS

    week = findings.week
    parts = [f"Week {week}, {week.first_day} to {week.last_day}"]
    for kind in KINDS:
        records = findings.of(kind)
        if records:
            table = _skipped(records) if kind == "skipped" else _table(findings, records)
            parts.append(f"{kind.replace('_', ' ').capitalize()} ({len(records)})\n{table}")
    return "\n\n".join(parts)


def _table(findings: "Findings", records: tuple[Any, ...]) -> str:
    names = [f.name for f in dataclasses.fields(records[0]) if f.name not in ("region", "week", "window")]
    head = ["region", *(name.replace("_", " ") for name in names)]
    rows = [[_name(findings, r.region), *(_cell(name, getattr(r, name)) for name in names)] for r in records]
    return table_text(head, rows)


def _name(findings: "Findings", code: str) -> str:
    name = findings.panel.name_of(code) if findings.panel is not None else code
    return code if name == code else f"{name} ({code})"


def _cell(name: str, value: Any) -> str:
    from analysis.numbers import count_text, p_text, ratio_text

    if value is None:
        return "not stated"
    if isinstance(value, float):
        if name in ("p_value", "q_value"):
            return p_text(value)
        return count_text(value) if name == "exact" else ratio_text(value)
    return str(value)


def _skipped(records: tuple[Any, ...]) -> str:
    """Why models did not answer: one line per model and reason, not per region."""
    groups: dict[tuple[str, str], list[str]] = {}
    for record in records:
        groups.setdefault((record.model, record.reason), []).append(record.region)
    rows = [
        (model, f"{len(regions):,d}", _some(regions), reason) for (model, reason), regions in groups.items()
    ]
    return table_text(["model", "regions", "which", "why nothing is said"], rows)


def _some(regions: list[str], most: int = 3) -> str:
    return ", ".join(regions[:most]) + (" …" if len(regions) > most else "")
