"""Outlines: read from GeoJSON, joined by code or name, drawn in the classes of the tile map."""

import json
import time
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from analysis import analyse, daily_panel, read_incidents
from analysis.errors import ConfigError, UnreadableInputError
from reports import build_report
from reports.boundaries import read_boundaries
from reports.cli import main
from reports.figures import area_map, plot_map, tile_map
from reports.theme import Theme


def square(x, y, side=1.0):
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def feature(geometry, **properties):
    kind = "MultiPolygon" if isinstance(geometry[0][0][0], list) else "Polygon"
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": geometry}}


SQUARES = [
    feature([square(30, 50)], code="XX-AA", label="first", n=1),
    feature([square(31, 50)], code="XX-BB", label="second", n=2),
    feature([[square(32, 50)], [square(32, 52, 0.5)]], code="XX-CC", label="third", n=3),
    feature([square(40, 50)], code="YY-ZZ", label="elsewhere", n=4),
]


@pytest.fixture
def outlines(tmp_path):
    def write(features, name="areas.geojson"):
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return path

    return write


@pytest.fixture
def ax():
    figure = Figure(figsize=(9, 4))
    FigureCanvasAgg(figure)
    return figure.add_axes((0.05, 0.05, 0.9, 0.8))


def looks(ax):
    return {child.get_gid(): child for child in ax.get_children() if str(child.get_gid()).startswith("area-")}


def test_regions_are_joined_by_the_property_that_names_most_of_them(outlines, panel):
    found = read_boundaries(outlines(SQUARES), panel)
    assert (found.key, sorted(found.shapes), found.without) == ("code", ["XX-AA", "XX-BB", "XX-CC"], ())
    assert len(found.shapes["XX-CC"]) == 2
    some = read_boundaries(outlines(SQUARES[:2]), panel)
    assert some.without == ("XX-CC",)
    with pytest.raises(ConfigError, match=r"no such property; did you mean 'code'"):
        read_boundaries(outlines(SQUARES), panel, key="cod")
    with pytest.raises(ConfigError, match=r"the property 'label' of areas\.geojson names no region"):
        read_boundaries(outlines(SQUARES), panel, key="label")


def test_colours_hatching_and_figures_are_those_of_the_tile_map(ax, outlines, panel, week):
    plot_map(panel, week, ax, boundaries=outlines(SQUARES))
    drawn = looks(ax)
    tiles = tile_map(panel, week, Theme())
    areas = area_map(panel, week, Theme(), read_boundaries(outlines(SQUARES), panel))
    assert areas.data["breaks"] == tiles.data["breaks"]
    assert areas.data["values"] == tiles.data["values"]
    texts = {text.get_text() for text in ax.texts}
    assert {"21", "U", "not covered"} <= texts
    assert drawn["area-XX-CC"].get_facecolor() != drawn["area-XX-BB"].get_facecolor()
    assert any(child.get_gid() is None and len(child.get_path()) > 10 for child in ax.patches)  # the stripes
    assert areas.alt == tiles.alt
    for words in ("<title>Beta &lt;&amp;&gt;: 21</title>", "<title>Gamma: not covered</title>"):
        assert words in areas.svg
    assert areas.svg == area_map(panel, week, Theme(), read_boundaries(outlines(SQUARES), panel)).svg


def test_nothing_reported_is_white_and_without_a_number(ax, outlines, panel, week):
    nothing = panel.counts * [0, 1, 1]
    plot_map(
        replace(panel, counts=nothing, low=nothing, high=nothing), week, ax, boundaries=outlines(SQUARES)
    )
    assert looks(ax)["area-XX-AA"].get_facecolor() == (1.0, 1.0, 1.0, 1.0)
    assert "0" not in {text.get_text() for text in ax.texts if text.get_transform() == ax.transData}


def test_the_same_scale_while_the_year_is_the_same(outlines, panel, week):
    found = read_boundaries(outlines(SQUARES), panel)
    earlier = area_map(panel, week.shift(-1), Theme(), found)
    assert earlier.data["breaks"] == area_map(panel, week, Theme(), found).data["breaks"]


def test_a_hole_is_a_hole_whichever_way_it_runs(ax, outlines, panel, week):
    hole = square(30.4, 50.4, 0.2)
    for turned in (hole, hole[::-1]):
        path = outlines([feature([square(30, 50)[::-1], turned], code="XX-AA"), *SQUARES[1:]])
        outer, inner = read_boundaries(path, panel).shapes["XX-AA"]
        x, y = (np.array([ring[:, axis] for ring in (outer, inner)]) for axis in (0, 1))
        spins = np.sign((x[:, :-1] * y[:, 1:] - x[:, 1:] * y[:, :-1]).sum(axis=1))
        assert spins.tolist() == [1, -1]


def test_a_country_across_the_date_line_is_in_one_piece(outlines, panel):
    path = outlines(
        [
            feature([square(170, 60)], code="XX-AA"),
            feature([[square(179, 60)], [square(-180, 60)]], code="XX-BB"),
            feature([square(-170, 60)], code="XX-CC"),
        ]
    )
    found = read_boundaries(path, panel)
    ends = np.concatenate([ring for rings in found.shapes.values() for ring in rings])
    assert np.ptp(ends[:, 0]) == pytest.approx(21)


