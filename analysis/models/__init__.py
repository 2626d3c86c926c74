"""One model per file, each ``fit(panel, /, *, week, ...) -> tuple[Finding, ...]``.

A file put into this folder is a model under its own name: nothing is registered. Every model answers each
region with a finding or a `Skipped` that says why, leaves the panel as it was, and gives the same answer in
any order of the regions.
"""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from analysis.errors import ConfigError

__all__ = ["load_model", "model_names"]


def model_names() -> tuple[str, ...]:
    """The models in this folder, sorted."""
    return tuple(sorted(info.name for info in iter_modules(__path__) if not info.name.startswith("_")))


def load_model(name: str) -> Callable[..., tuple[Any, ...]]:
    """The ``fit`` of a model. Raises `ConfigError` naming the nearest known one."""
    known = model_names()
    if name not in known:
        raise ConfigError(f"{name!r} is not a model", table="models", key=name, valid=known)
    fit: Callable[..., tuple[Any, ...]] = import_module(f"{__name__}.{name}").fit
    return fit
