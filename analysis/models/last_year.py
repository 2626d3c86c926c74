"""One week against the mean of the same weeks of last year, for every region at once, and for their parents.

The same week of last year is the one 52 weeks before: it begins on the same day of the week, whatever the
anchor, and its days carry dates one or two later than this week's. Where weeks have ISO numbers that is the
week of the same number, or its neighbour where one of the two years has a week 53; a week 53 is never left
without a counterpart. Weeks around it join in, because one week a year ago is as noisy as this one.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.findings import Finding, LastYear, Skipped
from analysis.rates import estimate_dispersion
from analysis.weeks import Week

from ._weeks import Answer, checked, fields_of, ratios, rows_of, weeks_at, with_parents
from .comparison import FADE

if TYPE_CHECKING:
    from analysis.panel import Panel

__all__ = ["fit", "same_weeks"]

YEAR = 52  # weeks
BLOCK = 8  # weeks that share a mean where the dispersion is estimated
LAST_YEARS = 0.5  # age of last year's weeks, in blocks: they are half of what is compared


def fit(
    panel: "Panel",
    /,
    *,
    week: Week,
    around: int = 2,
    min_weeks: int = 3,
    dispersion_weeks: int = 24,
    level: float = 0.95,
    q_level: float = 0.10,
    parents: bool = True,
) -> tuple[Finding, ...]:
    """Compare ``week`` with the mean of the same week of last year and ``around`` weeks on either side.

    panel : daily counts; every region is answered, in the panel's order, then every parent that says more
        than its regions.
    week : the week that is reported; a region without all seven days observed is skipped.
    around : weeks before and after the same week of last year that are taken with it, 0 to 6.
    min_weeks : with fewer fully observed ones among them a region is skipped.
    dispersion_weeks : how many weeks before ``week`` tell the dispersion, in blocks of eight with a mean
        each, the older ones with less weight; the weeks of last year are one block more. At most 44.
    level : coverage of the intervals.
    q_level : as in `comparison`; q is over this comparison's regions, or parents, alone.
    parents : False for regions alone.

    Returns one `LastYear` or `Skipped` per region and parent, with the words of `comparison`: "up" says that
    more were reported than in the same weeks of last year. Other things than the season may have changed in
    a year, reporting among them. Measured as for `comparison`: any region is named in 2 to 3 % of weeks, and
    95 to 96 % of the intervals hold the true ratio. Raises `ConfigError` for a setting that makes no sense.
    """
    checked(
        "last_year", around=(around, 0, 6), min_weeks=(min_weeks, 1, 2 * around + 1),
        dispersion_weeks=(dispersion_weeks, 0, YEAR - 8), q_level=(q_level, 1e-9, 1 - 1e-9),
    )  # fmt: skip
    same = same_weeks(around)

    def one_family(part: "Panel") -> tuple[Answer, ...]:
        now = weeks_at(part, week, [0]).iloc[0]
        before, recent = weeks_at(part, week, same), weeks_at(part, week, range(dispersion_weeks, 0, -1))
        why = {
            str(code): _why(
                week, bool(np.isnan(now[code])), int(before[code].notna().sum()), len(same), min_weeks
            )
            for code in before.columns
        }
        codes = [code for code, reason in why.items() if reason is None]
        table = ratios(before[codes], now[codes], _dispersion(before[codes], recent[codes]), level)
        complete = part.completeness(week.first_day, week.last_day)
        window = (week.shift(-same[0]).first_day, week.shift(-same[-1]).last_day)
        told: dict[str, Answer] = {
            code: LastYear(**fields_of(part, week, code, row, complete, level, q_level), window=window)
            for code, row in rows_of(table).items()
        }
        return tuple(
            told.get(code) or Skipped(region=code, model="last_year", reason=str(reason))
            for code, reason in why.items()
        )

    return with_parents(panel, one_family, parents)


def same_weeks(around: int) -> range:
    """How many weeks back the same weeks of last year lie, oldest first."""
    return range(YEAR + around, YEAR - around - 1, -1)


def _why(week: Week, missing: bool, used: int, number: int, min_weeks: int) -> str | None:
    """The reason a region is not compared; None where it is."""
    if missing:
        return f"the week {week} is not fully observed"
    if used < min_weeks:
        some = {0: "none is", 1: "only 1 is"}.get(used, f"only {used} are")
        same = "the same week" if number == 1 else f"the {number} same weeks"
        return f"of {same} of last year {some} fully observed; {min_weeks} are needed"
    return None


def _dispersion(before: pd.DataFrame, recent: pd.DataFrame) -> pd.DataFrame:
    """Dispersion of the last weeks around the mean of each block, and of last year's around theirs."""
    ages = (np.arange(len(recent), 0, -1) - 1) // BLOCK
    history = pd.concat([recent, before])
    return estimate_dispersion(history, blocks=[*ages, *[LAST_YEARS] * len(before)], fade=FADE)
