"""Parents of regions (federal districts, wards, countries) as columns of their own."""

from dataclasses import replace

import pandas as pd

from .panel import Panel

__all__ = ["group_panel", "members_of"]


def members_of(panel: Panel) -> dict[str, list[str]]:
    """Code of a parent -> its regions in the panel, in its order.

    Left out: a parent of one region (its own record says it), one that holds every region (the total says
    it), and one whose code is a region of the panel too (rows name either, and one code cannot be two sums).
    """
    found: dict[str, list[str]] = {}
    for code, parent in panel.regions["parent"].items():
        if parent:
            found.setdefault(str(parent), []).append(str(code))
    everything = panel.counts.shape[1]
    return {
        parent: codes
        for parent, codes in found.items()
        if 1 < len(codes) < everything and parent not in panel.regions.index
    }


def group_panel(panel: Panel) -> Panel | None:
    """The panel with parents as columns (`members_of`); None where there is no such parent.

    Other than in `Panel.roll_up`, a day is observed only where all regions of the parent are covered that
    ever are: a region that begins or ends would look like a rise or a fall.
    """
    members = members_of(panel)
    if not members:
        return None
    codes = [code for group in members.values() for code in group]
    part = replace(
        panel, counts=panel.counts[codes], low=panel.low[codes], high=panel.high[codes],
        observed=panel.observed[codes], regions=panel.regions.loc[codes],
        told=None if panel.told is None else panel.told[codes],
    ).roll_up()  # fmt: skip
    ever = panel.observed.any()
    observed = {
        parent: panel.observed[[code for code in group if ever[code]]].all(axis=1) & bool(ever[group].any())
        for parent, group in members.items()
    }
    seen = pd.DataFrame(observed, index=panel.counts.index)[part.counts.columns]
    return replace(
        part, observed=seen, counts=part.counts.where(seen, 0.0), low=part.low.where(seen, 0.0),
        high=part.high.where(seen, 0.0),
    )  # fmt: skip
