"""A report with every kind of block, as a reader would meet it."""

import math
import random
from datetime import date

import pytest

from reports.content import (
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


def region_table(facts: FactTable, rows: int = 83) -> Table:
    """Fourteen columns, a group for every dozen regions, unallocated and total rows."""
    columns = (
        Column(key="region", label="Region", align="left"),
        Column(key="week", label="This week"),
        Column(key="w1", label="1 week ago"),
        Column(key="w2", label="2 weeks ago"),
        Column(key="median", label="52-week median"),
        Column(key="most", label="52-week maximum"),
        Column(key="ytd", label="Year to date"),
        Column(key="last", label="Last year"),
        Column(
            key="ratio",
            label="Rate ratio (95% interval)",
            hint="This week against the mean of the eight weeks before.",
        ),
        Column(key="q", label="q", hint="p-value adjusted for the number of regions."),
        Column(key="signal", label="Signal", align="left"),
        Column(key="spark", label="26 weeks", align="left"),
    )
    rng, out = random.Random(5), []
    for i in range(rows):
        if i % 30 == 0:
            out.append(Row(cells=(Cell(text=(f"Federal district {i // 30 + 1}",)),), role="group"))
        week = rng.randrange(0, 60)
        fact = facts.count(f"R{i}/week", week, unit="incidents", region=f"R{i}")
        ratio = f"{rng.uniform(0.3, 3):.2f} ({rng.uniform(0.1, 0.3):.2f}–{rng.uniform(3, 9):.2f})"
        up = i % 17 == 3
        cells = [
            Cell(text=(NAMES[i % len(NAMES)],)),
            Cell(text=(fact,), sort=week),
            *(Cell(text=(str(rng.randrange(0, 99)),)) for _ in range(4)),
            Cell(text=(f"{rng.randrange(100, 3000):,}",), sort=float(rng.randrange(3000))),
            Cell(text=(f"{rng.randrange(100, 3000):,}",)),
            Cell(text=(ratio,), sort=float(ratio[:4])),
            Cell(text=(f"{rng.random():.3f}",)),
            Cell(
                text=("new ▲" if up else ("below ▼" if i % 19 == 7 else "—"),),
                tone="up" if up else ("down" if i % 19 == 7 else "muted"),
            ),
            Cell(text=(), spark=_spark(i)),
        ]
        out.append(Row(cells=tuple(cells), anchor=f"region-R{i}"))
    out.append(Row(cells=(Cell(text=("Unallocated",)), *(Cell(text=("4",)) for _ in range(11)))))
    out.append(Row(cells=(Cell(text=("Total",)), *(Cell(text=("2,604",)) for _ in range(11))), role="total"))
    return Table(
        name="regions",
        caption=("Reported incidents by region, week 29",),
        columns=columns,
        rows=tuple(out),
        note=("“0”: covered, nothing happened; “—”: nothing reported; “U”: not covered.",),
    )


def _incidents(rows: int = 60) -> Table:
    rng = random.Random(9)
    columns = (
        Column(key="date", label="Date", align="left"),
        Column(key="region", label="Region", align="left"),
        Column(key="count", label="Count"),
        Column(key="text", label="As reported", align="left"),
        Column(key="source", label="Source", align="left"),
    )
    words = [
        "air",
        "defence",
        "units",
        "intercepted",
        "unmanned",
        "aerial",
        "vehicles",
        "over",
        "the",
        "territory",
        "of",
        "the",
        "region",
        "overnight",
    ]
    return Table(
        name="incidents",
        caption=("Incidents of the week",),
        columns=columns,
        rows=tuple(
            Row(
                cells=(
                    Cell(text=(f"{15 + i % 7} Jul 2025",), sort=f"2025-07-{15 + i % 7}"),
                    Cell(text=(NAMES[i % len(NAMES)],)),
                    Cell(text=(str(rng.randrange(1, 30)),)),
                    Cell(text=(" ".join(rng.choices(words, k=rng.randrange(5, 24))),)),
                    Cell(text=(Link("bulletin", f"https://example.org/bulletin/{i}"),)),
                )
            )
            for i in range(rows)
        ),
    )


def sections(facts: FactTable) -> tuple[Section, ...]:
    total = facts.count("total/week", 265, unit="incidents", region="total")
    covered = facts.count("total/regions", 30, unit="regions")
    injured = facts.label("total/injured", "35–41")
    ratio = facts.label("RU-ROS/ratio", "1.26 (95% interval 1.11 to 1.42)", region="RU-ROS")
    items = (
        KeyFigure(fact=total, label="reported incidents", note=("42 fewer than the week before",)),
        KeyFigure(fact=covered, label="regions affected", note=("of 83 covered",)),
        KeyFigure(fact=injured, label="people injured", note=("bounds as reported",)),
        KeyFigure(fact=facts.count("total/killed", 3), label="people killed", note=("2 the week before",)),
        KeyFigure(
            fact=facts.count("total/signals", 3), label="regions with a signal", note=("2 new, 1 continuing",)
        ),
        KeyFigure(
            fact=facts.count("total/fixed", 12),
            label="corrections to the last issue",
            note=(Link("see the list", "#changed_since"),),
        ),
    )
    where = Strong("Rostov")
    return (
        Section(
            id="masthead",
            title="Masthead",
            blocks=(
                Paragraph(
                    text=(
                        "Data as of 22 July 2025, 06:00 UTC. Weeks run from Tuesday to Monday, "
                        "Moscow time. Next issue: 29 July 2025. ",
                        Link("Previous issue", "../2025-07-08/report.html"),
                    ),
                    role="note",
                ),
            ),
        ),
        Section(
            id="main_points",
            title="Main points",
            blocks=(
                Bullets(
                    items=(
                        say(
                            "Sources reported {n} incidents in {r} of 83 regions, 42 fewer than the "
                            "week before; 11 reports are lower bounds.",
                            n=total,
                            r=covered,
                        ),
                        say(
                            "{w} again had the most, 59, a rate ratio of {x} against its eight weeks before.",
                            w=where,
                            x=ratio,
                        ),
                        say(
                            "The level in {w} rose on 13 June (interval 9 to 16 June), from 4.6 to "
                            "10.1 a day.",
                            w=where,
                        ),
                        (
                            "Reports for the last two days are about 80% complete; the final figure "
                            "is expected between 270 and 290.",
                        ),
                    )
                ),
            ),
        ),
        Section(id="key_figures", title="Key figures", blocks=(KeyFigures(items=items),)),
        Section(
            id="changed_since",
            title="Changed since the last issue",
            blocks=(
                Paragraph(
                    text=(
                        "Twelve rows were added to weeks already published; no published figure "
                        "changed by more than 4%.",
                    )
                ),
                Paragraph(
                    text=("One source stopped publishing on 18 July; counts for Oryol may be low.",),
                    role="warning",
                ),
                Table(
                    name="changed",
                    caption=("Printed then and known now",),
                    columns=(
                        Column(key="week", label="Week", align="left"),
                        Column(key="then", label="Printed"),
                        Column(key="now", label="Known now"),
                        Column(key="added", label="Added"),
                        Column(key="removed", label="Removed"),
                    ),
                    rows=tuple(
                        Row(cells=tuple(Cell(text=(t,)) for t in r))
                        for r in (
                            ("8–14 July 2025", "307", "315", "9", "1"),
                            ("1–7 July 2025", "288", "291", "3", "0"),
                            ("24–30 June 2025", "301", "301", "0", "0"),
                        )
                    ),
                ),
            ),
        ),
        Section(
            id="epicurve",
            title="Incidents by day",
            blocks=(
                Figure(
                    name="epicurve",
                    title=("Daily reports are back to the level of early June",),
                    alt="Daily incidents over 26 weeks; the mean is near 40 a day and fell to 38 in "
                    "the last week.",
                    svg=svg("epicurve"),
                    caption=(
                        "Daily reported incidents, all regions, last 26 weeks. Line: 7-day mean. "
                        "Shaded: this week.",
                    ),
                ),
            ),
        ),
        Section(id="region_table", title="Regions this week", blocks=(region_table(facts),)),
        Section(
            id="level_changes",
            title="Where the level changed",
            blocks=(
                Paragraph(
                    text=("A change point is a shift in what was reported; it may be a shift in reporting.",),
                    role="lead",
                ),
                *(
                    Figure(
                        name=f"level-{i}",
                        title=(NAMES[i],),
                        alt=f"{NAMES[i]}: one change",
                        svg=svg(f"level-{i}", width=360, height=190, seed=i, bars=90),
                        width="half",
                    )
                    for i in range(4)
                ),
            ),
        ),
        Section(
            id="region_pages",
            title="Regions in detail",
            blocks=(
                Heading(text="Rostov", anchor="page-ROS"),
                Paragraph(text=say("Rate ratio {x}.", x=ratio)),
                Heading(text="Белгородская область"),
                Paragraph(text=("No change.",)),
            ),
        ),
        Section(id="incident_list", title="Incident list", blocks=(_incidents(),)),
        Section(
            id="methods",
            title="Methods, limits, revisions",
            blocks=tuple(
                Paragraph(
                    text=(
                        "Counts are of what sources reported. Intervals are 95% intervals for a "
                        "rate ratio of two "
                        "Poisson rates, widened where weekly counts vary more than Poisson counts would. ",
                        Link("Method notes", "https://example.org/methods"),
                        ".",
                    )
                )
                for _ in range(4)
            ),
        ),
        Section(
            id="reproduce",
            title="Reproduce",
            blocks=(
                Code(text="sitrend report incidents.csv --week 2025-07-15\nsha256 " + "9f86d081884c7d65" * 4),
                Paragraph(
                    text=(
                        "Table: ",
                        Link("tables/regions.csv", "tables/regions.csv"),
                    ),
                    role="note",
                ),
            ),
        ),
        Section(
            id="glossary",
            title="Glossary",
            blocks=(Paragraph(text=("A section the template has no block for.",)),),
        ),
    )


@pytest.fixture(scope="session")
def sample() -> Document:
    """A whole report."""
    return Document(
        title="Reported drone incidents by region",
        notice="Simulated data",
        edition=EditionLabel(
            week="Week of 15–21 July 2025",
            first_day=date(2025, 7, 15),
            last_day=date(2025, 7, 21),
            as_of="22 July 2025, 06:00 UTC",
        ),
        sections=sections(FactTable()),
    )
