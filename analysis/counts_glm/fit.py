"""One call: many series, one design, one family."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ConfigError, InputError

from .linear import Bools, Floats, Ints, Problem, product, squared
from .nb2 import NegativeBinomial, fit_nb2, poisson_limit
from .poisson import fit_poisson
from .result import FAMILIES, CountsFit

__all__ = ["fit_counts"]

_SEPARATED = 1e-8  # a fitted mean this far below the largest of its region has run away
_ALIKE = 1e-8  # share of a column that the columns before it leave over
_CLEAR = 1e-6  # smallest eigenvalue above which there is no such column


def fit_counts(
    counts: pd.DataFrame,
    design: pd.DataFrame,
    *,
    family: str = "poisson",
    observed: pd.DataFrame | None = None,
    offset: Any = None,
    exposure: Any = None,
) -> CountsFit:
    """Fit ``log E(count) = offset + design @ coefficients`` to each column of ``counts``.

    counts : days x regions, >= 0, fractions accepted; NaN is a day without observation.
    design : days x terms, shared by all regions, in the order of ``counts``; see `design`.
    family : "poisson" (also for quasi-Poisson errors, see `CountsFit.covariance`), or "nb2" for the negative
        binomial whose variance is mu + alpha mu^2, with one alpha per region by maximum likelihood.
    observed : days x regions, bool; days to leave out for a region are False.
    offset : known part of the linear predictor: one number per day, or days x regions.
    exposure : its exponential instead, >= 0; a day with exposure 0 is a day without observation.

    Every region is answered: one without events, with fewer days than terms, or with a term that no observed
    day tells apart has NaN coefficients and a word in ``CountsFit.note``; one with a term that only occurs on
    days without events is fitted ("separated": that coefficient stands for minus infinity). A region that is
    not overdispersed has alpha 0 and the Poisson coefficients. Raises `InputError` where shapes differ, a
    number is negative or not finite, or a column of the design is a combination of others, and
    `ConfigError` for an unknown family.
    """
    if family not in FAMILIES:
        raise ConfigError(f"{family!r} is not a family", key="family", value=family, valid=FAMILIES)
    x, scale = _checked_design(design, len(counts))
    y, seen, known = _checked(counts, observed, offset, exposure)
    use = None if seen.all() else seen
    note = _estimable(x, use, y)
    found, runaway = _fitted(x, y, use, known, np.flatnonzero(note == ""), family)
    note[runaway] = "separated"
    index, regions = design.index, counts.columns

    def wide(values: npt.NDArray[Any]) -> pd.DataFrame:
        return pd.DataFrame(values.T, index=index, columns=regions, copy=False)

    return CountsFit(
        family=family,
        coefficients=pd.DataFrame(found.beta / scale, index=regions, columns=design.columns),
        alpha=pd.Series(found.alpha, index=regions),
        alpha_information=pd.Series(found.alpha_information, index=regions),
        converged=pd.Series(found.settled.tolist(), index=regions, dtype=bool),
        note=pd.Series(note, index=regions),
        counts=wide(y),
        observed=wide(seen),
        design=design,
        offset=None if known is None else wide(np.broadcast_to(known, y.shape)),
        information=found.information * scale[:, None] * scale,
        observed_information=found.observed * scale[:, None] * scale,
    )


def _fitted(
    x: Floats, y: Floats, use: Bools | None, known: Floats | None, ok: Ints, family: str
) -> tuple[NegativeBinomial, Ints]:
    """Fits of all regions, NaN but for those of ``ok``; and which of them ran away."""
    regions, terms = len(y), x.shape[1]
    whole = NegativeBinomial(
        beta=np.full((regions, terms), np.nan),
        alpha=np.full(regions, np.nan),
        alpha_information=np.full(regions, np.nan),
        information=np.full((regions, terms, terms), np.nan),
        observed=np.full((regions, terms, terms), np.nan),
        settled=np.zeros(regions, dtype=bool),
    )
    if not len(ok):
        return whole, ok
    problem = _part(x, y, use, known, ok)
    found = poisson_limit(*fit_poisson(problem))
    if family == "nb2":
        found = fit_nb2(problem, found)
    for values, part in zip(whole, found, strict=True):
        values[ok] = part
    return whole, ok[_ran_away(problem, found.beta)]


def _part(x: Floats, y: Floats, use: Bools | None, known: Floats | None, ok: Ints) -> Problem:
    """The regions that can be fitted; no copy where these are all."""
    if len(ok) == len(y):
        return Problem(x, y, use, known)
    known = known if known is None or known.ndim == 1 else known[ok]
    return Problem(x, y[ok], None if use is None else use[ok], known)


def _checked_design(design: pd.DataFrame, days: int) -> tuple[Floats, Floats]:
    """The design with columns of size 1, and their sizes."""
    x = design.to_numpy(dtype=float)
    if len(x) != days:
        raise InputError(f"the design has {len(x)} days and the counts have {days}.")
    if not x.shape[1]:
        raise InputError("the design has no terms.")
    if not np.isfinite(x).all():
        raise InputError("the design has to be finite.")
    scale: Floats = np.abs(x).max(axis=0, initial=0.0)
    if days > x.shape[1]:
        _tell_apart(x / np.where(scale > 0, scale, 1.0), [str(name) for name in design.columns])
    scale = np.where(scale > 0, scale, 1.0)
    return x / scale, scale


def _tell_apart(x: Floats, names: list[str]) -> None:
    """Raises `InputError` for a column that the columns before it make up."""
    size = np.sqrt((x**2).sum(axis=0))
    unit = x / np.where(size > 0, size, 1.0)
    if np.linalg.eigvalsh(product(np.ascontiguousarray(unit.T), unit))[0] > _CLEAR:
        return
    right: Floats = np.asarray(np.linalg.qr(x, mode="r"))
    left_over = np.abs(np.diag(right))
    size = np.linalg.norm(right, axis=0)
    for column in range(x.shape[1]):
        if left_over[column] > _ALIKE * size[column]:
            continue
        if size[column] == 0:
            raise InputError(
                f"the column {names[column]!r} of the design is zero on every day: leave it out."
            )
        shares = np.linalg.lstsq(right[:, :column], right[:, column])[0]
        others = [names[other] for other in np.flatnonzero(np.abs(shares) > 1e-6)]
        raise InputError(
            f"the column {names[column]!r} of the design is a combination of "
            f"{', '.join(map(repr, others))}: leave one of them out."
        )


def _checked(
    counts: pd.DataFrame, observed: pd.DataFrame | None, offset: Any, exposure: Any
) -> tuple[Floats, Bools, Floats | None]:
    """Counts, observed and offset; regions come first, so that each one's days lie together."""
    y = np.array(counts.to_numpy(dtype=float).T, order="C", copy=True)
    seen = np.ones(y.shape, dtype=bool)
    if np.isnan(y.min(initial=0.0)):
        seen = ~np.isnan(y)
    if observed is not None:
        marks = observed.to_numpy(dtype=bool).T
        if marks.shape != y.shape:
            raise InputError(
                f"observed has {marks.shape[::-1]} days and regions, the counts {y.shape[::-1]}."
            )
        seen = seen & marks
    known = _known(offset, y.shape)
    if exposure is not None:
        known, seen = _exposed(known, exposure, seen)
    if not seen.all():
        y = np.where(seen, y, 0.0)
    if y.min(initial=0.0) < 0 or np.isinf(y.max(initial=0.0)):
        raise InputError("counts are finite and not negative.")
    if known is None:
        return y, seen, None
    anywhere = seen.any(axis=0) if known.ndim == 1 else seen
    if not np.isfinite(known[anywhere]).all():
        raise InputError("the offset has to be finite on every observed day.")
    return y, seen, np.where(anywhere, known, 0.0)


