"""Fixtures every test may use."""

from pathlib import Path

import pytest
from hypothesis import settings

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
