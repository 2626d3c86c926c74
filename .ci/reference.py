"""The reference of every public name as web pages, made by pdoc. Needs the extra "docs".

    python .ci/reference.py FOLDER

A warning is an error, and so is a public name without a place on its page or without a word about it.
"""

import importlib
import inspect
import re
import sys
import types
import warnings
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from analysis.models import model_names

MODULES = (  # the front doors, and what notebooks and CONTRIBUTING send people to
    "analysis", "analysis.config", "analysis.counts_glm", "analysis.coverage", "analysis.errors",
    "analysis.findings", "analysis.formats", "analysis.models", "analysis.rates", "analysis.segmentation",
    *(f"analysis.models.{name}" for name in model_names()),
    "reports", "reports.content", "reports.facts", "reports.figures", "reports.sections", "reports.theme",
)  # fmt: skip
FIELD = re.compile(r"(?P<names>[\w`*\"][\w`*\", ]*) : (?=\S)")
CODE = re.compile(r"(?P<before>\S?) *::\n+")


def laid_out(text: str) -> str:
    """A docstring as Markdown: ``name : meaning`` is an item of a list, and ``::`` only announces code."""
    lines: list[str] = []
    item = False
    for line in text.splitlines():
        field = FIELD.match(line)
        before, item = item, bool(field) or (item and line.startswith(" "))
        begins, ends = bool(field) and not before, before and not item
        if lines and lines[-1] and (begins or ends) and line:
            lines.append("")  # a list stands between blank lines
        lines.append(f"- **{field['names']}** : {line[field.end() :]}" if field else line)
    return CODE.sub(lambda code: (code["before"] and f"{code['before']}:") + "\n\n", "\n".join([*lines, ""]))


def untold(folder: Path) -> Iterator[str]:
    """Public names that their page does not show or that have no docstring."""
    for name in MODULES:
        module = importlib.import_module(name)
        page = folder.joinpath(*name.split(".")).with_suffix(".html").read_text("utf-8")
        for public in module.__all__:
            value = getattr(module, public)
            told = bool(inspect.getdoc(value)) or not (inspect.isclass(value) or inspect.isroutine(value))
            shown = f'id="{public}"' in page or inspect.ismodule(value)
            if not (told and shown):
                yield f"{name}.{public}"


def main(folder: Path) -> str:
    """Write the pages; a sentence where names are missing, else an empty one."""
    import pdoc.render

    for generic in (pd.Series, pd.Index):  # annotations say `pd.Series[float]`, which only type checkers read
        generic.__class_getitem__ = classmethod(types.GenericAlias)
    pdoc.render.configure(template_directory=Path(__file__).parent / "reference", show_source=False)
    pdoc.render.env.filters["laid_out"] = laid_out
    pdoc.pdoc(*MODULES, output_directory=folder)
    missing = ", ".join(untold(folder))
    return f"not told in the reference: {missing}" if missing else ""


if __name__ == "__main__":
    warnings.simplefilter("error")
    sys.exit(main(Path(sys.argv[1])) or None)