def test_detail_no_page_can_show_is_left_out_and_the_shape_stays(outlines, panel):
    turn = np.linspace(0, 2 * np.pi, 40_001)
    circle = np.column_stack([30 + np.cos(turn), 50 + np.sin(turn)])
    circle[-1] = circle[0]
    found = read_boundaries(outlines([feature([circle.tolist()], code="XX-AA"), *SQUARES[1:]]), panel)
    (ring,) = found.shapes["XX-AA"]
    assert len(ring) < 400
    assert np.abs(np.hypot(ring[:, 0] - 30, ring[:, 1] - 50) - 1).max() < 1e-9
    x, y = ring.T
    assert abs((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2) == pytest.approx(np.pi, rel=0.01)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("nothing", "it is not GeoJSON"),
        ("[]", "not a GeoJSON FeatureCollection"),
        ({"type": "FeatureCollection", "features": []}, "not a GeoJSON FeatureCollection"),
        ([feature([square(30, 50)])][0], "not a GeoJSON FeatureCollection"),
        (
            [
                {
                    "type": "Feature",
                    "properties": {"code": "XX-AA"},
                    "geometry": {"type": "Point", "coordinates": [1, 2]},
                }
            ],
            "no polygon",
        ),
        ([feature([square(500_000, 5_000_000)], code="XX-AA")], "not degrees of longitude and latitude"),
        ([feature([[["a", 1]] * 5], code="XX-AA")], "not made as GeoJSON asks"),
        ([feature([[[1, 2], [3, 4], [5, 6], None]], code="XX-AA")], "not made as GeoJSON asks"),
    ],
)
def test_what_is_no_outline_is_refused_in_one_sentence(tmp_path, panel, body, why):
    path = tmp_path / "a.geojson"
    body = {"type": "FeatureCollection", "features": body} if isinstance(body, list) else body
    path.write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")
    with pytest.raises(UnreadableInputError, match=why) as caught:
        read_boundaries(path, panel)
    assert "\n" not in str(caught.value)
    with pytest.raises(UnreadableInputError, match="no such file"):
        read_boundaries(tmp_path / "none.geojson", panel)


def test_too_many_outlines_are_refused(outlines, panel):
    with pytest.raises(UnreadableInputError, match="20,001 outlines, too many"):
        read_boundaries(outlines([SQUARES[0]] * 20_001), panel)


ROWS = "date,region,count\n" + "".join(
    f"2025-0{6 + day // 30}-{day % 30 + 1:02d},{name},{day % 5}\n"
    for day in range(50)
    for name in ("Sumy Oblast", "UA-63")
)


def test_the_report_draws_outlines_where_the_settings_name_them(tmp_path, outlines):
    path = outlines(
        [feature([square(33, 50)], name="Сумська область"), feature([square(36, 49)], name="Kharkiv")]
    )
    (tmp_path / "incidents.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "sitrend.toml").write_text(
        f'[incidents]\nregions = ["UA-59", "UA-63", "UA-32"]\n[panel]\nmeasure = "count"\n'
        f'[report]\nboundaries = "{path.name}"\n', encoding="utf-8",
    )  # fmt: skip
    out = tmp_path / "weekly"
    arguments = ["report", str(tmp_path / "incidents.csv"), "--config", str(tmp_path / "sitrend.toml")]
    assert main([*arguments, "--week", "2025-W27", "--formats", "html,json,pdf", "--out", str(out)]) == 0
    page = (out / "2025-W27" / "report.html").read_text(encoding="utf-8")
    assert "Outlines as areas.geojson gives them" in page
    assert "Map of the regions in their outlines. Most: " in page
    assert "Without an outline: Kyiv Oblast" in page


def test_names_are_understood_by_the_vocabulary_and_composites_are_their_members(outlines):
    table = "date,region,count\n2025-07-14,RU-MOS+RU-MOW,3\n2025-07-15,RU-BRY,2\n"
    panel = daily_panel(read_incidents(table.encode(), regions="ru"), measure="count")
    path = outlines(
        [
            feature([square(37, 55)], n="Московская область"),
            feature([square(37.3, 55.3, 0.3)], n="Moscow City"),
            feature([square(34, 53)], n="Bryansk Oblast"),
        ]
    )  # fmt: skip
    found = read_boundaries(path, panel)
    assert set(found.shapes) == {"RU-MOS+RU-MOW", "RU-BRY"}
    assert len(found.shapes["RU-MOS+RU-MOW"]) == 2


@pytest.mark.shared
def test_the_outlines_of_two_countries(shared):
    """110 outlines, 84 regions of a table, read and reduced in under two seconds, drawn in under 200 kB."""
    table = "date,region,count\n" + "".join(f"2025-07-{d:02d},RU-BRY,1\n" for d in range(1, 21))
    panel = daily_panel(read_incidents(table.encode(), regions=["ru", "UA-43", "UA-40"]), measure="count")
    started = time.process_time()
    found = read_boundaries(shared / "data/regions/admin1_ru_ua.geojson", panel)
    assert time.process_time() - started < 2
    assert found.key == "iso_3166_2"
    assert found.without == ()
    assert len(found.shapes) == 85
    week = panel.last_full_week()
    assert len(area_map(panel, week, Theme(), found).svg) < 200_000
    report = build_report(analyse(panel), boundaries=found)
    assert "Outlines as admin1_ru_ua.geojson" in report.html()
