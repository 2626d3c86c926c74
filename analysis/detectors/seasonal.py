"""The seasonal detector: a count against what years of weeks lead to expect, sparse series included."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import ConfigError, InputError, NotEnoughDataError
from ._frames import MISSING, Counts, Floats, Words, answer, between, counts_of, whole
from ._references import Ints
from ._season import Season, season

if TYPE_CHECKING:
    from ..rates.predictive import Predictive

__all__ = ["season_of_last", "seasonal", "seasonal_expectation"]

_BLOCK = 256  # problems fitted together
_STEPS = 13  # values of the dispersion in a prediction
_SHORT = "too little history"


def seasonal(
    counts: Any,
    *,
    years: int = 5,
    min_years: int = 3,
    skip: int = 8,
    alpha: float = 0.01,
    period: float | None = None,
    last: int | None = None,
) -> pd.DataFrame:
    """Weekly counts against season and slow change of level, with the uncertainty of both.

    counts : Series, or DataFrame with a column per region, one row per week (or month); NaN where nothing was
        observed.
    years : references are this many earlier years. min_years : with fewer observed weeks than so many years
        have, no answer. skip : positions just before the judged one that are no reference, so that a rise
        under way does not become what is expected.
    alpha : one-sided share of alarms.
    period : positions in a year; None takes it from an index of dates (52.18 for weeks), and means 52
        otherwise.
    last : judge only so many last positions.

    Returns expected, upper, score ((count - expected) / (upper - expected), NaN where upper is not above
    expected), alarm (count above ``upper``) and note (why there is no answer); for a DataFrame with columns
    (quantity, region), so that ``result["alarm"]`` is positions x regions.

    ``upper`` is the largest count whose mid-p value is above ``alpha`` under a negative binomial averaged
    over what is not known of mean and dispersion: as counts are whole numbers, its share of alarms lies
    around ``alpha`` rather than always below. There is no least number of events.

    Measured in the 42 scenarios of Noufaily et al. (2013) at an alpha of 0.01, with outbreaks among the
    references (tests/calibration/noufaily.py, 40 replicates): alarms in 0.9 % of weeks without an outbreak,
    at most 1.3 % in a scenario, and 50 % of outbreaks found; `farrington` as R has it: 0.9 %, 2.0 % and 50 %.
    Where 0.14 events are expected a week, 35 % of outbreaks against 22 %; where the dispersion is 5 at two to
    six events a week, 32 % against 43 %, at three fifths of the false alarms. Without outbreaks among the
    references: alarms in 1.1 % of weeks, at most 1.9 %.

    Raises `NotEnoughDataError` where no position has the history, `InputError`, `ConfigError`.
    Source: the regression of Noufaily, Enki, Farrington, Garthwaite, Andrews and Charlett (2013), with priors
    in place of its choices.
    """
    between("alpha", alpha, 0, 1)
    given = counts_of(counts)
    rows = np.arange(len(given.index))
    if last is not None:
        rows = rows[-whole("last", last, 1) :]
    found, note = _expected(given, rows, years, min_years, skip, _period(given.index, period))
    known = np.flatnonzero(np.isin(note[rows].ravel(), ("", MISSING)))
    limit = np.full(found.mean.size, np.nan)
    limit[known] = _largest_usual(_ahead(found, known), alpha)
    upper, expected = np.full(given.values.shape, np.nan), np.full(given.values.shape, np.nan)
    upper[rows], expected[rows] = limit.reshape(len(rows), -1), found.mean.reshape(len(rows), -1)
    with np.errstate(invalid="ignore", divide="ignore"):
        score = np.where(upper > expected, (given.values - expected) / (upper - expected), np.nan)
    return answer(given, expected=expected, upper=upper, score=score, alarm=given.values > upper, note=note)


def seasonal_expectation(
    counts: Any,
    *,
    years: int = 5,
    min_years: int = 3,
    skip: int = 8,
    level: float = 0.95,
    alpha: float = 0.01,
    period: float | None = None,
) -> pd.DataFrame:
    """What the weeks before lead to expect of the last one, for every region at once.

    counts : as in `seasonal`; the last row is judged. years, min_years, skip, period : as there.
    level : share of new counts between ``low`` and ``high``. alpha : of ``threshold``.

    Returns a row per region, in their order:

    expected : mean of the last week. low, high : the interval a new count falls in.
    threshold : the smallest whole count with ``p_greater`` at most ``alpha``.
    p_greater, p_less : chance of at least, of at most, so many as were counted; NaN where nothing was.
    worth : how many weeks as the last one the mean is worth, as `rates.predictive_tails` wants them.
    dispersion, df : variance over mean, and the degrees of freedom behind it.
    weeks, events : of the references. note : why there is no answer; NaN and 0 then stand in the row.

    5,000 regions with five years take 6 s of one processor.

    Does not raise where a region, or all, are too short: the note says so. Raises `InputError`,
    `ConfigError`.
    """
    between("level", level, 0, 1)
    between("alpha", alpha, 0, 1)
    given = counts_of(counts)
    y = given.values[-1]
    rows = np.array([len(given.index) - 1])
    try:
        found, notes = _expected(given, rows, years, min_years, skip, _period(given.index, period))
    except NotEnoughDataError:
        found, notes = (
            Season.empty(len(y), skip),
            np.full(given.values.shape, _SHORT, dtype=object),
        )
    table = pd.DataFrame(
        {name: getattr(found, name) for name in ("mean", "dispersion", "df", "weeks", "events")},
        index=given.table.columns,
    ).rename(columns={"mean": "expected"})
    table[["weeks", "events"]] = table[["weeks", "events"]].fillna(0.0)
    table["note"] = notes[-1].astype(str)
    known = np.flatnonzero(np.isin(notes[-1], ("", MISSING)))
    told = _told(found, known, y[known], level, alpha)
    for name, values in told.items():
        column = np.full(len(y), np.nan)
        column[known] = values
        table[name] = column
    order = ["expected", "low", "high", "threshold", "p_greater", "p_less", "worth", "dispersion", "df"]
    return table[[*order, "weeks", "events", "note"]]


def season_of_last(
    counts: pd.DataFrame, *, years: int = 5, min_years: int = 3, skip: int = 8, period: float | None = None
) -> Season:
    """What the weeks before lead to expect of the last one and of the ``skip`` before it.

    Arguments as in `seasonal`; what was counted in those weeks is not looked at. One entry per region, NaN
    where fewer weeks are observed than ``min_years`` have. Raises `InputError`, `ConfigError`.
    """
    year = _period(counts.index, period)
    if whole("min_years", min_years, 1) > whole("years", years, 1):
        raise ConfigError(f"min_years is no more than years ({years}), got {min_years}", key="min_years")
    back = np.arange(-min(round(years * year), len(counts) - 1), -whole("skip", skip, 0))
    found = Season.empty(counts.shape[1], skip)
    if not len(back):
        return found
    past = counts.to_numpy(dtype=float)[len(counts) - 1 + back].T
    known = np.flatnonzero((~np.isnan(past)).sum(axis=1) >= round(min_years * year) - skip)
    for start in range(0, len(known), _BLOCK):
        part = known[start : start + _BLOCK]
        found.put(part, season(past[part], back, year))
    return found


def _told(found: Season, which: Ints, count: Floats, level: float, alpha: float) -> dict[str, Floats]:
    """Columns of the table for some problems."""
    ahead, mean = _ahead(found, which), found.mean[which]
    seen = ~np.isnan(count)
    tail = (1 - level) / 2
    return {
        "low": np.minimum(ahead.smallest(1 - tail) - 1, mean),
        "high": np.maximum(ahead.smallest(tail) - 1, mean),
        "threshold": ahead.smallest(alpha),
        "p_greater": np.where(seen, ahead.at_least(np.nan_to_num(count)), np.nan),
        "p_less": np.where(seen, ahead.at_most(np.nan_to_num(count)), np.nan),
        "worth": _periods(found, which),
    }


def _periods(found: Season, which: Ints) -> Floats:
    """Weeks as the judged one that would tell the mean as well; where nothing happened, all of them."""
    mean, variance = found.mean[which], found.variance[which]
    some = mean > 0
    told = found.dispersion[which] / np.where(some, mean * variance, 1.0)
    return np.where(some, told, np.maximum(found.weeks[which], 1.0))


def _ahead(found: Season, which: Ints) -> "Predictive":
    from ..rates.predictive import Predictive

    worth, phi = _periods(found, which), found.dispersion[which]
    # `Predictive` adds half an event (of the size of the dispersion), which the mean of a fit does not need.
    before = np.maximum(found.mean[which] * worth - phi / 2, 0.0)
    return Predictive.after(before, worth, phi, found.df[which], steps=_STEPS)


def _largest_usual(ahead: "Predictive", alpha: float) -> Floats:
    """The largest count whose mid-p value is above ``alpha``; -1 where that of 0 is not."""
    count = ahead.smallest(alpha)
    less = np.maximum(count - 1, 0)
    # The mid-p value of a count is the mean of its tail and the next one's.
    lower = (count > 0) & ((ahead.at_least(less) + ahead.at_least(count)) / 2 <= alpha)
    return np.where(lower, less, count) - 1


def _period(index: pd.Index, period: float | None) -> float:
    """Positions in a year. Raises `InputError` where dates have gaps, so that positions are no measure."""
    if period is not None:
        return between("period", period, 3)
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    if not isinstance(index, pd.DatetimeIndex) or len(index) < 2:
        return 52.0
    gaps = np.diff(((index - index[0]) / pd.Timedelta(days=1)).to_numpy(dtype=float))
    if gaps.max() > 1.5 * np.median(gaps):
        raise InputError("the positions have gaps; add the missing dates with NaN, or give the period.")
    return float(365.25 / gaps.mean())


def _expected(
    given: Counts, rows: Ints, years: int, min_years: int, skip: int, period: float
) -> tuple[Season, Words]:
    """Of ``rows`` x columns, in one row, NaN where there is no answer; and the notes of all positions."""
    whole("skip", skip, 0)
    if whole("min_years", min_years, 1) > whole("years", years, 1):
        raise ConfigError(f"min_years is no more than years ({years}), got {min_years}", key="min_years")
    y = given.values
    least = round(min_years * period)
    if rows[-1] < least:
        raise NotEnoughDataError(
            f"{len(y)} positions are too few: the last one needs {least} before it, {min_years} years."
        )
    back = np.arange(-round(years * period), -skip)
    note = np.full(y.shape, "not asked for", dtype=object)
    note[rows] = _SHORT
    note[rows] = np.where(_seen_before(y, rows, back) >= least - skip, "", note[rows])
    problems = np.flatnonzero(note[rows].ravel() == "")
    found = Season.empty(len(rows) * y.shape[1], skip)
    padded = np.vstack([np.full((-back[0], y.shape[1]), np.nan), y])
    for start in range(0, len(problems), _BLOCK):
        part = problems[start : start + _BLOCK]
        row, column = np.divmod(part, y.shape[1])
        past = padded[rows[row][:, None] + back - back[0], column[:, None]]
        found.put(part, season(past, back, period))
    note[np.isnan(y) & (note == "")] = MISSING
    return found, note


def _seen_before(y: Floats, rows: Ints, back: Ints) -> Floats:
    """Observed references, rows x columns."""
    sums = np.vstack([np.zeros(y.shape[1]), np.cumsum(~np.isnan(y), axis=0)])
    first, stop = np.maximum(rows + back[0], 0), np.maximum(rows + back[-1] + 1, 0)
    return np.asarray(sums[stop] - sums[first])
