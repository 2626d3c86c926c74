"""The contract of every vocabulary file in the package, and the figures the files must give."""

from itertools import pairwise

import pycountry
import pytest

from analysis.regions import load_regions, vocabulary_names
from analysis.regions._lexicon import Lexicon
from analysis.regions._loading import _packaged
from analysis.regions._text import normal

NAMES = vocabulary_names()


def test_there_are_vocabularies_to_check():
    assert {"ru", "ua"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_codes_are_unique_and_those_of_iso_3166_2(name):
    vocabulary = _packaged(name)
    codes = [region.code for region in vocabulary.regions]
    assert len(codes) == len(set(codes))
    assert set(codes) == {s.code for s in pycountry.subdivisions.get(country_code=vocabulary.country)}


@pytest.mark.parametrize("name", NAMES)
def test_every_region_has_three_names_a_kind_a_group_and_a_tile(name):
    vocabulary = _packaged(name)
    for region in vocabulary.regions:
        assert all((region.name, region.name_ru, region.name_uk, region.kind)), region.code
        assert region.parent in vocabulary.parents, region.code
        assert region.tile_row is not None, region.code
        assert not any("а" <= letter <= "я" for letter in region.name.lower()), region.code
        assert all("а" <= letter <= "ґ" for letter in region.name_ru.lower() if letter.isalpha())
        assert not set(region.name_ru.lower()) & set("іїєґ"), region.code
        assert not set(region.name_uk.lower()) & set("ыэёъ"), region.code


@pytest.mark.parametrize("name", NAMES)
def test_every_group_is_used_and_named_once(name):
    vocabulary = _packaged(name)
    assert {region.parent for region in vocabulary.regions} == set(vocabulary.parents)
    assert len(set(vocabulary.parents.values())) == len(vocabulary.parents)


def test_no_name_or_alias_means_two_regions():
    lexicon = Lexicon([_packaged(name) for name in NAMES])
    for keys in (lexicon.whole, lexicon.kinds, lexicon.stems):
        ambiguous = {key: codes for key, (rank, codes) in keys.items() if len(codes) > 1 and rank < 2}
        assert not ambiguous


@pytest.mark.parametrize("name", NAMES)
def test_every_listed_spelling_is_understood_unless_it_must_never_be(name):
    vocabulary = _packaged(name)
    never = {normal(word) for word in vocabulary.never}
    wanted = {
        spelling: region.code
        for region in (*vocabulary.regions, *vocabulary.composites)
        for spelling in (*region.names, *region.aliases)
        if normal(spelling) not in never
    }
    found = load_regions(name).resolve(wanted).set_index("name")["code"].to_dict()
    assert found == wanted
    refused = load_regions(name).resolve(vocabulary.never)
    assert set(refused["match"]) == {"unknown"}
    assert (refused["note"] != "").all()


@pytest.mark.parametrize("name", NAMES)
def test_no_alias_repeats_another_of_the_same_region(name):
    for region in _packaged(name).regions:
        spellings = [spelling.casefold() for spelling in (*region.names[:1], *region.aliases)]
        assert len(spellings) == len(set(spellings)), region.code


def test_tiles_of_all_vocabularies_fit_together():
    table = load_regions(list(NAMES)).table
    assert not table.duplicated(["tile_row", "tile_col"]).any()
    assert table[["tile_row", "tile_col"]].min().tolist() == [0, 0]
    assert str(table["tile_row"].dtype) == "Int64"


NEIGHBOURS = [
    "RU-BEL RU-KRS RU-BRY",
    "RU-VOR RU-BEL RU-KRS",
    "RU-ROS RU-KDA RU-AD",
    "RU-MOS RU-MOW",
    "RU-SPE RU-LEN RU-NGR RU-PSK",
    "RU-TA RU-BA RU-ORE RU-SAM",
    "RU-CHU RU-KAM RU-MAG",
    "UA-63 UA-14 UA-09",
    "UA-74 UA-32 UA-30",
    "UA-51 UA-48 UA-65 UA-23 UA-14",
    "RU-BEL UA-63",
    "RU-ROS UA-09",
    "UA-43 RU-KDA",
    "UA-59 RU-KRS",
]


@pytest.mark.parametrize("chain", NEIGHBOURS)
def test_neighbours_are_near_each_other_on_the_tile_grid(chain):
    table = load_regions(["ru", "ua"]).table
    for one, other in pairwise(chain.split()):
        near = (table.loc[one, ["tile_row", "tile_col"]] - table.loc[other, ["tile_row", "tile_col"]]).abs()
        assert near.max() <= 2 if "RU-BRY" in (one, other) else near.max() <= 1, (one, other)


def test_figures_of_the_two_vocabularies():
    russia, ukraine = load_regions("ru"), load_regions("ua")
    assert (len(russia), len(ukraine)) == (83, 27)
    assert russia.table["parent"].value_counts().sort_index().to_dict() == {
        "RU-FD-CENTRAL": 18,
        "RU-FD-FAR-EAST": 11,
        "RU-FD-NORTH-CAUCASUS": 7,
        "RU-FD-NORTHWEST": 11,
        "RU-FD-SIBERIA": 10,
        "RU-FD-SOUTH": 6,
        "RU-FD-URAL": 6,
        "RU-FD-VOLGA": 14,
    }
    assert russia.table["kind"].value_counts().to_dict() == {
        "oblast": 46,
        "republic": 21,
        "krai": 9,
        "autonomous okrug": 4,
        "city": 2,
        "autonomous oblast": 1,
    }
    assert ukraine.table["kind"].value_counts().to_dict() == {
        "oblast": 24,
        "city": 2,
        "autonomous republic": 1,
    }
    assert set(ukraine.table.index[ukraine.table["note"] != ""]) == {"UA-40", "UA-43"}
    assert "RU-FD-CENTRAL" in russia.parents
    assert russia.parents["RU-FD-CENTRAL"] == "Central Federal District"


def test_names_that_are_easy_to_get_wrong():
    table = load_regions("ru").table
    assert table.at["RU-KYA", "name_uk"] == "Красноярський край"
    assert table.at["RU-KDA", "name_uk"] == "Краснодарський край"
    assert table.at["RU-SA", "name_uk"] == "Республіка Саха (Якутія)"


def test_composite_areas_stand_on_the_tile_of_a_member():
    regions = load_regions(["ru", "ua"])
    assert regions.composites["RU-MOS+RU-MOW"] == ("RU-MOS", "RU-MOW")
    for code, members in regions.composites.items():
        area = regions.areas([code]).iloc[0]
        tiles = regions.areas(members)[["tile_row", "tile_col"]].to_numpy().tolist()
        assert [area["tile_row"], area["tile_col"]] in tiles
        assert code == "+".join(sorted(members))
        assert code not in regions.table.index


def test_a_composite_area_lies_in_the_parent_of_its_members():
    from analysis import load_regions

    areas = load_regions("ru").areas(["RU-MOS+RU-MOW", "RU-LEN+RU-SPE"])
    assert areas["parent"].tolist() == ["RU-FD-CENTRAL", "RU-FD-NORTHWEST"]
