"""The two packages as source text: one `Module` per file, with the imports it makes when it runs."""

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

PACKAGES = ("analysis", "reports")


@dataclass(frozen=True)
class Module:
    """One source file.

    name : dotted name; a package's ``__init__.py`` carries the package's name.
    home : the package in which its relative imports start.
    """

    name: str
    home: tuple[str, ...]
    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=str(self.path))

    @property
    def layer(self) -> str:
        """The entry directly under the package: ``analysis.models.trend`` lies in ``models``."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else ""

    @cached_property
    def imports(self) -> list[tuple[int, str]]:
        """Line and dotted name of everything imported at run time, inside functions too."""
        return [found for node in _running(self.tree) for found in _imported(node, self.home)]

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below, without what stands under ``if TYPE_CHECKING:``."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and _names_type_checking(child.test):
            for other in child.orelse:
                yield from (other, *_running(other))
        else:
            yield from (child, *_running(child))


def _names_type_checking(test: ast.expr) -> bool:
    return "TYPE_CHECKING" in (getattr(test, "id", ""), getattr(test, "attr", ""))


def _imported(node: ast.AST, home: tuple[str, ...]) -> list[tuple[int, str]]:
    if isinstance(node, ast.Import):
        return [(node.lineno, alias.name) for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = home[: len(home) - node.level + 1] if node.level else ()
        stem = ".".join([*base, *([node.module] if node.module else [])])
        return [(node.lineno, f"{stem}.{alias.name}") for alias in node.names]
    return _imported_by_name(node, home)


def _imported_by_name(node: ast.AST, home: tuple[str, ...]) -> list[tuple[int, str]]:
    """``import_module("statsmodels.api")`` and ``__import__("x")`` with a name that stands there."""
    if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
        return []
    called = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if called not in ("import_module", "__import__") or not isinstance(node.args[0].value, str):
        return []
    name = node.args[0].value
    return [(node.lineno, ".".join(home) + name if name.startswith(".") else name)]


def _modules(package: str) -> Iterator[Module]:
    top = Path(str(importlib.import_module(package).__file__)).parent
    for path in sorted(top.rglob("*.py")):
        parts = (package, *path.relative_to(top).with_suffix("").parts)
        name = parts[:-1] if parts[-1] == "__init__" else parts
        yield Module(name=".".join(name), home=parts[:-1], path=path)


@pytest.fixture(scope="session")
def modules() -> list[Module]:
    """Every file of both packages, wherever they are installed."""
    return [module for package in PACKAGES for module in _modules(package)]
