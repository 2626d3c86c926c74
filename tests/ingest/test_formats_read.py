"""Every format reads the same table; what is no table says so; one broken line costs only itself."""

import bz2
import contextlib
import gzip
import io
import json
import lzma
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ConfigError, SitrendError, UnreadableInputError
from analysis.formats import formats, read_table

ROWS = [
    ("2025-07-20", "Орёл", "007", 'said "two"\nlines; and, more'),
    ("2025-07-21", "NA", "", ""),
    ("2025-07-21", "Київ", "at least 5", "|"),
]
TABLE = pd.DataFrame(ROWS, columns=["date", "region", "count", "note"], dtype="str")


def _csv(sep=",", encoding="utf-8"):
    return TABLE.to_csv(index=False, sep=sep).encode(encoding)


def _texts(raw):
    return raw.frame.fillna("").astype(str).to_numpy().tolist()


def test_every_module_of_the_folder_is_a_format():
    assert set(formats()) == {"csv", "excel", "frame", "geojson", "json", "parquet", "sql"}
    for module in formats().values():
        assert module.__doc__
        assert callable(module.read)
        assert all(ext == ext.lower() and ext.startswith(".") for ext in module.EXTENSIONS)


@pytest.mark.parametrize("sep", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
def test_separators_and_encodings_are_found_out(sep, encoding):
    raw = read_table(_csv(sep, encoding))
    assert _texts(raw) == [list(row) for row in ROWS]
    assert raw.lines.tolist() == [2, 4, 5]  # the quoted line break counts
    assert raw.bad == ()


def test_every_format_gives_the_same_table(tmp_path):
    (tmp_path / "t.csv").write_bytes(_csv())
    (tmp_path / "t.tsv").write_bytes(_csv("\t"))
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(_csv()))
    (tmp_path / "t.csv.bz2").write_bytes(bz2.compress(_csv()))
    (tmp_path / "t.csv.xz").write_bytes(lzma.compress(_csv()))
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("t.csv", _csv())
    TABLE.to_excel(tmp_path / "t.xlsx", index=False)
    TABLE.to_parquet(tmp_path / "t.parquet")
    (tmp_path / "t.json").write_text(json.dumps(TABLE.to_dict("records")), encoding="utf-8")
    TABLE.to_json(tmp_path / "t.jsonl", orient="records", lines=True, force_ascii=False)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 10
    for file in files:
        raw = read_table(file)
        assert _texts(raw) == [list(row) for row in ROWS], file.name
        assert raw.name == file.name
        assert len(raw.sha256) == 64
    assert _texts(read_table(TABLE)) == [list(row) for row in ROWS]


def test_polars_and_arrow_frames_are_read_through_narwhals():
    polars = pytest.importorskip("polars")
    assert _texts(read_table(polars.from_pandas(TABLE))) == [list(row) for row in ROWS]
    assert _texts(read_table(polars.from_pandas(TABLE).lazy())) == [list(row) for row in ROWS]


def test_a_frame_is_never_changed_and_a_named_index_is_a_column():
    frame = TABLE.set_index("date")
    before = frame.copy(deep=True)
    assert list(read_table(frame).frame.columns) == ["date", "region", "count", "note"]
    pd.testing.assert_frame_equal(frame, before)


