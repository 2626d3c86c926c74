"""The theme file, and colours everybody can tell apart."""

from itertools import pairwise
from pathlib import Path

import pytest

from analysis.errors import ConfigError
from reports.theme import DARK, LIGHT, Theme, contrast, load_theme

TEXT = ("ink", "muted", "accent", "up", "down")


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the WCAG example


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_is_readable_on_every_ground_it_stands_on(colours: dict[str, str]) -> None:
    pairs = [(text, ground) for text in TEXT for ground in ("paper", "panel")]
    pairs += [("ink", g) for g in ("seq_1", "seq_2", "seq_3", "fill", "band", "shade", "missing")]
    pairs += [("paper", g) for g in ("seq_4", "seq_5", "accent")]
    low = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_without_colour_the_tones_and_the_classes_still_differ(colours: dict[str, str]) -> None:
    assert contrast(colours["up"], colours["down"]) >= 1.5
    steps = [colours[f"seq_{i}"] for i in range(1, 6)]
    assert all(contrast(one, other) >= 1.25 for one, other in pairwise(steps))


def test_light_and_dark_name_the_same_colours_and_no_colour_twice() -> None:
    assert list(LIGHT) == list(DARK)
    assert len(set(LIGHT.values())) == len(LIGHT)


def test_colours_become_css_variables_in_any_case_and_others_stay() -> None:
    theme = Theme()
    accent = theme.light["accent"]
    assert (
        theme.css_colours(f"fill: {accent.upper()}; stroke: #123456")
        == "fill: var(--accent); stroke: #123456"
    )
    assert theme.css_variable(theme.light["seq_3"]) == "var(--seq_3)"


def test_a_theme_file_changes_only_what_it_names(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    file = tmp_path / "theme.toml"
    file.write_text(
        'page = "us-letter"\nlogo = "logo.svg"\nlogo_alt = "Institute"\n'
        '[fonts]\nsans = "Noto Sans"\n[light]\naccent = "#AA0000"\n'
    )
    theme = load_theme(file)
    assert (theme.page, theme.sans, theme.logo_alt) == ("us-letter", "Noto Sans", "Institute")
    assert theme.logo == (tmp_path / "logo.svg").resolve()
    assert dict(theme.light) == dict(LIGHT) | {"accent": "#aa0000"}
    assert theme.dark == DARK
    assert load_theme(None) == Theme()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('pgae = "a4"', ["pgae", "did you mean 'page'"]),
        ('[light]\nacent = "#112233"', ["[light]", "acent", "did you mean 'accent'"]),
        ('[dark]\nink = "red"', ["[dark]", "ink", "'red' is not a colour"]),
        ('[light]\nink = "#fff"', ["'#fff' is not a colour"]),
        ('page = "a5"', ["'a5' is not"]),
        ('logo = "no.png"', ["there is no 'no.png'"]),
        ('logo = "theme.toml"', ["is not an SVG or PNG"]),
        ('[fonts]\nsans = "a; b{}"', ["is not one font family name"]),
        ('[fonts]\nfolders = "fonts"', ["must be a list"]),
        ("light = 3", ["must be a table"]),
        ("page = ", ["cannot be read"]),
    ],
)
def test_a_wrong_theme_says_where_and_what(tmp_path: Path, text: str, words: list[str]) -> None:
    file = tmp_path / "theme.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_theme(file)
    message = str(caught.value)
    assert str(file) in message
    assert [word for word in words if word not in message] == []


def test_a_missing_theme_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such theme file"):
        load_theme(tmp_path / "none.toml")


def test_a_theme_survives_plain_values(tmp_path):
    from pathlib import Path

    from reports.theme import plain_theme, theme_from_plain

    assert plain_theme(Theme()) == {}
    file = tmp_path / "theme.toml"
    file.write_text('[fonts]\nserif = "Other Serif"\n[dark]\naccent = "#ABCDEF"\n', encoding="utf-8")
    theme = load_theme(file)
    plain = plain_theme(theme)
    assert plain == {"fonts": {"serif": "Other Serif"}, "dark": {"accent": "#abcdef"}}
    assert theme_from_plain(plain, Path("manifest.json")) == theme
