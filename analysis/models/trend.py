"""The direction of the last weeks: a log-linear regression of the daily counts, for every region at once.

Daily counts are explained by the day of the week and by growth that is the same every day. The error of the
growth comes from how far whole weeks stray from the fit, because days close to each other are alike: in
simulations without any trend (tests/calibration/trend.py) it names one in 1 to 7 % of series, and in up to
10 % under strong day-to-day correlation, where Newey-West errors over 12 weeks do so in 10 to 23 %. Beside it
stand Sen's slope and the Mann-Kendall test of the weekly sums (`rank_trend`), which one week cannot turn.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.completeness import share_reported
from analysis.counts_glm import CountsFit, design, fit_counts
from analysis.errors import ConfigError
from analysis.estimates import Estimate
from analysis.findings import Finding, Skipped, Trend
from analysis.rank_trend import mann_kendall, sen_slope
from analysis.rates import adjust_p
from analysis.rates.inputs import checked_level
from analysis.weeks import Week

if TYPE_CHECKING:
    from analysis.panel import Panel

__all__ = ["fit"]

Floats = npt.NDArray[np.float64]

FEW = 3.0  # reported a week; with fewer, no trend is fitted
EVENTS_FOR_DOUBLING = 30
KNOWN = 0.95  # days of which a smaller share of the reports can be in are left out
_WIDEST = 1e4  # a growth limit beyond this, per week, says that the data do not determine it


def fit(
    panel: "Panel", /, *, week: Week, weeks: int = 12, min_weeks: int = 8, level: float = 0.95
) -> tuple[Finding, ...]:
    """Growth per week over the ``weeks`` that end with ``week``.

    panel : daily counts; every region is answered, in the panel's order. Days whose reports are still coming
        in (`Panel.settled`) are left out of the fit; what can still be missing of the others, under 5 per
        cent of a day, is allowed for.
    week : the week that is reported; a region without all seven days observed is skipped.
    weeks : length of the window; shorter where the panel begins later.
    min_weeks : with fewer fully observed weeks in the window a region is skipped.
    level : coverage of the intervals.

    Returns one `Trend` or `Skipped` per region: skipped with fewer than three reported a week. Doubling (or
    halving) time is given only where the interval of growth leaves out zero and at least 30 events were
    reported. The dispersion is that of whole weeks or of days around the fit, whichever is larger, and never
    below 1; quantiles are Student's with two fewer degrees of freedom than weeks. Raises `ConfigError` for a
    setting that makes no sense.
    """
    if not 4 <= min_weeks <= weeks:
        raise ConfigError(
            f"min_weeks lies between 4 and weeks ({weeks}), got {min_weeks}",
            table="models.trend", key="min_weeks",
        )  # fmt: skip
    checked_level(level)
    last = _full_weeks(_window(panel, week, weeks)[1]).iloc[-1]
    counts, observed = _window(panel.settled(KNOWN), week, weeks)
    full = _full_weeks(observed)
    why = {
        code: _why(week, counts[code], observed[code], full[code], bool(last[code]), min_weeks)
        for code in counts.columns
    }
    codes = [code for code, reason in why.items() if reason is None]
    share = share_reported(panel, pd.DatetimeIndex(counts.index))
    exposure = np.ones(len(counts)) if share is None else np.where(share < KNOWN, 1.0, share)
    found = _fitted(counts[codes], observed[codes], full[codes], exposure, level)
    return tuple(
        found.get(code) or Skipped(region=code, model="trend", reason=str(reason))
        for code, reason in why.items()
    )


def _window(panel: "Panel", week: Week, weeks: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts and observed, whole weeks ending with ``week``; days outside the panel are not observed."""
    days = pd.date_range(week.shift(1 - weeks).first_day, week.last_day, freq="D", name="day")
    observed = panel.observed.reindex(days, fill_value=False).astype(bool)
    return panel.counts.reindex(days, fill_value=0.0).where(observed, 0.0), observed


def _full_weeks(observed: pd.DataFrame) -> pd.DataFrame:
    """Weeks x regions: all seven days observed."""
    days = observed.to_numpy(dtype=float).reshape(-1, 7, observed.shape[1]).sum(axis=1)
    return pd.DataFrame(days == 7, columns=observed.columns)


def _why(
    week: Week,
    counts: "pd.Series[float]",
    observed: "pd.Series[bool]",
    full: "pd.Series[bool]",
    last: bool,
    min_weeks: int,
) -> str | None:
    """The reason a region has no trend; None where one is fitted."""
    if not observed.any():
        return "no day of these weeks is observed"
    if not last:
        return f"the week {week} is not fully observed"
    if full.sum() < min_weeks:
        weeks = "week is" if full.sum() == 1 else "weeks are"
        return f"only {int(full.sum())} {weeks} fully observed; a trend needs {min_weeks}"
    if counts.sum() * 7 / observed.sum() < FEW:
        return f"fewer than {FEW:.0f} reported a week: no trend is fitted"
    return None


