"""Words and numbers agree in simulated reports, and the checker that says so finds mistakes put in by hand.

``run.py`` checks ten thousand reports.
"""

import importlib
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

FOLDER = str(Path(__file__).parent)
NUMBERS = range(1, 17)


@pytest.fixture(scope="module")
def prose() -> Any:
    """The modules beside this file."""
    sys.path.insert(0, FOLDER)
    try:
        yield {name: importlib.import_module(name) for name in ("cases", "said", "checks", "mistakes", "run")}
    finally:
        sys.path.remove(FOLDER)


@pytest.fixture(scope="module")
def reports(prose: Any) -> list[tuple[Any, Any]]:
    """What is said, and what it was made from; a few without the table of regions, which takes longest."""
    cases = [prose["cases"].simulated(2, number) for number in NUMBERS]
    return [(prose["said"].said_by(c.findings, c.since, table=i % 4 == 0), c) for i, c in enumerate(cases)]


def test_no_report_contradicts_its_records(prose: Any, reports: list[tuple[Any, Any]]) -> None:
    for said, case in reports:
        found = prose["checks"].contradictions(said, case.findings, case.since)
        assert not found, prose["run"].told(case, said.headline, found)


def test_every_mistake_is_found(prose: Any, reports: list[tuple[Any, Any]]) -> None:
    tried: Counter[str] = Counter()
    for said, case in reports:
        for name in prose["mistakes"].MISTAKES:
            wrong = prose["mistakes"].with_mistake(said, name)
            if wrong is None or tried[name] > 3:
                continue
            tried[name] += 1
            found = prose["checks"].contradictions(wrong, case.findings, case.since)
            assert found, f"{name}: {set(wrong.headline) - set(said.headline)}"
    assert sum(count > 0 for count in tried.values()) >= 0.9 * len(prose["mistakes"].MISTAKES), tried
