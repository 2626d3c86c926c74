"""Who may import whom.

Data flows one way, and so do imports: a module imports what stands before it in its package's order, never
what stands after it. `reports` reads `analysis`; `analysis` knows nothing of how anything looks. Imports
inside functions count; imports for type checkers alone do not.
"""

from graphlib import CycleError, TopologicalSorter

import pytest

# Names on one line are of one rank and may import each other.
ORDER = {
    "analysis": [
        "errors",
        "numbers",
        "codec",
        "estimates",
        "weeks",
        "records",
        "findings display",  # `Findings` shows itself through display, which lays out its records
        "config",
        "regions",
        "formats",
        "incidents simulate",
        "completeness",
        "panel coverage",
        "groups",
        "allocation",
        "sources extent",
        "counting",
        "windows",
        "streaming",
        "daily",
        "tallies",
        "contributions",
        "memory",
        "snapshots",
        "revisions",
        "rates",
        "rank_trend decomposition historical",
        "counts_glm",
        "segmentation detectors",
        "models",
        "robustness",
        "pipeline",
        "backtest",
    ],
    # A Report renders and saves itself (`.html()`, `.pdf()`, `.save()`), so rendering and the archive stand
    # before it; sections draw figures and write sentences, so both stand before sections.
    "reports": [
        "facts forms",
        "content",
        "words",
        "theme",
        "boundaries",
        "fonts",
        "web_fonts",
        "columns spreadsheet",
        "shared_facts",
        "robust_words",
        "shift_words",
        "year_facts",
        "since_facts",
        "signal_facts",
        "signal_words",
        "prose",
        "tables",
        "figures",
        "templating",
        "tree",
        "svg",
        "document",
        "html",
        "markdown",
        "pdf_data",
        "typesetting",
        "pdf email word",
        "atomic",
        "manifest",
        "snapshot",
        "trace",
        "listing",
        "editions",
        "stored",
        "issues",
        "news",
        "since",
        "sections",
        "payload",
        "report",
        "cli",
    ],
}
RANK = {
    f"{package}.{name}": rank
    for package, order in ORDER.items()
    for rank, names in enumerate(order)
    for name in names.split()
}
NEVER_IN_ANALYSIS = ("reports", "matplotlib", "jinja2", "typst", "IPython", "seaborn")


def _inside(package, modules):
    return [module for module in modules if module.name.split(".")[0] == package]


def _layer(name):
    return ".".join(name.split(".")[:2])


def test_analysis_knows_nothing_of_how_things_look(modules):
    broken = [
        f"{module.name}:{line} imports {name}"
        for module in _inside("analysis", modules)
        for line, name in module.imports
        if name.split(".")[0] in NEVER_IN_ANALYSIS
    ]
    assert broken == []


@pytest.mark.parametrize("package", ORDER)
def test_every_module_has_its_place_in_the_order(package, modules):
    layers = {_layer(module.name) for module in _inside(package, modules)} - {package}
    assert sorted(layers - RANK.keys()) == [], "name the new module in ORDER, after what it imports"


@pytest.mark.parametrize("package", ORDER)
def test_no_import_points_up(package, modules):
    broken = []
    for module in _inside(package, modules):
        for line, name in module.imports:
            inside, own = name.split(".")[0] == package, _layer(name) == _layer(module.name)
            # The front door is above everything: nobody inside goes through it.
            here, there = RANK.get(_layer(module.name), 99), RANK.get(_layer(name), 98)
            if inside and not own and module.name != package and there > here:
                broken.append(f"{module.name}:{line} imports {name}")
    assert broken == []


def test_no_modules_import_each_other_in_a_circle(modules):
    names = {module.name for module in modules}
    # A package's front door re-exports its modules; they never go through it, which the order above checks.
    doors = {module.name for module in modules if module.path.name == "__init__.py"}
    allowed = {("analysis.findings", "analysis.display"), ("analysis.display", "analysis.findings")}
    graph = {}
    for module in modules:
        targets = {name if name in names else name.rpartition(".")[0] for _, name in module.imports}
        graph[module.name] = {
            name for name in (targets & names) - doors - {module.name} if (module.name, name) not in allowed
        }
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"these import each other: {' <- '.join(error.args[1])}")


def test_the_order_would_notice_a_wrong_import(modules):
    """The rule itself, on sources that break it."""
    import ast
    from dataclasses import replace

    sample = next(module for module in modules if module.name == "analysis.weeks")
    broken = replace(sample)
    broken.__dict__["tree"] = ast.parse(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from .pipeline import analyse\n"
        "def f():\n    from .panel import Panel\n    import matplotlib.pyplot as plt\n"
        "    from importlib import import_module\n    import_module('.daily')\n"
    )
    found = {name for _, name in broken.imports}
    assert {"analysis.panel.Panel", "matplotlib.pyplot", "analysis.daily"} <= found
    assert "analysis.pipeline.analyse" not in found
