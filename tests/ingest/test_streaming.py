"""Tables read in parts: the same counts and the same report as read at once, whatever the size of a part."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import daily_panel, daily_panels, read_incidents, streaming
from analysis.counting import Counting
from analysis.errors import ConfigError, NoUsableRowsError, UnreadableInputError
from analysis.incidents import IngestReport
from analysis.incidents.join import joined
from analysis.streaming import count_parts

NAMES = ["Bryansk Oblast", "RU-BEL", "Kursk region", "Black Sea", "RU-MOS+RU-MOW", "RU-MOS", "Brynask", None,
         "RU-BEL|RU-KRS"]  # fmt: skip
COUNTS = ["0", "1", "2", "more than 6", "5-7", "", "lots of", "0.5", "-3"]
DATES = ["2025-07-14", "15.07.2025", "2025-07-16 18:00", "", "soon", "2025-07"]
# what cannot be said of parts
WHOLE_ONLY = {"repeats", "delays", "duplicates", "candidates", "clocks"}


def _table(rows, seed=0):
    rng = np.random.default_rng(seed)
    start = pd.to_datetime("2025-06-01") + pd.to_timedelta(rng.integers(0, 60, rows), unit="D")
    return pd.DataFrame(
        {
            "date": start + pd.to_timedelta(rng.integers(0, 1440, rows), unit="min"),
            "date_end": [None if x > 0.2 else s + pd.Timedelta(days=int(40 * x))
                         for s, x in zip(start, rng.random(rows), strict=True)],
            "region": rng.choice(np.array(NAMES, dtype=object), rows),
            "count": rng.choice(COUNTS, rows),
            "injured": rng.choice([0.0, 1.0, 2.5, np.nan], rows),
            "report_date": start + pd.to_timedelta(rng.integers(-1, 9, rows), unit="D"),
            "event_type": rng.choice(["drone", "shelling"], rows),
            "source": rng.choice(["A", "B; C", ""], rows),
            "notes": rng.choice(["x", ""], rows),
        }
    )  # fmt: skip


def _write(frame, folder, name="table.parquet"):
    path = folder / name
    frame.to_parquet(path, index=False)
    return path


def _same_panels(parts, whole):
    for name in ("counts", "low", "high", "observed", "told", "unallocated", "exact", "regions"):
        left, right = getattr(parts, name), getattr(whole, name)
        if isinstance(left, pd.Series):
            pd.testing.assert_series_equal(left, right, check_exact=True)
        else:
            pd.testing.assert_frame_equal(left, right, check_exact=True)
    for name in ("undated", "folded", "parents", "measure", "by", "as_of", "notes"):
        assert getattr(parts, name) == getattr(whole, name), name


def _same_reports(parts, whole):
    for field in dataclasses.fields(IngestReport):
        left, right = getattr(parts, field.name), getattr(whole, field.name)
        if field.name == "flagged":  # heaps of rows at one minute are looked for within a part
            left, right = (
                {k: v for k, v in f.items() if not k.startswith("starts at")} for f in (left, right)
            )
        if field.name not in WHOLE_ONLY:
            assert left == right, field.name


def _compare(path, *, measures=("incidents",), rows=7, counting=None, **reading):
    counting = counting or {}
    incidents = read_incidents(path, **reading)
    counted = count_parts(path, measures=measures, rows=rows, **counting, **reading)
    for name in measures:
        _same_panels(counted.panels[name], daily_panel(incidents, measure=name, **counting))
    _same_reports(counted.report, incidents.report)
    pd.testing.assert_frame_equal(counted.set_aside, incidents.set_aside.head(1000), check_dtype=False)
    assert counted.measures == incidents.measures
    return counted


@pytest.mark.parametrize("rows", [7, 50, 10_000])
def test_parts_of_any_size_give_what_the_whole_gives(tmp_path, rows):
    path = _write(_table(150), tmp_path)
    counted = _compare(path, measures=("incidents", "count", "injured"), rows=rows, regions="ru")
    assert counted.report.rows_set_aside > 10
    assert counted.report.rows_spread > 5
    assert counted.report.rows_joint > 5
    assert {name.name for name in counted.report.unmatched} == {"Black Sea", "Brynask"}


@given(st.integers(4, 45), st.integers(0, 1000), st.sampled_from(["start", "end", "split", "report"]))
@settings(max_examples=8)
def test_any_table_any_part_any_rule(tmp_path_factory, rows, seed, rule):
    path = _write(_table(40, seed), tmp_path_factory.mktemp("parts"))
    _compare(path, measures=("injured",), rows=rows, regions=None, day_rule=rule, max_days=5)


@pytest.mark.parametrize(
    "counting",
    [
        {"as_of": "2025-07-01"}, {"start": "2025-06-10", "end": "2025-08-20"}, {"by": "event_type"},
        {"coverage": {"RU-BEL": ["2025-06-10/2025-06-20"]}},
    ],
)  # fmt: skip
def test_what_is_asked_of_a_panel_is_asked_of_parts(tmp_path, counting):
    path = _write(_table(300), tmp_path)
    _compare(path, measures=("incidents", "count"), rows=120, regions="ru", counting=counting)


PLAIN_NAMES = np.array(["Bryansk Oblast", "RU-BEL", "kursk region ", "Black Sea", "RU-BEL|RU-KRS", "RU-MOS",
                        "RU-MOS+RU-MOW", "", None], dtype=object)  # fmt: skip


def _plain(rows, seed=0):
    """A table with nothing in it that needs a look at each row."""
    rng = np.random.default_rng(seed)
    start = pd.Series(pd.to_datetime("2025-06-01") + pd.to_timedelta(rng.integers(0, 9, rows), unit="D"))
    clock = np.where(rng.random(rows) < 0.5, 0, rng.integers(0, 86_400, rows))
    return pd.DataFrame(
        {
            "date": start + pd.to_timedelta(clock, unit="s"), "region": rng.choice(PLAIN_NAMES, rows),
            "count": rng.choice([0.0, 0.0, 1.0, 4.0, np.nan], rows), "injured": rng.integers(0, 2, rows),
            "source": rng.choice(np.array(["A", "B; C", "", None], dtype=object), rows),
            "event_type": rng.choice(["drone", "shelling"], rows), "notes": "x",
        }
    )  # fmt: skip


ODD = {
    "nothing": {},
    "a blank date": {"date": pd.NaT},
    "a region to be set aside by its amount": {"count": -1.0},
    "a fraction": {"count": 0.5},
    "an absurd figure": {"count": 1e300},
    "a misprinted date": {"date": pd.Timestamp("2042-01-01")},
    "a new name": {"region": "Brynask"},
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_parts_with_nothing_unusual_are_added_up_to_the_same(tmp_path, monkeypatch, odd):
    made = []
    monkeypatch.setattr(Counting, "add_block", _noting(made, Counting.add_block))
    frame = _plain(500)
    for column, value in odd.items():
        frame.loc[333, column] = value
    _compare(_write(frame, tmp_path), measures=("incidents", "count", "injured"), rows=100, regions="ru")
    assert len(made) % 4 == (3 if {"date", "count"} & set(odd) else 0)  # all but the first and the odd one
    assert made


def _noting(made, real):
    return lambda self, block: made.append(block) or real(self, block)


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.assign(date=f["date"].dt.date), lambda f: f.assign(date=f["date"].dt.normalize()),
        lambda f: f.assign(date=f["date"].dt.tz_localize("UTC")), lambda f: f.assign(count="1"),
        lambda f: f.rename(columns={"region": "region_code"}), lambda f: f.assign(region_code="RU-BEL"),
        lambda f: f.assign(date_end=f["date"]), lambda f: f.assign(count_low=1), lambda f: f.iloc[:, :2],
        lambda f: f.assign(date=[*f["date"][:400].dt.normalize(), *f["date"][400:]]),
        lambda f: f.assign(report_date=f["date"]), lambda f: f.assign(unit="drones"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("regions", ["ru", None])
def test_columns_of_every_kind_give_the_same_in_parts(tmp_path, change, regions):
    path = _write(change(_plain(500, seed=1)), tmp_path)
    _compare(path, rows=100, regions=regions)


def test_heaps_of_rows_at_midnight_are_counted_over_all_plain_parts(tmp_path):
    path = _write(_plain(9000), tmp_path)
    first = read_incidents(_plain(9000).iloc[:1000], regions="ru").report.flagged
    parts, whole = (
        count_parts(path, rows=1000, regions="ru").report,
        read_incidents(path, regions="ru").report,
    )
    assert parts.flagged == whole.flagged
    assert 0 < sum(first.values()) < sum(whole.flagged.values())


def test_settings_that_choose_rows_and_units(tmp_path):
    path = _write(_table(300), tmp_path)
    units = {"drone": "drones", "never seen": "rockets"}
    _compare(path, measures=("drones",), rows=100, regions="ru", units=units)
    _compare(path, rows=100, regions="ru", where={"event_type": "shelling"})
    with pytest.raises(ConfigError, match="no measure 'rockets'"):
        count_parts(path, measures=("rockets",), rows=100, regions="ru", units=units)


@pytest.mark.parametrize(
    "cells",
    [
        ["01/02/2025"] * 30 + ["25/02/2025"],  # the last row tells which figure is the day
        ["01/02/2025"] * 30 + ["02/25/2025"],
        ["2025-07-01 00:00"] * 30 + ["2025-07-02 18:00"],  # and whether midnight is a time
        ["2025-07-01"] * 30 + ["2025-07-02 18:00"],
        ["2025"] * 30 + ["2025.541"],
    ],
)
def test_what_only_the_last_row_tells_holds_for_the_first(tmp_path, cells):
    frame = pd.DataFrame({"date_start": cells, "region": "RU-BEL", "date_end": "2025-07-02"})
    _compare(_write(frame, tmp_path), rows=10, regions="ru", day_rule="split", max_days=400)


def test_an_order_that_nothing_tells_is_refused_as_for_the_whole(tmp_path):
    path = _write(pd.DataFrame({"date": ["01/02/2025"] * 9, "region": "RU-BEL"}), tmp_path)
    with pytest.raises(ConfigError, match="may be day first or month first"):
        count_parts(path, rows=2, regions="ru")
    _compare(path, rows=2, regions="ru", date_order="mdy")


def test_misprinted_dates_are_found_by_all_rows(tmp_path):
    days = pd.date_range("2024-01-01", periods=50).strftime("%Y-%m-%d").tolist()
    far = pd.DataFrame({"date": ["2042-01-01", *days], "region": "RU-BEL"})
    assert _compare(_write(far, tmp_path), rows=8, regions="ru").report.rows_set_aside == 1
    late = far.assign(report_date=[None, *days])
    assert _compare(_write(late, tmp_path), rows=8, regions="ru").report.rows_set_aside == 1


def test_amounts_that_are_mostly_text_stay_text(tmp_path):
    frame = pd.DataFrame(
        {"date": "2025-07-01", "region": "RU-BEL", "launched": ["5"] * 5 + ["many words"] * 9}
    )
    _compare(_write(frame, tmp_path), rows=5, regions="ru", columns={"launched": "launched"})


def test_a_row_is_not_blank_because_a_column_was_not_read(tmp_path):
    frame = pd.DataFrame({"date": ["2025-07-01", None, None], "region": ["RU-BEL", None, None],
                          "notes": ["", "something", ""]})  # fmt: skip
    report = _compare(_write(frame, tmp_path), rows=2, regions="ru").report
    assert (report.rows_blank, report.rows_undated) == (1, 1)


def test_a_folder_of_files_is_one_table(tmp_path):
    frame = _table(200)
    (tmp_path / "b").mkdir()
    _write(frame.iloc[:90], tmp_path, "b/1.parquet")
    _write(frame.iloc[90:], tmp_path, "c.parquet")
    whole = daily_panels(_write(frame, tmp_path, "whole.pq"), regions="ru")["incidents"]
    _same_panels(daily_panels(tmp_path, regions="ru")["incidents"], whole)
    _write(frame.drop(columns="source"), tmp_path, "d.parquet")
    with pytest.raises(UnreadableInputError, match=r"d\.parquet has other columns than"):
        count_parts(tmp_path, regions="ru")


def test_rows_set_aside_are_kept_up_to_a_limit_and_counted_beyond(tmp_path):
    frame = pd.DataFrame({"date": ["2025-07-01"] + ["soon"] * 99, "region": "RU-BEL"})
    counted = count_parts(_write(frame, tmp_path), rows=9, most_set_aside=12, regions="ru")
    assert counted.set_aside["row"].tolist() == list(range(2, 14))
    assert counted.report.rows_set_aside == 99
    assert [(r.reason, r.rows) for r in counted.report.set_aside] == [("not a date", 99)]
    with pytest.raises(UnreadableInputError, match="line 2, column 'date': 'soon' is not a date"):
        count_parts(tmp_path / "table.parquet", regions="ru", on_bad_row="raise")


def test_progress_is_told_after_every_part(tmp_path):
    told = []
    count_parts(_write(_table(100), tmp_path), rows=40, regions="ru", progress=lambda *at: told.append(at))
    assert told[-3:] == [(40, 100), (80, 100), (100, 100)]


def test_what_needs_all_rows_at_once_is_refused(tmp_path):
    frame = pd.DataFrame({"date": "2025-07-01", "region": "RU-BEL", "event_id": ["a", "b"],
                          "subset_of": ["", "a"]})  # fmt: skip
    with pytest.raises(ConfigError, match="cannot be told in parts"):
        count_parts(_write(frame, tmp_path), regions="ru")
    with pytest.raises(ConfigError, match="merged in a table that is read at once"):
        count_parts(tmp_path / "table.parquet", regions="ru", merge="event_id")
    with pytest.raises(NoUsableRowsError):
        count_parts(_write(frame.iloc[:, :2].assign(date="soon"), tmp_path), regions="ru")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(UnreadableInputError, match="not a Parquet file"):
        daily_panels(tmp_path / "broken.parquet")


def test_a_panel_of_a_large_file_needs_no_rows(tmp_path, monkeypatch):
    path = _write(_table(200), tmp_path)
    whole = daily_panel(path, measure="injured", regions="ru", day_rule="split")
    monkeypatch.setattr(streaming, "ROWS", 100)
    parts = daily_panel(path, measure="injured", regions="ru", day_rule="split")
    _same_panels(parts, whole)
    assert whole.incidents is not None
    assert parts.incidents is None
    with pytest.raises(ConfigError, match="the table is read already"):
        daily_panel(whole.incidents, regions="ru")


def test_several_panels_of_a_table_in_memory(tmp_path):
    incidents = read_incidents(_table(50), regions="ru")
    panels = daily_panels(incidents, measures=("incidents", "count"))
    _same_panels(panels["count"], daily_panel(incidents, measure="count"))
    assert list(panels) == ["incidents", "count"]


def test_every_field_of_a_report_can_be_joined(tmp_path):
    """A field that is added to the report must say how it adds up over parts."""
    report = read_incidents(_table(50), regions="ru").report
    both = joined(report, report)
    assert both.rows_used == 2 * report.rows_used
    assert both.first_day == report.first_day


def test_the_command_line_reads_large_tables_in_parts(tmp_path, monkeypatch, capsys):
    from reports.cli import main

    path = _write(_table(100), tmp_path)
    for command in (["check", path, "--json"], ["series", path, "--out", tmp_path / "panel.parquet"]):
        said = []
        for rows in (5_000_000, 50):
            monkeypatch.setattr(streaming, "ROWS", rows)
            assert main([*map(str, command), "--regions", "ru"]) == 0
            said.append(capsys.readouterr())
        assert "read in parts" not in said[0].err
        assert "read in parts" in said[1].err
        if command[0] == "check":
            whole, parts = (json.loads(text.out)["ingest"] for text in said)
            assert parts["regions_matched"] == whole["regions_matched"]
            assert parts["repeats"] is None
    monkeypatch.setattr(streaming, "ROWS", 5_000_000)
    made = pd.read_parquet(tmp_path / "panel.parquet")
    pd.testing.assert_frame_equal(
        made, daily_panel(read_incidents(path, regions="ru")).to_frame(), check_dtype=False
    )
