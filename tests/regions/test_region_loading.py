"""Where vocabularies come from: names, codes, files, several together; and what broken files say."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import InputError, UnknownRegionError, UnreadableInputError
from analysis.regions import Regions, load_regions

TOML = """
[vocabulary]
title = "Wards"

[parents]
N = "North side"

[never]
"Centre" = "two wards are called so"

[[region]]
code = "W1"
name = "Ward 1"
parent = "N"
aliases = ["First Ward"]
tile_row = 3
tile_col = 5

[[region]]
code = "W2"
name = "Ward 2"

[[composite]]
code = "W1+W2"
name = "Both wards"
members = ["W1", "W2"]
"""
CSV = (
    "code,name,parent,aliases,tile_row,tile_col,population\n"
    "01,Ville Haute,Nord,Upper Town|Haute,2,4,9\n"
    "02,Basse,,,,,\n"
)


def _written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_toml_file_of_ones_own(tmp_path):
    regions = load_regions(_written(tmp_path, "wards.toml", TOML))
    assert regions.codes == ("W1", "W2")
    assert dict(regions.parents) == {"N": "North side"}
    assert dict(regions.composites) == {"W1+W2": ("W1", "W2")}
    assert regions.table.loc["W1", ["tile_row", "tile_col"]].tolist() == [0, 0]
    assert pd.isna(regions.table.at["W2", "tile_row"])
    found = regions.resolve(["first ward", "ward 2", "w1", "Centre", "W2+W1", "w1|w2"])
    assert found["code"].tolist() == ["W1", "W2", "W1", "", "W1+W2", "W1|W2"]
    assert repr(regions) == "Regions('wards.toml': 2 regions, 1 groups, 1 composite)"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_of_ones_own_keeps_codes_as_text(tmp_path, delimiter):
    regions = load_regions(str(_written(tmp_path, "towns.csv", "\ufeff" + CSV.replace(",", delimiter))))
    assert regions.codes == ("01", "02")
    assert regions.table.at["01", "parent"] == "Nord"
    assert regions.resolve(["01", "upper town", "BASSE", "1"])["code"].tolist() == ["01", "01", "02", ""]


def test_two_regions_of_one_name_are_ambiguous_not_merged(tmp_path):
    regions = load_regions(_written(tmp_path, "t.csv", "code,name\n1,Union\n2,Union\n3,Hill\n"))
    found = regions.resolve(["Union", "Hill", "2"])
    assert found["code"].tolist() == ["", "3", "2"]
    assert found["note"][0] == "several regions have this name: 1, 2"


@pytest.mark.parametrize("name", ["ru", "RU", " Ru ", "RUS"])
def test_russia_under_any_of_its_names(name):
    assert load_regions(name).codes == load_regions("ru").codes


def test_any_country_gives_its_first_level():
    france = load_regions("FR")
    assert {"FR-IDF", "FR-BRE"} <= set(france.codes)
    assert "FR-77" not in france.codes
    assert set(france.table["parent"]) == {"FR"}
    assert dict(france.parents) == {"FR": "France"}
    assert france.resolve(["ile de france", "Bretagne", "Paris"])["code"].tolist() == ["FR-IDF", "FR-BRE", ""]
    assert len(load_regions("US")) == 57


def test_the_world_has_every_subdivision_and_the_vocabularies_of_the_package():
    world = load_regions("iso3166-2")
    assert len(world) > 5000
    found = world.resolve(
        ["FR-75C", "California", "Белгородская область", "Kyiv", "Punjab", "north", "Zürich"]
    )
    assert found["code"].tolist() == ["FR-75C", "US-CA", "RU-BEL", "", "", "", "CH-ZH"]
    assert world.table.at["FR-75C", "parent"] == "FR-IDF"
    assert world.parents["FR-IDF"] == "Île-de-France"


def test_a_list_adds_single_codes_with_all_their_spellings_and_tiles():
    regions = load_regions(["ru", "UA-43", "ua-40"])
    assert len(regions) == 85
    assert regions.resolve(["Крым", "Sevastopol", "Kharkiv"])["code"].tolist() == ["UA-43", "UA-40", ""]
    assert not regions.table.duplicated(["tile_row", "tile_col"]).any()
    assert regions.table.at["UA-43", "tile_col"] == regions.table.at["RU-KDA", "tile_col"] - 1
    assert regions.name == "ru + UA-43 + ua-40"


def test_a_composite_code_brings_its_members():
    regions = load_regions(["RU-MOS+RU-MOW", "RU-BEL"])
    assert set(regions.codes) == {"RU-MOS", "RU-MOW", "RU-BEL"}
    assert set(regions.composites) == {"RU-MOS+RU-MOW"}


def test_vocabularies_named_twice_count_once_and_colliding_tiles_move_aside(tmp_path):
    assert load_regions(["ru", "ru"]).codes == load_regions("ru").codes
    regions = load_regions(["ua", _written(tmp_path, "w.csv", "code,name,tile_row,tile_col\nX,Ex,6,0\n")])
    assert not regions.table.duplicated(["tile_row", "tile_col"]).any()
    assert regions.table.at["X", "tile_col"] == load_regions("ua").table["tile_col"].max() + 2


def test_regions_are_passed_through_and_cannot_be_spoilt():
    regions = load_regions("ru")
    assert load_regions(regions) is regions
    table = regions.table
    table.loc["RU-BEL", "name"] = "spoilt"
    assert load_regions("ru").table.at["RU-BEL", "name"] == "Belgorod Oblast"
    with pytest.raises(TypeError):
        regions.parents["X"] = "x"


def test_areas_in_the_order_asked_for():
    areas = load_regions("ru").areas(["RU-TUL", "RU-MOS+RU-MOW"])
    assert areas.index.tolist() == ["RU-TUL", "RU-MOS+RU-MOW"]
    assert areas["kind"].tolist() == ["oblast", "composite"]
    with pytest.raises(UnknownRegionError, match="did you mean 'RU-TUL'"):
        load_regions("ru").areas(["RU-TULL"])


def test_html_is_escaped(tmp_path):
    page = load_regions(_written(tmp_path, "x.csv", "code,name\n1,<b>bold</b>\n"))._repr_html_()
    assert "<b>bold" not in page
    assert "&lt;b&gt;bold" in page
    assert "Belgorod" in load_regions("ru")._repr_html_()


@pytest.mark.parametrize(
    "name", ["atlantis", "", "XX", "RU-XX", "UA-99", "unallocated", "RU-BEL+UA-63", "VA"]
)
def test_an_unknown_vocabulary_is_named(name):
    with pytest.raises(UnknownRegionError, match="region vocabulary or code"):
        load_regions(name)
    with pytest.raises(UnknownRegionError):
        load_regions(["ru", name])


def test_an_unknown_code_suggests_the_nearest():
    with pytest.raises(UnknownRegionError, match="did you mean 'RU-BEL'"):
        load_regions(["RU-BELL"])
    with pytest.raises(UnknownRegionError):
        load_regions([])


BROKEN = [
    ("a.toml", "[[region]\n", "line 1"),
    ("a.toml", "x = 1\n", "unknown key 'x'"),
    ("a.toml", "", "lists no region"),
    ("a.toml", '[[region]]\nname = "A"\n', "region 1 has no code"),
    ("a.toml", '[[region]]\ncode = "A"\nname = "A"\nalias = ["B"]\n', "did you mean 'aliases'"),
    ("a.toml", '[[region]]\ncode = "A"\nname = "A"\naliases = "B"\n', "not a list of texts"),
    ("a.toml", '[[region]]\ncode = "A"\nname = 3\n', "name is 3, not a text"),
    ("a.toml", '[[region]]\ncode = "A"\nname = "A"\ntile_row = 1\n', "only one of tile_row and tile_col"),
    ("a.toml", '[[region]]\ncode = "A"\nname = "A"\ntile_row = 1.5\ntile_col = 1\n', "whole number"),
    ("a.toml", '[[region]]\ncode = "A"\nname = "A"\n[[region]]\ncode = "a"\nname = "B"\n', "listed twice"),
    ("a.toml", '[[region]]\ncode = "total"\nname = "A"\n', "reserved"),
    ("a.toml", '[[region]]\ncode = "A|B"\nname = "A"\n', "contains one of"),
    ("a.toml", 'region = 3\n', "array of tables"),
    ("a.toml", 'never = 3\n', "not a table"),
    ("a.toml", '[[region]]\ncode="A"\nname="A"\n'
     '[[composite]]\ncode="C"\nname="D"\nmembers=["A"]\n', "least two"),
    ("a.toml", b"\n\xff\xfe", "line 2 is not UTF-8"),
    ("a.csv", "", "no columns code and name"),
    ("a.csv", "region,title\n1,2\n", "no columns code and name"),
    ("a.csv", "code,name\n1,A\n,B\n", "line 3 has no code"),
    ("a.csv", "code,name\n1,A\n2,\n", "line 3 has no name"),
    ("a.csv", "code,name\n1,A\n1,B\n", "listed twice"),
    ("a.csv", 'code,name\n1,"A\n', "line"),
    ("a.csv", "code,name,tile_row,tile_col\n1,A,x,1\n", "line 2: tile_row is 'x'"),
    ("a.csv", "code,name,tile_row,tile_col\n1,A,1,1\n2,B,1,1\n", "row 1, column 1"),
    ("a.csv", "code,name\n", "lists no region"),
    ("a.json", "{}", ".toml or a .csv"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "reason"), BROKEN)
def test_a_broken_file_says_what_and_where(tmp_path, name, text, reason):
    path = _written(tmp_path, name, text)
    with pytest.raises(UnreadableInputError) as caught:
        load_regions(path)
    assert reason in str(caught.value)
    assert str(path) in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("path", ["no/such/file.toml", "missing.csv", "nul\0.toml", "~nobody-here/x.toml"])
def test_a_missing_file_is_an_input_error(path):
    with pytest.raises(InputError):
        load_regions(path)


def test_a_folder_is_not_a_vocabulary(tmp_path):
    (tmp_path / "x.toml").mkdir()
    with pytest.raises(UnreadableInputError):
        load_regions(tmp_path / "x.toml")


def test_importing_loads_no_tables_of_the_world():
    code = (
        "import sys, analysis.regions as r; r.load_regions('ru').resolve(['Kursk']); "
        "sys.exit(bool({'pycountry', 'rapidfuzz', 'scipy', 'statsmodels', 'matplotlib'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_front_door_gives_regions():
    assert isinstance(load_regions("ua"), Regions)
    assert "UA-63" in load_regions("ua")
    assert "RU-BEL" not in load_regions("ua")
