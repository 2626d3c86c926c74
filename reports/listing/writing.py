"""The lists in the archive's folder: written whole or not at all, and checked."""

import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.etree import ElementTree

from ..atomic import replace_file
from .entries import Entry, read_entries
from .feed import ATOM, FEED, MOST, feed_bytes
from .page import INDEX, index_bytes

if TYPE_CHECKING:
    from ..editions import Edition

__all__ = ["listing_problems", "write_listing"]

_HREF = re.compile(r'<a [^>]*?href="([^"#]*)"')
AGAIN = "publish again, or write the lists with Editions.relist()"


def write_listing(folder: Path, editions: "Sequence[Edition]") -> None:
    """Write ``index.html`` and ``feed.xml`` of these editions; what says the same already stays untouched.

    Raises OSError when the disk refuses; each of the files is then the old or the new one, never a part.
    """
    entries = read_entries(editions)
    feed = folder / FEED
    old = feed.read_bytes() if feed.is_file() else b""
    replace_file(folder / INDEX, index_bytes(entries))
    replace_file(feed, feed_bytes(entries, old))


def listing_problems(folder: Path, editions: "Sequence[Edition]") -> dict[str, list[str]]:
    """``index.html`` and ``feed.xml`` -> what is wrong with them; nothing where all is well."""
    entries = read_entries(editions)
    if not entries:
        return {}
    found = {INDEX: _index(folder, entries), FEED: _feed(folder, entries)}
    return {name: problems for name, problems in found.items() if problems}


def _index(folder: Path, entries: Sequence[Entry]) -> list[str]:
    try:
        page = (folder / INDEX).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return [f"it is missing or cannot be read; {AGAIN}."]
    linked = {unquote(unescape(href)) for href in _HREF.findall(page)}
    dead = sorted(href for href in linked if ":" not in href and not (folder / href).is_file())
    listed = {f"{entry.name}/{name}" for entry in entries if not entry.damage for name in entry.files}
    absent = sorted(listed - linked)
    out = [f"it links to {dead[0]}{_more(dead)}, which is not there; {AGAIN}."] if dead else []
    return out + ([f"it does not list {absent[0]}{_more(absent)}; {AGAIN}."] if absent else [])


def _feed(folder: Path, entries: Sequence[Entry]) -> list[str]:
    try:
        root = ElementTree.fromstring((folder / FEED).read_bytes())
    except (OSError, ElementTree.ParseError):
        return [f"it is missing or cannot be read; {AGAIN}."]
    links = [link.get("href", "") for link in root.iterfind(f"{{{ATOM}}}entry/{{{ATOM}}}link")]
    dead = [href for href in links if not (folder / unquote(href)).is_file()]
    named = {href.partition("/")[0] for href in links}
    absent = [entry.name for entry in entries if not entry.damage][-MOST:]
    absent = [name for name in absent if name not in named]
    out = [f"it links to {dead[0]}{_more(dead)}, which is not there; {AGAIN}."] if dead else []
    return out + ([f"it does not list {absent[0]}{_more(absent)}; {AGAIN}."] if absent else [])


def _more(names: Sequence[str]) -> str:
    return f" and {len(names) - 1} more" if len(names) > 1 else ""
