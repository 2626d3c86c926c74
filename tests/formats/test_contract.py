"""Every format: the same nine rows give the same incidents."""

import bz2
import gzip
import json
import lzma
import sqlite3
import zipfile

import pandas as pd
import pytest

from analysis import read_incidents
from analysis.formats import formats

SETTINGS = {"regions": "ru", "units": {"uav_downed": "drones", "uav_intercepted": "drones"}}


def _zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def _sheet(path, nine, **more):
    numbers = {c: pd.to_numeric(nine[c]).astype("Int64") for c in ("count", "count_lower", "count_upper")}
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"About": ["nine rows", "of an article"], "By": ["x", "y"]}).to_excel(
            book, sheet_name="read me"
        )
        nine.assign(**numbers).to_excel(book, sheet_name="rows", index=False, **more)


def _typed(nine):
    days = {c: pd.to_datetime(nine[c]).dt.date for c in ("date_start", "date_end")}
    return nine.assign(**days)


def _nested(nine):
    """The window and the region as records inside the record."""
    for row in nine.to_dict("records"):
        window = {"start": row.pop("date_start"), "end": row.pop("date_end")}
        place = {"name": row.pop("region_reported"), "code": row.pop("region_code")}
        yield {**row, "window": window, "region": place}


def _features(nine):
    for number, row in enumerate(nine.to_dict("records")):
        point = {"type": "Point", "coordinates": [36.0 + number, 50.0]}
        yield {"type": "Feature", "properties": row, "geometry": point if number else None}


NESTED = {
    "date_start": "window.start", "date_end": "window.end", "region": "region.name",
    "region_code": "region.code",
}  # fmt: skip


def _write(path, nine):
    """One file of every kind, and what must be said to read it."""
    text = nine.to_csv(index=False)
    kinds = {
        "a.csv": text.encode(), "bom.csv": text.encode("utf-8-sig"), "wide.csv": text.encode("utf-16"),
        "semicolon.csv": nine.to_csv(index=False, sep=";").encode(),
        "tab.tsv": nine.to_csv(index=False, sep="\t").encode(),
        "bar.psv": nine.to_csv(index=False, sep="|").encode(),
        "crlf.csv": text.replace("\n", "\r\n").encode(),
        "quoted.csv": nine.to_csv(index=False, quoting=1).encode(),
        "titled.csv": ("Incidents of one week\nas an article gives them\n\n" + text).encode(),
        "a.csv.gz": gzip.compress(text.encode()), "a.csv.bz2": bz2.compress(text.encode()),
        "a.csv.xz": lzma.compress(text.encode()),
        "a.json": json.dumps(nine.to_dict("records"), ensure_ascii=False).encode(),
        "wrapped.json": json.dumps({"meta": 1, "data": nine.to_dict("records")}).encode(),
        "a.jsonl": "\n".join(map(json.dumps, nine.to_dict("records"))).encode(),
        "a.geojson": json.dumps({"type": "FeatureCollection", "features": list(_features(nine))}).encode(),
        "lines.geojsonl": "\n".join(map(json.dumps, _features(nine))).encode(),
        "named.json": json.dumps({"type": "FeatureCollection", "features": list(_features(nine))}).encode(),
        "nested.json": json.dumps(list(_nested(nine))).encode(),
    }  # fmt: skip
    for name, data in kinds.items():
        (path / name).write_bytes(data)
    _zip(path / "a.zip", {"a.csv": text, "README.txt": "nine rows", "__MACOSX/a.csv": "x"})
    _zip(path / "two.zip", {"data/a.csv": text, "data/b.csv": "date,region\n2025-01-01,X\n"})
    _sheet(path / "a.xlsx", nine)
    _sheet(path / "titled.xlsx", nine, startrow=3)
    _typed(nine).to_parquet(path / "a.parquet")
    pd.DataFrame(list(_nested(nine))).to_parquet(path / "nested.parquet")
    with sqlite3.connect(path / "a.sqlite") as connection:
        nine.to_sql("incidents", connection, index=False)
    connection.close()
    options = {
        "two.zip": {"table": "a.csv"},
        "nested.json": {"columns": NESTED},
        "nested.parquet": {"columns": NESTED},
    }
    return [(file, options.get(file.name, {})) for file in sorted(path.iterdir())]


def _comparable(found):
    """What must not depend on the format: not the line a row stands on, nor columns only one format has."""
    table = found.table.sort_values("event_id", ignore_index=True)
    extra = {"row", "longitude", "latitude", "region_reported"}
    table = table[[name for name in table.columns if name not in extra]]
    return table.astype(object).where(table.notna(), "").astype(str)


@pytest.fixture(scope="module")
def expected(nine):
    return read_incidents(nine, **SETTINGS)


def test_the_nine_rows_are_the_same_in_every_format(tmp_path, nine, expected):
    files = _write(tmp_path, nine)
    assert len(files) == 26
    read = set()
    for file, options in files:
        found = read_incidents(file, **SETTINGS, **options)
        read.add(found.provenance.format)
        assert found.report.rows_used == 9, file.name
        assert found.report.rows_set_aside == 0, file.name
        columns = list(_comparable(expected).columns)
        pd.testing.assert_frame_equal(_comparable(found)[columns], _comparable(expected), obj=file.name)
        assert found.amounts == expected.amounts
        assert found.units == expected.units
        assert found.provenance.source.endswith(file.name)
        assert len(found.provenance.sha256) == 64
        assert found.provenance.size > 0
    assert read == set(formats()) - {"frame"}


def test_a_frame_of_polars_too(nine, expected):
    polars = pytest.importorskip("polars")
    found = read_incidents(polars.from_pandas(nine), **SETTINGS)
    pd.testing.assert_frame_equal(_comparable(found), _comparable(expected))


def test_points_become_longitude_and_latitude(tmp_path, nine):
    path = tmp_path / "a.geojson"
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": list(_features(nine))}), encoding="utf-8"
    )
    table = read_incidents(path, **SETTINGS).table.sort_values("row")
    assert table["longitude"].isna().tolist() == [True, *[False] * 8]
    assert table["longitude"].tolist()[1:] == [37.0 + n for n in range(8)]
    assert set(table["latitude"].dropna()) == {50.0}
