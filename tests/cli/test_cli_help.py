"""The help answers at once, and says what a newcomer needs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import reports.cli
from reports.cli import main
from reports.cli.parser import _names, build_parser

ROOT = Path(reports.cli.__file__).parents[2]
COMMANDS = [
    "demo",
    "report",
    "check",
    "init",
    "series",
    "findings",
    "diff",
    "rows",
    "regions",
    "verify",
    "doctor",
]
SCRIPT = """
import resource, sys
from reports.cli import main
try:
    main(["--help"])
except SystemExit:
    pass
libraries = {"pandas", "numpy", "scipy", "matplotlib", "statsmodels", "jinja2", "typst", "pyarrow"}
heavy = libraries & set(sys.modules)
used = resource.getrusage(resource.RUSAGE_SELF)
print("HEAVY", sorted(heavy), "CPU", used.ru_utime + used.ru_stime)
"""


def test_help_loads_nothing_and_is_quick() -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    seconds = []
    for _ in range(3):  # the best of three: the first may compile, and others use the machine
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT], capture_output=True, check=True, env=env, encoding="utf-8"
        )
        assert "HEAVY [] " in run.stdout
        seconds.append(float(run.stdout.rsplit(" ", 1)[1]))
    assert min(seconds) <= 0.15


def test_no_command_prints_the_help(capsys) -> None:
    assert _names() == COMMANDS, "the tests below must know every command"
    assert main([]) == 0
    out = capsys.readouterr().out
    for name in COMMANDS:
        assert f"    {name} " in out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name, capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        build_parser().parse_args([name, "--help"])
    assert caught.value.code == 0
    out = capsys.readouterr().out
    assert f"example:\n  sitrend {name}" in out
    assert "--quiet" in out
    assert "--debug" in out


def test_version(capsys, monkeypatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: "1.2.3")
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == "sitrend 1.2.3\n"


def test_every_example_in_the_help_is_valid_usage(capsys) -> None:
    """What the help shows can be typed: every line parses."""
    import shlex

    parser = build_parser()
    for name in COMMANDS:
        with pytest.raises(SystemExit):
            parser.parse_args([name, "--help"])
        lines = capsys.readouterr().out.partition("example:\n")[2].splitlines()
        for line in filter(None, map(str.strip, lines)):
            words = shlex.split(line.partition("   ")[0].partition(" > ")[0])
            assert words[0] == "sitrend"
            assert parser.parse_args(words[1:]).run
