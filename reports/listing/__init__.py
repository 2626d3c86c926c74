"""The series of issues: ``index.html`` and ``feed.xml`` of an archive, made from its editions alone."""

from .entries import Entry, read_entries, summary_of
from .feed import FEED, feed_bytes
from .page import INDEX, index_bytes
from .writing import listing_problems, write_listing

__all__ = [
    "FEED", "INDEX", "Entry", "feed_bytes", "index_bytes", "listing_problems", "read_entries", "summary_of",
    "write_listing",
]  # fmt: skip
