"""Reports simulated by the thousand; every sentence is checked against the records it was made from.

    python tests/prose/run.py --reports 10000              some minutes on one core
    python tests/prose/run.py --seed 7 --only 1234         one report: sentences, records, what is wrong

Nine in ten are made from records built directly, with bounds, gaps, ties, early weeks, awkward names and
readings that differ between models; the others from small simulated tables and panels through `analyse`. The
table of regions, which takes longest, is looked at in every fifth. Exit status 1 where words and numbers
contradict each other.
"""

import argparse
import sys
import time
import warnings
from collections import Counter

from cases import Case, simulated
from checks import contradictions
from said import said_by


def checked(seed: int, number: int) -> tuple[Case, tuple[str, ...], list[str]]:
    """One report: what it was made from, its main points, and the contradictions in it."""
    case = simulated(seed, number)
    said = said_by(case.findings, case.since, table=number % 5 == 0)
    return case, said.headline, contradictions(said, case.findings, case.since)


def told(case: Case, headline: tuple[str, ...], found: list[str]) -> str:
    """A report that contradicts itself, with its records."""
    parts = [f"made from: {case.origin}", *headline, *(f"WRONG {line}" for line in found)]
    return "\n".join([*parts, *map(repr, case.findings.items), repr(case.since)])


def main() -> int:
    """Check so many reports; prints the contradictions and what was looked at."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reports", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first report")
    parser.add_argument("--only", type=int, help="one report, in full")
    args = parser.parse_args()
    warnings.simplefilter("error")
    if args.only is not None:
        print(told(*checked(args.seed, args.only)))
        return 0
    began, wrong, made, sentences = time.process_time(), 0, Counter[str](), 0
    try:
        for number in range(args.first, args.first + args.reports):
            case, headline, found = checked(args.seed, number)
            made[case.origin] += 1
            sentences += len(headline)
            wrong += bool(found)
            for line in found:
                print(f"seed {args.seed}, report {number}: {line}", flush=True)
    except KeyboardInterrupt:
        print("stopped")
    kinds = ", ".join(f"{n:,d} {origin}" for origin, n in sorted(made.items()))
    print(f"{made.total():,d} reports ({kinds}), {sentences:,d} main points: {wrong:,d} with a contradiction")
    print(f"{time.process_time() - began:.0f} s of computing")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
