"""The benchmarks run; how fast is for people to read."""

import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).with_name("run.py")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="processes are measured with wait4")
def test_every_benchmark_runs_on_tiny_tables(tmp_path):
    done = subprocess.run(
        [sys.executable, str(RUN), "--tiny"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for row in (
        "report, 4 regions",
        "four panels",
        "Poisson, a region",
        "negative binomial, a region",
        "change points",
        "sitrend --help",
    ):
        assert row in done.stdout
    assert "the same sums" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_archive_benchmark_runs(tmp_path):
    script = RUN.with_name("archive.py")
    done = subprocess.run(
        [sys.executable, str(script), "--editions", "4", "--regions", "3"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "4 editions" in done.stdout
    assert "verify everything" in done.stdout
