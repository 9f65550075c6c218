"""Steps an engine over the simulated venue: the same loop for backtest and paper.

For every market event the venue goes first (orders that were resting meet the new prices), then
the timers of that instant, then the engine. A timer of an earlier instant comes before all three;
inside a bar, where nobody knows when it filled what, it comes after the fills. What the engine
wants done is done at once: the record is journaled, then the order is sent, and the venue's answers
are stepped before the next market event. So the order of everything is a function of the tape
alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from heapq import heapify, heappop, heappush
from typing import Any, Final, Protocol

import msgspec

from argonaut.domain.command import (
    AmendOrder,
    CancelOrder,
    Command,
    Record,
    SetTimer,
    SubmitOrder,
    WatchInstrument,
)
from argonaut.domain.event import Event, TimerFired
from argonaut.domain.ids import InstrumentId
from argonaut.domain.market import Bar, MarketEvent, Quote, Trade
from argonaut.domain.order import Report
from argonaut.ports import Journal, SimulatedVenue

_NEVER_NS: Final = 2**62 - 1  # in 2116; above it a compiled int is an object
_STALE_TIMERS_MAX: Final = 64  # replaced timers kept besides one for each that counts
Observer = Callable[[int, int, Record], None]  # (event_seq, event_ns, record)


class Stepper(Protocol):
    """What the session drives: the engine."""

    seq: int
    now_ns: int

    def step(self, event: Event) -> Sequence[Command]:
        """Take one event and return what is to be done."""


class MatchingVenue(SimulatedVenue, Protocol):
    """A simulated venue that matches against market data."""

    @property
    def working(self) -> dict[InstrumentId, Any]:
        """Instruments with an order that could fill; asked at every bar, so a dict's own `in`."""

    def on_open(self, instrument_id: InstrumentId, open_ns: int, price: float) -> Iterable[Report]:
        """A bar opens."""

    def on_bar(self, bar: Bar) -> Iterable[Report]:
        """The rest of the bar."""

    def on_trade(self, trade: Trade) -> Iterable[Report]:
        """Somebody traded."""

    def on_quote(self, quote: Quote) -> Iterable[Report]:
        """The best bid or offer changed."""

    def observe(self, event: MarketEvent) -> None:
        """Remember what the market shows, without filling anything; before `submit`."""


