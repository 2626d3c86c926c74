"""The same model again on what is left: does the statement still stand?"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..models.change_point import CLEAR_Q
from ..records import TOTAL, ChangePoint, Finding, Robustness
from .altered import Altered, altered
from .book import book_of
from .claims import claims_of

if TYPE_CHECKING:
    from ..findings import Findings
    from ..panel import Panel

__all__ = ["checked"]

Run = Callable[[str, "Panel"], tuple[Finding, ...]]
NEAR_DAYS = 7
MOST_BESIDE = 1_000  # regions that run along unaltered


def checked(findings: "Findings", run: Run, *, weeks: int = 26) -> tuple[Robustness, ...]:
    """Whether the statements of a week survive leaving a part out.

    findings : with the panel they speak of. run : model name and panel -> what that model says of it, with
        the week and the settings of the findings.
    weeks : shifts of level dated within so many weeks are checked.

    Checked are comparisons "up" or "down", weeks "unusual" or "low", and shifts with a clear q, of regions
    and of the total. Left out, one at a time: the largest day; the sources that are new (of a fall: that
    ended); the source with most. All altered regions run in one call of a model, for statements about the
    week beside the regions as they are (a thousand of them where there are more), so that shrinkage is that
    of the week. Whether a p is still clear is judged by the limit that the q-values of the week set.
    A source is never said to be new in a table that begins less than four weeks before.
    """
    panel = findings.panel
    claims = claims_of(findings, weeks)
    if panel is None or not claims:
        return ()
    total = panel.total()
    book = book_of(panel, {claim.region for claim in claims})
    parts = [part for claim in claims for part in altered(panel, total, claim, book)]
    of_weeks = [part for part in parts if part.claim.statement != "change_point"]
    changes = [part for part in parts if part.claim.statement == "change_point"]
    holds = {
        **_weeks(of_weeks, findings, panel, total, run),
        **_changes(changes, findings, panel, total, run),
    }
    return tuple(_record(part, holds[id(part)]) for part in parts)


def _record(part: Altered, holds: bool) -> Robustness:
    return Robustness(
        region=part.claim.region, statement=part.claim.statement, date=part.claim.date, without=part.without,
        names=part.names, removed=round(part.removed, 9), holds=holds, since=part.since,
    )  # fmt: skip


def _weeks(
    parts: Sequence[Altered], findings: "Findings", panel: "Panel", total: "Panel", run: Run
) -> dict[int, bool]:
    """Statements about the week: the same verdict, and a p that would have been clear beside the others."""
    found: dict[int, bool] = {}
    for statement in dict.fromkeys(part.claim.statement for part in parts):
        some = [part for part in parts if part.claim.statement == statement]
        group = [part for part in some if part.claim.region != TOTAL]
        if group:
            left, names = _beside(panel, group, _kept(panel, group))
            limit = _limit(findings, statement, total=False)
            said = {r.region: r for r in run(statement, left) if r.kind == statement}
            found.update(
                (id(part), _stands(part, said.get(name), limit))
                for name, part in zip(names, group, strict=True)
            )
        for part in some:
            if part.claim.region == TOTAL:  # a test of its own: one run each
                left, _ = _beside(total, [part], [])
                found[id(part)] = any(
                    _stands(part, r, 1.0) for r in run(statement, left) if r.kind == statement
                )
    return found


def _stands(part: Altered, again: Any, limit: float) -> bool:
    return again is not None and again.verdict == part.claim.record.verdict and again.p_value <= limit


def _kept(panel: "Panel", parts: Sequence[Altered]) -> list[str]:
    """Regions that run along as they are, so that shrinkage is that of the week: all, or a thousand."""
    codes = [str(code) for code in panel.counts.columns]
    if len(codes) <= MOST_BESIDE:
        return codes
    some = {codes[i] for i in np.linspace(0, len(codes) - 1, MOST_BESIDE).astype(int)}
    some |= {part.claim.region for part in parts}
    return [code for code in codes if code in some]


def _beside(panel: "Panel", parts: Sequence[Altered], kept: list[str]) -> tuple["Panel", list[str]]:
    """A panel of regions as they are and, as columns of their own, every altered one; and their names."""
    regions = [part.claim.region for part in parts]
    names = [f"{part.claim.region} without {i}" for i, part in enumerate(parts)]
    counts = np.column_stack([part.counts for part in parts])
    before = panel.counts[regions].to_numpy(dtype=float)
    rest = np.divide(counts, before, out=np.ones_like(counts), where=before > 0)
    low = np.minimum(panel.low[regions].to_numpy(dtype=float) * rest, counts)
    high = panel.high[regions].to_numpy(dtype=float)
    high = np.maximum(np.where(rest > 0, high, 0.0) * np.where(rest > 0, rest, 1.0), counts)
    seen = panel.observed[regions].to_numpy(dtype=bool)
    columns = pd.Index([*kept, *names], name=panel.counts.columns.name)

    def joined(frame: pd.DataFrame, values: npt.NDArray[Any]) -> pd.DataFrame:
        both = np.column_stack([frame[kept].to_numpy(), values]) if kept else values
        return pd.DataFrame(both, index=frame.index, columns=columns)

    table = pd.concat([panel.regions.loc[kept, ["name", "parent"]],
                       pd.DataFrame({"name": names, "parent": ""}, index=pd.Index(names))])  # fmt: skip
    left = replace(
        panel, counts=joined(panel.counts, np.where(seen, counts, 0.0)),
        low=joined(panel.low, np.where(seen, low, 0.0)), high=joined(panel.high, np.where(seen, high, 0.0)),
        observed=joined(panel.observed, seen), regions=table.set_axis(columns), sources=None,
    )  # fmt: skip
    return left, names


def _changes(
    parts: Sequence[Altered], findings: "Findings", panel: "Panel", total: "Panel", run: Run
) -> dict[int, bool]:
    """Shifts of level: found again in the same direction about the same days, and as clear as is asked."""
    found: dict[int, bool] = {}
    for is_total, source in ((False, panel), (True, total)):
        group = [part for part in parts if (part.claim.region == TOTAL) == is_total]
        if not group:
            continue
        left, names = _beside(source, group, [])
        limit = _limit(findings, "change_point", total=is_total)
        said: dict[str, list[ChangePoint]] = {name: [] for name in names}
        for record in run("change_point", left):
            if isinstance(record, ChangePoint) and record.p_value <= limit:
                said[record.region].append(record)
        found.update(
            (id(part), any(_same(part.claim.record, change) for change in said[name]))
            for name, part in zip(names, group, strict=True)
        )
    return found


def _same(one: ChangePoint, other: ChangePoint) -> bool:
    rises = [c.after.value > c.before.value for c in (one, other)]
    meet = other.earliest <= one.latest and one.earliest <= other.latest
    return rises[0] == rises[1] and (meet or abs((one.date - other.date).days) <= NEAR_DAYS)


def _limit(findings: "Findings", statement: str, *, total: bool) -> float:
    """The largest p that is clear beside the others of the week (Benjamini and Hochberg 1995).

    Where ``k`` of ``m`` tests are clear at level q this is k q / m, read off the last of them.
    """
    level = CLEAR_Q
    if statement != "change_point":
        level = float(findings.models[statement].get("q_level", 1.0))
    records = [r for r in findings.of(statement) if (r.region == TOTAL) == total]
    clear = [r for r in records if r.q_value <= level]
    if not clear:
        return level
    last = max(clear, key=lambda r: (r.p_value, r.q_value))
    if last.q_value <= 0:
        return level * len(clear) / len(records)
    return float(min(last.p_value * level / last.q_value, 1.0))
