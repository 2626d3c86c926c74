"""Four weeks beside comparable four-week totals of the past: the limits of the weekly disease tables.

The picture of the notifiable disease tables of the United States (Stroup, Williamson, Herndon and Karon 1989,
Statistics in Medicine 8:323-329; Morbidity and Mortality Weekly Report, Figure I): the total of the current
four weeks over the mean of comparable totals, with limits at that mean plus and minus two standard
deviations. It is a picture and not a test: it does not allow for the number of regions shown, for how few
totals the limits rest on, or for a course that rises or falls.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from .findings import TOTAL

if TYPE_CHECKING:
    from .panel import Panel
    from .weeks import Week

__all__ = ["FOUR", "Reference", "historical_limits", "reference_blocks"]

FOUR = 4  # weeks of one total
YEARS, LEAST_YEARS = 5, 2
LEAST_BLOCKS = 6  # a standard deviation of fewer totals is none
WEEKS_OF_A_YEAR = 365.25 / 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """Which totals of the past the current four weeks are held against.

    basis : "years" = the same four weeks, the four before and the four after in earlier years; "weeks" = the
        four-week totals of the 52 weeks before, where there are fewer than two earlier years.
    blocks : for each total the number of weeks that its last week lies before the reported one.
    """

    basis: Literal["years", "weeks"]
    blocks: tuple[int, ...]

    @property
    def years(self) -> int:
        """How many earlier years; 0 where the weeks before serve."""
        return len(self.blocks) // 3 if self.basis == "years" else 0

    def days(self, week: "Week") -> list[tuple["Week", "Week"]]:
        """First and last week of every total."""
        return [(week.shift(-back - FOUR + 1), week.shift(-back)) for back in self.blocks]


def reference_blocks(weeks: int) -> Reference | None:
    """The reference for a series that holds so many full weeks before the reported one; None where too few.

    An earlier year counts where all three of its totals lie in the series; the same weeks of a year are those
    nearest to the same dates.
    """
    years = [round(WEEKS_OF_A_YEAR * year) for year in range(1, YEARS + 1)]
    years = [back for back in years if back + 2 * FOUR - 1 <= weeks]
    if len(years) >= LEAST_YEARS:
        return Reference(
            basis="years", blocks=tuple(back + shift for back in years for shift in (-FOUR, 0, FOUR))
        )
    recent = tuple(back for back in range(FOUR, FOUR + 52, FOUR) if back + FOUR - 1 <= weeks)
    return Reference(basis="weeks", blocks=recent) if len(recent) >= LEAST_BLOCKS else None


def historical_limits(
    panel: "Panel", *, week: "Week", deviations: float = 2.0
) -> tuple[pd.DataFrame, Reference] | None:
    """The four weeks up to ``week`` against comparable totals, for the total and every region at once.

    panel : daily counts. week : the last of the four weeks.
    deviations : how many standard deviations of the comparable totals the limits lie from their mean.

    Returns a frame with one row for `TOTAL` and each region, in the panel's order, and the reference:
    ``current`` (the four weeks; NaN where a day is not covered), ``totals`` (how many comparable totals are
    fully covered), ``mean``, ``sd`` (with one degree of freedom less than totals), ``ratio`` (current over
    mean), ``low``, ``high`` (the limits over the mean; ``low`` is 0 where the mean is not two deviations
    above nothing) and ``beyond`` ("above", "below", "" where neither). ``mean`` and what follows from it are
    NaN with fewer than six totals or a mean of 0. None where the panel is too short or ends before the week.
    """
    weekly = panel.weekly(week.starts_on).join(panel.total().weekly(week.starts_on))
    weekly = weekly[[TOTAL, *panel.counts.columns]]
    now = pd.Timestamp(week.first_day)
    if now not in weekly.index:
        return None
    known = weekly.loc[:now]
    reference = reference_blocks(len(known) - 1)
    if reference is None:
        return None
    running = known.rolling(FOUR).sum().to_numpy(dtype=float)  # NaN where one of the weeks is not covered
    past = running[[len(known) - 1 - back for back in reference.blocks]]
    frame = pd.DataFrame(
        {"current": running[-1].round(6), "totals": np.isfinite(past).sum(axis=0)}, index=known.columns
    )
    enough = pd.DataFrame(past, columns=known.columns).loc[:, frame["totals"] >= LEAST_BLOCKS]
    mean = enough.mean().where(lambda values: values > 0).reindex(known.columns)
    frame["mean"], frame["sd"] = mean, enough.std(ddof=1).reindex(known.columns).where(mean.notna())
    frame["ratio"], spread = frame["current"] / mean, deviations * frame["sd"] / mean
    frame["low"], frame["high"] = (1 - spread).clip(lower=0.0), 1 + spread
    above, below = frame["ratio"] > frame["high"], frame["ratio"] < frame["low"]
    frame["beyond"] = np.where(above, "above", np.where(below, "below", ""))
    return frame.rename_axis("region"), reference
