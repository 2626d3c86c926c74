"""The nearest known spelling of an unknown name, for a person to read; never applied."""

from collections.abc import Iterable
from itertools import islice

from ._lexicon import Lexicon
from ._text import normal, split_kind

__all__ = ["suggest"]

CUTOFF = 80.0  # per cent of letters in common; "Khakirv" and "kharkiv" have 86, "Dnipro" and any oblast fewer
MOST = 2000  # distinct names; more unknown names than that are another column, not misspelt regions
SHORTEST, LONGEST = 4, 60  # letters; shorter words are near to everything


def suggest(names: Iterable[str], lexicon: Lexicon) -> dict[str, str]:
    """Name -> code of the nearest spelling, only where one region is nearest."""
    stems = {name: _stem(name) for name in islice(names, MOST)}
    wanted = {stem for stem in stems.values() if SHORTEST <= len(stem) <= LONGEST}
    if not wanted:
        return {}
    known = dict(lexicon.spellings())
    near = {stem: _nearest(stem, known) for stem in wanted}
    return {name: near[stem] for name, stem in stems.items() if near.get(stem)}


def _stem(name: str) -> str:
    words = normal(name)
    return split_kind(words).stem or words


def _nearest(stem: str, known: dict[str, str]) -> str:
    from rapidfuzz import fuzz, process

    found = process.extract(stem, known.keys(), scorer=fuzz.ratio, score_cutoff=CUTOFF, limit=12)
    best = {known[key] for key, score, _ in found if score == found[0][1]}
    return best.pop() if len(best) == 1 else ""
