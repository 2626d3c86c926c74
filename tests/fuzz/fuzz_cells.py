"""Cells of incident tables, mutated: a table whose rows add up, or one of our errors.

A case has about two hundred cells: ``python tests/fuzz/run.py cells --count 5000`` is a million.
"""

import pandas as pd

from analysis import daily_panel, read_incidents
from analysis.errors import SitrendError

COLUMNS = ("event_id", "parent_id", "date_start", "date_end", "time_zone", "report_date", "region", "count",
           "count_qualifier", "killed", "source", "coverage", "subset_of")  # fmt: skip
DATES = ("2025-07-14", "14.07.2025", "2025-07-14 22:30", "2025-07", "2025-07-04/2025-07-06", "2025-07-XX",
         "45859", "2025.534", "summer 2025", "July 4, 2025", "3 июля 2025", "2025-07-04/..",
         "2025-07-14T10:00Z")  # fmt: skip
REGIONS = ("RU-BRY", "Kursk Oblast", "RU-BRY|RU-KRS", "Black Sea", "Курская область", "null",
           "Oryol and Tula regions")  # fmt: skip
COUNTS = (
    "3",
    "at least 2",
    "5-7",
    "более шести",
    "2 each",
    "two dozen",
    "",
    "NaN",
    "1,073",
    "~10",
    "понад 5",
)
OTHERS = ("a", "b", "UTC", "Europe/Kyiv", "+03:00", "each", "U", "—", "about", "")
SIGNS = "0129-–—/.,:;+~?%XT|\u00a0\u200b\u202e\ud800\x00\"'()<>=éЖ中🙂 \n"
ODD = (None, float("nan"), float("inf"), -1, 10**30, 0.1, True, b"\xff", [1], {"a": 1}, ("x",))
ROWS = 20


def _mutated(rng, text):
    at = rng.randrange(len(text) + 1)
    kind = rng.randrange(9)
    if kind == 0:
        return text[:at] + rng.choice(SIGNS) + text[at:]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[:at] + text[at : at + 4][::-1] + text[at + 4 :]
    if kind == 3:
        return text * rng.choice((2, 3, 40))
    if kind == 4:
        return "".join(rng.choice(SIGNS) for _ in range(rng.randrange(12)))
    if kind == 5:
        return rng.choice(ODD)
    return text.upper() + rng.choice(SIGNS) if kind == 6 else text


def _frame(rng):
    columns = [c for c in COLUMNS if rng.random() < 0.7 or c in ("date_start", "region")]
    kinds = {"region": REGIONS, "count": COUNTS, "killed": COUNTS}
    pools = {c: DATES if "date" in c else kinds.get(c, OTHERS) for c in columns}
    cells = {c: [_mutated(rng, rng.choice(pool)) for _ in range(ROWS)] for c, pool in pools.items()}
    return pd.DataFrame(cells, dtype=object)


def case(rng, number):
    """One table, one reading, one panel."""
    frame = _frame(rng)
    try:
        found = read_incidents(
            frame, regions=rng.choice(("ru", None)), date_order="dmy", joint=rng.choice(("keep", "each")),
            timezone=rng.choice((None, "Europe/Kyiv")), day_rule=rng.choice(("start", "end", "split")),
            merge=rng.choice((None, None, "event_id", {"sources": "any"})),
        )  # fmt: skip
        told = found.report
        if told.rows_read != told.rows_used + told.rows_set_aside + told.rows_merged:
            raise RuntimeError("rows are lost")
        if len(found.table) != told.rows_used + told.rows_added:
            raise RuntimeError("rows are not counted")
        daily_panel(found, measure=rng.choice(found.measures))
    except SitrendError:
        return
