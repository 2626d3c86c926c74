"""Detectors of rises in counts, for an analyst's own series; the weekly report uses the season of `seasonal`.

Each takes a Series or a DataFrame (a column per region) of counts in order of time, NaN where nothing was
observed, and returns a frame with one row per position: expected, upper, score, alarm, note. For a DataFrame
the columns are (quantity, region)::

    from analysis import detectors
    found = detectors.ears(panel.counts.where(panel.observed), method="C2")
    found["alarm"].sum()             # alarms per region

`seasonal_expectation` answers for the last position alone, with a row per region. The detectors::

    farrington   years of weekly history: season and trend by regression (Farrington 1996, Noufaily 2013)
    seasonal     the same question with less to choose, and an answer for sparse series too
    ears         days of history: mean and spread of the last week (Hutwagner 2003)
    cusum        small lasting rises: cumulative sums of transformed counts (Rossi 1999)
    glr          a rise at an unknown time by an unknown factor (Höhle and Paul 2008)
    bayes        the weeks like it, as Poisson counts of unknown rate (Riebler 2004)
    rki          the weeks like it, against a table of limits (Höhle 2007)
"""

from .bayes import bayes
from .cusum import cusum
from .ears import ears
from .farrington import farrington
from .glr import glr
from .rki import rki
from .seasonal import seasonal, seasonal_expectation

__all__ = ["bayes", "cusum", "ears", "farrington", "glr", "rki", "seasonal", "seasonal_expectation"]
