"""One week against the mean of the weeks before it, for every region at once.

The count of the week and the sum of the weeks before are compared by `rates.rate_ratio`, with the dispersion
that `rates.estimate_dispersion` finds in a longer history; the p-value is the larger of the ratio's and of
`rates.predictive_tails`. A verdict needs more than an interval, because a report tests many regions and a
reader acts on the sentence: see `_verdict`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.errors import ConfigError
from analysis.estimates import Amount, Estimate
from analysis.findings import Comparison, Finding, Skipped, Verdict
from analysis.rates import adjust_p, estimate_dispersion, predictive_tails, rate_interval, rate_ratio
from analysis.weeks import Week

if TYPE_CHECKING:
    from analysis.panel import Panel

__all__ = ["fit"]

UNCHANGED = (0.67, 1.5)  # "broadly unchanged" where the whole interval lies in here
FEW = 3.0  # expected a week; with fewer, a count says little
WEEKS_OF_A_BLOCK = 4  # observed; an earlier block with fewer is left out of the dispersion
FADE = 0.5  # weight of a block in the dispersion, relative to the block after it
TESTED = 3.0  # reported in the week and before it together; with fewer, a region is not among the tests
COMPLETE = 0.95  # with fewer of the week's reports in, a low count may only be an early one
BUSY, BUSY_CHANGE = 50.0, 0.10  # from so many a week on, a change below ten per cent is not worth a verdict


def fit(
    panel: "Panel",
    /,
    *,
    week: Week,
    baseline_weeks: int = 8,
    dispersion_weeks: int = 24,
    min_weeks: int = 4,
    level: float = 0.95,
    q_level: float = 0.10,
) -> tuple[Finding, ...]:
    """Compare ``week`` with the mean of the ``baseline_weeks`` before it.

    panel : daily counts; every region is answered, in the panel's order.
    week : the week that is reported; a region without all seven days observed is skipped.
    baseline_weeks : how many weeks to look back; only those with seven observed days are used.
    dispersion_weeks : how many weeks to look back for the dispersion, at least ``baseline_weeks``; three
        times as many make it surer. Each block of ``baseline_weeks`` has its own mean, so that a slow change
        of level is no dispersion; earlier blocks with fewer than four observed weeks are left out. A block
        weighs half as much as the one after it, because dispersion drifts: where it has just risen, equal
        weights name more regions that did not change.
    min_weeks : with fewer usable ones the region is skipped.
    level : coverage of the intervals.
    q_level : a change is named only if its Benjamini-Hochberg q is at most this. A region with fewer than
        three reported in all these weeks is no test and gets q = 1: so few cannot name a change, and how many
        there are in all does not tell how they are split, so leaving it out favours no result.

    Returns one `Comparison` or `Skipped` per region. Measured on panels where nothing changed (30 and 90
    regions, dispersion 1 to 3, tests/calibration/comparison.py): any region is named in 1 to 10 % of weeks,
    and 94.9 to 96.5 % of the intervals hold the true ratio; where the excess of the dispersion over 1 doubled
    with the baseline, in 11 %, and 94.0 % do. Raises `ConfigError` for a setting that makes no sense.
    """
    _check(baseline_weeks, dispersion_weeks, min_weeks, q_level)
    history = _weeks(panel, week, max(dispersion_weeks, baseline_weeks))
    counts = history.iloc[-1 - baseline_weeks :]
    before = counts.iloc[:-1]
    used = before.notna().sum()
    missing = {code: _why(panel, week, code, counts, int(used[code]), min_weeks) for code in counts.columns}
    codes = [code for code, reason in missing.items() if reason is None]
    spread = _dispersion(history[codes].iloc[:-1], baseline_weeks)
    table = _statistics(counts[codes], spread, level)
    table["q"] = adjust_p(table["p_value"].where(table["events"] >= TESTED)).fillna(1.0)
    rows = (_Row(*row) for row in table[list(_Row.__dataclass_fields__)].to_numpy(dtype=float))
    complete = panel.completeness(week.first_day, week.last_day)
    found: dict[str, Finding] = {
        code: _comparison(panel, week, code, row, level, q_level, complete)
        for code, row in zip(codes, rows, strict=True)
    }
    return tuple(
        found.get(code) or Skipped(region=code, model="comparison", reason=str(reason))
        for code, reason in missing.items()
    )


def _check(baseline_weeks: int, dispersion_weeks: int, min_weeks: int, q_level: float) -> None:
    if not 2 <= min_weeks <= baseline_weeks:
        raise ConfigError(
            f"min_weeks lies between 2 and baseline_weeks ({baseline_weeks}), got {min_weeks}",
            table="models.comparison", key="min_weeks",
        )  # fmt: skip
    if dispersion_weeks < 0:
        raise ConfigError(
            f"dispersion_weeks is not negative, got {dispersion_weeks}",
            table="models.comparison", key="dispersion_weeks",
        )  # fmt: skip
    if not 0 < q_level < 1:
        raise ConfigError(f"q_level lies between 0 and 1, got {q_level}", table="models.comparison")


def _weeks(panel: "Panel", week: Week, before: int) -> pd.DataFrame:
    """So many weeks and, last, the week itself; NaN where a day is not observed or not covered."""
    index = pd.DatetimeIndex([week.shift(-back).first_day for back in range(before, -1, -1)])
    return panel.weekly(week.starts_on).reindex(index)


def _why(
    panel: "Panel", week: Week, code: str, counts: pd.DataFrame, used: int, min_weeks: int
) -> str | None:
    """The reason a region is not compared; None where it is."""
    if not panel.observed[code].to_numpy().any():
        return "no day is observed"
    if np.isnan(counts[code].iloc[-1]):
        return f"the week {week} is not fully observed"
    if used < min_weeks:
        weeks = {0: "no fully observed week", 1: "only 1 fully observed week"}
        return f"{weeks.get(used, f'only {used} fully observed weeks')} before it; {min_weeks} are needed"
    return None


def _dispersion(history: pd.DataFrame, baseline_weeks: int) -> pd.DataFrame:
    """Dispersion of the weeks before, around the mean of each block of ``baseline_weeks``."""
    block = np.arange(len(history) - 1, -1, -1) // baseline_weeks
    seen = (block[:, None] == block) @ history.notna().to_numpy(dtype=float)
    enough = (seen >= WEEKS_OF_A_BLOCK) | (block == 0)[:, None]
    return estimate_dispersion(history.where(enough), blocks=block, fade=FADE)


def _statistics(counts: pd.DataFrame, spread: pd.DataFrame, level: float) -> pd.DataFrame:
    """Baseline, ratio, dispersion and p of each region (rows)."""
    before, now = counts.iloc[:-1], counts.iloc[-1]
    used, past = before.notna().sum(), before.sum()
    phi = spread["dispersion"]
    ratio = rate_ratio(now, 1.0, past, used, dispersion=phi, dispersion_df=spread["df"], level=level)
    rate = rate_interval(past, used, dispersion=phi, level=level, method="adjusted")
    # The interval's own p is too small above where few are expected: the longer of two tails is claimed.
    ahead = predictive_tails(now, past, used, dispersion=phi, dispersion_df=spread["df"])
    ratio["p_value"] = np.maximum(ratio["p_value"], ahead["p_value"])
    return pd.concat([rate.add_prefix("base_"), ratio], axis=1).assign(used=used, phi=phi, events=past + now)


def _comparison(
    panel: "Panel",
    week: Week,
    code: str,
    row: "_Row",
    level: float,
    q_level: float,
    complete: float | None,
) -> Comparison:
    observed = panel.amount(code, week.first_day, week.last_day)
    ratio = None
    if row.base_rate > 0:
        ratio = Estimate(value=row.ratio, low=row.low, high=row.high, level=level, unit="ratio")
    baseline = Estimate(
        value=row.base_rate, low=row.base_low, high=row.base_high, level=level, unit="per week"
    )
    return Comparison(
        region=code, week=week.name, observed=observed, baseline_weeks=int(row.used), baseline=baseline,
        rate_ratio=ratio, p_value=float(row.p_value), q_value=float(row.q), dispersion=float(row.phi),
        verdict=_verdict(observed, row, q_level, early=complete is not None and complete < COMPLETE),
        tested=bool(row.events >= TESTED), completeness=complete,
    )  # fmt: skip


@dataclass(frozen=True)
class _Row:
    """What `_verdict` reads of a row of the table."""

    base_rate: float
    base_low: float
    base_high: float
    ratio: float
    low: float
    high: float
    p_value: float
    q: float
    phi: float
    used: float
    events: float


def _verdict(observed: Amount, row: "_Row", q_level: float, *, early: bool = False) -> Verdict:
    """The word for a change, and only where the data carry it.

    up, down : q at most ``q_level``, the interval leaves out 1 and, where the baseline is busy, the change is
        at least ten per cent.
    too_few : no such change, and fewer than three expected a week.
    unchanged : the whole interval lies within 0.67 to 1.5.
    unclear : anything else.

    No word may depend on where the week's figure lies between its bounds: after "at least 12" more may have
    been reported than was counted, so only "up" can be said. So it is with a week that is reported early.
    """
    high = np.inf if early or observed.high is None else observed.high
    large = row.base_rate < BUSY or abs(row.ratio - 1) >= BUSY_CHANGE
    if row.q <= q_level and large:
        if row.low > 1 and observed.low > row.base_rate:
            return "up"
        if row.high < 1 and high < row.base_rate:
            return "down"
    if row.base_rate < FEW:
        return "too_few"
    inside = UNCHANGED[0] <= row.low and row.high <= UNCHANGED[1]
    bounded = UNCHANGED[0] * row.base_rate <= observed.low and high <= UNCHANGED[1] * row.base_rate
    return "unchanged" if inside and bounded else "unclear"
