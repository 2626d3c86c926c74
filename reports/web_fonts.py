"""The page's own fonts: only the characters it uses, so that it looks the same everywhere and stays small."""

import base64
import re
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from .fonts import font_files
from .theme import Theme

__all__ = ["font_faces"]

_HEADING = re.compile(r"<h[1-4][^>]*>(.*?)</h[1-4]>", re.DOTALL)
_ALWAYS = frozenset(range(0x20, 0x7F))  # the reader may type into the filter


def font_faces(theme: Theme, text: str) -> str:
    """``@font-face`` rules with the theme's fonts as data, cut down to the characters of the page's body.

    Families without a file (a font the reader's machine is hoped to have) get no rule.
    """
    headings = "".join(_HEADING.findall(text))
    wanted = {(theme.sans, 400): text, (theme.sans, 600): text, (theme.serif, 600): headings}
    rules = []
    for file in font_files(theme):
        family, weight, italic = _identity(file)
        if italic or (family, weight) not in wanted:
            continue
        codes = frozenset(map(ord, wanted.pop((family, weight)))) | _ALWAYS
        data = base64.b64encode(_subset(file, codes & _codes(file), family == theme.serif)).decode()
        rules.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:block;'
            f'src:url(data:font/woff;base64,{data}) format("woff")}}\n'
        )
    return "".join(rules)


@lru_cache(maxsize=64)
def _identity(file: Path) -> tuple[str, int, bool]:
    """Family, weight and whether the style is italic."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped,unused-ignore]

    with TTFont(file, lazy=True) as font:
        names, metrics = font["name"], font["OS/2"]
        family = names.getDebugName(16) or names.getDebugName(1) or ""
        return family, int(metrics.usWeightClass), bool(metrics.fsSelection & 1)


@lru_cache(maxsize=16)
def _codes(file: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped,unused-ignore]

    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


@lru_cache(maxsize=16)
def _subset(file: Path, codes: frozenset[int], kerned: bool) -> bytes:
    from fontTools import subset  # type: ignore[import-untyped,unused-ignore]

    options = subset.Options(
        flavor="woff", layout_features=["tnum", "lnum", "kern"], hinting=False, recalc_timestamp=False
    )
    if not kerned:
        options.drop_tables.append("GPOS")  # the slow part; pair kerning shows in headings only
    out = BytesIO()
    with subset.load_font(str(file), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=sorted(codes))
        cutter.subset(font)
        subset.save_font(font, out, options)
    return out.getvalue()
