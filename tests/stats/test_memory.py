"""Changes of level over the issues of a series: new once, then going on, ended, found again."""

import datetime as dt

from analysis import Amount, ChangePoint, Estimate, Signal, Week
from analysis.memory import remembered, remembered_signals

FIRST = Week(first_day=dt.date(2025, 7, 7))


def change(day: str, *, region: str = "A", up: bool = True, spread: int = 2) -> ChangePoint:
    date = dt.date.fromisoformat(day)
    levels = [Estimate(value=v, low=v, high=v, unit="per day") for v in ((1, 3) if up else (3, 1))]
    return ChangePoint(
        region=region, date=date, earliest=date - dt.timedelta(days=spread),
        latest=date + dt.timedelta(days=spread), before=levels[0], after=levels[1], rate_ratio=None,
        p_value=0.001, q_value=0.01,
    )  # fmt: skip


def told(changes: list[list[ChangePoint]]) -> list[list[tuple[str, str, int]]]:
    """Per issue: region, status, number of the issue that first told it."""
    known, out = (), []
    for i, found in enumerate(changes):
        known = remembered(found, FIRST.shift(i), known)
        out.append([(k.region, k.status, (k.first_week - FIRST.last_day).days // 7) for k in known])
    return out


def test_new_once_then_continuing_ended_past_and_again() -> None:
    one = change("2025-06-09")
    assert told([[one], [one], [], [], [one], [one]]) == [
        [("A", "new", 0)], [("A", "continuing", 0)], [("A", "ended", 0)], [("A", "past", 0)],
        [("A", "again", 0)], [("A", "continuing", 0)],
    ]  # fmt: skip


def test_a_date_that_moves_within_its_range_is_the_same_change() -> None:
    assert told([[change("2025-06-09")], [change("2025-06-12")], [change("2025-06-16", spread=0)]])[-1] == [
        ("A", "continuing", 0)
    ]


def test_another_region_direction_or_month_is_another_change() -> None:
    first = [change("2025-06-09")]
    for other in (
        change("2025-06-09", region="B"), change("2025-06-09", up=False), change("2025-04-09"),
    ):  # fmt: skip
        assert told([first, [other]])[-1][0] == (other.region, "new", 1)
        assert told([first, [other]])[-1][1] == ("A", "ended", 0)


def test_each_earlier_change_stands_for_one_of_now_the_nearest() -> None:
    near, far = change("2025-06-10"), change("2025-06-14", spread=5)
    assert told([[change("2025-06-09")], [far, near]])[-1] == [("A", "new", 1), ("A", "continuing", 0)]


def test_one_that_goes_on_comes_before_one_that_had_ended() -> None:
    # The ended one is nearer in date; the one told last time is still the one that goes on.
    ended, going = change("2025-06-10"), change("2025-06-14", spread=5)
    found = told([[ended], [], [going], [change("2025-06-11", spread=4)]])
    assert found[2][0] == ("A", "again", 0)
    assert found[3] == [("A", "continuing", 0)]


def signal(issue: int, since: int | None, *, region: str = "A", verdict: str = "unusual") -> Signal:
    """Of the issue so many weeks after the first; ``since`` : the week its run began in."""
    return Signal(
        region=region, week=FIRST.shift(issue).name, observed=Amount.exactly(9.0), threshold=8,
        expected=Estimate(value=3, low=0, high=7, unit="per week"), history_weeks=52, p_value=0.001,
        q_value=0.01, method="negative binomial", verdict=verdict,
        status=None if since is None else "new",
        since=None if since is None else FIRST.shift(since).first_day,
    )  # fmt: skip


def told_runs(issues: dict[int, list[Signal]]) -> list[list[tuple[str, str, int]]]:
    """Per issue: region, status, number of the issue that first told it."""
    known, out = (), []
    for number, found in issues.items():
        known = remembered_signals(found, FIRST.shift(number), known)
        out.append([(k.region, k.status, (k.first_week - FIRST.last_day).days // 7) for k in known])
    return out


def test_a_run_is_new_once_and_a_later_one_is_another() -> None:
    usual = signal(2, None, verdict="usual")
    issues = {0: [signal(0, 0)], 1: [signal(1, 0)], 2: [usual], 3: [usual], 4: [signal(4, 4)]}
    assert told_runs(issues) == [
        [("A", "new", 0)], [("A", "continuing", 0)], [("A", "ended", 0)], [], [("A", "new", 4)],
    ]  # fmt: skip


def test_a_run_goes_on_over_a_missing_issue_and_a_week_that_could_not_be_judged() -> None:
    assert told_runs({0: [signal(0, 0)], 2: [signal(2, 0)]})[-1] == [("A", "continuing", 0)]
    assert told_runs({0: [signal(0, 0)], 1: [], 2: [signal(2, 0)]})[1:] == [
        [("A", "unknown", 0)], [("A", "continuing", 0)],
    ]  # fmt: skip


def test_other_regions_and_verdicts_are_other_runs() -> None:
    first = [signal(0, 0)]
    assert told_runs({0: first, 1: [signal(1, 1, verdict="low")]})[-1] == [("A", "new", 1), ("A", "ended", 0)]
    assert told_runs({0: first, 1: [signal(1, 0, region="B")]})[-1][0] == ("B", "new", 1)
