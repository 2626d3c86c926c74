"""Continuous broken lines: where the slope of one series changes, found over a grid and then refined.

The mean is a line whose slope changes at joints, on the log scale for counts and on the natural one for
numbers. All candidate places of a joint are fitted at once, each by a few weighted least squares steps with
matrices of two columns plus one per joint; no optimiser runs per candidate. Long series are first searched in
at most `BINS` bins, the joints found are then moved on the single observations.

Kim et al. 2000 and Muggeo 2003 (joinpoint regression); Hudson 1966 (the optimum between two observations).
"""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Broken", "Course", "best_lines", "broken", "fit_lines", "joint_gains"]

Floats = NDArray[np.float64]

BINS = 100
GRID = 30  # places tried for one more joint
PAIRS = 14  # places tried for two joints at once
AHEAD = 2  # joints tried beyond the best number: a ramp between two levels needs two at once
STEPS = 25  # of weighted least squares; stops as soon as nothing moves
ROUNDS = 2  # times that every joint is moved in turn


@dataclass(frozen=True)
class Course:
    """One series, used positions only.

    values : counts, or numbers around their mean.
    weights : expected under one level (counts); 1 for numbers.
    at : time of each value, ascending.
    noise : dispersion of counts, variance of numbers; gains are divided by it.
    counts : log scale or natural scale.
    """

    values: Floats
    weights: Floats
    at: Floats
    noise: float
    counts: bool

    def binned(self, most: int = BINS) -> "Course":
        """Neighbours put together, so that at most ``most`` values remain."""
        size = -(-len(self.values) // most)
        if size <= 1:
            return self
        starts = np.arange(0, len(self.values), size)
        mass = np.add.reduceat(self.weights, starts)
        sums = np.add.reduceat(self.values, starts)
        middle = np.add.reduceat(self.at * self.weights, starts) / mass
        if self.counts:
            return Course(sums, mass, middle, self.noise, counts=True)
        return Course(sums / mass, mass, middle, self.noise, counts=False)


@dataclass(frozen=True)
class Broken:
    """A fitted broken line.

    joints : times at which the slope changes, ascending.
    coefficients : level at time ``origin``, first slope [per unit of time], then the change of slope at each
        joint; on the log scale for counts.
    gain : twice the log likelihood gained over one level, over the noise.
    """

    joints: Floats
    coefficients: Floats
    origin: float
    gain: float

    @property
    def slopes(self) -> Floats:
        """Slope of every segment."""
        return np.cumsum(self.coefficients[1:])

    def mean(self, at: Floats) -> Floats:
        """The line at any times, on the scale it was fitted on."""
        return np.asarray(_columns(at, self.joints[None], self.origin, 1.0)[0] @ self.coefficients)


def _columns(at: Floats, joints: Floats, origin: float, span: float) -> Floats:
    """Candidates x observations x (2 + joints): one, time, time beyond each joint."""
    beyond = np.maximum(at[None, :, None] - joints[:, None, :], 0.0) / span
    plain = np.stack([np.ones_like(at), (at - origin) / span], axis=1)
    return np.concatenate([np.broadcast_to(plain, (len(joints), *plain.shape)), beyond], axis=2)


def fit_lines(course: Course, columns: Floats) -> tuple[Floats, Floats]:
    """Coefficients (candidates x columns) and gains (candidates) of many designs at once."""
    if not course.counts:
        coefficients = _solve(columns, course.weights[None], course.values[None] * course.weights[None])
        fit = np.einsum("bnp,bp->bn", columns, coefficients)
        return coefficients, (course.weights * (2 * course.values - fit) * fit).sum(axis=1) / course.noise
    y, w = course.values, course.weights
    mean = np.broadcast_to(y + 0.1 * np.maximum(w, 1e-9) + 1e-9, columns.shape[:2])
    eta = np.log(mean / w)
    coefficients, best = np.zeros((len(columns), columns.shape[2])), np.full(len(columns), -np.inf)
    for _ in range(STEPS):
        new = _solve(columns, mean, mean * eta + y - mean)
        eta, value = _likelihood(columns, new, y, w)
        for _ in range(6):  # a step that overshot is halved
            worse = value < best - 1e-9 * (1 + np.abs(best))
            if not worse.any():
                break
            new[worse] = (new[worse] + coefficients[worse]) / 2
            eta, value = _likelihood(columns, new, y, w)
        moved = np.abs(value - best).max()
        coefficients, best, mean = new, value, w * np.exp(eta)
        if moved < 1e-8 * (1 + np.abs(value).max()):
            break
    return coefficients, 2 * (best + y.sum()) / course.noise


def _likelihood(columns: Floats, coefficients: Floats, y: Floats, w: Floats) -> tuple[Floats, Floats]:
    eta = np.clip(np.einsum("bnp,bp->bn", columns, coefficients), -40.0, 40.0)
    return eta, eta @ y - np.exp(eta) @ w


def _solve(columns: Floats, weights: Floats, right: Floats) -> Floats:
    weighted = columns.transpose(0, 2, 1) * weights[:, None, :]
    matrix = weighted @ columns
    ridge = 1e-11 * np.trace(matrix, axis1=1, axis2=2)[:, None, None] + 1e-12
    side = columns.transpose(0, 2, 1) @ np.broadcast_to(right[:, :, None], (len(columns), right.shape[1], 1))
    return np.asarray(np.linalg.solve(matrix + ridge * np.eye(matrix.shape[1]), side)[:, :, 0])


def broken(course: Course, joints: Floats) -> Broken:
    """The best broken line with these joints."""
    origin, span = float(course.at[0]), float(np.ptp(course.at)) or 1.0
    coefficients, gains = fit_lines(course, _columns(course.at, joints[None], origin, span))
    own = coefficients[0].copy()
    own[1:] /= span
    return Broken(joints, own, origin, float(gains[0]))


def best_lines(course: Course, *, shortest: int, price: float, most: int = 10) -> Broken:
    """The broken line with the best gain less ``price`` per joint.

    shortest : fewest observations of a segment.
    """
    coarse = _Search.of(course, shortest)
    chosen = found = np.empty(0)
    best, number = coarse.gain(found), 0
    while number < min(most, len(coarse.grid)) and number < len(chosen) + AHEAD:
        number += 1
        longer = coarse.one_more(found)
        if longer is None:
            break
        found = coarse.moved(longer)
        if number == 2 and (pair := coarse.best_pair()) is not None:
            pair = coarse.moved(pair)
            found = pair if coarse.gain(pair) > coarse.gain(found) else found
        net = coarse.gain(found) - price * number
        if net > best:
            best, chosen = net, found
    return broken(course, _Search.of(course, shortest, fine=True).moved(chosen))


@dataclass(frozen=True)
class _Search:
    course: Course
    edges: Floats  # times of the single observations
    shortest: int
    grid: Floats
    fine: bool

    @classmethod
    def of(cls, course: Course, shortest: int, *, fine: bool = False) -> "_Search":
        room = np.arange(max(shortest, 2), len(course.at) - max(shortest, 2))
        places = room[np.unique(np.linspace(0, len(room) - 1, GRID).astype(int))] if len(room) else room
        return cls(course if fine else course.binned(), course.at, shortest, course.at[places], fine)

    def gain(self, joints: Floats) -> float:
        return float(self._gains(joints[None])[0])

    def _gains(self, joints: Floats) -> Floats:
        origin, span = float(self.course.at[0]), float(np.ptp(self.course.at)) or 1.0
        return fit_lines(self.course, _columns(self.course.at, joints, origin, span))[1]

    def _apart(self, joints: Floats) -> NDArray[np.bool_]:
        """Candidates x joints in order -> whether every segment holds enough observations."""
        places = np.searchsorted(self.edges, joints)
        ends = np.full((len(joints), 1), len(self.edges))
        whole = np.concatenate([np.zeros_like(ends), places, ends], axis=1)
        return np.asarray((np.diff(whole, axis=1) >= max(self.shortest, 2)).all(axis=1))

    def _best(self, joints: Floats) -> Floats | None:
        allowed = joints[self._apart(joints)]
        return allowed[int(self._gains(allowed).argmax())] if len(allowed) else None

    def one_more(self, joints: Floats) -> Floats | None:
        old = np.broadcast_to(joints, (len(self.grid), len(joints)))
        return self._best(np.sort(np.concatenate([old, self.grid[:, None]], axis=1), axis=1))

    def best_pair(self) -> Floats | None:
        few = self.grid[np.unique(np.linspace(0, len(self.grid) - 1, PAIRS).astype(int))]
        return self._best(np.array(list(itertools.combinations(few, 2))))

    def moved(self, joints: Floats) -> Floats:
        """Every joint in turn moved to its best place between its neighbours, coarse to fine."""
        joints = joints.copy()
        step = float(np.median(np.diff(self.edges))) if len(self.edges) > 1 else 1.0
        for _ in range(ROUNDS if len(joints) > 1 else 1):
            for which in range(len(joints)):
                reach = float(np.ptp(self.edges)) / (len(self.grid) if self.fine else 8)
                while reach > (0.002 if self.fine else 0.5) * step:
                    joints = self._nudged(joints, which, reach)
                    reach /= 4
        return joints

    def _nudged(self, joints: Floats, which: int, reach: float) -> Floats:
        trial = np.repeat(joints[None], 13, axis=0)
        trial[:, which] += np.linspace(-reach, reach, 13)
        near = self.edges[np.abs(self.edges - joints[which]) <= reach]
        if 0 < len(near) <= 8:  # the likelihood has a kink at every observation
            more = np.repeat(joints[None], len(near), axis=0)
            more[:, which] = near
            trial = np.concatenate([trial, more])
        trial = trial[(np.diff(trial, axis=1) > 0).all(axis=1)]
        best = self._best(trial)
        return joints if best is None else best


def joint_gains(course: Course, *, shortest: int) -> tuple[float, float]:
    """What the best one and the best two joints gain over a line without; 0 where there is no room."""
    search = _Search.of(course, shortest)
    line = search.gain(np.empty(0))
    one, two = search.one_more(np.empty(0)), search.best_pair()
    found = [0.0 if joints is None else search.gain(search.moved(joints)) - line for joints in (one, two)]
    return found[0], found[1]
