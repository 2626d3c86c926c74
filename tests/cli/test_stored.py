"""What was known then, rebuilt from the rows that editions keep."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import daily_panel
from analysis.errors import EditionError, UnknownRegionError
from analysis.weeks import Week
from reports.cli import main
from reports.editions import Editions
from reports.stored import archive_at, edition_at, stored_incidents


@pytest.fixture(scope="module")
def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """A table without report dates in two states: up to 20 July, then with other rows and a week more."""
    rng = np.random.default_rng(5)
    days = pd.date_range("2025-05-05", "2025-07-27")
    rows = [
        (day.date().isoformat(), region, more)
        for day in days
        for region in ("Belgorod Oblast", "Kursk", "Nowhere")
        for more in ["at least 2"] * int(rng.poisson(0.3)) + ["1"] * int(rng.poisson(1.5))
    ]
    later = pd.DataFrame(rows, columns=["date", "region", "count"])
    later.insert(0, "event_id", [f"e{i}" for i in range(len(later))])
    first = later[later["date"] <= "2025-07-20"].copy()
    later.loc[:4, "region"] = "Oryol Oblast"
    return first, later.drop(index=[20, 21])


@pytest.fixture(scope="module")
def folder(tables: tuple[pd.DataFrame, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The issues of two weeks."""
    where = tmp_path_factory.mktemp("stored")
    for number, table in enumerate(tables):
        path = where / f"{number}.csv"
        table.to_csv(path, index=False)
        assert report(path, where / "weekly") == 0
    return where


def report(source: Path, out: Path, *more: str) -> int:
    return main(
        ["report", str(source), "--regions", "ru", "--out", str(out), "--formats", "json", "--quiet", *more]
    )


def body(edition: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((edition / "report.json").read_text("utf-8"))
    return found


def test_as_of_gives_the_numbers_of_then(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "again"
    assert report(folder / "weekly", out, "--as-of", "2025-07-20") == 0
    then, again = body(folder / "weekly/2025-W29"), body(out / "2025-W29")
    for part in ("findings", "weeks", "facts"):
        assert again[part] == then[part], part
    regions = "2025-W29/tables/regions.csv"
    assert (out / regions).read_bytes() == (folder / "weekly" / regions).read_bytes()
    assert not (out / "2025-W30").exists()


def test_the_same_as_of_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert report(folder / "weekly", tmp_path / name, "--as-of", "2025-07-20") == 0
    one, two = (
        {p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()}
        for name in ("one", "two")
    )
    assert one == two
    assert report(folder / "weekly", tmp_path / "one", "--as-of", "2025-07-20") == 0, "identical: says so"


def test_one_edition_can_be_named(folder: Path, tmp_path: Path) -> None:
    assert report(folder / "weekly/2025-W29", tmp_path / "again") == 0
    made = body(tmp_path / "again" / "2025-W29")
    ingest = made["ingest"]
    assert isinstance(ingest, dict)
    assert "Rebuilt from the rows that edition 2025-W29 keeps." in ingest["notes"]
    assert ingest["provenance"] == body(folder / "weekly/2025-W29")["ingest"]["provenance"]  # type: ignore[index]


def test_an_earlier_week_can_be_seen_as_a_later_edition_knows_it(
    folder: Path, tables: tuple[pd.DataFrame, pd.DataFrame], tmp_path: Path
) -> None:
    table = tmp_path / "later.csv"
    tables[1].to_csv(table, index=False)
    assert report(folder / "weekly", tmp_path / "stored", "--week", "2025-W25") == 0
    assert report(table, tmp_path / "read", "--week", "2025-W25") == 0
    paths = (tmp_path / name / "2025-W25/tables/regions.csv" for name in ("stored", "read"))
    first, second = (path.read_bytes() for path in paths)
    assert first == second


def test_no_edition_of_then_is_one_sentence(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(folder / "weekly", tmp_path / "x", "--as-of", "2025-06-20") == 6
    assert "holds no edition whose data end by 2025-06-20" in capsys.readouterr().err
    assert report(folder / "weekly", tmp_path / "x", "--as-of", "2025-07-20", "--week", "2025-W30") == 6
    assert "of 2025-W30 or a later week" in capsys.readouterr().err
    assert report(folder / "weekly", tmp_path / "x", "--as-of", "soon") == 2
    assert not (tmp_path / "x").exists()


def test_the_other_commands_read_an_archive_too(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(folder / "weekly"), "--regions", "ru"]) == 0
    assert "1.csv" in capsys.readouterr().out
    out = tmp_path / "panel.parquet"
    assert main(["series", str(folder / "weekly"), "--regions", "ru", "--out", str(out)]) == 0
    assert main(["findings", str(folder / "weekly"), "--regions", "ru", "--json"]) == 0


def test_a_folder_without_editions_is_no_archive(tmp_path: Path) -> None:
    assert archive_at(tmp_path) is None
    assert archive_at(tmp_path / "absent") is None
    with pytest.raises(EditionError, match="is no folder of editions"):
        edition_at(tmp_path)


def test_stored_rows_are_those_that_were_read(
    folder: Path, tables: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    from analysis import read_incidents

    edition = edition_at(folder / "weekly", week=Week.parse("2025-W29"), as_of=pd.Timestamp("2025-07-21"))
    stored = stored_incidents(edition, regions="ru")
    read = read_incidents(tables[0].astype(str), regions="ru")
    one, two = daily_panel(stored, measure="count"), daily_panel(read, measure="count")
    pd.testing.assert_frame_equal(one.counts, two.counts)
    pd.testing.assert_frame_equal(one.high, two.high)
    pd.testing.assert_frame_equal(one.unallocated, two.unallocated)
    with pytest.raises(UnknownRegionError):
        stored_incidents(edition, regions="atlantis")


def test_a_damaged_snapshot_is_refused(folder: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(folder / "weekly", tmp_path / "weekly")
    snapshot = tmp_path / "weekly/2025-W30/incidents.parquet"
    snapshot.write_bytes(snapshot.read_bytes()[:-9] + b"123456789")
    assert report(tmp_path / "weekly", tmp_path / "x") == 6
    assert len(Editions(tmp_path / "weekly")) == 2
