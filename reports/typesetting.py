"""Typst as we use it: our fonts, a folder of our own, no network, no clock."""

import shutil
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from analysis.errors import RenderError

from .fonts import font_files
from .theme import Theme

__all__ = ["bring_fonts", "compiled"]


def bring_fonts(root: Path, theme: Theme) -> None:
    """Copy the theme's font files into ``root/fonts``; raises RenderError when one is missing."""
    (root / "fonts").mkdir()
    for number, file in enumerate(font_files(theme)):
        shutil.copyfile(file, root / "fonts" / f"{number:02d}-{file.name}")


def compiled(root: Path, main: str, *, day: date, **options: Any) -> list[bytes]:
    """The file ``main`` of the folder ``root``, set: one file, or one per page.

    options : of ``typst.compile``, such as ``format``. Typst may read all of ``root``, so it should hold only
    what it needs. Raises RenderError when Typst is missing or refuses the document.
    """
    try:
        import typst
    except ImportError as error:
        raise RenderError(
            "the PDF and pictures need Typst: install it with `pip install 'typst>=0.15,<0.16'`."
        ) from error
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(root / "fonts")]
    )
    try:
        made = typst.compile(
            str(root / main),
            root=str(root),
            font_paths=fonts,
            ignore_system_fonts=True,
            timestamp=datetime.combine(day, time(), UTC),
            package_path=str(root / "none"),
            package_cache_path=str(root / "none"),
            **options,
        )
    except typst.TypstError as error:
        hints = " ".join(error.hints or ())
        raise RenderError(f"Typst refuses the document: {error.message}. {hints}".strip()) from error
    return list(made) if isinstance(made, list) else [made]
