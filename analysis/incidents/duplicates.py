"""Rows that may tell of one event: found with their evidence, merged only by a rule that is stated.

Equal rows may be real (equal burglaries on one day, equal lines of a case list), so nothing is merged unless
the settings say by what. Of the rows of one event the one reported last stays as it is; the others leave
the table and are listed beside it, with their amounts, so that every total can be led back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import ConfigError
from .cells import as_text, distinct
from .record import Candidate

__all__ = ["MergeRule", "candidates", "merge_rule", "merged_rows"]

Ints = npt.NDArray[np.int64]
_KEYS = ("place", "days", "type", "sources", "reported_within")
_MOST = 50  # groups listed in the report; all are counted


@dataclass(frozen=True, kw_only=True)
class MergeRule:
    """When rows are one event.

    by_id : they have the same ``event_id``. Otherwise: the same place, begun at most ``days`` days after the
    first of them, of the same type (``type``), from different sources (``sources``), and reported within
    ``reported_within`` days of the first of them, where that is stated.
    """

    by_id: bool = False
    place: tuple[str, ...] = ("region",)
    days: int = 0
    type: bool = True
    sources: bool = True
    reported_within: int | None = None

    def __str__(self) -> str:
        if self.by_id:
            return "same event_id"
        parts = [
            f"same {', '.join(self.place)}",
            f"begun within {self.days} days" if self.days else "same day",
        ]
        parts += ["same type"] * self.type + ["different sources"] * self.sources
        if self.reported_within is not None:
            parts.append(f"reported within {self.reported_within} days")
        return ", ".join(parts)


def merge_rule(given: str | Mapping[str, Any] | None) -> MergeRule | None:
    """The rule that ``merge=`` states; raises `ConfigError` for one that cannot be understood."""
    if given is None:
        return None
    if given == "event_id":
        return MergeRule(by_id=True)
    if not isinstance(given, Mapping):
        raise ConfigError(f"is {given!r} and must be 'event_id' or a table", table="incidents", key="merge")
    for key in given:
        if key not in _KEYS:
            raise ConfigError("no such key", table="incidents.merge", key=str(key), valid=_KEYS)
    place = given.get("place", "region")
    for key in ("days", "reported_within"):
        value = given.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ConfigError("must be a whole number of days", table="incidents.merge", key=key)
    if given.get("sources", "different") not in ("different", "any"):
        raise ConfigError("must be 'different' or 'any'", table="incidents.merge", key="sources")
    return MergeRule(
        place=(place,) if isinstance(place, str) else tuple(place), days=given.get("days", 0),
        type=bool(given.get("type", True)), sources=given.get("sources", "different") == "different",
        reported_within=given.get("reported_within"),
    )  # fmt: skip


def candidates(table: pd.DataFrame) -> tuple[dict[str, int], tuple[Candidate, ...]]:
    """Kind of evidence -> rows beyond the first of their event, and the first groups of each kind.

    "same event_id"; and, where a table has sources, the same place, day and type told by different ones.
    """
    found: dict[str, int] = {}
    groups: list[Candidate] = []
    rules = [MergeRule(by_id=True)] if "event_id" in table else []
    if "source" in table:
        finer = tuple(name for name in ("admin2", "location") if name in table)
        rules.append(MergeRule(place=("region", *finer)))
    for rule in rules:
        group = _groups(table, rule)
        size = np.bincount(group[group >= 0], minlength=1)
        many = np.flatnonzero(size > 1)
        if len(many):
            found[str(rule)] = int((size[many] - 1).sum())
            order = np.argsort(group, kind="stable")
            starts = np.searchsorted(group[order], many[:_MOST])
            groups += [
                _candidate(table, order[at : at + size[code]], str(rule))
                for at, code in zip(starts, many[:_MOST], strict=True)
            ]
    return found, tuple(groups)


def _candidate(table: pd.DataFrame, rows: Ints, evidence: str) -> Candidate:
    first = table.iloc[int(rows[0])]
    lines = np.sort(table["row"].to_numpy()[rows])[:20]
    return Candidate(
        evidence=evidence, rows=tuple(int(line) for line in lines), size=len(rows),
        event_id=as_text(first.get("event_id", "")), region=as_text(first["region"]),
        day=None if pd.isna(first["date_start"]) else first["date_start"].date(),
        event_type=as_text(first.get("event_type", "")),
        sources=tuple(sorted({as_text(v) for v in table["source"].iloc[rows]})) if "source" in table else (),
    )  # fmt: skip


def merged_rows(
    table: pd.DataFrame, rule: MergeRule | None, amounts: tuple[str, ...]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table with one row per event, and the rows that left it, each with the row that stayed.

    The table gains the column ``merged``, the number of rows merged into a row.
    """
    if rule is None:
        return table, _left(table, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), rule, amounts)
    if rule.by_id and "event_id" not in table:
        raise ConfigError("needs a column of event ids", table="incidents", key="merge")
    group = _groups(table, rule)
    best = _best_first(table, group)
    grouped = group[best]
    new = np.append(True, grouped[1:] != grouped[:-1]) | (grouped < 0)
    keeper = best[np.maximum.accumulate(np.where(new, np.arange(len(best)), 0))]
    gone, stays = best[~new], keeper[~new]
    order = np.argsort(gone)
    gone, stays = gone[order], stays[order]
    left = _left(table, gone, stays, rule, amounts)
    number = np.bincount(stays, minlength=len(table))
    keep = np.ones(len(table), dtype=bool)
    keep[gone] = False
    return table.assign(merged=number)[keep].reset_index(drop=True), left


