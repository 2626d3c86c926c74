"""One section of the report per file: ``build(context, /) -> Section | None``.

The order is the template's. A section that has nothing to say returns None; none is ever empty.
"""

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pkgutil import iter_modules

from analysis.errors import ConfigError

from ..content import Context, Section

__all__ = ["Builder", "build_sections", "section_names"]

Builder = Callable[[Context], Section | None]

# The order they are built and read in; a file that is not named here comes last.
ORDER = (
    "masthead", "main_points", "key_figures", "changed_since", "epicurve", "region_table",
    "historical_limits", "signals",
    "level_changes", "robustness",
    "map", "by_type", "region_pages", "incident_list", "revisions", "data_quality", "methods", "reproduce",
)  # fmt: skip


def section_names() -> tuple[str, ...]:
    """Names of the sections, one per file, in the order of the report."""
    found = {info.name for info in iter_modules(__path__) if not info.name.startswith("_")}
    return (*(name for name in ORDER if name in found), *sorted(found.difference(ORDER)))


def build_sections(context: Context, wanted: Sequence[str | Builder] | None = None) -> Iterator[Section]:
    """The sections of a report; ``wanted`` names some of them or brings others, None is all.

    Raises `ConfigError` for an unknown name.
    """
    names = section_names()
    for one in names if wanted is None else wanted:
        if not callable(one) and one not in names:
            raise ConfigError("no such section", table="report", key=str(one), valid=names)
        build = one if callable(one) else import_module(f".{one}", __name__).build
        section = build(context)
        if section is not None:
            yield section
