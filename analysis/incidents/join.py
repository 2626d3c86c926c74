"""The ingest reports of the parts of a table, joined to the report of the whole."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from .record import IngestReport, Reason, SourceSpan, UnmatchedName

__all__ = ["joined", "joined_sources"]

_N = TypeVar("_N", int, float)
_SAME = frozenset(
    {"columns", "columns_ignored", "day_rule", "timezone", "max_days", "merge_rule", "candidates", "repeats",
     "delays"}
)  # fmt: skip
_SHARE = "across_midnight_count_share"  # parts have no weights to join it by


def joined(one: IngestReport, other: IngestReport) -> IngestReport:
    """The report of two parts that follow each other."""
    body: dict[str, Any] = {}
    for field in fields(IngestReport):
        a, b = getattr(one, field.name), getattr(other, field.name)
        body[field.name] = _joined(field.name, a, b)
    return IngestReport(**body)


def _joined(name: str, a: Any, b: Any) -> Any:
    if name in _SAME:
        return a
    if name in ("first_day", "last_day"):
        known = [day for day in (a, b) if day is not None]
        return (min if name == "first_day" else max)(known) if known else None
    if name in _JOINED:
        return _JOINED[name](a, b)
    if isinstance(a, int):
        return a + b
    if isinstance(a, Mapping):
        return {key: value for key, value in _added(a, b).items() if key != _SHARE}
    raise TypeError(f"IngestReport.{name} cannot be joined")


def _added(a: Mapping[str, _N], b: Mapping[str, _N]) -> dict[str, _N]:
    return {key: a.get(key, 0) + b.get(key, 0) for key in dict.fromkeys((*a, *b))}


def _reasons(a: tuple[Reason, ...], b: tuple[Reason, ...]) -> tuple[Reason, ...]:
    rows = _added({r.reason: r.rows for r in a}, {r.reason: r.rows for r in b})
    order = sorted(rows, key=lambda reason: (-rows[reason], reason))
    return tuple(Reason(reason=reason, rows=rows[reason]) for reason in order)


def _matched(a: Mapping[str, int], b: Mapping[str, int]) -> dict[str, int]:
    rows = _added(a, b)
    return {kind: rows[kind] for kind in sorted(rows, key=lambda kind: -rows[kind])}


def _unmatched(a: tuple[UnmatchedName, ...], b: tuple[UnmatchedName, ...]) -> tuple[UnmatchedName, ...]:
    found = {u.name: u for u in a}
    for u in b:
        had = found.get(u.name)
        if had is not None:
            stated = [x for x in (had.amount, u.amount) if x is not None]
            u = UnmatchedName(
                name=u.name, rows=had.rows + u.rows, amount=sum(stated) if stated else None,
                suggestion=had.suggestion or u.suggestion,
            )  # fmt: skip
        found[u.name] = u
    return tuple(sorted(found.values(), key=lambda u: (-u.rows, u.name)))


def joined_sources(a: tuple[SourceSpan, ...], b: tuple[SourceSpan, ...]) -> tuple[SourceSpan, ...]:
    """Rows by source of two parts together."""
    found = {s.source: s for s in a}
    for s in b:
        had = found.get(s.source)
        if had is not None:
            s = SourceSpan(
                source=s.source, rows=had.rows + s.rows,
                first_day=_joined("first_day", had.first_day, s.first_day),
                last_day=_joined("last_day", had.last_day, s.last_day),
            )  # fmt: skip
        found[s.source] = s
    return tuple(sorted(found.values(), key=lambda s: (-s.rows, s.source)))


def _notes(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    """Each sentence once; of those that list words, which differ from part to part, the first."""
    started = {note.partition(": ")[0] for note in a}
    return (*a, *(note for note in b if note.partition(": ")[0] not in started))


_JOINED: dict[str, Any] = {
    "set_aside": _reasons, "regions_matched": _matched, "unmatched": _unmatched, "sources": joined_sources,
    "notes": _notes,
}  # fmt: skip
