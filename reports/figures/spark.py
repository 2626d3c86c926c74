"""Sparklines: points for a template macro, no picture."""

from collections.abc import Sequence

import numpy as np

from analysis.numbers import count_text
from reports.content import Spark

from .marks import runs

__all__ = ["spark"]

PAD = 2.5  # room for the dot at the last value


def spark(
    values: Sequence[float | None], *, unit: str = "weeks", subject: str = "", alt: str = "",
    width: int = 90, height: int = 20,
) -> Spark:  # fmt: skip
    """A sparkline of values, oldest first, from 0 at the foot to the largest at the top.

    values : NaN or None = not observed: the line breaks. unit : what one value stands for, and subject :
    whose values they are, in the alt text made here; ``alt`` replaces it.
    A single value between two gaps is drawn as a short dash.
    """
    y = np.array([np.nan if value is None else float(value) for value in values], dtype=float)
    known = np.isfinite(y)
    top = float(y[known].max()) if known.any() else 0.0
    across = np.linspace(PAD, width - PAD, len(y)) if len(y) > 1 else np.array([width / 2] * len(y))
    down = height - PAD - (height - 2 * PAD) * (y / top if top > 0 else np.where(known, 0.0, np.nan))
    points = []
    for first, last in runs(known):
        x = across[first : last + 1]
        if first == last:
            x = np.array([x[0] - 1, x[0] + 1])
        heights = np.broadcast_to(down[first], 2) if first == last else down[first : last + 1]
        points.append(" ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, heights, strict=True)))
    end = (round(float(across[-1]), 1), round(float(down[-1]), 1)) if len(y) and known[-1] else None
    alt = alt or (f"{subject}, " if subject else "") + _alt(y, known, unit)
    return Spark(points=tuple(points), last=end, alt=alt, width=width, height=height)


def _alt(
    y: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    known: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
    unit: str,
) -> str:
    if not known.any():
        return f"{len(y)} {unit}, not covered"
    text = f"{len(y)} {unit}: {count_text(y[known].min())} to {count_text(y[known].max())}"
    text += f", last {count_text(y[-1])}" if known[-1] else ", the last not covered"
    missing = int((~known).sum()) - (0 if known[-1] else 1)
    return text + (f", {missing} not covered" if missing else "")
