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
_SETTLED = 1e-10  # gain of the log-likelihood that the last step promised
_FLOOR, _CEILING = -30.0, 30.0  # linear predictor; beyond these a mean is zero or no count at all
_SEPARATED = 1e-8  # a fitted mean this far below the largest of its region has run away


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
    note = _estimable(x, seen, y)
    ok = np.flatnonzero(note == "")
    beta, mu = np.full((len(y), x.shape[1]), np.nan), np.zeros(y.shape)
    settled = np.zeros(len(y), dtype=bool)
    for start in range(0, len(ok), _BLOCK):
        part = ok[start : start + _BLOCK]
        known_part = None if known is None else known[part]
        beta[part], mu[part], settled[part] = _irls(x, y[part], seen[part], known_part)
    note[(note == "") & _ran_away(mu, seen)] = "separated"
    index, regions = design.index, counts.columns
    return CountsFit(
        coefficients=pd.DataFrame(beta, index=regions, columns=design.columns),
        converged=pd.Series(settled.tolist(), index=regions, dtype=bool),
        note=pd.Series(note, index=regions),
        counts=pd.DataFrame(y.T, index=index, columns=regions),
        observed=pd.DataFrame(seen.T, index=index, columns=regions),
        fitted=pd.DataFrame(mu.T, index=index, columns=regions),
        design=design,
        offset=None if known is None else pd.DataFrame(known.T, index=index, columns=regions),
    )


def _checked(
    counts: pd.DataFrame, design: pd.DataFrame, observed: pd.DataFrame | None, offset: Any
) -> tuple[Floats, Floats, Bools, Floats | None]:
    """Counts, design, observed and offset; regions come first, so that each one's days lie together."""
    y = np.ascontiguousarray(counts.to_numpy(dtype=float).T)
    x = design.to_numpy(dtype=float)
    if len(x) != y.shape[1]:
        raise InputError(f"the design has {len(x)} days and the counts have {y.shape[1]}.")
    if not np.isfinite(x).all():
        raise InputError("the design has to be finite.")
    seen = ~np.isnan(y)
    if observed is not None:
        seen &= observed.to_numpy(dtype=bool).T
    y = np.where(seen, y, 0.0)
    if (y < 0).any() or np.isinf(y).any():
        raise InputError("counts are finite and not negative.")
    if offset is None:
        return y, x, seen, None
    known = np.broadcast_to(np.asarray(offset, dtype=float).T, y.shape)
    if not np.isfinite(known[seen]).all():
        raise InputError("the offset has to be finite on every observed day.")
    return y, x, seen, np.where(seen, known, 0.0)


def _estimable(x: Floats, seen: Bools, y: Floats) -> npt.NDArray[np.object_]:
    """Why a region cannot be fitted; empty where it can."""
    terms = x.shape[1]
    note = np.full(len(y), "", dtype=object)
    masks = seen[:1] if (seen == seen[:1]).all() else seen
    gram = _gram(masks.astype(float), _outer(x), terms)
    scale = np.sqrt(np.einsum("rii->ri", gram))
    safe = np.where(scale > 0, scale, 1.0)
    smallest = np.linalg.eigvalsh(gram / safe[:, :, None] / safe[:, None, :])[:, 0]
    note[np.broadcast_to(smallest < 1e-10, note.shape)] = "a term is not told apart by the observed days"
    note[seen.sum(axis=1) <= terms] = "no more observed days than terms"
    note[y.sum(axis=1) == 0] = "no events"
    return note


def _ran_away(mu: Floats, seen: Bools) -> Bools:
    """Where some fitted mean fell to next to nothing: a coefficient on its way to minus infinity."""
    lowest = np.where(seen, mu, np.inf).min(axis=1, initial=np.inf)
    away: Bools = lowest < _SEPARATED * np.where(seen, mu, 0.0).max(axis=1, initial=0.0)
    return away


def _outer(x: Floats) -> Floats:
    """Days x pairs of terms: the products from which every weighted cross-product is one matrix product."""
    one, other = np.triu_indices(x.shape[1])
    products: Floats = x[:, one] * x[:, other]
    return products


