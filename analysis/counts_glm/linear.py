"""What the regressions of both families share: one design, many small systems, and Newton's method.

Everything of the length of the series is done over blocks of regions whose arrays stay in the processor's
cache; what is of the size of the coefficients is done for all regions at once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "Bools",
    "Evaluation",
    "Floats",
    "Ints",
    "Problem",
    "inverse",
    "newton",
    "product",
    "solve",
    "squared",
]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.intp]
Some = npt.NDArray[Any]  # single or double precision
# Value to be made small, its negative gradient and its second derivatives, per region.
Evaluation = tuple[Floats, Floats, Floats]

_BLOCK = 32  # regions per block
_STEPS = 60
_HALVINGS = 12
# Settled where the last step moved no linear predictor by more than the first (the error left is of its
# square), or promised a gain of the log-likelihood below the second (a coefficient may be on its way to
# minus infinity).
_NEAR, _GAIN = 1e-5, 1e-10
_FLOOR, _CEILING = -30.0, 30.0  # linear predictor; beyond these a mean is zero or no count at all
# Multiplications in one call of BLAS. Larger ones are spread over threads, which gains nothing at these sizes
# and costs ten times as much where other processes use the cores.
_ALONE = 400_000
_RIDGE = 1e-15  # on a diagonal of ones: no matrix is exactly singular


@dataclass(frozen=True, eq=False)
class Problem:
    """Counts of many regions and the design they share.

    x : days x terms. y : regions x days, 0 where not seen. use : regions x days, or None where every day is
    seen. known : offset, days or regions x days, or None.
    """

    x: Floats
    y: Floats
    use: Bools | None
    known: Floats | None

    @cached_property
    def products(self) -> Floats:
        """Days x (1, terms, pairs of terms): one matrix product gives weighted sums and cross-products.

        Where the first term is 1 everywhere its pairs are already the first two.
        """
        one, other = np.triu_indices(self.x.shape[1])
        pairs = self.x[:, one] * self.x[:, other]
        return pairs if self._constant else np.hstack([np.ones((len(pairs), 1)), self.x, pairs])

    @cached_property
    def _constant(self) -> bool:
        return bool((self.x[:, 0] == 1).all())

    @cached_property
    def _single(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        return self.x.astype(np.float32), self.products.astype(np.float32)

    @cached_property
    def totals(self) -> Floats:
        """Regions x terms, ``x'y``."""
        totals: Floats = product(self.y, self.x)
        return totals

    @cached_property
    def _reach(self) -> tuple[Floats, float]:
        """The largest size of each term and of the offset."""
        known = 0.0 if self.known is None else float(np.abs(self.known).max(initial=0.0))
        return np.abs(self.x).max(axis=0, initial=0.0), known

    def step(self, change: Floats) -> Floats:
        """No linear predictor moves by more under a change of the coefficients, the first parameters."""
        moved: Floats = (np.abs(change[:, : self.x.shape[1]]) * self._reach[0]).sum(axis=1)
        moved += np.abs(change[:, self.x.shape[1] :]).sum(axis=1)
        return moved

    def widest(self, beta: Floats) -> Floats:
        """No linear predictor of the region is larger."""
        return self.step(beta) + self._reach[1]

    def blocks(self, rows: Ints) -> Iterator[tuple[slice, Ints]]:
        """Pieces of ``rows``, with their place in it."""
        for start in range(0, len(rows), _BLOCK):
            place = slice(start, start + _BLOCK)
            yield place, rows[place]

    def offset(self, rows: Ints) -> Floats | None:
        """Known part of the linear predictor of these regions; broadcasts over them where they share it."""
        return self.known if self.known is None or self.known.ndim == 1 else self.known[rows]

    def seen(self, values: Some, rows: Ints) -> Some:
        """``values`` in place, 0 where the day is not seen."""
        if self.use is not None:
            values *= self.use[rows]
        return values

    def means(self, beta: Floats, rows: Ints, *, single: bool = False) -> Some:
        """Regions x days, 0 where the day is not seen; in single precision where that is enough."""
        x: Some = self._single[0] if single else self.x
        eta = product(beta.astype(x.dtype), x.T)
        known = self.offset(rows)
        if known is not None:
            eta += known
        if (self.widest(beta) > _CEILING).any():
            np.clip(eta, _FLOOR, _CEILING, out=eta)
        return self.seen(np.exp(eta, out=eta), rows)

    def sums(self, weights: Some) -> Some:
        """Weighted sums over days of `products`."""
        products: Some = self._single[1] if weights.dtype == np.float32 else self.products
        return product(weights, products)

    def parts(self, sums: Floats) -> tuple[Floats, Floats, Floats]:
        """Of `sums`: weights, terms, and pairs of terms as symmetric matrices."""
        terms, skip = self.x.shape[1], 0 if self._constant else 1
        pairs = sums if self._constant else sums[:, 1 + terms :]
        return sums[:, 0], sums[:, skip : skip + terms], squared(pairs, terms)


