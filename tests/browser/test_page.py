"""The page in a real browser: it sorts, filters, obeys the keyboard, fits a phone and fetches nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Visit = Callable[..., Any]

COLUMN = """(index) => [...document.querySelectorAll("#table-regions tbody:not(.total) tr")]
  .filter((row) => !row.hidden).map((row) => Number(row.cells[index].dataset.sort))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_barrier_that_axe_finds(visit: Visit, edition: Path, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = visit(edition, width=width, scheme=scheme, quiet=False)
    found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == []


def test_axe_sees_a_barrier_where_there_is_one(visit: Visit, edition: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = visit(edition, quiet=False)
    page.evaluate("document.querySelector('figure svg').removeAttribute('aria-label')")
    page.evaluate("document.querySelector('figure svg title').remove()")
    assert "svg-img-alt" in {one["id"] for one in axe.run(page).response["violations"]}


def test_the_page_sorts_and_the_total_stays(visit: Visit, edition: Path) -> None:
    page = visit(edition)
    head = page.locator("#table-regions thead th").nth(1)
    total = page.locator("#table-regions tr.total").inner_text()
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    falling = page.evaluate(COLUMN, 1)
    assert len(falling) >= 30
    assert falling == sorted(falling, reverse=True)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert page.evaluate(COLUMN, 1) == sorted(falling)
    page.locator("#table-regions thead th").first.get_by_role("button").click()
    assert page.locator("#table-regions thead [aria-sort]").count() == 1
    names = page.locator("#table-regions tbody:not(.total) th").all_inner_texts()
    assert names == sorted(names)
    assert page.locator("#table-regions tr.total").inner_text() == total
    assert page.locator("#table-regions table > :nth-child(3) tr.total").count() == 1  # under the head


def test_the_page_filters_and_says_how_many(visit: Visit, edition: Path) -> None:
    page = visit(edition)
    box = page.locator("#table-regions").get_by_role("searchbox")
    everything = len(page.evaluate(COLUMN, 1))
    name = page.locator("#table-regions tbody:not(.total) th").first.inner_text()
    box.fill(name.upper())
    assert len(page.evaluate(COLUMN, 1)) == 1
    assert (
        page.locator("#table-regions").get_by_role("status").inner_text().strip() == f"1 of {everything} rows"
    )
    box.fill("")
    assert len(page.evaluate(COLUMN, 1)) == everything


@pytest.mark.parametrize("width", [1280, 390])
def test_everything_that_acts_is_reached_by_keyboard(visit: Visit, edition: Path, width: int) -> None:
    page = visit(edition, width=width)
    wanted = page.evaluate("""() => {
      const acts = document.querySelectorAll("a[href], button, input, summary");
      const boxes = [...document.querySelectorAll(".scroll, .drawing, pre")]
        .filter((box) => box.scrollWidth > box.clientWidth + 1);
      const all = [...acts, ...boxes].filter((one) => one.checkVisibility());
      all.forEach((one, i) => (one.dataset.wanted = i));
      return all.length;
    }""")
    reached, hidden = set(), []
    for i in range(wanted + 10):
        page.keyboard.press("Tab")
        here = page.evaluate("""() => {
          const one = document.activeElement, box = one.getBoundingClientRect();
          const ring = getComputedStyle(one).outlineStyle;
          return [one.dataset.wanted, one.className, ring, box.width * box.height];
        }""")
        if i == 0:
            assert here[1] == "skip"
        if here[0] is not None:
            reached.add(here[0])
            if here[2] == "none" or not here[3]:
                hidden.append(here)
    assert wanted > 20
    assert len(reached) == wanted
    assert hidden == []


def test_a_table_is_sorted_with_the_keyboard_alone(visit: Visit, edition: Path) -> None:
    page = visit(edition)
    page.locator("#table-regions thead button").nth(1).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    values = page.evaluate(COLUMN, 1)
    assert values == sorted(values)


@pytest.mark.parametrize("name", ["edition", "hostile_edition"])
def test_a_phone_needs_no_sideways_scrolling(visit: Visit, name: str, request: pytest.FixtureRequest) -> None:
    page = visit(request.getfixturevalue(name), width=390)
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    outside = page.evaluate("""() => [...document.querySelectorAll("main *")]
      .filter((one) => !one.closest(".scroll, .drawing") && one.getBoundingClientRect().right > 391)
      .map((one) => one.outerHTML.slice(0, 120))""")
    assert outside == []
    # A full-width picture keeps a size at which it can be read, inside a box that scrolls.
    widths = page.evaluate("""() => [...document.querySelectorAll("figure.full .drawing svg")]
      .map((one) => one.getBoundingClientRect().width)""")
    assert widths
    assert min(widths) >= 500


def test_a_wide_window_shows_whole_tables(visit: Visit, edition: Path) -> None:
    page = visit(edition)
    page.wait_for_timeout(100)
    wide = page.evaluate("""() => [...document.querySelectorAll(".scroll, .drawing")]
      .filter((box) => !box.classList.contains("fits")).map((box) => box.parentElement.id)""")
    assert wide == []


def test_every_entry_of_the_contents_leads_somewhere(visit: Visit, edition: Path) -> None:
    page = visit(edition)
    lost = page.evaluate("""() => [...document.querySelectorAll('a[href^="#"]')]
      .filter((one) => !document.getElementById(one.getAttribute("href").slice(1)))
      .map((one) => one.outerHTML)""")
    assert lost == []
    assert page.locator("nav a").count() == page.locator("main > section").count() >= 8


def test_dark_is_dark_and_pictures_follow(visit: Visit, edition: Path) -> None:
    seen = {}
    for scheme in ("light", "dark"):
        page = visit(edition, scheme=scheme)
        seen[scheme] = page.evaluate("""() => [getComputedStyle(document.documentElement).backgroundColor,
          getComputedStyle(document.querySelector("#figure-epicurve svg text")).fill]""")
    assert seen["light"][0] != seen["dark"][0]
    assert seen["light"][1] != seen["dark"][1]


def test_print_leaves_the_controls_out(visit: Visit, edition: Path) -> None:
    page = visit(edition, scheme="dark")
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert not page.get_by_role("searchbox").first.is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hostile_text_stays_text(visit: Visit, hostile_edition: Path, scheme: str) -> None:
    page = visit(hostile_edition, scheme=scheme)
    assert "{{7*7}}" in page.locator("h1").inner_text()
    assert page.locator("img").count() == 0
    assert page.evaluate("document.scripts.length") == 1
    assert page.locator('a[href^="javascript"]').count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
