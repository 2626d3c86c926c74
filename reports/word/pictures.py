"""The report's drawings as PNG, by the same program and in the same fonts as in the PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from ..theme import Theme
from ..typesetting import bring_fonts, compiled

__all__ = ["Drawn", "png_pictures"]

DENSITY = 200  # pixels per inch; sharp in print, a tenth of a megabyte for a full width
_PAGE = '#page(width: {width}, height: auto)[#image("{file}", {size})]'


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """A picture to be made: its bytes, what they are ("svg" or "png"), and its width or height in points."""

    data: bytes
    kind: str
    width: float = 0.0
    height: float = 0.0


def png_pictures(drawn: Sequence[Drawn], theme: Theme, day: date) -> list[bytes]:
    """Every picture as PNG on the theme's paper. Raises RenderError when one cannot be drawn."""
    if not drawn:
        return []
    with TemporaryDirectory(prefix="sitrend-word-") as folder:
        root = Path(folder)
        bring_fonts(root, theme)
        pages = []
        for number, one in enumerate(drawn):
            file = f"picture-{number}.{one.kind}"
            (root / file).write_bytes(one.data)
            side = f"width: {one.width}pt" if one.width else f"height: {one.height}pt"
            pages.append(_PAGE.format(width=f"{one.width}pt" if one.width else "auto", file=file, size=side))
        head = f'#set page(margin: 0pt, fill: rgb("{theme.light["paper"]}"))\n#set text(size: 1pt)\n'
        (root / "pictures.typ").write_text(head + "\n".join(pages), encoding="utf-8")
        return compiled(root, "pictures.typ", day=day, format="png", ppi=float(DENSITY))
