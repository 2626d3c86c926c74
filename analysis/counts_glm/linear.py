"""What the regressions of both families share: one design, many small systems, and Newton's method.

Everything of the length of the series is done over blocks of regions whose arrays stay in the processor's
cache; what is of the size of the coefficients is done for all regions at once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

__all__ = ["Bools", "Evaluation", "Floats", "Ints", "Problem", "inverse", "newton", "solve", "squared"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.intp]
# Value to be made small, its negative gradient and its second derivatives, per region.
Evaluation = tuple[Floats, Floats, Floats]

_BLOCK = 32  # regions per block
_STEPS = 60
_HALVINGS = 12
_SETTLED = 1e-10  # gain of the log-likelihood that the last step promised; the error left is of its square
_FLOOR, _CEILING = -30.0, 30.0  # linear predictor; beyond these a mean is zero or no count at all


@dataclass(frozen=True, eq=False)
class Problem:
    """Counts of many regions and the design they share.

    x : days x terms, each column scaled to at most 1. y : regions x days, 0 where not seen.
    use : regions x days, or None where every day is seen. known : offset, days or regions x days, or None.
    """

    x: Floats
    y: Floats
    use: Bools | None
    known: Floats | None

    @cached_property
    def products(self) -> Floats:
        """Days x (terms and pairs of terms): one matrix product gives weighted sums and cross-products."""
        one, other = np.triu_indices(self.x.shape[1])
        return np.hstack([self.x, self.x[:, one] * self.x[:, other]])

    @cached_property
    def totals(self) -> Floats:
        """Regions x terms, ``x'y``."""
        totals: Floats = self.y @ self.x
        return totals

    def blocks(self, rows: Ints) -> Iterator[tuple[slice, Ints]]:
        """Pieces of ``rows``, with their place in it."""
        for start in range(0, len(rows), _BLOCK):
            place = slice(start, start + _BLOCK)
            yield place, rows[place]

    def offset(self, rows: Ints) -> Floats | None:
        """Known part of the linear predictor of these regions; broadcasts over them where they share it."""
        return self.known if self.known is None or self.known.ndim == 1 else self.known[rows]

    def seen(self, values: Floats, rows: Ints) -> Floats:
        """``values`` in place, 0 where the day is not seen."""
        if self.use is not None:
            values *= self.use[rows]
        return values

    def means(self, beta: Floats, rows: Ints) -> Floats:
        """Regions x days, 0 where the day is not seen."""
        eta: Floats = beta @ self.x.T
        known = self.offset(rows)
        if known is not None:
            eta += known
        if eta.size and (eta.min() < _FLOOR or eta.max() > _CEILING):
            np.clip(eta, _FLOOR, _CEILING, out=eta)
        return self.seen(np.exp(eta, out=eta), rows)


def squared(pairs: Floats, terms: int) -> Floats:
    """Symmetric matrices, regions x terms x terms, from their upper triangles."""
    one, other = np.triu_indices(terms)
    full = np.empty((len(pairs), terms, terms))
    full[:, one, other] = full[:, other, one] = pairs
    return full


def _scaled(matrices: Floats) -> tuple[Floats, Floats]:
    """With a diagonal of ones, as weights may all but vanish, and the roots of the diagonal."""
    roots = np.sqrt(np.einsum("rii->ri", matrices))
    roots = np.where(roots > 0, roots, 1.0)
    return matrices / roots[:, :, None] / roots[:, None, :], roots


def solve(matrices: Floats, right: Floats) -> Floats:
    """One small system per region."""
    scaled, roots = _scaled(matrices)
    solved: Floats = np.linalg.solve(scaled, (right / roots)[:, :, None])[:, :, 0] / roots
    return solved


def inverse(matrices: Floats) -> Floats:
    """The inverse of each region's matrix."""
    scaled, roots = _scaled(matrices)
    inverted: Floats = np.linalg.inv(scaled) / roots[:, :, None] / roots[:, None, :]
    return inverted


def newton(
    evaluate: Callable[[Floats, Ints], Evaluation], start: Floats, *, last_at_most: float = np.inf
) -> tuple[Floats, Floats, Bools]:
    """Where each region's value is smallest, its second derivatives there, and whether it was reached.

    evaluate : of parameters (some regions x parameters) and the numbers of these regions.
    last_at_most : no step moves the last parameter by more.
    """
    found, settled = start.copy(), np.zeros(len(start), dtype=bool)
    active = np.arange(len(start))
    state = evaluate(start, active)
    curvature = state[2].copy()
    for _ in range(_STEPS):
        if not active.size:
            break
        step = solve(state[2], state[1])
        promised = np.einsum("rp,rp->r", state[1], step)
        step /= np.maximum(np.abs(step[:, -1:]) / last_at_most, 1.0)
        now, state = _damped(evaluate, found[active], step, state[0], active)
        found[active], curvature[active] = now, state[2]
        done = np.abs(promised) < _SETTLED
        settled[active[done]] = True
        if done.any():
            active, *state = (part[~done] for part in (active, *state))  # type: ignore[assignment]
    return found, curvature, settled


def _damped(
    evaluate: Callable[[Floats, Ints], Evaluation], now: Floats, step: Floats, value: Floats, rows: Ints
) -> tuple[Floats, Evaluation]:
    """Parameters after the step, halved where it makes things worse, and what they evaluate to."""
    after = now + step
    state = evaluate(after, rows)
    for _ in range(_HALVINGS):
        # Written so that a value that is not a number counts as worse.
        worse = np.flatnonzero(~(state[0] <= value + 1e-9 * (1 + np.abs(value))))
        if not worse.size:
            break
        step[worse] /= 2
        after[worse] = now[worse] + step[worse]
        for whole, part in zip(state, evaluate(after[worse], rows[worse]), strict=True):
            whole[worse] = part
    return after, state