def _fitted(
    counts: pd.DataFrame, observed: pd.DataFrame, full: pd.DataFrame, exposure: Floats, level: float
) -> dict[str, Finding]:
    from scipy.special import stdtr, stdtrit

    if counts.empty:
        return {}
    model = fit_counts(
        counts, design(pd.DatetimeIndex(counts.index)), observed=observed,
        offset=None if (exposure == 1).all() else np.log(exposure),
    )  # fmt: skip
    dispersion = _dispersion(model, full)
    slope = model.coefficients["trend"]
    error = model.standard_errors("poisson")["trend"] * np.sqrt(dispersion)
    df = full.sum() - 2
    width = error * stdtrit(df, (1 + level) / 2)
    table = pd.DataFrame(
        {
            "slope": 7 * slope,
            "low": 7 * (slope - width),
            "high": 7 * (slope + width),
            "p": 2 * stdtr(df, -(slope / error).abs()),
            "dispersion": dispersion,
            "events": counts.sum(),
        }
    )
    table = table.join(_by_ranks(counts, full, exposure, level))
    table = table[model.converged & (table["high"] < np.log(_WIDEST)) & (table["low"] > -np.log(_WIDEST))]
    table["q"] = adjust_p(table["p"])
    found: dict[str, Finding] = {
        code: Skipped(region=code, model="trend", reason="the counts of these weeks determine no trend")
        for code in counts.columns.difference(table.index)
    }
    for code, *row in table[list(_Row.__dataclass_fields__)].itertuples():
        found[code] = _trend(code, _Row(*row), observed[code], level)
    return found


def _by_ranks(counts: pd.DataFrame, full: pd.DataFrame, exposure: Floats, level: float) -> pd.DataFrame:
    """Sen's slope with its interval and the Mann-Kendall p of the sums of full weeks."""
    share = exposure.reshape(-1, 7).mean(axis=1)[:, None]
    sums = counts.to_numpy().reshape(-1, 7, counts.shape[1]).sum(axis=1)
    weekly = pd.DataFrame(sums / np.where(share > 0, share, 1.0), columns=counts.columns).where(full)
    slope = sen_slope(weekly, level=level).set_axis(["sen", "sen_low", "sen_high"], axis=1)
    return slope.assign(kendall=mann_kendall(weekly)["p_value"])


def _dispersion(model: CountsFit, full: pd.DataFrame) -> "pd.Series[float]":
    """Variance over mean of whole weeks around the fit, or of days where that is larger; at least 1."""
    shape = (len(full), 7, full.shape[1])
    seen, mean = (part.to_numpy().reshape(shape).sum(axis=1) for part in (model.counts, model.fitted))
    use = full.to_numpy() & (mean > 0)
    squares = np.where(use, (seen - mean) ** 2 / np.where(use, mean, 1.0), 0.0).sum(axis=0)
    weekly = squares / (full.to_numpy().sum(axis=0) - 2)
    return model.dispersion.clip(lower=1.0).clip(lower=pd.Series(weekly, index=full.columns))


@dataclass(frozen=True)
class _Row:
    """One region's growth on the log scale, per week, with what goes with it; NaN where ranks say nothing."""

    slope: float
    low: float
    high: float
    p: float
    q: float
    dispersion: float
    events: float
    sen: float
    sen_low: float
    sen_high: float
    kendall: float


def _trend(code: str, row: _Row, observed: "pd.Series[bool]", level: float) -> Trend:
    growth = Estimate(
        value=float(np.expm1(row.slope)), low=float(np.expm1(row.low)), high=float(np.expm1(row.high)),
        level=level, unit="per week",
    )  # fmt: skip
    days = pd.DatetimeIndex(observed.index[observed])
    sen = None
    if not np.isnan([row.sen, row.sen_low, row.sen_high]).any():
        sen = Estimate(value=row.sen, low=row.sen_low, high=row.sen_high, level=level, unit="per week")
    return Trend(
        region=code, window=(days[0].date(), days[-1].date()), growth=growth, doubling=_doubling(row, level),
        p_value=float(row.p), q_value=float(row.q), dispersion=float(row.dispersion), sen_slope=sen,
        mann_kendall_p=None if np.isnan(row.kendall) else float(row.kendall),
    )  # fmt: skip


def _doubling(row: _Row, level: float) -> Estimate | None:
    """Weeks to double, or to halve under negative growth; None where the data carry neither."""
    if row.low <= 0 <= row.high or row.events < EVENTS_FOR_DOUBLING:
        return None
    times = sorted(float(np.log(2) / abs(rate)) for rate in (row.low, row.slope, row.high))
    return Estimate(value=times[1], low=times[0], high=times[2], level=level, unit="weeks")
