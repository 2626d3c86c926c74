"""One log-linear count regression for every region at once.

All regions share one design matrix (`design`); `fit_counts` fits them together by iteratively reweighted
least squares, written as matrix products over blocks of regions. The result (`CountsFit`) answers with
coefficients, four kinds of standard errors and, for one region, a real statsmodels results object.
"""

from .design import design
from .fit import fit_counts
from .result import COVARIANCES, CountsFit

__all__ = ["COVARIANCES", "CountsFit", "design", "fit_counts"]
