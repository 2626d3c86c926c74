"""What reading found out about rows: duplicates, what was merged, split or left over, clocks and delays."""

from collections.abc import Iterator

from analysis.incidents import Incidents

from ..content import Cell, Column, Context, Row, Table, Text, say
from ..words import Noun

__all__ = ["ingest_sentences", "merged_table"]

MOST = 12


def ingest_sentences(context: Context, incidents: Incidents) -> Iterator[Text]:
    """One sentence for each of these that the table has; none for editions that do not know."""
    report = incidents.report
    for i, (evidence, rows) in enumerate(report.duplicates.items()):
        kept = "by the settings some were merged" if report.merge_rule else "none was removed for it"
        yield say(
            "{n} may tell of an event that another tells of ({evidence}); {kept}.",
            n=_rows(context, f"duplicates/{i}", rows), evidence=evidence, kept=kept,
        )  # fmt: skip
    if report.rows_merged:
        yield say(
            "{n} left the table as duplicates by the rule {rule}; each with the row that stands for it: "
            "tables/merged.csv.",
            n=_rows(context, "rows_merged", report.rows_merged), rule=report.merge_rule,
        )  # fmt: skip
    match = incidents.table["match"].astype(str)
    made = (
        ("remainder", "{n} hold what a headline total leaves over beyond its parts; in no region."),
        ("each", "{n} come from a count stated for each of several regions, one row for every region."),
    )
    for kind, sentence in made:
        number = int((match == kind).sum())
        if number:
            yield say(sentence, n=_rows(context, f"match/{kind}", number))
    yield from _clocks(context, incidents)


def _clocks(context: Context, incidents: Incidents) -> Iterator[Text]:
    clocks, delays, facts = incidents.report.clocks, incidents.report.delays, context.facts
    if clocks.get("across_midnight"):
        yield say(
            "Of {n} with a window of clock times, {across} cross midnight.",
            n=_rows(context, "clocks/windows", int(clocks["windows"])),
            across=facts.count("ingest/clocks/across_midnight", clocks["across_midnight"], unit="rows"),
        )
    if clocks.get("other_day_by_zone"):
        number = int(clocks["other_day_by_zone"])
        yield say(
            "{n} count on another day than the one written, by the time zone.",
            n=_rows(context, "clocks/other_day_by_zone", number),
        )
    if delays:
        said = {
            key: facts.count(f"ingest/delays/{key}", round(float(delays[key]), 1), unit="days")
            for key in ("median", "p90")
        }
        yield say(
            "From event to report half of the rows take up to {median} days, nine in ten up to {p90}.", **said
        )


def _rows(context: Context, name: str, number: int) -> Text:
    fact = context.facts.count(f"ingest/{name}", number, unit="rows")
    return say("{n} {noun}", n=fact, noun=Noun("row", "rows").after(number))


def merged_table(incidents: Incidents) -> Table | None:
    """Rows that left the table as duplicates, each with the line that stands for it."""
    merged = incidents.merged
    if merged.empty:
        return None
    keys = [key for key in ("merged", "kept", "evidence") if key in merged]
    labels = {"merged": "Line", "kept": "Stands for it: line", "evidence": "Evidence"}
    rows = merged[keys].head(MOST).astype(str).to_numpy().tolist()
    return Table(
        name="merged", caption=("Rows merged into others",),
        columns=tuple(Column(key=key, label=labels[key], align="left") for key in keys),
        rows=tuple(Row(cells=tuple(Cell(text=(cell,)) for cell in row)) for row in rows), data=merged,
        note=(f"The first {MOST}; all are in tables/merged.csv." if len(merged) > MOST else "",),
    )  # fmt: skip
