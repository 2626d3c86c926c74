"""The strips of a series taken apart are what the analysis says, on the user's Axes."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.decomposition import decompose
from analysis.errors import NotEnoughDataError, UnknownRegionError
from analysis.panel import Panel
from reports import plot_decomposition

mpl.use("agg")


def _panel(days: int = 400) -> Panel:
    rng = np.random.default_rng(1)
    week = np.tile([1.5, 1, 1, 1, 1, 0.9, 0.6], days // 7 + 1)[:days]
    counts = pd.DataFrame(
        {"a": rng.poisson(20 * week) * 1.0}, index=pd.date_range("2024-01-01", periods=days)
    )
    counts.iloc[50:53] = np.nan
    return Panel.from_counts(counts)


def test_strips_hold_the_parts() -> None:
    panel, ax = _panel(), Figure().add_subplot()
    assert plot_decomposition(panel, "a", ax) is ax
    strips = ax.child_axes
    titles = [strip.get_title(loc="left") for strip in strips]
    assert titles == ["Observed", "Course", "Pattern of the week", "Remainder"]
    series = panel.counts["a"].where(panel.observed["a"])
    parts = decompose(series, trend=57, missing="interpolate")
    course, pattern = (strip.lines[0].get_ydata() for strip in strips[1:3])
    assert np.allclose(course, parts["trend"])
    assert np.allclose(pattern, parts["seasonal"])
    assert np.isnan(strips[0].lines[0].get_ydata()[50:53].astype(float)).all()


def test_what_cannot_be_taken_apart_is_named() -> None:
    with pytest.raises(NotEnoughDataError):
        plot_decomposition(_panel(14), "a", Figure().add_subplot())
    with pytest.raises(UnknownRegionError):
        plot_decomposition(_panel(), "nowhere", Figure().add_subplot())
