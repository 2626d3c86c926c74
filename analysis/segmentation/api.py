"""`segment`: from a series or a table of series to its `Segmentation`."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from . import cleaning, inference
from .dispersion import coarse_fit, variances
from .penalty import YEAR, expected_false_changes, penalty
from .result import Change, Segmentation, stepped
from .search import Gain, Prefix, partition, poisson_gain, square_gain
from .series import Rows, as_table, label_date, pack, period_of

__all__ = ["segment"]

Floats = NDArray[np.float64]
EVIDENT = 8.0  # times what chance would do

Family = Literal["counts", "gaussian"]


def segment(
    values: "ArrayLike | pd.Series[Any] | pd.DataFrame",
    *,
    shape: Literal["level"] = "level",
    family: Family = "counts",
    exposure: ArrayLike | None = None,
    period: int | Literal["auto"] | None = "auto",
    min_days: int = 7,
    false_changes_per_year: float = 0.05,
    level: float = 0.95,
) -> Segmentation:
    """Find where the level of one or many series changed for good.

    values : a 1-d array or Series, or a 2-d array or DataFrame with one column per series. NaN is a missing
        observation, not zero.
    shape : "level": constant between changes.
    family : "counts" (counts, also overdispersed, autocorrelated or fractional) or "gaussian" (any numbers).
    exposure : for counts, what each value is counted over (shape of ``values``, or one per row): 2 for a
        double day, 0 for a day on which nothing could be counted.
    period : length of a cycle to be taken out. "auto": weekdays of a daily index, months of a monthly one;
        without dates a cycle of 7 or 12 only where it is evident. None: nothing. The pattern is shrunk
        towards none by as much as chance explains.
    min_days : fewest observations of a segment.
    false_changes_per_year : changes that 365 observations of an unchanged series may be cut by, on average;
        numbers in series shorter than that count as one year.
    level : coverage of the intervals.

    The partition is the exact optimum of quasi-Poisson (or squared error) cost plus a simulated penalty. The
    noise is the long-run variance around a coarse first fit, so that autocorrelated series are not cut into
    pieces; a single extreme observation is held back and makes no change. Fewer than twice ``min_days``
    observations have no change.

    Raises `InputError` for values or settings that cannot be used.

    Jackson et al. 2005 (optimal partitioning); Newey & West 1987 (long-run variance); Eo & Morley 2015 (date
    intervals).
    """
    table = as_table(values)
    _check(table, shape, family, exposure, min_days, false_changes_per_year, level)
    rows = pack(table, exposure)
    prepared = (
        _counts(rows, table.index, period) if family == "counts" else _numbers(rows, table.index, period)
    )
    years = np.maximum(rows.lengths, 1) / YEAR
    if family == "gaussian":
        years = np.maximum(years, 1.0)
    price = penalty(rows.lengths, false_changes_per_year * years, family)
    scaled = _scaled(prepared)
    cuts = partition(scaled, prepared.gain, lengths=rows.lengths, penalty=price, shortest=min_days)
    reader = _Reader(table, rows, prepared, scaled, cuts, min_days, level, family)
    changes, fitted = reader.all()
    names = list(changes)
    return Segmentation(
        changes=changes, fitted=fitted, dispersion=pd.Series(prepared.noise, index=names),
        penalty=pd.Series(price, index=names), years=pd.Series(years, index=names), factors=prepared.factors,
        family=family, min_days=min_days, false_changes_per_year=false_changes_per_year, level=level,
    )  # fmt: skip


def _check(
    table: pd.DataFrame, shape: str, family: str, exposure: object, min_days: int, rate: float, level: float
) -> None:
    if shape != "level":
        raise InputError(f"shape is 'level', got {shape!r}.")
    if family not in ("counts", "gaussian"):
        raise InputError(f"family is 'counts' or 'gaussian', got {family!r}.")
    if family == "counts" and np.nanmin(table.to_numpy(), initial=0.0) < 0:
        raise InputError("counts are not negative; use family='gaussian' for other numbers.")
    if family == "gaussian" and exposure is not None:
        raise InputError("exposure belongs to counts; mark missing numbers as NaN.")
    if min_days < 1:
        raise InputError(f"min_days is at least 1, got {min_days}.")
    if not rate > 0:
        raise InputError(f"false_changes_per_year is positive, got {rate}.")
    if not 0 < level < 1:
        raise InputError(f"level lies between 0 and 1, got {level}.")


@dataclass(frozen=True)
class _Prepared:
    """Series ready for the search: weights carry the usual level and pattern, noise the dispersion."""

    values: Floats
    weights: Floats  # counts: expected under one level; numbers: 1
    base: Floats  # per series: counts multiply it, numbers add it
    noise: Floats
    single: Floats  # variance of single values over noise: below 1 where values close in time resemble
    gain: Gain
    factors: pd.DataFrame | None


def _phases(
    rows: Rows, index: pd.Index, period: int | Literal["auto"] | None
) -> tuple[int, NDArray[np.int64]] | None:
    """Length of the cycle to take out and the phase of every value; None where there is none."""
    if period is None:
        return None
    known = period_of(index) if period == "auto" else (period, np.arange(len(index)) % period)
    if known is None and period == "auto" and not isinstance(index, pd.DatetimeIndex | pd.PeriodIndex):
        found = _evident_cycle(rows)
        known = None if found is None else (found, np.arange(len(index)) % found)
    if known is None or known[0] < 2 or len(index) < 4 * known[0]:
        return None
    return known[0], known[1][rows.places]


def _evident_cycle(rows: Rows) -> int | None:
    """A cycle of 7 or 12 in series without dates, where no one could miss it in most of them."""
    strengths = {
        period: float(np.median(cleaning.cycle_strength(rows.values, rows.used, period)))
        for period in (7, 12)
        if rows.values.size and rows.values.shape[1] >= 4 * period
    }
    best = max(strengths, key=lambda period: strengths[period], default=None)
    return best if best is not None and strengths[best] > EVIDENT else None


def _counts(rows: Rows, index: pd.Index, period: int | Literal["auto"] | None) -> _Prepared:
    values, weights = cleaning.hold_counts(rows.values, rows.weights), rows.weights
    cycle = _phases(rows, index, period)
    factors = None
    if cycle is not None:
        found = cleaning.periodic_factors(values, weights, cycle[1], cycle[0])
        weights = weights * np.take_along_axis(found, cycle[1], axis=1)
        values = cleaning.hold_counts(rows.values, weights)
        factors = pd.DataFrame(found.T)
    mass = weights.sum(axis=1)
    base = np.divide(values.sum(axis=1), mass, out=np.zeros(len(values)), where=mass > 0)
    expected = weights * np.where(base > 0, base, 1.0)[:, None]
    fit, segments = coarse_fit(2 * values, 2 * expected, rows.lengths, poisson_gain, counts=True)
    mean = fit * expected
    off = np.divide(values - mean, np.sqrt(mean), out=np.zeros_like(mean), where=mean > 1e-9)
    telling = (mean > 1e-9).sum(axis=1)  # days at a level of zero have no noise to learn from
    single, long_run = variances(off, telling, segments)
    noise = np.maximum(long_run, 1.0)
    base = np.where(base > 0, base, 1.0)
    return _Prepared(values, expected, base, noise, np.maximum(single, 1.0) / noise, poisson_gain, factors)


def _numbers(rows: Rows, index: pd.Index, period: int | Literal["auto"] | None) -> _Prepared:
    used = rows.used
    values = cleaning.hold_numbers(rows.values, used)
    cycle = _phases(rows, index, period)
    factors = None
    if cycle is not None:
        found = cleaning.periodic_offsets(values, used, cycle[1], cycle[0])
        pattern = np.take_along_axis(found, cycle[1], axis=1)
        values = cleaning.hold_numbers(np.where(used, rows.values - pattern, 0.0), used)
        factors = pd.DataFrame(found.T)
    base = values.sum(axis=1) / np.maximum(rows.lengths, 1)
    weights = used.astype(float)
    centred = np.where(used, values - base[:, None], 0.0)
    fit, segments = coarse_fit(centred, weights, rows.lengths, square_gain, counts=False)
    off = np.where(used, centred - fit, 0.0)
    size = np.abs(centred).max(axis=1, initial=0.0)
    # A series without noise still has a smallest step worth naming: a millionth of its range
    single, long_run = variances(off, rows.lengths, segments)
    least = np.maximum((1e-6 * size) ** 2, 1e-300)
    noise = np.maximum(long_run, least)
    return _Prepared(centred, weights, base, noise, np.maximum(single, least) / noise, square_gain, factors)


def _scaled(prepared: _Prepared) -> Prefix:
    if prepared.gain is poisson_gain:
        by = (2 / prepared.noise)[:, None]
        return Prefix.of(prepared.values * by, prepared.weights * by)
    return Prefix.of(prepared.values / np.sqrt(prepared.noise)[:, None], prepared.weights)


@dataclass(frozen=True)
class _Reader:
    """Turns cuts into records."""

    table: pd.DataFrame
    rows: Rows
    prepared: _Prepared
    scaled: Prefix
    cuts: list[NDArray[np.int64]]
    min_days: int
    level: float
    family: Family

    def all(self) -> tuple[dict[str, tuple[Change, ...]], pd.DataFrame]:
        plain = Prefix.of(self.prepared.values, self.prepared.weights)
        fitted = np.full(self.table.shape, np.nan)
        changes: dict[str, tuple[Change, ...]] = {}
        for row, name in enumerate(self.table.columns):
            length = int(self.rows.lengths[row])
            edges = [0, *map(int, self.cuts[row]), length]
            sums = np.diff(plain.values[row, edges])
            mass = np.diff(plain.weights[row, edges])
            if length:
                levels = [self._level(row, s, m).value for s, m in zip(sums, mass, strict=True)]
                starts = [0, *(int(self.rows.places[row, cut]) for cut in edges[1:-1])]
                fitted[:, row] = stepped(starts, levels, len(fitted))
            changes[str(name)] = tuple(
                self._change(row, str(name), edges, which, sums, mass) for which in range(1, len(edges) - 1)
            )
        return changes, pd.DataFrame(fitted, index=self.table.index, columns=list(changes))

    def _level(self, row: int, total: float, mass: float) -> Any:
        noise, base = float(self.prepared.noise[row]), float(self.prepared.base[row])
        if self.family == "counts":
            return inference.count_level(total, mass / base, noise, self.level, "per observation")
        found = inference.number_level(total, mass, noise, self.level)
        return replace(found, value=found.value + base, low=found.low + base, high=found.high + base)

    def _change(
        self, row: int, name: str, edges: list[int], which: int, sums: Floats, mass: Floats
    ) -> Change:
        start, cut, end = edges[which - 1 : which + 2]
        found = inference.date_range(
            self.scaled.values[row], self.scaled.weights[row], self.prepared.gain,
            start=start, cut=cut, end=end, shortest=self.min_days, level=self.level,
            single=float(self.prepared.single[row]),
        )  # fmt: skip
        noise = float(self.prepared.noise[row])
        pair = [(float(sums[at]), float(mass[at])) for at in (which - 1, which)]
        length = float(self.rows.lengths[row])
        false = expected_false_changes(found.gain, length, self.family) * (end - start) / length
        counts = self.family == "counts"
        places = self.rows.places[row]
        # The level may have changed during days nobody observed: the range reaches back over them
        first = int(places[found.earliest - 1]) + 1
        return Change(
            region=name, position=int(places[cut]), date=self._label(int(places[cut])),
            earliest=self._label(first), latest=self._label(int(places[found.latest])),
            before=self._level(row, *pair[0]), after=self._level(row, *pair[1]),
            rate_ratio=inference.ratio(pair[0], pair[1], noise, self.level) if counts else None,
            difference=None if counts else inference.difference(pair[0], pair[1], noise, self.level),
            p_value=float(-np.expm1(-false)),
        )  # fmt: skip

    def _label(self, place: int) -> Hashable:
        label: Hashable = self.table.index[place]
        return label_date(label) or label
