"""Files as people and attackers make them: titles and merged cells, archives, bombs, absurd sizes."""

import datetime as dt
import gzip
import io
import lzma
import struct
import time
import tracemalloc
import zipfile

import openpyxl
import pandas as pd
import pytest

from analysis.errors import ConfigError, UnreadableInputError
from analysis.formats import _limits, _sheets, read_table

ROWS = "date,region\n2025-07-14,A\n"


def _zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _book(build):
    book = openpyxl.Workbook()
    build(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


# --- workbooks


def test_a_sheet_with_titles_a_header_of_two_rows_and_merged_cells():
    def build(book):
        sheet = book.active
        sheet.title = "Июль"
        for row in (
            ["Incidents by oblast, 2025"], [None, None, None, None, None], ["made on", dt.date(2025, 8, 1)],
            ["Date", "Oblast", "Victims", None, "Notes"], [None, None, "killed", "injured", None],
            [dt.date(2025, 7, 1), "Kyiv", 1, 2, "x"], [None, "Lviv", None, 3, "y"],
            [dt.date(2025, 7, 2), "Odesa", "5", None, None],
        ):  # fmt: skip
            sheet.append(row)
        for cells in ("A1:E1", "A4:A5", "B4:B5", "C4:D4", "E4:E5", "A6:A7", "C6:C7"):
            sheet.merge_cells(cells)

    raw = read_table(_book(build), format="excel")
    assert list(raw.frame.columns) == ["Date", "Oblast", "Victims killed", "Victims injured", "Notes"]
    assert [str(value)[:10] for value in raw.frame["Date"]] == ["2025-07-01", "2025-07-01", "2025-07-02"]
    assert raw.frame["Victims killed"].tolist() == [1, None, "5"]  # a number is never said twice
    assert raw.lines.tolist() == [6, 7, 8]
    assert raw.detected == (
        "sheet 'Июль'", "2 title rows above the header", "a header of 2 rows", "1 merged cell filled down",
    )  # fmt: skip


def test_the_sheet_with_dates_and_most_rows_is_taken():
    def build(book):
        book.active.title = "Legend"
        for row in (["Code", "Meaning"], *[[f"c{n}", "text"] for n in range(30)]):
            book.active.append(row)
        for title, days in (("June", 2), ("All", 9), ("Empty", 0)):
            sheet = book.create_sheet(title)
            sheet.append(["Date", "Region", "n"])
            for day in range(days):
                sheet.append([f"{day + 1:02d}.07.2025", "A", 1])

    data = _book(build)
    raw = read_table(data, format="excel")
    assert raw.detected[0] == "sheet 'All'; not read: 'Legend', 'June', 'Empty'"
    assert len(raw.frame) == 9
    assert len(read_table(data, format="excel", sheet="June").frame) == 2
    with pytest.raises(UnreadableInputError, match="the sheet is empty"):
        read_table(data, format="excel", sheet="Empty")


def test_a_plain_sheet_of_any_width_keeps_its_header():
    for header in (["date"], ["date", "region"], ["date", "region", None, "n"]):

        def build(book, header=header):
            book.active.append(header)
            for _ in range(3):
                book.active.append(["2025-07-14", "A", None, 5][: len(header)])

        raw = read_table(_book(build), format="excel")
        assert raw.lines.tolist() == [2, 3, 4]
        assert list(raw.frame.columns) == [name or "Unnamed: 2" for name in header]


def test_formulas_that_no_spreadsheet_has_calculated_are_said():
    def build(book):
        for row in (["date", "region", "n"], ["2025-07-14", "A", "=1+1"], ["2025-07-15", "B", 2]):
            book.active.append(row)

    raw = read_table(_book(build), format="excel")
    assert raw.frame["n"].tolist() == [None, 2]
    assert raw.detected[-1].startswith("1 formula without a value, read as empty")


# --- archives


def test_which_file_of_an_archive():
    one = _zipped({"a.csv": ROWS, "notes.pdf": "%PDF", "__MACOSX/a.csv": "x"})
    assert read_table(one).detected[0] == "unpacked 'a.csv' from zip; not read: 'notes.pdf'"
    two = _zipped({"x/a.csv": ROWS, "b.csv": ROWS.replace("A", "B")})
    with pytest.raises(
        UnreadableInputError, match=r"holds 2 files \(x/a\.csv, b\.csv\); name one with table="
    ):
        read_table(two)
    assert read_table(two, table="b.csv").frame["region"].tolist() == ["B"]
    assert read_table(two, table="x/a.csv").frame["region"].tolist() == ["A"]
    with pytest.raises(ConfigError, match=r"has no file 'c\.csv'"):
        read_table(two, table="c.csv")
    with pytest.raises(ConfigError, match="no database or zip archive"):
        read_table(ROWS.encode(), table="a.csv")
    with pytest.raises(UnreadableInputError, match="nothing in the archive"):
        read_table(_zipped({}))
    with pytest.raises(ConfigError, match="has no such option"):
        read_table(ROWS.encode(), query="SELECT 1")


@pytest.mark.parametrize("name", ["../../etc/cron.d/x.csv", "/tmp/x.csv", "..\\..\\x.csv", "a/../../b.csv"])
def test_a_member_that_points_elsewhere_writes_nothing(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), ROWS)
    assert read_table(buffer.getvalue()).frame["region"].tolist() == ["A"]
    assert list(tmp_path.iterdir()) == []


# --- bombs


