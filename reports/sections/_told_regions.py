"""Regions with something to tell: an unusual week, a week above or below the weeks before, a recent shift."""

from analysis.findings import TOTAL, Signal

from ..content import Link
from ..shared_facts import WeekFacts
from ..shift_words import RECENT
from ..signal_facts import named
from ..templating import slug

__all__ = ["MOST", "linked", "page_anchor", "signal_told", "told_regions"]

MOST = 8  # pages


def told_regions(facts: WeekFacts) -> list[str]:
    """Those regions, with the most kinds of statements first, then with the most reported."""
    findings = facts.context.findings
    kinds = (
        {s.region for s in named(list(findings.regions("signal")))},
        {c.region for c in findings.regions("comparison") if c.verdict in ("up", "down")},
        {c.region for c in facts.changes_since(facts.context.week.last_day - RECENT)},
    )
    rank = {code: place for place, code in enumerate(facts.ranked())}
    codes = set().union(*kinds) & set(facts.context.panel.counts.columns)
    return sorted(codes, key=lambda code: (-sum(code in kind for kind in kinds), rank.get(code, 9**9), code))


def signal_told(facts: WeekFacts, region: str) -> Signal | None:
    """The unusual week of a region."""
    found = named(list(facts.context.findings.regions("signal")))
    return next((signal for signal in found if signal.region == region), None)


def page_anchor(region: str) -> str:
    """Where the region's page is."""
    return slug(f"page-{region}")


def linked(facts: WeekFacts, region: str) -> str | Link:
    """The region's name, a link where the report has a page of it."""
    name = facts.name(region)
    paged = facts.context.options.get("region_pages") and region != TOTAL
    return Link(name, f"#{page_anchor(region)}") if paged and region in told_regions(facts)[:MOST] else name
