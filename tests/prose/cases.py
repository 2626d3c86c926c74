"""Simulated weeks: records built directly, and small simulated panels through `analyse`."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis import Amount, Estimate, Findings, Panel, Week, analyse, daily_panel, read_incidents
from analysis.findings import TOTAL, ChangePoint, CommonChange, Comparison, Robustness, Signal, Skipped, Tally
from analysis.memory import remembered, remembered_signals
from analysis.revisions import RevisedWeek
from analysis.simulate import simulate_counts, simulate_incidents
from reports.since import Since

WEEK = Week(first_day=dt.date(2025, 7, 14))
NAMES = (
    "Bryansk Oblast", "Moscow region (city and oblast)", "Trinidad and Tobago", "St. John's", "Kyiv",
    "District 4", "Korea, Republic of", "Åland", "Oryol Oblast", "Oryol", "Тула", "R12",
)  # fmt: skip
PARENTS = {"P1": "Central", "P2": "North and West"}
Rng = np.random.Generator


@dataclass(frozen=True)
class Case:
    """What a report is made from; ``origin`` says how."""

    findings: Findings
    since: Since | None
    origin: str


def simulated(seed: int, number: int, analysed: int = 10) -> Case:
    """A week by its number; every ``analysed``-th goes through `analyse`."""
    rng = np.random.default_rng([seed, number])
    if number % analysed == 0:
        return _analysed(rng)
    return _direct(rng)


def _direct(rng: Rng) -> Case:
    panel = _panel(rng)
    codes = [str(code) for code in panel.counts.columns]
    complete = rng.choice([None, None, 0.8, 0.99])
    items: list[Any] = []
    if rng.random() < 0.85:
        items += [_comparison(rng, panel, code, complete) for code in (*codes, TOTAL)]
    if rng.random() < 0.85:
        items += [_signal(rng, panel, code) for code in (*codes, TOTAL)]
        items += [
            _signal(rng, panel, code, True) for code in PARENTS if (panel.regions["parent"] == code).any()
        ]
    if rng.random() < 0.85:
        items += _shifts(rng, codes)
    items += _tallies(rng, codes)
    items += _checks(rng, items)
    kinds = {item.kind for item in items if item.kind in ("comparison", "signal")}
    models: dict[str, dict[str, Any]] = {kind: {} for kind in kinds} | {"change_point": {}}
    findings = Findings(week=WEEK, items=tuple(items), models=models, panel=panel)
    return Case(findings, _since(rng, findings) if rng.random() < 0.3 else None, "direct")


def _panel(rng: Rng) -> Panel:
    size, days = int(rng.integers(1, len(NAMES) + 1)), int(rng.choice([70, 150, 260]))
    names = rng.permutation(NAMES)[:size]
    codes = [f"C{i}" for i in range(size)]
    index = pd.date_range(end=str(WEEK.last_day), periods=days)
    rates = rng.choice([0.0, 0.05, 0.5, 3.0, 40.0, 300.0], size)
    counts = pd.DataFrame(rng.poisson(rates, (days, size)).astype(float), index=index, columns=codes)
    if rng.random() < 0.2:
        counts.iloc[-7:] = 0.0
    if rng.random() < 0.2:  # one or a few in all
        counts.iloc[-7:] = 0.0
        counts.iloc[-1, 0] = float(rng.integers(1, 3))
    if rng.random() < 0.3:
        counts.iloc[-7:-3, rng.integers(size)] = np.nan
    parents = rng.choice(list(PARENTS), size)
    regions = pd.DataFrame({"name": names, "parent": parents}, index=codes)
    panel = Panel.from_counts(counts, regions=regions)
    return _unsure(rng, replace(panel, parents=PARENTS))


def _unsure(rng: Rng, panel: Panel) -> Panel:
    """Some days are bounds; some reports have no region."""
    low, high = panel.low, panel.high
    if rng.random() < 0.4:
        only = (rng.random(panel.counts.shape) < 0.02) & (panel.counts.to_numpy() > 0)
        high = high.mask(only, np.inf if rng.random() < 0.6 else panel.counts + 3)
        low = low.mask(only & (rng.random(panel.counts.shape) < 0.5), (panel.counts - 2).clip(lower=0))
    none = panel.unallocated
    if rng.random() < 0.5:
        lost = rng.poisson(rng.choice([0.1, 2.0]), len(none)).astype(float)
        none = pd.DataFrame(dict.fromkeys(none.columns, lost), index=none.index)
    exact = panel.counts.where(np.isfinite(high) & (low == high), 0.0).sum(axis=1) + none["best"]
    return replace(panel, low=low, high=high, unallocated=none, exact=exact)


def _figures(panel: Panel, code: str) -> tuple[Amount, float]:
    """The week, and the mean of the eight weeks before."""
    now = panel.amount(code, WEEK.first_day, WEEK.last_day)
    before = panel.amount(code, WEEK.shift(-8).first_day, WEEK.shift(-1).last_day)
    return now, before.figure / 8


def _comparison(rng: Rng, panel: Panel, code: str, complete: Any) -> Any:
    if rng.random() < 0.1:
        return Skipped(
            region=code, model="comparison", reason="only 2 fully observed weeks before it; 4 are needed"
        )
    now, mean = _figures(panel, code)
    early = complete is not None and complete < 0.95
    ratio = now.figure / mean if mean else np.inf
    can = ["too_few"] if mean < 3 else ["unclear"]
    if now.low > 1.1 * mean:
        can += ["up"] * 2
    elif now.high is not None and now.high < 0.9 * mean and not early:
        can += ["down"] * 2
    if 0.8 < ratio < 1.25 and mean >= 3 and not early and now.exact:
        can += ["unchanged"] * 4
    verdict = str(rng.choice(can))
    least = {"up": 1 + (ratio - 1) * rng.choice([0.02, 0.5]), "unchanged": max(0.67, 0.9 * ratio)}
    most = {"down": 1 - (1 - ratio) * rng.choice([0.02, 0.5]), "unchanged": min(1.5, 1.1 * ratio)}
    found = None
    if mean:
        found = Estimate(
            value=ratio, low=min(ratio, least.get(verdict, 0.4 * ratio)),
            high=max(ratio, most.get(verdict, 2.6 * ratio + 0.1)), unit="ratio",
        )  # fmt: skip
    return Comparison(
        region=code, week=WEEK.name, observed=now, baseline_weeks=8,
        baseline=Estimate(value=mean, low=0.8 * mean, high=1.2 * mean, unit="per week"), rate_ratio=found,
        p_value=0.01, q_value=0.02, dispersion=1.0, verdict=verdict,
        tested=verdict != "too_few" or rng.random() < 0.5, completeness=complete,
    )  # type: ignore[arg-type]  # fmt: skip


def _signal(rng: Rng, panel: Panel, code: str, parent: bool = False) -> Any:
    if rng.random() < 0.1:
        return Skipped(region=code, model="signal", reason="too few weeks", is_parent=parent)
    now, mean = _figures(panel, code)
    can = ["usual", "usual", "too_few"]
    if now.low >= 3:
        can += ["unusual"]
    if now.high is not None and mean > 5:
        can += ["low"]
    verdict = str(rng.choice(can))
    low, high = {"unusual": (0.1, 0.7), "low": (1.4, 3.0)}.get(verdict, (0.5, 1.5))
    figure = {"unusual": now.low, "low": (now.high or 0) + 2}.get(verdict, mean)
    low, high = low * figure, high * figure
    span = rng.integers(1, 5)
    status, since = None, None
    if verdict in ("unusual", "low"):
        status = str(rng.choice(["new", "continuing"]))
        since = WEEK.shift(0 if status == "new" else -int(span)).first_day
    elif verdict == "usual" and rng.random() < 0.3:
        status, since = "ended", WEEK.shift(-int(span)).first_day
    return Signal(
        region=code, week=WEEK.name, observed=now, threshold=int(high) + 1, history_weeks=20, p_value=0.001,
        expected=Estimate(value=(low + high) / 2, low=low, high=high, unit="per week"), q_value=0.01,
        method="negative binomial", verdict=verdict, status=status, since=since, is_parent=parent,
    )  # type: ignore[arg-type]  # fmt: skip


def _shifts(rng: Rng, codes: list[str]) -> list[Any]:
    found: list[Any] = []
    for code in rng.permutation(codes)[: rng.integers(0, len(codes) + 1)]:
        date = WEEK.first_day - dt.timedelta(days=int(rng.integers(0, 120)))
        found.append(_shift(rng, str(code), date, int(rng.choice([0, 3, 200])), int(rng.choice([0, 2]))))
    if len(codes) > 4 and rng.random() < 0.3:
        date = WEEK.first_day - dt.timedelta(days=int(rng.integers(0, 60)))
        some = tuple(sorted(codes[: len(codes) // 2 + 1]))
        found = [c for c in found if c.region not in some]
        shared = [_shift(rng, code, date, 1, 1) for code in some]
        risen = sum(c.after.value > c.before.value for c in shared)
        found += [*shared, CommonChange(
            region=TOTAL, date=date, earliest=date, latest=date, regions=some, risen=risen, judged=len(codes),
        )]  # fmt: skip
    return found


def _shift(rng: Rng, code: str, date: dt.date, before: int, after: int) -> ChangePoint:
    one, two = rng.choice([0.0, 0.012, 0.4, 3.2, 150.0], 2, replace=False) * rng.uniform(1, 2)
    return ChangePoint(
        region=code, date=date, earliest=date - dt.timedelta(days=before),
        latest=date + dt.timedelta(days=after),
        before=Estimate(value=one, low=one * 0.9, high=one * 1.1, unit="per day"),
        after=Estimate(value=two, low=two * 0.9, high=two * 1.1, unit="per day"),
        rate_ratio=Estimate(value=two / one, low=two / one * 0.9, high=two / one * 1.2) if one else None,
        p_value=0.001, q_value=float(rng.choice([0.01, 0.01, 0.4])),
    )  # fmt: skip


def _tallies(rng: Rng, codes: list[str]) -> list[Tally]:
    found = []
    for measure in rng.permutation(["killed", "injured", "missiles"])[: rng.integers(0, 4)]:
        size = int(rng.choice([0, 1, 7]))
        amount = [None, Amount.exactly(size), Amount(low=size), Amount(low=size, high=size + 2)][
            rng.integers(4)
        ]
        found += [
            Tally(region=region, week=WEEK.name, measure=str(measure), amount=amount, exact=0, rows=2)
            for region in (TOTAL, codes[0])
        ]
    return found


def _checks(rng: Rng, items: list[Any]) -> list[Robustness]:
    found = []
    for item in items:
        told = item.kind == "change_point" or getattr(item, "verdict", "") in ("up", "down", "unusual", "low")
        if not told or getattr(item, "is_parent", False) or rng.random() < 0.3:
            continue
        date = item.date if item.kind == "change_point" else WEEK.first_day
        for without in ("largest_day", "new_sources", "largest_reporter")[: rng.integers(1, 4)]:
            names = ("2025-07-19",) if without == "largest_day" else ("Alpha", "Beta")[: rng.integers(1, 3)]
            found.append(Robustness(
                region=item.region, statement=item.kind, date=date, without=without, names=names, removed=3.0,
                holds=bool(rng.random() < 0.6), since=WEEK.first_day if without == "new_sources" else None,
            ))  # type: ignore[arg-type]  # fmt: skip
    return found


def _since(rng: Rng, findings: Findings) -> Since:
    weeks = []
    for back in range(1, int(rng.integers(1, 6))):
        then = float(rng.integers(0, 50))
        now = then + float(rng.choice([-1, 1, 12]))
        if now >= 0:
            weeks.append(
                RevisedWeek(week=WEEK.shift(-back), before=Amount.exactly(then), after=Amount.exactly(now))
            )
    changes = tuple(c for c in findings.of("change_point") if c.q_value <= 0.1)
    return Since(
        before="2025-W28", before_week=WEEK.shift(-1), after_week=WEEK, comparable=True,
        weeks_compared=len(weeks) + int(rng.integers(0, 5)), weeks=tuple(weeks), rows=None, past_rows=None,
        new_rows=0, known=remembered(changes, WEEK, ()), settings=(), versions=(),
        signals=remembered_signals(findings.of("signal"), WEEK, ()),
    )  # fmt: skip


def _analysed(rng: Rng) -> Case:
    size, weeks = int(rng.integers(1, 9)), int(rng.choice([3, 10, 16, 30]))
    days = (WEEK.shift(1 - weeks).first_day, 7 * weeks)
    codes = [str(name) for name in rng.permutation(NAMES)[:size]]
    changes = []
    for factor in rng.choice([0.2, 4.0], int(rng.integers(0, 3)) if weeks > 8 else 0):
        day = WEEK.last_day - dt.timedelta(days=int(rng.integers(6, 40)))
        changes.append((str(rng.choice(codes)), day, float(factor)))
    options: dict[str, Any] = {
        "regions": codes, "days": days, "rates": list(rng.choice([0.1, 1.0, 4.0, 15.0], size)),
        "changes": changes, "dispersion": float(rng.choice([1.0, 2.5])),
    }  # fmt: skip
    if rng.random() < 0.4:
        table = simulate_incidents(
            **options, delay_days=float(rng.choice([0.5, 4])), seed=int(rng.integers(10**6))
        )
        incidents = read_incidents(table, regions=None)
        last = WEEK.last_day + dt.timedelta(days=int(rng.choice([1, 10])))
        panel = daily_panel(incidents, start=str(days[0]), end=str(WEEK.last_day), as_of=str(last))
        return Case(analyse(panel, week=WEEK), None, "analysed table")
    panel = Panel.from_counts(simulate_counts(**options, seed=rng).astype(float))
    return Case(analyse(panel, week=WEEK), None, "analysed counts")
