"""The archive: written once, whole or not at all, and found out when changed."""

import datetime as dt
import json
import os
from pathlib import Path

import pytest

from analysis.errors import EditionError
from analysis.weeks import Week
from reports import atomic
from reports.editions import Editions, report_files

ROOT = Path(atomic.__file__).parents[1]
WEEK = Week(first_day=dt.date(2025, 7, 14))
TUESDAY = Week(first_day=dt.date(2025, 7, 15))
FILES = {"report.html": b"<p>1</p>", "report.json": b"{}", "tables/regions.csv": b"a,b\n1,2\n"}
OTHER = {**FILES, "report.html": b"<p>2</p>"}
ABOUT = {"input": {"sha256": "aa"}, "config": {"tables": {}}, "as_of": None}


def tree(folder: Path) -> dict[str, bytes]:
    """What a reader of the archive sees of editions: everything that is not hidden, without the lists."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path not in (folder / "index.html", folder / "feed.xml")
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


@pytest.fixture
def archive(tmp_path: Path) -> Editions:
    return Editions(tmp_path / "weekly")


def test_first_edition_has_its_files_and_manifest(archive: Editions) -> None:
    edition = archive.publish(FILES, week=WEEK, about=ABOUT)
    assert edition.new
    assert edition.name == "2025-W29"
    assert edition.path == archive.folder / "2025-W29"
    for name, data in FILES.items():
        assert (edition.path / name).read_bytes() == data
    manifest = edition.manifest
    assert manifest["edition"] == {
        "name": "2025-W29", "week": "2025-W29", "first_day": "2025-07-14", "last_day": "2025-07-20",
        "revision": 1, "corrects": None, "reason": None,
    }  # fmt: skip
    assert set(manifest["files"]) == set(FILES)
    assert manifest["input"] == {"sha256": "aa"}
    assert {"python", "sitrend", "pandas"} <= set(manifest["versions"])
    assert archive.verify() == {"2025-W29": []}


def test_week_under_another_anchor_is_named_by_its_first_day(archive: Editions) -> None:
    assert archive.publish(FILES, week=TUESDAY).name == "2025-07-15"
    assert archive.get("2025-07-15").week == TUESDAY


def test_identical_again_changes_nothing(archive: Editions) -> None:
    archive.publish(FILES, week=WEEK)
    before = tree(archive.folder)
    again = archive.publish(FILES, week=WEEK)
    assert not again.new
    assert tree(archive.folder) == before
    assert not archive.publish({"report.html": FILES["report.html"]}, week=WEEK).new  # a part of it


def test_differing_is_refused_and_says_what_to_do(archive: Editions) -> None:
    archive.publish(FILES, week=WEEK, about=ABOUT)
    before = tree(archive.folder)
    with pytest.raises(EditionError) as caught:
        archive.publish(OTHER, week=WEEK, about={**ABOUT, "input": {"sha256": "bb"}})
    message = str(caught.value)
    for words in (
        "2025-W29 is already published",
        "report.html",
        "changed since: the table",
        '--correct "why"',
        "--out",
    ):
        assert words in message
    assert tree(archive.folder) == before


def test_a_refusal_names_the_software_that_changed(
    archive: Editions, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reports import manifest

    archive.publish(FILES, week=WEEK)
    later = manifest.versions() | {"typst": "99.0"}
    monkeypatch.setattr(manifest, "versions", lambda: later)
    with pytest.raises(EditionError, match=r"changed since: typst \S+, now 99\.0"):
        archive.publish(OTHER, week=WEEK)


def test_added_file_differs(archive: Editions) -> None:
    archive.publish(FILES, week=WEEK)
    with pytest.raises(EditionError, match=r"report\.pdf"):
        archive.publish({**FILES, "report.pdf": b"%PDF"}, week=WEEK)


def test_corrections_are_editions_of_their_own(archive: Editions) -> None:
    archive.publish(FILES, week=WEEK)
    first = tree(archive.folder)
    second = archive.publish(OTHER, week=WEEK, correct="  a source withdrew its figure ")
    assert second.name == "2025-W29-r2"
    assert second.manifest["edition"]["reason"] == "a source withdrew its figure"
    assert second.manifest["edition"]["corrects"] == "2025-W29"
    third = archive.publish(FILES, week=WEEK, correct="it was right after all")
    assert third.name == "2025-W29-r3"
    assert third.manifest["edition"]["corrects"] == "2025-W29-r2"
    assert {name: data for name, data in tree(archive.folder).items() if name in first} == first
    assert archive.latest() == third or archive.latest().name == third.name
    assert archive.get(WEEK).name == "2025-W29-r3"
    assert archive.get("2025-W29-r2").revision == 2
    assert not archive.publish(FILES, week=WEEK, correct="again").new
    assert archive.verify() == {"2025-W29": [], "2025-W29-r2": [], "2025-W29-r3": []}


def test_correction_needs_an_edition_and_a_reason(archive: Editions) -> None:
    with pytest.raises(EditionError, match="nothing to correct"):
        archive.publish(FILES, week=WEEK, correct="why")
    archive.publish(FILES, week=WEEK)
    with pytest.raises(EditionError, match="needs its reason"):
        archive.publish(OTHER, week=WEEK, correct=" ")


def test_order_latest_and_missing(archive: Editions) -> None:
    assert archive.latest() is None
    assert len(archive) == 0
    with pytest.raises(EditionError, match="it holds none"):
        archive.get("2025-W29")
    for weeks in (3, 0, 12):
        archive.publish(FILES, week=WEEK.shift(weeks))
    (archive.folder / "notes").mkdir()
    (archive.folder / "2025-W99").mkdir()
    assert [edition.name for edition in archive] == ["2025-W29", "2025-W32", "2025-W41"]
    assert archive.latest().name == "2025-W41"
    with pytest.raises(EditionError, match="2025-W29 to 2025-W41"):
        archive.get("2025-W30")


def test_revision_ten_comes_after_nine(archive: Editions) -> None:
    archive.publish(FILES, week=WEEK)
    for number in range(2, 12):
        archive.publish({**FILES, "n": str(number).encode()}, week=WEEK, correct="again")
    assert [edition.revision for edition in archive] == list(range(1, 12))
    assert archive.get(WEEK).name == "2025-W29-r11"


def test_no_clock_in_an_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Editions(tmp_path / "a").publish(FILES, week=WEEK, about=ABOUT)
    monkeypatch.setattr("time.time", lambda: 4e9)
    second = Editions(tmp_path / "b").publish(FILES, week=WEEK, about=ABOUT)
    assert tree(first.path) == tree(second.path)


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../b", "", "a\\b"])
def test_no_file_leads_out_of_the_edition(archive: Editions, name: str) -> None:
    with pytest.raises(ValueError, match="no name of a file"):
        archive.publish({name: b""}, week=WEEK)
    assert tree(archive.folder) == {}


def test_report_object_is_taken_apart(archive: Editions) -> None:
    class Fake:
        week = WEEK

        def html(self) -> str:
            return "<p>ü</p>"

        def pdf(self) -> bytes:
            return b"%PDF"

        def json(self) -> str:
            return "{}"

        def diff(self) -> str:
            return "[]"

        def tables(self) -> dict[str, bytes]:
            return {"regions": b"a\n", "rows.csv": b"b\n"}

        def snapshot(self) -> bytes:
            return b"PAR1"

        def about(self) -> dict[str, str]:
            return {"input": "a", "previous": "none"}

    edition = archive.publish(Fake(), about={"input": "b"})
    assert (edition.manifest["input"], edition.manifest["previous"]) == ("b", "none")
    assert set(edition.manifest["files"]) == {
        "diff.json", "incidents.parquet", "report.html", "report.pdf", "report.json", "tables/regions.csv",
        "tables/rows.csv",
    }  # fmt: skip
    assert set(report_files(Fake(), ["json"])) == {
        "diff.json", "report.json", "tables/regions.csv", "tables/rows.csv",
    }  # fmt: skip
    assert not any(name.startswith("diff") for name in report_files(Fake(), ["html"]))


# --- what may go wrong ------------------------------------------------------------------------------------


def test_target_in_the_way(archive: Editions) -> None:
    archive.folder.mkdir()
    (archive.folder / "2025-W29").write_text("a file")
    with pytest.raises(EditionError, match="in the way"):
        archive.publish(FILES, week=WEEK)
    (archive.folder / "2025-W29").unlink()
    (archive.folder / "2025-W29").mkdir()
    (archive.folder / "2025-W29" / "mine.txt").write_text("mine")
    with pytest.raises(EditionError, match=r"holds no manifest\.json"):
        archive.publish(FILES, week=WEEK)
    assert tree(archive.folder) == {"2025-W29/mine.txt": b"mine"}


def test_archive_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "weekly").write_text("")
    for action in (
        lambda e: e.publish(FILES, week=WEEK),
        lambda e: e.verify(),
        lambda e: e.latest(),
    ):
        with pytest.raises(EditionError, match=r"in the way|is a file"):
            action(Editions(tmp_path / "weekly"))
    with pytest.raises(EditionError):
        Editions(tmp_path / "weekly" / "below").publish(FILES, week=WEEK)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: "[]",
        lambda text: "{}",
        lambda text: text.replace('"revision": 1', '"revision": 3'),
        lambda text: text.replace("sitrend.manifest/1", "sitrend.manifest/9"),
    ],
)
def test_damaged_manifest(archive: Editions, damage) -> None:
    edition = archive.publish(FILES, week=WEEK)
    path = edition.path / "manifest.json"
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    for files, reason in ((FILES, None), (OTHER, None), (OTHER, "why")):
        with pytest.raises(EditionError, match="damaged"):
            archive.publish(files, week=WEEK, correct=reason)
    assert "damaged" in archive.verify()["2025-W29"][0]
    assert archive.publish(FILES, week=WEEK.shift(1)).new  # other weeks go on


def test_verify_names_what_was_changed(archive: Editions) -> None:
    edition = archive.publish(FILES, week=WEEK)
    archive.publish(FILES, week=WEEK.shift(1))
    (edition.path / "report.html").write_bytes(b"<p>9</p>")
    (edition.path / "report.json").unlink()
    (edition.path / "tables" / "more.csv").write_bytes(b"")
    found = archive.verify()
    assert found["2025-W30"] == []
    text = "\n".join(found["2025-W29"])
    assert "report.html is not what was published" in text
    assert "report.json cannot be read" in text
    assert "tables/more.csv was added" in text
    assert len(found["2025-W29"]) == 3


def test_verify_misses_the_corrected_edition(archive: Editions) -> None:
    import shutil

    first = archive.publish(FILES, week=WEEK)
    archive.publish(OTHER, week=WEEK, correct="why")
    shutil.rmtree(first.path)
    archive.relist()
    assert archive.verify() == {"2025-W29-r2": ["it corrects 2025-W29, which is gone."]}


def test_verify_without_a_folder(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match="does not exist"):
        Editions(tmp_path / "none").verify()


def test_two_runs_at_once(archive: Editions, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.folder.mkdir()
    monkeypatch.setattr(atomic.only_writer, "__kwdefaults__", None, raising=False)
    with atomic.only_writer(archive.folder), pytest.raises(TimeoutError):  # noqa: SIM117
        with atomic.only_writer(archive.folder, patience=0.1):
            pass
    monkeypatch.setattr("reports.editions.only_writer", lambda folder: atomic.only_writer(folder, patience=0))
    with atomic.only_writer(archive.folder), pytest.raises(EditionError, match="busy"):
        archive.publish(FILES, week=WEEK)
    assert archive.publish(FILES, week=WEEK).new


def test_without_locks_the_rename_decides(archive: Editions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file system knows no locks, the run that comes second still cannot overwrite."""
    monkeypatch.setattr(atomic, "_try_lock", lambda handle: None)
    real = os.rename

    def raced(source: Path, target: Path) -> None:
        monkeypatch.setattr(os, "rename", real)
        Editions(archive.folder).publish(OTHER, week=WEEK)
        real(source, target)

    monkeypatch.setattr(os, "rename", raced)
    with pytest.raises(EditionError):
        archive.publish(FILES, week=WEEK)
    assert (archive.folder / "2025-W29" / "report.html").read_bytes() == OTHER["report.html"]
    assert archive.verify() == {"2025-W29": []}


def test_ten_years_are_listed_in_order(archive: Editions) -> None:
    for number in range(520):
        folder = archive.folder / WEEK.shift(number).name
        folder.mkdir(parents=True)
    assert [edition.week for edition in archive] == [WEEK.shift(number) for number in range(520)]
    assert archive.latest().name == WEEK.shift(519).name


def test_manifest_is_plain_json(archive: Editions) -> None:
    about = {"config": {"path": Path("x"), "day": dt.date(2025, 1, 2), "list": (1, 2)}}
    edition = archive.publish(FILES, week=WEEK, about=about)
    body = json.loads((edition.path / "manifest.json").read_text(encoding="utf-8"))
    assert body["config"] == {"path": "x", "day": "2025-01-02", "list": [1, 2]}
