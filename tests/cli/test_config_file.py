"""sitrend.toml: checked against the functions it feeds; every wrong setting is named with the nearest."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest

from analysis.config import Config, read_config
from analysis.errors import ConfigError


def read(
    source: object,
    *,
    regions: str | Sequence[str] | None = "iso3166-2",
    columns: Mapping[str, str] | None = None,
    day_rule: Literal["start", "end"] = "start",
    max_days: int = 31,
) -> None: ...


def fit(panel: object, /, *, week: str, baseline_weeks: int = 8, level: float = 0.95) -> None: ...


def make(
    findings: object,
    *,
    previous: object = None,
    theme: str | Path | None = None,
    short: bool = False,
    unknown: "NotImported | None" = None,  # noqa: F821  # an annotation only the type checker sees
) -> None: ...


def keys(*, starts_on: str = "monday") -> None: ...


STAGES = {"incidents": read, "week": keys, "models.comparison": fit, "report": make}


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str) -> Path:
        path = tmp_path / "sitrend.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_empty_file_is_valid(written) -> None:
    config = read_config(written(""), STAGES)
    assert config.tables == {}
    assert config.options("incidents") == {}
    assert config.models() == {}
    assert len(config.sha256) == 64


def test_every_table_reaches_its_stage(written) -> None:
    config = read_config(
        written(
            '[incidents]\nregions = ["ru", "UA-43"]\n[incidents.columns]\ndate = "day"\n'
            '[week]\nstarts_on = "tuesday"\n[models.comparison]\nbaseline_weeks = 6\nlevel = 0.9\n'
            "[report]\nshort = true\n"
        ),
        STAGES,
    )
    assert config.options("incidents") == {"regions": ["ru", "UA-43"], "columns": {"date": "day"}}
    assert config.options("week") == {"starts_on": "tuesday"}
    assert config.models() == {"comparison": {"baseline_weeks": 6, "level": 0.9}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[incident]\n", ["incident:", "did you mean 'incidents'?", "week"]),
        ('region = "ru"\n', ["no such setting outside a table", "valid keys: incidents"]),
        ("[incidents]\nday_rul = 'start'\n", ["[incidents] day_rul", "did you mean 'day_rule'?"]),
        ("[incidents]\nday_rule = 'middle'\n", ["one of 'start', 'end', not 'middle'"]),
        ("[incidents]\nmax_days = '31'\n", ["a whole number, not '31'"]),
        ("[incidents]\nmax_days = true\n", ["a whole number, not True"]),
        ("[incidents]\nregions = 7\n", ["a text in quotes or a list, not 7"]),
        ("[incidents]\nregions = ['ru', 7]\n", ["not a list"]),
        ("[incidents]\ncolumns = 'date'\n", ["a table, not 'date'"]),
        ("[incidents]\nsource = 'x'\n", ["no such key"]),
        ("[models.comparisn]\n", ["no such model", "did you mean 'comparison'?"]),
        ("[models.comparison]\nbaseline = 3\n", ["[models.comparison]", "did you mean 'baseline_weeks'?"]),
        ("[models.comparison]\nweek = '2025-W29'\n", ["no such key"]),
        ("[models]\ncomparison = 3\n", ["write [models.comparison]"]),
        ("[report]\nprevious = 'x'\n", ["no such key"]),
        ("[report]\nshort = 'yes'\n", ["true or false, not 'yes'"]),
        ("[report]\nunknown = 'yes'\n", []),  # its annotation cannot be judged here: let through
        ("week = 3\n", ["write [week]"]),
    ],
)
def test_wrong_settings_name_their_place(written, text: str, words: list[str]) -> None:
    path = written(text)
    if not words:
        read_config(path, STAGES)
        return
    with pytest.raises(ConfigError) as caught:
        read_config(path, STAGES)
    message = str(caught.value)
    assert str(path) in message
    assert message.endswith(".")
    assert "\n" not in message
    for word in words:
        assert word in message


def test_broken_toml_names_the_line(written) -> None:
    with pytest.raises(ConfigError, match=r"sitrend\.toml.*not TOML.*line 3"):
        read_config(written('[week]\nstarts_on = "monday"\noops\n'), STAGES)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b'title = "\xe9"'])
def test_not_utf8_is_said(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "c.toml"
    path.write_bytes(data)
    with pytest.raises(ConfigError, match="UTF-8"):
        read_config(path, STAGES)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_config(tmp_path / "none.toml", STAGES)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_config(tmp_path, STAGES)


def test_paths_are_relative_to_the_config_file(written, tmp_path: Path) -> None:
    config = read_config(
        written('[incidents]\nregions = ["ru", "own.toml"]\n[report]\ntheme = "theme.toml"\n'), STAGES
    )
    assert config.options("incidents")["regions"] == ["ru", str(tmp_path / "own.toml")]
    assert config.options("report")["theme"] == str(tmp_path / "theme.toml")
    assert config.tables["report"]["theme"] == "theme.toml"  # as written: no machine's path in an edition


def test_override_puts_the_command_line_first() -> None:
    config = Config(tables={"panel": {"measure": "killed", "by": "region"}})
    changed = config.override("panel", measure="injured", as_of=None)
    assert changed.options("panel") == {"measure": "injured", "by": "region"}
    assert config.options("panel")["measure"] == "killed"
    assert config.override("panel", measure=None) is config


def test_real_stages_accept_every_default() -> None:
    """The annotations of the real stages can be judged, and their own defaults pass."""
    import inspect

    from analysis.config import _fits
    from reports.cli.flow import stages

    for name, stage in stages().items():
        for key, parameter in inspect.signature(stage).parameters.items():
            default: Any = parameter.default
            if parameter.kind is parameter.KEYWORD_ONLY and isinstance(default, (str, int, float)):
                assert _fits(default, parameter.annotation), f"[{name}] {key}"
