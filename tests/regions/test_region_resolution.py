"""Spellings that must be understood, spellings that must not, and hostile ones."""

import csv

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.regions import load_regions

BOTH = load_regions(["ru", "ua"])

UNDERSTOOD = {
    # codes
    "RU-BEL": ("RU-BEL", "code"),
    " ru-bel ": ("RU-BEL", "code"),
    "RU–BEL": ("RU-BEL", "code"),
    "ua_32": ("UA-32", "code"),
    "RU-MOW+RU-MOS": ("RU-MOS+RU-MOW", "code"),
    "UA44": ("UA-09", "alias"),  # the P-code
    # names in three languages, with and without the kind
    "Belgorod Oblast": ("RU-BEL", "name"),
    "belgorod": ("RU-BEL", "name"),
    "BELGOROD REGION": ("RU-BEL", "name"),
    "Oblast Belgorod": ("RU-BEL", "name"),
    "Белгородская область": ("RU-BEL", "name"),
    "Белгородская обл.": ("RU-BEL", "name"),
    "в Белгородской области": ("", "unknown"),
    "Белгородской области": ("RU-BEL", "name"),
    "Бєлгородська область": ("RU-BEL", "name"),
    "Орёл": ("RU-ORL", "alias"),
    "Орел": ("RU-ORL", "alias"),
    "Республика Коми": ("RU-KO", "name"),
    "Respublika Bashkortostan": ("RU-BA", "alias"),
    "Bashkortostan, Respublika": ("RU-BA", "alias"),
    "Чеченская Республика": ("RU-CE", "name"),
    "Chechen Republic": ("RU-CE", "alias"),
    "Krasnodar Krai,": ("RU-KDA", "name"),
    "Krasnodar Kray": ("RU-KDA", "name"),
    "Khmel'nyts'kyy": ("UA-68", "alias"),
    "Sumska oblast": ("UA-59", "alias"),
    "Харківська обл": ("UA-63", "name"),
    "L’viv": ("UA-46", "name"),
    "Zaporizhzhia": ("UA-23", "name"),
    "Zaporizhia Oblast": ("UA-23", "alias"),
    "Dnepropetrovsk": ("UA-12", "alias"),
    "Ivano–Frankivsk": ("UA-26", "name"),
    "Автономна Республіка Крим": ("UA-43", "name"),
    "Republic of Crimea": ("UA-43", "alias"),
    "Sakha (Yakutia)": ("RU-SA", "name"),
    "North Ossetia–Alania": ("RU-SE", "alias"),
    # German, French, Dutch
    "Gebiet Charkiw": ("UA-63", "alias"),
    "Woronesch": ("RU-VOR", "alias"),
    "Saporischschja": ("UA-23", "alias"),
    "oblast de Soumy": ("UA-59", "alias"),
    "Koersk": ("RU-KRS", "alias"),
    "Loehansk": ("UA-09", "alias"),
    # a slip in the word for the kind
    "Kharkiv Obalst": ("UA-63", "name"),
    "Chernihiv Olast": ("UA-74", "name"),
    # a city and what lies around it
    "Kyiv City": ("UA-30", "name"),
    "City of Kyiv": ("UA-30", "name"),
    "м. Київ": ("UA-30", "name"),
    "Київ": ("UA-30", "name"),
    "Kyiv Oblast": ("UA-32", "name"),
    "Oblast Kiev": ("UA-32", "alias"),
    "Kyivska oblast": ("UA-32", "alias"),
    "Kyiv region": ("UA-32", "alias"),
    "Moscow Oblast": ("RU-MOS", "name"),
    "Oblast Moskou": ("RU-MOS", "alias"),
    "Московская область": ("RU-MOS", "name"),
    "г. Москва": ("RU-MOW", "name"),
    "Moscow City": ("RU-MOW", "name"),
    "Moscow region": ("RU-MOS+RU-MOW", "alias"),
    "Moscow region (city and oblast together)": ("RU-MOS+RU-MOW", "alias"),
    "Москва и Московская область": ("RU-MOS+RU-MOW", "alias"),
    "Novgorod": ("RU-NGR", "name"),
    "Nizhny Novgorod": ("RU-NIZ", "name"),
    "Altai Krai": ("RU-ALT", "name"),
    "Altai Republic": ("RU-AL", "name"),
    "Nenets": ("RU-NEN", "name"),
    "Yamalo-Nenets": ("RU-YAN", "name"),
    # a finer place, a country after it
    "Poltava oblast, Myrhorod Raion": ("UA-53", "alias"),
    "Dnipropetrovsk oblast, Dnipro": ("UA-12", "alias"),
    "Kyiv oblast (south)": ("UA-32", "alias"),
    "Rivne, Ukraine": ("UA-56", "name"),
    "Ukraine, Kharkiv Oblast": ("UA-63", "alias"),
    # several regions, one figure
    "RU-KRS|RU-BEL": ("RU-BEL|RU-KRS", "joint"),
    "RU-KRS; ru-bel, UA-43": ("RU-BEL|RU-KRS|UA-43", "joint"),
    "RU-BEL|RU-BEL": ("RU-BEL", "code"),
    "RU-BEL+RU-KRS": ("RU-BEL|RU-KRS", "joint"),
    "RU-MOS+RU-MOW|RU-TUL": ("RU-MOS+RU-MOW|RU-TUL", "joint"),
    "Kursk and Bryansk oblasts": ("RU-BRY|RU-KRS", "joint"),
    "Курская и Брянская области": ("RU-BRY|RU-KRS", "joint"),
    "Donetsk/Luhansk": ("UA-09|UA-14", "joint"),
}

