"""Tables too large to hold: counted in parts, without their rows."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.config import Config

from .arguments import shown
from .progress import Progress

if TYPE_CHECKING:
    from analysis.streaming import Counted

__all__ = ["count_large", "is_large"]

_SAID = (
    "the table is large and read in parts: rows that repeat, duplicates and delays are not looked for, and "
    "of the rows set aside the first 1,000 are listed."
)


def is_large(source: Path | str) -> bool:
    """Whether a table is to be read in parts: a large Parquet file, or a folder of Parquet files."""
    from .flow import is_archive

    if isinstance(source, str) or not (source.is_dir() or source.suffix.lower() in (".parquet", ".pq")):
        return False
    if not source.exists() or is_archive(source):
        return False
    from analysis import streaming

    return streaming.is_large(source)


def count_large(args: argparse.Namespace, config: Config, progress: Progress, *, panel: bool) -> "Counted":
    """The ingest report, and the panel of the chosen measure if asked for."""
    options = config.options("incidents")
    if options.get("regions") == "none":  # TOML has no null
        options["regions"] = None
    counting = config.options("panel")
    measure = counting.pop("measure", "incidents")
    progress.note(_SAID)
    with progress.stage(f"reading {shown(args.input)}"):
        from analysis import count_parts

        return count_parts(
            args.input, measures=(measure,) if panel else (), progress=progress.share, **counting, **options
        )
