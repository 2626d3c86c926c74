"""Fuzzing: broken and hostile input ends in a result or in one of our errors, never in anything else.

    python tests/fuzz/run.py                             every target, 20,000 cases each
    python tests/fuzz/run.py formats --count 5e5 --seed 7

A target is a file ``fuzz_<name>.py`` beside this one with ``case(rng, number)``, which builds one input from
a `random.Random`, runs it, and raises for any outcome that is wrong. A failing case is named by its seed and
number, which give it again: ``--seed 7 --only 1234``.
"""

import argparse
import importlib.util
import random
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

Case = Callable[[random.Random, int], None]


def targets() -> dict[str, Case]:
    """Name -> case of every file ``fuzz_*.py`` in this folder."""
    found: dict[str, Case] = {}
    for path in sorted(Path(__file__).parent.glob("fuzz_*.py")):
        spec = importlib.util.spec_from_file_location(f"_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found[path.stem.removeprefix("fuzz_")] = module.case
    return found


def run(case: Case, *, seed: int, numbers: range, slowest: float = 20.0) -> list[str]:
    """What went wrong: a line per case that raised, warned or took over ``slowest`` seconds of computing."""
    wrong = []
    for number in numbers:
        started = time.process_time()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                case(random.Random(f"{seed}/{number}"), number)
        except Exception as error:
            wrong.append(f"seed {seed}, case {number}: {type(error).__name__}: {str(error)[:200]}")
        taken = time.process_time() - started
        if taken > slowest:
            wrong.append(f"seed {seed}, case {number}: took {taken:.0f} s")
    return wrong


def main() -> int:
    """Run the targets named; exit status 1 where a case went wrong."""
    known = targets()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", choices=[*known, []], default=[])
    parser.add_argument("--count", type=lambda text: int(float(text)), default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="run one case and let its error through")
    args = parser.parse_args()
    status = 0
    for name in args.names or known:
        if args.only is not None:
            known[name](random.Random(f"{args.seed}/{args.only}"), args.only)
            continue
        started = time.process_time()
        wrong = run(known[name], seed=args.seed, numbers=range(args.count))
        print(f"{name}: {args.count:,d} cases, {len(wrong)} wrong, {time.process_time() - started:.0f} s")
        print(*wrong[:20], sep="\n", end="\n" if wrong else "")
        status |= bool(wrong)
    return status


if __name__ == "__main__":
    sys.exit(main())
