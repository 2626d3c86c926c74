"""The week on a tile grid, one square per region in its place, or in outlines where a file gives them."""

from analysis.panel import Panel

from ..boundaries import Boundaries
from ..content import Context, Figure, Section
from ..figures import Drawing, area_map, tile_map
from ..shared_facts import WeekFacts

__all__ = ["build"]

CONTESTED = frozenset({"UA-43", "UA-40"})


def build(context: Context, /) -> Section | None:
    """The map; None where the regions have neither outlines nor places on a grid."""
    panel = context.panel
    boundaries = context.options.get("boundaries")
    if boundaries is not None:
        return _outlines(context, boundaries)
    if "tile_row" not in panel.regions or not panel.regions["tile_row"].notna().any():
        return None
    facts = WeekFacts(context)
    drawing = tile_map(panel, context.week, context.theme)
    alt = f"Tile map, one square per region. {_most(facts)}"
    caption = "One square per region, whatever its size, near its place; borders are not shown. "
    caption += "The number is the week's count."
    return _section(facts, drawing, alt, caption + _status(panel))


def _outlines(context: Context, boundaries: Boundaries) -> Section | None:
    if not boundaries.shapes:
        return None
    panel, facts = context.panel, WeekFacts(context)
    drawing = area_map(panel, context.week, context.theme, boundaries)
    alt = f"Map of the regions in their outlines. {_most(facts)}"
    caption = (
        f"Outlines as {boundaries.name} gives them, simplified for print; a large region is not a large "
        "figure. The number, where it fits, is the week's count."
    )
    if boundaries.without:
        names = ", ".join(facts.name(code) for code in boundaries.without[:12])
        more = len(boundaries.without) - 12
        caption += f" Without an outline: {names}{f' and {more} more' if more > 0 else ''}."
    return _section(facts, drawing, alt, caption + _status(panel))


def _most(facts: WeekFacts) -> str:
    seen = ", ".join(f"{facts.name(code)} {facts.amount(code)}" for code in facts.ranked()[:3])
    return f"Most: {seen}." if seen else "Nothing reported."


def _status(panel: Panel) -> str:
    if not CONTESTED & set(panel.regions.index):
        return ""
    return " UA-43 and UA-40 carry the codes ISO 3166-2 gives them; no position on status is taken."


def _section(facts: WeekFacts, drawing: Drawing, alt: str, caption: str) -> Section:
    figure = Figure(
        name="map",
        title=(f"Reported {facts.noun.many} by region, {facts.span}",),
        alt=alt,
        svg=drawing.svg,
        caption=(caption,),
    )
    return Section(id="map", title="Map", blocks=(figure,))
