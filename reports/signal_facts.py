"""Facts of unusual weeks, made in one place for sentences, tables and figures."""

from analysis.findings import TOTAL, Signal
from analysis.numbers import count_text, mean_text, odds_text
from analysis.weeks import WEEKDAYS, Week

from .content import Text, say
from .facts import Fact
from .shared_facts import WeekFacts
from .words import span_text

__all__ = ["SignalFacts", "ended", "named"]


def named(signals: list[Signal]) -> list[Signal]:
    """Those that say something, clearest first: the total, regions, then parents."""
    told = [signal for signal in signals if signal.verdict in ("unusual", "low")]
    return sorted(told, key=lambda s: (s.region != TOTAL, s.is_parent, s.p_value, s.region))


def ended(signals: list[Signal]) -> list[Signal]:
    """Those that were unusual in the week before and are not now."""
    return sorted((s for s in signals if s.status == "ended"), key=lambda s: (s.is_parent, s.region))


class SignalFacts:
    """The printed parts of one signal."""

    def __init__(self, week: WeekFacts, signal: Signal) -> None:
        self.week, self.signal = week, signal
        self._key = f"{signal.region}/signal"
        self._where = {"region": signal.region, "period": week.period}

    @property
    def name(self) -> str:
        """Of the region; a parent's says that it stands for its regions together."""
        name = self.week.name(self.signal.region)
        if self.signal.region == TOTAL:
            return "All regions"
        return f"{name} (its regions together)" if self.signal.is_parent else name

    @property
    def observed(self) -> Fact:
        """Reported in the week."""
        measure = self.week.context.panel.measure
        return self.week.context.facts.amount(
            f"{self.signal.region}/week/{measure}", self.signal.observed, unit=measure, **self._where
        )

    @property
    def expected(self) -> Fact:
        """What the weeks before lead to expect [per week]."""
        estimate = self.signal.expected
        return self.week.context.facts.ratio(
            f"{self._key}/expected", estimate, text=mean_text(estimate.value), **self._where
        )

    @property
    def usual(self) -> Fact:
        """Between which counts a usual week lies."""
        low, high = self.signal.expected.low, self.signal.expected.high
        text = f"{count_text(round(low))} to {count_text(round(high))}"
        return self._label("usual", text)

    @property
    def threshold(self) -> Fact | None:
        """The smallest count that would have been unusual."""
        least = self.signal.threshold
        if least is None:
            return None
        return self.week.context.facts.count(f"{self._key}/threshold", least, **self._where)

    @property
    def odds(self) -> Fact:
        """In how many usual weeks one lies so far out."""
        return self.week.context.facts.add(
            Fact(
                id=f"{self._key}/p_value", value=self.signal.p_value, unit="probability",
                text=odds_text(self.signal.p_value), region=self.signal.region, period=self.week.period,
            )
        )  # fmt: skip

    @property
    def q(self) -> Fact:
        """The q-value."""
        return self.week.context.facts.p(f"{self._key}/q_value", self.signal.q_value, **self._where)

    @property
    def since(self) -> Fact | None:
        """The weeks of the run, where there is one of more than this week, or one that ended."""
        signal, week = self.signal, self.week.context.week
        if signal.since is None or signal.status not in ("continuing", "ended"):
            return None
        last = week if signal.status == "continuing" else week.shift(-1)
        first = Week.of(signal.since, WEEKDAYS[signal.since.weekday()])
        return self._label("since", span_text(first.first_day, last.last_day))

    def status(self) -> Text:
        """New, or since when."""
        if self.since is None:
            return ("new",)
        return say("{what} {span}", what=_RUN[str(self.signal.status)], span=self.since)

    def _label(self, name: str, text: str) -> Fact:
        return self.week.context.facts.label(f"{self._key}/{name}", text, **self._where)


_RUN = {"continuing": "goes on:", "ended": "ended:"}
