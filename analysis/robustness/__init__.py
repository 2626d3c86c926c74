"""Artificial rises: what a statement rests on, whether it survives without it, and changes that all share.

::

    claims.py     the statements that are checked, and the days they rest on
    book.py       sources of every region: since when, until when, how much
    altered.py    the counts of a region without a day or without sources
    checking.py   the same model again on what is left -> Robustness
    common.py     one date that most regions share -> CommonChange
    told.py       which shifts of level a report tells
"""

from .checking import checked
from .common import common_changes
from .told import resting_on_one_day, told_changes

__all__ = ["checked", "common_changes", "resting_on_one_day", "told_changes"]
