"""`Trace`: the rows behind one printed number."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.codec import to_plain
from analysis.estimates import Amount
from analysis.numbers import count_text

from ..facts import Fact

__all__ = ["Side", "Trace"]

SCHEMA = "sitrend.rows/1"


@dataclass(frozen=True, kw_only=True, eq=False)
class Side:
    """One set of rows: a sum has one, a ratio has two.

    name : what they are, e.g. "the week". first_day, last_day : the days that are summed; None where the rows
    are counted whatever their day.
    rows : one line per row of the table: row (its line in the source), date_start, date_end, region,
        region_reported, source …, then share (the part of it that counts here), low, best, high.
    amount : what they add up to.
    """

    name: str
    first_day: dt.date | None
    last_day: dt.date | None
    rows: pd.DataFrame
    amount: Amount


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Trace:
    """The rows behind one fact of an edition.

    fact : the number as it was printed. how : one sentence on how the rows make it.
    sides : none where the number is not made of rows of the table.
    adds_up : the rows give the printed number again, to the last unit; None where more than adding is needed.
    """

    edition: str
    fact: Fact
    how: str
    sides: tuple[Side, ...] = ()
    adds_up: bool | None = None

    def frame(self) -> pd.DataFrame:
        """The rows of all sides below each other; the first column names the side."""
        parts = [side.rows.assign(side=side.name) for side in self.sides]
        whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"side": []})
        return whole[["side", *(name for name in whole.columns if name != "side")]]

    def to_plain(self) -> dict[str, Any]:
        """Plain JSON values, schema ``sitrend.rows/1``; null = not stated, or bounded by nothing."""
        return {
            "schema": SCHEMA,
            "edition": self.edition,
            "fact": to_plain(self.fact),
            "how": self.how,
            "adds_up": self.adds_up,
            "sides": [
                {
                    "name": side.name, "first_day": to_plain(side.first_day),
                    "last_day": to_plain(side.last_day), "amount": to_plain(side.amount),
                    "rows": [
                        {str(key): _plain(value) for key, value in row.items()}
                        for row in side.rows.to_dict("records")
                    ],
                }
                for side in self.sides
            ],
        }  # fmt: skip

    def __repr__(self) -> str:
        rows = ", ".join(f"{side.name}: {count_text(len(side.rows))} rows" for side in self.sides)
        return f"Trace({self.fact.id!r} in {self.edition}: {self.fact.text}; {rows or 'no rows'})"

    def _repr_html_(self) -> str:
        from analysis.display import table_html

        return table_html(self.frame(), repr(self))


def _plain(value: Any) -> Any:
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, (pd.Timestamp, dt.date)):
        stamp = pd.Timestamp(value)
        return stamp.date().isoformat() if stamp == stamp.normalize() else stamp.isoformat()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value if isinstance(value, (bool, int, str)) else str(value)