def test_a_sheet_is_chosen_and_named(tmp_path):
    file = tmp_path / "two.xlsx"
    with pd.ExcelWriter(file) as book:
        pd.DataFrame().to_excel(book, sheet_name="cover")
        TABLE.to_excel(book, sheet_name="rows", index=False, startrow=2)
    raw = read_table(file)
    assert raw.detected == ("sheet 'rows'; not read: 'cover'",)
    assert raw.lines.tolist() == [4, 5, 6]
    assert _texts(read_table(file, sheet="rows")) == _texts(read_table(file, sheet=2)) == _texts(raw)
    with pytest.raises(ConfigError, match="has no sheet 'rose'"):
        read_table(file, sheet="rose")
    with pytest.raises(UnreadableInputError, match="the sheet is empty"):
        read_table(file, sheet="cover")


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.csv", b"", "it is empty"),
        ("a.csv", b" \n\n", "it is empty"),
        ("a.csv", b"date,region\n", "it has a header and no rows"),
        ("a.csv", b"PAR1....", "a Parquet file"),
        ("a.csv", b"<!DOCTYPE html><html>", "a web page"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel file"),
        ("a.csv.gz", b"\x1f\x8bbroken", "damaged"),
        ("a.xlsx", b"date,region\n1,2\n", "it is not an Excel workbook"),
        ("a.parquet", b"date,region\n1,2\n", "it is not a Parquet file"),
        ("a.json", b"[1, 2]", "not a list of records"),
        ("a.json", b"nothing", "neither JSON nor one record per line"),
        ("a.json", b"[]", "it holds no records"),
        ("a.doc", b"x", "the extension '.doc' is not known"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path, name, data, why):
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(UnreadableInputError, match=why) as caught:
        read_table(file)
    assert "\n" not in str(caught.value)


def test_missing_files_folders_and_strange_objects(tmp_path):
    with pytest.raises(UnreadableInputError, match="there is no such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(UnreadableInputError, match="there is no such file"):
        read_table("no-extension")
    with pytest.raises(UnreadableInputError, match="it is a folder"):
        read_table(tmp_path, format="csv")
    with pytest.raises(UnreadableInputError, match="no path, bytes, open file or data frame"):
        read_table(17)
    with pytest.raises(ConfigError, match="did you mean 'csv'"):
        read_table(b"a,b\n1,2\n", format="csw")


@pytest.mark.parametrize(
    ("text", "rows", "bad"),
    [
        ("a,b\n1,2\n3,4,5\n6,7\n", [["1", "2"], ["6", "7"]], [3]),
        ('a,b\n1,2\n3,"4\n5,6\n', [["1", "2"], ["5", "6"]], [3]),
        ('a,b\n1,2\n3,"4\n5,6\n7,"8"\n', [["1", "2"], ["5", "6"], ["7", "8"]], [3]),
        ("a,b\n1,2,\n3,4\n", [["1", "2"], ["3", "4"]], []),  # a separator too many at the end
        ("a,b\n1\n3,4\n", [["1", ""], ["3", "4"]], []),
        ("sep=;\na;b\n1,5;2\n", [["1,5", "2"]], []),
        ("\n\na,b\n1,2\n", [["1", "2"]], []),
    ],
)
def test_a_broken_line_costs_only_itself(text, rows, bad):
    raw = read_table(text.encode())
    assert _texts(raw) == rows
    assert [line.line for line in raw.bad] == bad


def test_lines_are_those_of_the_file():
    raw = read_table(b'\n\na,b\n1,"x\ny"\n2,z\n3,4,5\n6,w\n')
    assert raw.lines.tolist() == [4, 6, 8]
    assert raw.bad[0].line == 7


def test_a_broken_json_line_costs_only_itself():
    raw = read_table(b'{"a": 1}\n{"a": \n{"a": 3, "b": [1]}\n', format="json")
    assert raw.lines.tolist() == [1, 3]
    assert raw.frame["b"].tolist() == [None, "[1]"]
    assert raw.bad[0].line == 2


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["csv", "json", "excel", "parquet"]))
def test_no_bytes_raise_anything_else(data, kind):
    with contextlib.suppress(SitrendError):
        raw = read_table(data, format=kind)
        assert len(raw.lines) == len(raw.frame)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)] * 3),
        min_size=1,
    )
)
def test_any_text_survives_a_csv(rows):
    buffer = io.StringIO()
    rows = [tuple(cell.strip() for cell in row) for row in rows]
    frame = pd.DataFrame([("first", "row", "here"), *rows], columns=["a", "b", "c"], dtype="str")
    frame.to_csv(buffer, index=False, quoting=1)
    raw = read_table(buffer.getvalue().encode())
    if not raw.bad:  # cells that look like whole rows are cut apart again, and said
        assert _texts(raw) == frame.to_numpy().tolist()
    assert np.all(np.diff(raw.lines) > 0)
