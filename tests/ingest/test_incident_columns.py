"""Which column is understood as which field, and which is left alone."""

import pytest

from analysis.errors import ConfigError, MissingColumnError
from analysis.incidents.columns import map_columns


def _fields(*columns, **declared):
    return dict(map_columns(columns, declared or None).fields)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (("Date", "Region", "Count"), {"date_start": "Date", "region": "Region", "count": "Count"}),
        (("дата", "регион", "количество"), {"date_start": "дата", "region": "регион", "count": "количество"}),
        (("Дата події", "Область", "Кількість"), {"date_start": "Дата події", "region": "Область"}),
        (("event_date", "admin1", "fatalities"), {"date_start": "event_date", "killed": "fatalities"}),
        (("START_DATE", "DISTRICT", "REPORT_DAT"), {"date_start": "START_DATE", "report_date": "REPORT_DAT"}),
        (("date_rep", "region name"), {"date_start": "date_rep", "region": "region name"}),
        (("startDate", "endDate", "region"), {"date_start": "startDate", "date_end": "endDate"}),
        (("date", "day", "region"), {"date_start": "date"}),
        (("date", "region", "admin1"), {"region": "admin1"}),
    ],
)
def test_plain_headings_are_recognised(columns, expected):
    found = _fields(*columns)
    assert {field: found[field][0] for field in expected} == expected


def test_what_is_not_understood_is_kept_and_listed():
    assert map_columns(["date", "region", "weapon"], None).extra == ("weapon",)


def test_declared_columns_win_and_must_exist():
    assert _fields("date", "other", "region", date="other")["date_start"] == ("other",)
    with pytest.raises(
        MissingColumnError, match="'regoin', named for 'region', does not exist; did you mean 'region'"
    ):
        map_columns(["date", "region"], {"region": "regoin"})
    with pytest.raises(ConfigError, match="did you mean 'region'"):
        map_columns(["date", "place_name"], {"regions": "place_name"})


def test_a_declared_date_leaves_the_window_alone_and_the_reverse():
    columns = ("date", "start_date", "end_date", "region")
    assert _fields(*columns, date="date")["date_start"] == ("date",)
    assert "date_end" not in _fields(*columns, date="date")
    assert _fields(*columns, date_start="start_date")["date_start"] == ("start_date",)
    undeclared = map_columns(columns, None)
    assert undeclared.fields["date_start"] == ("start_date", "date")
    assert "The window counts; date only where its start is empty." in undeclared.notes


def test_two_candidates_are_ambiguous():
    with pytest.raises(ConfigError, match="could be 'oblast' and 'province'"):
        map_columns(["date", "oblast", "province"], None)
    found = map_columns(["date", "region", "url", "link"], None)
    assert "source_url" not in found.fields
    assert any("source_url was not recognised" in note for note in found.notes)


@pytest.mark.parametrize("columns", [("date", "count"), ("region", "count"), ("a", "b")])
def test_date_and_region_are_required(columns):
    with pytest.raises(MissingColumnError, match=r"no column was recognised as '(date|region)'"):
        map_columns(columns, None)


def test_bounds_and_qualifiers_belong_to_their_amount():
    found = map_columns(
        ["date", "region", "wounded", "wounded_min", "wounded_max", "launched", "launched_low", "temp_max"],
        None,
    )
    assert found.amounts == ("injured", "launched")
    assert found.fields["injured_low"] == ("wounded_min",)
    assert found.fields["injured_high"] == ("wounded_max",)
    assert found.fields["launched_low"] == ("launched_low",)
    assert found.extra == ("temp_max",)


def test_a_declared_name_that_is_no_field_is_an_amount():
    assert map_columns(["date", "region", "n"], {"hits": "n"}).amounts == ("hits",)
