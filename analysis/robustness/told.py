"""Which shifts of level are told: the clear ones that rest on more than a day and that few regions share."""

from typing import TYPE_CHECKING

from ..models.change_point import CLEAR_Q
from ..records import ChangePoint, Robustness
from .common import on_day

if TYPE_CHECKING:
    from ..findings import Findings

__all__ = ["is_common", "resting_on_one_day", "told_changes"]


def told_changes(findings: "Findings") -> tuple[ChangePoint, ...]:
    """Shifts with a q of at most `CLEAR_Q`, the total's included, in the order of the findings.

    Not those that most regions share on one date (`common_changes`), nor those that rest on one day.
    """
    one_day = set(map(_key, resting_on_one_day(findings)))
    return tuple(
        change for change in findings.of("change_point")
        if change.q_value <= CLEAR_Q and _key(change) not in one_day and not is_common(findings, change)
    )  # fmt: skip


def resting_on_one_day(findings: "Findings") -> tuple[ChangePoint, ...]:
    """Clear shifts that are no longer found without their largest day."""
    checks = (c for c in findings.of("robustness") if _on_one_day(c))
    keys = {(check.region, check.date) for check in checks}
    return tuple(c for c in findings.of("change_point") if c.q_value <= CLEAR_Q and _key(c) in keys)


def is_common(findings: "Findings", change: ChangePoint) -> bool:
    """Whether a shift is one of those that most regions share."""
    return any(
        change.region in common.regions and on_day(change, common.date)
        for common in findings.of("common_change")
    )  # fmt: skip


def _on_one_day(check: Robustness) -> bool:
    return check.statement == "change_point" and check.without == "largest_day" and not check.holds


def _key(change: ChangePoint) -> tuple[str, object]:
    return change.region, change.date
