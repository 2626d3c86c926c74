"""Rates of counts: ratios and intervals that allow for overdispersion, and many tests at once.

The flow: counts of two periods -> `estimate_dispersion` (how much more than Poisson they vary, and how surely
that is known) -> `rate_ratio` (interval and p-value) -> `adjust_p` (over all regions of a report).
Everything takes scalars, arrays or Series and answers all of them in one pass.
"""

from .dispersion import estimate_dispersion
from .intervals import rate_interval
from .multiple import adjust_p
from .predictive import Predictive, predictive_tails
from .ratios import RATIO_METHODS, rate_ratio

__all__ = [
    "RATIO_METHODS",
    "Predictive",
    "adjust_p",
    "estimate_dispersion",
    "predictive_tails",
    "rate_interval",
    "rate_ratio",
]
