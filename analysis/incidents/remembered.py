"""Names of regions in a table that is read in parts: looked up once, however many parts they occur in."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .cells import as_text
from .places import resolve_places
from .record import UnmatchedName
from .stamps import added

if TYPE_CHECKING:
    from ..regions import Regions

__all__ = ["Names", "Remembered"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Remembered:
    """A vocabulary that looks every name up once, however many parts it occurs in."""

    def __init__(self, regions: "Regions") -> None:
        self._regions = regions
        self._found = pd.DataFrame()
        self._names: dict[str, None] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._regions, name)

    def resolve(self, names: Collection[str]) -> pd.DataFrame:
        """As `Regions.resolve`."""
        wanted = list(dict.fromkeys(names))
        new = [name for name in wanted if name not in self._names]
        if new:
            self._names |= dict.fromkeys(new)
            self._found = pd.concat([self._found, self._regions.resolve(new)], ignore_index=True)
        at = pd.Index(self._found["name"]).get_indexer(pd.Index(wanted, dtype=object))
        found: pd.DataFrame = self._found.iloc[at].reset_index(drop=True)
        return found

    def suggestions(self) -> Mapping[str, str]:
        """Name -> nearest code, as for a table that is read at once."""
        found = self._regions.resolve(list(self._names))
        return dict(zip(found["name"], found["suggestion"], strict=True))


class Names:
    """The names of regions in plain parts: code and kind of match of each, and its rows."""

    def __init__(self, known: "Regions | None", level: int | None) -> None:
        self._known, self._level = known, level
        self._code, self._match, self._near = {"": ""}, {"": "not_stated"}, dict[str, str]()
        self._rows, self._stated = dict[str, int](), dict[str, int]()
        self._amounts = dict[str, float]()
        self._texts: Any = None
        self._place: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    def codes(self, texts: Any) -> tuple[str, ...]:
        """The region of every text of a dictionary, and of no text."""
        if self._texts is None or not texts.equals(self._texts):
            names = [as_text(text) for text in texts.to_pylist()]
            self._learn([name for name in dict.fromkeys(names) if name not in self._code])
            self._texts, self._place = texts, ((*names, ""), tuple(self._code[name] for name in (*names, "")))
        return self._place[1]

    def _learn(self, names: list[str]) -> None:
        if names:
            found = resolve_places(pd.Series(names, dtype=object), None, self._known, self._level)
            self._code |= dict(zip(names, map(str, found.code), strict=True))
            self._match |= dict(zip(names, map(str, found.match), strict=True))
            self._near |= found.suggestions

    def count(self, place: Ints, rows: Ints, stated: Ints | None, amount: Floats | None) -> None:
        """Entries by their place in the dictionary that was asked for last: rows, and what they count."""
        names = self._place[0]
        for had, values in ((self._rows, rows), (self._stated, stated), (self._amounts, amount)):
            if values is not None:
                per_name = np.bincount(place, weights=values, minlength=len(names)).astype(values.dtype)
                for at in np.unique(place):
                    had[names[at]] = had.get(names[at], 0) + per_name[at].item()

    def matched(self) -> dict[str, int]:
        """Kind of match -> rows."""
        found: dict[str, int] = {}
        for name, rows in self._rows.items():
            found = added(found, {self._match[name]: rows})
        return found

    def unallocated(self) -> int:
        """Rows of no region."""
        return sum(rows for name, rows in self._rows.items() if not self._code[name])

    def unmatched(self) -> tuple[UnmatchedName, ...]:
        """The names that no vocabulary knows, most rows first."""
        found = [
            UnmatchedName(
                name=name, rows=rows, suggestion=self._near.get(name, ""),
                amount=self._amounts.get(name) if self._stated.get(name) else None,
            )
            for name, rows in self._rows.items() if self._match[name] == "unknown"
        ]  # fmt: skip
        return tuple(sorted(found, key=lambda u: (-u.rows, u.name)))
