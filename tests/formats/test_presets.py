"""Publishers' presets: recognised by columns or HXL tags, or declared, and what they decided is said."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

import analysis.formats
from analysis import daily_panel, read_incidents
from analysis.errors import ConfigError
from analysis.formats import hxl_tags, preset_names, recognised
from analysis.incidents.fields import AMOUNTS, FIELDS

FOLDER = Path(analysis.formats.__file__).parent / "presets"

ACLED = """event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,iso,region,country,admin1,admin2,location,latitude,longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp
UKR1,14 July 2025,2025,1,Political violence,Battles,Armed clash,A,804,Europe,Ukraine,Sumy,Sumskyi,Sumy,50.9,34.8,1,X; Y,National,note,3,,1752537600
UKR2,15 July 2025,2025,2,Political violence,Explosions/Remote violence,Air/drone strike,A,804,Europe,Ukraine,Kharkiv,,Kharkiv,50,36.2,1,X,National,note,0,,1752537600
"""  # noqa: E501
ACLED_2019 = """DATA_ID,ISO,EVENT_ID_CNTY,EVENT_ID_NO_CNTY,EVENT_DATE,YEAR,TIME_PRECISION,EVENT_TYPE,ACTOR1,REGION,COUNTRY,ADMIN1,LOCATION,FATALITIES
1,804,UKR1,1,14 July 2019,2019,1,Battles,A,Europe,Ukraine,Sumy,Sumy,2
"""  # noqa: E501
GED = """id,relid,year,type_of_violence,where_prec,adm_1,adm_2,latitude,longitude,country,region,date_prec,date_start,date_end,deaths_a,{best},{high},{low}
1,UKR-1,2014,1,1,Donetsk oblast,,48,37,Ukraine,Europe,1,2014-07-14 00:00:00.000,2014-07-14 00:00:00.000,0,5,7,4
2,UKR-2,2014,3,4,Luhansk oblast,,48,39,Ukraine,Europe,2,2014-07-14 00:00:00.000,2014-07-17 00:00:00.000,0,4,4,4
"""  # noqa: E501
ALERTS = """oblast,raion,hromada,level,started_at,finished_at,source
Sumska oblast,,,oblast,2023-07-14 21:30:00+00:00,2023-07-14 22:30:00+00:00,official
Sumska oblast,Sumskyi raion,,raion,2023-07-14 10:00:00+00:00,2023-07-14 11:00:00+00:00,official
"""
ALERTS_UK = """oblast,raion,hromada,level,started_at,finished_at
Сумська область,,,oblast,2023-07-14 21:30:00+00:00,2023-07-14 22:30:00+00:00
Сумська область,Сумський район,,raion,2023-07-14 10:00:00+00:00,2023-07-14 11:00:00+00:00
"""
VOLUNTEER = """region,started_at,finished_at,naive
Сумська область,2023-07-14 21:30:00+00:00,2023-07-14 22:00:00+00:00,True
"""
MISSILES = """time_start,time_end,model,launch_place,target,launched,destroyed,not_reach_goal,source
2025-07-14 18:00,2025-07-15 08:00,Shahed-136/131,Kursk oblast,Sumy oblast,10,8,1,kpszsu/posts/a
2025-07-14,2025-07-14,Iskander-M,,Ukraine,2,0,,kpszsu/posts/b
"""
HXL = """Date of event,Province,P-code,Dead,Hurt,Affected people,Kind,Children dead
#date +occurred,#adm1 +name +en,#adm1+code+v_pcode,#affected+killed,#affected+injured,#affected,#event+type,#affected+killed+children
2025-07-14,Sumy,UA-59,3,1,40,flood,1
2025-07-15,Kharkiv,UA-63,,2,7,fire,
"""  # noqa: E501


def _read(text, **more):
    return read_incidents(text.encode(), **{"regions": "ua", **more})


def _said(found, key):
    return any(f"(preset {key})" in note for note in found.report.notes)


@pytest.mark.parametrize("text", [ACLED, ACLED_2019])
def test_acled_exports(text):
    found = _read(text)
    assert _said(found, "acled")
    assert found.table["region"].tolist()[0] == "UA-59"  # ADMIN1, not the region of the world
    assert found.amounts == ("killed",)
    assert found.report.columns["date_start"] == ("event_date" if text is ACLED else "EVENT_DATE",)
    assert found.report.first_day.month == 7
    assert any("time_precision 2 or 3" in note for note in found.report.notes)


@pytest.mark.parametrize("names", [("best", "high", "low"), ("best_est", "high_est", "low_est")])
def test_ucdp_ged_releases(names):
    found = _read(GED.format(best=names[0], high=names[1], low=names[2]))
    assert _said(found, "ucdp_ged")
    table = found.table
    assert table["region"].tolist() == ["UA-14", "UA-09"]
    assert table[["killed_low", "killed", "killed_high"]].iloc[0].tolist() == [4, 5, 7]
    assert table["event_type"].tolist() == ["state-based conflict", "one-sided violence"]
    assert table["timing"].tolist() == ["day", "spread"]
    panel = daily_panel(found, measure="killed")
    assert panel.counts["UA-09"].tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("text", [ALERTS, ALERTS_UK])
def test_the_official_alert_log_in_two_languages(text):
    found = _read(text)
    assert _said(found, "ua_air_raid_alerts")
    assert found.table["region"].tolist() == ["UA-59"]
    assert found.report.rows_left_out == 1
    assert found.report.timezone == "Europe/Kyiv"
    assert found.report.first_day.day == 15  # half past midnight in Kyiv
    notes = " ".join(found.report.notes)
    assert "timezone = Europe/Kyiv" in notes
    assert "level = oblast" in notes
    assert "permanent alert" in notes


def test_what_the_caller_sets_wins_over_a_preset():
    found = _read(ALERTS, timezone="UTC", where={}, columns={"region": "raion"})
    assert (found.report.rows_used, found.report.timezone) == (2, "UTC")
    assert found.report.columns["region"] == ("raion",)
    assert found.report.first_day.day == 14
    dated = _read(ACLED, columns={"date": "timestamp"}, regions=None)
    assert dated.report.columns["date_start"] == ("timestamp",)


def test_the_volunteers_log():
    found = _read(VOLUNTEER)
    assert _said(found, "ua_air_raid_alerts_volunteer")
    assert found.table["region"].tolist() == ["UA-59"]
    assert found.report.first_day.day == 15


def test_the_air_force_table():
    found = _read(MISSILES)
    assert _said(found, "ua_missile_attacks")
    assert found.amounts == ("count", "destroyed")
    assert found.table["region"].tolist() == ["UA-59", ""]
    assert found.table["event_type"].tolist() == ["Shahed-136/131", "Iskander-M"]
    assert "source" not in found.report.columns  # every row has a post of its own: no source of reports
    assert daily_panel(found, measure="destroyed").counts["UA-59"].sum() == 8


def test_hxl_tags_name_the_columns():
    found = _read(HXL)
    assert _said(found, "hxl")
    columns = {field: names[0] for field, names in found.report.columns.items()}
    assert columns == {
        "date_start": "Date of event", "region": "Province", "region_code": "P-code", "killed": "Dead",
        "injured": "Hurt", "count": "Affected people", "event_type": "Kind",
    }  # fmt: skip
    assert found.report.columns_ignored == ("Children dead",)
    assert found.table["row"].tolist() == [3, 4]
    assert found.table["killed"].sum() == 3


def test_hxl_tags_in_the_header_itself():
    text = HXL.partition("\n")[2]
    found = _read(text)
    assert _said(found, "hxl")
    assert found.table["row"].tolist() == [2, 3]
    assert found.report.columns["region"] == ("#adm1 +name +en",)


@pytest.mark.parametrize(
    ("tag", "field"),
    [
        ("#date+start", "date_start"), ("#date+end", "date_end"), ("#date+reported", "report_date"),
        ("#date", "date"), ("#DATE +Occurred", "date"), ("#date+year", None), ("#adm1", "region"),
        ("#adm1+name+alt", "region"), ("#adm1+code", "region_code"), ("#adm1+pcode", "region_code"),
        ("#adm2+name", "admin2"), ("#adm2+code", None), ("#geo+lat", "latitude"), ("#geo+lon", "longitude"),
        ("#affected+killed", "killed"), ("#affected+killed+min", "killed_low"), ("#affected+f", None),
        ("#affected", "count"), ("#affected+displaced", None), ("#event+id", "event_id"),
        ("#event+type", "event_type"), ("#meta+source", "source"), ("#org", None),
    ],
)  # fmt: skip
def test_tags_by_the_standard(tag, field):
    preset = recognised(["c"], {"c": tag}, declared="hxl") if field else None
    if preset is None:
        with pytest.raises(ConfigError, match="none of the columns of HXL hashtags"):
            recognised(["c"], {"c": tag}, declared="hxl")
    else:
        assert preset.columns == {field: ("c",)}


def test_a_row_of_numbers_or_texts_is_no_row_of_tags():
    frame = pd.DataFrame({"a": ["#1", "x"], "b": ["#date", "y"]})
    assert hxl_tags(frame) == ({}, 0)
    assert hxl_tags(pd.DataFrame({"a": ["#date", "x"], "b": [None, "y"]})) == ({"a": "#date"}, 1)


def test_a_preset_can_be_declared_and_must_fit():
    text = "event_date,admin1,n\n2025-07-14,Sumy,2\n"
    assert recognised(["event_date", "admin1", "n"], {}) is None
    found = _read(text, format="acled")
    assert _said(found, "acled")
    assert found.table["region"].tolist() == ["UA-59"]
    with pytest.raises(ConfigError, match="none of the columns of UCDP GED"):
        _read("a,b\n1,2\n", format="ucdp_ged")
    with pytest.raises(ConfigError, match="did you mean 'acled'"):
        _read(text, format="acledd")


def test_presets_are_data_and_name_known_fields():
    assert set(preset_names()) == {path.stem for path in FOLDER.iterdir()}
    for path in FOLDER.iterdir():
        body = tomllib.loads(path.read_text(encoding="utf-8"))
        assert body["name"], path.name
        fields = {*FIELDS, *AMOUNTS, *(f"{a}_{end}" for a in AMOUNTS for end in ("low", "high")), "destroyed"}
        assert set(body.get("columns", {})) | set(body.get("tags", {})) <= fields, path.name
        assert set(body) <= {
            "name",
            "signatures",
            "columns",
            "tags",
            "values",
            "timezone",
            "where",
            "units",
            "notes",
        }
        for signature in body.get("signatures", []):
            assert [column for column in signature if column != column.lower()] == []


@pytest.mark.shared
@pytest.mark.parametrize(
    ("path", "key", "rows", "measure", "total"),
    [
        ("ucdp_ged_ukraine/conflict_data_ukr_to_2019.csv.gz", "ucdp_ged", 1167, "killed", None),
        ("ucdp_ged_ukraine/conflict_data_ukr_to_2021.csv.gz", "ucdp_ged", 2989, "killed", None),
        (
            "ua_air_raid_alerts/official_data_en_2023-10-27.csv.gz",
            "ua_air_raid_alerts",
            26636,
            "incidents",
            26636,
        ),
        ("ua_missile_attacks/missile_attacks_daily.csv.gz", "ua_missile_attacks", 3701, "count", None),
    ],
)
def test_the_real_tables(shared, path, key, rows, measure, total):
    """Recognised, every row used, and the amounts those of the file itself."""
    found = read_incidents(shared / "data" / path, regions="ua")
    assert _said(found, key)
    assert found.report.rows_used == rows
    plain = pd.read_csv(shared / "data" / path, low_memory=False)
    column = {"killed": "best", "count": "launched"}.get(measure)
    wanted = total or pd.to_numeric(plain[column], errors="coerce").sum()
    assert found.table[measure].sum() == wanted if column else len(found) == wanted
