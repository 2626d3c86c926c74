"""Latin spellings of a Cyrillic name: English, scholarly, German, French, Dutch.

Only for recognising names, never for printing them: the schemes follow common usage of newspapers and
atlases (BGN/PCGN for English, Duden for German), without their special cases.
"""

from functools import cache

__all__ = ["latin_spellings"]

_PLAIN = dict(zip("абвдзклмнопрстф", "abvdzklmnoprstf", strict=True))
_LETTERS = "ґеєёжиіїйухцчшщъыьэюя"
_SCHEMES = {  # one spelling per letter of _LETTERS; "_" for a letter that is not written
    "english": "g e ye yo zh i i i y u kh ts ch sh shch _ y _ e yu ya",
    "library": "g e ie e zh i i i i u kh ts ch sh shch _ y _ e iu ia",
    "scholarly": "g e je e z i i ji j u ch c c s sc _ y _ e ju ja",
    "german": "g e je jo sch i i ji i u ch z tsch sch schtsch _ y _ e ju ja",
    "french": "g e ie io j i i i i ou kh ts tch ch chtch _ y _ e iou ia",
    "dutch": "g e je jo zj i i ji j oe ch ts tsj sj sjtsj _ y _ e joe ja",
}
_GERMAN = {"в": "w", "з": "s"}


@cache
def _tables() -> tuple[tuple[bool, dict[int, str]], ...]:
    """(is Ukrainian, table) for every scheme and language."""
    tables = []
    for name, scheme in _SCHEMES.items():
        letters = dict(zip(_LETTERS, scheme.split(), strict=True))
        base = _PLAIN | letters | (_GERMAN if name == "german" else {})
        base = {letter: latin.replace("_", "") for letter, latin in base.items()}
        tables.append((False, base | {"г": "g"}))
        tables.append((True, base | {"г": "h", "и": "y"}))
    return tuple((ukrainian, {ord(k): v for k, v in table.items()}) for ukrainian, table in tables)


def latin_spellings(name: str) -> set[str]:
    """The spellings of a Cyrillic name under every scheme; empty for a name in another script.

    A name with a letter that only Ukrainian (і ї є ґ) or only Russian (ы э ё ъ) has is read in that
    language, any other in both.
    """
    lower = name.lower()
    if not any("а" <= letter <= "ґ" for letter in lower):
        return set()
    only_ukrainian = any(letter in "іїєґ" for letter in lower)
    only_russian = any(letter in "ыэёъ" for letter in lower)
    return {
        lower.translate(table)
        for ukrainian, table in _tables()
        if not (only_ukrainian and not ukrainian) and not (only_russian and ukrainian)
    }
