"""Killed at any step, a full disk, a read-only one, two at once: no edition is lost or half there."""

import datetime as dt
import errno
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.errors import EditionError
from analysis.weeks import Week
from reports import atomic
from reports.cli.exits import guarded
from reports.editions import Editions

FAULTS = Path(__file__).with_name("faults.py")
ROOT = Path(atomic.__file__).parents[1]
break_at = runpy.run_path(str(FAULTS))["break_at"]

WEEK = Week(first_day=dt.date(2025, 7, 14))
FILES = {"report.html": b"<p>1</p>", "report.json": b"{}", "tables/regions.csv": b"a,b\n1,2\n"}
NEXT = {"report.html": b"<p>2</p>", "tables/regions.csv": b"a,b\n1,2\n"}
LISTS = ("index.html", "feed.xml")


def tree(folder: Path) -> dict[str, bytes]:
    """What a reader sees."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def only(seen: dict[str, bytes], names: list[str]) -> dict[str, bytes]:
    return {path: data for path, data in seen.items() if path.partition("/")[0] in names}


def make_base(folder: Path, weeks: int = 1) -> Path:
    for back in range(weeks):
        Editions(folder).publish(FILES, week=WEEK.shift(back - weeks + 1))
    return folder


def died(base: Path, folder: Path, action: str) -> int:
    """How many steps ``action`` has; the archives it died in are ``folder/1`` and so on."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(FAULTS), str(base), str(folder), action]
    run = subprocess.run(command, check=True, env=env, capture_output=True, encoding="utf-8")
    return int(run.stdout)


def whole(folder: Path) -> bool:
    """Every edition is as published, whatever the lists say."""
    return all(not problems for name, problems in Editions(folder).verify().items() if name not in LISTS)


def test_killed_at_every_step_of_publishing(tmp_path: Path) -> None:
    base = make_base(tmp_path / "base")
    before = tree(base)
    steps = died(base, tmp_path / "runs", "publish")
    done = tree(tmp_path / "runs" / str(steps + 1))
    assert steps > 20
    assert Editions(tmp_path / "runs" / str(steps + 1)).verify() == {"2025-W29": [], "2025-W30": []}
    visible = stale = 0
    for nth in range(1, steps + 1):
        folder = tmp_path / "runs" / str(nth)
        seen, names = tree(folder), [edition.name for edition in Editions(folder)]
        assert only(seen, ["2025-W29"]) == only(before, ["2025-W29"]), nth
        assert names in (["2025-W29"], ["2025-W29", "2025-W30"])
        assert only(seen, ["2025-W30"]) in ({}, only(done, ["2025-W30"])), nth
        assert whole(folder)
        for name in LISTS:
            assert seen[name] in (before[name], done[name]), (nth, name)
        visible += len(names) == 2
        if len(names) == 1:
            assert only(seen, list(LISTS)) == only(before, list(LISTS)), "listed before it was there"
        elif seen["index.html"] != done["index.html"]:
            stale += 1
            assert "2025-W30" in Editions(folder).verify()["index.html"][0]
        Editions(folder).publish(NEXT, week=WEEK.shift(1))
        assert tree(folder) == done, "the next run brings everything up to date"
        assert not list(folder.glob(".unfinished*")), "and cleans up"
    assert visible > 3
    assert stale > 1


