"""The one look at the clock."""

import datetime as dt

__all__ = ["today"]


def today() -> dt.date:
    """The date where this computer is."""
    return dt.date.today()