NOT_A_REGION = [
    "Moscow", "MOSCOW", "Moskau", "Kyiv", "Kiev", "Kyiv, Ukraine", "Altai", "Dnipro", "Donbas", "ДНР",
    "Ukraine", "Россия", "Ukraine Oblast", "Belarus", "Gomel Region", "Brest Oblast", "Minsk",
    "south", "north-east", "center", "front line", "Black Sea", "SEA-BLACK", "Sea of Azov",
    "Rostov-on-Don", "Belgorod city", "г. Белгород", "Kharkiv district", "Lubenskyi raion", "Kramatorsk",
    "Kirov, Kaluga Oblast", "Postoyalye Dvory, Kurskaya", "Odessa, Texas", "Bryansk Oblast, Moscow",
    "RU-BEL|SEA-BLACK", "Kursk Oblast and the Sea of Azov", "Kursk Oblast; Sea of Azov", "RU-XX", "RU-",
    "Luhansk People's Republic", "Donetsk Republic", "Central Federal District", "Southern Ukraine",
    "oblast", "область", "republic of", "and", "|", "+", ",,,", "", "   ", "()", "null", "NaN", "0", "-1",
    "Belgord", "Kurskk", "Khakirv oblast",
]  # fmt: skip


@pytest.mark.parametrize(("spelling", "code", "match"), [(k, *v) for k, v in UNDERSTOOD.items()])
def test_spelling_is_understood(spelling, code, match):
    row = BOTH.resolve([spelling]).iloc[0]
    assert (row["code"], row["match"]) == (code, match)


@pytest.mark.parametrize("spelling", NOT_A_REGION)
def test_spelling_is_not_matched(spelling):
    row = BOTH.resolve([spelling]).iloc[0]
    assert (row["code"], row["match"]) == ("", "unknown")


@pytest.mark.parametrize(
    ("spelling", "code"),
    [("Belgord", "RU-BEL"), ("Khakirv oblast", "UA-63"), ("Lipestk", "RU-LIP"), ("Gomel Region", ""),
     ("Kyiv", ""), ("south", ""), ("Minsk", ""), ("abc", ""), ("x" * 10_000, "")],
)  # fmt: skip
def test_suggestions_are_offered_and_not_applied(spelling, code):
    row = BOTH.resolve([spelling]).iloc[0]
    assert (row["code"], row["suggestion"]) == ("", code)


def test_a_known_word_that_is_not_matched_says_why():
    notes = BOTH.resolve(["Kyiv", "Ukraine", "Central Federal District", "Belgorod"])["note"]
    assert "Kyiv Oblast" in notes[0]
    assert "whole country" in notes[1]
    assert "group of regions" in notes[2]
    assert notes[3] == ""


def test_one_row_per_distinct_name_in_order_and_missing_values_left_out():
    found = BOTH.resolve(["Kursk", None, "Belgorod", "Kursk", float("nan"), pd.NA, 7, ["Kursk"], "kursk"])
    assert found["name"].tolist() == ["Kursk", "Belgorod", "7", "['Kursk']", "kursk"]
    assert found.columns.tolist() == ["name", "code", "match", "suggestion", "note"]
    assert BOTH.resolve([]).shape == (0, 5)
    assert BOTH.resolve("Kursk")["code"].tolist() == ["RU-KRS"]
    series = pd.Series(["Kursk", "Tula", "Kursk"], dtype="category")
    assert BOTH.resolve(series)["code"].tolist() == ["RU-KRS", "RU-TUL"]
    assert BOTH.resolve(np.array(["Tula"]))["code"].tolist() == ["RU-TUL"]


