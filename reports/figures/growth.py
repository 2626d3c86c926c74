"""How much of a week was known by its age: a line for the middle week, a band for all of them."""

from typing import TYPE_CHECKING, Any

from analysis.numbers import percent_text
from analysis.revisions import Growth
from reports.theme import Theme

from .canvas import FULL, LABEL, SMALL, Drawing, add_axes, font_now, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_growth", "growth_curve"]

LEFT, RIGHT, BOTTOM, HEIGHT = 48.0, 40.0, 44.0, 130.0
WORTH_A_LABEL = 0.02  # a share that differs by less from the last labelled one says nothing new


def growth_curve(growth: Growth, theme: Theme, *, name: str = "growth", alt: str = "") -> Drawing:
    """The share known at each age of what was known at the reference age.

    ``data``: reference, weeks, median (list by age).
    """

    def draw(figure: "Figure") -> dict[str, Any]:
        ax = add_axes(figure, LEFT, BOTTOM, FULL - LEFT - RIGHT, HEIGHT)
        return draw_growth(ax, growth, theme)

    return render(draw, theme, name=name, height=HEIGHT + BOTTOM + 24, alt=alt)


def draw_growth(ax: "Axes", growth: Growth, theme: Theme) -> dict[str, Any]:
    """The curve on any axes."""
    light, shares = theme.light, growth.shares
    ages = shares.index.to_numpy(dtype=float)
    low, high = min(0.0, float(shares["low"].min())), max(1.0, float(shares["high"].max()))
    ax.set_xlim(-0.25, growth.reference + 0.25)
    ax.set_ylim(low, high * 1.12)
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    ax.set_yticks(ticks, [percent_text(tick) for tick in ticks])
    ax.set_xticks(ages, [f"{int(age)}" for age in ages])
    ax.set_xlabel("weeks after the week", size=SMALL, color=light["muted"], family=list(font_now()))
    ax.grid(visible=True, axis="y", color=light["rule"], linewidth=0.6)
    ax.set_axisbelow(True)
    ax.patch.set_visible(False)
    ax.tick_params(length=0, labelsize=SMALL, labelcolor=light["muted"], labelfontfamily=font_now())
    for side, spine in ax.spines.items():
        spine.set_visible(side == "bottom")
        spine.set(color=light["muted"], linewidth=0.8)
    ax.fill_between(ages, shares["low"], shares["high"], color=light["shade"], linewidth=0, zorder=1)
    median = shares["median"].to_numpy(dtype=float)
    ax.plot(ages, median, color=light["accent"], linewidth=1.9, marker="o", markersize=4, zorder=3)
    _labels(ax, median.tolist(), theme)
    first = percent_text(float(median[0]))
    text = (
        f"At age 0 the middle week stood at {first} of what was known {growth.reference} weeks later; "
        f"{growth.weeks} weeks lie between {percent_text(float(shares['low'].iloc[0]))} and "
        f"{percent_text(float(shares['high'].iloc[0]))}."
    )
    return {
        "reference": growth.reference, "weeks": growth.weeks, "median": median.round(6).tolist(), "alt": text,
    }  # fmt: skip


def _labels(ax: "Axes", median: list[float], theme: Theme) -> None:
    """The middle week's share at each age, where it says something new."""
    told = None
    for age, share in enumerate(median):
        if told is None or abs(share - told) >= WORTH_A_LABEL:
            ax.annotate(percent_text(share), (age, share), xytext=(0, 7), textcoords="offset points",
                        size=LABEL, color=theme.light["accent"], ha="center", va="baseline", zorder=4,
                        annotation_clip=False)  # fmt: skip
            told = share
