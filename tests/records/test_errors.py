"""Every error speaks one sentence that names what is wrong and what to do."""

import inspect

import pytest

from analysis import errors

RAISED = {
    "UnreadableInputError": (
        lambda: errors.UnreadableInputError("incidents.csv", "there is no such file"),
        "incidents.csv cannot be read: there is no such file.",
    ),
    "MissingColumnError": (
        lambda: errors.MissingColumnError("date", ["when", "where"]),
        "no column was recognised as 'date'; the table has: when, where. "
        'Name it in sitrend.toml under [incidents.columns], e.g. date = "column of the table".',
    ),
    "UnknownRegionError": (
        lambda: errors.UnknownRegionError("rus", ["ru", "ua"]),
        "'rus' is no region vocabulary or code; did you mean 'ru'?; "
        "known are ru, ua, any ISO 3166-1 country code, or a path to a TOML or CSV file.",
    ),
    "NoUsableRowsError": (
        lambda: errors.NoUsableRowsError("a.csv", 7, {"no date": 5, "negative count": 2}),
        "none of the 7 rows of a.csv can be used: no date (5), negative count (2).",
    ),
    "WeekNotCoveredError": (
        lambda: errors.WeekNotCoveredError("2025-W29", "2024-01-01", "2024-12-31"),
        "week 2025-W29 is not covered: the table runs from 2024-01-01 to 2024-12-31.",
    ),
    "ConfigError": (
        lambda: errors.ConfigError(
            "there is no such key", file="sitrend.toml", table="panel", key="mesure", valid=["by", "measure"]
        ),
        "sitrend.toml [panel] mesure: there is no such key; "
        "did you mean 'measure'?; valid keys: by, measure.",
    ),
    "WeekError": (
        lambda: errors.WeekError("2025-W54", "2025 has no week 54"),
        "'2025-W54' is not a week that can be reported: 2025 has no week 54.",
    ),
}
ABSTRACT = {"SitrendError", "InputError", "ModelError"}
FREE_TEXT = {"NotEnoughDataError", "ConvergenceError", "RenderError", "EditionError"}  # the caller's sentence


@pytest.mark.parametrize("name", RAISED)
def test_the_sentence(name):
    make, sentence = RAISED[name]
    error = make()
    assert type(error).__name__ == name
    assert str(error) == sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")


def test_every_class_is_tested_here_or_carries_its_callers_words():
    assert set(errors.__all__) == RAISED.keys() | ABSTRACT | FREE_TEXT


@pytest.mark.parametrize("name", errors.__all__)
def test_one_base_catches_all_and_the_drawn_tree_is_the_real_one(name):
    cls = getattr(errors, name)
    assert issubclass(cls, errors.SitrendError)
    lines = str(errors.__doc__).splitlines()
    drawn = next(line for line in lines if name in line)
    depth = {4: 0, 8: 1, 12: 2}[drawn.index(name)]
    assert len([base for base in inspect.getmro(cls) if base.__module__ == errors.__name__]) == depth + 1


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("InputError", ValueError),
        ("ConfigError", ValueError),
        ("ModelError", RuntimeError),
        ("RenderError", RuntimeError),
        ("EditionError", RuntimeError),
    ],
)
def test_they_are_also_what_python_calls_them(name, builtin):
    assert issubclass(getattr(errors, name), builtin)


def test_a_named_column_that_is_missing_is_told_its_nearest():
    error = errors.MissingColumnError("region", ["region_name", "day"], named="regoin_name")
    assert "the column 'regoin_name', named for 'region', does not exist" in str(error)
    assert "did you mean 'region_name'?" in str(error)
    assert (error.field, error.named, error.columns) == ("region", "regoin_name", ["region_name", "day"])


def test_no_near_name_is_offered_where_none_is_near():
    assert "did you mean" not in str(errors.MissingColumnError("region", ["x"], named="qqqqqq"))
    assert "did you mean" not in str(errors.ConfigError("is unknown", key="zzzz", valid=["measure"]))


def test_a_long_list_is_cut_and_says_so():
    columns = [f"column_{i}" for i in range(40)]
    text = str(errors.MissingColumnError("date", columns))
    assert "column_23 and 16 more" in text
    assert "column_24" not in text


def test_a_table_without_rows_says_that():
    assert str(errors.NoUsableRowsError("a.csv", 0, {})) == (
        "none of the 0 rows of a.csv can be used: it has no rows."
    )


def test_a_setting_without_a_file_starts_with_what_is_known():
    assert str(errors.ConfigError("starts_on is not a day")) == "starts_on is not a day."
    assert str(errors.ConfigError("is negative", table="panel", key="start")) == "[panel] start: is negative."
