"""Shifts of level, other counts, what no region has, past weeks, and the sections below the main points."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from known import AMOUNT, CLEAR, DATE, RATIO, SPAN, Week, date_text, first, held, must, number

__all__ = ["past_weeks", "sections", "shifts", "tallies", "unallocated"]

RECENT = dt.timedelta(weeks=8)
TIMES = {"once": 1, "twice": 2}


def _told(week: Week, first_day: dt.date) -> tuple[list[Any], list[Any], bool]:
    """Shifts to be named one by one, dates that most regions share, and whether one rests on a day."""
    findings = week.findings
    shared = findings.of("common_change")
    common = [c for c in shared if c.date >= first_day]
    clear = [c for c in findings.of("change_point") if c.q_value <= CLEAR and c.region != "total"]
    clear = [c for c in clear if c.date >= first_day]
    apart = [
        c for c in clear
        if not any(c.region in s.regions and abs((c.date - s.date).days) <= 3 for s in shared)
    ]  # fmt: skip
    one_day = {
        (c.region, c.date) for c in findings.of("robustness")
        if (c.statement, c.without, c.holds) == ("change_point", "largest_day", False)
    }  # fmt: skip
    rest = any((c.region, c.date) in one_day for c in clear)
    return [c for c in apart if (c.region, c.date) not in one_day], common, rest


def shifts(week: Week, text: str) -> Iterator[str]:
    """How many shifts, which, from what to what."""
    begin = week.findings.week.last_day - RECENT
    told, common, rest = _told(week, begin)
    skipped = {s.region for s in week.findings.of("skipped") if s.model == "change_point"}
    judged = len(set(week.names) - skipped)
    if "change_point" not in week.findings.models or not judged:
        yield from must(not text, "nobody looked for shifts")
        return
    yield from must(
        text.count("the daily level shifted in") == len(common), f"{len(common)} dates are shared"
    )
    for change in common:
        some, risen = len(change.regions), change.risen
        way = "down in all" if not risen else "up in all" if risen == some else f"up in {risen} of them"
        yield from must(
            f"shifted in {some} of {change.judged} regions" in text and way in text, "shared shift"
        )
    none = re.search(r"No lasting shift .*?among (\d+) regions?", text)
    yield from must(bool(none) == (not told and not common), f"{len(told)} shifts are told")
    if none:
        yield from must(int(none[1]) == judged, f"{judged} judged")
        yield from must(("more than one day" in text) == rest, "shifts that rest on a day")
    found = re.search(
        r"reported daily level shifted (once|twice|(\d+) times), (most recently )?in (.*?)\.(?= Around |$)",
        text,
    )
    yield from must(bool(found) == bool(told), f"{len(told)} shifts are told")
    if found:
        yield from must(TIMES.get(found[1], int(found[2] or 0)) == len(told), f"{len(told)} shifts are told")
        yield from must(bool(found[3]) == (len(told) > 1), "most recently")
        wide = any(c.earliest < begin for c in told)
        yield from must(("likeliest dates" in text) == wide, "dates that reach further back")
        yield from _named(week, found[4], told)


def _named(week: Week, text: str, told: list[Any]) -> Iterator[str]:
    pattern = (
        rf"({week.name}) around ({DATE}) \(range(?: ({SPAN})|: that day alone); "
        rf"from ({RATIO}) to ({RATIO}) a day"
        r"(?:; ((?:holds|does not|carried).*?))?(?:; the part of all counts[^;)]*)?\)(?=; | and |$)"
    )
    named = re.findall(pattern, text)
    yield from must(len(named) == min(3, len(told)), f"{len(named)} named of {len(told)}")
    dates = [first(date) for _, date, *_ in named]
    yield from must(dates == sorted(dates, reverse=True), "not the latest first")
    shared = re.findall(r"; ((?:each|none) of these .*)$", text)
    for name, date, span, before, after, clause in named:
        change = next((c for c in told if week.names[c.region] == name and date_text(c.date) == date), None)
        if change is None:
            yield f"no shift of {name} around {date}"
            continue
        yield from must(first(span or date) == change.earliest, f"range of {name}")
        yield from must(dates and (span or date).endswith(date_text(change.latest)), f"range of {name}")
        rises = change.after.value > change.before.value
        yield from must((number(after) > number(before)) == rises, f"direction of {name}")
        near = abs(number(after) - change.after.value) <= 0.06 * max(change.after.value, 0.02)
        yield from must(near, f"level of {name}")
        yield from held(week, [clause] if clause else shared, [change])


def tallies(week: Week, text: str) -> Iterator[str]:
    """Other counts: each with its noun; what is not stated is not zero."""
    words = {"killed": ("person killed", "people killed"), "injured": ("person injured", "people injured"),
             "missiles": ("missile", "missiles")}  # fmt: skip
    records = [t for t in week.findings.of("tally") if t.region == "total"]
    stated = [t for t in records if t.amount is not None]
    yield from must(bool(text) == bool(records), f"{len(records)} other counts")
    yield from must(("Also reported" in text) == bool(stated), "what is stated")
    yield from must(("Not stated, which is not zero" in text) == (len(stated) < len(records)), "not stated")
    for record in stated:
        known = (record.amount.best, record.amount.high, record.amount.low)
        noun = words[record.measure][next(x for x in known if x is not None) != 1]
        yield from must(
            re.search(rf"(?<![\d,]){re.escape(str(record.amount))} {noun}\b", text), record.measure
        )


def unallocated(week: Week, text: str) -> Iterator[str]:
    """What no region has, and its part of the total where that says something."""
    low, whole = week.sums("unallocated")[0], week.sums("total")[0]
    yield from must(bool(text) == bool(low and whole), "what no region has")
    if not text:
        return
    found = re.match(
        rf"Not assigned to one region, and counted only in the total: ({AMOUNT}) incidents?", text
    )
    yield from must(found and found[1] == week.amount("unallocated"), "what no region has")
    yield from must(("%" in text) <= (whole >= 5), "per cent of fewer than five")
    share = re.search(r"(>?)([\d.]+)% of it", text)
    near = 0.0501 if share and "." in share[2] else 1.0 if share and share[1] else 0.501
    yield from must(not share or abs(float(share[2]) - 100 * low / whole) <= near, "share")


def past_weeks(week: Week, text: str) -> Iterator[str]:
    """Past weeks that changed: how many, and the one that changed most."""
    since = week.since
    weeks = since.weeks if since is not None else ()
    yield from must(bool(text) == bool(weeks), "past weeks")
    if not text:
        return
    found = re.match(
        rf"Since the last issue (\d+) of (\d+) past weeks? changed(, most of all)?,? the week of ({SPAN}): "
        rf"printed ({AMOUNT}), now known ({AMOUNT})\.$", text,
    )  # fmt: skip
    if not found:
        yield "past weeks are not understood"
        return
    yield from must((int(found[1]), int(found[2])) == (len(weeks), since.weeks_compared), "number of weeks")
    yield from must(bool(found[3]) == (len(weeks) > 1), "most of all")
    one = next((w for w in weeks if w.week.first_day == first(found[4])), None)
    yield from must(
        one and abs(one.change) == max(abs(w.change) for w in weeks), "the week that changed most"
    )
    yield from must(one and (str(one.before), str(one.after)) == (found[5], found[6]), "then and now")


def sections(week: Week, said: Any) -> Iterator[str]:
    """Leads and tables below the main points."""
    yield from _signals(week, " ".join(said.of("signals")))
    yield from _table(week, said)
    yield from _robust(week, " ".join(said.of("robustness")), said)
    for value, label, note in said.figures:
        if "unusual week" in label:
            some = week.told("signal", "unusual", "low")
            new = sum(s.status == "new" for s in some.values())
            yield from must(value == str(len(some)), "key figure: unusual weeks")
            yield from must(not some or note.startswith(f"{new} new"), "key figure: new")
        if label.startswith("incident"):
            yield from must(value == week.amount("total"), "key figure: total")


def _signals(week: Week, text: str) -> Iterator[str]:
    up, low = (len(week.told("signal", verdict)) for verdict in ("unusual", "low"))
    if not text:
        yield from must(not up and not low, "no section of unusual weeks")
        return
    yield from must(("none reported unusually" in text) == (up + low == 0), "none unusual")
    for number_, word in ((up, "more"), (low, "fewer")):
        found = re.search(rf"(\d+) reported {word} than usual", text)
        yield from must((int(found[1]) if found else 0) == number_, f"{number_} reported {word}")
        yield from must(bool(found) == bool(number_), f"{number_} reported {word}")


def _table(week: Week, said: Any) -> Iterator[str]:
    """The table of regions: its counts, its readings, no region twice."""
    if "regions" not in said.tables:
        return
    columns, rows, _ = said.tables["regions"]
    readings = {"up": "above previous weeks", "down": "below previous weeks"}
    named = [row[0] for row in rows]
    yield from must(len(set(named)) == len(named), "a region stands twice in the table")
    codes = {name: code for code, name in week.names.items()} | {"Total": "total"}
    records = week.of("comparison")
    for row in rows:
        cells, code = dict(zip(columns, row, strict=True)), codes.get(row[0], "unallocated")
        count = week.amount(code)
        right = (count, "U", "—") if count == "0" else (count, "U")  # a dash: no row speaks of it
        yield from must(cells["this_week"] in right, f"table: count of {row[0]}")
        record = records.get(row[0] if code != "total" else "total")
        if record is not None and "reading" in cells:
            said_so = {k for k, words in readings.items() if cells["reading"] == words}
            yield from must(said_so == {record.verdict} & readings.keys(), f"table: reading of {row[0]}")


def _robust(week: Week, text: str, said: Any) -> Iterator[str]:
    checks = week.findings.of("robustness")
    every = {(c.region, c.statement, c.date) for c in checks}
    failed = {(c.region, c.statement, c.date) for c in checks if not c.holds}
    found = re.search(r"(\d+) of (\d+) statements? stands? whatever", text)
    yield from must(bool(found) == bool(every), "statements that were checked")
    if found:
        yield from must((int(found[1]), int(found[2])) == (len(every - failed), len(every)), "statements")
        rows = said.tables["robustness"][1] if failed else ()
        yield from must(len(rows) == min(24, sum(not c.holds for c in checks)), "rows of what does not hold")
