"""Mistakes a sentence could make, put in by hand: the checker must find every one."""

import re
from dataclasses import replace
from typing import Any

__all__ = ["MISTAKES", "with_mistake"]

# What is looked for in the main points, and what it is turned into; the first place found is changed.
NO_SHIFT = (
    "No lasting shift of a region's daily level was found in the last eight weeks, among 1 region with "
    "enough reports to judge."
)
NONE_APART = (
    "None of the 3 regions tested stands clearly apart from its own previous weeks; that is not proof that "
    "nothing changed."
)
MISTAKES = {
    "above for below": (r"stands? above (its|their)", lambda m: m[0].replace("above", "below")),
    "below for above": (r"stands? below (its|their)", lambda m: m[0].replace("below", "above")),
    "total above for below": (r"That is below", lambda m: "That is above"),
    "total below for above": (r"That is above", lambda m: "That is below"),
    "unclear as up": (r"no clear change can be told, as the data", lambda m: "That is above the previous"),
    "unchanged as down": (r"That is broadly unchanged from", lambda m: "That is below the previous"),
    "early as down": (r"whether it differs is too early to tell", lambda m: "That is below the previous"),
    "fewer for more": (r"reported more than usual", lambda m: "reported fewer than usual"),
    "more for fewer": (r"reported fewer than usual", lambda m: "reported more than usual"),
    "total fewer for more": (r"(The total of .*?) more than usual", lambda m: f"{m[1]} fewer than usual"),
    "no bound": (r"(?<=, )at least (?=[\d,]+ incidents? w)", lambda m: ""),
    "a bound": (r"(?<=\d, )(?=[\d,]+ incidents? w)", lambda m: "at least "),
    "one region more": (r"(\d+) (stands?) (above|below)", lambda m: f"{int(m[1]) + 1} {m[2]} {m[3]}"),
    "one unusual more": (r"(\d+) reported (more|fewer)", lambda m: f"{int(m[1]) + 1} reported {m[2]}"),
    "tested": (r"Of (\d+) (regions? tested)", lambda m: f"Of {int(m[1]) + 1} {m[2]}"),
    "judged": (r"Of (\d+) (regions? judged)", lambda m: f"Of {int(m[1]) + 2} {m[2]}"),
    "affected": (r"reported, in (\d+)", lambda m: f"reported, in {int(m[1]) + 1}"),
    "total count": (r"(\d) (incidents?) (was|were) r", lambda m: f"{(int(m[1]) + 1) % 10} {m[2]} {m[3]} r"),
    "were for was": (r"incident was", lambda m: "incident were"),
    "was for were": (r"incidents were", lambda m: "incidents was"),
    "a name twice": (r"(, | and )[^,]+? \(([\d,]+)\)\.$", lambda m: f"{m[1]}Atlantis ({m[2]})."),
    "a largest count": (r"(The largest count.*?\()(\d)", lambda m: f"{m[1]}{(int(m[2]) + 1) % 10}"),
    "the ratio": (r"(\d)( times)(?! that mean\.)(, | that mean \()",
                  lambda m: f"{(int(m[1]) + 2) % 10}{m[2]}{m[3]}"),
    "a run": (r"(?<=\d)\)(?= and |; |\.$)", None),
    "holds": (r"holds also without", lambda m: "does not hold without"),
    "does not hold": (r"does not hold without", lambda m: "holds also without"),
    "shift turned round": (r"from (\S+) to (\S+) a day", lambda m: f"from {m[2]} to {m[1]} a day"),
    "shifts": (r"shifted (once|twice|\d+ times)", lambda m: "shifted 77 times"),
    "no shift": (r"^In the last eight weeks.*", lambda m: NO_SHIFT),
    "none apart": (r"^Of \d+ regions? tested.*", lambda m: NONE_APART),
    "two spaces": (r" ", lambda m: "  "),
    "no end": (r"\.$", lambda m: ""),
    "not a number": (r"\d+", lambda m: "nan"),
    "two marks": (r"\.$", lambda m: ".."),
    "an open bracket": (r"\)", lambda m: ""),
    "usual range": (r"(95% of usual weeks: |\w, [\d,]+ \()([\d,]+) to ([\d,]+)",
                    lambda m: f"{m[1]}{m[3]} to 99,999"),
    "other counts": (r"Also reported: (at least )?(\d+)",
                     lambda m: f"Also reported: {m[1] or ''}{int(m[2]) + 1}"),
    "not stated": (r"Not stated, which is not zero: .*", lambda m: "None were stated."),
    "share": (r"(\d)% of it", lambda m: f"{(int(m[1]) + 3) % 10}% of it"),
    "printed then": (r"printed (.*), now known (.*)\.", lambda m: f"printed {m[2]}, now known {m[1]}."),
    "a sentence of its own": (r"\.$", None),
}  # fmt: skip
_PUT = {"a run": "; so in every week of 7–20 July 2025)", "a sentence of its own": ". It was the army."}


def with_mistake(said: Any, name: str) -> Any | None:
    """What is said, with one mistake in the main points; None where there is no place for it."""
    pattern, change = MISTAKES[name]
    for i, text in enumerate(said.headline):
        wrong = re.sub(pattern, change or _PUT[name], text, count=1)
        if wrong != text:
            return replace(said, headline=(*said.headline[:i], wrong, *said.headline[i + 1 :]))
    return None
