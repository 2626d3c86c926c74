"""The template that ``sitrend init --templates`` writes: complete, and without effect until it is changed."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import Panel, analyse
from reports import Editions, build_report
from reports.cli import main
from reports.report import Report
from reports.templating import TEMPLATES


def report(days: int = 140, **options: object) -> Report:
    index = pd.date_range("2025-01-06", periods=days)
    rng = np.random.default_rng(2)
    counts = pd.DataFrame({"A": rng.poisson(3, days), "B": rng.poisson(1, days)}, index=index)
    return build_report(analyse(Panel.from_counts(counts.astype(float))), **options)  # type: ignore[arg-type]


def test_an_unchanged_template_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine"
    assert main(["init", "--templates", str(folder)]) == 0
    assert "templates =" in capsys.readouterr().out
    plain, mine = report(), report(templates=folder)
    assert mine.html() == plain.html()
    assert mine.pdf() == plain.pdf()
    assert main(["init", "--templates", str(folder)]) == 2
    assert "there already" in capsys.readouterr().err


def test_every_block_is_listed_and_can_be_changed(tmp_path: Path) -> None:
    assert main(["init", "--templates", str(tmp_path), "--quiet"]) == 0
    file = tmp_path / "report.html.j2"
    start = file.read_text(encoding="utf-8")
    base = (TEMPLATES / "report.html.j2").read_text(encoding="utf-8")
    blocks = re.findall(r"\{% block (\w+) %\}", base)
    assert re.findall(r"^     (\w+)  ", start, re.MULTILINE) == blocks
    example = re.search(r"\{% block.*?endblock %\}", start, re.DOTALL)
    assert example is not None
    file.write_text(start + example.group(), encoding="utf-8")
    page = report(templates=tmp_path).html()
    assert "Edited by the data desk." in page
    assert "Main points" in page


def test_masthead_leads_to_the_last_issue(tmp_path: Path) -> None:
    editions = Editions(tmp_path)
    first = editions.publish(report(133))
    page = report(140, previous=first).html()
    assert f'href="../{first.name}/report.html"' in page
    assert (tmp_path / "x" / f"../{first.name}/report.html").parent.name == first.name
    assert 'href="../index.html"' in page
    assert (tmp_path / "index.html").is_file()
    assert "next issue: the week that ends on 1 June 2025" in page
    assert "../index.html" not in report(140).html()
