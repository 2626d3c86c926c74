"""When the daily level of a region changed, and by how much.

Every region is segmented by `analysis.segmentation.segment`: exact quasi-Poisson partitions, weekday pattern
taken out, noise that knows overdispersion and autocorrelation, a penalty stated as false changes per year.
"""

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..estimates import Estimate
from ..findings import ChangePoint, Finding, Skipped
from ..rates import adjust_p
from ..segmentation import Change, Segmentation, segment
from ..weeks import Week

if TYPE_CHECKING:
    from ..panel import Panel

__all__ = ["CLEAR_Q", "fit", "levels"]

CLEAR_Q = 0.10  # a shift with a larger q is what chance turns up among so many regions
FEWEST_DAYS = 56
STRETCH = 56  # days in which a region must once have had enough events
FEWEST_IN_STRETCH = 24.0  # three a week


def fit(
    panel: "Panel",
    /,
    *,
    week: Week,
    min_days: int = 7,
    false_changes_per_year: float = 0.05,
    level: float = 0.95,
) -> tuple[Finding, ...]:
    """Every lasting change of the daily level, per region, up to the end of ``week``.

    panel : daily counts; days not observed are left out, not read as zero, and so are the last days while
        their reports are still coming in (`Panel.settled`).
    week : days after its last one are not looked at.
    min_days : fewest observed days a level must have lasted; a change in the last days is seen only then.
    false_changes_per_year : changes expected in a year of a region whose level never changed.
    level : coverage of the intervals of dates, levels and ratios.

    Returns `ChangePoint` records, in the order of regions and dates, and a `Skipped` for each region with
    fewer than 56 observed days or without 24 events in any 56 days. A region that is neither named in a
    `ChangePoint` nor skipped was looked at and has no change: that is its answer, and it says that nothing
    large enough to be seen happened, not that nothing did. q is Benjamini-Hochberg over all changes found,
    with each region without one counted as one more test.

    Raises `InputError` for a setting that makes no sense.
    """
    skipped = _too_little(panel.until(week.last_day).settled())
    found = levels(
        panel, week=week, min_days=min_days, false_changes_per_year=false_changes_per_year, level=level
    )
    asked = [code for code in found.regions if code not in skipped]
    changes = [change for code in asked for change in found.changes[code]]
    without = sum(not found.changes[code] for code in asked)
    q_values = adjust_p(np.array([change.p_value for change in changes] + [1.0] * without))
    records = [_record(change, float(q)) for change, q in zip(changes, q_values, strict=False)]
    findings: list[Finding] = []
    for code in panel.counts.columns:
        if code in skipped:
            findings.append(Skipped(region=code, model="change_point", reason=skipped[code]))
        findings += [record for record in records if record.region == code]
    return tuple(findings)


def levels(
    panel: "Panel",
    /,
    *,
    week: Week,
    min_days: int = 7,
    false_changes_per_year: float = 0.05,
    level: float = 0.95,
) -> Segmentation:
    """The `Segmentation` behind `fit`, for figures: ``.fitted`` holds the level of every day.

    Holds the regions that `fit` does not skip. Arguments as in `fit`.
    """
    known = panel.until(week.last_day).settled()
    skipped = _too_little(known)
    kept = [code for code in known.counts.columns if code not in skipped]
    return segment(
        known.counts.where(known.observed)[kept], family="counts", min_days=min_days,
        false_changes_per_year=false_changes_per_year, level=level,
    )  # fmt: skip


def _too_little(panel: "Panel") -> dict[str, str]:
    """Regions that are not looked at -> why."""
    observed = panel.observed.sum()
    busiest = panel.counts.where(panel.observed, 0.0).rolling(STRETCH, min_periods=1).sum().max()
    reasons: dict[str, str] = {}
    for code in panel.counts.columns:
        if observed[code] < FEWEST_DAYS:
            reasons[code] = f"only {int(observed[code])} days are observed; {FEWEST_DAYS} are needed"
        elif busiest[code] < FEWEST_IN_STRETCH - 1e-6:
            reasons[code] = (
                f"never {FEWEST_IN_STRETCH:.0f} events in {STRETCH} days (3 a week): too few to see a change"
            )
    return reasons


def _record(change: Change, q_value: float) -> ChangePoint:
    return ChangePoint(
        region=change.region, date=_day(change.date), earliest=_day(change.earliest),
        latest=_day(change.latest), before=_per_day(change.before), after=_per_day(change.after),
        rate_ratio=change.rate_ratio, p_value=change.p_value, q_value=q_value,
    )  # fmt: skip


def _day(label: object) -> dt.date:
    return pd.Timestamp(label).date()  # type: ignore[arg-type]


def _per_day(estimate: Estimate) -> Estimate:
    return replace(estimate, unit="per day")
