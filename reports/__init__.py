"""Everything seen: the weekly report (HTML, PDF, Word, Markdown, mail, data), figures, the archive.

::

    build_report(findings)   -> Report: .html() .pdf() .docx() .markdown() .email() .json() .save(folder),
                             shows itself in Jupyter
    plot_panel, plot_region, plot_calendar, plot_map, plot_growth
                             the figures of the report, on any matplotlib Axes
    plot_historical_limits   four weeks over the mean of comparable totals of the past
    plot_decomposition       a series as slow course, pattern of the week and remainder
    read_boundaries(file, panel)
                             outlines of the regions for plot_map and build_report, from GeoJSON
    Editions(folder)         the archive: write once, verify
    compare_editions(a, b)   what changed from one published edition to another

No statistics are computed here; every number printed is a fact taken from `analysis`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .boundaries import read_boundaries
    from .editions import Editions
    from .figures import (
        plot_calendar,
        plot_decomposition,
        plot_growth,
        plot_historical_limits,
        plot_map,
        plot_panel,
        plot_region,
    )
    from .report import Report, build_report
    from .since import compare_editions

_HOME = {
    "build_report": "report", "Report": "report", "Editions": "editions",
    "compare_editions": "since",
    "plot_panel": "figures", "plot_region": "figures", "plot_calendar": "figures",
    "plot_decomposition": "figures", "plot_map": "figures",
    "plot_growth": "figures", "plot_historical_limits": "figures", "read_boundaries": "boundaries",
}  # fmt: skip

__all__ = [
    "Editions",
    "Report",
    "build_report",
    "compare_editions",
    "plot_calendar",
    "plot_decomposition",
    "plot_growth",
    "plot_historical_limits",
    "plot_map",
    "plot_panel",
    "plot_region",
    "read_boundaries",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
