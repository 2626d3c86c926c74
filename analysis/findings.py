"""What the models say: `Findings` holds one record per statement."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .codec import from_plain, to_plain
from .records import (
    KINDS,
    TOTAL,
    UNALLOCATED,
    ChangePoint,
    CommonChange,
    Comparison,
    Finding,
    LastYear,
    Robustness,
    Signal,
    Skipped,
    Tally,
    Trend,
    Verdict,
)
from .weeks import Week

if TYPE_CHECKING:
    import pandas as pd

    from .panel import Panel

__all__ = [
    "KINDS",
    "TOTAL",
    "UNALLOCATED",
    "ChangePoint",
    "CommonChange",
    "Comparison",
    "Finding",
    "Findings",
    "LastYear",
    "Robustness",
    "Signal",
    "Skipped",
    "Tally",
    "Trend",
    "Verdict",
]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Findings:
    """Everything the models said about one week.

    week : the week.
    items : the records, in the order of models and regions.
    models : name of each model that ran -> its options, for the methods section.
    panel : the panel they speak of; None when read back from JSON.
    """

    week: Week
    items: tuple[Finding, ...]
    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    panel: "Panel | None" = None

    def of(self, kind: str) -> tuple[Any, ...]:
        """The records of one kind, in order. Raises KeyError with the known kinds."""
        if kind not in KINDS:
            raise KeyError(f"no kind of finding is called {kind!r}; known: {', '.join(KINDS)}")
        return tuple(item for item in self.items if item.kind == kind)

    def regions(self, kind: str) -> tuple[Any, ...]:
        """Those of single regions: neither the total nor a parent, which would count their regions twice."""
        return tuple(
            item for item in self.of(kind) if item.region != TOTAL and not getattr(item, "is_parent", False)
        )

    def for_region(self, region: str) -> tuple[Finding, ...]:
        """The records about one region code."""
        return tuple(item for item in self.items if item.region == region)

    def frame(self, kind: str) -> "pd.DataFrame":
        """The records of one kind as a flat table: ``rate_ratio_low`` and so on are columns of their own."""
        from .display import records_frame

        return records_frame(KINDS.get(kind), self.of(kind))

    def to_json(self, *, indent: int | None = 1) -> str:
        """All records as JSON text; `from_json` reads it back."""
        body = {
            "schema": "sitrend.findings/1",
            "week": self.week.first_day.isoformat(),
            "models": to_plain(self.models),
            "findings": {kind: [to_plain(item) for item in self.of(kind)] for kind in KINDS},
        }
        return json.dumps(body, ensure_ascii=False, indent=indent, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> "Findings":
        """What `to_json` wrote, without the panel."""
        body = json.loads(text)
        items = tuple(
            from_plain(KINDS[kind], item) for kind, records in body["findings"].items() for item in records
        )
        week = Week(first_day=dt.date.fromisoformat(body["week"]))
        return cls(week=week, items=items, models=body["models"])

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(self.of(kind))} {kind}" for kind in KINDS if self.of(kind))
        return f"Findings(week {self.week}: {counts or 'nothing'})"

    def _repr_html_(self) -> str:
        from .display import findings_html

        return findings_html(self)
