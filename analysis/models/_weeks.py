"""What the comparisons of one week share: the statistics of a ratio, and the word for it.

The count of the week and the sum of the weeks before are compared by `rates.rate_ratio`, with the dispersion
that `rates.estimate_dispersion` finds in a longer history; the p-value is the larger of the ratio's and of
`rates.predictive_tails`. A verdict needs more than an interval, because a report tests many regions and a
reader acts on the sentence: see `verdict`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.errors import ConfigError
from analysis.estimates import Amount, Estimate
from analysis.findings import Comparison, Finding, LastYear, Skipped, Verdict
from analysis.groups import group_panel
from analysis.rates import adjust_p, predictive_tails, rate_interval, rate_ratio
from analysis.weeks import Week

if TYPE_CHECKING:
    from analysis.panel import Panel

__all__ = [
    "COMPLETE",
    "TESTED",
    "Answer",
    "Compared",
    "checked",
    "fields_of",
    "ratios",
    "rows_of",
    "verdict",
    "weeks_at",
    "with_parents",
]

Answer = Comparison | LastYear | Skipped

UNCHANGED = (0.67, 1.5)  # "broadly unchanged" where the whole interval lies in here
FEW = 3.0  # expected a week; with fewer, a count says little
TESTED = 3.0  # reported in the week and before it together; with fewer, a region is not among the tests
COMPLETE = 0.95  # with fewer of the week's reports in, a low count may only be an early one
BUSY, BUSY_CHANGE = 50.0, 0.10  # from so many a week on, a change below ten per cent is not worth a verdict


@dataclass(frozen=True)
class Compared:
    """One region's week against its baseline: a row of `ratios`."""

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


def checked(model: str, **numbers: tuple[float, float, float]) -> None:
    """Raises `ConfigError` unless every ``key=(value, least, most)`` lies in its bounds."""
    for key, (value, least, most) in numbers.items():
        if not least <= value <= most:
            bounds = f"lies between {least:g} and {most:g}" if np.isfinite(most) else f"is at least {least:g}"
            raise ConfigError(f"{key} {bounds}, got {value}", table=f"models.{model}", key=key)


def weeks_at(panel: "Panel", week: Week, back: Sequence[int]) -> pd.DataFrame:
    """The weeks so many before ``week``, in the order given; NaN where a day is not observed or covered."""
    index = pd.DatetimeIndex([week.shift(-number).first_day for number in back])
    return panel.weekly(week.starts_on).reindex(index)


def ratios(before: pd.DataFrame, now: "pd.Series[float]", spread: pd.DataFrame, level: float) -> pd.DataFrame:
    """One row per region with the fields of `Compared`.

    before : weeks of the baseline x regions, NaN where not observed. now : the week itself.
    spread : dispersion and df of each region.
    """
    if now.empty:
        return pd.DataFrame(columns=list(Compared.__dataclass_fields__), dtype=float)
    used, past = before.notna().sum(), before.sum()
    phi, df = spread["dispersion"], spread["df"]
    ratio = rate_ratio(now, 1.0, past, used, dispersion=phi, dispersion_df=df, level=level)
    rate = rate_interval(past, used, dispersion=phi, level=level, method="adjusted")
    # The interval's own p is too small above where few are expected: the longer of two tails is claimed.
    ahead = predictive_tails(now, past, used, dispersion=phi, dispersion_df=df)
    ratio["p_value"] = np.maximum(ratio["p_value"], ahead["p_value"])
    table = pd.concat([rate.add_prefix("base_"), ratio], axis=1).assign(used=used, phi=phi, events=past + now)
    return table.assign(q=adjust_p(table["p_value"].where(table["events"] >= TESTED)).fillna(1.0))


def rows_of(table: pd.DataFrame) -> dict[str, Compared]:
    """The rows of `ratios` by region."""
    values = table[list(Compared.__dataclass_fields__)].to_numpy(dtype=float)
    return {str(code): Compared(*row) for code, row in zip(table.index, values, strict=True)}


def fields_of(
    panel: "Panel", week: Week, code: str, row: Compared, complete: float | None, level: float, q_level: float
) -> dict[str, Any]:
    """The fields that the records of a compared week share."""
    observed = panel.amount(code, week.first_day, week.last_day)
    ratio = None
    if row.base_rate > 0:
        ratio = Estimate(value=row.ratio, low=row.low, high=row.high, level=level, unit="ratio")
    baseline = Estimate(
        value=row.base_rate, low=row.base_low, high=row.base_high, level=level, unit="per week"
    )
    early = complete is not None and complete < COMPLETE
    return {
        "region": code, "week": week.name, "observed": observed, "baseline_weeks": int(row.used),
        "baseline": baseline, "rate_ratio": ratio, "p_value": float(row.p_value), "q_value": float(row.q),
        "dispersion": float(row.phi), "verdict": verdict(observed, row, q_level, early=early),
        "tested": bool(row.events >= TESTED), "completeness": complete,
    }  # fmt: skip


def verdict(observed: Amount, row: Compared, q_level: float, *, early: bool = False) -> Verdict:
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


def with_parents(
    panel: "Panel", fit: Callable[["Panel"], tuple[Answer, ...]], parents: bool
) -> tuple[Finding, ...]:
    """What ``fit`` says of the regions, then of their parents: a family of tests of its own."""
    groups = group_panel(panel) if parents else None
    if groups is None:
        return fit(panel)
    more = tuple(replace(item, is_parent=True) for item in fit(groups))
    return (*fit(panel), *more)
