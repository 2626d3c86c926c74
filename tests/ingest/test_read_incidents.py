"""`read_incidents`: nothing guessed or dropped silently, and no bad row costs another."""

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import daily_panel, read_incidents
from analysis.codec import to_plain
from analysis.errors import (
    ConfigError,
    MissingColumnError,
    SitrendError,
    UnknownRegionError,
    UnreadableInputError,
)

PLAIN = b"""date,region,count,source
2025-07-14,Bryansk Oblast,3,A
2025-07-15,RU-KRS,at least 2,A
2025-07-15,Black Sea,1,B
2025-07-16,,4,B
2025-07-16,RU-BEL|RU-KRS,9,B
"""


def _table(rows, header="date,region,count"):
    return "\n".join([header, *rows]).encode()


def test_a_plain_table_is_read_and_reported():
    found = read_incidents(PLAIN, regions="ru")
    r = found.report
    assert found.table["region"].tolist() == ["RU-BRY", "RU-KRS", "", "", ""]
    assert found.table["match"].tolist() == ["name", "code", "unknown", "not_stated", "joint"]
    assert found.table["row"].tolist() == [2, 3, 4, 5, 6]
    assert (r.rows_read, r.rows_used, r.rows_set_aside, r.rows_joint, r.rows_unallocated) == (5, 5, 0, 1, 3)
    assert (r.first_day, r.last_day) == (dt.date(2025, 7, 14), dt.date(2025, 7, 16))
    assert [(u.name, u.rows, u.amount) for u in r.unmatched] == [("Black Sea", 1, 1.0)]
    assert [(s.source, s.rows, s.first_day.day) for s in r.sources] == [("B", 3, 15), ("A", 2, 14)]
    assert r.columns["region"] == ("region",)
    assert repr(found) == "Incidents(5 rows of bytes, 2025-07-14 to 2025-07-16, 2 regions)"
    assert "Black Sea" in found._repr_html_()


def test_the_report_goes_into_an_edition_as_json():
    body = json.loads(json.dumps(to_plain(read_incidents(PLAIN, regions="ru").report), allow_nan=False))
    assert body["rows_read"] == 5
    assert body["first_day"] == "2025-07-14"


def test_rows_that_cannot_be_used_are_set_aside_with_line_value_and_mend():
    data = _table(
        [
            "2025-07-14,A,3",
            "2025-02-30,A,3",
            "2025-07-15,A,-2",
            "soon,B,x",
            "2025-07-15,B,,",
            "2025-07-16,B,1,2",
        ]
    )
    found = read_incidents(data, regions=None)
    aside = found.set_aside
    assert aside["row"].tolist() == [3, 4, 5, 5, 7]
    assert aside["column"].tolist() == ["date", "count", "date", "count", ""]
    assert aside["value"].tolist()[:4] == ["2025-02-30", "-2", "soon", "x"]
    assert aside["reason"].tolist()[:4] == ["no such day", "a negative amount", "not a date", "not an amount"]
    assert (aside["mend"] != "").all()
    assert found.table["row"].tolist() == [2, 6]
    assert found.report.rows_read == 6
    assert found.report.rows_set_aside == 4
    with pytest.raises(
        UnreadableInputError, match="line 3, column 'date': '2025-02-30' is no such day; write it as"
    ):
        read_incidents(data, regions=None, on_bad_row="raise")


def test_empty_is_not_zero_and_the_words_for_nothing_are_empty():
    rows = [
        "2025-07-14,A,",
        "2025-07-14,A,0",
        "2025-07-14,null,NaN",
        "2025-07-14,unknown,1",
        "2025-07-14,NA,1",
    ]
    found = read_incidents(_table(rows), regions=None)
    assert found.table["count"].isna().tolist() == [True, False, True, False, False]
    assert found.table["region"].tolist() == ["A", "A", "", "", "NA"]
    assert found.table["region_reported"].tolist()[2:4] == ["null", "unknown"]
    assert found.report.rows_set_aside == 0


def test_rows_without_a_date_are_kept_as_undated_and_blank_rows_are_not_rows():
    found = read_incidents(_table(["2025-07-14,A,1", ",A,5", ",,", "", "2025-07-15,A,1"]), regions=None)
    assert (found.report.rows_read, found.report.rows_blank, found.report.rows_undated) == (3, 2, 1)
    assert daily_panel(found, measure="count").undated.best == 5


