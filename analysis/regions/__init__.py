"""Region vocabularies: codes, names, spellings, groups and tile grids, and the lookup of names in them.

The vocabularies are data: one TOML file each, beside this module (``ru.toml``, ``ua.toml``); to add a country
is to add one file. Any other country of ISO 3166-2 comes from pycountry, any other list from a file.

    >>> load_regions("ru").resolve(["Белгородская область", "Kursk region"])["code"].tolist()
    ['RU-BEL', 'RU-KRS']

A name is matched by code, exact name or alias; a near spelling is only ever a suggestion.
"""

from ._loading import load_regions, vocabulary_names
from ._regions import Regions

__all__ = ["Regions", "load_regions", "vocabulary_names"]
