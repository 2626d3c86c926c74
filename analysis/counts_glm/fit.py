"""Poisson regression of many series on one design, by iteratively reweighted least squares."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import InputError

from .result import CountsFit

__all__ = ["fit_counts"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_BLOCK = 64  # regions per block: its arrays then stay in the processor's cache
_STEPS = 60
_SETTLED = 1e-12  # relative change of the deviance
_FLOOR, _CEILING = -30.0, 30.0  # linear predictor; beyond these a mean is zero or no count at all
_SEPARATED = -18.0  # a fitted linear predictor this far below the largest has run away


def fit_counts(
    counts: pd.DataFrame,
    design: pd.DataFrame,
    *,
    observed: pd.DataFrame | None = None,
    offset: Any = None,
) -> CountsFit:
    """Fit ``log E(count) = offset + design @ coefficients`` to each column of ``counts``.

    counts : days x regions, >= 0, fractions accepted; NaN is a day without observation.
    design : days x terms, shared by all regions, in the order of ``counts``; see `design`.
    observed : days x regions, bool; days to leave out for a region are False.
    offset : known part of the linear predictor (log exposure): one number per day, or days x regions.

    Every region is answered: one without events, with fewer days than terms, or with a term that no observed
    day tells apart has NaN coefficients and a word in ``CountsFit.note``; one with a term that only occurs on
    days without events is fitted ("separated": that coefficient stands for minus infinity). Raises
    `InputError` where the shapes differ or a count is negative.
    """
    y, x, seen, known = _checked(counts, design, observed, offset)
    terms = x.shape[1]
    note = _estimable(x, seen, y)
    ok = np.flatnonzero(note == "")
    beta = np.full((y.shape[1], terms), np.nan)
    eta = np.full(y.shape, _FLOOR)
    settled = np.zeros(y.shape[1], dtype=bool)
    for start in range(0, len(ok), _BLOCK):
        part = ok[start : start + _BLOCK]
        beta[part], eta[:, part], settled[part] = _irls(x, y[:, part], seen[:, part], known[:, part])
    lowest = np.where(seen, eta, np.inf).min(axis=0, initial=np.inf)
    highest = np.where(seen, eta, -np.inf).max(axis=0, initial=-np.inf)
    with np.errstate(invalid="ignore"):
        note[(note == "") & (lowest - highest < _SEPARATED)] = "separated"
    regions = counts.columns
    return CountsFit(
        coefficients=pd.DataFrame(beta, index=regions, columns=design.columns),
        converged=pd.Series(settled.tolist(), index=regions, dtype=bool),
        note=pd.Series(note, index=regions),
        counts=pd.DataFrame(y, index=design.index, columns=regions),
        observed=pd.DataFrame(seen, index=design.index, columns=regions),
        fitted=pd.DataFrame(np.exp(eta), index=design.index, columns=regions),
        design=design,
        offset=None if offset is None else pd.DataFrame(known, index=design.index, columns=regions),
    )


def _checked(
    counts: pd.DataFrame, design: pd.DataFrame, observed: pd.DataFrame | None, offset: Any
) -> tuple[Floats, Floats, Bools, Floats]:
    y, x = counts.to_numpy(dtype=float), design.to_numpy(dtype=float)
    if len(x) != len(y):
        raise InputError(f"the design has {len(x)} days and the counts have {len(y)}.")
    if not np.isfinite(x).all():
        raise InputError("the design has to be finite.")
    seen = ~np.isnan(y) if observed is None else ~np.isnan(y) & observed.to_numpy(dtype=bool)
    y = np.where(seen, y, 0.0)
    if (y < 0).any() or np.isinf(y).any():
        raise InputError("counts are finite and not negative.")
    known = np.zeros((1, 1)) if offset is None else np.asarray(offset, dtype=float)
    known = np.broadcast_to(known[:, None] if known.ndim == 1 else known, y.shape)
    if not np.isfinite(known[seen]).all():
        raise InputError("the offset has to be finite on every observed day.")
    return y, x, seen, np.where(seen, known, 0.0)


def _estimable(x: Floats, seen: Bools, y: Floats) -> npt.NDArray[np.object_]:
    """Why a region cannot be fitted; empty where it can."""
    terms = x.shape[1]
    days = seen.sum(axis=0)
    note = np.full(y.shape[1], "", dtype=object)
    masks = seen[:, :1] if (seen == seen[:, :1]).all() else seen
    gram = (masks.T.astype(float) @ _outer(x)).reshape(-1, terms, terms)
    scale = np.sqrt(np.einsum("rii->ri", gram))
    safe = np.where(scale > 0, scale, 1.0)
    smallest = np.linalg.eigvalsh(gram / safe[:, :, None] / safe[:, None, :])[:, 0]
    note[np.broadcast_to(smallest < 1e-10, note.shape)] = "a term is not told apart by the observed days"
    note[days <= terms] = "no more observed days than terms"
    note[y.sum(axis=0) == 0] = "no events"
    return note


def _outer(x: Floats) -> Floats:
    """Days x (terms * terms): the products from which every weighted cross-product is one matrix product."""
    products: Floats = np.einsum("ni,nj->nij", x, x).reshape(len(x), -1)
    return products


def _irls(x: Floats, y: Floats, seen: Bools, known: Floats) -> tuple[Floats, Floats, Bools]:
    """Coefficients (regions x terms), linear predictor (days x regions) and whether the deviance settled."""
    outer, regions = _outer(x), y.shape[1]
    mean = y.sum(axis=0) / seen.sum(axis=0)
    eta = np.log((y + mean) / 2)
    beta = np.zeros((regions, x.shape[1]))
    last = np.full(regions, np.inf)
    settled = np.zeros(regions, dtype=bool)
    active = np.arange(regions)
    for _ in range(_STEPS):
        now, use = eta[:, active], seen[:, active]
        mu = np.exp(now)
        step = _solve(x, outer, mu * use, now - known[:, active] + y[:, active] / mu - 1)
        fresh, deviance = _damped(x, y[:, active], use, known[:, active], beta[active], step, last[active])
        beta[active], eta[:, active] = fresh, _predict(x, fresh, known[:, active])
        done = np.abs(last[active] - deviance) <= _SETTLED * (np.abs(deviance) + 0.1)
        last[active] = deviance
        settled[active[done]] = True
        active = active[~done]
        if not active.size:
            break
    return beta, eta, settled


def _predict(x: Floats, beta: Floats, known: Floats) -> Floats:
    eta: Floats = np.clip(x @ beta.T + known, _FLOOR, _CEILING)
    return eta


def _solve(x: Floats, outer: Floats, weight: Floats, working: Floats) -> Floats:
    """Weighted least squares of every region; scaled by the diagonal, as weights may all but vanish."""
    terms = x.shape[1]
    gram = (weight.T @ outer).reshape(-1, terms, terms)
    right = (weight * working).T @ x
    scale = np.sqrt(np.einsum("rii->ri", gram))
    solved = np.linalg.solve(gram / scale[:, :, None] / scale[:, None, :], (right / scale)[:, :, None])
    step: Floats = solved[:, :, 0] / scale
    return step


def _damped(
    x: Floats, y: Floats, seen: Bools, known: Floats, old: Floats, new: Floats, last: Floats
) -> tuple[Floats, Floats]:
    """The step, halved for a region while its objective got worse; and that objective."""

    def objective(beta: Floats) -> Floats:
        eta = _predict(x, beta, known)
        total: Floats = (seen * (np.exp(eta) - y * eta)).sum(axis=0)
        return total

    value = objective(new)
    for _ in range(8):
        worse = value > last + 1e-9 * (1 + np.abs(last))
        if not worse.any():
            break
        new = np.where(worse[:, None], (old + new) / 2, new)
        value = np.where(worse, objective(new), value)
    return new, value