def test_hxl_tags_are_no_row():
    found = read_incidents(_table(["#date,#adm1,#affected", "2025-07-14,A,1"]), regions=None)
    assert found.table["row"].tolist() == [3]
    assert "Line 2 holds HXL tags and is no row." in found.report.notes


def test_codes_decide_where_they_resolve_and_names_where_not():
    rows = ["RU-BRY,Bryansk Oblast", ",Kursk Oblast", "XX,Oryol region", "RU-BEL,Kursk Oblast"]
    data = _table([f"2025-07-14,{row}" for row in rows], "date,region_code,region")
    found = read_incidents(data, regions="ru")
    assert found.table["region"].tolist() == ["RU-BRY", "RU-KRS", "RU-ORL", "RU-BEL"]
    assert found.report.flagged == {"code and name of the region differ": 1}


def test_parts_of_other_rows_are_kept_and_not_counted():
    data = _table(["2025-07-14,A,5,,yes", "2025-07-14,A,1,s1,no", "2025-07-14,A,1,s1,", "2025-07-14,A,1,,no"],
                  "date,region,count,subset_of,include_in_total")  # fmt: skip
    found = read_incidents(data, regions=None)
    assert found.table["included"].tolist() == [True, False, False, False]
    assert found.report.rows_not_counted == 3


def test_where_leaves_rows_out_and_counts_them():
    found = read_incidents(PLAIN, regions="ru", where={"source": ["A"]})
    assert (found.report.rows_read, found.report.rows_used, found.report.rows_left_out) == (5, 2, 3)
    with pytest.raises(MissingColumnError, match="did you mean 'source'"):
        read_incidents(PLAIN, regions="ru", where={"sorce": "A"})


def test_the_time_zone_decides_the_day():
    data = _table(["2025-07-20T22:30Z,A,1", "2025-07-20T12:00Z,A,1"])
    assert read_incidents(data, regions=None, timezone="Europe/Kyiv").report.last_day == dt.date(2025, 7, 21)
    plain = read_incidents(data, regions=None)
    assert plain.report.last_day == dt.date(2025, 7, 20)
    assert any("carries a time zone and no timezone was declared" in note for note in plain.report.notes)
    with pytest.raises(ConfigError, match="there is no time zone 'Europe/Kiyv'; did you mean 'Europe/Kyiv'"):
        read_incidents(data, regions=None, timezone="Europe/Kiyv")


def test_a_misprinted_year_never_stretches_the_calendar():
    rows = [f"2025-07-{day:02d},A,1" for day in range(1, 31)]
    found = read_incidents(_table([*rows, "2052-07-01,A,1"]), regions=None)
    assert found.report.last_day == dt.date(2025, 7, 30)
    assert found.set_aside["reason"].tolist() == ["dated more than a year after all other rows"]
    header = "date,region,count,report_date"
    reported = [f"{row},2025-07-31" for row in rows]
    found = read_incidents(
        _table([*reported, "2025-08-02,A,1,2025-07-31", "2025-08-03,A,1,"], header), regions=None
    )
    assert found.set_aside["row"].tolist() == [32, 33]
    assert found.report.last_day == dt.date(2025, 7, 30)


def test_exact_repeats_are_counted_and_kept():
    found = read_incidents(_table(["2025-07-14,A,1"] * 3 + ["2025-07-14,A,2"]), regions=None)
    assert (found.report.repeats, found.report.rows_used) == (2, 4)


def test_units_come_from_event_types():
    data = _table(
        ["2025-07-14,A,3,Downed", "2025-07-14,A,2,strike", "2025-07-14,A,2,other"],
        "date,region,count,event_type",
    )
    found = read_incidents(
        data, regions=None, units={"downed": "drones", "strike": "strikes", "launch": "drones"}
    )
    assert found.table["unit"].tolist() == ["drones", "strikes", ""]
    assert found.measures == ("incidents", "count", "drones", "strikes")
    assert "Units are declared for event types that do not occur: launch." in found.report.notes
    with pytest.raises(ConfigError, match="needs a column of event types"):
        read_incidents(PLAIN, regions="ru", units={"downed": "drones"})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"day_rule": "middle"},
            "day_rule: is 'middle' and must be one of 'start', 'end', 'split', 'report'",
        ),
        ({"date_order": "ymd"}, "date_order: is 'ymd' and must be one of 'dmy', 'mdy'"),
        ({"on_bad_row": "drop"}, "on_bad_row: is 'drop'"),
        ({"max_days": 0}, "max_days: must be a whole number of days"),
        ({"columns": {"date": []}}, "must be a column or a list of columns"),
    ],
)
def test_wrong_settings_are_named(options, message):
    with pytest.raises(ConfigError, match=message):
        read_incidents(PLAIN, regions="ru", **options)


