"""Outlines of regions for the map: polygons of a user's GeoJSON file, joined to the regions by code.

Outlines are drawn and nothing is computed from them. They are held in degrees, with what a page can show.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import ConfigError, UnreadableInputError

if TYPE_CHECKING:
    from analysis.panel import Panel
    from analysis.regions import Regions

__all__ = ["Boundaries", "read_boundaries"]

Ring = NDArray[np.float64]  # positions x (longitude, latitude), the first again at the end

MOST_BYTES = 100 * 1024**2
MOST_FEATURES = 20_000
MOST_POSITIONS = 3_000_000
_POINTS = 12_000  # positions kept, all regions together: about what an eye can tell apart on a page
_FINEST = 1 / 2_000  # of the width: no detail below a third of a point on the page


@dataclass(frozen=True, kw_only=True, eq=False)
class Boundaries:
    """shapes : code -> rings; outer ones run anticlockwise, holes clockwise; longitudes may pass 180.

    name : of the file. key : the property that holds the code or the name.
    without : codes of the panel that have no outline in the file.
    """

    name: str
    key: str
    shapes: Mapping[str, tuple[Ring, ...]]
    without: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Boundaries({len(self.shapes)} regions of {self.name} by {self.key!r})"


def read_boundaries(path: str | Path, panel: "Panel", *, key: str | None = None) -> Boundaries:
    """The outlines of a panel's regions.

    path : a GeoJSON FeatureCollection of Polygons and MultiPolygons, in degrees of longitude and latitude.
    key : the property that holds each region's code, or its name in the vocabulary of the panel; None = the
        property that names most of the regions.

    A composite area of several codes ("RU-MOS+RU-MOW") is drawn as its members where it has no outline of
    its own.
    Raises `UnreadableInputError` for a file that is not this, `ConfigError` for a key that is no property or
    names no region.
    """
    path = Path(path)
    features = _features(path)
    codes = [str(code) for code in panel.counts.columns]
    members = {part: code for code in reversed(codes) for part in code.split("+")} | {c: c for c in codes}
    regions = panel.incidents.regions if panel.incidents is not None else None
    chosen, joined = _joined(path.name, features, members, regions, key)
    rings: dict[str, list[Ring]] = {}
    for feature, code in zip(features, joined, strict=True):
        if code in members:
            rings.setdefault(members[code], []).extend(_rings(path.name, feature))
    shapes = _simplified(_cut(rings))
    return Boundaries(
        name=path.name, key=chosen, shapes={code: shapes[code] for code in codes if code in shapes},
        without=tuple(code for code in codes if code not in shapes),
    )  # fmt: skip


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableInputError(path.name, "it has more than 100 MB; simplify the outlines first")
        body = json.loads(path.read_bytes())
    except OSError as error:
        raise UnreadableInputError(path, (error.strerror or type(error).__name__).lower()) from None
    except (RecursionError, UnicodeDecodeError, json.JSONDecodeError):
        raise UnreadableInputError(path.name, "it is not GeoJSON") from None
    features = body.get("features") if isinstance(body, dict) else None
    if not isinstance(features, list) or not features:
        raise UnreadableInputError(path.name, "it is not a GeoJSON FeatureCollection")
    if len(features) > MOST_FEATURES:
        raise UnreadableInputError(path.name, f"it holds {len(features):,d} outlines, too many for a page")
    whole = [f for f in features if isinstance(f, dict) and isinstance(f.get("properties"), dict)]
    areas = [f for f in whole if (f.get("geometry") or {}).get("type") in ("Polygon", "MultiPolygon")]
    if not areas:
        raise UnreadableInputError(path.name, "it holds no polygon with properties")
    return areas


def _joined(
    name: str,
    features: Sequence[Mapping[str, Any]],
    members: Mapping[str, str],
    regions: "Regions | None",
    key: str | None,
) -> tuple[str, list[str]]:
    """The property that names most regions, and the code of every feature by it."""
    keys = list(dict.fromkeys(k for f in features for k, v in f["properties"].items() if isinstance(v, str)))
    if key is not None and key not in keys:
        raise ConfigError(
            f"{name} has no such property", table="report", key="boundary_key", value=key, valid=keys
        )
    best: tuple[str, list[str]] = ("", [])
    most = 0
    for candidate in keys if key is None else [key]:
        values = [str(f["properties"].get(candidate) or "") for f in features]
        codes = _codes(values, members, regions)
        found = len({members[code] for code in codes if code in members})
        if found > most:
            best, most = (candidate, codes), found
    if not most:
        what = f"the property {key!r} of {name} names no" if key else f"no property of {name} names a"
        raise ConfigError(
            f"{what} region of the table", table="report", key="boundary_key"
        )  # fmt: skip
    return best


def _codes(values: Sequence[str], members: Mapping[str, str], regions: "Regions | None") -> list[str]:
    """Each value's code: itself where it is one, else what the vocabulary says."""
    unknown = [value for value in values if value and value not in members]
    meant: dict[str, str] = {}
    if regions is not None and unknown:
        table = regions.resolve(unknown)
        meant = dict(zip(table["name"].astype(str), table["code"].astype(str), strict=True))
    return [value if value in members else meant.get(value, "") for value in values]


