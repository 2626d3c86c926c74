"""What a batched count regression found."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ConfigError

from .covariance import meat
from .likelihood import deviance, log_likelihood, pearson
from .linear import Bools, Floats, Problem, inverse
from .reopen import reopened

__all__ = ["COVARIANCES", "FAMILIES", "CountsFit"]

FAMILIES = ("poisson", "nb2")
COVARIANCES = ("model", "observed", "quasi", "hc0", "hc1", "newey_west")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CountsFit:
    """Count regressions of many regions on one design.

    family : "poisson" or "nb2".
    coefficients : regions x terms, log scale; NaN rows where ``note`` says why.
    alpha : per region, variance = mu + alpha mu^2; 0 for Poisson, and under "nb2" for a region that is not
        overdispersed, whose fit is the Poisson one.
    alpha_information : observed information on alpha with the means held; NaN where alpha is 0.
    converged : per region; False also where more than one term runs away and the fit was left on its way.
    note : per region, "" where all is well: "no events", "separated" (a term occurs only on days without
        events), "no more observed days than terms", "a term is not told apart by the observed days".
    counts, observed : days x regions; counts are 0 where not observed.
    design : days x terms. offset : days x regions, or None.
    information, observed_information : regions x terms x terms, on the coefficients; the observed one with
        alpha estimated beside them.
    """

    family: str
    coefficients: pd.DataFrame
    alpha: "pd.Series[float]"
    alpha_information: "pd.Series[float]"
    converged: "pd.Series[bool]"
    note: "pd.Series[str]"
    counts: pd.DataFrame
    observed: pd.DataFrame
    design: pd.DataFrame
    offset: pd.DataFrame | None = None
    information: Floats
    observed_information: Floats

    @cached_property
    def fitted(self) -> pd.DataFrame:
        """Fitted means, days x regions; 0 where not observed or not fitted."""
        problem, (beta, _) = self._problem, self._estimates
        means = np.zeros(problem.y.shape)
        for _, rows in problem.blocks(np.flatnonzero(self._known)):
            means[rows] = problem.means(beta[rows], rows)
        return pd.DataFrame(means.T, index=self.counts.index, columns=self.counts.columns, copy=False)

    @cached_property
    def n(self) -> "pd.Series[int]":
        """Observed days per region."""
        use = self._problem.use
        days = np.full(len(self.note), len(self.design)) if use is None else use.sum(axis=1)
        return pd.Series(days, index=self.note.index)

    @property
    def df_residual(self) -> "pd.Series[int]":
        """Observed days less terms; alpha is not counted."""
        return self.n - self.design.shape[1]

    @property
    def theta(self) -> "pd.Series[float]":
        """1 / alpha, as R names it; infinite at the Poisson limit."""
        alpha = self.alpha.to_numpy()
        theta = np.where(alpha > 0, 1 / np.where(alpha > 0, alpha, 1.0), np.inf)
        return self._series(theta)

    @property
    def theta_se(self) -> "pd.Series[float]":
        """Standard error of theta from the observed information with the means held, as MASS::glm.nb; NaN at
        the Poisson limit."""
        return self.theta**2 / np.sqrt(self.alpha_information)

    @property
    def pearson_chi2(self) -> "pd.Series[float]":
        """Sum of squared Pearson residuals."""
        return self._series(pearson(self._problem, *self._estimates))

    @property
    def dispersion(self) -> "pd.Series[float]":
        """Pearson chi-square over residual degrees of freedom; not bounded below."""
        return self.pearson_chi2 / self.df_residual.where(self.df_residual > 0)

    @property
    def deviance(self) -> "pd.Series[float]":
        """Deviance of the family, alpha held."""
        return self._series(deviance(self._problem, *self._estimates))

    @property
    def log_likelihood(self) -> "pd.Series[float]":
        """Log-likelihood of the family."""
        return self._series(log_likelihood(self._problem, *self._estimates))

    @property
    def aic(self) -> "pd.Series[float]":
        """Akaike's criterion; alpha counts as a parameter under "nb2", also where it is 0."""
        parameters = self.design.shape[1] + (self.family == "nb2")
        return 2 * parameters - 2 * self.log_likelihood

    def covariance(self, kind: str = "quasi", *, lag: int = 7) -> Floats:
        """Covariance of the coefficients, regions x terms x terms; NaN for regions not fitted.

        kind : "model" (inverse expected information; "poisson" is the same for that family), "observed"
            (inverse observed information, alpha estimated with the coefficients: what statsmodels gives for
            the negative binomial), "quasi" ("model" times the Pearson dispersion), "hc0" and "hc1" (White
            1980; hc1 times n / (n - terms)), "newey_west" (Newey & West 1987, Bartlett weights up to ``lag``
            days; a day that is not observed counts as a gap, not as a neighbour). Those three put the scores
            between two expected informations, as R's sandwich; statsmodels takes observed ones, which for
            the negative binomial are others. Raises `ConfigError` for another name.
        """
        kind = "model" if kind == self.family == "poisson" else kind
        if kind not in COVARIANCES:
            raise ConfigError(f"{kind!r} is not a kind of covariance", key="kind", valid=COVARIANCES)
        if kind in ("model", "observed"):
            return self._bread if kind == "model" else self._inverse(self.observed_information)
        if kind == "quasi":
            return self._bread * self.dispersion.to_numpy()[:, None, None]
        middle = meat(self._problem, *self._estimates, lag if kind == "newey_west" else 0)
        result: Floats = self._bread @ middle @ self._bread
        if kind == "hc1":
            factor = self.n / self.df_residual.where(self.df_residual > 0)
            result = result * factor.to_numpy()[:, None, None]
        return result

    def standard_errors(self, kind: str = "quasi", *, lag: int = 7) -> pd.DataFrame:
        """Square roots of the diagonal of `covariance`, regions x terms; NaN where that is negative."""
        variance = np.einsum("rii->ri", self.covariance(kind, lag=lag))
        roots = np.sqrt(np.where(variance >= 0, variance, np.nan))
        return pd.DataFrame(roots, index=self.coefficients.index, columns=self.coefficients.columns)

    def statsmodels(self, region: str, *, scale: Any = "X2", **options: Any) -> Any:
        """One region as a results object of `statsmodels`, to go on with the tools of that package.

        A `GLMResults` for Poisson, also at the Poisson limit of "nb2", where the scale is 1; else the
        `NegativeBinomialResults` of a discrete model, whose last parameter is alpha.

        scale : "X2" for quasi-Poisson errors, 1.0 for Poisson ones.
        options : passed on to the model's ``fit``, e.g. ``cov_type="HC0"``.

        Raises KeyError for an unknown region.
        """
        seen = self.observed[region].to_numpy()
        offset = None if self.offset is None else self.offset[region][seen]
        start = self.coefficients.loc[region].to_numpy(dtype=float)
        alpha = float(self.alpha[region]) if self.family == "nb2" else None
        if self.family == "poisson":
            options = {"scale": scale} | options
        return reopened(self.counts[region][seen], self.design[seen], offset, start, alpha, options)

    @cached_property
    def _problem(self) -> Problem:
        """As it was fitted; regions come first, so that each one's days lie together."""
        seen = self.observed.to_numpy(dtype=bool).T
        known = None if self.offset is None else self.offset.to_numpy().T
        return Problem(
            self.design.to_numpy(dtype=float), self.counts.to_numpy().T, None if seen.all() else seen, known
        )

    @property
    def _estimates(self) -> tuple[Floats, Floats]:
        """Coefficients, and alpha, 0 where there is none."""
        return self.coefficients.to_numpy(), np.nan_to_num(self.alpha.to_numpy())

    @property
    def _known(self) -> Bools:
        known: Bools = ~np.isnan(self.coefficients.to_numpy()).any(axis=1)
        return known

    def _series(self, values: Floats) -> "pd.Series[float]":
        return pd.Series(np.where(self._known, values, np.nan), index=self.coefficients.index)

    @cached_property
    def _bread(self) -> Floats:
        return self._inverse(self.information)

    def _inverse(self, information: Floats) -> Floats:
        result = np.full(information.shape, np.nan)
        result[self._known] = inverse(information[self._known])
        return result

    def __repr__(self) -> str:
        days, terms = self.design.shape
        fitted = int(self._known.sum())
        return f"CountsFit({days} days x {len(self.note)} regions, {terms} terms, {fitted} regions fitted)"
