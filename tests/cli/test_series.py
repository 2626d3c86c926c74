"""The series of issues: one page, one feed, catching up, removing old weeks, and what is new."""

import datetime as dt
import json
import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pandas as pd
import pytest

from analysis.weeks import Week
from reports.cli import clock, main
from reports.editions import Editions

WEEK = Week(first_day=dt.date(2025, 7, 14))
FILES = {"report.html": b"<p>1</p>", "report.json": b"{}", "tables/regions.csv": b"a,b\n1,2\n"}
ATOM = "{http://www.w3.org/2005/Atom}"


def about(total: float, *said: str) -> dict[str, object]:
    amount = {"low": total, "best": total, "high": total}
    return {
        "summary": {
            "title": "T & <b>", "notice": "Made up & <u>.", "measure": "incidents", "total": amount,
            "headline": list(said),
        }
    }  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Editions:
    editions = Editions(tmp_path / "weekly")
    for number, total in enumerate((4, 8, 6)):
        editions.publish(
            FILES, week=WEEK.shift(number), about=about(total, f"<i>{total}</i> & more.", "Two.")
        )
    editions.publish(
        {**FILES, "report.html": b"2"}, week=WEEK, about=about(5, "Five."), correct="late <rows>"
    )
    return editions


def texts(archive: Editions) -> tuple[str, str]:
    names = ("index.html", "feed.xml")
    index, feed = ((archive.folder / name).read_text(encoding="utf-8") for name in names)
    return index, feed


# --- index and feed ---------------------------------------------------------------------------------------


def test_index_lists_every_edition_and_every_file(archive: Editions) -> None:
    page = texts(archive)[0]
    hrefs = {unquote(href) for href in re.findall(r'href="([^"#]+)"', page)} - {"feed.xml"}
    files = {
        f"{e.name}/{p.relative_to(e.path).as_posix()}" for e in archive for p in e.path.rglob("*.*")
    }  # fmt: skip
    assert hrefs == files
    rows = re.findall(r'<tr id="([^"]+)"', page)
    assert rows == ["2025-W31", "2025-W30", "2025-W29-r2", "2025-W29"]
    assert "late &lt;rows&gt;" in page
    assert 'Corrected by <a href="#2025-W29-r2">' in page
    assert "&lt;i&gt;6&lt;/i&gt; &amp; more." in page
    assert page.count("<polyline") == 1
    assert '<p class="notice" role="note">Made up &amp; &lt;u&gt;.</p>' in page
    assert "3 weeks: 5 to 8, last 6" in page


def test_index_is_self_contained_and_allows_nothing_else(archive: Editions) -> None:
    page = texts(archive)[0]
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert not re.search(r"url\((?!data:)", page)
    assert "default-src 'none'; style-src 'sha256-" in page
    assert not re.search(r"<[^>]+ style=", page)


def test_index_wears_the_colours_of_the_latest_issue(archive: Editions) -> None:
    page = texts(archive)[0]
    assert "#1a66a8" in page
    look = about(4, "Four.")
    look["summary"]["theme"] = {"light": {"accent": "#7a1fa2"}, "fonts": {"sans": "Example Sans"}}  # type: ignore[index]
    archive.publish(FILES, week=WEEK.shift(5), about=look)
    page = texts(archive)[0]
    assert "#7a1fa2" in page
    assert "Example Sans" in page
    assert "#1a66a8" not in page
    look["summary"]["theme"] = {"light": {"accent": "red;}</style><script>"}}  # type: ignore[index]
    archive.publish(FILES, week=WEEK.shift(6), about=look)
    page = texts(archive)[0]
    assert "<script" not in page
    assert "#1a66a8" in page


def test_feed_is_atom(archive: Editions) -> None:
    root = ElementTree.fromstring(texts(archive)[1])
    assert root.tag == f"{ATOM}feed"
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    moment = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    ids = [node.text for node in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids) == 5
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", id or "") for id in ids)
    for part in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1, name
        assert moment.fullmatch(part.findtext(f"{ATOM}updated") or "")
    first = root.find(f"{ATOM}entry")
    assert first is not None
    assert first.findtext(f"{ATOM}title") == "T & <b>, 2025-W31"
    assert first.findtext(f"{ATOM}updated") == "2025-08-03T23:59:59Z"
    assert first.findtext(f"{ATOM}summary") == "Made up & <u>.\n<i>6</i> & more.\nTwo."


def test_lists_have_no_clock_and_ids_stay(archive: Editions, monkeypatch: pytest.MonkeyPatch) -> None:
    before = texts(archive)
    monkeypatch.setattr("time.time", lambda: 4e9)
    archive.relist()
    assert texts(archive) == before
    ids = re.findall("<id>.*?</id>", before[1])
    archive.publish(FILES, week=WEEK.shift(9))
    archive.prune(1)
    after = re.findall("<id>.*?</id>", texts(archive)[1])
    assert after[0] == ids[0], "the feed stays the same feed"
    assert set(after) & set(ids) == {ids[0]}


def test_verify_checks_the_lists(archive: Editions) -> None:
    assert all(not problems for problems in archive.verify().values())
    page = archive.folder / "index.html"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("2025-W30/report.html", "2025-W30/other.html"), encoding="utf-8")
    found = archive.verify()["index.html"]
    assert any("links to 2025-W30/other.html" in problem for problem in found)
    assert any("does not list 2025-W30/report.html" in problem for problem in found)
    (archive.folder / "feed.xml").write_text("<feed")
    assert "cannot be read" in archive.verify()["feed.xml"][0]
    assert main(["verify", str(archive.folder), "--quiet"]) == 6
    archive.relist()
    assert main(["verify", str(archive.folder), "--quiet"]) == 0


