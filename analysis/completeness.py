"""How much of what happened on a day can have been reported by now, by the delays seen so far."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .panel import Panel

__all__ = ["share_reported"]

_FEW_DELAYS = 30
_OLD = pd.Timedelta(weeks=4)  # of younger events only the quick reports are known


def share_reported(panel: "Panel", days: pd.DatetimeIndex) -> NDArray[np.float64] | None:
    """Expected share of each day's reports that are in, 0 to 1; it never rises from a day to the next.

    The delays of events at least four weeks old say how many reports arrive within the time each day has had.
    Delays in whole days are held against the days between the two dates; delays with clock times against the
    hours since noon, when an event is taken to happen. None where the moment up to which reports are known,
    or 30 such delays, are not known.
    """
    known, delays = panel.known_until, _old_delays(panel)
    if known is None or delays is None or len(delays) < _FEW_DELAYS:
        return None
    whole = delays == np.floor(delays)
    dates = (known.normalize() - days) / pd.Timedelta(days=1)
    hours = (known - (days + pd.Timedelta(hours=12))) / pd.Timedelta(days=1)
    arrived = _at_most(delays[whole], dates) + _at_most(delays[~whole], hours)
    return np.asarray(arrived / len(delays), dtype=np.float64)


def _at_most(delays: NDArray[np.float64], ages: pd.Index) -> NDArray[np.float64]:
    """How many of the delays are no longer than each age."""
    number = np.searchsorted(np.sort(delays), ages.to_numpy(dtype=float), side="right")
    return np.asarray(number, dtype=np.float64)


def _old_delays(panel: "Panel") -> NDArray[np.float64] | None:
    """Those of events old enough that slow reports are known too; all where the events' days are not."""
    known, delays = panel.known_until, panel.delays
    if known is None or delays is None:
        return None
    if panel.incidents is None:
        return np.asarray(delays, dtype=np.float64)
    begin = panel.incidents.table["date_start"].reindex(delays.index)
    return np.asarray(delays[(begin <= known - _OLD).to_numpy()], dtype=np.float64)
