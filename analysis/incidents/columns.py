"""Which column is which field: what the caller declares, then publishers, then headings. Nothing else."""

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..errors import ConfigError, MissingColumnError
from ..formats import Preset, recognised
from .fields import AMOUNTS, CALENDAR, FIELDS, PARTS, QUALIFIER_PARTS

__all__ = ["ColumnMap", "map_columns"]


@dataclass(frozen=True, kw_only=True)
class ColumnMap:
    """fields : field -> its columns, the first non-empty cell of them counts.
    amounts : names of the amounts, each perhaps with ``_low``, ``_high`` and ``_qualifier`` in ``fields``.
    declared : fields the caller named.
    extra : columns not understood, kept under their own name.
    notes : sentences for the ingest report.
    """

    fields: Mapping[str, tuple[str, ...]]
    amounts: tuple[str, ...]
    declared: frozenset[str]
    extra: tuple[str, ...]
    notes: tuple[str, ...]


@lru_cache(maxsize=16_384)
def key_of(heading: str) -> str:
    """A heading without case, blanks, underscores and punctuation."""
    folded = unicodedata.normalize("NFKC", str(heading)).casefold().replace("ё", "е")
    return "".join(ch for ch in folded if ch.isalnum() or unicodedata.category(ch) == "Mn")


def map_columns(
    columns: Sequence[str],
    declared: Mapping[str, str | Sequence[str]] | None,
    place: str = "",
    preset: Preset | None = None,
) -> ColumnMap:
    """The fields of a table with these columns.

    declared : field -> column, or -> columns of which the first non-empty cell counts. It wins over all
        else; a name that is no field makes an amount of its own (``launched``, ``launched_low`` …).
    place : a column that names the one place of the table, for rows that name none.
    preset : what is known of the publisher; None = recognised by the columns.
    Raises `MissingColumnError` for a declared column that does not exist and for a table without a date or a
    region, `ConfigError` for two columns that could both be one required field.
    """
    fields = _declared(columns, declared or {})
    named = frozenset(fields)
    notes: list[str] = []
    _add_preset(preset or recognised(columns, {}), fields, notes)
    taken = {column for several in fields.values() for column in several}
    free = [column for column in columns if column not in taken and column != place]
    _add_calendar(free, fields, notes)
    _add_recognised(free, fields, named, notes)
    amounts = _add_amounts(free, fields)
    if place:
        fields["region"] = (*fields.get("region", ()), place)
    _settle_dates(fields, named, notes)
    for required in ("date", "region"):
        if not any(alias in fields for alias in _STANDS_FOR[required]):
            raise MissingColumnError(required, list(columns))
    used = {column for several in fields.values() for column in several}
    return ColumnMap(
        fields=fields, amounts=amounts, declared=named, notes=tuple(notes),
        extra=tuple(column for column in columns if column not in used),
    )  # fmt: skip


_STANDS_FOR = {"date": ("date", "date_start", "report_date", "year"), "region": ("region", "region_code")}


