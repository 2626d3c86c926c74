"""Weighted quasi-Poisson regression of many short histories on one design."""

from dataclasses import dataclass

import numpy as np

from ._frames import Bools, Floats

__all__ = ["Fits", "estimable", "fit"]

_STEPS = 100
_SETTLED = 1e-12
_LOWEST, _HIGHEST = -30.0, 30.0  # log means beyond these are no counts
_RIDGE = 1e-13  # on a matrix with a unit diagonal: a step exists even where a season has no events


@dataclass(frozen=True)
class Fits:
    """Fits of problems x references; p terms.

    beta : problems x p. mean : fitted means. inverse : problems x p x p, covariance at dispersion 1.
    df : degrees of freedom left; a term held back by a ridge takes less than one. spread : Pearson's
    dispersion. working : the same with the variance of the working residuals left out, which is what
    `as_surveillance` needs.
    leverage : diagonal of the hat matrix.
    """

    beta: Floats
    mean: Floats
    inverse: Floats
    df: Floats
    spread: Floats
    working: Floats
    leverage: Floats

    @property
    def phi(self) -> Floats:
        """The dispersion, never below 1."""
        return np.maximum(self.spread, 1.0)


def estimable(x: Floats, seen: Bools) -> Bools:
    """Problems whose observed references tell all terms apart and leave degrees of freedom."""
    masks = seen[:1] if seen.all() else seen
    gram = np.einsum("ip,gi,iq->gpq", x, masks.astype(float), x, optimize=True)
    scale = np.sqrt(np.einsum("gpp->gp", gram))
    safe = np.where(scale > 0, scale, 1.0)
    smallest = np.linalg.eigvalsh(gram / safe[:, :, None] / safe[:, None, :])[:, 0]
    return np.asarray((smallest > 1e-10) & (seen.sum(axis=1) > x.shape[1]))


def fit(
    x: Floats,
    y: Floats,
    weight: Floats,
    ridge: Floats | None = None,
    *,
    start: Floats | None = None,
    settled: float = _SETTLED,
) -> Fits:
    """``log E(y) = x @ beta`` by iteratively reweighted least squares, each problem to convergence.

    x : references x p. y, weight : problems x references; weight 0 where nothing was observed. ridge :
    problems x p, what the log-likelihood loses per half square of each coefficient; the inverse is then that
    of the information with it. start : coefficients to begin with. settled : what the last step may still
    gain, relative to the counts; the error left is of its square. Every problem has events and, but for terms
    with a ridge, is `estimable`.
    """
    used = weight > 0
    outer = _outer(x)
    held = np.zeros((len(y), x.shape[1])) if ridge is None else ridge
    beta = _first(x, outer, y, weight, held) if start is None else start
    eta, value = _at(x, y, weight, beta, held)
    for _ in range(_STEPS):
        mean = np.exp(eta)
        gradient = (weight * (y - mean)) @ x - held * beta
        step = _solved(outer, weight * mean, gradient, held)
        gain = np.einsum("gp,gp->g", gradient, step)
        beta, eta, value = _damped(x, y, weight, held, beta, step, value)
        if (np.abs(gain) <= settled * (1 + (weight * y).sum(axis=1))).all():
            break
    mean = np.exp(eta)
    inverse = _inverse(outer, weight * mean, held)
    terms = x.shape[1] - np.einsum("gpp,gp->g", inverse, held)
    df = used.sum(axis=1) - terms
    off = (y - mean) ** 2
    return Fits(
        beta=beta,
        mean=mean,
        inverse=inverse,
        df=df,
        spread=(weight * off / mean).sum(axis=1) / df,
        working=(weight * off / mean**2).sum(axis=1) / df,
        leverage=weight * mean * _quadratic(inverse, outer),
    )


def _first(x: Floats, outer: Floats, y: Floats, weight: Floats, ridge: Floats) -> Floats:
    """One weighted least-squares step from means halfway between each count and its problem's mean."""
    level = (weight * y).sum(axis=1, keepdims=True) / weight.sum(axis=1, keepdims=True)
    mean = (y + level) / 2
    return _solved(outer, weight * mean, (weight * (mean * np.log(mean) + y - mean)) @ x, ridge)


def _at(x: Floats, y: Floats, weight: Floats, beta: Floats, ridge: Floats) -> tuple[Floats, Floats]:
    """Log means and minus the log-likelihood."""
    eta = np.clip(beta @ x.T, _LOWEST, _HIGHEST)
    return eta, (weight * (np.exp(eta) - y * eta)).sum(axis=1) + (ridge * beta**2).sum(axis=1) / 2


def _damped(
    x: Floats, y: Floats, weight: Floats, ridge: Floats, beta: Floats, step: Floats, value: Floats
) -> tuple[Floats, Floats, Floats]:
    """One step, halved while it makes things worse."""
    eta, now = _at(x, y, weight, beta + step, ridge)
    for _ in range(8):
        worse = now > value + 1e-9 * (1 + np.abs(value))
        if not worse.any():
            break
        step = np.where(worse[:, None], step / 2, step)
        eta, now = _at(x, y, weight, beta + step, ridge)
    return beta + step, eta, now


def _outer(x: Floats) -> Floats:
    """References x pairs of terms: every weighted cross-product is then one matrix product."""
    one, other = np.triu_indices(x.shape[1])
    return np.asarray(x[:, one] * x[:, other])


def _quadratic(matrix: Floats, outer: Floats) -> Floats:
    """Problems x references: ``x_i' matrix x_i``."""
    one, other = np.triu_indices(matrix.shape[1])
    return np.asarray((matrix[:, one, other] * np.where(one == other, 1.0, 2.0)) @ outer.T)


def _scaled(outer: Floats, weight: Floats, ridge: Floats) -> tuple[Floats, Floats]:
    terms = ridge.shape[1]
    one, other = np.triu_indices(terms)
    gram = np.empty((len(weight), terms, terms))
    gram[:, one, other] = gram[:, other, one] = weight @ outer
    gram[:, np.arange(terms), np.arange(terms)] += ridge
    scale = np.sqrt(np.maximum(np.einsum("gpp->gp", gram), np.finfo(float).tiny))
    return gram / scale[:, :, None] / scale[:, None, :] + _RIDGE * np.eye(terms), scale


def _solved(outer: Floats, weight: Floats, right: Floats, ridge: Floats) -> Floats:
    gram, scale = _scaled(outer, weight, ridge)
    return np.asarray(np.linalg.solve(gram, (right / scale)[:, :, None])[:, :, 0] / scale)


def _inverse(outer: Floats, weight: Floats, ridge: Floats) -> Floats:
    gram, scale = _scaled(outer, weight, ridge)
    return np.asarray(np.linalg.inv(gram) / scale[:, :, None] / scale[:, None, :])
