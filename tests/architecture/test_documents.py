"""What README, CONTRIBUTING and METHODS name is there: links, files of the tree, commands, models."""

import re
from pathlib import Path

import pytest

from analysis.models import model_names

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", ".github/CONTRIBUTING.md", ".github/METHODS.md")

pytestmark = pytest.mark.skipif(
    not (ROOT / "README.md").exists(), reason="these tests run beside the documents, not beside a wheel"
)


@pytest.fixture(params=DOCUMENTS)
def document(request):
    """One of them: its path and its text."""
    path = ROOT / request.param
    return path, path.read_text("utf-8")


def test_links_lead_somewhere(document):
    path, text = document
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", text)
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_commands_run_files_that_exist(document):
    _, text = document
    scripts = re.findall(r"python ((?:tests|\.ci)/[\w/.-]+\.py)", text)
    assert [script for script in scripts if not (ROOT / script).is_file()] == []


def test_methods_tells_of_every_model():
    text = (ROOT / ".github/METHODS.md").read_text("utf-8")
    told = set(re.findall(r"^## .*`(\w+)`$", text, re.MULTILINE))
    assert set(model_names()) <= told


def test_the_tree_of_the_readme_is_there():
    text = (ROOT / "README.md").read_text("utf-8")
    tree = re.search(r"```\n(analysis/ .*?)```", text, re.DOTALL)[1]
    folder, missing = "", []
    for line in tree.splitlines():
        if not line.startswith(" "):
            folder = line.split("/")[0]
            missing += [] if (ROOT / folder).is_dir() else [folder]
            continue
        names = re.findall(r"(?:^  |  +|(?<=\.py) )([a-z_]+(?:\.py|/))(?=[ ]|$)", line)
        missing += [f"{folder}/{name}" for name in names if not (ROOT / folder / name).exists()]
    assert missing == []


@pytest.mark.parametrize("package", ["analysis", "reports"])
def test_every_module_is_in_the_tree_of_the_readme(package):
    tree = (ROOT / "README.md").read_text("utf-8").partition("## The tree")[2]
    here = [
        path.name + "/" * path.is_dir()
        for path in sorted((ROOT / package).iterdir())
        if (path.suffix == ".py" or (path / "__init__.py").exists()) and not path.name.startswith("_")
    ]
    assert [name for name in here if not re.search(rf"(?<![\w/]){re.escape(name)}", tree)] == []


def test_front_page_names_every_notebook():
    text = (ROOT / "README.md").read_text("utf-8")
    notebooks = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert [name for name in notebooks if f"notebooks/{name}" not in text] == []
