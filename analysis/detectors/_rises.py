"""Log likelihood ratios of a rise over windows that all end today, and the count that would reach a limit."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ._frames import Bools, Floats

__all__ = ["Rises", "count_for", "rise_of_varying", "rises"]

_STEPS = 60
_SETTLED = 1e-12


@dataclass(frozen=True)
class Rises:
    """Running sums, one row more than positions: events, expected events and observed positions."""

    events: Floats
    means: Floats
    seen: Floats

    @classmethod
    def of(cls, x: Floats, m: Floats, seen: Bools) -> "Rises":
        """From counts and means that are 0 where nothing was observed; positions x columns."""
        parts = (x, m, seen.astype(float))
        return cls(*(np.vstack([np.zeros(x.shape[1]), np.cumsum(part, axis=0)]) for part in parts))

    def windows(
        self, low: int, today: int, *, leave_out: Floats | None = None
    ) -> tuple[Floats, Floats, Floats]:
        """Sums over every window from ``low``, ``low + 1``, … to ``today``; ``leave_out``: today's events."""
        events, means, seen = (
            part[today + 1] - part[low : today + 1] for part in (self.events, self.means, self.seen)
        )
        return (events if leave_out is None else events - leave_out), means, seen


def rises(events: Floats, means: Floats, seen: Floats, alpha: float) -> Floats:
    """Largest log likelihood ratio over factors of at least 1, from sums; Poisson where ``alpha`` is 0.

    With ``alpha`` the mean has to be the same at every position of a window.
    """
    above = (events > means) & (means > 0)
    s, m = np.where(above, events, 1.0), np.where(above, means, 1.0)
    factor = np.log(s / m)
    if alpha == 0:
        return np.where(above, s * factor - s + m, 0.0)
    n = np.where(above, seen, 1.0)
    each = alpha * m / n
    change = np.log1p(each * s / m) - np.log1p(each)
    return np.where(above, s * factor - (s + n / alpha) * change, 0.0)


def count_for(
    limit: float, events: Floats, means: Floats, seen: Floats, today: Floats, alpha: float
) -> Floats:
    """What today would have to bring for the ratio of each window to reach ``limit``; at least 0.

    events : sums without today; means, seen : sums with today. Not finite where today's mean is unknown.
    """
    from scipy.special import lambertw

    usable = (means > 0) & ~np.isnan(today)
    m = np.where(usable, means, 1.0)
    # s log(s/m) - s + m = limit  has the root  s = m exp(1 + W((limit/m - 1) / e))
    branch: Any = lambertw((limit / m - 1) / np.e)  # type: ignore[call-overload]  # stubs know no plain array
    s = np.asarray(m * np.exp(1 + branch.real))
    if alpha > 0:
        s = _negative_binomial_root(limit, s, m, np.where(usable, seen, 1.0), alpha)
    return np.where(usable, np.maximum(0.0, s - events), np.inf)


def _negative_binomial_root(limit: float, s: Floats, m: Floats, n: Floats, alpha: float) -> Floats:
    """Newton's method from the Poisson root: the ratio is convex in the sum, so it closes in from above."""
    each = alpha * m / n
    for _ in range(_STEPS):
        change = np.log1p(alpha * s / n) - np.log1p(each)
        slope = np.log(s / m) - change
        step = (s * np.log(s / m) - (s + n / alpha) * change - limit) / slope
        s = s - step
        if (np.abs(step) <= _SETTLED * s).all():
            break
    return s


def rise_of_varying(x: Floats, m: Floats, seen: Bools, alpha: float) -> Floats:
    """As `rises`, for negative binomial windows whose mean varies: Newton for the factor of every window.

    x, m, seen : positions x columns of the longest window. Returns a row for every position it may begin.
    """
    inside = np.triu(np.ones((len(x), len(x))))
    factor = np.zeros_like(x)
    for _ in range(_STEPS):
        raised = 1 + alpha * m * np.exp(factor[:, None, :])
        slope = np.einsum("ks,ksc->kc", inside, (x - (raised - 1) / alpha) / raised * seen)
        bend = np.einsum("ks,ksc->kc", inside, (raised - 1) / alpha * (1 + alpha * x) / raised**2 * seen)
        step = np.divide(slope, bend, out=np.zeros_like(slope), where=bend > 0)
        # The ratio is concave in the factor; capped steps keep a first one from overshooting.
        new = np.clip(factor + np.clip(step, -1.0, 1.0), 0.0, 30.0)
        moved, factor = np.abs(new - factor).max(), new
        if moved < _SETTLED:
            break
    change = np.log1p(alpha * m * np.exp(factor[:, None, :])) - np.log1p(alpha * m)
    gain = (x * factor[:, None, :] - (x + 1 / alpha) * change) * seen
    return np.asarray(np.maximum(0.0, np.einsum("ks,ksc->kc", inside, gain)))
