"""``sitrend doctor``: whether everything a report needs is in place."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from reports.cli.arguments import Commands, command
from reports.cli.progress import Progress

__all__ = ["add_parser", "run"]

NAMES = ("analysis", "reports")


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = command(
        commands, "doctor", run, summary="check the installation",
        description="Checks versions, fonts, the PDF writer, the folder for editions, and whether the\n"
        "packages `analysis` and `reports` really are those of sitrend. Ends with 1 when something is wrong.",
        example="sitrend doctor",
    )  # fmt: skip
    parser.add_argument(
        "--out", metavar="FOLDER", type=Path, default=Path("weekly"),
        help="the folder for editions (default: weekly)",
    )  # fmt: skip


def run(args: argparse.Namespace, progress: Progress) -> int:
    """Print one line per check."""
    checks: tuple[tuple[str, Callable[[], Iterator[str]]], ...] = (
        ("packages", _packages), ("names", _names), ("fonts", _fonts), ("pdf", _pdf),
        ("archive", lambda: _archive(args.out)),
    )  # fmt: skip
    wrong = 0
    for name, check in checks:
        problems = list(check())
        wrong += len(problems)
        if not problems:
            progress.say(f"ok     {name}")
        for problem in problems:
            print(f"WRONG  {name}: {problem}")
    _say_versions(progress)
    return 1 if wrong else 0


def _say_versions(progress: Progress) -> None:
    from reports.manifest import versions

    progress.say()
    progress.say("  ".join(f"{name} {version or 'missing'}" for name, version in versions().items()))


def _packages() -> Iterator[str]:
    from reports.manifest import versions

    for name, version in versions().items():
        if not version:
            yield f"{name} is not installed; run: {sys.executable} -m pip install {name}"


def _names() -> Iterator[str]:
    """Whoever else owns the names `analysis` and `reports`."""
    ours = Path(__file__).resolve().parents[3]
    for name in NAMES:
        origin = getattr(sys.modules.get(name), "__file__", None)
        if origin is None or Path(origin).resolve().parent != ours / name:
            yield f"the package {name} in use is {origin}, not that of sitrend in {ours}"
        for entry in dict.fromkeys(Path(path or ".").resolve() for path in sys.path):
            for other in (entry / name, entry / f"{name}.py"):
                package = other.suffix == ".py" or (other / "__init__.py").is_file()
                if other.exists() and package and entry != ours:
                    yield f"{other} has the same name as a package of sitrend; rename or remove it"
    yield from _other_owners()


def _other_owners() -> Iterator[str]:
    from importlib.metadata import packages_distributions

    owners = packages_distributions()
    for name in NAMES:
        for owner in sorted(set(owners.get(name, ())) - {"sitrend"}):
            yield f"the distribution {owner} also installs a package {name}; put sitrend into its own venv"


def _fonts() -> Iterator[str]:
    for name in ("font_source_sans_pro", "font_source_serif_pro"):
        from importlib.util import find_spec

        spec = find_spec(name)
        if spec is None or not spec.submodule_search_locations:
            yield f"{name} is not installed; run: {sys.executable} -m pip install {name.replace('_', '-')}"
        elif not any(Path(folder).rglob("*.ttf") for folder in spec.submodule_search_locations):
            yield f"{name} holds no fonts; install it again"


def _pdf() -> Iterator[str]:
    try:
        import typst
    except ImportError as error:
        yield f"typst cannot be loaded ({error}); install it again: {sys.executable} -m pip install typst"
        return
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.typ"
        page.write_text("One line.", encoding="utf-8")
        try:
            made = typst.compile(str(page))
        except (RuntimeError, OSError) as error:
            yield f"typst cannot write a page: {error}"
            return
    if not bytes(made).startswith(b"%PDF"):
        yield "typst does not write PDF; install it again"


def _archive(out: Path) -> Iterator[str]:
    """The folder, or the nearest one above it that exists, must take new files."""
    folder = out.absolute()
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir():
        yield f"{folder} is a file, so editions cannot be kept there"
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield f"{folder} cannot be written; change its rights or name another folder with --out"
