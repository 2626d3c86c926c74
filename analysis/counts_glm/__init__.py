"""One log-linear count regression for every region at once.

All regions share one design matrix: `design` makes it from a calendar (trend or spline, days of the week,
yearly waves, holidays), or any data frame can be passed. `fit_counts` fits them together, Poisson or negative
binomial, by Newton's method written as matrix products over blocks of regions. The result (`CountsFit`)
answers with coefficients, overdispersion, six kinds of standard errors and, for one region, a real
statsmodels results object.
"""

from .design import TRENDS, design
from .fit import fit_counts
from .result import COVARIANCES, FAMILIES, CountsFit
from .splines import natural_spline

__all__ = ["COVARIANCES", "FAMILIES", "TRENDS", "CountsFit", "design", "fit_counts", "natural_spline"]
