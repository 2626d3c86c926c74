"""``sitrend check``: what was understood of a table, and what was not."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import NoUsableRowsError
from reports.cli import flow
from reports.cli.arguments import Commands, command, shown, table_arguments
from reports.cli.large import count_large, is_large
from reports.cli.progress import Progress
from reports.cli.terminal import table_text, wrapped
from reports.cli.vintages import vintage_plain, vintage_text

if TYPE_CHECKING:
    from analysis.incidents import Incidents, IngestReport
    from analysis.snapshots import RowChanges
    from analysis.streaming import Counted

__all__ = ["add_parser", "run"]

MOST = 12  # lines shown of a list; --json has all


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = command(
        commands, "check", run, summary="say what was understood of a table, and what was not",
        description="Reads a table and prints what became of every row: used, set aside with line, value\n"
        "and mend, regions that were not recognised. Rows set aside are no error; a table without a\n"
        "usable row is (exit code 3).",
        example="sitrend check incidents.csv --regions ru\n"
        "sitrend check incidents.csv --against last_month.csv --config sitrend.toml",
    )  # fmt: skip
    table_arguments(parser)
    parser.add_argument(
        "--against", metavar="OLD", type=Path,
        help="an earlier vintage of the table: print the rows added, removed and changed since",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON, with every row set aside")


def run(args: argparse.Namespace, progress: Progress) -> int:
    """Print the ingest report."""
    config = flow.settings(args, progress)
    incidents: Incidents | Counted
    if args.against is None and is_large(args.input):
        incidents = count_large(args, config, progress, panel=False)
    else:
        incidents = flow.read_table(args, config, progress)
    changes = None
    if args.against is not None:
        from analysis import compare_rows

        old = flow.read_table(argparse.Namespace(**{**vars(args), "input": args.against}), config, progress)
        changes = compare_rows(old.table, incidents.table)  # type: ignore[union-attr]
    print(_json(incidents, changes, args) if args.json else _text(incidents))
    if changes is not None and not args.json:
        print("\n" + vintage_text(changes, args.against.name))
    report = incidents.report
    if not report.rows_used:
        reasons = {reason.reason: reason.rows for reason in report.set_aside}
        raise NoUsableRowsError(shown(args.input), report.rows_read, reasons)
    return 0


def _json(incidents: "Incidents | Counted", changes: "RowChanges | None", args: argparse.Namespace) -> str:
    from analysis.codec import to_plain

    body: dict[str, object] = {
        "schema": "sitrend.check/1",
        "provenance": to_plain(incidents.provenance),
        "ingest": to_plain(incidents.report),
        "measures": list(incidents.measures),
        "set_aside": [
            {key: _plain(value) for key, value in row.items()}
            for row in incidents.set_aside.to_dict("records")
        ],
        "merged": [
            {key: _plain(value) for key, value in row.items()} for row in incidents.merged.to_dict("records")
        ],
    }
    if changes is not None:
        body["vintages"] = vintage_plain(changes, args.against.name)
    return json.dumps(body, ensure_ascii=False, indent=1, allow_nan=False)


def _plain(value: object) -> object:
    return value if isinstance(value, int) else str(value)


def _text(incidents: "Incidents | Counted") -> str:
    report = incidents.report
    parts = [
        _rows(incidents), _columns(report), _aside(incidents), _regions(report), _unmatched(report),
        _duplicates(report), _clocks(report), _sources(report), _notes(report),
        f"Measures: {_some(incidents.measures)}",
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def _rows(incidents: "Incidents | Counted") -> str:
    report, source = incidents.report, incidents.provenance
    lines = [
        ("rows read", report.rows_read),
        ("used", report.rows_used),
        ("set aside", report.rows_set_aside),
        ("left out by [incidents.where]", report.rows_left_out),
        ("blank", report.rows_blank),
        ("part of another row, not added", report.rows_not_counted),
        ("spread over several days", report.rows_spread),
        ("without a usable day", report.rows_undated),
        ("equal to an earlier row (kept)", report.repeats),
        (f"merged into others ({report.merge_rule})", report.rows_merged),
        ("rows that splitting and headlines add", report.rows_added),
        *report.flagged.items(),
    ]
    shown = [
        (name, f"{rows:,d}") for name, rows in lines if rows or name in ("rows read", "used", "set aside")
    ]
    head = f"{source.source} ({', '.join((source.format, *source.detected))})"
    days = f"Days: {report.first_day} to {report.last_day}" if report.first_day else "Days: none"
    zone = report.timezone or "as written in the table"
    return f"{head}\n{_body(shown)}\n{days}; time zone: {zone}; windows count by: {report.day_rule}"


def _columns(report: "IngestReport") -> str:
    rows = [(field, ", ".join(columns)) for field, columns in report.columns.items()]
    text = f"Columns understood\n{_body(rows)}"
    return text + (
        f"\n{wrapped('not used: ' + _some(report.columns_ignored))}" if report.columns_ignored else ""
    )


def _aside(incidents: "Incidents | Counted") -> str:
    report, frame = incidents.report, incidents.set_aside
    if not report.rows_set_aside:
        return ""
    reasons = _body([(f"{reason.rows:,d}", reason.reason) for reason in report.set_aside])
    lines = table_text(
        ["line", "column", "value", "why", "mend"],
        [
            [row["row"], row["column"], str(row["value"])[:40], row["reason"], row["mend"]]
            for row in frame.head(MOST).to_dict("records")
        ],
    )
    more = f"\n  and {len(frame) - MOST:,d} more; --json has all" if len(frame) > MOST else ""
    return f"Set aside\n{reasons}\n\n{lines}{more}"


def _regions(report: "IngestReport") -> str:
    rows = [(kind.replace("_", " "), f"{rows:,d}") for kind, rows in report.regions_matched.items() if rows]
    if not rows:
        return ""
    unallocated = f"\n  {report.rows_unallocated:,d} rows count in the total, but in no region"
    return f"Regions, rows by kind of match\n{_body(rows)}{unallocated if report.rows_unallocated else ''}"


def _unmatched(report: "IngestReport") -> str:
    names = report.unmatched
    if not names:
        return ""
    rows = [(name.name[:50], f"{name.rows:,d}", name.suggestion) for name in names[:MOST]]
    more = f"\n  and {len(names) - MOST:,d} more; --json has all" if len(names) > MOST else ""
    return f"Names that are no region\n{table_text(['name', 'rows', 'did you mean'], rows)}{more}"


def _duplicates(report: "IngestReport") -> str:
    """Rows that may tell of one event, with what speaks for it."""
    if not report.duplicates:
        return ""
    counts = _body([(evidence, f"{rows:,d}") for evidence, rows in report.duplicates.items()])
    rows = [
        [", ".join(map(str, c.rows[:4])) + (" …" if c.size > 4 else ""), c.event_id[:24], c.day or "",
         c.region,
         c.event_type[:24], ", ".join(c.sources)[:30]]
        for c in report.candidates[:MOST]
    ]  # fmt: skip
    more = (
        f"\n  and {len(report.candidates) - MOST:,d} more; --json has them"
        if len(report.candidates) > MOST
        else ""
    )
    table = table_text(["lines", "id", "day", "region", "type", "sources"], rows)
    kept = "merged by the settings" if report.merge_rule else "kept; [incidents] merge states a rule"
    lost = ", ".join(f"{name} {amount:,.10g}" for name, amount in report.merged_amounts.items())
    lost = f"\n  merged away and no part of any sum: {lost}" if lost else ""
    return f"Perhaps one event told twice ({kept})\n{counts}{lost}\n\n{table}{more}"


def _clocks(report: "IngestReport") -> str:
    """Windows, zones and delays."""
    clocks, delays = report.clocks, report.delays
    rows = []
    if clocks.get("windows"):
        share = clocks.get("across_midnight_count_share")
        weighted = "" if share is None else f", {share:.0%} of the count"
        rows.append(("windows with clock times", f"{clocks['windows']:,.0f}"))
        rows.append(("across midnight", f"{clocks['across_midnight']:,.0f}{weighted}"))
    if clocks.get("other_day_by_zone"):
        rows.append(("on another day than written, by the zone", f"{clocks['other_day_by_zone']:,.0f}"))
    if delays:
        points = ", ".join(f"{text} {delays[key]:.3g}" for key, text in _POINTS)
        rows.append(("days from event to report", f"{points} ({delays['rows']:,.0f} rows)"))
    return f"Clocks\n{_body(rows)}" if rows else ""


_POINTS = (("median", "median"), ("p75", "75%"), ("p90", "90%"), ("p99", "99%"), ("longest", "longest"))


def _sources(report: "IngestReport") -> str:
    if not report.sources:
        return ""
    rows = [
        (source.source[:50], f"{source.rows:,d}", source.first_day, source.last_day)
        for source in report.sources[:MOST]
    ]
    more = f"\n  and {len(report.sources) - MOST:,d} more" if len(report.sources) > MOST else ""
    return f"Sources\n{table_text(['source', 'rows', 'first day', 'last day'], rows)}{more}"


def _notes(report: "IngestReport") -> str:
    return "Notes\n" + "\n".join(wrapped(note) for note in report.notes) if report.notes else ""


def _body(rows: "list[tuple[str, str]]") -> str:
    width = max((len(name) for name, _ in rows), default=0)
    flush = max((len(text) for _, text in rows if text.replace(",", "").isdigit()), default=0)
    return "\n".join(
        f"  {name.ljust(width)}  {text.rjust(flush) if text.replace(',', '').isdigit() else text}"
        for name, text in rows
    )


def _some(names: "tuple[str, ...]", most: int = 30) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
