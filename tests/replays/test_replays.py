"""A few issues in a row of real tables; ``run.py`` replays half a year."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("run.py")


@pytest.mark.shared
@pytest.mark.parametrize("name", ["dc_crime_2024", "mod_russia_uav_claims"])
def test_issues_week_by_week(name: str, shared: Path) -> None:
    command = [sys.executable, str(SCRIPT), str(shared / "data"), "--weeks", "4", "--only", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "editions: 4" in done.stdout
