"""A small panel whose every number is known, and a large one."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.estimates import Estimate
from analysis.findings import ChangePoint
from analysis.panel import Panel
from analysis.weeks import Week

DAYS = pd.date_range("2025-01-06", "2025-07-20", name="day")


def level(value: float) -> Estimate:
    return Estimate(value=value, low=value * 0.8, high=value * 1.25, unit="per day")


def change(region: str, date: dt.date, before: float, after: float) -> ChangePoint:
    return ChangePoint(
        region=region, date=date, earliest=date - dt.timedelta(days=3), latest=date + dt.timedelta(days=2),
        before=level(before), after=level(after), rate_ratio=None, p_value=0.001, q_value=0.002,
    )  # fmt: skip


@pytest.fixture
def week() -> Week:
    return Week.parse("2025-W29")


@pytest.fixture
def panel() -> Panel:
    """Three regions: one per day of the year as its count, one constant, one not covered in July."""
    values = pd.DataFrame(
        {
            "XX-AA": np.arange(len(DAYS), dtype=float) % 10,
            "XX-BB": 3.0,
            "XX-CC": np.where(DAYS.month == 7, np.nan, 1.0),
        },
        index=DAYS,
    )
    regions = pd.DataFrame(
        {"name": ["Alpha", "Beta <&>", "Gamma"], "parent": "", "tile_row": [2, 2, 3], "tile_col": [4, 6, 5]},
        index=values.columns,
    )
    delays = pd.Series([0.0] * 50 + [1.0] * 30 + [2.0] * 15 + [9.0] * 5)
    return replace(
        Panel.from_counts(values, regions=regions), as_of=pd.Timestamp("2025-07-21 06:00"), delays=delays
    )


@pytest.fixture
def changes() -> list[ChangePoint]:
    return [
        change("XX-AA", dt.date(2025, 3, 3), 2.0, 5.0),
        change("XX-AA", dt.date(2025, 6, 1), 5.0, 1.5),
        change("XX-BB", dt.date(2025, 4, 10), 1.0, 3.0),
    ]


@pytest.fixture(scope="session")
def many() -> Panel:
    """200 regions over three years, overdispersed, without places on a grid."""
    rng = np.random.default_rng(5)
    days = pd.date_range("2022-07-18", "2025-07-20", name="day")
    values = rng.negative_binomial(1.0, 0.5, (len(days), 200)).astype(float)
    return Panel.from_counts(pd.DataFrame(values, index=days, columns=[f"R{i:03}" for i in range(200)]))
