"""`analyse`: every model over one week of a panel."""

import datetime as dt
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from .errors import ConfigError, ModelError, WeekNotCoveredError
from .findings import Finding, Findings, Skipped
from .models import load_model, model_names
from .panel import Panel
from .robustness import checked, common_changes
from .weeks import Week

__all__ = ["analyse"]

Model = Callable[..., tuple[Finding, ...]]


def analyse(
    panel: Panel,
    *,
    week: str | dt.date | Week | None = None,
    starts_on: str = "monday",
    models: Sequence[str | Model] | Mapping[str, Mapping[str, Any]] | None = None,
    robustness: bool = True,
) -> Findings:
    """Run the models over one week of a panel, for every region and for the total.

    week : a name (``"2025-W29"``), any date inside the week, a `Week`, or None for the last full week.
    starts_on : the weekday weeks begin on.
    models : None for all; a list of names or of callables ``fit(panel, *, week)``; or a mapping from
        name to options, where the models that are not named run with their defaults.
    robustness : also look whether what is claimed survives without its largest day, its new or ended sources
        and its largest source (`Robustness`), by running the same models on what is left.

    Only days up to the week's last day are looked at, so a past week reads as it did then. Multiple
    testing is controlled over the regions; the total is a statement of its own.

    Raises `WeekNotCoveredError` when the panel has no day of the week, `WeekError` for a bad name,
    `ConfigError` for an unknown model or option.
    """
    chosen = _week(panel, week, starts_on)
    if chosen.last_day < panel.first_day or chosen.first_day > panel.last_day:
        raise WeekNotCoveredError(chosen.name, panel.first_day, panel.last_day)
    known = panel.until(chosen.last_day)
    items: list[Finding] = list(_tallies(known, chosen))
    settings: dict[str, Mapping[str, Any]] = {}
    fits: dict[str, Callable[[Panel], tuple[Finding, ...]]] = {}
    for name, fit, options in _selected(models):
        settings[name] = _settings(name, fit, options)
        fits[name] = partial(_run, name, fit, chosen, options)
        for part in (known, known.total()):
            items.extend(fits[name](part))
    items.extend(common_changes(items, known))
    found = Findings(week=chosen, items=tuple(items), models=settings, panel=known)
    checks = checked(found, lambda name, part: fits[name](part)) if robustness else ()
    return replace(found, items=(*found.items, *checks))


def _week(panel: Panel, week: str | dt.date | Week | None, starts_on: str) -> Week:
    if isinstance(week, Week):
        return week
    if week is None:
        return panel.last_full_week(starts_on)
    if isinstance(week, dt.date):
        return Week.of(week, starts_on)
    return Week.parse(week, starts_on)


def _tallies(panel: Panel, week: Week) -> Iterable[Finding]:
    if panel.incidents is None:
        return ()
    from .tallies import week_tallies

    return week_tallies(panel.incidents, week, panel.measure, by=panel.by, as_of=panel.as_of)


def _selected(
    models: Sequence[str | Model] | Mapping[str, Mapping[str, Any]] | None,
) -> Iterable[tuple[str, Model, Mapping[str, Any]]]:
    options: Mapping[str, Mapping[str, Any]] = models if isinstance(models, Mapping) else {}
    for name in options:
        load_model(name)  # an unknown name is an error even where it would only give options
    wanted: Iterable[str | Model] = model_names() if models is None or isinstance(models, Mapping) else models
    for one in wanted:
        if callable(one):
            yield getattr(one, "__name__", "model"), one, {}
        else:
            yield one, load_model(one), options.get(one, {})


def _settings(name: str, fit: Model, options: Mapping[str, Any]) -> dict[str, Any]:
    """Every option the model runs with, defaults included, for the methods section."""
    parameters = inspect.signature(fit).parameters.values()
    keywords = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY and p.name != "week"}
    for key in options:
        if key not in keywords:
            raise ConfigError("no such option", table=f"models.{name}", key=key, valid=keywords)
    return {**keywords, **options}


def _run(name: str, fit: Model, week: Week, options: Mapping[str, Any], panel: Panel) -> tuple[Finding, ...]:
    try:
        return fit(panel, week=week, **options)
    except ModelError as error:
        return tuple(
            Skipped(region=str(region), model=name, reason=str(error)) for region in panel.counts.columns
        )
