"""The calibration study runs, and its figures are where they should be even in few replicates."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "calibration" / "change_points.py"


@pytest.mark.slow
def test_the_fast_study() -> None:
    root = SCRIPT.parents[2]
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--fast"], capture_output=True, text=True, check=True, cwd=root,
        env={"PYTHONPATH": str(root), "PATH": ""},
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert len(lines) > 60
    rates = [float(re.search(r"days +(\d\.\d+) ±", line)[1]) for line in lines if line.startswith("false")]
    assert sum(rates) / len(rates) <= 0.05
    within = next(line for line in lines if line.startswith("found at all") and "10 x 2" in line)
    assert float(re.search(r"days +(\d\.\d+) ±", within)[1]) >= 0.9
