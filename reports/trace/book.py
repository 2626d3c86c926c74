"""What an edition keeps for tracing: its facts, findings, settings and the snapshot of its rows."""

import datetime as dt
import io
import json
from dataclasses import replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.codec import from_plain
from analysis.contributions import contributions
from analysis.errors import ConfigError, EditionError
from analysis.groups import members_of
from analysis.incidents import Incidents, IngestReport, Provenance

from ..facts import Fact
from ..manifest import digest, read_manifest
from ..snapshot import SNAPSHOT
from ..spreadsheet import restored

if TYPE_CHECKING:
    from analysis.panel import Panel

__all__ = ["REPORT", "SNAPSHOT", "Book", "panel_settings"]

REPORT = "report.json"
TIMINGS = ("day", "spread", "undated")


def panel_settings(panel: "Panel") -> dict[str, Any]:
    """What tracing needs beside the rows, for the manifest: what was summed, by what, on which days."""
    incidents = panel.incidents
    return {
        "measure": panel.measure, "by": panel.by, "first_day": panel.first_day, "last_day": panel.last_day,
        "folded": dict(panel.folded), "coverage": _coverage(panel), "parents": members_of(panel),
        "amounts": list(incidents.amounts) if incidents else [],
        "units": list(incidents.units) if incidents else [],
    }  # fmt: skip


def _coverage(panel: "Panel") -> dict[str, list[str]]:
    """Region -> the spans of days it is covered on, for regions that are not covered throughout."""
    found: dict[str, list[str]] = {}
    for code in panel.observed.columns[~panel.observed.all()]:
        days = panel.days[panel.observed[code]]
        runs = (days.to_series().diff() != pd.Timedelta(days=1)).cumsum()
        spans = days.to_series().groupby(runs).agg(["min", "max"])
        found[str(code)] = [f"{a.date()}/{b.date()}" for a, b in spans.itertuples(index=False)]
    return found


class Book:
    """One edition, read for tracing.

    Raises `EditionError` when a file it needs is missing or is not what was published.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.manifest = read_manifest(self.folder)
        self.payload: dict[str, Any] = json.loads(self._bytes(REPORT))
        if "panel" not in self.manifest:
            raise EditionError(f"{self.folder} was published without what tracing needs; report it anew.")
        self.settings: dict[str, Any] = self.manifest["panel"]
        self._added: dict[tuple[str, dt.date, dt.date, pd.Timestamp | None], pd.DataFrame] = {}

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """Every printed number by its id."""
        return {record["id"]: from_plain(Fact, record) for record in self.payload["facts"]}

    def fact(self, id: str) -> Fact:
        """The fact of that id; raises `ConfigError` naming the nearest ids."""
        found = self.facts.get(id)
        if found is None:
            near = get_close_matches(id, self.facts, n=4, cutoff=0.4) or list(self.facts)[:4]
            raise ConfigError(f"{self.folder.name} prints no {id!r}; the nearest are {', '.join(near)}")
        return found

    @cached_property
    def incidents(self) -> Incidents:
        """The rows of the edition's snapshot, with regions as they were counted."""
        folded, read = self.settings["folded"], self.stored
        codes = read.table["region"].astype(object).map(lambda code: folded.get(code, code))
        return replace(read, table=read.table.assign(region=pd.Categorical(codes)))

    @cached_property
    def stored(self) -> Incidents:
        """The rows of the edition's snapshot as they were read, without their vocabulary."""
        table = pd.read_parquet(io.BytesIO(self._bytes(SNAPSHOT)))
        moments = table.select_dtypes("datetime").columns
        table[moments] = table[moments].astype("datetime64[s]")  # Parquet knows no seconds
        table["timing"] = pd.Categorical(table["timing"].astype(object), categories=list(TIMINGS))
        table["region"] = pd.Categorical(table["region"].astype(object))
        ingest = dict(self.payload["ingest"])
        source = from_plain(Provenance, ingest.pop("provenance"))
        report = from_plain(IngestReport, ingest)
        return Incidents(
            table=table, set_aside=self._set_aside(), report=report, provenance=source,
            amounts=tuple(self.settings["amounts"]), units=tuple(self.settings["units"]),
        )  # fmt: skip

    def contributions(
        self, measure: str, first: dt.date, last: dt.date, as_of: pd.Timestamp | None = None
    ) -> pd.DataFrame:
        """What every row adds on these days, as `analysis.contributions` has it; kept for the next number.

        as_of : another moment of knowledge than the edition's.
        """
        key = (measure, first, last, as_of)
        if key not in self._added:
            self._added[key] = contributions(
                self.incidents, measure=measure, first=first, last=last, by=self.by,
                as_of=as_of or self.as_of,
                coverage=self.coverage if measure == self.measure else None,
            )  # fmt: skip
        return self._added[key]

    @property
    def measure(self) -> str:
        """What the edition counts."""
        return str(self.settings["measure"])

    @property
    def by(self) -> str:
        """The column whose values are its regions."""
        return str(self.settings["by"])

    @property
    def window(self) -> tuple[dt.date, dt.date]:
        """First and last day that are counted."""
        first, last = (dt.date.fromisoformat(self.settings[key]) for key in ("first_day", "last_day"))
        return first, last

    @property
    def coverage(self) -> dict[str, list[str]]:
        """Region -> spans of days, as `analysis.coverage` has them."""
        found: dict[str, list[str]] = self.settings["coverage"]
        return found

    def members(self, region: str) -> list[str]:
        """The regions of a parent; any other code is its own."""
        found: list[str] = self.settings.get("parents", {}).get(region, [region])
        return found

    @property
    def as_of(self) -> pd.Timestamp | None:
        """The moment of knowledge; None = everything in the table."""
        stated = self.manifest.get("as_of")
        return None if stated is None else pd.Timestamp(stated)

    def findings(self, kind: str) -> list[dict[str, Any]]:
        """The records of one kind of finding, as in ``report.json``."""
        found: list[dict[str, Any]] = self.payload["findings"].get(kind, [])
        return found

    def _set_aside(self) -> pd.DataFrame:
        name = "tables/set_aside.csv"
        if name not in self.manifest["files"]:
            return pd.DataFrame({key: [] for key in ("row", "column", "value", "reason", "mend")})
        return restored(pd.read_csv(io.BytesIO(self._bytes(name))))

    def _bytes(self, name: str) -> bytes:
        listed = self.manifest["files"].get(name)
        if listed is None:
            raise EditionError(f"{self.folder} was published without {name}, so nothing in it can be traced.")
        try:
            data = (self.folder / name).read_bytes()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise EditionError(f"{self.folder / name} cannot be read: {reason}.") from None
        if digest(data) != listed["sha256"]:
            raise EditionError(f"{self.folder / name} is not what was published: its hash differs.")
        return data
