"""The command ``sitrend``: the only place that reads the clock, prints, or ends with an exit code.

One module per command lies in ``commands/``; to add a command is to add a file with
``add_parser(commands)`` and ``run(args, progress)``. Nothing but the standard library is imported before a
command runs, so that ``sitrend --help`` answers at once.

Exit codes: 0 fine · 1 a fault in sitrend · 2 usage or settings · 3 the table cannot be used · 4 no region
could be modelled: none was observed on any day of the week (a report that refuses every claim, but tells
what was counted, is fine and ends with 0) · 5 rendering · 6 archive · 130 interrupted.
"""

from collections.abc import Sequence

from .exits import guarded
from .parser import build_parser
from .progress import Progress

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. Wrong usage leaves through argparse with 2."""
    parser = build_parser()
    args = parser.parse_args(argv)
    if not hasattr(args, "run"):
        parser.print_help()
        return 0
    progress = Progress(quiet=args.quiet)
    return guarded(lambda: args.run(args, progress), debug=args.debug)
