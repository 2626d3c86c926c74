"""A little of every fuzz target; ``python tests/fuzz/run.py`` runs as much as you like."""

import importlib.util
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("_fuzz_run", Path(__file__).with_name("run.py"))
fuzz = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(fuzz)


CASES = {"cells": 100}  # of two hundred cells each


@pytest.mark.parametrize("name", fuzz.targets())
def test_nothing_but_results_and_our_errors(name):
    assert fuzz.run(fuzz.targets()[name], seed=2025, numbers=range(CASES.get(name, 250))) == []


def test_a_fault_would_be_seen():
    def case(rng, number):
        if rng.random() < 0.5:
            raise KeyError(number)

    wrong = fuzz.run(case, seed=1, numbers=range(20))
    assert 0 < len(wrong) < 20
    assert "KeyError" in wrong[0]
