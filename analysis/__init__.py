"""Statistics of reported incidents: from a messy table to statements that say how sure they are.

Data flows one way::

    read_incidents(source)   incident table -> Incidents: checked rows, rows set aside, what was understood
    daily_panel(incidents)   -> Panel: days x regions, zero kept apart from unknown, bounds kept
    analyse(panel)           -> Findings: comparison, trend, change points and other counts of one week

and `reports.build_report(findings)` makes the report. On the way, or on their own:

    load_regions(name)       a region vocabulary: names in three languages to ISO 3166-2 codes
    daily_panels(source)     panels of several measures; Parquet larger than memory is read in parts
    count_parts(source)      the same with the report of what was read
    segment(values)          change points, or slopes, of one or many series
    partition_path(values)   the best partition for each number of changes
    rate_ratio(...)          a ratio of two counts with its interval
    mann_kendall, sen_slope, ljung_box    trends by ranks, and whether successive values are alike
    decompose(series)        trend, season and remainder (STL)
    detectors                seasonal, farrington, ears, cusum, glr, bayes, rki: alarms on any counts
    compare_rows(a, b)       two states of a table: rows added, removed, re-dated, re-located, other amounts
    revision_triangle(...)   weeks x ages: how much of a week was known 0, 1, 2 … weeks after it
    simulate_incidents(...)  a table to try things on, labelled simulated

Findings hold one record per statement: Comparison, LastYear, Signal, Trend, ChangePoint, CommonChange,
Robustness, Tally, or Skipped with the reason why nothing is said. In them an Estimate is a number with its
interval, an Amount a count with its bounds, a Week the days that are reported. Regions are what load_regions
gives, a Segmentation is what segment gives.

What is analysed is what was *reported*. Nothing here draws, prints or reads the clock.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import detectors
    from .daily import daily_panel, daily_panels
    from .decomposition import decompose
    from .estimates import Amount, Estimate
    from .findings import (
        ChangePoint,
        CommonChange,
        Comparison,
        Findings,
        LastYear,
        Robustness,
        Signal,
        Skipped,
        Tally,
        Trend,
    )
    from .incidents import Incidents, read_incidents
    from .panel import Panel
    from .pipeline import analyse
    from .rank_trend import ljung_box, mann_kendall, sen_slope
    from .rates import rate_ratio
    from .regions import Regions, load_regions
    from .revisions import revision_triangle
    from .segmentation import Segmentation, partition_path, segment
    from .simulate import simulate_incidents
    from .snapshots import compare_rows
    from .streaming import count_parts
    from .weeks import Week

_HOME = {
    "read_incidents": "incidents", "Incidents": "incidents",
    "load_regions": "regions", "Regions": "regions",
    "daily_panel": "daily", "daily_panels": "daily", "count_parts": "streaming", "Panel": "panel",
    "analyse": "pipeline", "Findings": "findings",
    "Comparison": "findings", "Trend": "findings", "ChangePoint": "findings", "Tally": "findings",
    "Signal": "findings", "Robustness": "findings", "LastYear": "findings",
    "CommonChange": "findings",
    "Skipped": "findings", "Amount": "estimates", "Estimate": "estimates", "Week": "weeks",
    "segment": "segmentation", "Segmentation": "segmentation", "partition_path": "segmentation",
    "rate_ratio": "rates", "decompose": "decomposition",
    "mann_kendall": "rank_trend", "sen_slope": "rank_trend", "ljung_box": "rank_trend",
    "simulate_incidents": "simulate",
    "compare_rows": "snapshots", "revision_triangle": "revisions",
}  # fmt: skip

__all__ = [
    "Amount",
    "ChangePoint",
    "CommonChange",
    "Comparison",
    "Estimate",
    "Findings",
    "Incidents",
    "LastYear",
    "Panel",
    "Regions",
    "Robustness",
    "Segmentation",
    "Signal",
    "Skipped",
    "Tally",
    "Trend",
    "Week",
    "analyse",
    "compare_rows",
    "count_parts",
    "daily_panel",
    "daily_panels",
    "decompose",
    "detectors",
    "ljung_box",
    "load_regions",
    "mann_kendall",
    "partition_path",
    "rate_ratio",
    "read_incidents",
    "revision_triangle",
    "segment",
    "sen_slope",
    "simulate_incidents",
]


def __getattr__(name: str) -> Any:
    # Names are fetched on first use: the command line must not pay for pandas to print its help.
    if name == "detectors":
        return import_module(".detectors", __name__)
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
