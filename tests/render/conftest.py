"""A report with every kind of block, as a reader would meet it."""

import math
import random
from datetime import date

import pytest

from reports.content import (
    Block,
    Bullets,
    Cell,
    Code,
    Column,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    Link,
    Paragraph,
    Row,
    Section,
    Spark,
    Strong,
    Table,
    say,
)
from reports.document import Document, EditionLabel
from reports.facts import FactTable
from reports.theme import LIGHT

NAMES = (
    "Belgorod",
    "Bryansk",
    "Kursk",
    "Voronezh",
    "Rostov",
    "Krasnodar Krai",
    "Moscow region",
    "Tula",
    "Kaluga",
    "Saratov",
    "Karachay-Cherkess Republic",
    "Republic of Tatarstan",
    "Нижегородская",
    "Saint Petersburg",
    "Khanty-Mansi Autonomous Okrug",
    "Smolensk",
    "Oryol",
    "Lipetsk",
)


def svg(name: str, *, width: int = 720, height: int = 240, seed: int = 1, bars: int = 180) -> str:
    """Daily bars and a line, with the style attributes matplotlib writes."""
    rng = random.Random(seed)
    values = [max(0.0, 40 + 12 * math.sin(i / 20) + rng.gauss(0, 12)) for i in range(bars)]
    step, top, left = (width - 60) / bars, height - 30, 40

    def y(value: float) -> float:
        return round(top - value * (top - 20) / 90, 1)

    path = "".join(
        f"M{left + i * step:.1f} {top}V{y(v)}h{step * 0.8:.1f}V{top}z" for i, v in enumerate(values)
    )
    mean = [sum(values[max(0, i - 6) : i + 1]) / len(values[max(0, i - 6) : i + 1]) for i in range(bars)]
    line = " ".join(f"{left + i * step:.1f},{y(v)}" for i, v in enumerate(mean))
    right, small = width - 20, "font: 11px 'Source Sans Pro', sans-serif"
    rule, muted, accent = LIGHT["rule"], LIGHT["muted"], LIGHT["accent"]
    parts = [
        f'<rect x="{right - 7 * step:.1f}" y="20" width="{7 * step:.1f}" height="{top - 20}" '
        f'style="fill: {LIGHT["shade"]}"/>'
    ]
    for v in (0, 20, 40, 60, 80):
        parts.append(f'<path d="M{left} {y(v)}H{right}" style="stroke: {rule}; stroke-width: 0.6"/>')
        style = f"{small}; text-anchor: end; fill: {muted}"
        parts.append(f'<text x="{left - 6}" y="{y(v) + 4}" style="{style}">{v}</text>')
    for i, month in enumerate(("Feb", "Mar", "Apr", "May", "Jun", "Jul")):
        x = left + i * (width - 60) / 6 + 20
        parts.append(f'<text x="{x:.0f}" y="{height - 10}" style="{small}; fill: {muted}">{month}</text>')
    parts.append(f'<path d="{path}" style="fill: {LIGHT["fill"]}"/>')
    parts.append(f'<polyline points="{line}" style="fill: none; stroke: {accent}; stroke-width: 2"/>')
    style = f"{small}; font-weight: 600; fill: {accent}"
    parts.append(f'<text x="{width * 0.7:.0f}" y="34" style="{style}">7-day mean</text>')
    box = f'width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}><defs>'
        '<style type="text/css">*{stroke-linejoin: round}</style>'
        f'<clipPath id="{name}-clip"><rect width="{width}" height="{height}"/></clipPath></defs>'
        f'<g id="{name}-axes" clip-path="url(#{name}-clip)">{"".join(parts)}</g></svg>'
    )


def _spark(seed: int) -> Spark:
    rng = random.Random(seed)
    values = [rng.random() for _ in range(26)]
    points = " ".join(f"{2 + i * 3.4:.1f},{18 - v * 16:.1f}" for i, v in enumerate(values))
    return Spark(
        points=(points,), last=(87.0, round(18 - values[-1] * 16, 1)), alt="26 weeks, no clear trend"
    )


def heads(*labels: str) -> tuple[Column, ...]:
    """Columns from labels: a leading "<" aligns left; a hint follows a "|"."""
    parts = [label.lstrip("<").partition("|") for label in labels]
    sides = ["left" if label.startswith("<") else "right" for label in labels]
    return tuple(
        Column(key=f"c{i}", label=name, align=side, hint=hint)  # type: ignore[arg-type]
        for i, ((name, _, hint), side) in enumerate(zip(parts, sides, strict=True))
    )


