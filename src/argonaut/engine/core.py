"""The engine: one step takes one event and returns the commands it calls for.

It never awaits, reads a clock, rolls dice or touches a socket, so the same events give the same
commands in backtest, paper, live and replay. One trade through this file: `_on_bar` asks the
strategies, `_act` sends their wishes to the desk, which asks the gate and words the orders; the
venue's reports come back through `_on_report`.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import Any, Final, TypeVar, get_args

from argonaut.domain.command import Command, Record, SetTimer
from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import (
    Adjusted,
    Condition,
    Correction,
    Deposited,
    DetectorSignal,
    Event,
    ExternalEvent,
    ForeignOrder,
    InstrumentListed,
    OperatorCommand,
    TimerFired,
)
from argonaut.domain.ids import InstrumentId
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.order import Report
from argonaut.domain.record import (
    StrategyPaused,
)
from argonaut.domain.signal import Announce, Overheard, Signal
from argonaut.engine import audit, saved
from argonaut.engine.account import Account
from argonaut.engine.desk import Desk
from argonaut.engine.detectors import Doorman
from argonaut.engine.intake import Intake
from argonaut.engine.later import TIMER_KEY
from argonaut.engine.listings import Listings
from argonaut.engine.modes import Modes
from argonaut.engine.notices import NOTICES_KEY, Notices
from argonaut.engine.outside import Outside
from argonaut.engine.pacing import Pacing
from argonaut.engine.relay import Relay
from argonaut.engine.route import Route, Seat, Span
from argonaut.engine.scanner import scanner_of
from argonaut.engine.setup import EngineSetup
from argonaut.engine.wish import event_of, fault_of
from argonaut.indicators.interface import Indicator
from argonaut.ledger.book import Book
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals, Strategy

EventT = TypeVar("EventT")
_DAY_NS: Final = 86_400 * 1_000_000_000
_BAD_PRICE_TOLD_NS: Final = 60 * 1_000_000_000  # at most one anomaly a minute and instrument
_INFINITY: Final = math.inf
_NOTHING: Final[tuple[Command, ...]] = ()


class Engine:
    """The whole funnel as a state machine. `step` is its only entrance during a run."""

    def __init__(self, setup: EngineSetup) -> None:
        self.seq = 0  # number of the last input
        self.now_ns = 0
        self.book = Book(
            {each.instrument_id: each for each in setup.instruments}, quote=setup.quote
        )
        self.routes: dict[InstrumentId, Route] = {
            each.instrument_id: Route(
                each,
                setup.base_timeframes_ns.get(each.instrument_id, 0),
                self.book.position(each.instrument_id),
            )
            for each in setup.instruments
        }
        self.account = Account(
            self.book,
            self.routes,
            setup.capability,
            quote=setup.quote,
            order_types=setup.order_types,
            drawdown_window_ns=setup.drawdown_window_ns,
            plan=setup.plan,
        )
        self.book.price_of = self.account.market_price
        self._out: list[Command] = []
        self.account.scanner = scanner_of(
            setup.scan, self.account, self.emit, tells_bars=setup.folds
        )
        self._wished: deque[tuple[Signal, Seat]] = deque()  # and who is to hear of it
        self.desk = Desk(
            self.account,
            setup.gate,
            setup.capability,
            self.emit,
            epoch=setup.epoch,
            folds=setup.folds,
            nets=setup.nets,
        )
        self.desk.twins, self.desk.advisers = setup.twins, setup.advisers
        self.pacing = Pacing(setup.strategies, setup.paces, self.emit)
        self.modes = Modes(self.desk, self.emit)
        self.doorman = Doorman()
        self.intake = Intake(
            self.doorman,
            self.routes,
            seats=self._seats,
            ask=self._ask,
            emit=self.emit,
            twins=setup.twins,
        )
        self.outside = Outside(self)
        self.base_timeframes_ns = setup.base_timeframes_ns
        self.listings = Listings(self, setup.listings)
        self.notices = Notices(self, setup.notices)
        self._audit_every_ns = setup.audit_every_ns
        self._sample_every_ns = setup.equity_sample_ns
        self.sample_due_ns = 0  # while an instant is open, every step has a look
        self.instant_ns: int | None = None  # an instant to be sampled when it is over
        self.day = -1
        self._bar_route: Route | None = None  # of the last bar, and nearly always of the next one
        self._on_sample = setup.on_sample
        if setup.folds:
            self.book.on_valued = self.outside.on_valued
        self._handlers = self._handlers_by_type()
        for each in setup.strategies:
            holding = self.book.holding(each.strategy_id, each.instrument_id)
            self.routes[each.instrument_id].seat(each, holding)
            if each.roams:
                each.market = self.listings

    def _handlers_by_type(self) -> dict[type, Callable[[Any], None]]:
        return {
            Trade: self._on_trade,
            Quote: self._on_quote,
            TimerFired: self._on_timer,
            DetectorSignal: self.intake.on_signal,
            ExternalEvent: self._on_external,
            InstrumentListed: self.listings.on_listed,
            Overheard: self._on_overheard,
            OperatorCommand: self.modes.on_operator,
            Condition: self.modes.on_condition,
            Deposited: self.outside.on_deposit,
            Adjusted: self.outside.on_adjusted,
            Correction: self.outside.on_correction,
            ForeignOrder: self.outside.on_foreign,
            **dict.fromkeys(get_args(Report), self.desk.inbox.on_report),
        }

    def step(self, event: Event) -> Sequence[Command]:
        """Take one event and return what is to be done, in order. Records come before sends."""
        self.seq += 1
        now_ns = event.event_ns
        if now_ns < self.now_ns:
            now_ns = self.now_ns  # a venue's clock and ours differ; time here never steps back
        self.now_ns = self.account.now_ns = now_ns
        if now_ns >= self.sample_due_ns:
            self._watch_instant(event, now_ns)
        if isinstance(event, Bar):  # what a backtest of bars has a hundred of to anything else
            self._on_bar(event)
        else:
            self._handlers[type(event)](event)
        netting = self.desk.netting
        if not self._out and not netting.kept:
            return _NOTHING
        if self.desk.untold or self._wished:
            self._tell()
        if netting.fresh or netting.kept:
            netting.settle(self._out)
            self._tell()
            netting.forget()  # what is answered to a cross leaves as it is
        out, self._out = self._out, []
        return out

    # market data

    def _on_bar(self, bar: Bar) -> None:
        route = self._bar_route
        if route is None or route.instrument_id is not bar.instrument_id:
            route = self._bar_route = self.routes[bar.instrument_id]
        close = bar.close
        if not 0.0 < close < _INFINITY:
            self._on_bad_price(route, f"a close of {close}")
            return
        route.price = close
        route.seen_ns = bar.event_ns
        for update in route.bar_updates:
            update(bar)
        if route.local or route.guards:
            low, high = bar.low, bar.high
            self.desk.watch(route, Span(bar.open_ns, low, high, high, low, close))
        if route.frames:
            self._on_longer_bars(route, bar)
        if self.modes.is_recovering:
            return
        for seat in route.bar_seats:  # `_ask` written out: this runs once a bar
            try:
                signals = seat.on_bar(bar, seat.holding)
                if signals is None and not seat.wakes:
                    continue
                wishes = tuple(signals or ())
            except Exception as error:  # noqa: BLE001 - as in `_ask`
                self._pause(seat, error)
                continue
            self._act(seat, wishes)

    def _on_longer_bars(self, route: Route, bar: Bar) -> None:
        """Complete longer bars: first every indicator of this instant, then the strategies."""
        for frame, longer in route.longer_bars(bar):
            for seat in frame.seats:
                self._ask(seat, seat.strategy.on_bar, longer)

    def _on_trade(self, trade: Trade) -> None:
        route = self.routes[trade.instrument_id]
        price = trade.price
        if not 0.0 < price < _INFINITY:
            self._on_bad_price(route, f"a trade at {price}")
            return
        route.price = price
        route.seen_ns = trade.event_ns
        for update in route.trade_updates:
            update(trade)
        if route.local or route.guards:
            self.desk.watch(route, Span(trade.event_ns, price, price, price, price, price))
        if self.modes.is_recovering:
            return
        for seat in route.trade_seats:  # `_ask` written out: this runs once a trade
            try:
                signals = seat.on_trade(trade, seat.holding)
                if signals is None and not seat.wakes:
                    continue
                wishes = tuple(signals or ())
            except Exception as error:  # noqa: BLE001 - as in `_ask`
                self._pause(seat, error)
                continue
            self._act(seat, wishes)

    def _on_quote(self, quote: Quote) -> None:
        route = self.routes[quote.instrument_id]
        bid, ask = quote.bid, quote.ask
        if not 0.0 < bid <= ask < _INFINITY:
            self._on_bad_price(route, f"a quote of {bid} bid, {ask} asked")
            return
        route.bid, route.ask = bid, ask
        route.price = price = (bid + ask) * 0.5
        route.seen_ns = quote.event_ns
        if route.local or route.guards:
            self.desk.watch(route, Span(quote.event_ns, bid, ask, bid, ask, price))
        for seat in route.quote_seats:
            self._ask(seat, seat.strategy.on_quote, quote)

    def _on_bad_price(self, route: Route, said: str) -> None:
        """Keep a price that cannot be from indicators, strategies and the books."""
        if self.now_ns >= route.bad_price_due_ns:
            route.bad_price_due_ns = self.now_ns + _BAD_PRICE_TOLD_NS
            name = route.instrument.instrument_id
            self.desk.anomaly("bad price", f"{name} showed {said}; want prices > 0")

    # everything else

    def _on_timer(self, timer: TimerFired) -> None:
        if timer.key == audit.AUDIT_KEY:
            audit.look(self.desk)
            self.emit(SetTimer(timer.key, self.now_ns + self._audit_every_ns))
            return
        self.emit(Record("timer", timer.key, timer))
        if timer.key == TIMER_KEY:
            self.desk.exits.retry()
            return
        if timer.key == NOTICES_KEY:
            self.notices.look()
            return
        strategy_id, _, instrument_id = timer.key.partition("|")
        for seat in self._seats(InstrumentId(instrument_id)):
            if seat.strategy.strategy_id == strategy_id:
                seat.wake_ns = None
                self._ask(seat, seat.strategy.on_timer, timer)

    def _on_external(self, event: ExternalEvent) -> None:
        self.emit(Record("event", event.event_id, event))
        self.doorman.hear(event)
        self.notices.take(event)
        seats = [each for route in self.routes.values() for each in route.seats]
        for seat in [each for each in seats if each.home is each and each.answers("on_event")]:
            self._ask(seat, seat.strategy.on_event, event)

    def _on_overheard(self, overheard: Overheard) -> None:
        """Have those who listen here hear what was wished in the engine beside."""
        route = self.routes.get(overheard.wish.instrument_id)
        for seat in [] if route is None else route.hearers:
            if not isinstance(seat.strategy, Relay):
                self._ask(seat, seat.strategy.on_wish, overheard)

    # what several of them need

    def _tell(self) -> None:
        """Tell strategies what became of their orders: fills in order, each end once (I18).

        Then those that listen what others wished, once everybody has seen the event itself.
        """
        untold, wished = self.desk.untold, self._wished
        while (untold or wished) and not self.modes.is_recovering:
            if not untold:
                wish, hearer = wished.popleft()
                self._ask(hearer, hearer.strategy.on_wish, Overheard(self.now_ns, wish))
                continue
            order, fill = untold.popleft()
            seat = self.routes[order.instrument_id].followers[order.strategy_id]
            if fill is None:
                self._ask(seat, seat.strategy.on_end, order)
            else:
                self._ask(seat, seat.strategy.on_fill, fill)

    def release_updates(self, instrument_id: InstrumentId, source: str) -> list[Indicator]:
        """Stop updating the indicators of a source ("bar" or "trade"); the caller sets them."""
        route = self.routes[instrument_id]
        updates, indicators = (
            (route.bar_updates, route.bar_indicators)
            if source == "bar"
            else (route.trade_updates, route.trade_indicators)
        )
        updates.clear()
        return list(indicators)

    def close(self) -> None:
        """Mark the book to market a last time, at the end of a run."""
        equity = self.account.mark(self.now_ns)
        if equity is not None and self._on_sample is not None:
            self._on_sample(self.now_ns, equity)

    def strategies(self) -> Iterable[Strategy]:
        """Yield every strategy instance, in the order of the config."""
        for route in self.routes.values():
            for seat in route.seats:
                if seat.home is seat:
                    yield seat.strategy

    def save(self) -> dict[str, Any]:
        """Return the whole state as JSON values; indicators come from market data again."""
        return saved.write(self)

    def audit(self) -> Sequence[Command]:
        """Return what is to be done after a restart, once the venue has told what it has.

        Missing protection is placed, orphans are taken out, cancels are asked for again, and every
        timer is set anew. It may be called while RECOVERING, and twice.
        """
        self.seq += 1
        audit.after_restart(self)
        out, self._out = self._out, []
        return out

    def set_timers(self) -> None:
        """Ask for the timers that the loop cannot know of: it has just begun."""
        if self._audit_every_ns:
            self.emit(SetTimer(audit.AUDIT_KEY, self.now_ns + self._audit_every_ns))
        self.listings.ask_again()
        self.notices.set_timer()
        for route in self.routes.values():
            for seat in route.seats:
                seat.wake_ns = None
                if seat.wakes and not seat.is_paused:
                    self._set_wake(seat)

    def forget_commands(self) -> None:
        """Drop what handlers want done: they were called to fold a journal, and it was done."""
        self._out = []
        self.desk.netting.forget()

    def load(self, state: Mapping[str, Any]) -> None:
        """Take back what `save` returned, into an engine that has stepped nothing yet."""
        saved.read(self, state)

    def _seats(self, instrument_id: InstrumentId) -> list[Seat]:
        route = self.routes.get(instrument_id)
        return [] if route is None else route.seats

    def _ask(self, seat: Seat, method: Callable[[EventT, Holding], Signals], event: EventT) -> None:
        """Call a strategy and take what it wishes, all of it decided on one state.

        One that raises is paused and reported; the others go on.
        """
        if seat.is_paused or self.modes.is_recovering:
            return
        try:
            wishes = tuple(method(event, seat.holding) or ())
        except Exception as error:  # noqa: BLE001 - a plug-in may raise anything; it is journaled
            self._pause(seat, error)
            return
        self._act(seat, wishes)

    def _act(self, seat: Seat, wishes: tuple[Signal, ...]) -> None:
        strategy = seat.strategy
        for wish in wishes:
            fault = fault_of(wish, strategy)
            if fault:
                self._pause(seat, InvalidValueError(fault))
                return
            if type(wish) is Announce:
                self._on_external(event_of(wish, seq=self.seq, now_ns=self.now_ns))
                continue
            holding = seat.holding
            if wish.instrument_id != holding.instrument_id and wish.instrument_id in self.routes:
                holding = self.book.holding(wish.strategy_id, wish.instrument_id)
            self.pacing.note(wish, self.now_ns)
            self.desk.take(wish, holding)
        hearers = self.routes[strategy.instrument_id].hearers
        if hearers and seat not in hearers:
            self._wished += product(wishes, hearers)
        if wishes and strategy.roams:  # what it knows of its coins must survive a kill
            self.emit(saved.row_of(strategy))
        if seat.wakes:
            self._set_wake(seat)

    def _pause(self, seat: Seat, error: Exception) -> None:
        """Never call a strategy again: what it holds stays protected, what it wanted does not."""
        strategy = seat.strategy
        for route, each in self.listings.seats_of(strategy):
            route.pause(each)
        self.emit(
            Record(
                "strategy_paused",
                strategy.strategy_id,
                StrategyPaused(
                    strategy_id=strategy.strategy_id,
                    instrument_id=strategy.instrument_id,
                    error=f"{type(error).__name__}: {error}",
                ),
            )
        )
        for _, each in self.listings.seats_of(strategy):
            self.desk.cancel_entries_of(each.holding)

    def _set_wake(self, seat: Seat) -> None:
        """Ask for the timer a strategy wants, when that is another one than before."""
        seat = seat.home
        try:
            at_ns = seat.strategy.wake_at()
        except Exception as error:  # noqa: BLE001 - as in `_ask`
            self._pause(seat, error)
            return
        if at_ns is not None and at_ns <= self.now_ns:
            at_ns = None  # a moment that has passed does not come again
        if at_ns != seat.wake_ns:
            seat.wake_ns = at_ns
            key = f"{seat.strategy.strategy_id}|{seat.strategy.instrument_id}"
            self.emit(SetTimer(key, at_ns))

    def emit(self, command: Command) -> None:
        """Have something done after this step."""
        self._out.append(command)

    def _watch_instant(self, event: Event, now_ns: int) -> None:
        """Sample an instant when all its market data is in, and before what that leads to.

        So the equity at the close of a bar has the close of every instrument, and no fill at the
        open that follows at the same time.
        """
        is_market = isinstance(event, (Bar, Trade, Quote))
        instant_ns = self.instant_ns
        if instant_ns is not None and (now_ns > instant_ns or not is_market):
            self.instant_ns = None
            self._sample(instant_ns)
        if is_market and self.instant_ns is None and now_ns >= self.sample_due_ns:
            self.instant_ns, self.sample_due_ns = now_ns, 0

    def _sample(self, now_ns: int) -> None:
        """Mark to market on a grid of event time; at a new UTC day also save the strategies."""
        if self.desk.live or self.desk.warden.guards:
            self.desk.warden.audit()
        every = self._sample_every_ns
        self.sample_due_ns = now_ns - now_ns % every + every
        self.pacing.look(now_ns)
        equity = self.account.sample(now_ns)
        if equity is not None and self._on_sample is not None:
            self._on_sample(now_ns, equity)
        day = now_ns // _DAY_NS
        if day != self.day:
            first, self.day = self.day < 0, day
            if not first:
                self._out += [saved.row_of(each) for each in self.strategies() if each.saved]
