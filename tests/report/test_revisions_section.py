"""How past weeks grow, as the report tells it: by report dates, and by what the issues printed."""

import json

import numpy as np
import pandas as pd
import pytest

from analysis import analyse, daily_panel, read_incidents, revision_triangle
from analysis.revisions import growth_of, longer_triangle, triangle_of, weekly_totals
from reports import Editions, Report, build_report, plot_growth
from reports.content import Figure, Table
from reports.editions import Edition
from reports.trace import trace_fact

WEEKS = 10
FIRST = pd.Timestamp("2025-04-07")


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Ten weeks; four of five rows are reported on the day, one of five after one to three weeks."""
    rng = np.random.default_rng(8)
    day = FIRST + pd.to_timedelta(rng.integers(0, 7 * WEEKS, 900), unit="D")
    late = np.where(rng.random(900) < 0.2, rng.integers(7, 22, 900), 0)
    frame = pd.DataFrame({"date": day, "region": rng.choice(["Belgorod Oblast", "Kursk Oblast"], 900)})
    frame["report_date"] = frame["date"] + pd.to_timedelta(late, unit="D")
    frame.insert(0, "event_id", [f"e{i}" for i in range(len(frame))])
    return frame.sort_values("date").astype(str)


def known_by(rows: pd.DataFrame, week: int, weeks_later: int) -> int:
    first = FIRST + pd.Timedelta(weeks=week)
    end = first + pd.Timedelta(days=6)
    dates, reports = pd.to_datetime(rows["date"]), pd.to_datetime(rows["report_date"])
    return int(((dates >= first) & (dates <= end) & (reports <= end + pd.Timedelta(weeks=weeks_later))).sum())


def section(report: Report) -> tuple[str, Table | None]:
    for part in report.sections:
        if part.id == "revisions":
            lead = "".join(getattr(x, "text", x) for x in part.blocks[0].text)  # type: ignore[union-attr]
            assert isinstance(part.blocks[1], Figure)
            assert isinstance(part.blocks[2], Table)
            return lead, part.blocks[2]
    return "", None


def test_report_dates_give_the_triangle_and_its_words(rows: pd.DataFrame) -> None:
    panel = daily_panel(read_incidents(rows, regions="ru"), as_of="2025-06-15")
    report = build_report(analyse(panel, week="2025-W24"))
    lead, table = section(report)
    assert table is not None
    assert table.data is not None
    for week in range(WEEKS):
        for age in range(WEEKS - week):
            if age <= 8:
                assert table.data[f"age_{age}"].iloc[week] == known_by(rows, week, age)
    shares = [known_by(rows, week, 0) / known_by(rows, week, 6) for week in range(4)]
    assert lead.startswith("Of what was known of a week 6 weeks after it, ")
    assert f"{round(100 * float(np.median(shares)))}% had been known when the week ended" in lead
    assert f"({round(100 * min(shares))}% to {round(100 * max(shares))}% in 4 weeks)" in lead
    assert "revision_triangle.csv" in report.tables()


def test_nothing_is_said_of_weeks_that_never_grow(rows: pd.DataFrame) -> None:
    prompt = rows.assign(report_date=rows["date"])
    panel = daily_panel(read_incidents(prompt, regions="ru"), as_of="2025-06-15")
    assert section(build_report(analyse(panel, week="2025-W24"))) == ("", None)
    no_dates = daily_panel(read_incidents(rows.drop(columns="report_date"), regions="ru"), end="2025-06-15")
    assert section(build_report(analyse(no_dates, week="2025-W24"))) == ("", None)


@pytest.fixture(scope="module")
def series(rows: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Editions:
    """Eight issues of a table without report dates that grows from week to week."""
    import io

    from reports.editions import report_files

    archive = Editions(tmp_path_factory.mktemp("grown") / "weekly")
    previous: Edition | None = None
    for number in range(2, WEEKS):
        end = FIRST + pd.Timedelta(days=7 * number + 6)
        seen = rows[pd.to_datetime(rows["report_date"]) <= end].drop(columns="report_date")
        incidents = read_incidents(seen, regions="ru")
        panel = daily_panel(incidents, start=FIRST.date(), end=end.date())
        report = build_report(analyse(panel, week=end.date()), previous=previous)
        files = report_files(report, ("json",))
        buffer = io.BytesIO()
        incidents.table.to_parquet(buffer, index=False)
        from reports.trace import panel_settings

        about = {"panel": panel_settings(panel), "previous": previous.name if previous else None}
        files["incidents.parquet"] = buffer.getvalue()
        previous = archive.publish(files, week=report.week, about=about)
    return archive


def test_issues_hand_on_what_they_printed(rows: pd.DataFrame, series: Editions) -> None:
    last = series.latest()
    assert last is not None
    body = json.loads((last.path / "report.json").read_text("utf-8"))
    printed = {week["first_day"]: week["by_age"] for week in body["printed"]}
    for week in range(WEEKS):
        first = str((FIRST + pd.Timedelta(weeks=week)).date())
        for age in range(WEEKS - week):
            issue = week + age
            wanted = known_by(rows, week, age) if issue >= 2 else None  # the first issue is that of week 2
            assert printed[first][age] == wanted, (first, age)
    assert (last.path / "tables/revision_triangle.csv").is_file()
    facts = {fact["id"]: fact for fact in body["facts"] if fact["id"].startswith("growth/2025")}
    assert len(facts) > 20
    for fact in facts:
        assert trace_fact(last.path, fact).adds_up, fact


def test_another_measure_begins_a_new_triangle(rows: pd.DataFrame, series: Editions) -> None:
    last = series.latest()
    assert last is not None
    incidents = read_incidents(rows.drop(columns="report_date").assign(count="2"), regions="ru")
    panel = daily_panel(incidents, measure="count", start=FIRST.date(), end="2025-06-22")
    report = build_report(analyse(panel, week="2025-W25"), previous=last)
    assert report.issue.printed[0].notna().sum() == 1


def test_only_the_last_half_year_is_handed_on() -> None:
    panel = daily_panel(
        read_incidents(
            pd.DataFrame(
                {"date": pd.date_range("2024-01-01", periods=400).astype(str), "region": "Kursk Oblast"}
            ),
            regions="ru",
        )
    )
    week = panel.last_full_week()
    longer = longer_triangle(None, week, weekly_totals(panel, week))
    assert len(longer) == 26
    assert longer.index[0] == pd.Timestamp(week.shift(-25).first_day)
    plain = {f"{day:%Y-%m-%d}": [None if x != x else x for x in row] for day, row in
             zip(longer.index, longer.to_numpy().tolist(), strict=True)}  # fmt: skip
    pd.testing.assert_frame_equal(triangle_of(plain), longer, check_freq=False)


def test_growth_needs_weeks_that_were_seen_at_their_end(rows: pd.DataFrame) -> None:
    triangle = revision_triangle(read_incidents(rows, regions="ru"), as_of=pd.Timestamp("2025-06-15"))
    growth = growth_of(triangle)
    assert growth is not None
    assert growth.reference == 6
    assert growth.shares["median"].iloc[-1] == 1
    assert growth_of(triangle.assign(**{"0": np.nan}).rename(columns={"0": 0}).iloc[:, 1:]) is None
    assert growth_of(triangle.iloc[:3]) is None


def test_an_empty_triangle_says_nothing() -> None:
    assert growth_of(triangle_of({})) is None
    with pytest.raises(ValueError, match="too few weeks"):
        plot_growth(triangle_of({}))


def test_the_picture_can_be_drawn_on_any_axes(rows: pd.DataFrame) -> None:
    from matplotlib.figure import Figure as Sheet

    triangle = revision_triangle(read_incidents(rows, regions="ru"), as_of=pd.Timestamp("2025-06-15"))
    growth = growth_of(triangle)
    assert growth is not None
    ax = plot_growth(triangle, Sheet(figsize=(9, 3)).add_subplot())
    drawn = np.asarray(ax.lines[0].get_ydata(), dtype=float)
    assert drawn == pytest.approx(growth.shares["median"].to_numpy())
    assert [tick.get_text() for tick in ax.get_xticklabels()] == [str(age) for age in range(7)]
