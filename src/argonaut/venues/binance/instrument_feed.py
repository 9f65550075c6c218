"""Market data of one instrument, in order and without holes, from frames that may be neither.

No I/O: it says what is missing, and takes what `market` has fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from argonaut.domain.market import Bar, MarketEvent, Quote, Trade
from argonaut.domain.number import to_float
from argonaut.venues.binance.depth import Book, Fate
from argonaut.venues.binance.parse import (
    MS_NS,
    bar_of,
    fill_candle,
    price_of,
    quote_numbers,
    ticker_numbers,
)
from argonaut.venues.binance.rules import SymbolRules
from argonaut.venues.binance.streams import Pulse
from argonaut.venues.binance.strict import WireError
from argonaut.venues.binance.wire import (
    BookTicker,
    DepthMessage,
    DepthSnapshot,
    KlineMessage,
    KlineRow,
    PublicTrade,
    TickerMessage,
    TradeMessage,
)

_HELD_MAX = 5_000  # trades kept while a hole is filled; the hole is given up beyond
Print = tuple[int, int, str, str, bool]  # id, time in ms, price, quantity, buyer is maker


class TradeLine:
    """Prints by their ids: each once, in order; what comes after a hole waits until it is filled.

    `last_id` is -1 before the first print: what was before it is nobody's loss.
    """

    def __init__(self) -> None:
        self.last_id = -1
        self.held: dict[int, Print] = {}

    @property
    def is_waiting(self) -> bool:
        """Whether there is a hole."""
        return bool(self.held)

    def take(self, each: Print) -> Iterable[Print]:
        """Return what to tell now that the stream has told `each`."""
        number = each[0]
        if self.last_id < 0 or (number == self.last_id + 1 and not self.held):
            self.last_id = number
            return (each,)
        return self.fill((each,))

    def fill(self, found: Iterable[Print]) -> list[Print]:
        """Return what to tell now that `found` is known, from wherever."""
        for each in found:
            if each[0] > self.last_id:
                self.held[each[0]] = each
        return self._ready()

    def give_up(self) -> tuple[int, int, list[Print]]:
        """Return first and last id that stay missing, and the prints behind that hole."""
        first = self.last_id + 1
        self.last_id = min(self.held) - 1
        return first, self.last_id, self._ready()

    def _ready(self) -> list[Print]:
        ready: list[Print] = []
        while (each := self.held.pop(self.last_id + 1, None)) is not None:
            self.last_id += 1
            ready.append(each)
        return ready


class BarLine:
    """Completed candles of one length: each once, in order."""

    def __init__(self, bar: Bar) -> None:
        self.bar = bar
        self.last_open_ns = -1  # of the last one told
        self.is_behind = False  # one is missing between
        self.shown: tuple[int, str, str] = (0, "", "")  # the candle of now: time, close, volume

    @property
    def next_open_ns(self) -> int:
        """When the next one to tell opened; -1 before the first."""
        return -1 if self.last_open_ns < 0 else self.last_open_ns + self.bar.timeframe_ns

    def accepts(self, open_ns: int) -> bool:
        """Return whether the completed candle that opened then is the next one."""
        if open_ns <= self.last_open_ns:
            return False
        if self.last_open_ns >= 0 and open_ns != self.next_open_ns:
            self.is_behind = True  # asked for over REST, this one included
            return False
        self.last_open_ns = open_ns
        return True


class InstrumentFeed:
    """What is told of one instrument. `kinds` are those of `MarketStream`."""

    def __init__(
        self,
        rules: SymbolRules,
        emit: Callable[[MarketEvent], None],
        *,
        now_ns: Callable[[], int],
        mono_ns: Callable[[], int],
        on_hint: Callable[[str], None],
    ) -> None:
        self.rules = rules
        self.symbol = rules.symbol
        self.instrument_id = rules.instrument.instrument_id
        self.trades: TradeLine | None = None
        self.bars: dict[str, BarLine] = {}  # by the venue's interval
        self.book: Book | None = None
        self.has_quotes = False
        self.pulses: dict[str, Pulse] = {}  # by kind: trades, quotes, bars 1m
        self.needs_snapshot = False
        self._emit, self._on_hint = emit, on_hint
        self._now_ns, self._mono_ns = now_ns, mono_ns
        self._trade = Trade(self.instrument_id)
        self._quote = Quote(self.instrument_id)
        self._ticker_id = -1
        self._price_min = to_float(rules.instrument.price_min)
        price_max = rules.instrument.price_max
        self._price_max = float("inf") if price_max is None else to_float(price_max)

    def is_book_whole(self) -> bool:
        """Whether quotes can be relied on as far as the book is concerned."""
        return self.book is None or self.book.is_valid

    def quote_shown(self) -> tuple[float, float, float, float]:
        """Return the last quote told: bid, its quantity, ask, its quantity."""
        quote = self._quote
        return quote.bid, quote.bid_quantity, quote.ask, quote.ask_quantity

    def on_connection(self) -> None:
        """Forget what holds within one connection only."""
        self._ticker_id = -1
        for kind in self.pulses:
            self.pulses[kind] = Pulse(self._mono_ns())

    def on_trade(self, message: TradeMessage) -> None:
        """Take a print from the stream."""
        self._check_symbol(message.symbol)
        line = self.trades
        assert line is not None
        each = (
            message.trade_id,
            message.trade_ms,
            message.price,
            message.quantity,
            message.buyer_is_maker,
        )
        self._check_print(each)
        self.pulses["trades"].on_frame(self._mono_ns())  # what cannot be is no sign of life
        for ready in line.take(each):
            self._tell_print(ready)
        if len(line.held) > _HELD_MAX:
            self.give_up_trades()

    def on_found_trades(self, found: Iterable[PublicTrade]) -> None:
        """Take prints of the venue's record, oldest first, to fill a hole."""
        line = self.trades
        assert line is not None
        prints = [(each.id, each.time, each.price, each.qty, each.is_buyer_maker) for each in found]
        for each in prints:
            self._check_print(each)
        for each in line.fill(prints):
            self._tell_print(each)

    def give_up_trades(self) -> None:
        """Tell what waits behind a hole that cannot be filled, and which prints are missing."""
        line = self.trades
        assert line is not None
        first, last, waiting = line.give_up()
        for each in waiting:
            self._tell_print(each)
        self._on_hint(f"trades {first} to {last} of {self.symbol} are missing")

    def on_ticker(self, message: TickerMessage) -> None:
        """Take a best bid and offer from the stream."""
        self._check_symbol(message.symbol)
        numbers = quote_numbers(
            message.bid, message.bid_quantity, message.ask, message.ask_quantity
        )
        self.pulses["quotes"].on_frame(self._mono_ns())
        if message.update_id <= self._ticker_id:
            return
        self._ticker_id = message.update_id
        self._tell_quote(numbers)

    def on_found_ticker(self, found: BookTicker) -> bool:
        """Take a best bid and offer that was asked for; return whether it is what was shown."""
        self._check_symbol(found.symbol)
        numbers = ticker_numbers(found)
        is_same = numbers == self.quote_shown()
        self._tell_quote(numbers)
        return is_same

    def on_kline(self, message: KlineMessage) -> None:
        """Take a candle from the stream; only completed ones are told."""
        self._check_symbol(message.symbol)
        candle = message.candle
        line = self.bars.get(candle.interval)
        if line is None or candle.symbol != message.symbol:
            raise WireError(f"want a candle asked for, not {candle.symbol} {candle.interval}")
        fill_candle(line.bar, candle)
        self._check_price(line.bar.low, line.bar.high)
        self.pulses[f"bars {candle.interval}"].on_frame(self._mono_ns())
        line.shown = (candle.open_ms, candle.close, candle.volume)
        if candle.is_closed and line.accepts(line.bar.open_ns):
            self._emit(line.bar)

    def on_found_klines(self, interval: str, rows: Iterable[KlineRow], until_ns: int) -> None:
        """Take candles that were asked for; those that end after `until_ns` are not complete."""
        line = self.bars[interval]
        for row in rows:
            bar = bar_of(row, self.instrument_id, line.bar.timeframe_ns)
            self._check_price(bar.low, bar.high)
            if bar.close_ns <= until_ns and bar.open_ns > line.last_open_ns:
                line.last_open_ns = bar.open_ns
                self._emit(bar)
        line.is_behind = False

    def on_depth(self, message: DepthMessage) -> None:
        """Take a change of the book; its best prices are told as a quote."""
        self._check_symbol(message.symbol)
        assert self.book is not None
        try:
            fate = self.book.on_change(message)
        except WireError:
            self.book = Book()
            self.needs_snapshot = True
            raise
        self.pulses["quotes"].on_frame(self._mono_ns())
        if fate is Fate.APPLIED:
            self._tell_top()
        elif fate is not Fate.IGNORED:
            self.needs_snapshot = True

    def on_found_depth(self, snapshot: DepthSnapshot) -> Fate:
        """Take a snapshot of the book."""
        assert self.book is not None
        fate = self.book.on_snapshot(snapshot)
        if fate is Fate.APPLIED:
            self.needs_snapshot = False
            self._tell_top()
        return fate

    def _tell_top(self) -> None:
        assert self.book is not None
        top = self.book.top()
        if top is not None and tuple(top) != self.quote_shown():
            self._tell_quote(top)

    def _tell_quote(self, numbers: tuple[float, float, float, float]) -> None:
        self._check_price(numbers[0], numbers[2])
        quote = self._quote
        quote.bid, quote.bid_quantity, quote.ask, quote.ask_quantity = numbers
        quote.event_ns = self._now_ns()
        self._emit(quote)

    def _tell_print(self, each: Print) -> None:
        _, time_ms, price, quantity, buyer_is_maker = each
        trade = self._trade
        trade.event_ns = time_ms * MS_NS
        trade.price, trade.quantity = float(price), float(quantity)
        trade.aggressor = -1 if buyer_is_maker else 1
        self._emit(trade)

    def _check_print(self, each: Print) -> None:
        price = price_of(each[2])
        self._check_price(price, price)
        if not float(each[3]):
            raise WireError(f"want a quantity > 0 of trade {each[0]}")

    def _check_price(self, low: float, high: float) -> None:
        if low < self._price_min or high > self._price_max:
            raise WireError(
                f"want prices of {self.symbol} within {self._price_min} and {self._price_max}, "
                f"not {low} to {high}"
            )

    def _check_symbol(self, symbol: str) -> None:
        if symbol != self.symbol:
            raise WireError(f"want a message about {self.symbol}, not {symbol}")
