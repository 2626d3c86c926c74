"""Who reported what: amounts by region, day and source, and the reporter behind the text of a cell."""

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .findings import UNALLOCATED

if TYPE_CHECKING:
    from .allocation import Shares
    from .incidents import Incidents

__all__ = ["reporters_in", "source_amounts"]

_BETWEEN = re.compile(r"[;|\n]")  # not commas: names hold them
_ADDRESS = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?([^\s/]+)(/\S*)?$", re.IGNORECASE)
# Sites on which the first part of the path, not the host, says who speaks.
_SHARED_HOSTS = frozenset(
    {"t.me", "telegram.me", "twitter.com", "x.com", "facebook.com", "vk.com", "youtube.com", "instagram.com"}
)
_DENSE = 8_000_000  # cells up to which a dense table is quicker than sorting


def reporters_in(text: str) -> tuple[str, ...]:
    """The reporters a cell of the source column names, in order, each once.

    Several are separated by a semicolon, a bar or a new line. Of an address only what stands for the
    reporter is kept: the host, or the channel on sites that many share; the address of one message would
    make every row a source of its own.
    """
    found = (_reporter(part.strip()) for part in _BETWEEN.split(text))
    return tuple(dict.fromkeys(name for name in found if name))


def _reporter(text: str) -> str:
    address = _ADDRESS.match(text) if "/" in text else None
    if address is None:
        return text
    host, path = address[1].removeprefix("www."), (address[2] or "").strip("/")
    if host.lower() in _SHARED_HOSTS and path:
        first, _, rest = path.partition("/")
        return f"{host}/{rest.partition('/')[0] if first == 's' and rest else first}"
    return host


def source_amounts(
    incidents: "Incidents",
    shares: "Shares",
    best: npt.NDArray[np.float64],
    column: npt.NDArray[np.int64],
    codes: "pd.Index[str]",
    days: pd.DatetimeIndex,
) -> pd.DataFrame | None:
    """The cells of a panel split by source; None where no row states one.

    shares : of the rows that are counted. best : what each row of the table adds. column : per entry of
        ``shares`` its column, -1 = unallocated.

    Returns one row per region, day and source: region (categorical, `UNALLOCATED` last), day, source
    (categorical; several reporters of one row are one source, "A; B", because it stands while either is kept;
    "" = not stated) and amount. Amounts add up to the panel's counts and its unallocated.
    """
    if "source" not in incidents.table:
        return None
    from .incidents.cells import distinct

    cells = distinct(incidents.table["source"])
    names = ["; ".join(reporters_in(text)) for text in cells.values]
    kept = sorted({name for name in names if name})
    if not kept:
        return None
    place = {name: i + 1 for i, name in enumerate(kept)}
    source = cells.spread(np.array([place.get(name, 0) for name in names], dtype=np.int64), 0)
    return _summed(shares, best, source, ["", *kept], column, codes, days)


def _summed(
    shares: "Shares",
    best: npt.NDArray[np.float64],
    source: npt.NDArray[Any],
    names: list[str],
    column: npt.NDArray[np.int64],
    codes: "pd.Index[str]",
    days: pd.DatetimeIndex,
) -> pd.DataFrame:
    amount = best[shares.row] if shares.share is None else best[shares.row] * shares.share
    size, length = len(codes) + 1, len(days)
    region = np.where(column < 0, size - 1, column)
    key = (region * len(names) + source[shares.row]) * length + shares.day
    cells = size * len(names) * length
    if cells <= min(_DENSE, 20 * len(key)):
        there = np.flatnonzero(np.bincount(key, minlength=cells))
        sums = np.bincount(key, weights=amount, minlength=cells)[there]
    else:
        there, back = np.unique(key, return_inverse=True)
        sums = np.bincount(back, weights=amount, minlength=len(there))
    rest, day = there // length, there % length
    region_names = [*codes.astype(str), UNALLOCATED]
    return pd.DataFrame(
        {
            "region": pd.Categorical.from_codes(rest // len(names), categories=pd.Index(region_names)),
            "day": days[day],
            "source": pd.Categorical.from_codes(rest % len(names), categories=pd.Index(names)),
            "amount": sums.astype(np.float64),
        }
    )
