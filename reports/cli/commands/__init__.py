"""One command per file: ``add_parser(commands)`` and ``run(args, progress)``."""
