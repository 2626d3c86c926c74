"""Change points: exact partitions of one or many series, with dates, levels and how sure they are.

::

    series.py      values to rows, missing positions left out
    cleaning.py    single extreme days held back, weekday pattern taken out
    dispersion.py  the noise: long-run variance around a coarse first fit
    penalty.py     what a change must gain, simulated
    search.py      the exact search
    inference.py   date ranges, levels, ratios
    result.py      Segmentation
    api.py         segment
"""

from .api import segment
from .result import Change, Segmentation

__all__ = ["Change", "Segmentation", "segment"]
