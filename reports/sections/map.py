"""The week on a tile grid: one square per region, in its place."""

from ..content import Context, Figure, Section
from ..figures import tile_map
from ..shared_facts import WeekFacts

__all__ = ["build"]

CONTESTED = frozenset({"UA-43", "UA-40"})


def build(context: Context, /) -> Section | None:
    """The tile map; None where the regions have no places on a grid."""
    panel = context.panel
    if "tile_row" not in panel.regions or not panel.regions["tile_row"].notna().any():
        return None
    facts = WeekFacts(context)
    drawing = tile_map(panel, context.week, context.theme)
    most = facts.ranked()[:3]
    seen = ", ".join(f"{facts.name(code)} {facts.amount(code)}" for code in most)
    alt = f"Tile map, one square per region. Most: {seen}." if seen else "Tile map: nothing reported."
    caption = "One square per region, whatever its size, near its place; borders are not shown. "
    caption += "The number is the week's count."
    if CONTESTED & set(panel.regions.index):
        caption += " UA-43 and UA-40 carry the codes ISO 3166-2 gives them; no position on status is taken."
    figure = Figure(
        name="map",
        title=(f"Reported {facts.noun.many} by region, {facts.span}",),
        alt=alt,
        svg=drawing.svg,
        caption=(caption,),
    )
    return Section(id="map", title="Map", blocks=(figure,))
