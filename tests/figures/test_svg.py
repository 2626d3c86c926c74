"""Every figure as text: the same bytes each time, fit to stand inside a page."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace

import matplotlib
import pandas as pd
import pytest

from analysis.panel import Panel
from analysis.weeks import Week
from reports.figures import Drawing, calendar, epicurve, level_changes, region_plot, tile_map
from reports.figures.svg import clean
from reports.theme import LIGHT, Theme

Draw = Callable[[Panel, Week, list, Theme], Drawing]
FIGURES: dict[str, Draw] = {
    "epicurve": lambda panel, week, changes, theme: epicurve(panel, week, theme),
    "level_changes": lambda panel, week, changes, theme: level_changes(panel, changes, week, theme),
    "region-XX-AA": lambda panel, week, changes, theme: region_plot(
        panel, "XX-AA", week, theme, change_points=changes
    ),
    "tile_map": lambda panel, week, changes, theme: tile_map(panel, week, theme),
    "calendar": lambda panel, week, changes, theme: calendar(panel, week, theme),
}


@pytest.fixture(params=sorted(FIGURES))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def drawing(name, panel, week, changes) -> Drawing:
    return FIGURES[name](panel, week, changes, Theme())


def test_same_input_gives_the_same_bytes(name, drawing, panel, week, changes):
    assert FIGURES[name](panel, week, changes, Theme()).svg == drawing.svg


def test_settings_of_the_session_do_not_show(name, drawing, panel, week, changes):
    loud = {"font.size": 30, "axes.facecolor": "red", "lines.linewidth": 9, "svg.fonttype": "path",
            "axes.grid": True, "svg.hashsalt": "other", "patch.force_edgecolor": True}  # fmt: skip
    with matplotlib.rc_context(loud):
        assert FIGURES[name](panel, week, changes, Theme()).svg == drawing.svg
        assert matplotlib.rcParams["font.size"] == 30


def test_it_is_one_svg_element_that_scales(drawing):
    root = ET.fromstring(drawing.svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawing.svg.startswith("<svg ")
    assert root.get("viewBox").split()[2] == "680"
    assert root.get("width") == "100%"
    assert root.get("height") is None
    assert root.get("role") == "img"
    assert root.get("aria-label") == drawing.alt != ""


def test_nothing_a_page_forbids(drawing):
    for word in ("style=", "<style", "<script", "metadata", "DOCTYPE", "<?xml", "xlink", "<image", "http"):
        text = drawing.svg.replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert word not in text, word


def test_ids_carry_the_name_and_are_referred_to(name, drawing):
    ids = re.findall(r' id="([^"]+)"', drawing.svg)
    assert len(ids) == len(set(ids))
    assert all(one.startswith(f"{name}-") for one in ids)
    refers = set(re.findall(r"url\(#([^)]+)\)", drawing.svg)) | set(
        re.findall(r'href="#([^"]+)"', drawing.svg)
    )
    assert refers == set(ids)


def test_only_colours_of_the_theme(drawing):
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", re.sub(r"(url\(|href=\")#", "", drawing.svg))) <= set(
        LIGHT.values()
    )
    assert not re.search(r"opacity|rgb\(|(fill|stroke)=\"(?!#|none|url)", drawing.svg)


def test_another_theme_changes_every_colour(name, drawing, panel, week, changes):
    other = {key: f"#{i:02x}{i:02x}{255 - i:02x}" for i, key in enumerate(LIGHT)}
    svg = FIGURES[name](panel, week, changes, Theme(light=other)).svg
    assert set(re.findall(r"#[0-9a-f]{6}\b", svg)) <= set(other.values())


def test_text_stays_text_in_the_theme_font(drawing):
    root = ET.fromstring(drawing.svg)
    assert root.get("font-family").startswith("'Source Sans Pro'")
    texts = [element for element in root.iter() if element.tag.endswith("}text")]
    assert texts
    assert all(element.get("font-size") and element.text.strip() for element in texts)
    assert not any("font-family" in element.attrib for element in texts)


def test_a_bar_chart_is_small(many):
    week = Week.of(many.last_day)
    assert len(epicurve(many, week, Theme()).svg) < 20_000
    assert len(region_plot(many, "R001", week, Theme()).svg) < 30_000


def test_a_name_with_signs_makes_safe_ids(panel, week):
    svg = region_plot(panel, "XX-AA", week, Theme(), name='a+b"<c>').svg
    assert re.findall(r' id="([^"]+)"', svg)[0].startswith("a-b--c--")


def test_given_words_are_escaped(panel, week):
    svg = epicurve(panel, week, Theme(), alt='5 < 6 & "so"').svg
    assert ET.fromstring(svg).get("aria-label") == '5 < 6 & "so"'


def test_region_names_are_escaped(panel, week, changes):
    for svg in (tile_map(panel, week, Theme()).svg, level_changes(panel, changes, week, Theme()).svg):
        assert "Beta &lt;&amp;&gt;" in svg
        ET.fromstring(svg)


def test_a_mathematical_name_is_not_typeset(panel, week):
    regions = panel.regions.assign(name=["$x^2$", "a_b", "50% {c}"])
    svg = region_plot(replace(panel, regions=regions), "XX-AA", week, Theme()).svg
    assert "$x^2$" in svg


def test_clean_refuses_a_font_it_does_not_know():
    with pytest.raises(ValueError, match="font"):
        clean(b'<svg xmlns="http://www.w3.org/2000/svg"><text style="font: huge">a</text></svg>',
              name="a", alt="", family="x", tips={})  # fmt: skip


def test_paths_are_said_briefly():
    path = "M 1.000 2.50 \nL 1.00 9 \nL 3.123456 9 \nL 3.123456 2.5 \nz \nM 0.001 0 \nL 5 6 "
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="{path}"/></svg>'
    short = clean(svg.encode(), name="a", alt="", family="x", tips={})
    assert ' d="M1 2.5V9H3.12V2.5zM0 0L5 6"' in short


def test_importing_does_not_load_matplotlib():
    code = "import sys, reports.figures; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_drawing_does_not_load_pyplot():
    code = (
        "import sys, pandas as pd; from analysis.panel import Panel; from analysis.weeks import Week;"
        "from reports.figures import epicurve, tile_map; from reports.theme import Theme;"
        "days = pd.date_range('2025-01-06', periods=20);"
        "p = Panel.from_counts(pd.DataFrame({'a': [1.0] * 20}, index=days));"
        "epicurve(p, Week.of(p.last_day), Theme()); tile_map(p, Week.of(p.last_day), Theme());"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def ending(days: int) -> pd.DatetimeIndex:
    return pd.date_range(end="2025-07-20", periods=days)


SHAPES = {
    "one day": pd.DataFrame({"a": [4.0]}, index=pd.DatetimeIndex(["2025-07-20"])),
    "all zero": pd.DataFrame({"a": [0.0] * 90, "b": [0.0] * 90}, index=ending(90)),
    "never observed": pd.DataFrame({"a": [float("nan")] * 40}, index=ending(40)),
    "ends before the week": pd.DataFrame({"a": [2.0] * 40}, index=pd.date_range("2025-05-01", periods=40)),
    "starts after the week": pd.DataFrame({"a": [2.0] * 40}, index=pd.date_range("2025-08-01", periods=40)),
    "fractions": pd.DataFrame({"a": [0.25] * 40}, index=ending(40)),
    "a million": pd.DataFrame({"a": [1e6] * 40}, index=ending(40)),
}  # fmt: skip


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_odd_panels_draw(shape, week):
    panel = Panel.from_counts(SHAPES[shape])
    theme = Theme()
    for drawing in (
        epicurve(panel, week, theme), epicurve(panel, week, theme, weeks=None), tile_map(panel, week, theme),
        calendar(panel, week, theme), region_plot(panel, "a", week, theme),
    ):  # fmt: skip
        ET.fromstring(drawing.svg)
        assert "nan" not in drawing.svg.lower()
        assert drawing.alt


def test_huge_panels_draw(many):
    week = Week.of(many.last_day)
    for drawing in (epicurve(many, week, Theme(), weeks=None), tile_map(many, week, Theme())):
        ET.fromstring(drawing.svg)
    assert len(tile_map(many, week, Theme()).data["unplaced"]) == 200
