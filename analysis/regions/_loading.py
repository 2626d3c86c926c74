"""`load_regions`: from a name, a code, a file or several of these to `Regions`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from os import PathLike, sep
from os.path import expanduser
from pathlib import Path
from typing import TypeVar

from ..errors import UnknownRegionError
from ._files import read_toml, read_vocabulary
from ._iso import country_code, country_vocabulary, world_vocabularies
from ._regions import Regions
from ._text import code_key
from ._vocabulary import Composite, Region, Vocabulary

__all__ = ["load_regions", "vocabulary_names"]

WORLD = "iso3166-2"
_FOLDER = Path(__file__).parent

_R = TypeVar("_R", bound=Region)
Source = str | PathLike[str] | Regions


def vocabulary_names() -> tuple[str, ...]:
    """The vocabularies that come with the package: the TOML files beside this module."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def load_regions(name_or_path: Source | Sequence[str | PathLike[str]]) -> Regions:
    """The regions a table may name.

    ``"ru"``, ``"ua"``: vocabularies of this package, with names in three languages, spellings in use, groups
    and a tile grid (`vocabulary_names`). ``"FR"``: the first-level subdivisions of any ISO 3166-1 country;
    lower levels overlap them. ``"iso3166-2"``: every subdivision of the world, of any level, with the
    vocabularies of this package for their countries. A path ending in ``.toml`` or ``.csv``: a vocabulary of
    your own. A sequence of these and of single codes, ``["ru", "UA-43", "UA-40"]``: all together, in order.

    Raises `UnknownRegionError` for a name that is none of these, `UnreadableInputError` for a broken file.
    """
    if isinstance(name_or_path, Regions):
        return name_or_path
    if isinstance(name_or_path, str | PathLike):
        text = str(name_or_path)
        return _from_file(text) if _is_path(name_or_path) else _from_name(text.strip().lower())
    parts = list(name_or_path)
    if not parts:
        raise UnknownRegionError("", _known())
    found = [vocabulary for part in parts for vocabulary in _vocabularies(part)]
    return Regions(" + ".join(map(_short, parts)), _combined(found))


def _is_path(source: object) -> bool:
    text = str(source)
    return (
        not isinstance(source, str) or text.lower().endswith((".toml", ".csv")) or "/" in text or sep in text
    )


def _short(source: object) -> str:
    return Path(str(source)).name if _is_path(source) else str(source)


def _from_file(path: str) -> Regions:
    return Regions(Path(path).name, _vocabularies(path))


@cache
def _from_name(name: str) -> Regions:
    return Regions(name, _combined(_vocabularies(name)))


def _known() -> tuple[str, ...]:
    return (*vocabulary_names(), WORLD)


def _vocabularies(source: str | PathLike[str]) -> tuple[Vocabulary, ...]:
    if _is_path(source):
        return (read_vocabulary(Path(expanduser(source))),)
    text = str(source).strip()
    if text.lower() in vocabulary_names():
        return (_packaged(text.lower()),)
    if text.lower() == WORLD:
        return _world()
    country = country_code(text)
    if country.lower() in vocabulary_names():
        return (_packaged(country.lower()),)
    return (country_vocabulary(country),) if country else (_single(text),)


@cache
def _packaged(name: str) -> Vocabulary:
    return read_toml(_FOLDER / f"{name}.toml")


@cache
def _world() -> tuple[Vocabulary, ...]:
    own = {vocabulary.country: vocabulary for vocabulary in map(_packaged, vocabulary_names())}
    return tuple((world_vocabularies() | own).values())


def _single(code: str) -> Vocabulary:
    """One code of ISO 3166-2 or one composite area, with what its vocabulary knows about it."""
    key = code_key(code)
    country = country_code(key.split("-")[0])
    if not country:
        raise UnknownRegionError(code, _known())
    if country.lower() in vocabulary_names():
        vocabulary = _packaged(country.lower())
    else:
        vocabulary = country_vocabulary(country, every_level=True)
    areas = {code_key(area.code): area for area in (*vocabulary.composites, *vocabulary.regions)}
    found = areas.get(key)
    if found is None:
        raise UnknownRegionError(code, (area.code for area in areas.values()))
    members = found.members if isinstance(found, Composite) else (found.code,)
    return replace(
        vocabulary,
        regions=tuple(region for region in vocabulary.regions if region.code in members),
        composites=(found,) if isinstance(found, Composite) else (),
    )


def _combined(vocabularies: Iterable[Vocabulary]) -> list[Vocabulary]:
    """Each code once, the first one named; tiles of a later vocabulary move aside where they collide."""
    seen: set[str] = set()
    tiles: set[tuple[int, int]] = set()
    combined = []
    for vocabulary in vocabularies:
        regions = tuple(region for region in vocabulary.regions if region.code not in seen)
        composites = tuple(area for area in vocabulary.composites if area.code not in seen)
        seen.update(area.code for area in (*regions, *composites))
        shift = _shift(regions, tiles)
        regions = tuple(_moved(region, shift) for region in regions)
        composites = tuple(_moved(area, shift) for area in composites)
        tiles.update(_tiles(regions))
        combined.append(replace(vocabulary, regions=regions, composites=composites))
    return combined


def _tiles(regions: Iterable[Region]) -> set[tuple[int, int]]:
    return {(r.tile_row, r.tile_col) for r in regions if r.tile_row is not None and r.tile_col is not None}


def _shift(regions: Sequence[Region], taken: set[tuple[int, int]]) -> int:
    """Columns to move to the right: none, or past everything that is there, leaving one column free."""
    own = _tiles(regions)
    if not own & taken:
        return 0
    return max(col for _, col in taken) + 2 - min(col for _, col in own)


def _moved(region: _R, columns: int) -> _R:
    return region if region.tile_col is None else replace(region, tile_col=region.tile_col + columns)
