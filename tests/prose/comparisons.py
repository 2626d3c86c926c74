"""The total and its verdict, the largest counts, the regions above and below."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from known import AMOUNT, COMPLETE, RATIO, SPAN, N, Week, held, must, near, number

__all__ = ["largest", "regions", "total"]

CLAIMS = {
    "up": "That is above the previous", "down": "That is below the previous",
    "unchanged": "That is broadly unchanged from", "unclear": "no clear change can be told",
    "too_few": "too few to tell whether", "early": "too early to tell",
}  # fmt: skip


def total(week: Week, text: str) -> Iterator[str]:
    """The week's total, the regions with any, and the verdict on it."""
    found = re.match(
        rf"In the week of (?P<span>{SPAN}), (?P<n>{AMOUNT}) (?P<noun>incidents?) (?P<were>was|were) "
        r"reported, "
        rf"in (?P<some>none|\d+)(?: of (?P<of>\d+)(?! covered))? ?(?P<regions>regions?)?"
        r"(?: \((?P<covered>\d+) (?:is|are) covered on every day\))?", text,
    )  # fmt: skip
    if not found:
        yield "no total"
        return
    yield from must(found["n"] == week.amount("total"), f"total is {week.amount('total')}")
    low, best, high = week.sums("total")
    one = (best if not (np.isinf(high) and low == best) else low) == 1
    yield from must((found["noun"] == "incident") == one == (found["were"] == "was"), "singular or plural")
    some = sum(week.sums(code)[1] > 0 for code in week.names)
    yield from must((0 if found["some"] == "none" else int(found["some"])) == some, f"{some} regions had any")
    days = week.findings.panel.observed.iloc[-7:]  # type: ignore[union-attr]
    full = int(days.all().sum())
    of = found["of"] or found["covered"]
    yield from must(of is not None and int(of) == full, f"{full} regions are covered")
    yield from must(not found["of"] or some <= full, "more regions than there are")
    record = week.of("comparison").get("total")
    said = {name for name, words in CLAIMS.items() if words in text}
    if record is None or record.rate_ratio is None:
        yield from must(not said, f"claims {said}")
        return
    spoken = record.verdict
    if spoken == "unclear" and record.completeness is not None and record.completeness < COMPLETE:
        spoken = "early"
    yield from must(said == {spoken}, f"verdict is {spoken}, said is {said}")
    yield from _compared(text, record)
    if spoken in ("up", "down"):
        yield from held(week, re.findall(r"With parts left out in turn: (.*)\.$", text), [record])


def _compared(text: str, record: Any) -> Iterator[str]:
    """Ratio and interval as they are, on the side of one that the verdict says."""
    ratio = re.search(rf"({RATIO}) times(?! that mean\.)", text)
    span = re.search(
        rf"({RATIO}) to ({RATIO})(?: times that mean\.|\)|;)", text[ratio.start() if ratio else 0 :]
    )
    mean = re.search(rf"(?:averaged|a mean of) ({N})", text)
    estimate = record.rate_ratio
    yield from must(mean and near(mean[1], record.baseline.value), "mean")
    if ratio and record.verdict in ("up", "down", "unchanged"):
        yield from must(near(ratio[1], estimate.value), "ratio")
    if record.verdict not in ("up", "down") or not span:
        yield from must(record.verdict not in ("up", "down"), "no interval")
        return
    yield from must(near(span[1], estimate.low) and near(span[2], estimate.high), "interval")
    beyond = number(span[1]) > 1 if record.verdict == "up" else number(span[2]) < 1
    yield from must(beyond, "the printed interval does not exclude one")


