"""The search finds the best partition there is."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.segmentation import search
from analysis.segmentation.search import Prefix, partition, poisson_gain, square_gain, staged

GAINS = {"poisson": poisson_gain, "square": square_gain}


def total(values: np.ndarray, weights: np.ndarray, cuts: tuple[int, ...], family: str, price: float) -> float:
    edges = [0, *cuts, len(values)]
    gained = 0.0
    for a, b in pairwise(edges):
        s, w = values[a:b].sum(), weights[a:b].sum()
        gained += s * s / w if family == "square" else s * np.log(s / w) if s > 0 else 0.0
    return gained - price * len(cuts)


def brute(values: np.ndarray, weights: np.ndarray, family: str, price: float, shortest: int) -> float:
    """The best total over every admissible partition, one by one."""
    best = -np.inf
    for number in range(len(values) // shortest):
        for cuts in combinations(range(shortest, len(values) - shortest + 1), number):
            if all(b - a >= shortest for a, b in pairwise(cuts)):
                best = max(best, total(values, weights, cuts, family, price))
    return best


@settings(deadline=None, max_examples=150)
@given(
    values=st.lists(st.integers(0, 12), min_size=2, max_size=12),
    exposure=st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=12, max_size=12),
    price=st.sampled_from([0.0, 0.7, 2.0, 9.0]),
    shortest=st.integers(1, 4),
    family=st.sampled_from(["poisson", "square"]),
)
def test_no_partition_is_better(
    values: list[int], exposure: list[float], price: float, shortest: int, family: str
) -> None:
    y, w = np.array(values, float), np.array(exposure[: len(values)])
    if family == "square":
        y, w = y - y.mean(), np.ones_like(w)
    (cuts,) = partition(
        Prefix.of(y[None], w[None]), GAINS[family], lengths=np.array([len(y)]), penalty=np.array([price]),
        shortest=shortest,
    )  # fmt: skip
    edges = [0, *cuts, len(y)]
    assert len(cuts) == 0 or min(np.diff(edges)) >= shortest
    found = total(y, w, tuple(cuts), family, price)
    assert found == pytest.approx(brute(y, w, family, price, min(shortest, len(y))), abs=1e-9)


def test_single_and_double_precision_cut_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    level = np.repeat(rng.gamma(2, 4, (20, 6)), 100, axis=1)
    y = rng.poisson(level).astype(float)
    prefix = Prefix.of(y, np.ones_like(y) * y.mean(axis=1, keepdims=True))
    asked = {"lengths": np.full(20, 600), "penalty": np.full(20, 10.0), "shortest": 7}
    single = partition(prefix, poisson_gain, **asked)
    monkeypatch.setattr(search, "SAFE_SINGLE", 0.0)
    double = partition(prefix, poisson_gain, **asked)
    assert sum(map(len, single)) > 50
    for a, b in zip(single, double, strict=True):
        np.testing.assert_array_equal(a, b)


def test_blocks_of_series_do_not_touch_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    y = rng.poisson(np.repeat(rng.gamma(2, 4, (40, 3)), 40, axis=1)).astype(float)
    lengths = rng.integers(20, 121, 40)
    y[np.arange(120)[None, :] >= lengths[:, None]] = 0.0
    prefix = Prefix.of(y, (np.arange(120)[None, :] < lengths[:, None]).astype(float))
    asked = {"lengths": lengths, "penalty": np.full(40, 6.0), "shortest": 7}
    whole = partition(prefix, poisson_gain, **asked)
    monkeypatch.setattr(search, "BLOCK_CELLS", 1)
    for a, b in zip(whole, partition(prefix, poisson_gain, **asked), strict=True):
        np.testing.assert_array_equal(a, b)


def test_stages_are_the_best_for_their_number_of_segments() -> None:
    rng = np.random.default_rng(2)
    y = rng.poisson(3, (1, 12)).astype(float)
    gains, _ = staged(Prefix.of(y, np.ones_like(y)), poisson_gain, shortest=2, most=3)
    for segments in (1, 2, 3):
        best = max(
            total(y[0], np.ones(12), cuts, "poisson", 0.0)
            for cuts in combinations(range(2, 11), segments - 1)
            if all(b - a >= 2 for a, b in pairwise(cuts))
        )
        assert gains[0, segments - 1] == pytest.approx(best)