def line(*texts: str, role: str = "") -> Row:
    return Row(cells=tuple(Cell(text=(text,)) for text in texts), role=role)  # type: ignore[arg-type]


def region_table(facts: FactTable, rows: int = 83) -> Table:
    """Twelve columns, a group for every thirty regions, unallocated and total rows."""
    columns = heads(
        "<Region", "This week", "1 week ago", "2 weeks ago", "52-week median", "52-week maximum",
        "Year to date", "Last year", "Rate ratio (95% interval)|This week against the eight weeks before.",
        "q|Adjusted p-value.",
        "<Signal", "<26 weeks",
    )  # fmt: skip
    rng, out = random.Random(5), []
    for i in range(rows):
        if i % 30 == 0:
            out.append(line(f"Federal district {i // 30 + 1}", role="group"))
        week = rng.randrange(0, 60)
        fact = facts.count(f"R{i}/week", week, unit="incidents", region=f"R{i}")
        ratio = f"{rng.uniform(0.3, 3):.2f} ({rng.uniform(0.1, 0.3):.2f}–{rng.uniform(3, 9):.2f})"
        signal, tone = (
            ("new ▲", "up") if i % 17 == 3 else ("below ▼", "down") if i % 19 == 7 else ("—", "muted")
        )
        numbers = [f"{rng.randrange(most):,}" for most in (99, 99, 99, 99, 3000, 3000)]
        cells = [
            Cell(text=(NAMES[i % len(NAMES)],)), Cell(text=(fact,), sort=week),
            *(Cell(text=(number,), sort=float(number.replace(",", ""))) for number in numbers),
            Cell(text=(ratio,), sort=float(ratio[:4])), Cell(text=(f"{rng.random():.3f}",)),
            Cell(text=(signal,), tone=tone), Cell(text=(), spark=_spark(i)),  # type: ignore[arg-type]
        ]  # fmt: skip
        out.append(Row(cells=tuple(cells), anchor=f"region-R{i}"))
    out.append(line("Unallocated", *["4"] * 11))
    out.append(line("Total", *["2,604"] * 11, role="total"))
    note = "“0”: covered, nothing happened; “—”: nothing reported; “U”: not covered."
    return Table(
        name="regions", caption=("Reported incidents",), columns=columns, rows=tuple(out), note=(note,)
    )


def _incidents(rows: int = 60) -> Table:
    rng = random.Random(9)
    words = (
        "air",
        "defence",
        "units",
        "intercepted",
        "unmanned",
        "vehicles",
        "over",
        "the",
        "region",
        "overnight",
    )
    lines = []
    for i in range(rows):
        text, link = " ".join(rng.choices(words, k=rng.randrange(5, 24))), f"https://example.org/bulletin/{i}"
        start = line(f"{15 + i % 7} Jul 2025", NAMES[i % len(NAMES)], str(rng.randrange(1, 30)), text)
        lines.append(Row(cells=(*start.cells, Cell(text=(Link("bulletin", link),)))))
    columns = heads("<Date", "<Region", "Count", "<As reported", "<Source")
    return Table(name="incidents", caption=("Incidents of the week",), columns=columns, rows=tuple(lines))


def _key_figures(facts: FactTable) -> KeyFigures:
    link = Link("see the list", "#changed_since")
    shown = (
        (facts.count("total/week", 265, unit="incidents", region="total"), "reported incidents", "42 fewer"),
        (facts.count("total/regions", 30), "regions affected", "of 83 covered"),
        (facts.label("total/injured", "35–41"), "people injured", "bounds as reported"),
        (facts.count("total/killed", 3), "people killed", "2 the week before"),
        (facts.count("total/signals", 3), "regions with a signal", "2 new, 1 continuing"),
        (facts.count("total/fixed", 12), "corrections to the last issue", link),
    )
    return KeyFigures(items=tuple(KeyFigure(fact=f, label=label, note=(note,)) for f, label, note in shown))


