"""What the renderers need to know of a report, and nothing else."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from .content import Section
from .theme import Theme

__all__ = ["Document", "EditionLabel"]


@dataclass(frozen=True, kw_only=True, slots=True)
class EditionLabel:
    """How one issue is named on the page.

    week : the label with its days as printed, e.g. "Week 29, 14–20 July 2025".
    first_day, last_day : of the week; the last day dates the PDF, so that equal input gives equal bytes.
    as_of : the state of the data as printed, e.g. "22 July 2025, 06:00 UTC".
    """

    week: str
    first_day: date
    last_day: date
    as_of: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A report ready to be rendered.

    title : heading and document title. notice : a line for every page, e.g. "Simulated data", or "".
    language : a BCP 47 tag, e.g. "en". running_head : text at the top left of every PDF page; "" repeats
    the title. templates : a folder of the user's Jinja templates that extend ours, or None.
    """

    title: str
    edition: EditionLabel
    sections: tuple[Section, ...]
    notice: str = ""
    language: str = "en"
    running_head: str = ""
    theme: Theme = field(default_factory=Theme)
    templates: Path | None = None