def largest(week: Week, text: str) -> Iterator[str]:
    """The largest counts, none left out that is larger or as large."""
    counts = {name: week.sums(code)[1] for code, name in week.names.items() if week.sums(code)[1] > 0}
    if not text:
        values = sorted(counts.values(), reverse=True)
        yield from must(
            len(counts) < 2 or values[0] == values[min(5, len(values) - 1)], "largest are not told"
        )
        return
    named = re.findall(rf"({week.name}) \(({AMOUNT})\)", text)
    left = re.sub(rf"{week.name} \({AMOUNT}\)", "", text)
    whole = re.fullmatch(r"The largest counts? (?:are those|is that) of (?:, )*(?: and )?\.", left)
    yield from must(whole, "more is said than counts")
    amounts = {week.names[code]: week.amount(code) for code in week.names}
    if not named:
        yield "nothing is named"
        return
    yield from must(all(amounts[name] == n for name, n in named), "a count is wrong")
    values = [counts.get(name, 0) for name, _ in named]
    others = [n for name, n in counts.items() if name not in dict(named)]
    yield from must(values == sorted(values, reverse=True), "not in order")
    yield from must(not others or max(others) < values[-1], "a larger count is left out")
    yield from must(("counts are" in text) == (len(named) > 1), "singular or plural")


def regions(week: Week, text: str) -> Iterator[str]:
    """Regions above and below their own previous weeks."""
    tested = {k: r for k, r in week.of("comparison").items() if k != "total" and r.tested}
    moved = {k: r for k, r in tested.items() if r.verdict in ("up", "down")}
    early = any(r.verdict == "unclear" and (r.completeness or 1) < COMPLETE for r in tested.values())
    if not moved:
        yield from must("stand above" not in text and "stands above" not in text, "nothing is above")
        yield from must("stand below" not in text and "stands below" not in text, "nothing is below")
        if week.told("signal", "unusual", "low"):
            yield from must(not re.match("None|The 1 region", text), "denies what is unusual")
        elif tested:
            apart = re.match(
                rf"(?:None of the {len(tested)} regions tested stands|The 1 region tested does)", text
            )
            yield from must(apart and (len(tested) == 1) == text.startswith("The 1"), "nothing stands apart")
        yield from must("clearly apart" not in text or not (early and not week_sure(tested)), "denies early")
        return
    yield from must(re.match(rf"Of {len(tested)} region{'s' * (len(tested) > 1)} tested, ", text), "tested")
    for verdict, word in (("up", "above"), ("down", "below")):
        yield from _group(week, text, {k: r for k, r in moved.items() if r.verdict == verdict}, word)


def week_sure(tested: dict[str, Any]) -> bool:
    """Whether any of the tested is said to be unchanged or down, which no early week says."""
    return any(r.verdict in ("unchanged", "down") for r in tested.values())


def _group(week: Week, text: str, some: dict[str, Any], word: str) -> Iterator[str]:
    found = re.search(
        rf"(\d+) stands? {word} (its|their) own previous weeks: (.*?)(?=; \d+ stands? |\.$)", text
    )
    if not found or not some:
        yield from must(not found and not some, f"{len(some)} are {word}")
        return
    one = len(some) == 1
    yield from must(found[1] == str(len(some)) and (found[2] == "its") == one, f"{len(some)} are {word}")
    yield from must((f"{found[1]} stands " in found[0]) == one, "singular or plural")
    pattern = (
        rf"({week.name}) \(({AMOUNT})"
        rf"(, none before| against a mean of {N}; {RATIO} times, {RATIO} to {RATIO})"
        r"(; (?:[hdc].*?))?\)(?=; | and |$)"
    )
    named = re.findall(pattern, found[3])
    yield from must(len(named) == min(3, len(some)), f"{len(named)} named of {len(some)}")
    yield from must(("most clearly" in found[3]) == (len(some) > 3), "most clearly")
    shared = re.findall(r"; ((?:each|none) of these .*)$", found[3])
    for name, amount, more, clause in named:
        record = some.get(name)
        if record is None:
            yield f"{name} is not {word}"
            continue
        yield from must(amount == week.amount(record.region), f"count of {name}")
        yield from must((more == ", none before") == (record.rate_ratio is None), "none before")
        if record.rate_ratio is not None:
            yield from _compared(f"{more};", record)
        yield from held(week, [clause] if clause else shared, [record])
