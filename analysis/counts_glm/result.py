"""What a batched count regression found."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ConfigError

__all__ = ["COVARIANCES", "CountsFit"]

Floats = npt.NDArray[np.float64]

COVARIANCES = ("poisson", "quasi", "hc0", "hc1", "newey_west")
_BLOCK = 64


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CountsFit:
    """Poisson regressions of many regions on one design.

    coefficients : regions x terms, log scale; NaN rows where ``note`` says why.
    converged : per region.
    note : per region, "" where all is well: "no events", "separated" (a term occurs only on days without
        events), "no more observed days than terms", "a term is not told apart by the observed days".
    counts, observed, fitted : days x regions; counts and fitted are 0 where not observed or not fitted.
    design : days x terms. offset : days x regions, or None.
    """

    coefficients: pd.DataFrame
    converged: "pd.Series[bool]"
    note: "pd.Series[str]"
    counts: pd.DataFrame
    observed: pd.DataFrame
    fitted: pd.DataFrame
    design: pd.DataFrame
    offset: pd.DataFrame | None = None

    @property
    def n(self) -> "pd.Series[int]":
        """Observed days per region."""
        return self.observed.sum()

    @property
    def df_residual(self) -> "pd.Series[int]":
        """Observed days less terms."""
        return self.n - self.design.shape[1]

    @property
    def pearson_chi2(self) -> "pd.Series[float]":
        """Sum of squared Pearson residuals."""
        y, mu, seen = self._arrays
        squares = (seen * (y - mu) ** 2 / np.where(mu > 0, mu, 1.0)).sum(axis=0)
        return self._series(squares)

    @property
    def dispersion(self) -> "pd.Series[float]":
        """Pearson chi-square over residual degrees of freedom; not bounded below."""
        return self.pearson_chi2 / self.df_residual.where(self.df_residual > 0)

    @property
    def deviance(self) -> "pd.Series[float]":
        """Poisson deviance."""
        from scipy.special import xlogy

        y, mu, seen = self._arrays
        terms = xlogy(y, np.where(y > 0, y, 1.0) / np.where(mu > 0, mu, 1.0)) - (y - mu)
        return self._series(2 * (seen * terms).sum(axis=0))

    @property
    def log_likelihood(self) -> "pd.Series[float]":
        """Poisson log-likelihood."""
        from scipy.special import gammaln, xlogy

        y, mu, seen = self._arrays
        return self._series((seen * (xlogy(y, mu) - mu - gammaln(y + 1))).sum(axis=0))

    @property
    def aic(self) -> "pd.Series[float]":
        """Akaike's criterion of the Poisson fit."""
        return 2 * self.design.shape[1] - 2 * self.log_likelihood

    def covariance(self, kind: str = "quasi", *, lag: int = 7) -> Floats:
        """Covariance of the coefficients, regions x terms x terms; NaN for regions not fitted.

        kind : "poisson" (inverse information), "quasi" (times the Pearson dispersion), "hc0" and "hc1" (White
            1980; hc1 times n / (n - terms)), "newey_west" (Newey & West 1987, Bartlett weights up to ``lag``
            days; a day that is not observed counts as a gap, not as a neighbour). Raises `ConfigError` for
            another name.
        """
        if kind not in COVARIANCES:
            raise ConfigError(f"{kind!r} is not a kind of covariance", key="kind", valid=COVARIANCES)
        bread = self._bread
        if kind == "poisson":
            return bread
        if kind == "quasi":
            return bread * self.dispersion.to_numpy()[:, None, None]
        meat = self._meat(lag if kind == "newey_west" else 0)
        result: Floats = bread @ meat @ bread
        if kind == "hc1":
            result = (
                result * (self.n / self.df_residual.where(self.df_residual > 0)).to_numpy()[:, None, None]
            )
        return result

    def standard_errors(self, kind: str = "quasi", *, lag: int = 7) -> pd.DataFrame:
        """Square roots of the diagonal of `covariance`, regions x terms."""
        variance = np.maximum(np.einsum("rii->ri", self.covariance(kind, lag=lag)), 0.0)
        return pd.DataFrame(
            np.sqrt(variance), index=self.coefficients.index, columns=self.coefficients.columns
        )

    def statsmodels(self, region: str, *, scale: Any = "X2") -> Any:
        """One region as a `statsmodels` GLMResults, to go on with the tools of that package.

        scale : "X2" for quasi-Poisson errors, 1.0 for Poisson ones. Raises KeyError for an unknown region.
        """
        import statsmodels.api as sm

        seen = self.observed[region].to_numpy()
        start = self.coefficients.loc[region].to_numpy()
        model = sm.GLM(
            self.counts[region][seen],
            self.design[seen],
            family=sm.families.Poisson(),
            offset=None if self.offset is None else self.offset[region][seen],
        )
        return model.fit(start_params=None if np.isnan(start).any() else start, scale=scale)

    @property
    def _arrays(self) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
        seen = self.observed.to_numpy(dtype=bool)
        return self.counts.to_numpy(), np.where(seen, self.fitted.to_numpy(), 0.0), seen

    @property
    def _known(self) -> npt.NDArray[np.bool_]:
        known: npt.NDArray[np.bool_] = ~np.isnan(self.coefficients.to_numpy()).any(axis=1)
        return known

    def _series(self, values: Floats) -> "pd.Series[float]":
        return pd.Series(np.where(self._known, values, np.nan), index=self.coefficients.index)

    @cached_property
    def _bread(self) -> Floats:
        _, mu, _ = self._arrays
        x = self.design.to_numpy(dtype=float)
        terms = x.shape[1]
        gram = (mu.T @ np.einsum("ni,nj->nij", x, x).reshape(len(x), -1)).reshape(-1, terms, terms)
        result = np.full(gram.shape, np.nan)
        known = self._known
        scale = np.sqrt(np.einsum("rii->ri", gram[known]))
        scale = np.where(scale > 0, scale, 1.0)
        inverse = np.linalg.inv(gram[known] / scale[:, :, None] / scale[:, None, :])
        result[known] = inverse / scale[:, :, None] / scale[:, None, :]
        return result

    def _meat(self, lag: int) -> Floats:
        """Sum of products of the scores, with Bartlett weights over neighbouring days."""
        y, mu, _ = self._arrays
        x = self.design.to_numpy(dtype=float)
        blocks = []
        for start in range(0, y.shape[1], _BLOCK):
            residual = (y - mu)[:, start : start + _BLOCK].T
            scores = residual[:, :, None] * x
            ahead = np.zeros_like(scores)
            for back in range(1, lag + 1):
                ahead[:, back:] += (1 - back / (lag + 1)) * scores[:, :-back] if back < len(x) else 0.0
            cross = np.swapaxes(scores, 1, 2) @ ahead
            blocks.append(np.swapaxes(scores, 1, 2) @ scores + cross + np.swapaxes(cross, 1, 2))
        return np.concatenate(blocks) if blocks else np.zeros((0, x.shape[1], x.shape[1]))

    def __repr__(self) -> str:
        days, terms = self.design.shape
        fitted = int(self._known.sum())
        return f"CountsFit({days} days x {len(self.note)} regions, {terms} terms, {fitted} regions fitted)"
