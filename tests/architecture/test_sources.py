"""House rules that can be read off the source: clock, printing, size, docstrings, front doors."""

import ast
import importlib
import inspect
import re

import pytest

CLOCK = {"now", "today", "utcnow", "localtime", "gmtime", "ctime"}
TIME_MODULE = {"time", "time_ns", "perf_counter", "process_time", "monotonic"}
# Waiting for another run's lock needs a stopwatch; it says nothing of today's date.
STOPWATCH = {("reports.atomic", "time.monotonic")}


def _clock_reads(module):
    """Line and name of every look at the clock."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Attribute):
            continue
        owner = ast.unparse(node.value)
        if (node.attr in CLOCK and owner != "clock") or (owner == "time" and node.attr in TIME_MODULE):
            yield node.lineno, f"{owner}.{node.attr}"
    for line, name in module.imports:
        if name.startswith("time.") and name != "time.sleep":
            yield line, name


def test_only_the_command_line_reads_the_clock(modules):
    broken = [
        f"{module.name}:{line} {what}"
        for module in modules
        for line, what in _clock_reads(module)
        if not module.name.startswith("reports.cli") and (module.name, what) not in STOPWATCH
    ]
    assert broken == []


def test_the_command_line_reads_it_in_one_place(modules):
    dates = {
        module.name for module in modules for _, what in _clock_reads(module) if what.split(".")[-1] in CLOCK
    }
    assert dates == {"reports.cli.clock"}


def test_no_template_reads_the_clock(modules):
    """A date on the page comes from the data: Typst and page scripts could ask for today's."""
    folder = next(m.path.parent for m in modules if m.name == "reports") / "templates"
    sources = [path for path in folder.rglob("*") if path.suffix in (".typ", ".j2", ".js", ".html")]
    assert sources
    for path in sources:
        text = path.read_text(encoding="utf-8")
        assert not [word for word in ("datetime.today", "Date.now", "new Date()", "now(") if word in text], (
            path
        )


def test_analysis_does_not_print(modules):
    broken = [
        f"{module.name}:{node.lineno}"
        for module in modules
        if module.name.startswith("analysis")
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Name) and node.id in ("print", "breakpoint"))
        or (isinstance(node, ast.Attribute) and ast.unparse(node) in ("sys.stdout", "sys.stderr"))
    ]
    assert broken == []


def _body_lines(function):
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_functions_and_files_are_small(modules):
    bodies = {
        f"{module.name}.{function.name}": _body_lines(function)
        for module in modules
        for function in module.functions()
    }
    files = {module.name: module.text.count("\n") for module in modules}
    assert {name: lines for name, lines in bodies.items() if lines > 50} == {}
    assert {name: lines for name, lines in files.items() if lines > 400} == {}
    assert sum(lines <= 30 for lines in bodies.values()) >= 0.95 * len(bodies)
    assert sum(lines <= 300 for lines in files.values()) >= 0.95 * len(files)


def test_every_module_says_what_it_is(modules):
    assert [module.name for module in modules if not ast.get_docstring(module.tree)] == []


def _public(module):
    """The functions and classes the module offers: those in ``__all__``, or all that are written in it."""
    loaded = importlib.import_module(module.name)
    for name in getattr(loaded, "__all__", vars(loaded)):
        thing = getattr(loaded, name)
        written_here = getattr(thing, "__module__", None) == module.name and not name.startswith("_")
        if written_here and (inspect.isclass(thing) or inspect.isfunction(thing)):
            yield name, thing


def test_everything_public_has_a_docstring(modules):
    bare = []
    for module in modules:
        if module.name.endswith("__main__"):
            continue
        for name, thing in _public(module):
            # A dataclass without a docstring is given its own signature as one.
            text = thing.__dict__.get("__doc__") if inspect.isclass(thing) else thing.__doc__
            if not text or text.startswith(f"{name}("):
                bare.append(f"{module.name}.{name}")
    assert bare == []


@pytest.mark.parametrize("package", ["analysis", "reports"])
def test_every_name_of_the_front_door_can_be_imported(package):
    door = importlib.import_module(package)
    assert door.__all__ == sorted(door.__all__)
    for name in door.__all__:
        assert getattr(door, name) is not None
        assert re.search(rf"\b{name}\b", door.__doc__), f"{name} is not in the docstring"
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = door.no_such_name
    assert set(door.__all__) <= set(dir(door))