HOSTILE = [
    "\x00", "\ufeffKursk", "Kursk\u200b", "\u202eksruK", "😀", "ﬀ", "İ", "<script>alert(1)</script>", "'; --",
    "A" * 100_000, "|" * 5_000, "," * 5_000, "(" * 5_000, "and " * 5_000, "\n\t\r", "\ud800", "१२", "ẞ",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_answered(text):
    row = BOTH.resolve([text]).iloc[0]
    assert row["match"] in {"unknown", "name"}


def test_invisible_signs_do_not_hide_a_name():
    assert BOTH.resolve(["\ufeffKursk", "Kursk\u200b", "Kursk\u00a0Oblast"])["code"].eq("RU-KRS").all()


PIECES = st.sampled_from(
    [
        *UNDERSTOOD,
        *NOT_A_REGION,
        "oblast",
        "Oblast",
        "край",
        "and",
        "и",
        ",",
        "|",
        "+",
        "(",
        " ",
        "RU-",
        "city",
    ]
)


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=4).map(" ".join)))
def test_any_text_is_answered_once_and_for_all(text):
    row = BOTH.resolve([text]).iloc[0]
    assert row["match"] in {"code", "name", "alias", "joint", "unknown"}
    assert (row["code"] == "") == (row["match"] == "unknown")
    assert ("|" in row["code"]) == (row["match"] == "joint")
    assert not (row["suggestion"] and row["code"])
    assert all(code in BOTH for code in row["code"].split("|") if code)
    assert row["suggestion"] == "" or row["suggestion"] in BOTH
    if row["code"]:
        again = BOTH.resolve([row["code"]]).iloc[0]
        assert again["code"] == row["code"]
        assert again["match"] == ("joint" if "|" in row["code"] else "code")


@settings(deadline=None)
@given(st.lists(PIECES, max_size=3).map(" ".join), st.sampled_from(["upper", "lower", "title", "swapcase"]))
def test_case_and_blanks_make_no_difference(text, change):
    changed = f"  {getattr(text, change)()}\t"
    one, other = BOTH.resolve([text]), BOTH.resolve([changed])
    assert one["code"].tolist() == other["code"].tolist()


@settings(deadline=None)
@given(st.lists(st.sampled_from([*UNDERSTOOD, *NOT_A_REGION]), unique=True, max_size=6))
def test_a_name_means_the_same_in_any_company(names):
    together = BOTH.resolve(names).set_index("name")["code"].to_dict()
    assert together == {name: BOTH.resolve([name])["code"][0] for name in names}


def _labelled(shared):
    with (shared / "data" / "regions" / "region_spellings_seen.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.shared
def test_spellings_of_real_tables(shared):
    """505 spellings counted in real tables and labelled by hand; those without a code must stay unmatched."""
    rows = _labelled(shared)
    assert len(rows) == 505
    found = BOTH.resolve([row["spelling"] for row in rows]).set_index("name")["code"]
    wrong = {row["spelling"] for row in rows if found[row["spelling"]] not in {"", row["iso_3166_2"]}}
    assert not wrong
    labelled = [row for row in rows if row["iso_3166_2"]]
    right = sum(found[row["spelling"]] == row["iso_3166_2"] for row in labelled)
    assert right / len(labelled) >= 0.97
    weight = sum(int(row["rows"]) for row in labelled if found[row["spelling"]] == row["iso_3166_2"])
    assert weight / sum(int(row["rows"]) for row in labelled) >= 0.999


@pytest.mark.shared
def test_codes_of_the_bulletins_are_regions_composites_lists_or_seas(shared):
    path = shared / "data" / "mod_russia_uav_claims" / "mod_russia_uav_claims_2023_2025.csv.gz"
    table = pd.read_csv(path, usecols=["region_code", "allocation"], keep_default_na=False)
    found = load_regions(["ru", "ua"]).resolve(table["region_code"]).set_index("name")
    for code, row in found.iterrows():
        if "SEA" in code or not code:
            assert row["match"] == "unknown"
            assert row["suggestion"] == ""
        else:
            assert row["match"] == ("joint" if "|" in code else "code")
            assert set(row["code"].split("|")) == set(code.split("|"))


@pytest.mark.shared
def test_negative_spellings_stay_unmatched_in_the_whole_world_but_for_other_countries(shared):
    rows = _labelled(shared)
    found = load_regions("iso3166-2").resolve([row["spelling"] for row in rows]).set_index("name")["code"]
    for row in rows:
        if not row["iso_3166_2"] and "other country" not in row["how"]:
            assert found[row["spelling"]] == "", row["spelling"]
        elif row["iso_3166_2"]:
            assert found[row["spelling"]] in {"", row["iso_3166_2"]}, row["spelling"]