def test_killed_at_every_step_of_removing_old_editions(tmp_path: Path) -> None:
    base = make_base(tmp_path / "base", weeks=4)
    before = tree(base)
    steps = died(base, tmp_path / "runs", "prune")
    done = tree(tmp_path / "runs" / str(steps + 1))
    assert [edition.name for edition in Editions(tmp_path / "runs" / str(steps + 1))] == ["2025-W29"]
    assert steps > 8
    for nth in range(1, steps + 1):
        folder = tmp_path / "runs" / str(nth)
        seen, names = tree(folder), [edition.name for edition in Editions(folder)]
        assert "2025-W29" in names
        assert only(seen, names) == only(before, names), nth
        assert whole(folder)
        Editions(folder).prune(1)
        Editions(folder).publish(FILES, week=WEEK)
        assert tree(folder) == done
        assert not list(folder.glob(".unfinished*"))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_the_disk_refuses_at_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> None:
        raise OSError(number, os.strerror(number))

    finished = make_base(tmp_path / "finished")
    Editions(finished).publish(NEXT, week=WEEK.shift(1))
    done = tree(finished)
    failed = 0
    for nth in range(1, 200):
        folder = make_base(tmp_path / str(nth))
        before = tree(folder)
        with monkeypatch.context() as patch:
            seen = break_at(nth, refuse, patch.setattr)
            code = guarded(lambda folder=folder: bool(Editions(folder).publish(NEXT, week=WEEK.shift(1))) * 0)
        error = capsys.readouterr().err
        now = tree(folder)
        if code == 0:
            assert seen[0] < nth, "an error of the disk was swallowed"
            break
        failed += 1
        assert code == 6
        assert error.count("\n") == 1
        assert os.strerror(number) in error
        assert only(now, ["2025-W29"]) == only(before, ["2025-W29"])
        assert only(now, ["2025-W30"]) in ({}, only(done, ["2025-W30"]))
        lists_failed = "is published, but its lists are not" in error
        assert not lists_failed or only(now, ["2025-W30"]), "it says published and it is not"
        assert whole(folder)
        assert not [path for path in folder.glob(".unfinished*") if path.is_dir()]
        for name in LISTS:
            assert now[name] in (before[name], done[name])
        Editions(folder).publish(NEXT, week=WEEK.shift(1))
        assert tree(folder) == done
    else:
        pytest.fail("publishing never succeeded")
    assert failed > 20


def test_read_only_folder_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if os.geteuid() == 0:
        pytest.skip("root writes anywhere")
    folder = make_base(tmp_path / "weekly")
    folder.chmod(0o500)
    try:
        with pytest.raises(EditionError, match="cannot be written or read"):
            Editions(folder).publish(NEXT, week=WEEK.shift(1))
    finally:
        folder.chmod(0o700)


def test_a_damaged_manifest_hides_nothing(tmp_path: Path) -> None:
    folder = make_base(tmp_path / "weekly", weeks=3)
    (folder / "2025-W28" / "manifest.json").write_text("{")
    assert Editions(folder).publish(NEXT, week=WEEK.shift(1)).new
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert page.count(">damaged: ") == 1
    for name in ("2025-W27", "2025-W29", "2025-W30"):
        assert f'href="{name}/report.html"' in page
        assert f'href="{name}/report.html"' in (folder / "feed.xml").read_text(encoding="utf-8")
    assert 'href="2025-W28/' not in page
    found = Editions(folder).verify()
    assert [name for name, problems in found.items() if problems] == ["2025-W28"]
    with pytest.raises(EditionError, match="damaged"):
        Editions(folder).publish(FILES, week=WEEK.shift(-1))


def test_two_runs_at_once_publish_both_and_list_both(tmp_path: Path) -> None:
    """Four processes publish four weeks together; each is there, whole and listed."""
    script = (
        "import sys, datetime as dt\n"
        "from analysis.weeks import Week\n"
        "from reports.editions import Editions\n"
        "week = Week(first_day=dt.date(2025, 7, 14)).shift(int(sys.argv[2]))\n"
        "Editions(sys.argv[1]).publish({'report.html': b'<p>' + sys.argv[2].encode()}, week=week)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    folder = tmp_path / "weekly"
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(folder), str(number)], env=env)
        for number in range(4)
    ]
    assert [run.wait() for run in runs] == [0, 0, 0, 0]
    found = Editions(folder).verify()
    assert found == {WEEK.shift(number).name: [] for number in range(4)}
