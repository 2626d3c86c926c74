"""Two states of a table: the same answer as plain pandas and plain counting."""

import io
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import read_incidents
from analysis.snapshots import GROUPS, RowChanges, compare_rows

CELLS = st.tuples(
    st.integers(0, 5), st.sampled_from(["RU-BEL", "RU-KRS", ""]), st.sampled_from([1.0, 2.0, np.nan]),
    st.sampled_from(["a", "b", ""]),
)  # fmt: skip
FIELDS = ["date_start", "region", "count", "notes"]


def table(cells: list[tuple], ids: list[str] | None = None) -> pd.DataFrame:
    """A checked table in miniature."""
    frame = pd.DataFrame(cells, columns=FIELDS)
    frame.insert(0, "row", np.arange(len(frame)) + 2)
    frame["date_start"] = pd.to_datetime("2025-01-06") + pd.to_timedelta(frame["date_start"].astype(int), "D")
    frame["date_end"] = frame["date_start"]
    frame["count"] = frame["count"].astype(float)
    frame["count_low"] = frame["count_high"] = frame["count"]
    for name in ("region", "notes"):
        frame[name] = frame[name].astype("str")
    frame["region_reported"] = frame["region"]
    if ids is not None:
        frame["event_id"] = pd.Series(ids, dtype="str")
    return frame


def adds_up(found: RowChanges) -> None:
    assert found.unchanged + found.count("changed") + found.count("removed") == found.before
    assert found.unchanged + found.count("changed") + found.count("added") == found.after
    changed = found.changes["change"] == "changed"
    assert (found.changes[list(GROUPS)].any(axis=1) == changed).all()


@st.composite
def with_ids(draw: st.DrawFn) -> pd.DataFrame:
    ids = draw(st.lists(st.integers(0, 30).map(str), unique=True, max_size=20))
    return table(draw(st.lists(CELLS, min_size=len(ids), max_size=len(ids))), ids)


@given(with_ids(), with_ids())
def test_by_id_it_equals_a_plain_merge(before: pd.DataFrame, after: pd.DataFrame) -> None:
    found = compare_rows(before, after)
    adds_up(found)
    both = before.merge(after, on="event_id", how="outer", indicator=True, suffixes=("_1", "_2"))
    if not (both["_merge"] == "both").any():
        return  # ids without any in common say nothing
    assert found.count("added") == (both["_merge"] == "right_only").sum()
    assert found.count("removed") == (both["_merge"] == "left_only").sum()
    kept = both[both["_merge"] == "both"]
    plain = {
        "redated": kept["date_start_1"] != kept["date_start_2"],
        "relocated": kept["region_1"] != kept["region_2"],
        "amounts": kept["count_1"].fillna(-1) != kept["count_2"].fillna(-1),
        "other": kept["notes_1"] != kept["notes_2"],
    }
    ids = found.changes[found.changes["change"] == "changed"].set_index("event_id")
    for group, differs in plain.items():
        assert set(ids.index[ids[group]]) == set(kept["event_id"][differs]), group
    for event, row in ids.iterrows():
        line = kept[kept["event_id"] == event].iloc[0]
        assert (row["date_start_before"], row["date_start_after"]) == (
            line["date_start_1"], line["date_start_2"],
        )  # fmt: skip
        assert (row["row_before"], row["row_after"]) == (line["row_1"], line["row_2"])


@given(st.lists(CELLS, max_size=15), st.lists(CELLS, max_size=15))
def test_without_ids_rows_are_a_multiset(first: list[tuple], second: list[tuple]) -> None:
    before, after = table(first), table(second)
    found = compare_rows(before, after)
    adds_up(found)

    def counted(cells: list[tuple]) -> Counter[tuple]:
        return Counter(tuple("" if value != value else value for value in row) for row in cells)

    one, two = counted(first), counted(second)
    assert found.unchanged == (one & two).total()
    # A pair is only made where the row is the one and only with its remaining cells in both states.
    for _, row in found.changes[found.changes["change"] == "changed"].iterrows():
        at, to = (frame.set_index("row").loc[row[f"row_{s}"]] for s, frame in
                  (("before", before), ("after", after)))  # fmt: skip
        same = [f for f in FIELDS if at[f] == to[f] or (at[f] != at[f] and to[f] != to[f])]
        assert len(same) == len(FIELDS) - 1
        for frame in (before, after):
            alike = np.logical_and.reduce(
                [(frame[f] == at[f]) | (frame[f].isna() & (at[f] != at[f])) for f in same]
            )
            assert alike.sum() == 1


@given(with_ids())
def test_the_same_table_has_no_changes_in_any_order(rows: pd.DataFrame) -> None:
    mixed = rows.sample(frac=1, random_state=1).reset_index(drop=True)
    for one, two in ((rows, mixed), (rows.drop(columns="event_id"), mixed.drop(columns="event_id"))):
        found = compare_rows(one, two)
        assert found.unchanged == len(rows)
        assert found.changes.empty


def test_the_other_way_round_added_and_removed_change_places() -> None:
    first = table(
        [(0, "RU-BEL", 1.0, "a"), (1, "RU-KRS", 2.0, "b"), (3, "RU-KRS", 2.0, "c")], ["1", "2", "3"]
    )
    second = table([(0, "RU-BEL", 2.0, "a"), (1, "RU-KRS", 2.0, "b")], ["1", "2"])
    there, back = compare_rows(first, second), compare_rows(second, first)
    assert (there.count("added"), there.count("removed")) == (back.count("removed"), back.count("added"))
    assert (there.count("amounts"), back.count("amounts")) == (1, 1)


