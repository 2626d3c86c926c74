"""Natural cubic splines, as R's ``splines::ns``."""

import numpy as np

from .linear import Floats

__all__ = ["natural_spline"]


def natural_spline(x: Floats, df: int) -> Floats:
    """Values x ``df``: a basis without intercept of cubic splines that are straight beyond the data.

    x : values of which at least two differ. df : 1 or more; 1 is a straight line.

    Knots as in R: ``df - 1`` inner ones at equally spaced quantiles (linear interpolation, R's type 7), outer
    ones at the ends of the data. The columns are those of ``ns(x, df = df)``: B-splines without the first,
    turned so that second derivatives vanish at the outer knots.
    """
    from scipy.interpolate import BSpline

    ends = np.array([x.min(), x.max()])
    inner = np.quantile(x, np.linspace(0, 1, df + 1)[1:-1])
    knots = np.concatenate([np.repeat(ends[0], 4), inner, np.repeat(ends[1], 4)])
    splines = BSpline(knots, np.eye(len(knots) - 4), 3)
    # What the second derivative at the outer knots forbids; the rest of an orthogonal basis is free.
    forbidden = splines(ends, nu=2)[:, 1:]
    turned = np.linalg.qr(forbidden.T, mode="complete")[0]
    basis: Floats = splines(x)[:, 1:] @ turned[:, 2:]
    return basis