def _gram(weight: Floats, outer: Floats, terms: int) -> Floats:
    """Regions x terms x terms, ``x' diag(weight) x``."""
    one, other = np.triu_indices(terms)
    gram = np.empty((len(weight), terms, terms))
    gram[:, one, other] = gram[:, other, one] = weight @ outer
    return gram


def _irls(x: Floats, y: Floats, seen: Bools, known: Floats | None) -> tuple[Floats, Floats, Bools]:
    """Coefficients (regions x terms), fitted means (regions x days) and whether the fit settled."""
    outer, use = _outer(x), None if seen.all() else seen
    now, eta, mu = _start(x, outer, y, use, known)
    value = _objective(y, eta, mu, use)
    beta, means, settled = now.copy(), mu.copy(), np.zeros(len(y), dtype=bool)
    active = np.arange(len(y))
    for _ in range(_STEPS):
        weight = _masked(mu, use)
        gradient = (y - weight) @ x
        step = _solve(outer, weight, gradient)
        now, mu, value = _damped(x, y, use, known, now, step, value)
        # What this step promised to gain; the error left behind is of its square.
        done = np.einsum("ri,ri->r", gradient, step) < _SETTLED
        if done.any():
            settled[active[done]] = True
            beta[active], means[active] = now, mu
            active, now, mu, value, y = (part[~done] for part in (active, now, mu, value, y))
            use, known = (None if part is None else part[~done] for part in (use, known))
        if not active.size:
            break
    beta[active], means[active] = now, mu
    return beta, means, settled


def _masked(values: Floats, use: Bools | None) -> Floats:
    return values if use is None else np.where(use, values, 0.0)


def _start(
    x: Floats, outer: Floats, y: Floats, use: Bools | None, known: Floats | None
) -> tuple[Floats, Floats, Floats]:
    """One weighted least-squares step from means halfway between each count and its region's mean."""
    days = y.shape[1] if use is None else use.sum(axis=1, keepdims=True)
    mu = (y + y.sum(axis=1, keepdims=True) / days) / 2
    working = np.log(mu) + (y / mu - 1)
    if known is not None:
        working -= known
    weight = _masked(mu, use)
    beta = _solve(outer, weight, (weight * working) @ x)
    return beta, *_predicted(x, beta, known)


def _predicted(x: Floats, beta: Floats, known: Floats | None) -> tuple[Floats, Floats]:
    eta = beta @ x.T
    if known is not None:
        eta += known
    np.clip(eta, _FLOOR, _CEILING, out=eta)
    return eta, np.exp(eta)


def _objective(y: Floats, eta: Floats, mu: Floats, use: Bools | None) -> Floats:
    """Half the deviance, up to a constant."""
    total: Floats = _masked(mu, use).sum(axis=1) - np.einsum("rn,rn->r", y, eta)
    return total


def _solve(outer: Floats, weight: Floats, right: Floats) -> Floats:
    """Weighted least squares of every region; scaled by the diagonal, as weights may all but vanish."""
    gram = _gram(weight, outer, right.shape[1])
    scale = np.sqrt(np.einsum("rii->ri", gram))
    solved = np.linalg.solve(gram / scale[:, :, None] / scale[:, None, :], (right / scale)[:, :, None])
    step: Floats = solved[:, :, 0] / scale
    return step


def _damped(
    x: Floats,
    y: Floats,
    use: Bools | None,
    known: Floats | None,
    beta: Floats,
    step: Floats,
    value: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Coefficients, means and objective after the step, halved while it makes things worse."""
    eta, mu = _predicted(x, beta + step, known)
    now = _objective(y, eta, mu, use)
    for _ in range(8):
        worse = now > value + 1e-9 * (1 + np.abs(value))
        if not worse.any():
            break
        step = np.where(worse[:, None], step / 2, step)
        eta, mu = _predicted(x, beta + step, known)
        now = _objective(y, eta, mu, use)
    return beta + step, mu, now
