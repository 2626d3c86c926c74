"""`bayes` and `rki` against their definitions, computed another way."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import detectors
from analysis.detectors.rki import _LIMITS

MONDAYS = pd.date_range("2014-01-06", periods=330, freq="7D")


def weekly(mean: float, seed: int = 3) -> pd.Series:
    return pd.Series(np.random.default_rng(seed).poisson(mean, 330).astype(float), index=MONDAYS)


def references(y: pd.Series, t: int, years: int, half: int, recent: bool) -> pd.Series:
    dates = [y.index[t] - pd.DateOffset(years=n) for n in range(1, years + 1)]
    places = [int(np.abs((y.index - date).days).argmin()) for date in dates]
    parts = [y.iloc[t - half : t]] if recent else []
    return pd.concat([*parts, *(y.iloc[place - half : place + half + 1] for place in places)]).dropna()


@pytest.mark.parametrize(
    ("years", "half", "recent"), [(0, 6, True), (1, 6, True), (2, 4, False), (3, 3, True)]
)
@pytest.mark.parametrize("mean", [0.4, 6.0, 40.0])
def test_both_are_their_definitions(years: int, half: int, recent: bool, mean: float) -> None:
    y = weekly(mean)
    y.iloc[300:303] = np.nan
    options = {"years": years, "half_window": half, "recent": recent, "last": 60}
    ours, theirs = detectors.bayes(y, alpha=0.02, **options), detectors.rki(y, **options)
    for t in (275, 298, 305, 329):
        past = references(y, t, years, half, recent)
        n = len(past)
        upper = stats.nbinom.isf(0.02, past.sum() + 0.5, n / (n + 1))
        assert ours["upper"].iloc[t] == upper
        assert ours["alarm"].iloc[t] == (y.iloc[t] > upper)
        assert ours["expected"].iloc[t] == pytest.approx(past.mean())
        limit = past.mean() + 2 * past.std() if past.mean() > 20 else _LIMITS[int(past.mean())]
        assert theirs["upper"].iloc[t] == pytest.approx(limit, rel=1e-12)
        assert theirs["alarm"].iloc[t] == (y.iloc[t] > limit)


def test_the_table_is_that_of_crow_and_gardner() -> None:
    """Shortest sets of counts with 95 % for every mean, of equal ones the highest; where a count leaves."""
    means = np.arange(1, 31_000) / 1000
    cdf = np.concatenate(
        [np.zeros((len(means), 1)), stats.poisson.cdf(np.arange(70), means[:, None])], axis=1
    )
    lowest = np.full(len(means), -1)
    for length in range(1, 40):
        enough = cdf[:, length:] - cdf[:, :-length] >= 0.95
        highest = enough.shape[1] - 1 - enough[:, ::-1].argmax(axis=1)
        lowest = np.where((lowest < 0) & enough.any(axis=1), highest, lowest)
    lowest = np.maximum.accumulate(lowest)
    limits = np.array([means[lowest <= events].max() for events in range(21)])
    assert ((_LIMITS - limits >= -1e-9) & (_LIMITS - limits < 0.0011)).all()


def test_false_alarms_are_as_often_as_the_docstrings_say() -> None:
    rng = np.random.default_rng(5)
    shares = {}
    for phi, mean in ((1.0, 5.0), (2.0, 1.0), (2.0, 20.0)):
        level = np.full((150, 300), mean) if phi == 1 else rng.gamma(mean / (phi - 1), phi - 1, (150, 300))
        steady = pd.DataFrame(rng.poisson(level).astype(float))
        for name, found in (
            ("bayes", detectors.bayes(steady, alpha=0.01)),
            ("rki", detectors.rki(steady, years=0, half_window=6, recent=True)),
        ):
            shares[name, phi, mean] = found["alarm"].iloc[6:].to_numpy().mean()
    assert shares["bayes", 1, 5] < 0.01
    assert shares["bayes", 2, 1] == pytest.approx(0.035, abs=0.006)
    assert shares["bayes", 2, 20] == pytest.approx(0.044, abs=0.006)
    assert shares["rki", 1, 5] == pytest.approx(0.022, abs=0.005)
    assert shares["rki", 2, 20] == pytest.approx(0.088, abs=0.012)


def test_a_year_and_no_less_is_needed() -> None:
    y = weekly(3.0)
    found = detectors.rki(y.iloc[:120])
    assert found["note"].iloc[-1] == ""
    assert (found["note"].iloc[:100] == "too little history").all()
    assert found["upper"].iloc[:100].isna().all()
    gone = y.where(y.index > MONDAYS[280])
    assert detectors.bayes(gone)["note"].iloc[281] == "no observed references"
