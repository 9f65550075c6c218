"""Whether each strategy wishes as often as it says it does: silent for too long, or too busy.

Only told, never acted on: a row of the journal, a log event, a line. One that is silent is told
with what stood most often against an entry meanwhile. Counted from the start of the process.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from argonaut.domain.command import Command, Record
from argonaut.domain.ids import StrategyId
from argonaut.domain.record import OffPace
from argonaut.domain.signal import Enter, Signal, Skip
from argonaut.domain.timeframe import DAY_NS
from argonaut.strategies.interface import Pace, Strategy

_SECOND_NS: Final = 1_000_000_000
_REASONS_KEPT: Final = 50
_REASONS_TOLD: Final = 3


class _Watch:
    """What is known of one strategy, all its instruments together."""

    __slots__ = ("is_busy", "is_silent", "last_ns", "pace", "reasons", "times_ns")

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.last_ns: int | None = None  # of an entry that was wished; None before the first look
        self.times_ns: deque[int] = deque(maxlen=(pace.entries_a_day or 0) + 1)
        self.reasons: Counter[str] = Counter()  # of skips since the last entry
        self.is_silent = False  # and told
        self.is_busy = False


class Pacing:
    """Watches the strategies that declare a pace, or were given one by the config."""

    def __init__(
        self,
        strategies: Iterable[Strategy],
        given: Mapping[StrategyId, Pace],
        emit: Callable[[Command], None],
    ) -> None:
        self._emit = emit
        self._watches: dict[StrategyId, _Watch] = {}
        for each in strategies:
            own = given.get(each.strategy_id, Pace())
            pace = Pace(
                each.pace.silent_s if own.silent_s is None else own.silent_s,
                each.pace.entries_a_day if own.entries_a_day is None else own.entries_a_day,
            )
            if pace != Pace():
                self._watches.setdefault(each.strategy_id, _Watch(pace))

    def note(self, signal: Signal, now_ns: int) -> None:
        """Count a wish to enter, or why there was none."""
        watch = self._watches.get(signal.strategy_id)
        if watch is None:
            return
        if isinstance(signal, Skip):
            if signal.reason in watch.reasons or len(watch.reasons) < _REASONS_KEPT:
                watch.reasons[signal.reason] += 1
        elif isinstance(signal, Enter):
            watch.last_ns, watch.is_silent = now_ns, False
            watch.reasons.clear()
            self._count(signal.strategy_id, watch, now_ns)

    def look(self, now_ns: int) -> None:
        """Tell of each strategy that has wished nothing for too long, once until it does again."""
        for name, watch in self._watches.items():
            silent_s = watch.pace.silent_s
            if silent_s is None or watch.is_silent:
                continue
            if watch.last_ns is None:
                watch.last_ns = now_ns
            elif now_ns - watch.last_ns > silent_s * _SECOND_NS:
                watch.is_silent = True
                said = ", ".join(
                    f"{reason} ({count}x)"
                    for reason, count in watch.reasons.most_common(_REASONS_TOLD)
                )
                quiet_s = (now_ns - watch.last_ns) / _SECOND_NS
                self._tell(name, "silent", quiet_s, silent_s, said or "it gave no reason")

    def _count(self, name: StrategyId, watch: _Watch, now_ns: int) -> None:
        most, times = watch.pace.entries_a_day, watch.times_ns
        if most is None:
            return
        times.append(now_ns)
        while now_ns - times[0] >= DAY_NS:
            times.popleft()
        is_busy = len(times) > most
        if is_busy and not watch.is_busy:
            self._tell(name, "busy", len(times), most, "entries wished in 24 h")
        watch.is_busy = is_busy

    def _tell(self, name: StrategyId, what: str, value: float, limit: float, detail: str) -> None:
        body = OffPace(strategy_id=name, what=what, value=value, limit=limit, detail=detail)
        self._emit(Record("pace", name, body))