def _known(values: Any, shape: tuple[int, ...]) -> Floats | None:
    """One number per day, or regions x days."""
    if values is None:
        return None
    numbers = np.asarray(values, dtype=float).T
    try:
        known: Floats = np.broadcast_to(numbers, shape[1:] if numbers.ndim < 2 else shape)
    except ValueError:
        raise InputError(
            f"an offset or exposure has one number per day ({shape[1]}), or days x regions, "
            f"not {numbers.shape[::-1]}."
        ) from None
    return known


def _exposed(known: Floats | None, exposure: Any, seen: Bools) -> tuple[Floats, Bools]:
    """The offset with the logarithm of the exposure, and the days that have any."""
    amount = _known(exposure, seen.shape)
    amounts = np.broadcast_to(np.asarray(amount), seen.shape)[seen]
    if not ((amounts >= 0) & np.isfinite(amounts)).all():
        raise InputError("the exposure is finite and not negative on every observed day.")
    positive = np.asarray(amount) > 0
    logs = np.log(np.where(positive, np.asarray(amount), 1.0))
    return logs if known is None else logs + known, seen & positive


def _estimable(x: Floats, use: Bools | None, y: Floats) -> "npt.NDArray[np.object_]":
    """Why a region cannot be fitted; empty where it can."""
    terms = x.shape[1]
    note = np.full(len(y), "", dtype=object)
    days = np.full(len(y), len(x)) if use is None else use.sum(axis=1)
    if use is not None:
        note[_smallest(x, use) < 1e-10] = "a term is not told apart by the observed days"
    note[days <= terms] = "no more observed days than terms"
    note[y.sum(axis=1) == 0] = "no events"
    return note


def _smallest(x: Floats, use: Bools) -> Floats:
    """Smallest eigenvalue of each region's cross-products, scaled to a diagonal of ones."""
    one, other = np.triu_indices(x.shape[1])
    masks = use[:1] if (use == use[:1]).all() else use
    gram = squared(product(masks.astype(float), x[:, one] * x[:, other]), x.shape[1])
    roots = np.sqrt(np.einsum("rii->ri", gram))
    safe = np.where(roots > 0, roots, 1.0)
    smallest: Floats = np.linalg.eigvalsh(gram / safe[:, :, None] / safe[:, None, :])[:, 0].astype(float)
    return np.broadcast_to(smallest, len(use))


def _ran_away(problem: Problem, beta: Floats) -> Ints:
    """Where some fitted mean fell to next to nothing: a coefficient on its way to minus infinity."""
    # Means of a region whose linear predictors all lie within this cannot be that far apart.
    suspects = np.flatnonzero(2 * problem.widest(beta) > -np.log(_SEPARATED))
    away = np.zeros(len(suspects), dtype=bool)
    for place, rows in problem.blocks(suspects):
        mu = problem.means(beta[rows], rows)
        seen = mu if problem.use is None else np.where(problem.use[rows], mu, np.inf)
        away[place] = seen.min(axis=1) < _SEPARATED * mu.max(axis=1)
    return suspects[away]
