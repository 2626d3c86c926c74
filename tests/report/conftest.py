"""Panels and findings that the tests of the report share."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis import Findings, Panel, analyse, daily_panel, read_incidents, simulate_incidents
from analysis.simulate import simulate_counts


@pytest.fixture(scope="session")
def simulated_findings() -> Findings:
    """Twelve regions over 60 weeks with a doubling in the busiest, counts only."""
    counts = simulate_counts(
        regions=12, days=("2024-06-03", 420), rates=list(np.geomspace(0.02, 9, 12)),
        changes=[("R12", "2025-06-09", 2.5)], dispersion=1.6, seed=4,
    )  # fmt: skip
    return analyse(Panel.from_counts(counts))


@pytest.fixture(scope="session")
def incident_findings() -> Findings:
    """Russian regions from an incident table with report dates."""
    table = simulate_incidents(
        regions=["RU-BEL", "RU-KRS", "RU-BRY", "RU-ROS"], days=("2025-01-06", 196),
        rates=[4.0, 2.0, 1.0, 0.2], dispersion=1.5, delay_days=2.0, seed=11,
    )  # fmt: skip
    return analyse(daily_panel(read_incidents(table, regions="ru")))


@pytest.fixture
def from_rows() -> Callable[..., Findings]:
    """Findings of a small table given as rows; keywords go to read_incidents and daily_panel."""

    def make(rows: list[dict[str, object]], *, measure: str = "incidents", **options: object) -> Findings:
        starts_on = str(options.pop("starts_on", "monday"))
        incidents = read_incidents(pd.DataFrame(rows).astype("str"), **options)  # type: ignore[arg-type]
        return analyse(daily_panel(incidents, measure=measure), starts_on=starts_on)

    return make
