"""``feed.xml``: the issues as an Atom feed (RFC 4287), without a clock."""

import datetime as dt
import re
import uuid
from collections.abc import Sequence
from xml.etree import ElementTree

from ..templating import clean
from .entries import Entry

__all__ = ["FEED", "feed_bytes"]

FEED = "feed.xml"
ATOM = "http://www.w3.org/2005/Atom"
MOST = 60  # issues; older ones are in the index
_OWN = uuid.uuid5(uuid.NAMESPACE_URL, "urn:sitrend:editions")
_ID = re.compile(rb"<id>(urn:uuid:[0-9a-f-]{36})</id>")


def feed_bytes(entries: Sequence[Entry], old: bytes = b"") -> bytes:
    """The feed, latest issue first; damaged editions are left out, as the index names them.

    old : the feed so far; its id is kept, so that readers go on with it after early issues are removed.
    An issue's id is made from its manifest's hash; its time is the as-of time, or the week's last day.
    """
    whole = [entry for entry in entries if not entry.damage]
    known = _ID.search(old.partition(b"<entry>")[0])
    root = ElementTree.Element("feed", {"xmlns": ATOM})
    first = whole[0].sha256 if whole else "empty"
    _add(root, "id", known[1].decode() if known else f"urn:uuid:{uuid.uuid5(_OWN, f'feed {first}')}")
    _add(root, "title", (whole[-1].title if whole else "") or "Weekly reports")
    _add(root, "updated", max((_updated(entry) for entry in whole), default="1970-01-01T00:00:00Z"))
    ElementTree.SubElement(root, "link", {"rel": "self", "href": FEED})
    ElementTree.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": "index.html"})
    _add(_add(root, "author", ""), "name", "sitrend")
    for entry in list(reversed(whole))[:MOST]:
        root.append(_issue(entry))
    ElementTree.indent(root, " ")
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _issue(entry: Entry) -> ElementTree.Element:
    item = ElementTree.Element("entry")
    _add(item, "id", f"urn:uuid:{uuid.uuid5(_OWN, entry.sha256)}")
    again = " (correction)" if entry.revision > 1 else ""
    _add(item, "title", f"{entry.title or 'Weekly report'}, {entry.week.name}{again}")
    _add(item, "updated", _updated(entry))
    page = next((name for name in ("report.html", "report.pdf", *entry.files) if name in entry.files), "")
    ElementTree.SubElement(item, "link", {"rel": "alternate", "href": f"{entry.name}/{page}"})
    said = [f"Correction of {entry.corrects}: {entry.reason}"] if entry.corrects else []
    said += [entry.notice] if entry.notice else []
    _add(item, "summary", "\n".join([*said, *entry.headline]) or f"The week of {entry.week.first_day}.")
    return item


def _add(parent: ElementTree.Element, tag: str, text: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, tag)
    child.text = clean(text) or None
    return child


def _updated(entry: Entry) -> str:
    """The as-of time or the end of the week, in the clock of the table, which is not known here: as UTC."""
    end = dt.datetime.combine(entry.week.last_day, dt.time(23, 59, 59))
    stated = dt.datetime.fromisoformat(entry.as_of) if entry.as_of else end
    return stated.replace(tzinfo=None, microsecond=0).isoformat() + "Z"