def test_a_note_of_its_own_tells_a_row_that_was_given_another_day() -> None:
    before = table([(0, "RU-BEL", 1.0, "bridge"), (1, "RU-BEL", 1.0, "depot")])
    after = table([(4, "RU-BEL", 1.0, "bridge"), (1, "RU-KRS", 1.0, "depot")])
    found = compare_rows(before, after)
    assert (found.count("redated"), found.count("relocated")) == (1, 1)
    assert (found.count("added"), found.count("removed")) == (0, 0)


def test_what_could_be_several_rows_is_not_called_the_same() -> None:
    before = table([(0, "RU-BEL", 1.0, ""), (1, "RU-BEL", 1.0, "")])
    after = table([(1, "RU-BEL", 1.0, ""), (4, "RU-BEL", 1.0, "")])
    found = compare_rows(before, after)
    assert (found.count("added"), found.count("removed"), found.count("changed")) == (1, 1, 0)


def test_repeated_and_blank_ids_fall_back_to_content() -> None:
    cells = [
        (0, "RU-BEL", 1.0, "a"),
        (0, "RU-BEL", 2.0, "a"),
        (2, "RU-KRS", 1.0, "b"),
        (3, "RU-KRS", 2.0, ""),
    ]
    before = table(cells, ["1", "1", "", "4"])
    after = table([*cells[:3], (3, "RU-KRS", 1.0, "")], ["1", "1", "", "4"])
    found = compare_rows(before, after)
    assert found.unchanged == 3
    assert found.count("amounts") == 1
    assert found.matched_by == {"event_id": 1, "content": 3}


def test_ids_given_anew_say_nothing() -> None:
    cells = [(0, "RU-BEL", 1.0, "a"), (1, "RU-KRS", 2.0, "b")]
    found = compare_rows(table(cells, ["1", "2"]), table(cells, ["901", "902"]))
    assert found.unchanged == 2


def test_an_unresolved_place_is_its_name_and_not_its_capitals() -> None:
    before, after = (table([(0, "", 1.0, "a"), (1, "", 1.0, "b")], ["1", "2"]) for _ in range(2))
    before["region_reported"] = pd.Series(["Black Sea", "Azov  sea"], dtype="str")
    after["region_reported"] = pd.Series(["Baltic", "AZOV Sea"], dtype="str")
    found = compare_rows(before, after)
    assert found.count("relocated") == 1
    assert found.unchanged == 1


def test_a_column_in_one_state_only_is_named_and_not_compared() -> None:
    before = table([(0, "RU-BEL", 1.0, "a")])
    found = compare_rows(before, before.assign(url="x").drop(columns="notes"))
    assert found.unchanged == 1
    assert (found.columns_added, found.columns_removed) == (("url",), ("notes",))


def test_another_grouping_column_is_a_place() -> None:
    before = table([(0, "RU-BEL", 1.0, "a")], ["1"])
    found = compare_rows(before, before.assign(notes="b"), by="notes")
    assert (found.count("relocated"), found.count("other")) == (1, 0)


def test_empty_states() -> None:
    rows, none = table([(0, "RU-BEL", 1.0, "a")]), table([])
    assert compare_rows(none, rows).count("added") == 1
    assert compare_rows(rows, none).count("removed") == 1
    assert compare_rows(none, none).changes.empty
    assert "1 added" in repr(compare_rows(none, rows))


@pytest.mark.shared
def test_two_vintages_of_ucdp(shared) -> None:
    """59 changed best estimates and 94 vanished ids, as counted by hand when the tables were described."""
    folder = shared / "data/ucdp_ged_ukraine"
    older, newer = (
        read_incidents(folder / f"conflict_data_ukr_to_{year}.csv.gz", regions="ua").table
        for year in (2019, 2021)
    )
    found = compare_rows(older, newer)
    adds_up(found)
    assert found.count("removed") == 94
    assert found.matched_by == {"event_id": 1073, "content": 0}
    assert found.count("added") == 2989 - 1073
    pairs = found.changes[found.changes["change"] == "changed"]
    assert (pairs["killed_before"] != pairs["killed_after"]).sum() == 59
    assert (pairs["date_start_before"] != pairs["date_start_after"]).sum() == 21
    assert (pairs["date_end_before"] != pairs["date_end_after"]).sum() == 57
    # "Donetsk oblast" and "Donetsk Oblast" are one place.
    moved = pairs[pairs["relocated"]]
    assert len(moved) < 40
    assert (moved["region_before"].astype(str) != moved["region_after"].astype(str)).sum() > 0


@pytest.mark.shared
def test_a_snapshot_read_back_is_the_same(shared) -> None:
    path = shared / "data/ucdp_ged_ukraine/conflict_data_ukr_to_2019.csv.gz"
    rows = read_incidents(path, regions="ua").table
    buffer = io.BytesIO()
    rows.to_parquet(buffer, index=False)
    found = compare_rows(pd.read_parquet(io.BytesIO(buffer.getvalue())), rows)
    assert found.unchanged == len(rows)
