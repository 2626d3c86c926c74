"""The font files a PDF embeds, what they can print, and how wide it gets."""

import importlib.util
import re
from functools import lru_cache
from pathlib import Path

from analysis.errors import RenderError

from .theme import Theme

__all__ = ["coverage", "font_files", "printable", "text_width"]

# Package -> folder and files. DejaVu comes last: it prints what Source Sans has no glyph for.
_SHIPPED = (
    ("font_source_sans_pro", "files", (
        "SourceSansPro-Regular.ttf", "SourceSansPro-It.ttf", "SourceSansPro-Semibold.ttf",
        "SourceSansPro-SemiboldIt.ttf", "SourceSansPro-Bold.ttf",
    )),
    ("font_source_serif_pro", "files", (
        "SourceSerifPro-Regular.ttf", "SourceSerifPro-It.ttf", "SourceSerifPro-Semibold.ttf",
        "SourceSerifPro-Bold.ttf",
    )),
    ("matplotlib", "mpl-data/fonts/ttf", ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf")),
)  # fmt: skip
_IGNORED = re.compile("[\u200c\u200d\ufe00-\ufe0f]")  # joiners and variation selectors print nothing


@lru_cache(maxsize=1)
def _shipped() -> tuple[Path, ...]:
    files = []
    for package, folder, names in _SHIPPED:
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise RenderError(f"the fonts are missing; install {package.replace('_', '-')}.")
        files += [Path(spec.origin).parent / folder / name for name in names]
    return tuple(files)


def font_files(theme: Theme) -> tuple[Path, ...]:
    """Every font file of the theme, in a fixed order. Raises RenderError when one is missing."""
    own = [f for folder in theme.font_folders for f in sorted(folder.iterdir())
           if f.suffix.lower() in (".ttf", ".otf")]  # fmt: skip
    files = (*own, *_shipped())
    for file in files:
        if not file.is_file():
            raise RenderError(f"the font file {file.name} is missing; install its package again.")
    return files


@lru_cache(maxsize=8)
def coverage(files: tuple[Path, ...]) -> frozenset[int]:
    """The code points at least one of the files has a glyph for."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped,unused-ignore]

    found: set[int] = set()
    for file in files:
        with TTFont(file, lazy=True) as font:
            found.update(font.getBestCmap() or ())
    return frozenset(found)


def printable(text: str, covered: frozenset[int]) -> str:
    """Text whose characters without a glyph are printed as ``[U+1F681]``, never dropped silently."""
    if text.isascii():
        return text
    text = _IGNORED.sub("", text)
    return "".join(
        c if ord(c) in covered or c in "\n\t\u200b\u2060" or c.isascii() else f"[U+{ord(c):04X}]"
        for c in text
    )


@lru_cache(maxsize=8)
def _advances(file: Path) -> dict[int, float]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped,unused-ignore]

    with TTFont(file, lazy=True) as font:
        glyphs, widths, em = font.getBestCmap() or {}, font["hmtx"].metrics, font["head"].unitsPerEm
        return {code: widths[name][0] / em for code, name in glyphs.items()}


def text_width(text: str) -> float:
    """Width of a line of text in em, set in the default semibold, a little wider than any theme needs."""
    known = _advances(_shipped()[2])
    return sum(known.get(ord(c), 0.6) for c in text)