def _rings(name: str, feature: Mapping[str, Any]) -> Iterator[Ring]:
    shape = feature["geometry"]
    polygons = shape.get("coordinates")
    try:
        polygons = [polygons] if shape["type"] == "Polygon" else polygons
        for polygon in polygons:
            for number, positions in enumerate(polygon):
                ring = np.array([position[:2] for position in positions], dtype=float)
                if ring.ndim != 2 or ring.shape[1] != 2 or len(ring) < 4:
                    continue
                if not np.isfinite(ring).all() or (np.abs(ring) > (360, 90)).any():
                    raise UnreadableInputError(
                        name, "its positions are not degrees of longitude and latitude (WGS 84)"
                    )
                ring = ring if (ring[0] == ring[-1]).all() else np.vstack([ring, ring[:1]])
                yield ring if (_area(ring) > 0) == (number == 0) else ring[::-1]
    except UnreadableInputError:
        raise
    except (TypeError, ValueError, KeyError, IndexError, OverflowError):
        raise UnreadableInputError(name, "a polygon in it is not made as GeoJSON asks") from None


def _area(ring: Ring) -> float:
    """Twice the signed area, in square degrees; positive where the ring runs anticlockwise."""
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())


def _cut(rings: Mapping[str, Sequence[Ring]]) -> dict[str, list[Ring]]:
    """Rings on one side of the widest empty span of longitudes, so that no map wraps around the date line."""
    everything = [ring for several in rings.values() for ring in several]
    if sum(map(len, everything)) > MOST_POSITIONS:
        raise UnreadableInputError("the boundary file", f"it has more than {MOST_POSITIONS:,d} positions")
    if not everything:
        return {}
    around = np.unique(np.concatenate([ring[:, 0] for ring in everything]) % 360)
    gaps = np.diff(around, append=around[0] + 360)
    first = around[(int(gaps.argmax()) + 1) % len(around)]
    start = first if first < 180 else first - 360
    return {
        code: [np.column_stack([(ring[:, 0] - start) % 360 + start, ring[:, 1]]) for ring in several]
        for code, several in rings.items()
    }


def _simplified(rings: Mapping[str, Sequence[Ring]]) -> dict[str, tuple[Ring, ...]]:
    """Rings with the detail a page can show; every region keeps its largest ring."""
    if not rings:
        return {}
    ends = np.concatenate([ring for several in rings.values() for ring in several])
    fine = max(float(np.ptp(ends[:, 0])), float(np.ptp(ends[:, 1])), 1e-9) * _FINEST
    while True:
        out = {code: _reduced(several, fine) for code, several in rings.items()}
        if sum(len(ring) for several in out.values() for ring in several) <= _POINTS:
            return out
        fine *= 1.5


def _reduced(rings: Sequence[Ring], fine: float) -> tuple[Ring, ...]:
    largest = max(range(len(rings)), key=lambda at: abs(_area(rings[at])), default=-1)
    kept = []
    for at, ring in enumerate(rings):
        spans = np.ptp(ring, axis=0)
        if at == largest or max(spans) > 2 * fine:
            line = _thinned(ring, fine)
            kept.append(line if len(line) >= 4 else ring[np.linspace(0, len(ring) - 1, 4).astype(int)])
    return tuple(kept)


def _thinned(ring: Ring, fine: float) -> Ring:
    """Positions farther than ``fine`` degrees from the line between those kept (Douglas and Peucker 1973)."""
    keep = np.zeros(len(ring), dtype=bool)
    middle = int(((ring - ring[0]) ** 2).sum(axis=1).argmax())
    keep[[0, middle, -1]] = True
    todo = [(0, middle), (middle, len(ring) - 1)]
    while todo:
        first, last = todo.pop()
        if last - first < 2:
            continue
        line, away = ring[last] - ring[first], ring[first + 1 : last] - ring[first]
        length = float(np.hypot(*line))
        crossed = np.abs(line[0] * away[:, 1] - line[1] * away[:, 0])
        distance = crossed / length if length else np.hypot(away[:, 0], away[:, 1])
        farthest = int(distance.argmax())
        if distance[farthest] > fine:
            middle = first + 1 + farthest
            keep[middle] = True
            todo += [(first, middle), (middle, last)]
    return ring[keep]