def _declared(
    columns: Sequence[str], declared: Mapping[str, str | Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    fields: dict[str, tuple[str, ...]] = {}
    known = [*FIELDS, *AMOUNTS]
    for field, given in declared.items():
        names = (given,) if isinstance(given, str) else tuple(given)
        if not names or not all(isinstance(name, str) for name in names):
            raise ConfigError("must be a column or a list of columns", table="incidents.columns", key=field)
        near = difflib.get_close_matches(field, known, n=1, cutoff=0.85)
        if near and field not in known and not _amount_part(field, known):
            raise ConfigError("is no field", table="incidents.columns", key=field, valid=known)
        for name in names:
            if name not in columns:
                raise MissingColumnError(field, list(columns), named=name)
        fields[field] = names
    return fields


def _amount_part(field: str, known: Sequence[str]) -> bool:
    return any(field == f"{name}_{end}" for name in AMOUNTS for end in ("low", "best", "high", "qualifier"))


def _add_preset(preset: Preset | None, fields: dict[str, tuple[str, ...]], notes: list[str]) -> None:
    if preset is None:
        return
    notes.append(f"Recognised as a table of this kind: {preset.name} (preset {preset.key}).")
    notes.extend(preset.notes)
    window = {"date", "date_start"} & set(fields)  # a caller who says when needs no other days
    for field, columns in preset.columns.items():
        if not (window and field in ("date", "date_start", "date_end")):
            fields.setdefault(field, columns)


def _add_recognised(
    free: list[str], fields: dict[str, tuple[str, ...]], named: frozenset[str], notes: list[str]
) -> None:
    keys = {column: key_of(column) for column in free}
    for field, tiers in FIELDS.items():
        if field in fields or _superseded(field, named, fields):
            continue
        for tier in tiers:
            wanted = {key_of(heading) for heading in tier}
            found = [column for column in free if keys[column] in wanted]
            exact = [column for column in found if keys[column] == key_of(field)]
            found = exact if len(exact) == 1 else found
            if len(found) > 1:
                _ambiguous(field, found, fields, notes)
            elif found:
                fields[field] = (found[0],)
                free.remove(found[0])
            if found:
                break


def _add_calendar(free: list[str], fields: dict[str, tuple[str, ...]], notes: list[str]) -> None:
    """Year and month, perhaps with a day, are the date of a table that has no other."""
    keys = {key_of(column): column for column in reversed(free)}
    dates = [
        key_of(h) for tiers in (FIELDS["date"][:2], FIELDS["date_start"]) for tier in tiers for h in tier
    ]
    if any(key in keys for key in dates) or any(name in fields for name in ("date", "date_start", "year")):
        return
    found = {}
    for field, headings in CALENDAR.items():
        column = next((keys[key_of(h)] for h in headings if key_of(h) in keys), None)
        if column is not None and field not in fields:
            found[field] = (column,)
    if "year" in found and "month" in found:
        fields.update(found)
        for (column,) in found.values():
            free.remove(column)
        notes.append(f"The date is put together from {', '.join(column for (column,) in found.values())}.")


def _superseded(field: str, named: frozenset[str], fields: Mapping[str, tuple[str, ...]]) -> bool:
    """True where what the caller declared leaves no room for guessing this field."""
    window = {"date_start", "date_end"}
    return (
        (field in window and "date" in named and not named & window)
        or (field == "date" and "year" in fields)
        or (field == "date" and "date_start" in named)
        or (field == "region_code" and "region" in named)
        or (field == "region" and "region_code" in named)
    )


def _ambiguous(field: str, found: list[str], fields: Mapping[str, tuple[str, ...]], notes: list[str]) -> None:
    listed = " and ".join(repr(column) for column in found)
    stand_in = any(other in fields for other in _STANDS_FOR.get(field, ()))
    if field in ("date", "date_start", "date_end", "region") and not stand_in:
        raise ConfigError(f"could be {listed}; say which", table="incidents.columns", key=field)
    notes.append(f"{field} was not recognised, as it could be {listed}.")


def _add_amounts(free: list[str], fields: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Adds ``<name>``, ``<name>_low``, ``<name>_high``, ``<name>_qualifier`` and returns the names."""
    keys = {key_of(column): column for column in reversed(free)}
    plain = {**FIELDS, **AMOUNTS}
    declared = [name for name in fields if name not in FIELDS]
    names = list(dict.fromkeys([*AMOUNTS, *(_stem(name) for name in declared)]))
    for column in free:
        endings = [end for part in ("low", "high") for end in PARTS[part]]
        if any(key_of(f"{column}_{end}") in keys for end in endings) and not _known_key(column):
            names.append(column)
            fields[column] = (column,)
    for name in names:
        headings = [h for tier in AMOUNTS.get(name, ()) for h in tier] or [name]
        _take(fields, keys, name, headings)
        for part, ends in {**PARTS, "qualifier": QUALIFIER_PARTS}.items():
            _take(fields, keys, f"{name}_{part}", [f"{h}_{end}" for h in headings for end in ends])
        if f"{name}_best" in fields:
            fields.setdefault(name, fields.pop(f"{name}_best"))
    bounds = ("", "_low", "_high")
    return tuple(name for name in names if name not in FIELDS and any(name + p in fields for p in bounds)
                 and (name in AMOUNTS or name not in plain))  # fmt: skip


def _take(fields: dict[str, tuple[str, ...]], keys: dict[str, str], field: str, headings: list[str]) -> None:
    used = {column for several in fields.values() for column in several}
    if field in fields:
        return
    for heading in headings:
        column = keys.get(key_of(heading))
        if column is not None and column not in used:
            fields[field] = (column,)
            return


def _stem(name: str) -> str:
    for end in ("low", "best", "high", "qualifier"):
        if name.endswith(f"_{end}"):
            return name[: -len(end) - 1]
    return name


def _known_key(column: str) -> bool:
    key = key_of(column)
    return any(key == key_of(h) for tiers in (*FIELDS.values(), *AMOUNTS.values()) for t in tiers for h in t)


def _settle_dates(fields: dict[str, tuple[str, ...]], named: frozenset[str], notes: list[str]) -> None:
    """One of date and date_start is left: a declared one wins; else the window, then the date."""
    if "date" in fields and "date_start" in fields:
        if "date" in named:
            if "date_start" not in named:
                fields.pop("date_start")
                fields.pop("date_end", None)
                return
        else:
            fallback = ", ".join(fields["date"])
            notes.append(f"The window counts; {fallback} only where its start is empty.")
        fields["date_start"] = (*fields["date_start"], *fields.pop("date"))
    elif "date" in fields:
        fields["date_start"] = fields.pop("date")
    elif not {"date_start", "date_end", "year"} & set(fields) and "report_date" in fields:
        fields["date_start"] = fields["report_date"]
        notes.append("No event date was found: every row is counted on the day it was reported.")
