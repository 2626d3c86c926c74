"""Look a spelling up: code, exact name, alias, transliteration; nothing is guessed."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ._text import KINDS, Words, code_key, nominative, normal, split_kind
from ._transliteration import latin_spellings
from ._vocabulary import Composite, Region, Vocabulary

__all__ = ["Lexicon", "Match"]

_PARTS = re.compile(r"[|;,/&+\n]|\b(?:and|und|et|en|и|та|і|й)\b", re.IGNORECASE)
_CODES = re.compile(r"[|;,]")
_SUMS = re.compile(r"[|;,+]")
_TAIL = re.compile(r"[,(]")
_NAME, _ALIAS, _DERIVED = 0, 1, 2
_HOW = ("name", "alias", "alias")


class Match(NamedTuple):
    """What one spelling means."""

    code: str  # "" when nothing matches; "A|B" for several regions
    match: str  # "code", "name", "alias", "joint", "unknown"
    note: str = ""  # why a known spelling is not matched


UNKNOWN = Match("", "unknown")


class _Keys(dict[str, tuple[int, tuple[str, ...]]]):
    """key -> (rank, codes): a better rank replaces, an equal rank with another code makes it ambiguous."""

    def put(self, key: str, code: str, rank: int) -> None:
        old = self.get(key)
        if old is None or rank < old[0]:
            self[key] = (rank, (code,))
        elif rank == old[0] and code not in old[1]:
            self[key] = (rank, (*old[1], code))

    def match(self, key: str) -> Match | None:
        found = self.get(key)
        if found is None:
            return None
        rank, codes = found
        if len(codes) == 1:
            return Match(codes[0], _HOW[rank])
        most = ", ".join(codes[:6]) + (" …" if len(codes) > 6 else "")
        return Match("", "unknown", f"several regions have this name: {most}")


class Lexicon:
    """Every spelling of some vocabularies, in three dictionaries: whole name, name and kind, stem alone."""

    def __init__(self, vocabularies: Iterable[Vocabulary]) -> None:
        self.codes: dict[str, str] = {}
        self.whole, self.kinds, self.stems = _Keys(), _Keys(), _Keys()
        self.never: dict[str, str] = {}
        self.countries: set[str] = set()
        self._republics: set[str] = set()
        vocabularies = tuple(vocabularies)
        for vocabulary in vocabularies:
            self.never |= {normal(word): reason for word, reason in vocabulary.never.items()}
            self.countries |= {normal(name) for name in vocabulary.country_names}
        for vocabulary in vocabularies:
            for region in (*vocabulary.regions, *vocabulary.composites):
                self.codes[_in_order(code_key(region.code))] = region.code
                self._add(region)
        for vocabulary in vocabularies:
            for group in vocabulary.parents.values():
                if normal(group) not in self.whole:
                    self.never.setdefault(normal(group), "a group of regions, not one of them")

    def _add(self, region: Region) -> None:
        if not region.kind or "republic" in region.kind:
            self._republics.add(region.code)
        for spelling, rank in self._spellings(region):
            key = normal(spelling)
            stem, kinds, _ = split_kind(key)
            if key and key not in self.never and key not in self.countries:
                self.whole.put(key, region.code, rank)
            for kind in kinds if stem else ():
                self.kinds.put(f"{stem}|{kind}", region.code, rank)
            if region.kind == "city" and stem:
                self.kinds.put(f"{stem}|city", region.code, rank)
            free = rank == _NAME or not kinds or (rank == _DERIVED and "city" not in kinds)
            if free and stem and stem not in self.never and not isinstance(region, Composite):
                self.stems.put(stem, region.code, rank)

    def _spellings(self, region: Region) -> Iterator[tuple[str, int]]:
        for name in region.names:
            yield name, _NAME
        for alias in region.aliases:
            yield alias, _ALIAS
        for name in (*region.names, *region.aliases):
            derived = latin_spellings(name)
            if not any(normal(spelling) in self.never for spelling in derived):
                yield from ((spelling, _DERIVED) for spelling in sorted(derived))

    def look_up(self, text: str) -> Match:
        """The meaning of one spelling."""
        found = self._code(text) or self._single(text)
        if found is not None and (found.code or found.note):
            return found
        return self._first_part(text) or self._several(text) or UNKNOWN

    def _code(self, text: str) -> Match | None:
        key = code_key(text)
        code = self.codes.get(_in_order(key))
        return Match(code, "code") if code else None

    def _single(self, text: str) -> Match | None:
        key = normal(text)
        if not key:
            return None
        if key in self.countries:
            return Match("", "unknown", "a whole country, not a region of it")
        if key in self.never:
            return Match("", "unknown", self.never[key])
        whole, parts = self.whole.match(key), self._by_kind(split_kind(key))
        if whole is None or (parts is not None and parts.code == whole.code and parts.match == "name"):
            return parts
        return whole

    def _by_kind(self, words: Words) -> Match | None:
        for stem in dict.fromkeys((words.stem, nominative(words.stem) if words.kinds else words.stem)):
            if not stem:
                continue
            for kind in words.kinds:
                if found := self.kinds.match(f"{stem}|{kind}"):
                    return found
            if (
                "city" in words.kinds
            ):  # a city that is no region of its own lies in some region, but is not it
                continue
            if stem in self.never:
                return Match("", "unknown", self.never[stem])
            found = self.stems.match(stem)
            if found and ("republic" not in words.kinds or not found.code or found.code in self._republics):
                return found
        return None

    def _first_part(self, text: str) -> Match | None:
        """``"Poltava oblast, Myrhorod Raion"``, ``"Kyiv oblast (south)"``, ``"Rivne, Ukraine"``."""
        head, *rest = _TAIL.split(text, maxsplit=1)
        if not rest:
            return None
        found = self._code(head) or self._single(head)
        if found is None:
            return None
        if normal(rest[0]) in self.countries:
            return found
        if not found.code or not split_kind(normal(head)).kinds:
            return None
        others = {code for part in self._parts(rest[0]) for code in self._meant(part)}
        return Match(found.code, "alias") if others <= {found.code} else None

    def _meant(self, text: str) -> set[str]:
        """The regions a finer place after a comma could be instead; an ambiguous word could be several."""
        found = self._part(text)
        if found.code:
            return {found.code}
        stem = split_kind(normal(text)).stem
        keys = (f"{stem}|{kind}" for kind in KINDS if stem in self.never)
        return {code for key in keys for code in self.kinds.get(key, (0, ()))[1]}

    def _parts(self, text: str, separator: re.Pattern[str] = _PARTS) -> list[str]:
        return [part for part in separator.split(text) if normal(part) not in {"", *self.countries}]

    def _part(self, text: str) -> Match:
        return self._code(text) or self._single(text) or UNKNOWN

    def _several(self, text: str) -> Match | None:
        """Several codes or names for one figure; every part must be known."""
        for separator in (_CODES, _SUMS, _PARTS):
            parts = self._parts(text, separator)
            found = [self._part(part).code for part in parts]
            if not found or not all(found) or parts == [text]:
                continue
            codes = sorted({code for joined in found for code in joined.split("|")})
            if len(codes) == 1:
                return Match(codes[0], "code" if all(map(self._code, parts)) else "alias")
            return Match("|".join(codes), "joint") if _alike(parts, text) else None
        return None

    def spellings(self) -> Iterator[tuple[str, str]]:
        """(stem or whole name, code) of everything that is understood, for suggestions."""
        for keys in (self.stems, self.whole):
            for key, (_, codes) in keys.items():
                if len(codes) == 1:
                    yield key, codes[0]


def _in_order(key: str) -> str:
    return "+".join(sorted(part.strip() for part in key.split("+"))) if "+" in key else key


def _alike(parts: list[str], text: str) -> bool:
    """A list gives a kind always, never or in the plural; "Kirov, Kaluga Oblast" is a town in a region."""
    if "," not in text:
        return True
    words = [split_kind(normal(part)) for part in parts]
    return len({bool(word.kinds) for word in words}) == 1 or words[-1].plural
