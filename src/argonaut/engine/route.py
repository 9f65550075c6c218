"""Everything the engine keeps for one instrument, so that an event touches one object."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from argonaut.domain.aggregate import BarAggregator
from argonaut.domain.ids import ClientOrderId, InstrumentId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import Bar
from argonaut.domain.mode import TradingMode
from argonaut.domain.number import ZERO
from argonaut.domain.order import Order
from argonaut.execution.guard import Guard
from argonaut.indicators.interface import Indicator
from argonaut.ledger.holding import Holding
from argonaut.ledger.position import Position
from argonaut.strategies.interface import Strategy

Key = tuple[StrategyId, InstrumentId]
"""Names one strategy's holding of one instrument."""


class Span(NamedTuple):
    """Prices met since `since_ns`: those of a bar, of one trade, or both sides of a quote."""

    since_ns: int
    low: float  # what wakes a sell stop
    high: float  # what wakes a buy stop
    peak: float  # the best for a long
    trough: float  # the best for a short
    last: float

    def best(self, *, is_long: bool, since_ns: int) -> float:
        """Return the best price after `since_ns`; of a bar that began before, only the last."""
        if since_ns > self.since_ns:
            return self.last
        return self.peak if is_long else self.trough


class Seat:
    """One strategy at one instrument, with the holding it reads."""

    __slots__ = (
        "holding",
        "home",
        "is_paused",
        "on_bar",
        "on_trade",
        "strategy",
        "wake_ns",
        "wakes",
    )

    def __init__(self, strategy: Strategy, holding: Holding, home: Seat | None = None) -> None:
        self.home = self if home is None else home  # where its timer and its state are kept
        self.strategy = strategy
        self.holding = holding
        self.is_paused = False
        self.on_bar = strategy.on_bar  # bound once, because it is called once a bar
        self.on_trade = strategy.on_trade
        self.wake_ns: int | None = None  # when its timer fires
        self.wakes = type(strategy).wake_at is not Strategy.wake_at

    def answers(self, method: str) -> bool:
        """Whether the strategy overrides `method`; only then is it called."""
        return answers(self.strategy, method)


def answers(strategy: Strategy, method: str) -> bool:
    """Whether a strategy overrides `method`."""
    return getattr(type(strategy), method) is not getattr(Strategy, method)


class Frame:
    """One longer timeframe of an instrument: its aggregator, indicators and listeners."""

    __slots__ = ("aggregator", "seats", "timeframe_ns", "updates")

    def __init__(self, timeframe_ns: int, base_timeframe_ns: int) -> None:
        self.timeframe_ns = timeframe_ns
        self.aggregator = BarAggregator(timeframe_ns, base_timeframe_ns)
        self.updates: list[Callable[[Bar], object]] = []
        self.seats: list[Seat] = []