def product(left: Some, right: Some) -> Some:
    """``left @ right``, in pieces that stay on one core: of rows, and where these are long, of columns."""
    if len(left) == 1:
        summed: Some = (left[0][:, None] * right).sum(axis=0)[None]
        return summed
    rows, length = _ALONE // max(right.size, 1), len(right)
    if rows < 4:
        rows = 4
        length = max(_ALONE // (rows * right.shape[1]), 1)
    out = np.empty((len(left), right.shape[1]), dtype=left.dtype)
    whole = len(left) // rows * rows
    for first, last in ((0, whole), (whole, len(left))):
        if first == last:
            continue
        height = min(rows, last - first)
        part = left[first:last].reshape(-1, height, left.shape[1])
        into = out[first:last].reshape(-1, height, right.shape[1])
        np.matmul(part[:, :, :length], right[:length], out=into)
        for at in range(length, len(right), length):
            into += part[:, :, at : at + length] @ right[at : at + length]
    return out


def squared(pairs: Floats, terms: int) -> Floats:
    """Symmetric matrices, regions x terms x terms, from their upper triangles."""
    one, other = np.triu_indices(terms)
    full = np.empty((len(pairs), terms, terms))
    full[:, one, other] = full[:, other, one] = pairs
    return full


def _scaled(matrices: Floats, ridge: float) -> tuple[Floats, Floats]:
    """With a diagonal of ones and the ridge, as weights may all but vanish, and the roots of the diagonal."""
    roots = np.sqrt(np.abs(np.einsum("rii->ri", matrices)))
    roots = np.where(roots > 0, roots, 1.0)
    scaled = matrices / roots[:, :, None] / roots[:, None, :]
    np.einsum("rii->ri", scaled)[:] += ridge
    return scaled, roots


def solve(matrices: Floats, right: Floats, *, ridge: float = _RIDGE) -> Floats:
    """One small system per region."""
    scaled, roots = _scaled(matrices, ridge)
    solved: Floats = np.linalg.solve(scaled, (right / roots)[:, :, None])[:, :, 0] / roots
    return solved


def inverse(matrices: Floats) -> Floats:
    """The inverse of each region's matrix."""
    scaled, roots = _scaled(matrices, _RIDGE)
    inverted: Floats = np.linalg.inv(scaled) / roots[:, :, None] / roots[:, None, :]
    return inverted


def newton(
    evaluate: Callable[[Floats, Ints], Evaluation],
    start: Floats,
    *,
    widest: Callable[[Floats], Floats],
    last_at_most: float = np.inf,
    coarse: bool = False,
) -> tuple[Floats, Bools]:
    """Where each region's value is smallest, and whether it was reached.

    evaluate : of parameters (some regions x parameters) and the numbers of these regions.
    widest : by how much a step moves anything that matters.
    last_at_most : no step moves the last parameter by more.
    coarse : only to come near, with figures of single precision.
    """
    near, slack, ridge, steps = (2e-3, 1e-3, 1e-6, 6) if coarse else (_NEAR, 1e-9, _RIDGE, _STEPS)
    found, settled = start.copy(), np.zeros(len(start), dtype=bool)
    active = np.arange(len(start))
    state = evaluate(start, active)
    for _ in range(steps):
        step = solve(state[2], state[1], ridge=ridge)
        promised = np.abs(np.einsum("rp,rp->r", state[1], step))
        step /= np.maximum(np.abs(step[:, -1:]) / last_at_most, 1.0)
        done = (widest(step) < near) | (promised < _GAIN)
        if done.any():
            found[active[done]] += step[done]
            settled[active[done]] = True
            active, step, *state = (part[~done] for part in (active, step, *state))  # type: ignore[assignment]
        if not active.size:
            break
        found[active], state = _damped(evaluate, found[active], step, state[0], active, slack)
    return found, settled


def _damped(
    evaluate: Callable[[Floats, Ints], Evaluation],
    now: Floats,
    step: Floats,
    value: Floats,
    rows: Ints,
    slack: float,
) -> tuple[Floats, Evaluation]:
    """Parameters after the step, halved where it makes things worse, and what they evaluate to."""
    after = now + step
    state = evaluate(after, rows)
    for _ in range(_HALVINGS):
        # Written so that a value that is not a number counts as worse.
        worse = np.flatnonzero(~(state[0] <= value + slack * (1 + np.abs(value))))
        if not worse.size:
            break
        step[worse] /= 2
        after[worse] = now[worse] + step[worse]
        for whole, part in zip(state, evaluate(after[worse], rows[worse]), strict=True):
            whole[worse] = part
    return after, state
