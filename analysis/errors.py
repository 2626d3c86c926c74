"""Every error and warning the package raises on purpose.

::

    SitrendError
    ├── InputError(ValueError)        the table cannot be used
    │   ├── UnreadableInputError      no file, no rows, not the format it claims
    │   ├── MissingColumnError        a required field has no column
    │   ├── UnknownRegionError        no such vocabulary, or no such code in it
    │   ├── NoUsableRowsError         every row was set aside
    │   └── WeekNotCoveredError       the table has no day of that week
    ├── ConfigError(ValueError)       file, [table], key, nearest valid key
    │   └── WeekError                 a week's name that names no week
    ├── ModelError(RuntimeError)      both become ``Skipped`` for a region
    │   ├── NotEnoughDataError
    │   └── ConvergenceError
    ├── RenderError(RuntimeError)     what is missing and what to install
    └── EditionError(RuntimeError)    would overwrite a published edition, or a hash differs

The classes build their own messages: one sentence that says what is wrong and what to do.
"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

__all__ = [
    "ConfigError",
    "ConvergenceError",
    "EditionError",
    "InputError",
    "MissingColumnError",
    "ModelError",
    "NoUsableRowsError",
    "NotEnoughDataError",
    "RenderError",
    "SitrendError",
    "UnknownRegionError",
    "UnreadableInputError",
    "WeekError",
    "WeekNotCoveredError",
]


def _listed(names: Iterable[str], most: int = 12) -> str:
    names = [str(name) for name in names]
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def _nearest(word: str, words: Iterable[str]) -> str:
    found = get_close_matches(word, [str(other) for other in words], n=1, cutoff=0.5)
    return f"; did you mean {found[0]!r}?" if found else ""


class SitrendError(Exception):
    """Base of every error raised on purpose."""


class InputError(SitrendError, ValueError):
    """The incident table cannot be used."""


class UnreadableInputError(InputError):
    """The source cannot be opened or is not what it claims to be."""

    def __init__(self, source: object, reason: str) -> None:
        self.source, self.reason = source, reason
        super().__init__(f"{source} cannot be read: {reason}.")


class MissingColumnError(InputError):
    """A required field has no column."""

    def __init__(self, field: str, columns: Sequence[str], *, named: str | None = None) -> None:
        self.field, self.columns, self.named = field, list(columns), named
        if named is None:
            what = f"no column was recognised as {field!r}"
            hint = ""
        else:
            what = f"the column {named!r}, named for {field!r}, does not exist"
            hint = _nearest(named, columns)
        super().__init__(
            f"{what}{hint}; the table has: {_listed(columns, 24)}. "
            f'Name it in sitrend.toml under [incidents.columns], e.g. {field} = "column of the table".'
        )


class UnknownRegionError(InputError):
    """No such region vocabulary, or a code no vocabulary knows."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name, self.known = name, list(known)
        super().__init__(
            f"{name!r} is no region vocabulary or code{_nearest(name, self.known)}; "
            f"known are {_listed(self.known)}, any ISO 3166-1 country code, or a path to a TOML or CSV file."
        )


class NoUsableRowsError(InputError):
    """Every row was set aside."""

    def __init__(self, source: object, rows: int, reasons: Mapping[str, int]) -> None:
        self.source, self.rows, self.reasons = source, rows, dict(reasons)
        why = _listed(f"{reason} ({count})" for reason, count in self.reasons.items())
        super().__init__(f"none of the {rows} rows of {source} can be used: {why or 'it has no rows'}.")


class WeekNotCoveredError(InputError):
    """The table has no day of the week that was asked for."""

    def __init__(self, week: str, first: object, last: object) -> None:
        self.week = week
        super().__init__(f"week {week} is not covered: the table runs from {first} to {last}.")


class ConfigError(SitrendError, ValueError):
    """A setting is wrong: names file, table, key and the nearest valid key.

    value : given where the key is right and its value is not; ``valid`` then lists values.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: object | None = None,
        table: str | None = None,
        key: str | None = None,
        valid: Iterable[str] = (),
        value: object | None = None,
    ) -> None:
        self.file, self.table, self.key, self.valid = file, table, key, list(valid)
        where = " ".join(
            part for part in (str(file) if file else "", f"[{table}]" if table else "", key or "") if part
        )
        word, kind = (key, "keys") if value is None else (str(value), "values")
        hint = _nearest(word, self.valid) if word else ""
        known = f"; valid {kind}: {_listed(self.valid, 20)}" if self.valid else ""
        super().__init__(f"{where + ': ' if where else ''}{problem}{hint}{known}.")


class WeekError(ConfigError):
    """A week's name that names no week, or a week that has not ended."""

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        super().__init__(f"{text!r} is not a week that can be reported: {reason}")


class ModelError(SitrendError, RuntimeError):
    """A model cannot answer; for one region this becomes ``Skipped``."""


class NotEnoughDataError(ModelError):
    """Too few days, weeks or counts for the statement."""


class ConvergenceError(ModelError):
    """An iterative fit did not settle."""


class RenderError(SitrendError, RuntimeError):
    """The report cannot be rendered: says what is missing and what to install or change."""


class EditionError(SitrendError, RuntimeError):
    """The archive refuses: a published edition would be overwritten, or a hash differs."""
