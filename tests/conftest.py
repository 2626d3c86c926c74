"""Fixtures every test may use."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from analysis import Incidents, Panel, daily_panel, read_incidents
from analysis.config import Config, read_config

SHARED = Path(__file__).resolve().parents[2] / "shared"


# A slow machine is no failure, and the same commit is tried on the same examples everywhere.
settings.register_profile("sitrend", deadline=None, derandomize=True)
settings.load_profile("sitrend")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real tables beside the checkout; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real tables is not beside this checkout")
    return SHARED


@dataclass(frozen=True)
class Example:
    """A real table, with the settings that read it: ``tests/examples/<name>.toml``."""

    path: Path
    config: Config

    def incidents(self, **other: Any) -> Incidents:
        """The checked table; keywords replace settings."""
        options = self.config.options("incidents")
        if options.get("regions") == "none":  # as the command reads it: TOML has no null
            options["regions"] = None
        return read_incidents(self.path, **{**options, **other})

    def panel(self, **other: Any) -> Panel:
        """The daily panel; keywords replace settings of [panel]."""
        return daily_panel(self.incidents(), **{**self.config.options("panel"), **other})


TABLES = {
    "seed_article": "seed_article_incidents.csv",
    "mod_russia_uav_claims": "mod_russia_uav_claims/mod_russia_uav_claims_2023_2025.csv.gz",
    "ua_missile_attacks": "ua_missile_attacks/missile_attacks_daily.csv.gz",
    "ua_air_raid_alerts": "ua_air_raid_alerts/official_data_en_2023-10-27.csv.gz",
    "ucdp_ged_ukraine": "ucdp_ged_ukraine/conflict_data_ukr_to_2021.csv.gz",
    "nhs_pathways": "nhs_pathways/nhs_pathways_england_2020.csv.gz",
    "ebola_sierraleone": "ebola_sierraleone/ebola_sierraleone_2014.csv.gz",
    "dc_crime_2024": "dc_crime_2024/Crime_Incidents_in_2024.csv.gz",
    "nyc_vehicle_thefts": "nyc_vehicle_thefts/nyc_vehicle_thefts.csv.gz",
    "faa_birdstrikes": "faa_birdstrikes/birdstrikes.csv.gz",
    "flights_3m": "flights_3m/flights_3m.parquet",
    "coal_mining_disasters": "changepoint_series/coal_mining_disasters.csv",
}


def _week(*, starts_on: str = "monday") -> None:
    """The keys of [week]."""


@pytest.fixture(scope="session")
def example(shared: Path) -> Callable[[str], Example]:
    """``example("nhs_pathways")``: a real table and its committed settings."""

    def open_(name: str) -> Example:
        stages = {"incidents": read_incidents, "panel": daily_panel, "week": _week}
        settings_file = Path(__file__).parent / "examples" / f"{name}.toml"
        return Example(shared / "data" / TABLES[name], read_config(settings_file, stages))

    return open_
