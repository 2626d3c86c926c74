"""Whether one week was unusual for a region, given the weeks before it; for every region at once.

`expectation` says what up to a year of weeks leads to expect and how far a new count may lie from it, `rule`
which counts are unusual when many regions are asked, `runs` since when. Regions of which few are expected are
pooled: their parent is answered too.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.errors import ConfigError
from analysis.findings import Finding, Signal
from analysis.groups import group_panel, members_of
from analysis.rates.inputs import checked_level
from analysis.weeks import Week

from .answers import answers
from .rule import Limits, judged
from .runs import runs
from .seasons import YEARS, seasons
from .series import recent, weekly_series

if TYPE_CHECKING:
    from analysis.panel import Panel

__all__ = ["fit"]


def fit(
    panel: "Panel",
    /,
    *,
    week: Week,
    history_weeks: int = 52,
    min_weeks: int = 8,
    run_weeks: int = 26,
    min_years: int = 3,
    alpha: float = 0.01,
    q_level: float = 0.025,
    level: float = 0.95,
) -> tuple[Finding, ...]:
    """Say which regions reported unusually many or few in ``week``.

    panel : daily counts; every region is answered, in the panel's order, then the parents of sparse ones.
    week : the week that is reported; a region without all seven days observed is skipped.
    history_weeks : how many weeks before it are read at most.
    min_weeks : with fewer fully observed ones a region is skipped.
    run_weeks : how many weeks back the beginning of a run of unusual weeks is looked for; the same rule is
        applied to each of them with what the panel holds now.
    min_years : with so many years before it and at least three expected, a region is judged by its season
        (of five years at most) as long as the last eight weeks agree with it.
    alpha : a count is named only if a usual week would bring one as far out at most this often.
    q_level : and only if its Benjamini-Hochberg q is at most this: over the regions for "unusual", and again
        for "low". Parents are a family of their own.
    level : share of new counts that the interval of ``expected`` holds.

    Returns one `Signal` or `Skipped` per region, and a `Signal` for each parent (`groups.members_of`) with
    members of which fewer than three are expected.

    "unusual" needs three reports and more than the median of the weeks read; "low" needs five expected, less
    than that median, and a week whose reports are in. Either must hold for every value within the bounds of
    the count. ``threshold`` is the smallest count that would have been "unusual" had all other regions
    reported what they did: at ``alpha``, or at what Benjamini-Hochberg would ask of this region where that is
    less. So it is reached just where the verdict is "unusual".

    Measured with independent counts that did not change (tests/calibration/signals.py; thirty regions, 400
    replicates, 0.05 to 50 a day, dispersion 1 and 3, 8 to 52 weeks): 0.1 to 1.2 % of weeks are unusual on
    their own at a nominal 1 %, and 0.4 to 2.5 % at 2.5 %. Together with `comparison` at its q of 0.10 a
    report of 30 or 90 such regions names any in 3 to 9 % of weeks (150 replicates a cell, standard error
    about 2 %). After one week at six times the level the limit is 8 to 17 % higher than without it, and from
    twelve weeks after a lasting doubling no more than 2 % of weeks are above the limit.

    Sources: Noufaily 2013 (outbreaks weigh less, negative binomial limits), Muth 1960 and Harvey 1989
    (weights of a level that wanders), Smyth 2004 (dispersion shrunk to the panel), Benjamini and Hochberg
    1995.

    Raises `ConfigError` for a setting that makes no sense.
    """
    _check(history_weeks, min_weeks, run_weeks, min_years, alpha, q_level, level)
    limits = Limits(history_weeks=history_weeks, min_weeks=min_weeks, alpha=alpha, q_level=q_level)
    long = (week.first_day - panel.first_day).days // 7
    years = long if long >= min_years * 52 else 0
    weeks = max(history_weeks + run_weeks, min(years, max(YEARS, min_years) * 53)) + 1
    known = recent(panel, week, weeks)
    up = {code: parent for parent, codes in members_of(panel).items() for code in codes}

    def family(part: "Panel", is_parent: bool) -> tuple[Finding, ...]:
        series = weekly_series(part, week, weeks)
        season = seasons(series, week, min_years) if years else None
        now = judged(series, weeks - 1, limits, season)
        past = runs(series, now.sign, limits, run_weeks, season)
        return answers(series, week, now, past, limits, level, up, is_parent=is_parent)

    regions = family(known, False)
    wanted = {item.pooled for item in regions if isinstance(item, Signal)} - {None}
    return (*regions, *(family(_parents(known, wanted), True) if wanted else ()))


def _parents(panel: "Panel", codes: "set[str | None]") -> "Panel":
    """The parents of these codes as a panel of their own."""
    group = group_panel(panel)
    if group is None:
        return panel
    kept = [code for code in group.counts.columns if code in codes]
    return replace(
        group, counts=group.counts[kept], low=group.low[kept], high=group.high[kept],
        observed=group.observed[kept], regions=group.regions.loc[kept],
    )  # fmt: skip


def _check(
    history_weeks: int,
    min_weeks: int,
    run_weeks: int,
    min_years: int,
    alpha: float,
    q_level: float,
    level: float,
) -> None:
    table = "models.signal"
    if not 2 <= min_weeks <= history_weeks:
        raise ConfigError(
            f"min_weeks lies between 2 and history_weeks ({history_weeks}), got {min_weeks}",
            table=table, key="min_weeks",
        )  # fmt: skip
    if run_weeks < 0:
        raise ConfigError(f"run_weeks is not negative, got {run_weeks}", table=table, key="run_weeks")
    if min_years < 2:
        raise ConfigError(f"min_years is at least 2, got {min_years}", table=table, key="min_years")
    for key, value in (("alpha", alpha), ("q_level", q_level)):
        if not 0 < value < 1:
            raise ConfigError(f"{key} lies between 0 and 1, got {value}", table=table, key=key)
    checked_level(level)
