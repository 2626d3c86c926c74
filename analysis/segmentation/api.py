"""`segment`: from a series or a table of series to its `Segmentation`."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from . import inference
from .joints import Broken, Course, best_lines
from .penalty import YEAR, expected_false_changes, joint_penalty, penalty
from .prepare import Prepared, prepare_counts, prepare_numbers, scaled_sums
from .result import Change, Segmentation, stepped
from .search import TINY, Prefix, partition, poisson_gain
from .series import Rows, as_table, label_date, pack
from .slopes import Joint, Slope, clock_of, joints_of, slopes_of

__all__ = ["segment"]

Floats = NDArray[np.float64]

Family = Literal["counts", "gaussian"]
Shape = Literal["auto", "level", "trend"]


def segment(
    values: "ArrayLike | pd.Series[Any] | pd.DataFrame",
    *,
    shape: Shape = "level",
    family: Family = "counts",
    exposure: ArrayLike | None = None,
    period: int | Literal["auto"] | None = "auto",
    min_days: int = 7,
    false_changes_per_year: float = 0.05,
    level: float = 0.95,
) -> Segmentation:
    """Find where the level, or the slope, of one or many series changed for good.

    values : a 1-d array or Series, or a 2-d array or DataFrame with one column per series. NaN is a missing
        observation, not zero.
    shape : "level": constant between changes. "trend": a line, for counts on the log scale, whose slope
        changes at joints without a jump; every series has slopes. "auto": levels first; a series that has
        changes of level is told by slopes instead where those lie closer after the price of every step, slope
        and joint.
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

    Joints are found over a grid of candidates fitted at once and moved until the likelihood is at its top; a
    joint must gain a simulated penalty too. Their ranges are profile likelihoods; the intervals of slopes
    allow for uncertain joints; both take the long-run variance. On four series joint, slopes and deviance are
    those of R's segmented 1.6.2.

    "auto" finds a change exactly where "level" does, so its false changes are the same. In 365 simulated days
    it told a steady tripling as a slope in 82 to 98 % of series (least where days were overdispersed and
    autocorrelated), a rise and fall as slopes in 95 to 100 %, single steps as steps in 93 to 100 %; two steps
    up in one year in 77 to 100 %; ramps of 120 days between two levels as slopes in a third or less
    (tests/calibration/slopes.py, 40 series each). What is told as a slope has no changes of level, so "level"
    stays the default. The range of one joint held it in 100 % (Poisson) and 88 % (autocorrelated) of 60
    series, the intervals of its slopes the truth in 99 and 95 %.

    Raises `InputError` for values or settings that cannot be used.

    Jackson et al. 2005 (optimal partitioning); Newey & West 1987 (long-run variance); Eo & Morley 2015 (date
    intervals); Kim et al. 2000 and Muggeo 2003 (joints).
    """
    table = as_table(values)
    _check(table, shape, family, exposure, min_days, false_changes_per_year, level)
    rows = pack(table, exposure)
    prepared = (
        prepare_counts(rows, table.index, period)
        if family == "counts"
        else prepare_numbers(rows, table.index, period)
    )
    years = np.maximum(rows.lengths, 1) / YEAR
    if family == "gaussian":
        years = np.maximum(years, 1.0)
    price = penalty(rows.lengths, false_changes_per_year * years, family)
    scaled = scaled_sums(prepared)
    cuts = partition(scaled, prepared.gain, lengths=rows.lengths, penalty=price, shortest=min_days)
    bends = joint_penalty(rows.lengths, false_changes_per_year * years, family)
    lines = _lines(table.index, rows, prepared, scaled, cuts, price, bends, shape, min_days)
    reader = _Reader(table, rows, prepared, scaled, cuts, min_days, level, family)
    changes, fitted = reader.all()
    names = list(changes)
    slopes, joints = _tell_lines(reader, lines, changes, fitted)
    return Segmentation(
        changes=changes, slopes=slopes, joints=joints, fitted=fitted,
        dispersion=pd.Series(prepared.noise, index=names),
        penalty=pd.Series(price, index=names), years=pd.Series(years, index=names), factors=prepared.factors,
        shape=shape, family=family, min_days=min_days, false_changes_per_year=false_changes_per_year,
        level=level,
    )  # fmt: skip


def _check(
    table: pd.DataFrame, shape: str, family: str, exposure: object, min_days: int, rate: float, level: float
) -> None:
    if shape not in ("auto", "level", "trend"):
        raise InputError(f"shape is 'auto', 'level' or 'trend', got {shape!r}.")
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


def _lines(
    index: pd.Index, rows: Rows, prepared: Prepared, scaled: Prefix, cuts: list[NDArray[np.int64]],
    price: Floats, bends: Floats, shape: Shape, shortest: int,
) -> dict[int, tuple[Broken, Course]]:  # fmt: skip
    """Rows that are told as broken lines, by number."""
    if shape == "level":
        return {}
    clock, found = clock_of(index)[0], {}
    for row, length in enumerate(map(int, rows.lengths)):
        if length < max(2 * shortest, 4) or not prepared.values[row].any():
            continue
        if shape == "auto" and not len(cuts[row]):
            continue
        course = Course(
            prepared.values[row, :length], prepared.weights[row, :length], clock[rows.places[row, :length]],
            float(prepared.noise[row]), counts=prepared.gain is poisson_gain,
        )  # fmt: skip
        line = best_lines(course, shortest=shortest, price=float(bends[row]))
        if shape == "trend" or _lies_closer(line, scaled, row, length, cuts[row], prepared, price, bends):
            found[row] = (line, course)
    return found


def _lies_closer(
    line: Broken, scaled: Prefix, row: int, length: int, cuts: NDArray[np.int64], prepared: Prepared,
    price: Floats, bends: Floats,
) -> bool:  # fmt: skip
    """Whether a broken line tells a series better than its steps, each at its price.

    The first slope costs what a joint costs; for less, coal mining disasters (one step) become a slope.
    """
    edges = [0, *map(int, cuts), length]
    mass = np.maximum(np.diff(scaled.weights[row, edges]), TINY)
    steps = float(prepared.gain(np.diff(scaled.values[row, edges]), mass).sum())
    bought = (1 + len(line.joints)) * bends[row]
    return bool(line.gain - bought > steps - len(cuts) * price[row])


def _tell_lines(
    reader: "_Reader", lines: dict[int, tuple[Broken, Course]], changes: dict[str, tuple[Change, ...]],
    fitted: pd.DataFrame,
) -> tuple[dict[str, tuple[Slope, ...]], dict[str, tuple[Joint, ...]]]:  # fmt: skip
    """Slopes and joints of every series; where there are some, they take the place of its steps."""
    slopes: dict[str, tuple[Slope, ...]] = dict.fromkeys(changes, ())
    joints: dict[str, tuple[Joint, ...]] = dict.fromkeys(changes, ())
    clock, days = clock_of(fitted.index)
    for row, (line, course) in lines.items():
        name, label = list(changes)[row], reader.label
        changes[name] = ()
        base = float(reader.prepared.base[row])
        mean = line.mean(clock)
        fitted.iloc[:, row] = base * np.exp(mean) if course.counts else base + mean
        slopes[name] = slopes_of(
            line, course, region=name, clock=clock, days=days, level=reader.level, label=label
        )
        joints[name] = joints_of(
            line, course, region=name, clock=clock, level=reader.level, shortest=reader.min_days, label=label
        )
    return slopes, joints


@dataclass(frozen=True)
class _Reader:
    """Turns cuts into records."""

    table: pd.DataFrame
    rows: Rows
    prepared: Prepared
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
            region=name, position=int(places[cut]), date=self.label(int(places[cut])),
            earliest=self.label(first), latest=self.label(int(places[found.latest])),
            before=self._level(row, *pair[0]), after=self._level(row, *pair[1]),
            rate_ratio=inference.ratio(pair[0], pair[1], noise, self.level) if counts else None,
            difference=None if counts else inference.difference(pair[0], pair[1], noise, self.level),
            p_value=float(-np.expm1(-false)),
        )  # fmt: skip

    def label(self, place: int) -> Hashable:
        label: Hashable = self.table.index[place]
        return label_date(label) or label
