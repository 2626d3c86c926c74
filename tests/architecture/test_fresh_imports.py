"""What an import costs: each runs in an interpreter of its own and lists what was loaded."""

import subprocess
import sys

import pytest

HEAVY = ("pandas", "numpy", "scipy", "statsmodels", "matplotlib", "jinja2", "typst", "pyarrow", "narwhals")
FITTING = ("statsmodels", "scipy.stats", "matplotlib", "jinja2", "typst")


def _loaded(statement, names):
    code = f"import sys\n{statement}\nprint(*[n for n in {names!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(
    "statement",
    [
        "import analysis",
        "import reports",
        "import reports.cli",
        "from reports.cli.parser import build_parser; build_parser()",
    ],
)
def test_the_front_doors_load_nothing_heavy(statement):
    assert _loaded(statement, HEAVY) == []


@pytest.mark.parametrize(
    "statement",
    ["from analysis import analyse", "from analysis import read_incidents, daily_panel, analyse"],
)
def test_the_pipeline_loads_no_fitting_library_before_it_is_called(statement):
    assert _loaded(statement, FITTING) == []


def test_a_report_can_be_imported_without_any_renderer():
    assert _loaded("from reports import build_report", ("matplotlib", "typst", "statsmodels")) == []
