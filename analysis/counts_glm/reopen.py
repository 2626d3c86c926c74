"""One region of a batched fit as a results object of statsmodels."""

from typing import Any

import numpy as np
import pandas as pd

from .linear import Floats

__all__ = ["reopened"]


def reopened(
    counts: "pd.Series[float]",
    design: pd.DataFrame,
    offset: "pd.Series[float] | None",
    start: Floats,
    alpha: float | None,
    options: dict[str, Any],
) -> Any:
    """The model fitted from its own solution; ``alpha`` None or 0 for a Poisson model."""
    import statsmodels.api as sm

    known = None if np.isnan(start).any() else start
    if alpha is None or not alpha > 0:
        family = sm.families.Poisson()
        return sm.GLM(counts, design, family=family, offset=offset).fit(start_params=known, **options)
    model = sm.NegativeBinomial(counts, design, loglike_method="nb2", offset=offset)
    first = None if known is None else np.append(known, alpha)
    return model.fit(start_params=first, **({"method": "newton", "disp": 0} | options))
