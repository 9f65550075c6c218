"""One synchronous chain: an event, the engine's step, journal rows, and what is to be sent.

A socket callback calls `feed`; before it returns the event is decided, its rows are in the
journal's buffer and its orders in the outbox, which commits and sends at the end of the turn.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush

from argonaut.domain.command import (
    CancelOrder,
    Command,
    Record,
    SetTimer,
    SubmitOrder,
    WatchInstrument,
)
from argonaut.domain.event import Event, TimerFired
from argonaut.domain.ids import StrategyId
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.record import Decision
from argonaut.domain.signal import Skip
from argonaut.engine.core import Engine
from argonaut.engine.saved import row_of
from argonaut.runtime.clock import EngineClock
from argonaut.runtime.outbox import Outbox
from argonaut.runtime.recorder import Recorder
from argonaut.runtime.shadow import STATE, LiveShadow

_SECOND_NS = 1_000_000_000
_AHEAD_MAX_NS = 60 * _SECOND_NS  # market data from further in the future is wrong
_MARKET = frozenset({Bar, Trade, Quote})
_STALE_TIMERS_MAX = 64


class Loop:
    """Steps the engine and does what it wants. Not re-entrant; owned by one event loop."""

    def __init__(
        self,
        engine: Engine,
        recorder: Recorder,
        outbox: Outbox,
        clock: EngineClock,
        *,
        snapshot_rows: int,
        on_bug: Callable[[BaseException], None],
    ) -> None:
        self.dropped = 0  # market data that could not be
        self.on_watch: Callable[[WatchInstrument], None] | None = None  # who lists what comes later
        self.shadow: LiveShadow | None = None  # what is on trial beside
        self._engine = engine
        self._recorder = recorder
        self._outbox = outbox
        self._clock = clock
        self._on_bug = on_bug
        self._snapshot_rows = snapshot_rows
        self._snapshot_due = recorder.rows_written + snapshot_rows
        self._waiting: deque[Event] = deque()
        self._is_draining = False
        self._has_failed = False
        self._decided: dict[StrategyId, None] = {}
        self._timers: list[tuple[int, int, str]] = []  # (when by our clock, by the engine's, key)
        self._timer_at: dict[str, int] = {}
        self._alarm: asyncio.TimerHandle | None = None

    def now_ns(self) -> int:
        """Return the time for an input made here: never before what the engine has seen."""
        return max(self._clock.now_ns(), self._engine.now_ns)

    def feed(self, event: Event) -> None:
        """Step the engine with an event, and with whatever that leads to at once."""
        if self._has_failed:
            return
        if type(event) in _MARKET and event.event_ns > self._clock.now_ns() + _AHEAD_MAX_NS:
            self.dropped += 1
            return
        self._waiting.append(event)
        if not self._is_draining:
            self._drain()

    def perform(self, commands: Sequence[Command]) -> None:
        """Do what the engine wants besides a step, such as the audit after a start."""
        for command in commands:
            self._perform(command)
        self._after()

    def pass_time(self) -> None:
        """Let timers of what is on trial fire where no market data comes."""
        if self.shadow is not None and not self._has_failed:
            self.shadow.pass_time(self._clock.now_ns())
            self._after()

    def snapshot(self) -> None:
        """Write the whole state as one row, from which a start can go on."""
        engine, state = self._engine, self._engine.save()
        shadow = self.shadow
        if shadow is not None:
            state[STATE] = shadow.save()
        self._recorder.write(engine.seq, engine.now_ns, "snapshot", "", state)
        if shadow is not None and not shadow.has_failed:
            shadow.whole_seq = self._recorder.seq
        self._snapshot_due = self._recorder.rows_written + self._snapshot_rows
        self._outbox.schedule()

    @property
    def timers(self) -> tuple[int, int]:
        """How many timers are held, replaced ones too, and how many may be."""
        return len(self._timers), 2 * len(self._timer_at) + _STALE_TIMERS_MAX

    def close(self) -> None:
        """Fire no more timers."""
        if self._alarm is not None:
            self._alarm.cancel()

    # one event

    def _drain(self) -> None:
        self._is_draining = True
        try:
            while self._waiting:
                event = self._waiting.popleft()
                for command in self._engine.step(event):
                    self._perform(command)
                if self.shadow is not None:
                    self.shadow.follow(event)
                self._after()
        except BaseException as error:
            # A broken sum or a bug: nothing that follows can be trusted, so nothing follows.
            self._has_failed = True
            self._on_bug(error)
            if not isinstance(error, Exception):
                raise
        finally:
            self._is_draining = False

    def _after(self) -> None:
        """Keep what strategies know beside what they decided, and see to the end of the turn."""
        if self._decided:
            self._save_deciders()
        if self._recorder.is_dirty:
            self._outbox.schedule()
        if self._recorder.rows_written >= self._snapshot_due:
            self.snapshot()

    def _perform(self, command: Command) -> None:
        engine = self._engine
        if type(command) is Record:
            if isinstance(command.body, Decision):
                self._decided[command.body.signal.strategy_id] = None
            elif isinstance(command.body, Skip):  # what it waits for since may be in no other row
                self._decided[command.body.strategy_id] = None
            self._recorder.record(engine.seq, engine.now_ns, command)
        elif type(command) is SubmitOrder:
            self._outbox.submit(command.order)
        elif type(command) is CancelOrder:
            desk, name = engine.desk, command.client_order_id
            order = desk.live.get(name) or desk.closed.get(name)
            if order is not None:
                self._outbox.cancel(order)
        elif type(command) is SetTimer:
            self._set_timer(command)
        elif type(command) is WatchInstrument:
            if self.on_watch is not None:
                self.on_watch(command)
        else:
            raise AssertionError(f"no venue here amends, and its capability says so: {command}")

    def _save_deciders(self) -> None:
        engine = self._engine
        for strategy in engine.strategies():
            if strategy.strategy_id in self._decided and strategy.saved:
                self._recorder.record(engine.seq, engine.now_ns, row_of(strategy))
        self._decided.clear()

    # timers

    def _set_timer(self, command: SetTimer) -> None:
        """Arm, replace or take back a timer: event time in, a wait on the monotonic clock out.

        The engine goes by the venue's time where that is ahead of ours, and the wait by the engine:
        as long as it asked for, however wrong our time is.
        """
        key, at_ns = command.key, command.at_ns
        if at_ns is None:
            self._timer_at.pop(key, None)
        elif self._timer_at.get(key) != at_ns:
            self._timer_at[key] = at_ns
            heappush(self._timers, (at_ns - self.now_ns() + self._clock.now_ns(), at_ns, key))
            held, most = self.timers
            if held > most:
                self._timers = [
                    each for each in self._timers if self._timer_at.get(each[2]) == each[1]
                ]
                heapify(self._timers)
        self._set_alarm()

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if self._timers and not self._has_failed:
            wait_s = max(self._timers[0][0] - self._clock.now_ns(), 0) / _SECOND_NS
            self._alarm = asyncio.get_running_loop().call_later(wait_s, self._fire)

    def _fire(self) -> None:
        """Fire what is due."""
        self._alarm = None
        now_ns = self._clock.now_ns()
        while self._timers and self._timers[0][0] <= now_ns:
            _, at_ns, key = heappop(self._timers)
            if self._timer_at.get(key) == at_ns:
                del self._timer_at[key]
                self.feed(TimerFired(key=key, event_ns=max(self.now_ns(), at_ns)))
        self._set_alarm()