def _left(
    table: pd.DataFrame, gone: Ints, stays: Ints, rule: MergeRule | None, amounts: tuple[str, ...]
) -> pd.DataFrame:
    """merged, kept (lines), their ids, evidence, day, region, source, and the amounts that left."""
    out: dict[str, Any] = {"merged": table["row"].to_numpy()[gone], "kept": table["row"].to_numpy()[stays]}
    if "event_id" in table:
        ids = table["event_id"].reset_index(drop=True)
        out["merged_id"], out["kept_id"] = ids.iloc[gone].array, ids.iloc[stays].array
    out["evidence"] = np.full(len(gone), str(rule) if rule else "", dtype=object)
    names = ["date_start", "region", "region_reported", "event_type", "source", "included"]
    for name in (*names, *(f"{a}{end}" for a in amounts for end in ("", "_low", "_high"))):
        if name in table:
            out[name] = table[name].iloc[gone].array
    return pd.DataFrame(out)


def _groups(table: pd.DataFrame, rule: MergeRule) -> Ints:
    """One number per event, -1 for rows that say too little to be like another."""
    if rule.by_id:
        cells = table["event_id"]
        numeric = isinstance(cells.dtype, np.dtype) and cells.dtype.kind in "iuf"
        codes = pd.factorize(cells)[0] if numeric else distinct(cells).codes
        return np.asarray(codes, dtype=np.int64)
    usable = (table["timing"] != "undated").to_numpy(dtype=bool)
    key = np.zeros(len(table), dtype=np.int64)
    for name in (*rule.place, *(["event_type"] if rule.type and "event_type" in table else [])):
        if name not in table:
            raise ConfigError(f"the table has no column {name!r}", table="incidents.merge", key="place")
        codes = distinct(table[name]).codes
        if name in rule.place[:1]:
            usable = usable & (codes >= 0)
        key = _packed(key, codes)
    day = table["date_start"].to_numpy().astype("datetime64[D]").astype(np.int64)
    key = np.where(usable, key, -1)
    key = _within(key, day, rule.days)
    if rule.reported_within is not None:
        if "report_date" not in table:
            raise ConfigError("needs report dates", table="incidents.merge", key="reported_within")
        report = table["report_date"].to_numpy().astype("datetime64[D]")
        key = _within(np.where(np.isnat(report), -1, key), report.astype(np.int64), rule.reported_within)
    return _by_source(key, table) if rule.sources else key


def _packed(key: Ints, codes: Any) -> Ints:
    pairs = key * (int(codes.max(initial=-1)) + 2) + codes + 1
    return np.asarray(pd.factorize(pairs)[0], dtype=np.int64)


def _within(key: Ints, day: Ints, days: int) -> Ints:
    """Splits groups where a row lies more than ``days`` after the first of its group, in order of time."""
    order = np.lexsort((day, key))
    out = np.full(len(key), -1, dtype=np.int64)
    number, last_key, first = -1, -1, 0
    if days == 0:
        codes = pd.factorize(key[order] * 4_000_000 + day[order])[0]
        out[order] = codes
    else:
        for at in order[np.searchsorted(key[order], 0) :].tolist():
            if key[at] != last_key or day[at] - first > days:
                number, last_key, first = number + 1, key[at], day[at]
            out[at] = number
    return np.where(key < 0, -1, out)


def _by_source(key: Ints, table: pd.DataFrame) -> Ints:
    """Groups in which every source has one row: the first row of a source is told by the first of another.

    A source that tells twice of a place and day tells of two events.
    """
    if "source" not in table:
        raise ConfigError("needs a column of sources", table="incidents.merge", key="sources")
    source = distinct(table["source"]).codes.astype(np.int64)
    key = np.where(source < 0, -1, key)
    own = np.where(key < 0, -1, _packed(key, source))
    best = _best_first(table, own)
    turn = np.zeros(len(key), dtype=np.int64)
    turn[best] = pd.Series(own[best]).groupby(own[best]).cumcount().to_numpy()
    return np.where(key < 0, -1, _packed(key, turn))


def _best_first(table: pd.DataFrame, group: Ints) -> Ints:
    """Rows by group, the last reported first; equal ones by what they say, never by where they stand."""
    report = np.zeros(len(table), dtype=np.int64)
    if "report_date" in table:
        stamps = table["report_date"].to_numpy()
        seconds = stamps.astype("datetime64[s]").astype(np.int64)
        report = np.where(np.isnat(stamps), -(2**62), seconds)
    several = np.flatnonzero(pd.Series(group).duplicated(keep=False).to_numpy() & (group >= 0))
    said = np.zeros(len(table), dtype=np.int64)
    if len(several):
        shown = table.iloc[several].drop(columns="row")
        texts = ["\x1f".join(as_text(cell) for cell in row) for row in shown.itertuples(index=False)]
        said[several] = np.unique(np.array(texts, dtype=object), return_inverse=True)[1]
    return np.lexsort((table["row"].to_numpy(), said, -report, group))
