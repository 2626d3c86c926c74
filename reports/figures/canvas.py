"""One sheet of SVG: fonts, settings, size, and the way from matplotlib to text.

Never pyplot. The settings of the session (a notebook's style) are set aside while a figure is drawn, so the
same panel gives the same bytes everywhere. One unit is one point; a full-width sheet is 680 units wide.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.theme import Theme

from .svg import clean

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "BOLD",
    "FULL",
    "LABEL",
    "SMALL",
    "Drawing",
    "add_axes",
    "font_now",
    "house_style",
    "render",
    "text_width",
]

FULL = 680.0  # width of a full-width sheet
LABEL = 12.0  # labels and axis titles
SMALL = 11.0  # tick labels
BOLD = 600
# what a session may set and a drawing must not undo
_SESSION = ("backend", "interactive", "toolbar", "webagg", "tk.", "date.epoch", "timezone")


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """A figure without its words.

    svg : for ``content.Figure.svg``; also readable by itself.
    alt : what is to be seen, in words; a caller who knows the finding should say it better.
    data : what was drawn, as plain values: see the function that drew it.
    """

    svg: str
    alt: str
    data: Mapping[str, Any] = field(default_factory=dict)


def render(
    draw: Callable[["Figure"], dict[str, Any]],
    theme: Theme,
    *,
    name: str,
    height: float,
    width: float = FULL,
    alt: str = "",
) -> Drawing:
    """Run ``draw`` on an empty sheet and return the cleaned SVG.

    ``draw`` returns the plain data of the drawing; its ``"alt"`` serves where ``alt`` is "", and its
    ``"tips"`` (id of an artist -> text) become tooltips. ``name`` prefixes every id in the SVG.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    out = io.BytesIO()
    with house_style(theme):
        figure = Figure(figsize=(width / 72, height / 72), dpi=72, frameon=False)
        FigureCanvasSVG(figure)
        data = draw(figure)
        figure.savefig(out, format="svg", metadata={"Date": None})
    alt = alt or data.pop("alt")
    data.pop("alt", None)
    text = clean(out.getvalue(), name=name, alt=alt, family=css_family(theme), tips=data.pop("tips", {}))
    return Drawing(svg=text, alt=alt, data=data)


@contextmanager
def house_style(theme: Theme) -> Iterator[None]:
    """matplotlib's own defaults with the theme's fonts and colours, whatever the session has set."""
    import matplotlib

    default = matplotlib.rcParamsDefault
    settings = {key: default[key] for key in default if not key.startswith(_SESSION)}
    light = theme.light
    settings |= {
        "svg.fonttype": "none", "svg.hashsalt": "sitrend",
        "font.family": font_families(theme.sans, theme.font_folders), "font.size": SMALL,
        "text.color": light["ink"],
    }  # fmt: skip
    with matplotlib.rc_context(settings):
        yield
        interactive = matplotlib.is_interactive()
    # A notebook's first figure switches its display on in here; leaving must not switch it off again.
    matplotlib.interactive(interactive)


@cache
def font_families(sans: str, folders: tuple[Path, ...] = ()) -> list[str]:
    """The families matplotlib measures text with; fonts of the wheel and of ``folders`` are registered."""
    import font_source_sans_pro as source
    from matplotlib.font_manager import FontEntry, fontManager

    home = Path(source.font_directory)
    for style in ("Regular", "Bold"):
        fontManager.addfont(home / f"SourceSansPro-{style}.ttf")
    # the file calls itself a family of its own; to CSS and Typst it is weight 600 of the family
    semibold = FontEntry(
        fname=str(home / "SourceSansPro-Semibold.ttf"), name="Source Sans Pro", style="normal",
        variant="normal", weight=BOLD, stretch="normal", size="scalable",
    )  # fmt: skip
    fontManager.ttflist.append(semibold)
    for folder in folders:
        for file in sorted([*folder.rglob("*.ttf"), *folder.rglob("*.otf")]):
            fontManager.addfont(file)
    known = {entry.name for entry in fontManager.ttflist}
    families = [
        family for family in dict.fromkeys((sans, "Source Sans Pro", "DejaVu Sans")) if family in known
    ]
    for family in families:
        _give_semibold(family)
    return families


def _give_semibold(family: str) -> None:
    """Families without a semibold lend their bold for measuring; matplotlib would complain of its absence."""
    from matplotlib.font_manager import fontManager

    upright = [entry for entry in fontManager.ttflist if entry.name == family and entry.style == "normal"]
    if upright and not any(entry.weight == BOLD for entry in upright):
        heaviest = max(upright, key=lambda entry: int(entry.weight) if str(entry.weight).isdigit() else 0)
        fontManager.ttflist.append(replace(heaviest, weight=BOLD))


def css_family(theme: Theme) -> str:
    """The font-family of the whole SVG."""
    names = dict.fromkeys((theme.sans, "Source Sans Pro", "Source Sans 3"))
    return ", ".join([*(f"'{name}'" for name in names), "sans-serif"])


def text_width(text: str, size: float, weight: int = 400) -> float:
    """How wide a line of text is, in units, in the fonts of `house_style`."""
    return 0.0 if not text else _per_unit(text, weight, font_now()) * size


def shortened(text: str, room: float, size: float, weight: int = 400) -> str:
    """The text, cut with an ellipsis where it is wider than ``room`` units."""
    if text_width(text, size, weight) <= room:
        return text
    cuts = (f"{text[:letters].rstrip(' ,(–-')}…" for letters in range(len(text) - 1, 0, -1))
    return next((cut for cut in cuts if text_width(cut, size, weight) <= room), "…")


def font_now() -> tuple[str, ...]:
    """The families in force, see `house_style`."""
    import matplotlib

    return tuple(matplotlib.rcParams["font.family"])


@cache
def _per_unit(text: str, weight: int, family: tuple[str, ...]) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    prop = FontProperties(family=list(family), weight=weight, size=100)
    width, _, _ = text_to_path.get_text_width_height_descent(text, prop, ismath=False)
    return float(width) / 100


def add_axes(figure: "Figure", left: float, bottom: float, width: float, height: float) -> "Axes":
    """Axes at a fixed place, in units from the bottom left of the sheet."""
    across, up = (float(side) * 72 for side in figure.get_size_inches())
    return figure.add_axes((left / across, bottom / up, width / across, height / up))
