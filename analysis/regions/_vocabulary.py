"""What a vocabulary file says, before anything is looked up in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Composite", "Region", "Vocabulary"]


@dataclass(frozen=True, kw_only=True)
class Region:
    """One region of a vocabulary."""

    code: str
    name: str
    name_ru: str = ""
    name_uk: str = ""
    kind: str = ""
    parent: str = ""
    aliases: tuple[str, ...] = ()
    tile_row: int | None = None
    tile_col: int | None = None
    note: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The name in every language it is known in."""
        return tuple(name for name in (self.name, self.name_ru, self.name_uk) if name)


@dataclass(frozen=True, kw_only=True)
class Composite(Region):
    """Several regions counted together by a source; its code joins theirs with ``+``."""

    kind: str = "composite"
    members: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Regions with what is needed to recognise them.

    parents : code of a group of regions -> its name.
    never : a spelling that must not be matched -> the reason.
    country_names : may follow a name ("Rivne, Ukraine") and are dropped there.
    """

    title: str
    regions: tuple[Region, ...]
    composites: tuple[Composite, ...] = ()
    parents: Mapping[str, str] = field(default_factory=dict)
    never: Mapping[str, str] = field(default_factory=dict)
    country: str = ""
    country_names: tuple[str, ...] = ()
