"""What a report says against its records: every sentence is parsed, and none may say more or else.

Nothing here uses the code that writes the sentences. A sentence of the main points without a known form
is a contradiction too, so that no new one goes unchecked.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from comparisons import largest, regions, total
from form import faults
from known import Week
from others import past_weeks, sections, shifts, tallies, unallocated
from unusual_weeks import unusual

from analysis import Findings

__all__ = ["contradictions"]

CHECKS: dict[str, Callable[[Week, str], Iterator[str]]] = {
    "total": total, "largest": largest, "regions": regions, "unusual": unusual, "shifts": shifts,
    "tallies": tallies, "unallocated": unallocated, "past": past_weeks,
}  # fmt: skip
OPENINGS = {
    "total": re.compile("In the week of "),
    "largest": re.compile("The largest count"),
    "regions": re.compile(r"Of \d+ regions? tested|None of the|The 1 region tested|Which regions"),
    "unusual": re.compile(r"The total of|Of \d+ regions? judged|Larger areas"),
    "shifts": re.compile("In the last eight weeks|No lasting shift|Around "),
    "tallies": re.compile("Also reported|Not stated"),
    "unallocated": re.compile("Not assigned"),
    "past": re.compile("Since the last issue"),
}


# How a sentence of the main points begins.
BEGINNINGS = re.compile(
    r"(In the week of|That is|The previous|None were|With parts left out|The table ends|The largest counts?"
    r"|Of \d+ regions?|None of the|The 1 region|Which regions|The total of|Larger areas"
    r"|In the last eight weeks"
    r"|No lasting shift|Around|Also reported|Not stated|Not assigned|Since the last issue)\b"
)


def _foreign(text: str) -> bool:
    """Whether a sentence follows that has no known beginning."""
    return not all(BEGINNINGS.match(f"{one} ") for one in re.split(r"(?<!St)\. (?=[A-Z])", text))


def contradictions(said: Any, findings: Findings, since: Any = None) -> list[str]:
    """Every contradiction found, each as a line; an empty list where there is none."""
    week, found = Week(findings, since), []
    found += [f"form: {fault}" for fault in faults(said)]
    rest = dict(enumerate(said.headline))
    for name, check in CHECKS.items():
        matched = [i for i, text in rest.items() if OPENINGS[name].match(text)]
        if len(matched) > 1:
            found.append(f"{name}: said twice")
        text = rest.pop(matched[0]) if matched else ""
        if name != "unusual" and "so in every week" in text:
            found.append(f"{name}: a run of weeks | {text}")
        found += [f"{name}: {fault} | {text}" for fault in check(week, text)]
    known = [text for i, text in enumerate(said.headline) if i not in rest]
    found += [f"unknown sentence: {text}" for text in (*rest.values(), *filter(_foreign, known))]
    found += [f"sections: {fault}" for fault in sections(week, said)]
    return found
