"""Vocabularies of ISO 3166-2, from the iso-codes tables that pycountry carries."""

from functools import cache
from typing import Any

from ._vocabulary import Region, Vocabulary

__all__ = ["country_code", "country_vocabulary", "world_vocabularies"]

# "North" is a region of Cameroon, "Est" one of Burkina Faso; in a table about another country they are
# directions.
_DIRECTIONS = (
    "north south east west centre center central northern southern eastern western northeast northwest "
    "southeast southwest nord sud est ouest norte sur este oeste sul leste ost süd "
    "север юг восток запад центр північ південь схід захід"
)
_DIRECTION = "a direction, or the name of regions in several countries: give the code"


@cache
def _by_country() -> dict[str, list[Any]]:
    import pycountry

    found: dict[str, list[Any]] = {}
    for item in sorted(pycountry.subdivisions, key=lambda item: str(item.code)):
        found.setdefault(str(item.country_code), []).append(item)
    return found


@cache
def _countries() -> dict[str, str]:
    import pycountry

    return {str(item.alpha_2): str(getattr(item, "common_name", item.name)) for item in pycountry.countries}


def country_code(text: str) -> str:
    """The ISO 3166-1 alpha-2 code for "FR", "fr" or "FRA"; "" where no country with subdivisions has it."""
    import pycountry

    key = text.strip().upper()
    if len(key) == 3 and (country := pycountry.countries.get(alpha_3=key)):
        key = str(country.alpha_2)
    return key if key in _by_country() else ""


def _region(item: Any, parent: str, *, short: bool = False) -> Region:
    """short : the letters after the country's are an alias ("TX" beside "US-TX")."""
    tail = str(item.code).partition("-")[2]
    return Region(
        code=str(item.code), name=str(item.name), kind=str(item.type).lower(), parent=parent,
        aliases=(tail,) if short and tail.isalpha() else (),
    )  # fmt: skip


def country_vocabulary(country: str, *, every_level: bool = False) -> Vocabulary:
    """The subdivisions of one country.

    ISO 3166-2 mixes levels: France has 13 regions and 96 departments inside them. Only the first level
    (those without a parent code) is a list of areas that do not overlap, so it is the default; the parent
    of each is then the country. In a list of one country "TX" is as good as "US-TX".
    """
    items = _by_country()[country]
    names = {str(item.code): str(item.name) for item in items}
    title = _countries().get(country, country)
    regions = tuple(
        _region(item, str(item.parent_code or country), short=not every_level)
        for item in items
        if every_level or not item.parent_code
    )
    groups = {region.parent: names.get(region.parent, title) for region in regions}
    return Vocabulary(title=title, country=country, country_names=(title,), regions=regions, parents=groups)


def world_vocabularies() -> dict[str, Vocabulary]:
    """Country -> every subdivision it has, of any level; "" -> the words no region of the world may claim."""
    countries = {country: country_vocabulary(country, every_level=True) for country in sorted(_by_country())}
    return countries | {
        "": Vocabulary(title="Directions", regions=(), never=dict.fromkeys(_DIRECTIONS.split(), _DIRECTION))
    }