def _bounded(data, match, **options):
    """Refused with a sentence, quickly, and without unpacking what it claims to hold."""
    tracemalloc.start()
    started = time.process_time()
    try:
        with pytest.raises(UnreadableInputError, match=match) as caught:
            read_table(data, **options)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.process_time() - started < 10
    assert peak < 400 * 1024**2
    assert "\n" not in str(caught.value)


NOTHING = b"0" * 80_000_000


@pytest.mark.parametrize("pack", [lambda b: gzip.compress(b, 1), lambda b: lzma.compress(b, preset=0)])
def test_a_compressed_bomb_is_stopped_on_the_way(pack):
    _bounded(pack(NOTHING), "unpacks to over 200 times its size")


def test_a_zip_bomb_is_known_by_what_it_says_and_by_what_it_does():
    data = _zipped({"a.csv": NOTHING})
    _bounded(data, "unpacks to over 200 times its size")
    size, lie = struct.pack("<I", len(NOTHING)), struct.pack("<I", 1000)
    assert data.count(size) == 2
    _bounded(data.replace(size, lie), "damaged")


def test_a_workbook_that_swells_is_refused():
    data = _zipped({"xl/workbook.xml": NOTHING})
    _bounded(data, "unpacks to over 200 times its size", format="excel")


def test_the_absolute_limit(monkeypatch):
    monkeypatch.setattr(_limits, "MOST_BYTES", 20_000)
    monkeypatch.setattr(_limits, "FREE_BYTES", 5_000)
    with pytest.raises(UnreadableInputError, match="unpacks to more than"):
        read_table(gzip.compress("".join(map(str, range(10_000))).encode()))
    with pytest.raises(UnreadableInputError, match="over 200 times"):
        read_table(gzip.compress(b"a,b\n" + b"\n" * 19_000))


def test_entities_of_a_workbook_are_refused():
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
    )
    for data in (_zipped({"xl/workbook.xml": b}) for b in (bomb, bomb.encode("utf-16"))):
        with pytest.raises(UnreadableInputError, match="declares XML entities"):
            read_table(data, format="excel")


def _with_sheet(xml):
    """A workbook whose only sheet is this XML."""
    source = zipfile.ZipFile(io.BytesIO(_book(lambda book: book.active.append(["date", "region"]))))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            data = xml if info.filename == "xl/worksheets/sheet1.xml" else source.read(info)
            target.writestr(info.filename, data)
    return buffer.getvalue()


def _sheet_xml(rows, dimension="A1:B2"):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<worksheet xmlns="{space}"><dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'
    )


def _row(number, cells):
    filled = "".join(
        f'<c r="{c}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for c, text in cells.items()
    )
    return f'<row r="{number}">{filled}</row>'


HEAD = _row(1, {"A": "date", "B": "region"}) + _row(2, {"A": "2025-07-14", "B": "A"})


def test_a_sheet_that_lies_about_its_size_is_read_as_it_is():
    raw = read_table(_with_sheet(_sheet_xml(HEAD, "A1:XFD1048576")), format="excel")
    assert raw.frame.shape == (1, 2)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (_row(3, {"XFD": "x"}), "16,384 columns, more than 2,000"),
        (_row(99_999_999, {"A": "x"}), "more cells than Excel can hold"),
    ],
)
def test_a_sheet_with_a_cell_at_the_end_of_the_world(row, why, monkeypatch):
    monkeypatch.setattr(_sheets, "_MOST_ROWS", 10_000)
    _bounded(_with_sheet(_sheet_xml(HEAD + row)), why, format="excel")


# --- absurd sizes


def test_absurdly_many_columns_are_refused():
    wide = ",".join(f"c{n}" for n in range(300_000))
    _bounded(f"{wide}\n{wide}\n".encode(), "300,000 columns, more than 2,000")
    _bounded(
        b"[" + b",".join(b'{"k%d":1}' % n for n in range(5_000)) + b"]",
        "columns, more than 2,000",
        format="json",
    )
    frame = pd.DataFrame([range(2_001)]).add_prefix("c")
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    _bounded(buffer.getvalue(), "2,001 columns", format="parquet")
    with pytest.raises(UnreadableInputError, match="2,001 columns"):
        read_table(frame)


@pytest.mark.parametrize("kind", ["csv", "csv over lines", "json", "parquet", "excel"])
def test_an_absurdly_long_cell_costs_only_its_row(kind):
    long = "x" * 1_000_001 if kind != "csv over lines" else "line\n" * 200_001
    frame = pd.DataFrame({"date": ["2025-07-14"] * 3, "note": ["a", long, "b"]}, dtype="str")
    buffer = io.BytesIO()
    if kind.startswith("csv"):
        buffer.write(frame.to_csv(index=False).encode())
    elif kind == "json":
        buffer.write(frame.to_json(orient="records", lines=True).encode())
    elif kind == "parquet":
        frame.to_parquet(buffer)
    else:
        cells = [_row(n + 2, {"A": "2025-07-14", "B": text}) for n, text in enumerate(frame["note"])]
        buffer.write(_with_sheet(_sheet_xml(_row(1, {"A": "date", "B": "note"}) + "".join(cells))))
    raw = read_table(buffer.getvalue(), format=kind.split()[0])
    assert raw.frame["note"].tolist() == ["a", "b"]
    assert len(raw.lines) == 2
    assert [line.line for line in raw.bad] == [{"csv": 3, "csv over lines": 3, "excel": 3}.get(kind, 2)]
    assert "more than 1,000,000" in raw.bad[0].reason
