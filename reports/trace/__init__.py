"""From a printed number back to the rows it was made from, out of the edition's own files."""

from .book import Book, panel_settings
from .record import Side, Trace
from .tracing import trace_fact

__all__ = ["Book", "Side", "Trace", "panel_settings", "trace_fact"]
