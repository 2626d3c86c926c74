"""GeoJSON: each feature a record, its properties the columns, its point longitude and latitude."""

from dataclasses import replace
from typing import Any

from . import json
from ._table import RawTable

EXTENSIONS = (".geojson", ".geojsonl")
OPTIONS = ("table",)


def read(source: Any, *, table: str | None = None) -> RawTable:
    """A FeatureCollection, or one Feature per line, as `formats.json` reads them.

    A property of the name ``longitude``, ``latitude`` or ``id`` wins over the geometry and the id of its
    feature. Shapes other than points give no coordinates.
    Raises `UnreadableInputError`.
    """
    return replace(json.read(source, table=table), format="geojson")