class Session:
    """One engine, one simulated venue, one journal. Not re-entrant; owned by one loop."""

    def __init__(
        self,
        engine: Stepper,
        venue: MatchingVenue,
        journal: Journal,
        *,
        durable_sends: bool,
        observers: Sequence[Observer] = (),
    ) -> None:
        self._engine = engine
        self._step = engine.step
        self._venue = venue
        self.working = venue.working
        self._journal = journal
        self._append = journal.append
        self._durable_sends = durable_sends
        self._observers = tuple(observers)
        self.on_watch: Callable[[WatchInstrument], None] = _nobody  # who lists what comes later
        self._encode = msgspec.json.Encoder(order="deterministic").encode
        self._waiting: deque[Event] = deque()
        self._draining = False
        self._timers: list[tuple[int, str]] = []
        self._timer_at: dict[str, int] = {}
        self._next_timer_ns = _NEVER_NS
        self._performers: dict[type, Callable[..., None]] = {
            Record: self._record,
            SubmitOrder: self._submit,
            CancelOrder: self._cancel,
            AmendOrder: self._amend,
            SetTimer: self._set_timer,
            WatchInstrument: self._watch,
        }

    # market data, in the order of the tape

    def open(self, instrument_id: InstrumentId, open_ns: int, price: float) -> None:
        """Let orders that wait for a bar's open meet it. Call it only when some are working."""
        if open_ns >= self._next_timer_ns:
            self._fire_timers(open_ns)
        for report in self._venue.on_open(instrument_id, open_ns, price):
            self._take(report)

    def bar(self, bar: Bar) -> None:
        """Match the rest of a completed bar, then show it to the engine."""
        if self.working and bar.instrument_id in self.working:
            for report in self._venue.on_bar(bar):
                self._take(report)
        if bar.event_ns >= self._next_timer_ns:
            self._fire_timers(bar.event_ns)
        commands = self._step(bar)
        if commands:
            self._venue.observe(bar)  # so that an order can meet the price it was decided on
            self._perform(commands)

    def trade(self, trade: Trade) -> None:
        """Match a public trade, then show it to the engine."""
        event_ns = trade.event_ns
        if event_ns > self._next_timer_ns:
            self._fire_timers(event_ns - 1)
        if trade.instrument_id in self.working:
            for report in self._venue.on_trade(trade):
                self._take(report)
        if event_ns >= self._next_timer_ns:
            self._fire_timers(event_ns)
        commands = self._step(trade)
        if commands:
            self._venue.observe(trade)
            self._perform(commands)

    def quote(self, quote: Quote) -> None:
        """Match a quote, then show it to the engine. The venue always sees it: it is the book."""
        event_ns = quote.event_ns
        if event_ns > self._next_timer_ns:
            self._fire_timers(event_ns - 1)
        for report in self._venue.on_quote(quote):
            self._take(report)
        if event_ns >= self._next_timer_ns:
            self._fire_timers(event_ns)
        commands = self._step(quote)
        if commands:
            self._perform(commands)

    # everything else

    def feed(self, event: Event) -> None:
        """Step one input from outside and everything it causes, in the order it was caused.

        Timers that are due by then come first.
        """
        if event.event_ns >= self._next_timer_ns:
            self._fire_timers(event.event_ns)
        self._take(event)

    def show(self, observe: Observer) -> None:
        """Show every row from now on to one more."""
        self._observers += (observe,)

    def pass_time(self, until_ns: int) -> None:
        """Fire the timers that are due by then: no market data may come for a while."""
        if until_ns >= self._next_timer_ns:
            self._fire_timers(until_ns)

    def perform(self, commands: Sequence[Command]) -> None:
        """Do what the engine wants besides a step, such as the audit after a start."""
        self._perform(commands)

    def _take(self, event: Event) -> None:
        self._waiting.append(event)
        if not self._draining:
            self._drain()

    def _perform(self, commands: Sequence[Command]) -> None:
        self._draining = True
        try:
            for command in commands:
                self._performers[type(command)](command)
        finally:
            self._draining = False
        if self._waiting:
            self._drain()

    def _drain(self) -> None:
        self._draining = True
        waiting, performers = self._waiting, self._performers
        try:
            while waiting:
                for command in self._step(waiting.popleft()):
                    performers[type(command)](command)
        finally:
            self._draining = False

    def _record(self, record: Record) -> None:
        seq, now_ns = self._engine.seq, self._engine.now_ns
        self._append(seq, now_ns, record.kind, record.subject, self._encode(record.body))
        for observe in self._observers:
            observe(seq, now_ns, record)

    def _submit(self, command: SubmitOrder) -> None:
        if self._durable_sends:
            self._journal.commit()
        self._waiting.extend(self._venue.submit(command.order, self._engine.now_ns))

    def _cancel(self, command: CancelOrder) -> None:
        self._waiting.extend(self._venue.cancel(command.client_order_id, self._engine.now_ns))

    def _amend(self, command: AmendOrder) -> None:
        self._waiting.extend(
            self._venue.amend(
                command.client_order_id,
                self._engine.now_ns,
                quantity=command.quantity,
                price=command.price,
                trigger_price=command.trigger_price,
            )
        )

    def _watch(self, command: WatchInstrument) -> None:
        self.on_watch(command)

    def _set_timer(self, command: SetTimer) -> None:
        key, at_ns = command.key, command.at_ns
        if at_ns is None:
            self._timer_at.pop(key, None)
        elif self._timer_at.get(key) != at_ns:
            self._timer_at[key] = at_ns
            heappush(self._timers, (at_ns, key))
            if len(self._timers) > 2 * len(self._timer_at) + _STALE_TIMERS_MAX:
                self._timers = [(at_ns, key) for key, at_ns in self._timer_at.items()]
                heapify(self._timers)
            self._next_timer_ns = self._timers[0][0]

    def _fire_timers(self, until_ns: int) -> None:
        """Fire what is due, each at its own time, never before the engine's now."""
        while self._timers and self._timers[0][0] <= until_ns:
            at_ns, key = heappop(self._timers)
            self._next_timer_ns = self._timers[0][0] if self._timers else _NEVER_NS
            if self._timer_at.get(key) == at_ns:
                del self._timer_at[key]
                self._take(TimerFired(key=key, event_ns=max(at_ns, self._engine.now_ns)))


def _nobody(command: WatchInstrument) -> None:
    """Let an instrument be waited for that no recording brings."""
    del command
