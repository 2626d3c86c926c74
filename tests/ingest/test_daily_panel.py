"""`daily_panel` and `week_tallies`: the same window for every region, totals preserved, bounds kept."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import Amount, Week, daily_panel, read_incidents
from analysis.errors import ConfigError, NoUsableRowsError
from analysis.findings import TOTAL, UNALLOCATED
from analysis.tallies import week_tallies

HEADER = "date_start,date_end,region,count,injured,event_type,report_date"
ROWS = [
    "2025-07-14,,RU-BRY,3,,downed,2025-07-14",
    "2025-07-15,2025-07-21,RU-BRY,more than 6,,downed,2025-07-22",
    "2025-07-16,,RU-MOS,2,1,downed,2025-07-17",
    "2025-07-16,,RU-MOS+RU-MOW,5,,downed,2025-07-17",
    "2025-07-20,,Black Sea,4,,downed,",
    "2025-07-21,,RU-BEL,2,2,strike,2025-07-22",
    "2025-01-01,2025-06-30,RU-BEL,40-50,,downed,2025-07-01",
]
UNITS = {"downed": "drones", "strike": "strikes"}


def _read(rows=ROWS, **options):
    return read_incidents("\n".join([HEADER, *rows]).encode(), **{"regions": "ru", "units": UNITS, **options})


def test_every_region_has_the_same_window_and_silent_ones_keep_their_zeros():
    panel = daily_panel(_read())
    assert (panel.first_day, panel.last_day) == (dt.date(2025, 7, 14), dt.date(2025, 7, 21))
    assert panel.counts.shape == (8, 82)  # 83 regions; Moscow and its oblast are one area here
    assert panel.counts["RU-KRS"].sum() == 0
    assert panel.observed.to_numpy().all()
    assert panel.parents[panel.regions.at["RU-BRY", "parent"]]


def test_members_are_counted_in_the_area_that_holds_them():
    panel = daily_panel(_read(), measure="drones")
    assert panel.folded == {"RU-MOS": "RU-MOS+RU-MOW", "RU-MOW": "RU-MOS+RU-MOW"}
    assert "RU-MOS" not in panel.counts
    assert panel.amount("RU-MOS+RU-MOW", panel.first_day, panel.last_day) == Amount.exactly(7)
    without = daily_panel(_read([ROWS[2]]), measure="drones")
    assert "RU-MOS+RU-MOW" not in without.counts
    assert without.folded == {}


def test_ranges_are_spread_bounds_kept_and_unplaced_counts_stay_in_the_total():
    panel = daily_panel(_read(), measure="drones")
    whole = (panel.first_day, panel.last_day)
    assert panel.counts.loc["2025-07-18", "RU-BRY"] == pytest.approx(1.0)
    assert panel.amount("RU-BRY", *whole) == Amount(low=10, best=None, high=None)
    assert panel.amount(UNALLOCATED, *whole) == Amount.exactly(4)
    assert str(panel.amount(TOTAL, *whole)) == "at least 21"
    assert panel.exact.sum() == pytest.approx(14)
    assert panel.undated == Amount(low=40, best=40, high=50)


def test_each_unit_is_a_measure_and_units_are_never_added():
    found = _read()
    assert daily_panel(found, measure="strikes").counts.to_numpy().sum() == 2
    with pytest.raises(ConfigError, match="would add different units together"):
        daily_panel(found, measure="count")
    assert (
        daily_panel(_read(units=None), measure="count")
        .amount(TOTAL, dt.date(2025, 7, 1), dt.date(2025, 7, 31))
        .low
        == 23
    )


def test_measures_and_columns_that_are_not_there_are_named():
    found = _read()
    with pytest.raises(ConfigError, match="no measure 'drone'; did you mean 'drones'"):
        daily_panel(found, measure="drone")
    with pytest.raises(ConfigError, match="no column 'event_typ'; did you mean 'event_type'"):
        daily_panel(found, by="event_typ")
    with pytest.raises(ConfigError, match="'event_type' cannot be summed: line 2 has 'downed'"):
        daily_panel(found, measure="event_type")
    with pytest.raises(ConfigError, match="'soon' is no date"):
        daily_panel(found, start="soon")
    with pytest.raises(ConfigError, match="before it starts"):
        daily_panel(found, start="2025-07-20", end="2025-07-01")


def test_a_start_and_an_end_cut_and_stretch_the_window():
    panel = daily_panel(_read(), measure="drones", start="2025-07-16", end="2025-07-25")
    assert len(panel.counts) == 10
    assert panel.amount("RU-BRY", panel.first_day, panel.last_day).low == 6  # 6 of the 7 days


def test_as_of_rebuilds_what_was_known():
    panel = daily_panel(_read(), measure="drones", as_of="2025-07-17")
    assert panel.last_day == dt.date(2025, 7, 17)
    assert panel.amount(TOTAL, panel.first_day, panel.last_day) == Amount.exactly(10)
    assert panel.as_of == pd.Timestamp("2025-07-17 23:59:59")
    assert panel.notes == (
        "Rows reported later and left out: 2.",
        "Rows without a report date, counted as known: 1.",
    )
    with pytest.raises(NoUsableRowsError):
        daily_panel(_read(ROWS[:1]), as_of="2025-07-01")


def test_delays_are_days_from_event_to_report():
    panel = daily_panel(_read())
    assert sorted(panel.delays) == [0, 1, 1, 1, 7]
    assert daily_panel(_read([",,,,,,"[:0] + "2025-07-14,,RU-BRY,3,,downed,"])).delays.empty


def test_other_columns_can_be_the_columns():
    panel = daily_panel(_read(), by="event_type")
    assert list(panel.counts.columns) == ["downed", "strike"]
    assert panel.by == "event_type"


def test_a_path_or_frame_is_read_on_the_way():
    frame = pd.DataFrame(
        {"date": ["2025-07-14", "2025-07-15"], "region": ["RU-BRY", "UA-30"], "n": [1.5, 2.0]}
    )
    panel = daily_panel(frame, measure="n")
    assert list(panel.counts.columns) == ["RU-BRY", "UA-30"]
    assert panel.counts.to_numpy().sum() == 3.5
    assert panel.incidents is not None


def test_a_table_without_a_usable_row_says_why():
    with pytest.raises(
        NoUsableRowsError, match="none of the 1 rows of bytes can be used: not a date \\(1\\)"
    ):
        daily_panel(read_incidents(b"date,region\nsoon,A\n", regions=None))


def test_tallies_keep_units_apart_and_not_stated_is_not_zero():
    found = _read()
    week = Week.parse("2025-07-15", "tuesday")
    tallies = {(t.region, t.measure): t for t in week_tallies(found, week, "drones")}
    assert tallies["RU-BEL", "strikes"].amount == Amount.exactly(2)
    assert tallies["RU-BEL", "injured"].amount == Amount.exactly(2)
    assert tallies[TOTAL, "injured"].amount == Amount.exactly(3)
    assert tallies[TOTAL, "injured"].rows == 2
    assert tallies[TOTAL, "injured"].exact == 3
    assert ("RU-BRY", "injured") not in tallies
    assert not {m for _, m in tallies} & {"drones", "count", "incidents"}
    nothing = week_tallies(found, week.shift(5), "drones")
    assert [(t.region, t.measure, t.amount) for t in nothing] == [(TOTAL, "injured", None)]
    known = {(t.region, t.measure): t for t in week_tallies(found, week, "drones", as_of="2025-07-20")}
    assert known[TOTAL, "injured"].amount == Amount.exactly(1)


DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2025, 3, 31))
EVENTS = st.tuples(
    DAYS, st.integers(0, 20), st.sampled_from(["A", "B", "C", ""]), st.integers(0, 50), st.booleans()
)


def _events(events):
    return pd.DataFrame(
        [
            {"date_start": d.isoformat(), "date_end": (d + dt.timedelta(days=n)).isoformat(), "region": r,
             "count": f"at least {c}" if bound else str(c)}
            for d, n, r, c, bound in events
        ]
    )  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(EVENTS, min_size=1, max_size=25), st.randoms())
def test_spreading_preserves_totals_and_the_order_of_rows_is_nothing(events, random):
    panel = daily_panel(read_incidents(_events(events), regions=None), measure="count")
    total = panel.amount(TOTAL, panel.first_day, panel.last_day)
    assert total.low == sum(c for *_, c, _ in events)
    assert panel.exact.sum() == pytest.approx(sum(c for *_, c, bound in events if not bound))
    for code in panel.counts:
        assert panel.amount(code, panel.first_day, panel.last_day).low == sum(
            e[3] for e in events if e[2] == code
        )
    random.shuffle(events)
    again = daily_panel(read_incidents(_events(events), regions=None), measure="count")
    for part in ("counts", "low", "high"):
        np.testing.assert_allclose(getattr(again, part), getattr(panel, part))
    assert list(again.counts.columns) == list(panel.counts.columns)


@settings(max_examples=25, deadline=None)
@given(st.lists(EVENTS, min_size=1, max_size=15), DAYS)
def test_days_agree_with_a_plain_recount(events, day):
    panel = daily_panel(
        read_incidents(_events(events), regions=None), measure="count", start="2025-01-01", end="2025-05-01"
    )
    for code in panel.counts:
        plain = sum(
            c / (n + 1) for d, n, r, c, _ in events if r == code and d <= day <= d + dt.timedelta(days=n)
        )
        assert panel.counts.loc[str(day), code] == pytest.approx(plain)
