"""Incident tables: reading and checking them, and what happened on the way."""

from .reading import read_incidents
from .record import Incidents, IngestReport, Provenance, Reason, SourceSpan, UnmatchedName

__all__ = [
    "Incidents",
    "IngestReport",
    "Provenance",
    "Reason",
    "SourceSpan",
    "UnmatchedName",
    "read_incidents",
]
