"""Change points: exact partitions of one or many series, with dates, levels and how sure they are.

::

    series.py      values to rows, missing positions left out
    cleaning.py    single extreme days held back, weekday pattern taken out
    prepare.py     both, and the noise, for counts and for numbers
    dispersion.py  the noise: long-run variance around a coarse first fit
    penalty.py     what a change must gain, simulated
    search.py      the exact search
    inference.py   date ranges, levels, ratios
    joints.py      broken lines: where the slope changes
    slopes.py      slopes and joints with their intervals
    path.py        the best partition for each number of changes, on the values as they are
    result.py      Segmentation
    api.py         segment
"""

from .api import segment
from .path import partition_path
from .result import Change, Segmentation
from .slopes import Joint, Slope

__all__ = ["Change", "Joint", "Segmentation", "Slope", "partition_path", "segment"]
