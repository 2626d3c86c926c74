"""A real Chromium on real editions; skipped where Playwright or the browser is missing."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis import analyse, daily_panel, load_regions, read_incidents, simulate_incidents
from reports import build_report

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
HOSTILE = '"><img src=x onerror="window.ran=1"><script>window.ran=1</script>{{7*7}} #emph[x]'
# What the page itself says of a resource or a script it refused.
WATCH = """window.refused = [];
addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the extra 'browser' is not installed")
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty regions, most sections, a line for every page."""
    codes = [code for code in load_regions("ru").table.index if "+" not in code][:30]
    table = simulate_incidents(
        regions=codes, days=("2025-01-06", 196), rates=[0.3 + i / 5 for i in range(30)],
        changes=[(codes[20], "2025-06-16", 3.0)], dispersion=1.5, delay_days=2.0, seed=5,
    )  # fmt: skip
    findings = analyse(daily_panel(read_incidents(table, regions="ru")))
    report = build_report(findings, title="Simulated incidents", notice="Simulated data")
    return report.save(tmp_path_factory.mktemp("edition"), formats=("html",))


@pytest.fixture(scope="session")
def hostile_edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Markup, templates and an unbroken run of letters in every text of the table and of the report."""
    days = pd.date_range("2025-06-02", periods=42).strftime("%Y-%m-%d")
    turned = "\u202e" + HOSTILE  # a mark that would print what follows from right to left
    long = "x" * 500
    rows = [
        {"date": day, "region": region, "count": "2", "source": HOSTILE, "notes": long, "location": turned}
        for day in days
        for region in (HOSTILE, "Q" * 300, "javascript:window.ran=1")
    ]  # fmt: skip
    findings = analyse(daily_panel(read_incidents(pd.DataFrame(rows), regions=None), measure="count"))
    report = build_report(findings, title=HOSTILE, notice=HOSTILE, noun="reported <b>things</b>")
    return report.save(tmp_path_factory.mktemp("hostile"), formats=("html",))


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens an edition; when the test ends the page must have been quiet, offline and within its policy."""
    contexts, said, asked, opened = [], [], [], []

    def open_page(folder: Path, *, width: int = 1280, scheme: str = "light", quiet: bool = True) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=not quiet
        )
        contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        address = (folder / "report.html").as_uri()
        asked_before = len(asked)
        page.goto(address)
        assert asked[asked_before:] == [address]
        asked.clear()
        opened.append((page, quiet))
        return page

    yield open_page
    for page, quiet in opened:
        page.wait_for_timeout(50)
        assert page.evaluate("window.ran") is None
        if quiet:
            assert page.evaluate("window.refused") == []
    for context in contexts:
        context.close()
    assert said == []
    assert asked == []
