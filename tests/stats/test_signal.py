"""Unusual weeks: the chances recomputed by sums, the rule, its bounds, runs, parents, and no false alarms."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.errors import ConfigError
from analysis.findings import Signal, Skipped
from analysis.models import signal
from analysis.models.signal.rule import critical_p
from analysis.panel import Panel
from analysis.rates import Predictive, adjust_p
from analysis.weeks import Week

LAST = Week(first_day=dt.date(2025, 6, 30))
STEADY = [20.0, 22, 18, 21, 19, 20, 23, 17] * 3


def _panel(parents: dict[str, str] | None = None, **weekly: list[float]) -> Panel:
    """Weeks of regions, the last of them `LAST`; each count lies on the first day of its week."""
    length = max(map(len, weekly.values()))
    days = pd.date_range(end=LAST.last_day, periods=7 * length)
    counts = pd.DataFrame(np.nan, index=days, columns=list(weekly))
    for code, values in weekly.items():
        counts.loc[days[-7 * len(values) :], code] = 0.0
        counts.loc[days[-7 * len(values) :: 7], code] = values
    up = [(parents or {}).get(code, "") for code in weekly]
    regions = pd.DataFrame({"name": list(weekly), "parent": up}, index=counts.columns)
    panel = Panel.from_counts(counts, regions=regions)
    return replace(panel, parents={code: code.title() for code in up if code})


def _all(panel: Panel, week: Week = LAST, **options: float) -> dict[str, Signal]:
    return {item.region: item for item in signal.fit(panel, week=week, **options) if isinstance(item, Signal)}


def _flat(seed: int, means: list[float], weeks: int = 40, phi: float = 1.5) -> Panel:
    rng = np.random.default_rng(seed)
    mean = np.array(means)
    drawn = rng.poisson(rng.gamma(mean / (phi - 1), phi - 1, (weeks, len(means)))).astype(float)
    return _panel(**{f"R{i:02d}": list(drawn[:, i]) for i in range(len(means))})


def test_the_predictive_is_a_mixture_of_negative_binomials() -> None:
    """Against direct sums over scipy's nbinom, with both integrals done by brute force."""
    phi, df, before, periods = 2.0, 9.0, 30.0, 12.5
    z = np.linspace(-6, 6, 241)
    weight = np.exp(-(z**2) / 2)
    weight /= weight.sum()
    scale = np.maximum(phi * df / stats.chi2.ppf(stats.norm.cdf(-z), df), 1.001)[:, None]
    mean = stats.gamma.ppf(stats.norm.cdf(z)[None, :], before / scale + 0.5) * scale / periods
    ahead = Predictive.after(*(np.array([x]) for x in (before, periods, phi, df)))
    for count in (0, 1, 2, 5, 8, 12):
        tail = (
            1
            - stats.nbinom.cdf(
                np.arange(count), mean[..., None] / (scale[..., None] - 1), 1 / scale[..., None]
            )[..., -1]
            if count
            else np.ones_like(mean)
        )
        wanted = float((weight[:, None] * weight * tail).sum())
        assert ahead.at_least(np.array([float(count)]))[0] == pytest.approx(wanted, rel=2e-3)
        assert (
            ahead.at_most(np.array([count - 1.0]))[0] == pytest.approx(1 - wanted, abs=2e-4)
            if count
            else True
        )


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 500), st.floats(1, 60), st.floats(1, 30), st.floats(1, 60)),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([0.5, 0.975, 0.05, 0.01, 1e-4]),
)
def test_the_smallest_count_is_the_smallest(regions: list[tuple[float, ...]], p: float) -> None:
    ahead = Predictive.after(*np.array(regions).T)
    found = ahead.smallest(p)
    assert (ahead.at_least(found) <= p).all()
    assert (ahead.at_least(found - 1) > p).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1) | st.just(float("nan")) | st.floats(0, 0.02), min_size=1, max_size=25))
def test_the_critical_p_is_where_the_q_passes_the_level(p: list[float]) -> None:
    tests, level = np.array(p), 0.05
    found = critical_p(tests, level)
    for i in range(len(p)):
        for factor, named in ((1 - 1e-9, True), (1 + 1e-6, False)):
            other = tests.copy()
            other[i] = min(found[i] * factor, 1.0)
            if factor < 1 or found[i] * factor < 1:
                assert (adjust_p(other)[i] <= level * (1 + 1e-12)) is np.bool_(named) or found[i] >= 1


def test_verdicts_follow_the_data() -> None:
    panel = _panel(
        burst=[*STEADY, 60], fall=[*STEADY, 2], same=[*STEADY, 21], rare=[0.0, 1, 0] * 8 + [1],
        rare_burst=[0.0, 1, 0] * 8 + [12], never=[0.0] * 25, two=[0.0] * 24 + [2],
    )  # fmt: skip
    verdicts = {code: item.verdict for code, item in _all(panel).items()}
    assert verdicts == {
        "burst": "unusual", "fall": "low", "same": "usual", "rare": "too_few", "rare_burst": "unusual",
        "never": "too_few", "two": "too_few",
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_the_threshold_is_the_smallest_count_that_is_named(seed: int) -> None:
    panel = _flat(seed, [0.2, 1.0, 4.0, 10.0, 40.0, 200.0])
    for code, item in _all(panel).items():
        assert item.threshold is not None
        for count, named in ((item.threshold, True), (item.threshold - 1, False)):
            counts = panel.counts.copy()
            counts.loc[counts.index[-7], code] = float(count)
            other = _all(Panel.from_counts(counts))[code]
            assert (other.verdict == "unusual") is named, (code, count, other)
            assert other.threshold == item.threshold


def test_reasons_for_no_answer() -> None:
    panel = _panel(short=[20.0] * 8, fine=[*STEADY, 20], alone=[20.0])
    counts = panel.counts.where(panel.observed)
    counts["hole"] = counts["fine"]
    counts.loc[counts.index[-2], "hole"] = np.nan
    found = signal.fit(Panel.from_counts(counts), week=LAST)
    assert {item.region: item.reason for item in found if isinstance(item, Skipped)} == {
        "short": "only 7 fully observed weeks before it; 8 are needed",
        "alone": "no fully observed week before it; 8 are needed",
        "hole": f"the week {LAST} is not fully observed",
    }
    with pytest.raises(ConfigError, match="min_weeks"):
        signal.fit(panel, week=LAST, min_weeks=60)
    with pytest.raises(ConfigError, match="alpha"):
        signal.fit(panel, week=LAST, alpha=0.0)
    with pytest.raises(ConfigError, match="run_weeks"):
        signal.fit(panel, week=LAST, run_weeks=-1)