def test_an_unknown_vocabulary_is_named():
    with pytest.raises(UnknownRegionError):
        read_incidents(PLAIN, regions="rru")


def test_typed_columns_read_as_text_does(tmp_path):
    frame = pd.DataFrame(
        {
            "date": pd.to_datetime(["2025-07-20 22:30", "2025-07-21 09:00"]).tz_localize("UTC"),
            "region": pd.Categorical(["RU-BRY", "Kursk Oblast"]), "count": [3, 4], "district": [7.0, np.nan],
        }
    )  # fmt: skip
    frame.to_parquet(tmp_path / "t.parquet")
    for source in (frame, tmp_path / "t.parquet", frame.astype(str).to_csv(index=False).encode()):
        found = read_incidents(source, regions="ru", timezone="Europe/Moscow")
        assert found.table["date_start"].dt.day.tolist() == [21, 21]
        assert found.table["time_start"].dt.hour.tolist() == [1, 12]
        assert found.table["region"].tolist() == ["RU-BRY", "RU-KRS"]
        assert found.table["count"].tolist() == [3.0, 4.0]
    assert read_incidents(frame, regions=None, columns={"region": "district"}).table["region"].tolist() == [
        "7",
        "",
    ]


def test_the_report_rule_needs_report_dates():
    with pytest.raises(MissingColumnError, match="no column was recognised as 'report_date'"):
        read_incidents(PLAIN, regions="ru", day_rule="report")
    data = _table(["2025-07-14,A,1,2025-07-20", "2025-07-15,A,1,"], "date,region,count,report_date")
    assert read_incidents(data, regions=None, day_rule="report").table["date_start"].dt.day.tolist() == [
        20,
        15,
    ]


def test_a_few_early_rows_are_said():
    rows = ["2017-01-01,A,1", *(f"2025-07-{i % 28 + 1:02d},A,{i}" for i in range(200))]
    (note,) = read_incidents(_table(rows), regions=None).report.notes
    assert "the first on 2017-01-01" in note


def test_every_table_can_be_written_to_parquet(tmp_path):
    frame = pd.DataFrame({"date": ["2025-07-14", 45859], "region": ["A", "B"], "mixed": ["x", 7.0]})
    found = read_incidents(frame, regions=None)
    found.table.to_parquet(tmp_path / "t.parquet")
    assert pd.read_parquet(tmp_path / "t.parquet")["mixed"].tolist() == ["x", "7"]


def test_the_callers_frame_is_unchanged():
    frame = pd.DataFrame({"date": ["2025-07-14"], "region": ["A"], "count": ["at least 2"]})
    before = frame.copy(deep=True)
    read_incidents(frame, regions=None)
    pd.testing.assert_frame_equal(frame, before)


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "2025-07-14",
            "14.07.2025",
            "",
            "A",
            "RU-BRY",
            "5-7",
            ">6",
            '"',
            "\n",
            ";",
            "2025-07-14T10:00Z",
            "-1",
        ]
    ),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8), st.booleans())
def test_no_input_raises_anything_but_our_errors(rows, quoted):
    header = "date,region,count"
    frame = pd.DataFrame(rows, columns=header.split(","), dtype="str")
    text = frame.to_csv(index=False) if quoted else "\n".join([header, *(",".join(row) for row in rows)])
    try:
        found = read_incidents(text.encode("utf-8", "replace"), regions="ru", date_order="dmy")
        daily_panel(found, measure="count")
    except SitrendError:
        return
    assert found.report.rows_used + found.report.rows_set_aside == found.report.rows_read


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["soon", "2025-02-30", "1.1.0025"]), max_size=6), st.randoms())
def test_one_bad_row_never_costs_another(bad, random):
    good = [f"2025-07-{day:02d},A,{day}" for day in range(1, 13)]
    rows = good + [f"{date},A,1" for date in bad]
    random.shuffle(rows)
    found = read_incidents(_table(rows), regions=None)
    assert sorted(found.table["count"]) == list(range(1, 13))
    assert found.report.rows_set_aside == len(bad)
