"""The counts of a panel by source: nothing lost, nothing twice, several reporters of a row kept together."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import daily_panel, read_incidents
from analysis.findings import TOTAL, UNALLOCATED
from analysis.sources import reporters_in

SOURCES = ["Alpha", "Beta; Alpha", "Beta", "", "https://t.me/s/channel/123", "Alpha | Beta"]


def _panel(rows, **options):
    table = pd.DataFrame(rows, columns=["date_start", "date_end", "region", "count", "source"]).astype("str")
    return daily_panel(read_incidents(table, regions="ru"), **{"measure": "count", **options})


row = st.tuples(
    st.integers(1, 28).map(lambda day: f"2025-07-{day:02d}"),
    st.integers(0, 4),
    st.sampled_from(["RU-BEL", "RU-KRS", "Black Sea", "RU-MOS", "RU-MOW", "RU-MOS+RU-MOW"]),
    st.sampled_from(["1", "3", "more than 6", "2-4", "0"]),
    st.sampled_from(SOURCES),
)


@given(st.lists(row, min_size=1, max_size=25))
@settings(max_examples=30, deadline=None)
def test_sources_add_up_to_the_counts(rows):
    data = [
        (day, str(pd.Timestamp(day) + pd.Timedelta(days=more))[:10], region, count, source)
        for day, more, region, count, source in rows
    ]
    panel = _panel([*data, ("2025-07-01", "2025-07-01", "RU-BEL", "1", "Alpha")],
                   coverage={"RU-KRS": ["2025-07-10/.."]})  # fmt: skip
    for one in (panel, panel.roll_up(), panel.until(panel.days[len(panel.days) // 2].date())):
        wide = one.sources.pivot_table(
            index="day", columns="region", values="amount", aggfunc="sum", observed=False, fill_value=0.0
        ).reindex(one.days, fill_value=0.0)  # fmt: skip
        np.testing.assert_allclose(wide[list(one.counts.columns)], one.counts, atol=1e-9)
        np.testing.assert_allclose(wide[UNALLOCATED], one.unallocated["best"], atol=1e-9)
    total = panel.total()
    sums = total.sources.groupby("day")["amount"].sum().reindex(total.days, fill_value=0.0)
    assert set(total.sources["region"]) == {TOTAL}
    np.testing.assert_allclose(sums, total.counts[TOTAL], atol=1e-9)


def test_several_reporters_of_a_row_are_one_source():
    day = ("2025-07-01", "2025-07-01", "RU-BEL", "2")
    panel = _panel([(*day, "Alpha; Beta"), (*day, "Alpha | Beta"), (*day, "Alpha"), (*day, "")])
    assert panel.sources.groupby("source", observed=True)["amount"].sum().to_dict() == {
        "": 2, "Alpha": 2, "Alpha; Beta": 4
    }  # fmt: skip


def test_without_sources_there_are_none():
    rows = [("2025-07-01", "2025-07-01", "RU-BEL", "2", "")]
    assert _panel(rows).sources is None
    table = pd.DataFrame({"date": ["2025-07-01"], "region": ["RU-BEL"]})
    assert daily_panel(read_incidents(table, regions="ru")).sources is None


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Reuters", ("Reuters",)),
        ("Reuters; AP;Reuters", ("Reuters", "AP")),
        ("Smith, John", ("Smith, John",)),
        ("", ()),
        ("https://www.example.org/news/2025/1", ("example.org",)),
        ("https://t.me/mod_russia/54321", ("t.me/mod_russia",)),
        ("https://t.me/s/mod_russia/54321", ("t.me/mod_russia",)),
        ("kpszsu/posts/pfbid02aR7", ("kpszsu",)),
        ("police / fire service", ("police / fire service",)),
        ("local.gov.ua/1 | AP", ("local.gov.ua", "AP")),
    ],
)
def test_the_reporter_behind_a_cell(cell, names):
    assert reporters_in(cell) == names