class Route:
    """The market of one instrument as last seen, and who listens to it."""

    __slots__ = (
        "_money",
        "_money_of",
        "ask",
        "bad_price_due_ns",
        "bar_indicators",
        "bar_seats",
        "bar_updates",
        "base_timeframe_ns",
        "bid",
        "causes",
        "followers",
        "frames",
        "guards",
        "hearers",
        "instrument",
        "instrument_id",
        "is_frozen",
        "leaving_buy",
        "leaving_sell",
        "local",
        "pending_buy",
        "pending_sell",
        "position",
        "price",
        "quote_seats",
        "seats",
        "seen_ns",
        "trade_indicators",
        "trade_seats",
        "trade_updates",
    )

    def __init__(self, instrument: Instrument, base_timeframe_ns: int, position: Position) -> None:
        self.instrument = instrument
        self.instrument_id = instrument.instrument_id
        self.position = position  # the book's own, so it is always what is held now
        self.base_timeframe_ns = base_timeframe_ns
        self.price: float | None = None  # last trade or close, or mid of the last quote
        self.seen_ns = 0
        self.bid: float | None = None
        self.ask: float | None = None
        self.pending_buy = ZERO  # base units of live orders that may enlarge a long
        self.pending_sell = ZERO
        self.leaving_buy = ZERO  # base units of exits that are on their way, or wait to be
        self.leaving_sell = ZERO
        self.is_frozen = False
        self.causes: dict[str, TradingMode] = {}  # what limits this instrument alone
        self.bad_price_due_ns = 0  # when one is worth telling again
        self.local: dict[ClientOrderId, Order] = {}  # orders emulated here until triggered
        self.guards: dict[StrategyId, Guard] = {}  # those that want to see every price
        self.seats: list[Seat] = []
        self.followers: dict[StrategyId, Seat] = {}  # those told of fills and ends
        self.bar_seats: list[Seat] = []
        self.trade_seats: list[Seat] = []
        self.quote_seats: list[Seat] = []
        self.hearers: list[Seat] = []  # those told what the others wish
        self.frames: list[Frame] = []
        self.bar_updates: list[Callable[[Bar], object]] = []
        self.trade_updates: list[Callable[..., object]] = []
        self.bar_indicators: list[Indicator] = []  # what `bar_updates` feed, in the same order
        self.trade_indicators: list[Indicator] = []
        self._money: Decimal | None = None
        self._money_of: float | None = None

    def money(self) -> Decimal | None:
        """Return the last price as money, on the tick grid; None when never seen."""
        price = self.price
        if price is None:
            return None
        if price != self._money_of:
            self._money = self.instrument.ticks.nearest(price)
            self._money_of = price
        return self._money

    def longer_bars(self, bar: Bar) -> list[tuple[Frame, Bar]]:
        """Return the longer bars that this one completes, their indicators updated."""
        completed: list[tuple[Frame, Bar]] = []
        for frame in self.frames:
            for bucket in frame.aggregator.update(
                bar.open_ns, bar.open, bar.high, bar.low, bar.close, bar.volume
            ):
                open_ns, first, high, low, close, volume = bucket
                longer = Bar(
                    bar.instrument_id,
                    frame.timeframe_ns,
                    open_ns,
                    open=first,
                    high=high,
                    low=low,
                    close=close,
                    volume=volume,
                )
                for update in frame.updates:
                    update(longer)
                completed.append((frame, longer))
        return completed

    def warm(self, bar: Bar) -> None:
        """Show indicators a bar of the past: no strategy is asked and no stop is watched."""
        if not 0.0 < bar.close < math.inf:
            return
        self.price, self.seen_ns = bar.close, bar.close_ns
        for update in self.bar_updates:
            update(bar)
        self.longer_bars(bar)

    def seat(self, strategy: Strategy, holding: Holding, home: Seat | None = None) -> Seat:
        """Give a strategy its seat and wire what it listens to and what it declared.

        With a `home` it is a guest here: its indicators live on the market of its home.
        """
        seat = Seat(strategy, holding, home)
        self.seats.append(seat)
        if seat.answers("on_fill") or seat.answers("on_end"):
            self.followers[strategy.strategy_id] = seat
        if seat.answers("on_trade"):
            self.trade_seats.append(seat)
        if seat.answers("on_quote"):
            self.quote_seats.append(seat)
        if seat.answers("on_wish"):
            self.hearers.append(seat)
        if seat.answers("on_bar"):
            self._listen_to_bars(seat)
        for declared in strategy.declared if home is None else ():
            if declared.source == "trade":
                self.trade_indicators.append(declared.indicator)
                self.trade_updates.append(updater(declared.indicator))
            elif declared.timeframe_ns in (0, self.base_timeframe_ns):
                self.bar_indicators.append(declared.indicator)
                self.bar_updates.append(updater(declared.indicator))
            else:
                self.frame(declared.timeframe_ns).updates.append(updater(declared.indicator))
        return seat

    def pause(self, seat: Seat) -> None:
        """Stop calling a strategy; its indicators and its protection go on.

        The lists are made anew: a walk over one that is under way misses nobody.
        """
        seat.is_paused = True
        self.bar_seats = [each for each in self.bar_seats if each is not seat]
        self.trade_seats = [each for each in self.trade_seats if each is not seat]
        self.quote_seats = [each for each in self.quote_seats if each is not seat]
        self.hearers = [each for each in self.hearers if each is not seat]
        for frame in self.frames:
            frame.seats = [each for each in frame.seats if each is not seat]

    def _listen_to_bars(self, seat: Seat) -> None:
        wanted = dict.fromkeys(seat.strategy.timeframes_ns() or (self.base_timeframe_ns,))
        for timeframe_ns in wanted:
            if timeframe_ns == self.base_timeframe_ns:
                self.bar_seats.append(seat)
            else:
                self.frame(timeframe_ns).seats.append(seat)

    def frame(self, timeframe_ns: int) -> Frame:
        """Return the frame of a longer timeframe, made on first use, longest first."""
        for frame in self.frames:
            if frame.timeframe_ns == timeframe_ns:
                return frame
        frame = Frame(timeframe_ns, self.base_timeframe_ns)
        self.frames.append(frame)
        self.frames.sort(key=lambda each: -each.timeframe_ns)
        return frame


def updater(indicator: Indicator) -> Callable[..., object]:
    """Return a function that feeds a view's fields to an indicator."""
    update, names = indicator.update, indicator.inputs
    if names == ("close",):
        return lambda view: update(view.close)
    if len(names) == 1:
        (name,) = names
        return lambda view: update(getattr(view, name))
    if names == ("high", "low", "close"):
        return lambda view: update(view.high, view.low, view.close)
    renamed = tuple("event_ns" if name == "ts_ns" else name for name in names)
    return lambda view: update(*[getattr(view, name) for name in renamed])
