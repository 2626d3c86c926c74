"""Made-up incident tables with known truth: for the demo, the tests and the calibration studies.

Every table says of itself, in a column of its own and in each note, that it is simulated.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from .errors import InputError

__all__ = ["simulate_counts", "simulate_incidents"]

Days = pd.DatetimeIndex | tuple[str | dt.date | pd.Timestamp, int]
Change = tuple[str, str | dt.date | pd.Timestamp, float]
Rates = float | Mapping[str, float] | Sequence[float] | NDArray[np.float64]

EVENT_TYPES = {"drone": 0.72, "shelling": 0.18, "missile": 0.10}
SOURCES = {"simulated agency": 0.6, "simulated newspaper": 0.3, "simulated channel": 0.1}
LONGEST_DELAY = 28  # days; later reports are not drawn
DELAY_SPREAD = 0.8  # standard deviation of the log delay


def simulate_counts(
    *,
    regions: int | Sequence[str],
    days: Days,
    rates: Rates,
    changes: Iterable[Change] = (),
    dispersion: float | ArrayLike = 1.0,
    weekday: Sequence[float] | None = None,
    autocorrelation: float = 0.0,
    latent_sd: float = 0.0,
    seed: int | np.random.Generator,
) -> pd.DataFrame:
    """Daily counts, days x regions, with known changes.

    regions : codes, or a number of regions (then ``R01``, ``R02`` …).
    days : the days, or (first day, number of days).
    rates : mean per day: one number, one per region in order, or a mapping code -> rate.
    changes : (region, first day of the new level, factor on the rate); several of a region multiply.
    dispersion : variance over mean of a day given its rate, at least 1; one number or one per region.
        1 is Poisson, above it negative binomial.
    weekday : seven factors, Monday first; scaled to mean 1 so that ``rates`` stay the mean.
    autocorrelation, latent_sd : lag-1 correlation and standard deviation of a stationary AR(1) process on
        the log rate (its mean effect is removed).
    seed : an integer, or a generator to draw on; the same seed gives the same table.

    Raises `InputError` when an argument cannot be used.
    """
    codes = _codes(regions)
    index = _days(days)
    rng = np.random.default_rng(seed)
    mean = np.broadcast_to(_rates(rates, codes), (len(index), len(codes))) * _steps(changes, codes, index)
    if weekday is not None:
        mean = mean * _weekday_factors(weekday)[index.day_of_week.to_numpy()][:, None]
    if latent_sd > 0:
        mean = mean * _latent(rng, mean.shape, autocorrelation, latent_sd)
    return pd.DataFrame(_draw(rng, mean, dispersion), index=index, columns=pd.Index(codes, name="region"))


def simulate_incidents(
    *,
    regions: int | Sequence[str],
    days: Days,
    rates: Rates,
    changes: Iterable[Change] = (),
    dispersion: float | ArrayLike = 1.0,
    weekday: Sequence[float] | None = None,
    autocorrelation: float = 0.0,
    latent_sd: float = 0.0,
    delay_days: float | None = None,
    event_types: Mapping[str, float] | None = None,
    seed: int,
) -> pd.DataFrame:
    """One row per simulated incident, in order of date.

    The counts are those of `simulate_counts`, which see for the other arguments.

    delay_days : median delay from event to report [days] of a discrete lognormal cut at 28 days; None =
        no column ``report_date``.
    event_types : type -> weight.

    Columns: event_id, date, report_date (with delays only), region, event_type, killed, injured, source,
    simulated (True in every row), notes ("simulated"). Raises `InputError` when an argument cannot be used.
    """
    rng = np.random.default_rng(seed)
    counts = simulate_counts(
        regions=regions, days=days, rates=rates, changes=changes, dispersion=dispersion, weekday=weekday,
        autocorrelation=autocorrelation, latent_sd=latent_sd, seed=rng,
    )  # fmt: skip
    cells = np.repeat(np.arange(counts.size), counts.to_numpy().ravel())
    day, region = np.divmod(cells, counts.shape[1])
    date = pd.DatetimeIndex(counts.index)[day]
    columns: dict[str, object] = {"event_id": [f"S{number:07d}" for number in range(1, len(cells) + 1)]}
    columns["date"] = date
    if delay_days is not None:
        columns["report_date"] = date + pd.to_timedelta(_delays(rng, len(cells), delay_days), unit="D")
    columns["region"] = counts.columns.to_numpy()[region]
    columns["event_type"] = _labels(rng, EVENT_TYPES if event_types is None else event_types, len(cells))
    columns |= _victims(rng, len(cells))
    columns["source"] = _labels(rng, SOURCES, len(cells))
    return pd.DataFrame(columns).assign(simulated=True, notes="simulated")


def _codes(regions: int | Sequence[str]) -> list[str]:
    if isinstance(regions, int):
        width = max(2, len(str(regions)))
        return [f"R{number:0{width}d}" for number in range(1, regions + 1)]
    codes = [str(code) for code in regions]
    if len(set(codes)) < len(codes):
        raise InputError("simulated regions must be distinct: a code stands there twice.")
    return codes


def _days(days: Days) -> pd.DatetimeIndex:
    if isinstance(days, pd.DatetimeIndex):
        return days.normalize().rename("day")
    first, periods = days
    return pd.date_range(first, periods=periods, freq="D", name="day")


def _rates(rates: Rates, codes: list[str]) -> NDArray[np.float64]:
    if isinstance(rates, Mapping):
        missing = [code for code in codes if code not in rates]
        if missing:
            raise InputError(f"no rate is given for region {missing[0]!r}.")
        rates = [rates[code] for code in codes]
    per_day = np.asarray(rates, dtype=float)
    if per_day.ndim > 1 or (per_day.ndim == 1 and len(per_day) != len(codes)):
        raise InputError(f"rates must be one number or one per region ({len(codes)}).")
    if not np.isfinite(per_day).all() or (per_day < 0).any():
        raise InputError("rates must be finite and not negative.")
    return per_day


def _steps(changes: Iterable[Change], codes: list[str], index: pd.DatetimeIndex) -> NDArray[np.float64]:
    steps = np.ones((len(index), len(codes)))
    for code, date, factor in changes:
        if code not in codes:
            raise InputError(f"a change is given for {code!r}, which is none of the simulated regions.")
        if not (np.isfinite(factor) and factor >= 0):
            raise InputError(
                f"the change of {code!r} has factor {factor}; it must be finite and not negative."
            )
        steps[index >= pd.Timestamp(date), codes.index(code)] *= factor
    return steps


def _weekday_factors(weekday: Sequence[float]) -> NDArray[np.float64]:
    factors = np.asarray(weekday, dtype=float)
    if factors.shape != (7,) or (factors < 0).any() or not factors.sum() > 0:
        raise InputError("weekday must be seven factors, Monday first, none negative.")
    return np.asarray(factors / factors.mean())


def _latent(
    rng: np.random.Generator, shape: tuple[int, ...], correlation: float, sd: float
) -> NDArray[np.float64]:
    if not -1 < correlation < 1:
        raise InputError(f"autocorrelation must lie between -1 and 1, got {correlation}.")
    noise: NDArray[np.float64] = rng.standard_normal(shape)
    noise[1:] *= np.sqrt(1 - correlation**2)
    for row in range(1, shape[0]):
        noise[row] += correlation * noise[row - 1]
    return np.asarray(np.exp(sd * noise - sd**2 / 2))


def _draw(
    rng: np.random.Generator, mean: NDArray[np.float64], dispersion: float | ArrayLike
) -> NDArray[np.int64]:
    excess = np.broadcast_to(np.asarray(dispersion, dtype=float) - 1, mean.shape[1:])
    if not np.isfinite(excess).all() or (excess < 0).any():
        raise InputError("dispersion is variance over mean, at least 1.")
    mixed = np.where(excess > 0, excess, 1.0)
    gamma = rng.standard_gamma(mean / mixed) * mixed
    return rng.poisson(np.where(excess > 0, gamma, mean))


def _delays(rng: np.random.Generator, rows: int, median: float) -> NDArray[np.int64]:
    if not (np.isfinite(median) and median > 0):
        raise InputError(f"delay_days must be a positive number of days, got {median}.")
    days = np.floor(rng.lognormal(np.log(median), DELAY_SPREAD, rows))
    return np.minimum(days, LONGEST_DELAY).astype(np.int64)


def _victims(rng: np.random.Generator, rows: int) -> dict[str, NDArray[np.int64]]:
    """Most incidents hurt nobody; a few hurt several."""
    harmful = rng.random(rows) < 0.15
    severity = rng.standard_gamma(0.6, rows) * 2.5
    injured = np.where(harmful, rng.poisson(severity + 0.3), 0)
    killed = np.where(harmful, rng.poisson(severity * 0.15), 0)
    return {"killed": killed, "injured": injured}


def _labels(rng: np.random.Generator, weights: Mapping[str, float], rows: int) -> NDArray[np.object_]:
    shares = np.asarray(list(weights.values()), dtype=float)
    if not len(shares) or (shares < 0).any() or not shares.sum() > 0:
        raise InputError("event types need at least one positive weight and none negative.")
    picked = rng.choice(len(shares), size=rows, p=shares / shares.sum())
    labels: NDArray[np.object_] = np.array(list(weights), dtype=object)[picked]
    return labels
