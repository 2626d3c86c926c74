"""The week in four to six sentences."""

from ..content import Bullets, Context, Section
from ..prose import main_points

__all__ = ["build"]


def build(context: Context, /) -> Section | None:
    """The sentences of `reports.prose.main_points`, as a list."""
    return Section(id="main_points", title="Main points", blocks=(Bullets(items=main_points(context)),))