def _points(facts: FactTable) -> Bullets:
    ratio = facts.label("RU-ROS/ratio", "1.26 (95% interval 1.11 to 1.42)", region="RU-ROS")
    where, total, covered = Strong("Rostov"), facts["total/week"], facts["total/regions"]
    return Bullets(items=(
        say("Sources reported {n} incidents in {r} of 83 regions; 11 are lower bounds.", n=total, r=covered),
        say("{w} again had the most, a rate ratio of {x} against its eight weeks before.", w=where, x=ratio),
        say("The level in {w} rose on 13 June (interval 9 to 16 June), from 4.6 to 10.1 a day.", w=where),
        ("Reports for the last two days are about 80% complete; expect between 270 and 290.",),
    ))  # fmt: skip


def _half(i: int) -> Figure:
    drawing = svg(f"level-{i}", width=360, height=190, seed=i, bars=90)
    return Figure(
        name=f"level-{i}", title=(NAMES[i],), alt=f"{NAMES[i]}: one change", svg=drawing, width="half"
    )


def _changed() -> tuple[Block, ...]:
    rows = (line("8–14 July 2025", "307", "315", "9", "1"), line("1–7 July 2025", "288", "291", "3", "0"))
    columns = heads("<Week", "Printed", "Known now", "Added", "Removed")
    return (
        Paragraph(text=("Twelve rows were added; no published figure changed by more than 4%.",)),
        Paragraph(text=("One source stopped on 18 July; counts for Oryol may be low.",), role="warning"),
        Table(name="changed", caption=("Printed then and known now",), columns=columns, rows=rows),
    )


def _reproduce() -> tuple[Block, ...]:
    link = Link("tables/regions.csv", "tables/regions.csv")
    text = "sitrend report incidents.csv --week 2025-07-15\nsha256 " + "9f86d081884c7d65" * 4
    return Code(text=text), Paragraph(text=("Table: ", link), role="note")


def sections(facts: FactTable) -> tuple[Section, ...]:
    """Eleven sections with a template block of their own and one without."""
    numbers = _key_figures(facts)
    about = "Data as of 22 July 2025, 06:00 UTC. Weeks run from Tuesday to Monday. Next issue: 29 July 2025. "
    previous = Link("Previous issue", "../2025-07-08/report.html")
    epicurve = Figure(
        name="epicurve", title=("Daily reports are back to the level of early June",),
        alt="Daily incidents over 26 weeks; the mean is near 40 a day.", svg=svg("epicurve"),
        caption=("Daily reported incidents, last 26 weeks. Line: 7-day mean. Shaded: this week.",),
    )  # fmt: skip
    lead = Paragraph(text=("A change point is a shift in what was reported.",), role="lead")
    pages = (Heading(text="Rostov", anchor="page-ROS"), Paragraph(text=("No change.",)), Heading(text="Тула"))
    words = "Intervals are 95% intervals for a ratio of two Poisson rates, widened where counts vary more. "
    method = (words, Link("Method notes", "https://example.org/methods"), ".")
    parts: tuple[tuple[str, str, tuple[Block, ...]], ...] = (
        ("masthead", "Masthead", (Paragraph(text=(about, previous), role="note"),)),
        ("main_points", "Main points", (_points(facts),)),
        ("key_figures", "Key figures", (numbers,)),
        ("changed_since", "Changed since the last issue", _changed()),
        ("epicurve", "Incidents by day", (epicurve,)),
        ("region_table", "Regions this week", (region_table(facts),)),
        ("level_changes", "Where the level changed", (lead, *(_half(i) for i in range(4)))),
        ("region_pages", "Regions in detail", pages),
        ("incident_list", "Incident list", (_incidents(),)),
        ("methods", "Methods, limits, revisions", (Paragraph(text=method),) * 4),
        ("reproduce", "Reproduce", _reproduce()),
        ("glossary", "Glossary", (Paragraph(text=("A section the template has no block for.",)),)),
    )
    return tuple(Section(id=id, title=title, blocks=blocks) for id, title, blocks in parts)


@pytest.fixture(scope="session")
def sample() -> Document:
    """A whole report."""
    first, last = date(2025, 7, 15), date(2025, 7, 21)
    week, as_of = "Week of 15–21 July 2025", "22 July 2025, 06:00 UTC"
    return Document(
        title="Reported drone incidents by region",
        notice="Simulated data",
        edition=EditionLabel(week=week, first_day=first, last_day=last, as_of=as_of),
        sections=sections(FactTable()),
    )
