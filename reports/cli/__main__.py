"""``python -m reports.cli`` is ``sitrend``."""

import sys

from . import main

sys.exit(main())
