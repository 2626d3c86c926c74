"""What must be said: the records of a week, and its sums made anew from the daily counts."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from analysis import Findings

N = r"[\d,]+(?:\.\d+)?"
AMOUNT = rf"(?:at least )?{N}(?: to {N})?(?: \((?:at least )?{N}(?: to {N})?\))?"
RATIO = r"(?:<0\.001|[\d,]+(?:\.\d+)?)"
DATE = r"\d{1,2} [A-Z][a-z]+ \d{4}"
SPAN = rf"(?:\d{{1,2}}(?: [A-Z][a-z]+)?(?: \d{{4}})? ?– ?)?{DATE}"
COMPLETE = 0.95
CLEAR = 0.1


@dataclass(frozen=True)
class Week:
    """The records, and the sums of the week made anew from the panel."""

    findings: Findings
    since: Any

    @cached_property
    def names(self) -> dict[str, str]:
        """Code -> name as printed."""
        panel = self.findings.panel
        assert panel is not None
        return {str(code): str(name) for code, name in panel.regions["name"].items()}

    @cached_property
    def name(self) -> str:
        """A pattern for any of the names, longest first."""
        parents = self.findings.panel.parents.values()  # type: ignore[union-attr]
        every = sorted({*self.names.values(), *parents}, key=len, reverse=True)
        return "(?:" + "|".join(map(re.escape, every)) + ")"

    @cached_property
    def _sums(self) -> dict[str, tuple[float, float, float]]:
        return {}

    def sums(self, region: str) -> tuple[float, float, float]:
        """Low, best and high of the week."""
        if region not in self._sums:
            self._sums[region] = self._added(region)
        return self._sums[region]

    def _added(self, region: str) -> tuple[float, float, float]:
        panel, week = self.findings.panel, self.findings.week
        assert panel is not None
        span = slice(str(week.first_day), str(week.last_day))
        if region in self.names:
            parts = [frame[region] for frame in (panel.low, panel.counts, panel.high)]
        elif region == "unallocated":
            parts = [panel.unallocated[name] for name in ("low", "best", "high")]
        else:
            inside = (panel.regions["parent"] == region).to_numpy() | (region == "total")
            own = [frame.loc[:, inside] for frame in (panel.low, panel.counts, panel.high)]
            more = [panel.unallocated[name] * (region == "total") for name in ("low", "best", "high")]
            parts = [frame.sum(axis=1) + none for frame, none in zip(own, more, strict=True)]
        low, best, high = (round(float(part.loc[span].sum()), 6) for part in parts)
        return low, best, high

    def amount(self, region: str) -> str:
        """The week's count as it must be printed."""
        return amount_text(*self.sums(region))

    def of(self, kind: str) -> dict[str, Any]:
        """The records of the regions and the total, by name: no parents."""
        return {
            self.names.get(r.region, r.region): r
            for r in self.findings.of(kind) if not getattr(r, "is_parent", False)
        }  # fmt: skip

    def told(self, kind: str, *verdicts: str) -> dict[str, Any]:
        """Those of single regions with one of some verdicts."""
        return {k: r for k, r in self.of(kind).items() if k != "total" and r.verdict in verdicts}

    def clause(self, record: Any) -> tuple[set[str], bool] | None:
        """What was left out in turn, and whether the statement holds without all of it."""
        date = record.date if record.kind == "change_point" else self.findings.week.first_day
        checks = [
            c for c in self.findings.of("robustness")
            if (c.region, c.statement, c.date) == (record.region, record.kind, date)
        ]  # fmt: skip
        failed = {c.without for c in checks if not c.holds}
        return (failed or {c.without for c in checks}, not failed) if checks else None


def count(value: float) -> str:
    """A count as it must be printed."""
    return f"{round(value):,d}" if abs(value - round(value)) < 1e-6 else f"{value:,.1f}"


def amount_text(low: float, best: float, high: float) -> str:
    """An amount as it must be printed."""
    if low == high:
        return count(low)
    if np.isinf(high):
        return f"at least {count(low)}" if low == best else f"{count(best)} (at least {count(low)})"
    return f"{count(best)} ({count(low)} to {count(high)})"


def number(text: str) -> float:
    """The first number of a text."""
    found = re.search(N, text)
    assert found, text
    return float(found[0].replace(",", ""))


def must(fine: Any, what: str) -> Iterator[str]:
    """A complaint unless it is fine."""
    if not fine:
        yield what


def near(text: str, value: float) -> bool:
    if text.startswith("<"):
        return value < 0.001
    digits = len(text.partition(".")[2])
    return abs(number(text) - value) <= 0.5001 * 10.0**-digits


HELD = {
    "largest_day": "largest day", "new_sources": "new source|sources that are new",
    "ended_sources": "ended|last seen",
    "largest_reporter": "largest source",
}  # fmt: skip


def held(week: Week, clauses: list[str], records: list[Any]) -> Iterator[str]:
    """A clause on what is left out agrees with the checks of each record it speaks of."""
    for record in records:
        known = week.clause(record)
        if known is None:
            yield from must(not clauses, "a clause nobody checked")
            continue
        parts, holds = known
        text = "; ".join(clauses)
        positive = bool(re.search(r"(?<!not )\bholds? also without", text))
        negative = bool(re.search(r"does not hold|none of these holds|carried only by", text))
        yield from must((positive, negative) == (holds, not holds), f"holds: {holds}")
        named = {part for part, words in HELD.items() if re.search(words, text)}
        yield from must(named == parts, f"left out are {sorted(parts)}")


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def date_text(day: dt.date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def first(span: str) -> dt.date:
    """First day of a printed span."""
    begin, _, end = span.partition("–")
    parts, last = begin.split(), (end or begin).split()
    parts += last[len(parts) :]
    return dt.date(int(parts[2]), MONTHS.index(parts[1]) + 1, int(parts[0]))