def test_ten_years_are_listed_in_a_second(tmp_path: Path) -> None:
    import time

    archive = Editions(tmp_path / "weekly")
    archive.publish(FILES, week=WEEK, about=about(3, "One."))
    model = archive.get(WEEK)
    from reports.manifest import MANIFEST, manifest_bytes

    for number in range(1, 520):
        week = WEEK.shift(-number)
        manifest = manifest_bytes(
            FILES, name=week.name, week=week, revision=1, corrects=None, reason=None,
            about=about(number, "A."),
        )  # fmt: skip
        for name, data in {**FILES, MANIFEST: manifest}.items():  # without flushing each to the disk
            path = model.path.parent / week.name / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    seconds = []
    for _ in range(2):
        (archive.folder / "index.html").unlink()
        start = time.process_time()
        archive.relist()
        seconds.append(time.process_time() - start)
    assert min(seconds) < 1.5
    assert texts(archive)[0].count("<tr id=") == 520


# --- removing old weeks -----------------------------------------------------------------------------------


def test_keep_removes_whole_old_weeks_only(archive: Editions) -> None:
    (archive.folder / "2025-W30" / "notes.txt").write_text("mine")
    assert archive.prune(1) == ("2025-W29", "2025-W29-r2")
    assert [edition.name for edition in archive] == ["2025-W30", "2025-W31"]
    (archive.folder / "2025-W30" / "notes.txt").unlink()
    assert archive.prune(1) == ("2025-W30",)
    assert archive.prune(1) == ()
    assert archive.verify() == {"2025-W31": []}
    with pytest.raises(ValueError, match="at least 1"):
        archive.prune(0)


# --- catching up and alerts, with the command -------------------------------------------------------------


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fourteen weeks of one a day; four a day in the last two."""
    days = pd.date_range("2025-04-07", periods=98)
    usual = pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "region": "RU-BEL"})
    often = usual[usual["date"] >= "2025-06-30"]
    path = tmp_path_factory.mktemp("series") / "rows.csv"
    pd.concat([usual, usual.assign(region="RU-KRS"), *[often] * 3]).to_csv(path, index=False)
    return path


def run(table: Path, out: Path, *words: str) -> int:
    return main(["report", str(table), "--regions", "ru", "--formats", "json", "--out", str(out), *words])


def test_all_missing_catches_up_oldest_first(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "weekly"
    assert run(table, out, "--week", "2025-W24") == 0
    assert run(table, out, "--week", "2025-W26") == 0
    capsys.readouterr()
    assert run(table, out, "--all-missing") == 0
    said = re.findall(r"Published (\S+),", capsys.readouterr().out)
    assert said == ["2025-W27", "2025-W28"]
    assert run(table, out, "--all-missing", "--week", "2025-W24", "--keep", "2") == 0
    printed = capsys.readouterr().out
    assert re.findall(r"Published (\S+),", printed) == ["2025-W25"]
    assert re.findall(r"Removed (\S+),", printed) == [
        "2025-W24",
        "2025-W25",
    ]  # W26 is what W27 was compared with
    assert run(table, out, "--all-missing") == 0
    assert "Every full week" in capsys.readouterr().out
    assert main(["verify", str(out), "--quiet"]) == 0
    assert run(table, out, "--all-missing", "--correct", "why") == 2


def test_all_missing_stops_before_weeks_that_are_not_over(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(clock, "today", lambda: dt.date(2025, 7, 13))
    assert run(table, tmp_path / "weekly", "--all-missing", "--week", "2025-W26") == 0
    assert re.findall(r"Published (\S+),", capsys.readouterr().out) == ["2025-W26", "2025-W27"]


def test_nothing_is_called_new_twice(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "weekly"
    new = ["findings", str(table), "--regions", "ru", "--new", "--json", "--out", str(out)]
    assert run(table, out, "--week", "2025-W26") == 0
    capsys.readouterr()
    assert main([*new, "--week", "2025-W27"]) == 10
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["schema"] for line in lines} == {"sitrend.new/1"}
    assert {line["since"] for line in lines} == {"2025-W26"}
    assert ("comparison", "RU-BEL", "up") in {(li["kind"], li["region"], li.get("verdict")) for li in lines}
    assert run(table, out, "--week", "2025-W27") == 0
    capsys.readouterr()
    assert main([*new, "--week", "2025-W27"]) == 10, "publishing the week itself hides nothing"
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == lines
    main([*new, "--week", "2025-W28"])
    again = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    first = {(line["kind"], line["region"], line.get("verdict")) for line in lines}
    assert not first & {(line["kind"], line["region"], line.get("verdict")) for line in again}


def test_nothing_new_ends_with_zero_and_no_line(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "weekly"
    new = ["findings", str(table), "--regions", "ru", "--new", "--week", "2025-W24", "--out", str(out)]
    assert main([*new, "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    assert run(table, out, "--week", "2025-W23", "--quiet") == 0
    (out / "2025-W23" / "report.json").write_text("{")
    assert main(new) == 6
    assert "its hash differs" in capsys.readouterr().err
