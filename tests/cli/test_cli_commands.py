"""What the commands print and write."""

import datetime as dt
import json
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from analysis.config import read_config
from reports.cli import clock, flow, main
from reports.cli.commands import doctor
from reports.cli.settings_text import settings_text

MESSY = """date,region,injured,remark
2025-06-02,Bryansk region,2,
2025-06-03,RU-BEL,0,x
not a date,RU-BEL,1,
2025-06-05,Belgrod oblast,,
2025-06-06,Black Sea,,"\x1b[31mred"
"""


@pytest.fixture
def messy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(clock, "today", lambda: dt.date(2025, 8, 1))
    Path("messy.csv").write_text(MESSY, encoding="utf-8")
    return "messy.csv"


def test_check_tells_what_became_of_every_row(messy, capsys) -> None:
    assert main(["check", messy, "--regions", "ru"]) == 0
    out = capsys.readouterr().out
    for words in ("rows read  5", "set aside  1", "not a date", "Black Sea", "not used: remark", "injured"):
        assert words in " ".join(out.split()) or words in out
    assert "\x1b" not in out


def test_check_json_has_every_row_set_aside(messy, capsys) -> None:
    assert main(["check", messy, "--regions", "ru", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["ingest"]["rows_read"] == 5
    assert body["ingest"]["rows_used"] == 4
    assert [row["row"] for row in body["set_aside"]] == [4]
    assert body["set_aside"][0]["value"] == "not a date"
    assert body["measures"][0] == "incidents"
    assert len(body["provenance"]["sha256"]) == 64


@pytest.mark.parametrize("name", ["panel.parquet", "panel.csv", "panel.csv.gz"])
def test_series_holds_every_day_of_every_region(messy, capsys, name) -> None:
    assert main(["series", messy, "--regions", "ru", "--out", name]) == 0
    frame = pd.read_parquet(name) if name.endswith("parquet") else pd.read_csv(name)
    assert list(frame.columns) == ["day", "region", "name", "count", "low", "high", "observed"]
    assert len(frame) == 5 * frame["region"].nunique()
    assert frame.loc[frame["region"] == "RU-BRY", "count"].tolist() == [1, 0, 0, 0, 0]
    assert name in capsys.readouterr().out


def test_findings_as_json_and_as_text(messy, capsys) -> None:
    assert main(["findings", messy, "--regions", "ru", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["schema"] == "sitrend.findings/1"
    assert body["findings"]["skipped"]
    assert main(["findings", messy, "--regions", "ru"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Week 2025-W23, 2025-06-02 to 2025-06-08")
    assert "why nothing is said" in out
    assert max(map(out.count, {line for line in out.splitlines() if line.strip()})) <= 2


def test_regions_are_looked_up_and_listed(capsys) -> None:
    assert main(["regions", "--regions", "ru", "--json", "Bryansk region", "Atlantis"]) == 0
    known, unknown = json.loads(capsys.readouterr().out)
    assert known["code"] == "RU-BRY"
    assert (unknown["code"], unknown["match"]) == ("", "unknown")
    assert main(["regions", "--regions", "ua"]) == 0
    assert "UA-63" in capsys.readouterr().out
    assert main(["regions"]) == 0
    assert "ru, ua" in capsys.readouterr().out


def test_settings_near_the_table_are_said_not_used(messy, capsys) -> None:
    Path("sitrend.toml").write_text("[incidents]\nnonsense = 1\n")
    assert main(["series", messy, "--regions", "ru", "--out", "a.csv"]) == 0
    assert "is there but not used; add --config sitrend.toml" in capsys.readouterr().err
    assert main(["series", messy, "--regions", "ru", "--out", "a.csv", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_the_command_line_comes_before_the_settings(messy, capsys) -> None:
    Path("c.toml").write_text('[incidents]\nregions = "ua"\n[panel]\nmeasure = "incidents"\n')
    argv = [
        "series",
        messy,
        "--config",
        "c.toml",
        "--regions",
        "ru",
        "--measure",
        "injured",
        "--out",
        "a.csv",
    ]
    assert main(argv) == 0
    frame = pd.read_csv("a.csv")
    assert frame.loc[frame["region"] == "RU-BRY", "count"].sum() == 2


def test_names_as_they_are(messy) -> None:
    Path("c.toml").write_text('[incidents]\nregions = "none"\n')
    for extra in (["--config", "c.toml"], ["--regions", "none"]):
        assert main(["series", messy, *extra, "--out", "a.csv", "--quiet"]) == 0
        assert "Black Sea" in set(pd.read_csv("a.csv")["region"])


def test_as_of_a_day_means_its_end(messy) -> None:
    Path("late.csv").write_text(
        "date,region,report_date\n2025-06-02,RU-BRY,2025-06-02T18:00\n2025-06-02,RU-BRY,2025-06-03T09:00\n"
    )
    for as_of, known in (("2025-06-02", 1), ("2025-06-02T12:00", None), ("2025-06-03", 2)):
        argv = ["series", "late.csv", "--regions", "ru", "--as-of", as_of, "--out", "a.csv", "--quiet"]
        assert main(argv) == (0 if known else 3)
        if known:
            assert pd.read_csv("a.csv")["count"].sum() == known


def test_progress_only_for_a_terminal(messy, capsys, monkeypatch) -> None:
    assert main(["series", messy, "--regions", "ru", "--out", "a.csv"]) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert main(["series", messy, "--regions", "ru", "--out", "a.csv"]) == 0
    assert f"reading {messy} … 0." in capsys.readouterr().err
    assert main(["series", messy, "--regions", "ru", "--out", "a.csv", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


# --- init -------------------------------------------------------------------------------------------------


def test_init_writes_settings_that_are_valid(messy, capsys) -> None:
    assert main(["init", messy, "--regions", "ru"]) == 0
    assert "sitrend check messy.csv --config sitrend.toml" in capsys.readouterr().out
    config = read_config("sitrend.toml", flow.stages())
    assert config.tables["incidents"]["regions"] == "ru"
    columns = config.tables["incidents"]["columns"]
    assert columns["region"] == "region"
    assert "date" in columns.values()
    assert "not used: remark" in Path("sitrend.toml").read_text(encoding="utf-8")
    assert main(["check", messy, "--config", "sitrend.toml"]) == 0


def test_init_names_the_columns_it_did_not_understand(messy) -> None:
    Path("odd.csv").write_text("when,where\n2025-01-01,here\n")
    assert main(["init", "odd.csv", "--out", "odd.toml", "--quiet"]) == 0
    assert "# not used: when, where" in Path("odd.toml").read_text(encoding="utf-8")
    read_config("odd.toml", flow.stages())


def test_every_default_in_the_settings_may_be_uncommented(tmp_path) -> None:
    text = settings_text(flow.stages())
    written = tomllib.loads(text)
    assert written.pop("models") == {
        name: {} for name in ("change_point", "comparison", "last_year", "signal", "trend")
    }
    assert not any(written.values()), "nothing is set until somebody sets it"
    lines = []
    for line in text.splitlines():
        setting = line.startswith("# ") and " = " in line and not line.rstrip().endswith("=")
        key = line[2:].partition(" = ")[0]
        lines.append(line[2:] if setting and key.isidentifier() and "e.g." not in line else line)
    path = tmp_path / "c.toml"
    path.write_text("\n".join(line for line in lines if "column = " not in line and 'field = "' not in line))
    config = read_config(path, flow.stages())
    assert config.tables["panel"]["measure"] == "incidents"
    assert config.tables["models"]["comparison"]["baseline_weeks"] == 8


# --- doctor and verify ------------------------------------------------------------------------------------


def test_doctor_names_whoever_else_owns_the_names(tmp_path, monkeypatch) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "__init__.py").touch()
    (tmp_path / "analysis.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(
        "importlib.metadata.packages_distributions", lambda: {"analysis": ["sitrend", "other-thing"]}
    )
    text = "\n".join(doctor._names())
    assert str(tmp_path / "reports") in text
    assert str(tmp_path / "analysis.py") in text
    assert "other-thing also installs a package analysis" in text


def test_doctor_finds_what_is_missing(tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "file").write_text("")
    assert list(doctor._archive(tmp_path / "new" / "weekly")) == []
    assert "is a file" in "".join(doctor._archive(tmp_path / "file" / "weekly"))
    monkeypatch.setattr("os.access", lambda *_: False)
    assert "cannot be written" in "".join(doctor._archive(tmp_path))
    monkeypatch.setattr("reports.manifest.versions", lambda: {"python": "3", "typst": ""})
    assert "typst is not installed" in "".join(doctor._packages())
    assert main(["doctor"]) == 1
    assert "WRONG  packages: typst is not installed" in capsys.readouterr().out


def test_doctor_prints_every_check(capsys, monkeypatch) -> None:
    monkeypatch.setattr(doctor, "_packages", lambda: iter(()))  # run from a checkout, nothing is installed
    monkeypatch.setattr(doctor, "_names", lambda: iter(()))
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[-1] for line in out.splitlines() if line.startswith("ok")] == [
        "packages", "names", "fonts", "pdf", "archive",
    ]  # fmt: skip


def test_verify_prints_each_edition(tmp_path, capsys) -> None:
    from analysis.weeks import Week
    from reports.editions import Editions

    week = Week(first_day=dt.date(2025, 7, 14))
    Editions(tmp_path).publish({"report.html": b"a"}, week=week)
    assert main(["verify", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "2025-W29: unchanged\n"
    (tmp_path / "2025-W29" / "report.html").write_bytes(b"b")
    assert main(["verify", str(tmp_path)]) == 6
    out, err = capsys.readouterr()
    assert "report.html is not what was published" in out
    assert "1 of 1 editions" in err
