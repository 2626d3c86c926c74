"""The best partition for each number of changes is the textbook's."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from analysis.errors import InputError
from analysis.segmentation import partition_path


@pytest.mark.shared
@pytest.mark.parametrize("case", ["nile", "boston_homicide", "agona_sqrt", "imd_B_weekly_sqrt"])
def test_breaks_rss_and_bic_are_those_of_strucchange(shared: Path, case: str) -> None:
    """R strucchange 1.5.3, breakpoints(x ~ 1)."""
    folder = shared / "oracles/breaks"
    want = json.loads((folder / "results.json").read_text())["cases"][f"{case} | x ~ 1"]
    values = np.loadtxt(folder / want["input"], delimiter=",", skiprows=1)[:, 1]
    path = partition_path(values, most=want["max_breaks"], shortest=want["h"])
    breaks = [[at] if isinstance(at, int) else at for at in want["breakpoints_by_m"]]
    assert [list(cuts) for cuts in path["positions"][1:]] == breaks
    np.testing.assert_allclose(path["cost"], want["rss_by_breaks"], rtol=1e-12)
    np.testing.assert_allclose(path["bic"], want["bic_by_breaks"], rtol=1e-12)
    assert path["bic"].idxmin() == want["chosen_m"]


@pytest.mark.parametrize("family", ["gaussian", "counts"])
def test_nothing_is_better_than_the_path(family: str) -> None:
    y = np.random.default_rng(3).poisson(np.repeat([2.0, 6.0, 3.0], 6)).astype(float)

    def cost(part: np.ndarray) -> float:
        if family == "gaussian":
            return float(((part - part.mean()) ** 2).sum())
        seen = part[part > 0]
        return 2 * float((seen * np.log(seen / part.mean())).sum())

    path = partition_path(y, most=2, shortest=3, family=family)
    for number in (0, 1, 2):
        every = [
            sum(cost(part) for part in np.split(y, cuts))
            for cuts in itertools.combinations(range(3, 16), number)
            if all(b - a >= 3 for a, b in itertools.pairwise((0, *cuts, 18)))
        ]
        assert path["cost"][number] == pytest.approx(min(every))


def test_numbers_of_changes_without_room_are_left_out() -> None:
    path = partition_path([1.0, 2.0, np.nan, 3.0, 9.0], most=5, shortest=2)
    assert list(path.index) == [0, 1]
    assert path["positions"][1] == (3,)
    with pytest.raises(InputError, match="do not fit"):
        partition_path([1.0], shortest=2)
    with pytest.raises(InputError, match="one series"):
        partition_path(np.ones((5, 2)))
