"""Duplicates, "each", headlines with their parts: what becomes of rows that speak of one event."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import Amount, daily_panel, load_regions, read_incidents
from analysis.errors import ConfigError, UnknownRegionError
from analysis.findings import TOTAL, UNALLOCATED


def _read(rows, header="date,region,count", **options):
    return read_incidents("\n".join([header, *rows]).encode(), **{"regions": "ru", **options})


def _total(found, measure="count", region=TOTAL):
    panel = daily_panel(found, measure=measure)
    return panel.amount(region, panel.first_day, panel.last_day)


TOLD = [
    "e1,2025-07-14,RU-BRY,strike,3,A,2025-07-14",
    "e1,2025-07-14,RU-BRY,strike,4,B,2025-07-16",
    "e2,2025-07-14,RU-BRY,strike,1,A,2025-07-14",
    "e3,2025-07-15,RU-BRY,strike,2,B,2025-07-15",
    "e4,2025-07-14,RU-KRS,strike,5,B,2025-07-15",
    ",2025-07-14,RU-BRY,fire,9,B,2025-07-15",
]
HEADER = "event_id,date,region,event_type,count,source,report_date"


def test_candidates_are_listed_with_their_evidence_and_nothing_is_merged():
    found = _read(TOLD, HEADER)
    r = found.report
    assert r.duplicates == {"same event_id": 1, "same region, same day, same type, different sources": 1}
    assert [(c.evidence, c.rows, c.size, c.event_id, c.region, c.sources) for c in r.candidates] == [
        ("same event_id", (2, 3), 2, "e1", "RU-BRY", ("A", "B")),
        ("same region, same day, same type, different sources", (2, 3), 2, "e1", "RU-BRY", ("A", "B")),
    ]
    assert (r.rows_used, r.rows_merged, len(found.merged)) == (6, 0, 0)
    assert _total(found).best == 24


@pytest.mark.parametrize(
    "rule", ["event_id", {}, {"place": "region", "days": 0, "type": True, "sources": "different"}]
)
def test_a_stated_rule_merges_keeps_the_last_report_and_the_evidence(rule):
    found = _read(TOLD, HEADER, merge=rule)
    assert found.table["row"].tolist() == [3, 4, 5, 6, 7]
    assert found.table["merged"].tolist() == [1, 0, 0, 0, 0]
    (left,) = found.merged.to_dict("records")
    assert (left["merged"], left["kept"], left["merged_id"], left["kept_id"], left["count"]) == (
        2,
        3,
        "e1",
        "e1",
        3,
    )
    r = found.report
    assert (r.rows_read, r.rows_used, r.rows_merged) == (6, 5, 1)
    assert r.merged_amounts == {"incidents": 1, "count": 3}
    assert _total(found).best + r.merged_amounts["count"] == 24


def test_a_window_of_days_and_of_reports_widens_and_narrows_the_rule():
    assert len(_read(TOLD, HEADER, merge={"days": 1, "sources": "any"}).merged) == 3
    assert (
        len(_read(TOLD, HEADER, merge={"type": False}).merged) == 2
    )  # two of source B told by two of source A
    assert len(_read(TOLD, HEADER, merge={"reported_within": 1}).merged) == 0
    assert len(_read(TOLD, HEADER, merge={"reported_within": 2}).merged) == 1


def test_two_rows_of_one_source_are_two_events():
    rows = ["2025-07-14,RU-BRY,1,A", "2025-07-14,RU-BRY,2,A", "2025-07-14,RU-BRY,3,B"]
    found = _read(rows, "date,region,count,source", merge={})
    assert len(found.table) == 2
    assert found.report.duplicates == {"same region, same day, same type, different sources": 1}


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("all", "merge: is 'all' and must be 'event_id' or a table"),
        ({"day": 1}, "no such key.*did you mean 'days'"),
        ({"days": -1}, "must be a whole number of days"),
        ({"sources": "both"}, "must be 'different' or 'any'"),
        ({"place": "parish"}, "no column 'parish'"),
        ({"reported_within": 1}, "needs report dates"),
        ({}, "needs a column of sources"),
        ("event_id", "needs a column of event ids"),
    ],
)
def test_rules_that_cannot_be_followed_are_named(rule, message):
    sourced = rule == {"reported_within": 1}
    header = "date,region,count,source" if sourced else "date,region,count"
    with pytest.raises(ConfigError, match=message):
        _read(["2025-07-14,RU-BRY,1" + ",A" * sourced], header, merge=rule)


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["e1", "e2", "e3", ""]), st.integers(14, 16),
        st.sampled_from(["RU-BRY", "RU-KRS", "Black Sea"]), st.integers(0, 9),
        st.sampled_from(["A", "B", ""]), st.integers(17, 19),
    ),
    min_size=1, max_size=14,
)  # fmt: skip


@settings(max_examples=40)
@given(EVENTS, st.sampled_from(["event_id", {}, {"days": 1, "sources": "any"}]), st.randoms())
def test_merging_conserves_totals_and_the_order_of_rows_is_nothing(events, rule, random):
    def read(rows):
        lines = [f"{i},2025-07-{d},{r},{c},{s},2025-07-{p}" for i, d, r, c, s, p in rows]
        return _read(lines, "event_id,date,region,count,source,report_date", merge=rule)

    found = read(events)
    r = found.report
    assert r.rows_read == r.rows_used + r.rows_set_aside + r.rows_merged
    kept, left = found.table["count"].sum(), found.merged["count"].sum()
    assert kept + left == sum(e[3] for e in events)
    assert r.merged_amounts.get("count", 0) == left
    assert set(found.merged["kept"]) <= set(found.table["row"])
    random.shuffle(events)
    again = read(events)
    telling = ["event_id", "date_start", "region", "count", "source", "report_date"]

    def rows(table):
        return sorted(map(str, table[telling].to_numpy().tolist()))

    assert rows(again.table) == rows(found.table)


def test_each_counts_for_every_region_and_a_joint_figure_for_none():
    rows = [
        "2025-07-14,RU-BRY|RU-KRS,2,each",
        "2025-07-14,RU-BRY|RU-KRS,5,",
        '2025-07-14,"Oryol and Tula regions",1 each,',
    ]
    found = _read(rows, "date,region,count,count_qualifier")
    assert found.table["match"].tolist() == ["each", "each", "joint", "each", "each"]
    panel = daily_panel(found, measure="count")
    expected = {"RU-BRY": 2, "RU-KRS": 2, "RU-ORL": 1, "RU-TUL": 1, UNALLOCATED: 5, TOTAL: 11}
    assert {c: panel.amount(c, panel.first_day, panel.last_day).best for c in expected} == expected
    r = found.report
    assert (r.rows_read, r.rows_used, r.rows_added, len(found.table)) == (3, 3, 2, 5)


def test_a_row_that_states_more_than_the_count_is_not_split_and_that_is_said():
    rows = [
        "2025-07-14,RU-BRY|RU-KRS,2,each,1",
        "2025-07-14,RU-BRY|Atlantis,2,each,",
        "2025-07-14,RU-BRY,2,each,",
    ]
    found = _read(rows, "date,region,count,count_qualifier,injured")
    assert found.table["match"].tolist() == ["joint", "joint", "code"]
    assert found.report.flagged["a count for each of several regions that could not be split"] == 2
    every = _read(rows, "date,region,count,count_qualifier,injured", joint="each")
    assert every.table["injured"].tolist()[:2] == [1, 1]


@pytest.mark.parametrize("text", ["по 2", "по два", "2 each", "two each"])
def test_each_in_words(text):
    found = _read([f"2025-07-14,RU-BRY|RU-KRS,{text}"])
    assert found.table["count"].tolist() == [2, 2]


PARTS = [
    "h,2025-07-14,,20,,1",
    "a,2025-07-14,RU-BRY,7,h,1",
    "b,2025-07-14,RU-KRS,5,h,",
    "x,2025-07-14,RU-KRS,3,,",
]


def test_parts_are_counted_where_they_are_and_the_rest_of_the_headline_is_unallocated():
    found = _read(PARTS, "event_id,date,region,count,parent_id,injured")
    panel = daily_panel(found, measure="count")
    day = panel.first_day
    expected = {"RU-BRY": 7, "RU-KRS": 8, UNALLOCATED: 8, TOTAL: 23}
    assert {code: panel.amount(code, day, day) for code in expected} == {
        code: Amount.exactly(n) for code, n in expected.items()
    }
    assert found.table["is_total"].tolist() == [True, False, False, False]
    assert _total(found, "incidents").best == 3  # the headline is no incident of its own
    assert _total(found, "injured").best == 1  # and its injured are those of its part


@pytest.mark.parametrize(
    ("headline", "parts", "rest", "total"),
    [
        ("20", ["7", "5"], Amount.exactly(8), Amount.exactly(20)),
        ("at least 20", ["7"], Amount(low=13), Amount(low=20)),
        ("20", ["at least 7"], Amount.exactly(13), Amount(low=20)),
        ("20-25", ["7"], Amount(low=13, best=13, high=18), Amount(low=20, best=20, high=25)),
        ("5", ["7"], Amount.exactly(0), Amount.exactly(7)),
        ("", ["7"], None, Amount.exactly(7)),
        ("20", [""], Amount.exactly(20), Amount.exactly(20)),
    ],
)
def test_bounds_of_headlines_and_parts(headline, parts, rest, total):
    rows = [f"h,2025-07-14,,{headline},", *(f"p{i},2025-07-14,RU-BRY,{p},h" for i, p in enumerate(parts))]
    found = _read(rows, "event_id,date,region,count,parent_id")
    assert str(_total(found)) == str(total)
    if rest is not None:
        assert str(_total(found, region=UNALLOCATED)) == str(rest)
    assert ("a headline total with parts that add up to more" in found.report.flagged) == (headline == "5")


def test_a_headline_figure_beside_its_parts_leaves_a_row_of_its_own():
    rows = [
        "m1,2025-07-14,RU-BRY,7,20",
        "m1,2025-07-14,RU-KRS,5,20",
        "m2,2025-07-15,RU-BRY,3,3",
        "m3,2025-07-15,RU-BRY,3,2",
    ]
    found = _read(rows, "parent_id,date,region,count,headline")
    assert found.table["match"].tolist() == ["code"] * 4 + ["remainder"]
    assert _total(found, region=UNALLOCATED) == Amount.exactly(8)
    assert _total(found) == Amount.exactly(26)
    assert _total(found, "incidents") == Amount.exactly(4)
    assert found.report.rows_added == 1
    assert found.report.flagged == {"a headline total with parts that add up to more": 1}


def test_a_row_that_is_part_of_itself_is_counted_whole():
    rows = ["a,2025-07-14,RU-BRY,7,b", "b,2025-07-14,RU-BRY,5,a", "c,2025-07-14,RU-BRY,1,c"]
    found = _read(rows, "event_id,date,region,count,parent_id")
    assert _total(found).best == 13
    assert found.report.flagged == {"part of itself, and counted whole": 3}


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.booleans()), min_size=1, max_size=12),
    st.randoms(),
)
def test_a_headline_and_its_parts_add_up_to_the_larger_of_both(events, random):
    headlines = {name: 12 for name, _, _ in events}
    rows = [f"h{name},2025-07-14,,12,," for name in headlines]
    rows += [f"p{i},2025-07-14,RU-BRY,{c},h{name}," for i, (name, c, _) in enumerate(events)]
    random.shuffle(rows)
    summed = {name: sum(c for n, c, _ in events if n == name) for name in headlines}
    found = _read(rows, "event_id,date,region,count,parent_id,notes")
    assert _total(found).best == sum(max(12, n) for n in summed.values())


FINER = """code,name,kind,parent
X-1,Izium Raion,raion,UA-63
X-2,Chuhuiv Raion,raion,UA-63
X-3,Bucha Raion,raion,UA-32
"""


@pytest.fixture
def finer(tmp_path):
    path = tmp_path / "raions.csv"
    path.write_text(FINER, encoding="utf-8")
    return ["ua", str(path)]


def test_smaller_areas_are_counted_in_the_level_that_is_asked(finer):
    rows = [
        f"2025-07-14,{name},1"
        for name in ("Kharkiv Oblast", "Izium Raion", "X-2|X-1", "X-2|X-3", "Black Sea")
    ]
    top = _read(rows, regions=finer, level=1)
    assert top.table["region"].tolist() == ["UA-63"] * 3 + ["", ""]
    assert top.table["match"].tolist() == ["name", "name", "alias", "joint", "unknown"]
    panel = daily_panel(top)
    assert panel.counts.shape[1] == 27
    assert panel.counts["UA-63"].sum() == 3
    low = _read(rows, regions=finer, level=2)
    assert low.table["region"].tolist() == ["", "X-1", "", "", ""]
    assert low.table["match"].tolist() == ["wider", "name", "joint", "joint", "unknown"]
    panel = daily_panel(low)
    assert list(panel.counts.columns) == ["X-1", "X-2", "X-3"]
    assert panel.parents == {"UA-63": "Kharkiv Oblast", "UA-32": "Kyiv Oblast"}
    with pytest.raises(UnknownRegionError):
        _read(rows, regions=finer, level=3)
    with pytest.raises(ConfigError, match="level: needs a vocabulary"):
        _read(rows, regions=None, level=1)


def test_levels_of_iso_3166_2():
    world = load_regions("iso3166-2")
    within = world.within(1)
    assert within["FR-01"] == "FR-ARA"
    assert within["RU-BRY"] == "RU-BRY"


def test_a_cell_that_slipped_is_found_in_the_next_column():
    rows = [
        "2025-07-14,Lubenskyi raion,Poltavska oblast,1",
        "2025-07-14,Sumska oblast,Sumskyi raion,1",
        "2025-07-14,,Sumska oblast,1",
    ]
    found = _read(rows, "date,oblast,raion,count", regions="ua", columns={"region": ["oblast", "raion"]})
    assert found.table["region"].tolist() == ["UA-53", "UA-59", "UA-59"]


def test_nothing_is_added_to_a_plain_table():
    found = _read(["2025-07-14,RU-BRY,1"])
    assert not {"merged", "is_total", "_several"} & set(found.table)
    assert found.report.rows_added == 0
    assert np.array_equal(found.table["count"], [1.0])
    assert isinstance(found.merged, pd.DataFrame)
