"""Table to findings, as every command walks it: settings, incidents, panel, week, findings."""

import argparse
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from analysis.config import Config, read_config
from analysis.errors import InputError, NotEnoughDataError, WeekError
from analysis.weeks import Week

from . import clock
from .arguments import shown
from .progress import Progress

if TYPE_CHECKING:
    from analysis.findings import Findings
    from analysis.incidents import Incidents
    from analysis.panel import Panel

__all__ = [
    "CONFIG_NAME", "about", "is_archive", "make_findings", "make_panel", "missing_weeks", "read_table",
    "settings", "stages",
]  # fmt: skip

CONFIG_NAME = "sitrend.toml"
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def week_settings(*, starts_on: Weekday = "monday") -> None:
    """The keys of the table [week]."""


def stages() -> dict[str, Callable[..., Any]]:
    """Table of the settings -> the function whose keyword arguments are its keys."""
    from analysis import daily_panel, read_incidents
    from analysis.models import load_model, model_names
    from reports.report import build_report

    models = {f"models.{name}": load_model(name) for name in model_names()}
    return {
        "incidents": read_incidents, "panel": daily_panel, "week": week_settings, **models,
        "report": build_report,
    }  # fmt: skip


def settings(args: argparse.Namespace, progress: Progress) -> Config:
    """The settings file, where one is named, with the command line's own in their place."""
    if args.config is not None:
        config = read_config(args.config, stages())
    else:
        config = Config()
        _hint(args.input, progress)
    given = vars(args)
    config = config.override(
        "incidents",
        regions=_regions(given.get("regions")),
        table=given.get("table"),
        query=given.get("query"),
    )
    config = config.override("panel", measure=given.get("measure"), as_of=given.get("as_of"))
    return config.override("report", title=given.get("title"))


def read_table(args: argparse.Namespace, config: Config, progress: Progress) -> "Incidents":
    """The checked incidents: of a table, or as an edition keeps them where INPUT is one, or an archive.

    Of an archive the edition is chosen by the week and the as-of time; without a week it gives the week.
    """
    with progress.stage(f"reading {shown(args.input)}"):
        options = config.options("incidents")
        if options.get("regions") == "none":  # TOML has no null
            options["regions"] = None
        if is_archive(args.input):
            return _stored(args, config, options, progress)
        from analysis import read_incidents

        return read_incidents(args.input, **options)


def is_archive(path: Path | str) -> bool:
    """Whether INPUT is a folder of editions, or one of them, rather than a table or a URL."""
    if isinstance(path, str) or not path.is_dir():
        return False
    from reports.stored import archive_at

    return archive_at(path) is not None


def _stored(
    args: argparse.Namespace, config: Config, options: Mapping[str, Any], progress: Progress
) -> "Incidents":
    from analysis.windows import local_moment
    from reports.stored import edition_at, stored_incidents

    named = getattr(args, "week", None)
    week = None if named is None else Week.parse(named, config.options("week").get("starts_on", "monday"))
    moment = local_moment(config.options("panel").get("as_of"), "as_of", end_of_day=True)
    edition = edition_at(args.input, week=week, as_of=moment)
    if named is None and hasattr(args, "week"):
        args.week = edition.week.name
    progress.note(f"rebuilt from the rows that edition {edition.name} keeps.")
    return stored_incidents(edition, **{key: options[key] for key in ("regions",) if key in options})


def make_panel(incidents: "Incidents", config: Config, progress: Progress) -> "Panel":
    """The daily panel of the chosen measure."""
    with progress.stage("counting by day and region"):
        from analysis import daily_panel

        return daily_panel(incidents, **config.options("panel"))


def make_findings(
    panel: "Panel", config: Config, progress: Progress, *, week: str | None = None
) -> "Findings":
    """Every model over the week.

    Raises `WeekError` for a week that has not ended, `NotEnoughDataError` (exit code 4) where no region is
    observed on any day of the week.
    """
    starts_on = config.options("week").get("starts_on", "monday")
    chosen = _week(panel, week, starts_on)
    with progress.stage(f"analysing week {chosen}"):
        from analysis import analyse

        findings = analyse(panel, week=chosen, starts_on=starts_on, models=config.models())
    days = slice(str(chosen.first_day), str(chosen.last_day))
    if not panel.observed.loc[days].to_numpy().any():
        raise NotEnoughDataError(f"no region could be modelled: none is observed in week {chosen}.")
    return findings


def _week(panel: "Panel", text: str | None, starts_on: str) -> Week:
    today = clock.today()
    if text is None:
        week = panel.last_full_week(starts_on)
        if week.last_day >= today:
            raise InputError(
                f"the table's last week, {week}, ends on {week.last_day}, which is not over (today is "
                f"{today}): check the dates, or name a week with --week."
            )
        return week
    week = Week.parse(text, starts_on)
    if week.first_day > today:
        raise WeekError(text, f"it lies in the future, it begins on {week.first_day} and today is {today}")
    if week.last_day >= today:
        raise WeekError(text, f"it is not over, its last day is {week.last_day} and today is {today}")
    return week


def missing_weeks(panel: "Panel", config: Config, out: Path, *, since: str | None = None) -> list[Week]:
    """Full weeks of the panel that are over and not published in ``out``, oldest first.

    since : a week's name or a date; None = the week after the last edition, and where there is none, only
    the last full week.
    """
    from reports.editions import Editions

    starts_on = config.options("week").get("starts_on", "monday")
    last = panel.last_full_week(starts_on)
    while last.last_day >= clock.today():
        last = last.shift(-1)
    published = {edition.week for edition in Editions(out) if edition.week.starts_on == last.starts_on}
    if since is not None:
        first = Week.parse(since, starts_on)
    else:
        first = max(published).shift(1) if published else last
    number = (last.first_day - first.first_day).days // 7 + 1
    weeks = [first.shift(step) for step in range(max(0, number))]
    return [week for week in weeks if week not in published and week.first_day >= panel.first_day]


def _regions(text: str | None) -> str | list[str] | None:
    if text is None:
        return None
    # A file named on the command line is relative to where the command is given.
    names = [os.path.abspath(name) if Path(name).suffix else name for name in text.split(",") if name]
    return names[0] if len(names) == 1 else names


def _hint(table: Path | str, progress: Progress) -> None:
    """A settings file that is near but not named is said, not used: what is printed must be asked for."""
    near = (table.parent, Path()) if isinstance(table, Path) else (Path(),)
    for folder in dict.fromkeys(near):
        found = folder / CONFIG_NAME
        if found.is_file():
            progress.note(f"{found} is there but not used; add --config {found} to use it.")
            return


def about(config: Config) -> Mapping[str, Any]:
    """The settings an edition was made with, for its manifest."""
    from analysis.codec import to_plain

    return {
        "config": {
            "file": config.file.name if config.file else None, "sha256": config.sha256,
            "tables": to_plain(config.tables),
        },
    }  # fmt: skip
