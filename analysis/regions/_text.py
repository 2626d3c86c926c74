"""The normal form in which region names are compared, and the words for kinds of region in them."""

import re
import unicodedata
from typing import NamedTuple

__all__ = ["KINDS", "Words", "code_key", "nominative", "normal", "split_kind"]

_SILENT = dict.fromkeys(map(ord, "'’‘ʼʻ`´′ʹˈ\u00adьъ"))  # apostrophes, soft hyphen, soft and hard sign
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−_"), "-")
_NOT_ASCII_WORD = re.compile(r"[^0-9a-z]+")

_KINDS = {
    "oblast": "oblast oblasts oblasti obl oblys gebiet obwod область області области областей областью "
    "областям областями областях обл",
    "region": "region regions регион регіон",
    "krai": "krai kray kraj край края краю крае",
    "republic": "republic republik république republiek respublika respublica республика республики "
    "республике республіка республіки rep resp респ",
    "okrug": "autonomous okrug avtonomnyy avtonomnyi avtonomnyj avtonomny avtonomnaya avtonomna автономный "
    "автономная автономна автономний округ ao ао",
    "city": "city misto gorod stadt ville stad місто город г м",
}
KINDS = tuple(_KINDS)
_SLIPPERY = "oblast krai kray region republic respublika область край республика республіка"
_FILLERS = frozenset({"of", "the", "de", "du", "des", "la"})
_PLURALS = "oblasts regions областей областями областях"
_ENDINGS = (
    (re.compile(r"ск(?:ои|ую|ою)$"), "ская"),
    (re.compile(r"ск(?:ого|ому|ом|им)$"), "скии"),
    (re.compile(r"ск(?:оі|іи|у|ою)$"), "ска"),
)


def normal(text: str) -> str:
    """Lower-case words without accents, apostrophes and punctuation, one blank between them.

    ``ё`` and ``е``, ``й`` and ``и`` and the soft sign make no difference; accents are dropped only in
    scripts where they are optional for a reader (combining marks U+0300 to U+036F).
    """
    if text.isascii():
        return _NOT_ASCII_WORD.sub(" ", text.lower().replace("'", "").replace("`", "")).strip()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).casefold()
    kept = (
        " " if unicodedata.category(sign)[0] in "PSZC" else sign
        for sign in folded.translate(_SILENT)
        if not "\u0300" <= sign <= "\u036f"
    )
    return " ".join("".join(kept).split())


def code_key(text: str) -> str:
    """The form in which codes are compared: case, blanks around it and the kind of dash do not matter."""
    return unicodedata.normalize("NFKC", text).strip().casefold().translate(_DASHES)


class Words(NamedTuple):
    """A name taken apart."""

    stem: str  # what is left without kinds: "belgorod"
    kinds: tuple[str, ...]  # "oblast", "region", "krai", "republic", "okrug", "city"
    plural: bool = False  # "oblasts": the kind belongs to several names


def _slips(word: str) -> set[str]:
    """One letter left out or two letters exchanged: the usual slips of the pen in "oblast"."""
    left_out = {word[:i] + word[i + 1 :] for i in range(1, len(word))}
    exchanged = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    return {slip for slip in left_out | exchanged | {word[1:]} if len(slip) > 2}


def _kind_words() -> dict[str, str]:
    exact = {normal(word): kind for kind, words in _KINDS.items() for word in words.split()}
    slips = {slip: exact[normal(word)] for word in _SLIPPERY.split() for slip in sorted(_slips(normal(word)))}
    return slips | exact


_KIND_OF = _kind_words()
_PLURAL = frozenset(normal(word) for word in _PLURALS.split())


def split_kind(words: str) -> Words:
    """Take the kinds out of a `normal` form: ``"republic of dagestan"`` -> ``"dagestan", ("republic",)``."""
    tokens = words.split()
    kinds = tuple(dict.fromkeys(_KIND_OF[token] for token in tokens if token in _KIND_OF))
    if not kinds:
        return Words(words, ())
    stem = [token for token in tokens if token not in _KIND_OF and token not in _FILLERS]
    return Words(" ".join(stem), kinds, any(token in _PLURAL for token in tokens))


def nominative(stem: str) -> str:
    """Russian and Ukrainian adjectives of another case in the nominative (``курской`` -> ``курская``)."""
    return " ".join(map(_nominative, stem.split()))


def _nominative(token: str) -> str:
    for ending, plain in _ENDINGS:
        if ending.search(token):
            return ending.sub(plain, token)
    return token
