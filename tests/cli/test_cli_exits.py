"""One sentence and the right exit code for everything that can go wrong; never a traceback."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import errors
from reports.cli import clock, main
from reports.cli.exits import guarded

ROOT = Path(errors.__file__).parents[1]
TODAY = dt.date(2025, 8, 1)

CASES = [
    (errors.ConfigError("no such key", file="f.toml", table="week", key="x", valid=["starts_on"]), 2),
    (errors.WeekError("2025-W60", "2025 has no week 60"), 2),
    (errors.InputError("the table is no table."), 3),
    (errors.UnreadableInputError("x.csv", "no such file"), 3),
    (errors.MissingColumnError("date", ["a", "b"]), 3),
    (errors.UnknownRegionError("rx", ["ru", "ua"]), 3),
    (errors.NoUsableRowsError("x.csv", 3, {"no date": 3}), 3),
    (errors.WeekNotCoveredError("2025-W29", "2024-01-01", "2024-02-01"), 3),
    (errors.NotEnoughDataError("no region could be modelled."), 4),
    (errors.RenderError("a font is missing; install it."), 5),
    (errors.EditionError("2025-W29 is already published."), 6),
    (errors.SitrendError("something else."), 1),
    (KeyboardInterrupt(), 130),
    (BrokenPipeError(), 141),
    (MemoryError(), 3),
    (KeyError("a fault\nof ours"), 1),
    (RecursionError("deep"), 1),
]


def raising(error: BaseException):
    def command() -> int:
        raise error

    return command


@pytest.mark.parametrize(("error", "code"), CASES, ids=lambda case: type(case).__name__)
def test_every_error_is_one_sentence_and_a_code(error, code, capfd, monkeypatch) -> None:
    monkeypatch.setattr(os, "dup2", lambda *_: None)  # the test's own stdout stays
    assert guarded(raising(error)) == code
    out, err = capfd.readouterr()
    assert out == ""
    if code == 141:
        assert err == ""
        return
    assert err.startswith("sitrend: ")
    assert err.count("\n") == 1
    assert err.endswith(".\n")
    assert "Traceback" not in err
    assert ("fault in sitrend" in err and "--debug" in err) == isinstance(error, (KeyError, RecursionError))


def test_every_error_class_has_a_code() -> None:
    known = {type(error) for error, _ in CASES}
    raised = {getattr(errors, name) for name in errors.__all__} - {errors.ModelError, errors.ConvergenceError}
    assert raised <= known


def test_debug_shows_the_traceback(capfd) -> None:
    assert guarded(raising(errors.InputError("no.")), debug=True) == 3
    err = capfd.readouterr().err
    assert "Traceback" in err
    assert err.endswith("sitrend: no.\n")


def test_warnings_are_one_line(capfd) -> None:
    def command() -> int:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("two\nlines", UserWarning, stacklevel=1)
        return 0

    assert guarded(command) == 0
    assert capfd.readouterr().err == "sitrend: note: two lines\n"


# --- the real commands on real files ----------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with one good table: eleven weeks of two regions."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    first = dt.date(2025, 5, 5)
    rows = [
        f"{first + dt.timedelta(days=day)},{region}"
        for day in range(77)
        for region in ["RU-BEL"] * (3 + day % 3) + ["RU-BRY"] * 2
    ]
    Path("incidents.csv").write_text("\n".join(["date,region", *rows]) + "\n")
    return tmp_path


def bad_rows(folder: Path) -> None:
    Path("bad.csv").write_text("date,region\nyesterday,RU-BEL\n99.99.9999,RU-BEL\n")


def toml(text: str):
    return lambda folder: Path("c.toml").write_text(text)


def published(folder: Path) -> None:
    assert main(["report", "incidents.csv", "--regions", "ru", "--formats", "json", "--quiet"]) == 0


def occupied(folder: Path) -> None:
    Path("weekly").write_text("a file")


USER_ERRORS = [
    ("no such file", None, ["report", "none.csv"], 3, ["none.csv"]),
    ("a folder", lambda f: Path("x.csv").mkdir(), ["report", "x.csv"], 3, ["x.csv"]),
    ("empty file", lambda f: Path("e.csv").write_text(""), ["report", "e.csv"], 3, ["e.csv"]),
    ("header only", lambda f: Path("h.csv").write_text("date,region\n"), ["report", "h.csv"], 3, ["row"]),
    ("binary", lambda f: Path("b.xlsx").write_bytes(b"\x00\x01"), ["report", "b.xlsx"], 3, ["b.xlsx"]),
    ("unknown kind", lambda f: Path("b.xyz").write_bytes(b"a"), ["report", "b.xyz"], 3, ["b.xyz"]),
    ("only bad rows", bad_rows, ["report", "bad.csv"], 3, ["none of the 2 rows"]),
    (
        "no date column", lambda f: Path("n.csv").write_text("a,region\n1,RU-BEL\n"),
        ["report", "n.csv"], 3, ["date", "[incidents.columns]"],
    ),
    ("unknown vocabulary", None, ["report", "incidents.csv", "--regions", "xq"], 3, ["xq"]),
    ("unknown measure", None, ["report", "incidents.csv", "--measure", "wounded"], 2, ["wounded"]),
    ("unknown week", None, ["report", "incidents.csv", "--week", "2025-W60"], 2, ["2025-W60", "no week 60"]),
    ("not a week", None, ["report", "incidents.csv", "--week", "last"], 2, ["'last'", "2025-W29"]),
    (
        "week without data", None, ["report", "incidents.csv", "--week", "2024-W01"], 3,
        ["2024-W01", "2025-05-05"],
    ),
    ("future week", None, ["report", "incidents.csv", "--week", "2027-W01"], 2, ["2027-W01", "future"]),
    ("week under way", None, ["report", "incidents.csv", "--week", "2025-08-01"], 2, ["is not over"]),
    ("not a time", None, ["report", "incidents.csv", "--as-of", "soon"], 2, ["'soon'"]),
    ("no settings", None, ["report", "incidents.csv", "--config", "c.toml"], 2, ["c.toml"]),
    (
        "broken settings", toml("[week]\noops"), ["report", "incidents.csv", "--config", "c.toml"], 2,
        ["c.toml", "line 2"],
    ),
    (
        "wrong key", toml("[panel]\nmeasur = 'x'"), ["report", "incidents.csv", "--config", "c.toml"], 2,
        ["c.toml [panel] measur", "'measure'"],
    ),
    (
        "wrong weekday", toml("[week]\nstarts_on = 'mon'"), ["report", "incidents.csv", "--config", "c.toml"],
        2, ["monday"],
    ),
    (
        "wrong model option", toml("[models.comparison]\nbaseline_week = 3"),
        ["report", "incidents.csv", "--config", "c.toml"], 2, ["baseline_weeks"],
    ),
    (
        "differs from the published", published,
        ["report", "incidents.csv", "--regions", "ru", "--formats", "json", "--title", "Other"], 6,
        ["already published", "--correct"],
    ),
    ("archive is a file", occupied, ["report", "incidents.csv", "--formats", "json"], 6, ["weekly"]),
    (
        "nothing to correct", None, ["report", "incidents.csv", "--formats", "json", "--correct", "x"], 6,
        ["nothing to correct"],
    ),
    ("nothing to verify", None, ["verify", "none"], 6, ["does not exist"]),
    ("series, wrong ending", None, ["series", "incidents.csv", "--out", "x.doc"], 2, [".parquet"]),
    ("series, no folder", None, ["series", "incidents.csv", "--out", "no/x.csv"], 2, ["cannot be written"]),
    ("init over a file", toml("# mine"), ["init", "--out", "c.toml"], 2, ["there already"]),
    ("regions, unknown vocabulary", None, ["regions", "--regions", "xq", "A"], 3, ["xq"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("prepare", "argv", "code", "words"),
    [case[1:] for case in USER_ERRORS],
    ids=[case[0] for case in USER_ERRORS],
)
def test_whatever_a_user_does(folder, capfd, prepare, argv, code, words) -> None:
    if prepare:
        prepare(folder)
    before = {
        path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".lock"
    }
    capfd.readouterr()
    assert main(argv) == code
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("sitrend: ")
    assert err.count("\n") == 1, err
    assert "Traceback" not in err
    for word in words:
        assert word in err
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".lock"}
    assert after == before, "something was written although the command failed"


def test_check_of_only_bad_rows_shows_them_and_is_exit_3(folder, capfd) -> None:
    bad_rows(folder)
    assert main(["check", "bad.csv"]) == 3
    out, err = capfd.readouterr()
    assert "yesterday" in out
    assert "99.99.9999" in out
    assert "none of the 2 rows" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "argv",
    [
        ["nonsense"],
        ["report"],
        ["report", "a.csv", "--formats", "rtf"],
        ["report", "a.csv", "--formats", ","],
        ["report", "a.csv", "--correct", " "],
        ["series", "a.csv"],
        ["report", "a.csv", "--colour"],
    ],
)
def test_wrong_usage_is_exit_2(argv, capfd) -> None:
    with pytest.raises(SystemExit) as caught:
        main(argv)
    assert caught.value.code == 2
    assert "Traceback" not in capfd.readouterr().err


def test_nothing_observed_is_exit_4(folder, capfd, monkeypatch) -> None:
    import analysis

    real = analysis.daily_panel

    def unobserved(incidents, **options):
        from dataclasses import replace

        panel = real(incidents, **options)
        return replace(panel, observed=panel.observed & False)

    monkeypatch.setitem(vars(analysis), "daily_panel", unobserved)
    assert main(["report", "incidents.csv", "--regions", "ru"]) == 4
    assert "none is observed" in capfd.readouterr().err
    assert not Path("weekly").exists()


def test_table_that_ends_in_the_future_is_refused(folder, capfd, monkeypatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: dt.date(2025, 7, 20))
    assert main(["report", "incidents.csv", "--regions", "ru"]) == 3
    assert "check the dates" in capfd.readouterr().err


def test_reader_that_leaves_is_no_error(folder) -> None:
    """`sitrend … | head -1` ends without a word."""
    script = "import sys; from reports.cli import main; sys.exit(main(sys.argv[1:]))"
    run = subprocess.Popen(
        [sys.executable, "-c", script, "regions", "--regions", "ru"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.close()
    assert run.wait(timeout=60) == 141
    assert run.stderr.read() == b""
    run.stderr.close()
