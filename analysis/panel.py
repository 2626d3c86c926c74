"""`Panel`: days x regions, every region over the same window, zero kept apart from unknown.

The record and what can be asked of it; `daily_panel` builds one from incidents.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .completeness import share_reported
from .errors import WeekNotCoveredError
from .estimates import Amount
from .findings import TOTAL, UNALLOCATED
from .weeks import Week

if TYPE_CHECKING:
    from .incidents import Incidents

__all__ = ["STATUSES", "Panel", "Status"]

Status = Literal["reported", "nothing reported", "not covered"]
STATUSES: tuple[Status, ...] = ("reported", "nothing reported", "not covered")
_TINY = 9  # decimals kept in sums, so that 7 x 5/7 is 5


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Panel:
    """Daily counts of one measure for every region.

    counts : days x regions, floats >= 0: the stated figure, or the lower bound where only that was stated.
        Fractional where an event was spread over the days it may have happened on.
    low, high : bounds, same shape; ``high`` is inf where nothing bounds it.
    observed : same shape, bool; False where nothing can be said (not covered), and counts there are 0.
    unallocated : days x (low, best, high): reported without a usable region; part of every total.
    exact : per day, the part of all counts that rows state exactly.
    undated : amount whose day is not known to within the stated limit; in no day, in no week.
    regions : index = code in the order of the columns; columns name, parent, tile_row, tile_col.
    parents : code of a parent (federal district, country) -> its name.
    measure : what is summed: "incidents", a numeric column, or a declared unit.
    by : the column whose values are the columns here, usually "region".
    as_of : only what was known then is counted; None = everything in the table.
    delays : days from event to report, one per row that has both; None without report dates.
    folded : code counted under another code -> that code.
    notes : sentences a reader of the counts should know.
    incidents : the checked table behind it; None for a panel made from counts.
    sources : the counts by who reported them, one row per region (`UNALLOCATED` included), day and source,
        with its amount; None where no row states a source (`sources.source_amounts`).
    told : same shape as counts, bool; False where a zero only means that no row speaks of the region and that
        its coverage is not declared. None = every zero is stated, as in a table of counts.
    """

    counts: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    observed: pd.DataFrame
    unallocated: pd.DataFrame
    exact: "pd.Series[float]"
    regions: pd.DataFrame
    parents: Mapping[str, str] = field(default_factory=dict)
    undated: Amount = field(default_factory=lambda: Amount.exactly(0.0))
    measure: str = "incidents"
    by: str = "region"
    as_of: pd.Timestamp | None = None
    delays: "pd.Series[float] | None" = None
    folded: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    incidents: "Incidents | None" = None
    sources: pd.DataFrame | None = None
    told: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        for name in ("low", "high", "observed"):
            other: pd.DataFrame = getattr(self, name)
            if not (other.index.equals(self.counts.index) and other.columns.equals(self.counts.columns)):
                raise ValueError(f"Panel.{name} must have the days and regions of Panel.counts")
        if not self.counts.columns.equals(self.regions.index):
            raise ValueError("Panel.regions must list the columns of Panel.counts, in order")
        values = self.counts.to_numpy()
        if not np.isfinite(values).all() or (values < 0).any():
            raise ValueError("Panel.counts are finite and not negative; mark unknown days in Panel.observed")
        if (self.low.to_numpy() > values + 1e-9).any() or (values > self.high.to_numpy() + 1e-9).any():
            raise ValueError("Panel counts lie within their bounds")

    @classmethod
    def from_counts(
        cls,
        counts: pd.DataFrame,
        *,
        regions: pd.DataFrame | None = None,
        measure: str = "incidents",
    ) -> "Panel":
        """A panel from a day-indexed frame of counts, one column per region; NaN = not observed.

        Missing days between the first and the last become not observed. Raises ValueError on negative or
        repeated days.
        """
        index = pd.DatetimeIndex(counts.index).normalize()
        if index.has_duplicates:
            raise ValueError("the index of counts has a day twice")
        days = pd.date_range(index.min(), index.max(), freq="D", name="day")
        wide = counts.set_axis(index, axis=0).astype(float).reindex(days)
        wide.columns = pd.Index([str(column) for column in wide.columns], name="region")
        observed = wide.notna()
        wide = wide.fillna(0.0)
        if regions is None:
            regions = pd.DataFrame({"name": wide.columns, "parent": ""}, index=wide.columns)
        none = pd.DataFrame(0.0, index=days, columns=["low", "best", "high"])
        return cls(
            counts=wide, low=wide, high=wide, observed=observed, unallocated=none, exact=wide.sum(axis=1),
            regions=regions, measure=measure,
        )  # fmt: skip

    @property
    def days(self) -> pd.DatetimeIndex:
        """The window, one entry per day."""
        return pd.DatetimeIndex(self.counts.index)

    @property
    def first_day(self) -> dt.date:
        """First day of the window."""
        return self.days[0].date()

    @property
    def last_day(self) -> dt.date:
        """Last day of the window."""
        return self.days[-1].date()

    def name_of(self, code: str) -> str:
        """The name of a region or parent code; the code itself where it has none."""
        if code in self.regions.index:
            return str(self.regions.at[code, "name"])
        return self.parents.get(code, code)

    def amount(self, region: str, first: dt.date, last: dt.date) -> Amount:
        """What was reported for a region, a parent, `TOTAL` or `UNALLOCATED` from ``first`` to ``last``.

        Raises KeyError for an unknown region.
        """
        if region not in self._values:
            self._values[region] = [np.asarray(part, dtype=np.float64) for part in self._parts(region)]
        begin = self.first_day.toordinal()
        start, stop = max(0, first.toordinal() - begin), max(0, last.toordinal() + 1 - begin)
        low, best, high = (float(values[start:stop].sum()) for values in self._values[region])
        return Amount.of_sums(low, best, high)

    @cached_property
    def _values(self) -> dict[str, list[NDArray[np.float64]]]:
        """Region -> its low, best and high by day, once asked for: a report asks for hundreds of sums."""
        return {}

    def status(self, region: str, first: dt.date, last: dt.date) -> Status:
        """What a zero of these days would mean.

        "not covered" where a day is not observed; "nothing reported" where no row speaks of the region and
        its coverage is not declared; "reported" otherwise: a count, or a zero that is stated. A parent has
        the best of its regions'.
        """
        if region in (TOTAL, UNALLOCATED):
            return "reported"
        if region not in self.counts.columns:
            members = self.regions.index[self.regions["parent"] == region]
            found = {self.status(str(code), first, last) for code in members}
            return next((kind for kind in STATUSES if kind in found), "not covered")
        span = slice(pd.Timestamp(first), pd.Timestamp(last))
        if not bool(self.observed.loc[span, region].all()):
            return "not covered"
        told = self.told is None or bool(self.told.loc[span, region].any())
        return "reported" if told or bool(self.counts.loc[span, region].any()) else "nothing reported"

    @property
    def known_until(self) -> pd.Timestamp | None:
        """``as_of``; without one, the latest report in the table; None where neither is known."""
        table = None if self.incidents is None else self.incidents.table
        if self.as_of is not None or table is None or "report_date" not in table:
            return self.as_of
        latest = table["report_date"].max()
        return None if pd.isna(latest) else pd.Timestamp(latest)

    def completeness(self, first: dt.date, last: dt.date) -> float | None:
        """Share of the reports on these days that can be expected to be in, 0 to 1 (`share_reported`).

        None where fewer than 30 delays of events at least four weeks old are known.
        """
        shares = share_reported(self, pd.date_range(first, last))
        return None if shares is None else float(shares.mean())

    def incomplete_from(self, share: float = 0.9) -> dt.date | None:
        """First day of the tail of which under ``share`` of the reports can be in.

        None where every day is complete, or where that is not known.
        """
        shares = share_reported(self, self.days)
        if shares is None or (shares >= share).all():
            return None
        return self.days[int(np.argmax(shares < share))].date()

    def settled(self, share: float = 0.95) -> "Panel":
        """The panel with the last days not observed of which under ``share`` of the reports can be in.

        For statements about levels: a tail that is still filling up is no fall. The panel itself where
        delays are not known.
        """
        shares = share_reported(self, self.days)
        if shares is None or (shares >= share).all():
            return self
        known = pd.Series(shares >= share, index=self.days)
        seen = self.observed.mul(known, axis=0)
        return replace(
            self, observed=seen, counts=self.counts.where(seen, 0.0), low=self.low.where(seen, 0.0),
            high=self.high.where(seen, 0.0),
        )  # fmt: skip

    def _parts(self, region: str) -> tuple["pd.Series[float]", "pd.Series[float]", "pd.Series[float]"]:
        un = self.unallocated
        if region == UNALLOCATED:
            return un["low"], un["best"], un["high"]
        if region == TOTAL:
            return (
                self.low.sum(axis=1) + un["low"],
                self.counts.sum(axis=1) + un["best"],
                self.high.sum(axis=1) + un["high"],
            )
        members = self.regions.index[[]]
        if region not in self.counts.columns:
            members = self.regions.index[self.regions["parent"] == region]
        if not len(members):
            return self.low[region], self.counts[region], self.high[region]
        low, best, high = (part[members].sum(axis=1) for part in (self.low, self.counts, self.high))
        return low, best, high

    def total(self) -> "Panel":
        """One column, `TOTAL`: all regions and the unallocated together.

        A day counts as observed while any region is.
        """
        low, best, high = (part.to_frame(TOTAL) for part in self._parts(TOTAL))
        regions = pd.DataFrame({"name": ["Total"], "parent": [""]}, index=pd.Index([TOTAL]))
        return replace(
            self, counts=best, low=low, high=high, observed=self.observed.any(axis=1).to_frame(TOTAL),
            unallocated=self.unallocated * 0.0, regions=regions, told=None,
            sources=_of_regions(self.sources, lambda _: TOTAL),
        )  # fmt: skip

    def roll_up(self) -> "Panel":
        """The parents (federal districts, country) as columns; regions without a parent keep their own."""
        parent = self.regions["parent"].where(self.regions["parent"] != "", self.regions.index)
        names = list(dict.fromkeys(parent))

        def added(frame: pd.DataFrame) -> pd.DataFrame:
            return frame.T.groupby(parent.to_numpy(), sort=False).sum().T[names]

        regions = pd.DataFrame(
            {"name": [self.name_of(code) for code in names], "parent": ""}, index=pd.Index(names)
        )

        def any_of(frame: pd.DataFrame) -> pd.DataFrame:
            return frame.T.groupby(parent.to_numpy(), sort=False).any().T[names]

        return replace(
            self, counts=added(self.counts), low=added(self.low), high=added(self.high),
            observed=any_of(self.observed), told=None if self.told is None else any_of(self.told),
            regions=regions, sources=_of_regions(self.sources, lambda code: str(parent.get(code, code))),
        )  # fmt: skip

    def until(self, last: dt.date) -> "Panel":
        """The same panel, cut after ``last``; raises `WeekNotCoveredError` when nothing is left."""
        if last < self.first_day:
            raise WeekNotCoveredError(str(last), self.first_day, self.last_day)
        keep = slice(None, pd.Timestamp(last))
        sources = self.sources
        if sources is not None and last < self.last_day:
            sources = sources[(sources["day"] <= pd.Timestamp(last)).to_numpy()]
        return replace(
            self, counts=self.counts.loc[keep], low=self.low.loc[keep], high=self.high.loc[keep],
            observed=self.observed.loc[keep], unallocated=self.unallocated.loc[keep],
            exact=self.exact.loc[keep], sources=sources,
            told=None if self.told is None else self.told.loc[keep],
        )  # fmt: skip

    def last_full_week(self, starts_on: str = "monday") -> Week:
        """The last week whose seven days all lie in the window; the last begun one where none does."""
        week = Week.of(self.last_day, starts_on)
        if week.last_day > self.last_day and week.shift(-1).first_day >= self.first_day:
            return week.shift(-1)
        return week

    def weekly(self, starts_on: str = "monday") -> pd.DataFrame:
        """Weeks x regions: sums over full weeks; NaN where a day of the week is not observed.

        The index holds the first day of each week; partial weeks at either end are left out.
        """
        first = Week.of(self.first_day, starts_on)
        skip = (self.first_day - first.first_day).days
        start = (7 - skip) % 7
        full = max(0, (len(self.counts) - start) // 7)
        span = slice(start, start + 7 * full)

        def folded(frame: pd.DataFrame) -> NDArray[np.float64]:
            days: NDArray[np.float64] = frame.to_numpy(dtype=float)[span].reshape(full, 7, frame.shape[1])
            sums: NDArray[np.float64] = days.sum(axis=1)
            return sums

        sums = np.where(folded(self.observed) == 7, folded(self.counts).round(_TINY), np.nan)
        return pd.DataFrame(sums, index=self.days[span][::7].rename("week"), columns=self.counts.columns)

    def to_frame(self) -> pd.DataFrame:
        """Long form, one row per day and region: day, region, name, count, low, high, observed."""
        days, codes = self.days, self.counts.columns
        return pd.DataFrame(
            {
                "day": np.repeat(days, len(codes)),
                "region": np.tile(codes, len(days)),
                "name": np.tile(self.regions["name"].to_numpy(), len(days)),
                "count": self.counts.to_numpy().ravel(),
                "low": self.low.to_numpy().ravel(),
                "high": self.high.to_numpy().ravel(),
                "observed": self.observed.to_numpy().ravel(),
            }
        )

    def __repr__(self) -> str:
        sum_ = self.amount(TOTAL, self.first_day, self.last_day)
        return (
            f"Panel({len(self.counts)} days {self.first_day} to {self.last_day} x {self.counts.shape[1]} "
            f"regions, {self.measure}: {sum_})"
        )

    def _repr_html_(self) -> str:
        from .display import table_html

        week = self.last_full_week()
        rows = self.regions[["name"]].assign(
            last_week=self.counts.loc[str(week.first_day) : str(week.last_day)].sum(),
            all_days=self.counts.sum(),
            days_observed=self.observed.sum(),
        )
        rows = rows.sort_values("all_days", ascending=False)
        return table_html(rows.reset_index(names="region"), repr(self))


def _of_regions(sources: pd.DataFrame | None, into: Callable[[str], str]) -> pd.DataFrame | None:
    """The amounts by source with every region put under another; a region, day and source may occur twice."""
    if sources is None:
        return None
    column = sources["region"].cat
    names = [into(str(code)) for code in column.categories]
    place = {name: i for i, name in enumerate(dict.fromkeys(names))}
    codes = np.array([place[name] for name in names], dtype=np.intp)[column.codes.to_numpy()]
    return sources.assign(region=pd.Categorical.from_codes(codes, categories=pd.Index(list(place))))
