"""Every detector against R's surveillance: alarms identical, bounds and values equal."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

REFERENCE = json.loads(
    (Path(__file__).resolve().parents[1] / "reference" / "detectors.json").read_text(encoding="utf-8")
)


def _series(name: str) -> pd.Series:
    known = REFERENCE["series"][name]
    index = None
    if known["first_day"]:
        index = pd.date_range(known["first_day"], periods=len(known["counts"]), freq="7D")
    return pd.Series(known["counts"], index=index, dtype=float)


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: case["name"])
def test_equal_to_r(
    case: dict[str, Any], as_in_r: Callable[..., pd.DataFrame], agree: Callable[..., None]
) -> None:
    found = as_in_r(_series(case["series"]), case["call"], case["control"], *case["range"])
    skip = case["first"] - case["range"][0]
    positions = np.arange(case["first"], case["range"][1] + 1)
    names = {"bound": "upperbound", "value": "glr_value"}
    given = {key: np.array(case[name], float) for key, name in names.items() if name in case}
    agree(found.iloc[skip:], case["call"], case["control"], alarm=np.isin(positions, case["alarms"]), **given)


def _all_of(
    folder: Path, as_in_r: Callable[..., pd.DataFrame], agree: Callable[..., None]
) -> tuple[int, int]:
    """Run every case of a folder; returns how many, and the alarms among them."""
    cases = json.loads((folder / "cases.json").read_text(encoding="utf-8"))["cases"]
    done = alarms = 0
    for case in cases:
        given = pd.read_csv(folder / f"{case['file'].split('.')[0]}.input.csv")
        # These dates are a week (or a day) apart; where there are none, a year has 52 positions.
        index = pd.DatetimeIndex(given["date"]) if given["date"].notna().all() else None
        counts = pd.Series(given["count"].to_numpy(float), index=index)
        expected = pd.read_csv(folder / case["file"])
        found = as_in_r(
            counts, case["call"], case["control"], *(case.get("range") or case["control"]["range"])
        )
        assert len(found) == len(expected)
        name = "glr_value" if "glr_value" in expected else "upperbound"
        given = {"value" if name == "glr_value" else "bound": expected[name].to_numpy(float)}
        try:
            agree(found, case["call"], case["control"], alarm=expected["alarm"].eq(1).to_numpy(), **given)
        except AssertionError as error:
            pytest.fail(f"{case['file']}: {error}")
        if (
            case["call"] == "farringtonFlexible"
            and case["control"].get("thresholdMethod", "delta") == "delta"
        ):
            known = expected["expected"].notna().to_numpy()
            np.testing.assert_allclose(found["expected"][known], expected["expected"][known], rtol=2e-5)
            np.testing.assert_allclose(found["score"][known], expected["score"][known], atol=2e-4)
        done, alarms = done + 1, alarms + int(expected["alarm"].eq(1).sum())
    return done, alarms


@pytest.mark.shared
def test_every_farrington_case(
    shared: Path, as_in_r: Callable[..., pd.DataFrame], agree: Callable[..., None]
) -> None:
    assert _all_of(shared / "oracles" / "farrington", as_in_r, agree) == (55, 200)


@pytest.mark.shared
def test_every_control_chart(
    shared: Path, as_in_r: Callable[..., pd.DataFrame], agree: Callable[..., None]
) -> None:
    assert _all_of(shared / "oracles" / "control_charts", as_in_r, agree) == (90, 1149)
