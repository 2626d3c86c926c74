"""Run the notebooks in place, so that they show what the code says now.

python tests/notebooks/execute.py
"""

import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

__all__ = ["NOTEBOOKS", "executed"]

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def executed(path: Path, folder: Path) -> nbformat.NotebookNode:
    """The notebook with the outputs of a new kernel in ``folder``; without its times and paths."""
    notebook = nbformat.read(path, as_version=4)
    kernel = dict(notebook.metadata["kernelspec"])
    place = {"metadata": {"path": str(folder)}}
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", record_timing=False, resources=place
    ).execute()
    notebook.metadata = nbformat.from_dict({"kernelspec": kernel, "language_info": {"name": "python"}})
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
    nbformat.validate(notebook)
    return notebook


def main() -> int:
    """Rewrite every notebook."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        with tempfile.TemporaryDirectory() as folder:
            nbformat.write(executed(path, Path(folder)), path)
        print(path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
