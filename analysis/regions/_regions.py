"""`Regions`: a list of regions and the means to recognise their names."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from ..display import table_html
from ..errors import UnknownRegionError
from ._lexicon import Lexicon
from ._suggestions import suggest
from ._vocabulary import Composite, Region, Vocabulary

__all__ = ["Regions"]

_COLUMNS = ("name", "name_ru", "name_uk", "kind", "parent", "tile_row", "tile_col", "note")
_TILES = ("tile_row", "tile_col")


class Regions:
    """The regions a table may name. Made by `load_regions`; not changed afterwards.

    name : what was loaded, e.g. ``"ru"``.
    table : index = code; columns name, name_ru, name_uk ("" where not known), kind, parent (code of the
        group, "" where there is none), tile_row, tile_col (whole numbers from 0, missing where there is no
        place on the tile grid), note. Composite areas are not in it: they overlap their members.
    parents : code of a group -> its name.
    composites : code of a composite area ("RU-MOS+RU-MOW") -> codes of its members.
    """

    name: str
    parents: Mapping[str, str]
    composites: Mapping[str, tuple[str, ...]]

    def __init__(self, name: str, vocabularies: Sequence[Vocabulary]) -> None:
        self.name = name
        regions = [region for vocabulary in vocabularies for region in vocabulary.regions]
        composites = [area for vocabulary in vocabularies for area in vocabulary.composites]
        frame = _frame([*regions, *_placed(composites, regions)])
        self._areas = frame
        self._table = frame.iloc[: len(regions)]
        self.composites = MappingProxyType({area.code: area.members for area in composites})
        self.parents = MappingProxyType(_parents(regions, vocabularies))
        self._lexicon = Lexicon(vocabularies)
        self._vocabularies = tuple(vocabularies)

    @property
    def table(self) -> pd.DataFrame:
        """One row per region; a copy, so that a vocabulary loaded twice stays the same."""
        return self._table.copy(deep=False)  # pandas 3 copies the data when either is written to

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all regions, without composite areas, in the order of the vocabulary."""
        return tuple(self._table.index)

    def __len__(self) -> int:
        return len(self._table)

    def __contains__(self, code: object) -> bool:
        return code in self._areas.index

    def within(self, level: int) -> dict[str, str]:
        """Code -> code of the area of that level it lies in; itself at that level, "" for wider ones.

        A region lies in the one that its vocabulary names as its parent; those of level 1 lie in none.
        """
        parent = {code: up for code, up in self._areas["parent"].items() if up in self._table.index}
        return {str(code): _lifted(str(code), parent, level) for code in self._areas.index}

    def at_level(self, level: int) -> "Regions":
        """The regions of one level, each with the area it lies in as its group.

        Raises `UnknownRegionError` where the vocabulary has no such level.
        """
        own = {code for code, into in self.within(level).items() if code == into}
        names = {str(code): str(name) for code, name in self._table["name"].items()} if level > 1 else {}
        kept = [
            replace(
                vocabulary,
                regions=tuple(region for region in vocabulary.regions if region.code in own),
                composites=tuple(area for area in vocabulary.composites if own.issuperset(area.members)),
                parents={**vocabulary.parents, **names},
            )
            for vocabulary in self._vocabularies
        ]
        if not any(vocabulary.regions for vocabulary in kept):
            raise UnknownRegionError(f"level {level} of {self.name}", ())
        return Regions(self.name, kept)

    def areas(self, codes: Iterable[str]) -> pd.DataFrame:
        """The rows of `table` for these codes, in this order; composite areas may be among them.

        Raises `UnknownRegionError` for a code that is neither.
        """
        codes = list(codes)
        for code in codes:
            if code not in self._areas.index:
                raise UnknownRegionError(code, map(str, self._areas.index))
        return self._areas.loc[codes].copy()

    def resolve(self, names: Iterable[object]) -> pd.DataFrame:
        """What each distinct name means: one row per name, in the order they first appear.

        Columns: name (as given); code ("" when nothing matches, "A|B" for one figure about several
        regions); match ("code", "name", "alias", "joint", "unknown"); suggestion (the code of the nearest
        spelling of an unknown name, "" when nothing is near: for a person to read, never applied); note
        (why a known word is not matched: "Kyiv" is a city or an oblast).

        A name is compared without regard to case, accents, apostrophes, punctuation and the word for its
        kind. Missing values are left out; other values are read as text. Only the first 2,000 unknown names
        get a suggestion.
        """
        distinct = _distinct(names)
        found = [self._lexicon.look_up(name) for name in distinct]
        unknown = [
            name for name, match in zip(distinct, found, strict=True) if not (match.code or match.note)
        ]
        near = suggest(unknown, self._lexicon)
        return pd.DataFrame(
            {
                "name": pd.Series(distinct, dtype=object),  # text that is not valid Unicode stays as it is
                "code": pd.Series([match.code for match in found], dtype="str"),
                "match": pd.Series([match.match for match in found], dtype="str"),
                "suggestion": pd.Series([near.get(name, "") for name in distinct], dtype="str"),
                "note": pd.Series([match.note for match in found], dtype="str"),
            }
        )

    def __repr__(self) -> str:
        more = f", {len(self.composites)} composite" if self.composites else ""
        return f"Regions({self.name!r}: {len(self)} regions, {len(self.parents)} groups{more})"

    def _repr_html_(self) -> str:
        shown = self.table[["name", "kind", "parent"]].reset_index()
        shown["parent"] = shown["parent"].map(lambda code: self.parents.get(code, ""))
        return table_html(shown, f"Regions {self.name}: {len(self)}")


def _lifted(code: str, parent: Mapping[Any, Any], level: int) -> str:
    chain = [code]
    while chain[0] in parent and parent[chain[0]] not in chain:
        chain.insert(0, str(parent[chain[0]]))
    return chain[level - 1] if len(chain) >= level else ""


def _distinct(names: Iterable[object]) -> list[str]:
    if isinstance(names, str):
        names = [names]
    values: Any = names if isinstance(names, pd.Series) else pd.Series(list(names), dtype=object)
    values = values.dropna()
    with suppress(TypeError):  # cells that are lists, as in JSON
        values = values.drop_duplicates()
    return list(dict.fromkeys(map(str, values)))


def _placed(composites: Sequence[Composite], regions: Sequence[Region]) -> list[Composite]:
    """Composite areas under the parent that all their members share, where none is stated."""
    parent = {region.code: region.parent for region in regions}
    shared = [{parent[code] for code in area.members} for area in composites]
    return [
        area if area.parent or len(found) > 1 else replace(area, parent=next(iter(found)))
        for area, found in zip(composites, shared, strict=True)
    ]


def _parents(regions: Sequence[Region], vocabularies: Sequence[Vocabulary]) -> dict[str, str]:
    """The groups in use; a group without a name of its own is called by its code."""
    named = {code: name for vocabulary in vocabularies for code, name in vocabulary.parents.items()}
    return {code: named.get(code, code) for code in dict.fromkeys(r.parent for r in regions) if code}


def _frame(regions: Sequence[Region]) -> pd.DataFrame:
    index = pd.Index([region.code for region in regions], dtype="str", name="code")
    frame = pd.DataFrame(
        {column: [getattr(region, column) for region in regions] for column in _COLUMNS}, index=index
    )
    for column in _TILES:
        tiles = frame[column].astype("Int64")
        frame[column] = tiles - tiles.min() if tiles.notna().any() else tiles
    return frame.astype({column: "str" for column in _COLUMNS if column not in _TILES})
