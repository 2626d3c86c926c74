"""Colours, fonts and page of a report: one record drives the HTML, the PDF and every figure.

Restyle with a ``theme.toml``; every key is optional, and a colour's name is the same everywhere: ``accent``
here is ``theme.light["accent"]`` in a figure, ``var(--accent)`` in the page and ``accent`` in the PDF. ::

    page = "us-letter"            # or "a4"
    logo = "logo.svg"             # beside theme.toml; SVG or PNG
    logo_alt = "Example Institute"
    [fonts]
    sans = "Source Sans Pro"      # text and figures
    serif = "Source Serif Pro"    # headings
    folders = ["fonts"]           # TTF or OTF files of other fonts, beside theme.toml
    [light]
    accent = "#1a66a8"
    [dark]
    accent = "#6cb0ee"
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast

from analysis.errors import ConfigError

__all__ = ["DARK", "LIGHT", "Theme", "contrast", "load_theme", "plain_theme", "theme_from_plain"]

# Roles: ink/muted are text; rule, panel and paper are lines and grounds; accent marks what is ours (fitted
# lines, links); up and down also differ in greyscale; fill is bars, band an interval, shade the reported
# week, grey a raw series, missing "not covered"; seq_1..seq_5 are the classes of a map, low to high: ink is
# readable on 1-3, paper on 4-5, in both modes.
LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "ink": "#1b1f24", "muted": "#57606a", "rule": "#d0d7de", "panel": "#f4f6f8", "paper": "#ffffff",
        "accent": "#1a66a8", "up": "#b63a08", "down": "#0b4f6c",
        "fill": "#b7cde2", "band": "#dce8f3", "shade": "#f7ecc6", "grey": "#8c959f", "missing": "#e6e9ec",
        "seq_1": "#deebf6", "seq_2": "#b3cfe9", "seq_3": "#7dafd9", "seq_4": "#2d72b0", "seq_5": "#0d3d6d",
    }
)  # fmt: skip
DARK: Mapping[str, str] = MappingProxyType(
    {
        "ink": "#e8ecf0", "muted": "#a5afba", "rule": "#3a434d", "panel": "#1d232a", "paper": "#14181d",
        "accent": "#6cb0ee", "up": "#f0936c", "down": "#a5dcea",
        "fill": "#3f6183", "band": "#22384d", "shade": "#413a1f", "grey": "#7d8894", "missing": "#2b323a",
        "seq_1": "#1f2f40", "seq_2": "#2a4866", "seq_3": "#386690", "seq_4": "#86b9e6", "seq_5": "#cfe4f7",
    }
)  # fmt: skip

_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_FONT = re.compile(r"[\w .-]{1,60}")
_PAGES = ("a4", "us-letter")
_KEYS = ("page", "logo", "logo_alt", "fonts", "light", "dark")
_FONT_KEYS = ("sans", "serif", "mono", "folders")


@dataclass(frozen=True, kw_only=True)
class Theme:
    """How a report looks.

    light, dark : colour name -> ``#rrggbb``; the PDF and the figures use ``light``.
    sans, serif, mono : font family names; the three defaults are embedded in every PDF.
    font_folders : folders with the files of other fonts, for the PDF.
    page : paper of the PDF. logo : an SVG or PNG file for the masthead; logo_alt says whose it is.
    """

    light: Mapping[str, str] = field(default_factory=lambda: LIGHT)
    dark: Mapping[str, str] = field(default_factory=lambda: DARK)
    sans: str = "Source Sans Pro"
    serif: str = "Source Serif Pro"
    mono: str = "DejaVu Sans Mono"
    font_folders: tuple[Path, ...] = ()
    page: Literal["a4", "us-letter"] = "a4"
    logo: Path | None = None
    logo_alt: str = "Logo"

    def css_variable(self, colour: str) -> str:
        """``var(--name)`` of a light colour given as hex; any other text comes back unchanged."""
        return self._variables.get(colour.lower(), colour)

    def css_colours(self, text: str) -> str:
        """Text (an SVG style, an attribute) with every light colour of the theme as ``var(--name)``."""
        return _HEX.sub(lambda found: self.css_variable(found.group()), text)

    @property
    def _variables(self) -> dict[str, str]:
        # reversed: of two names with one colour the first, more general, wins
        return {value.lower(): f"var(--{name})" for name, value in reversed(list(self.light.items()))}


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2, 2023, "relative luminance")."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def load_theme(path: str | Path | None = None) -> Theme:
    """The theme of a ``theme.toml``; the default theme for None.

    Raises ConfigError naming file, table, key and the nearest valid key.
    """
    if path is None:
        return Theme()
    import tomllib

    file = Path(path)
    try:
        settings = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError("there is no such theme file", file=file) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"the theme cannot be read: {error}", file=file) from error
    _known(settings, _KEYS, file, None)
    fonts = _table(settings, "fonts", file)
    _known(fonts, _FONT_KEYS, file, "fonts")
    return replace(
        theme_from_plain(settings, file),
        font_folders=_folders(fonts, file),
        page=_page(settings, file),
        logo=_logo(settings, file),
        logo_alt=_text(settings, "logo_alt", Theme().logo_alt, file, None),
    )


def plain_theme(theme: Theme) -> dict[str, Any]:
    """What a theme changes of colours and fonts, as plain values with the keys of a ``theme.toml``."""
    default = Theme()
    given = {key: getattr(theme, key) for key in _FONT_KEYS[:3]}
    fonts = {key: name for key, name in given.items() if name != getattr(default, key)}
    colours = {
        name: {key: colour for key, colour in getattr(theme, name).items() if colour != usual[key]}
        for name, usual in (("light", LIGHT), ("dark", DARK))
    }
    return {key: value for key, value in {"fonts": fonts, **colours}.items() if value}


def theme_from_plain(plain: Mapping[str, Any], file: Path) -> Theme:
    """The theme `plain_theme` described; raises ConfigError naming ``file`` for what is none."""
    fonts, default = _table(plain, "fonts", file), Theme()
    return Theme(
        light=_colours(plain, "light", LIGHT, file),
        dark=_colours(plain, "dark", DARK, file),
        sans=_font(fonts, "sans", default.sans, file),
        serif=_font(fonts, "serif", default.serif, file),
        mono=_font(fonts, "mono", default.mono, file),
    )


def _known(table: Mapping[str, Any], valid: tuple[str, ...], file: Path, name: str | None) -> None:
    for key in table:
        if key not in valid:
            raise ConfigError("unknown key", file=file, table=name, key=key, valid=valid)


def _table(settings: Mapping[str, Any], key: str, file: Path) -> Mapping[str, Any]:
    table = settings.get(key, {})
    if not isinstance(table, dict):
        raise ConfigError(f"must be a table, [{key}]", file=file, key=key)
    return table


def _text(table: Mapping[str, Any], key: str, default: str, file: Path, name: str | None) -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"must be a text, not {value!r}", file=file, table=name, key=key)
    return value


def _font(table: Mapping[str, Any], key: str, default: str, file: Path) -> str:
    value = _text(table, key, default, file, "fonts")
    if not _FONT.fullmatch(value):
        raise ConfigError(f"{value!r} is not one font family name", file=file, table="fonts", key=key)
    return value


def _colours(
    settings: Mapping[str, Any], name: str, default: Mapping[str, str], file: Path
) -> Mapping[str, str]:
    table = _table(settings, name, file)
    _known(table, tuple(default), file, name)
    for key, value in table.items():
        if not isinstance(value, str) or not _HEX.fullmatch(value):
            raise ConfigError(f'{value!r} is not a colour such as "#1a66a8"', file=file, table=name, key=key)
    return MappingProxyType({key: table.get(key, colour).lower() for key, colour in default.items()})


def _page(settings: Mapping[str, Any], file: Path) -> Literal["a4", "us-letter"]:
    page = settings.get("page", "a4")
    if page not in _PAGES:
        raise ConfigError(f'{page!r} is not "a4" or "us-letter"', file=file, key="page")
    return cast('Literal["a4", "us-letter"]', page)


def _beside(file: Path, name: object, key: str, table: str | None = None) -> Path:
    if not isinstance(name, str):
        raise ConfigError(f"must be a path, not {name!r}", file=file, table=table, key=key)
    found = (file.parent / name).resolve()
    if not found.exists():
        raise ConfigError(f"there is no {name!r} beside the theme file", file=file, table=table, key=key)
    return found


def _logo(settings: Mapping[str, Any], file: Path) -> Path | None:
    if "logo" not in settings:
        return None
    logo = _beside(file, settings["logo"], "logo")
    if logo.suffix.lower() not in (".svg", ".png"):
        raise ConfigError(f"{logo.name!r} is not an SVG or PNG file", file=file, key="logo")
    return logo


def _folders(fonts: Mapping[str, Any], file: Path) -> tuple[Path, ...]:
    names = fonts.get("folders", [])
    if not isinstance(names, list):
        raise ConfigError("must be a list of folders", file=file, table="fonts", key="folders")
    return tuple(_beside(file, name, "folders", "fonts") for name in names)
