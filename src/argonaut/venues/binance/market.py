"""Public market data of several instruments over one combined stream, gaps filled over REST."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from argonaut.domain.ids import InstrumentId
from argonaut.domain.market import Bar, MarketEvent
from argonaut.domain.timeframe import format_timeframe
from argonaut.ports import MarketStream
from argonaut.venues.binance.client import Client, Problem
from argonaut.venues.binance.depth import Book, Fate
from argonaut.venues.binance.endpoints import (
    BOOK_TICKER,
    DEPTH,
    KLINES,
    LAST_TRADE,
    TRADES,
    Endpoint,
)
from argonaut.venues.binance.history import PAGE, klines
from argonaut.venues.binance.instrument_feed import BarLine, InstrumentFeed, TradeLine
from argonaut.venues.binance.limits import Lane
from argonaut.venues.binance.link import HeldBackError, Link, StreamError
from argonaut.venues.binance.rules import SymbolRules
from argonaut.venues.binance.streams import Pulse
from argonaut.venues.binance.strict import Decoder, WireError
from argonaut.venues.binance.wire import (
    decode_aggregates,
    decode_book_ticker,
    decode_depth,
    decode_event,
    decode_frame,
    decode_kline,
    decode_klines,
    decode_public_trades,
    decode_snapshot,
    decode_ticker,
    decode_trade,
)

INSTRUMENTS_MAX = 50  # a connection; four streams each stay far below the venue's 1,024
_PAGES_MAX = 20  # a hole of more trades than this is not worth the weight
_SNAPSHOTS_MAX = 3
_HEAD = '{"stream":"'
_SHUTDOWN = "the venue shuts this server down"
T = TypeVar("T")


class Market:
    """The subscription of `Stream` that tells market data."""

    def __init__(
        self,
        rules: Sequence[SymbolRules],
        wanted: Iterable[MarketStream],
        *,
        client: Client,
        emit: Callable[[MarketEvent], None],
        on_stream: Callable[[InstrumentId, bool, str], None],
        on_hint: Callable[[str], None],
    ) -> None:
        self.name = f"market of {len(rules)}"
        self.dropped = 0  # frames that were not what the venue documents
        self._client, self._clock = client, client.clock
        self._on_stream = on_stream
        self._is_connected = False
        self._turn = 0
        self._told: dict[InstrumentId, bool] = {}
        self._feeds = {
            each.instrument.instrument_id: InstrumentFeed(
                each,
                emit,
                now_ns=client.server_clock.now_ns,
                mono_ns=client.clock.mono_ns,
                on_hint=on_hint,
            )
            for each in rules
        }
        self._handlers: dict[str, Callable[[str], None]] = {}
        for stream in wanted:
            self._want(stream, keeps_books=client.settings.keeps_books)

    def _want(self, stream: MarketStream, *, keeps_books: bool) -> None:
        feed = self._feeds[stream.instrument_id]
        prefix = feed.symbol.lower()
        pulse = Pulse(self._clock.mono_ns())
        if stream.kind == "trades":
            feed.trades = TradeLine()
            feed.pulses["trades"] = pulse
            self._handlers[f"{prefix}@trade"] = partial(_on_trade, feed)
        elif stream.kind == "bars":
            interval = format_timeframe(stream.timeframe_ns)
            feed.bars[interval] = BarLine(Bar(stream.instrument_id, stream.timeframe_ns))
            feed.pulses[f"bars {interval}"] = pulse
            self._handlers[f"{prefix}@kline_{interval}"] = partial(_on_kline, feed)
        elif keeps_books:
            feed.book = Book()
            feed.pulses["quotes"] = pulse
            self._handlers[f"{prefix}@depth@100ms"] = partial(self._on_depth, feed)
        else:
            feed.has_quotes = True
            feed.pulses["quotes"] = pulse
            self._handlers[f"{prefix}@bookTicker"] = partial(_on_ticker, feed)

    async def start(self, on_text: Callable[[str], None]) -> Link:
        """Connect: a combined stream subscribes by its address.

        Raises:
            StreamError: No connection, or the venue has told us to keep quiet.
        """
        url = f"{self._client.settings.stream_url}/stream?streams={'/'.join(self._handlers)}"
        link = await self._client.dial(url, on_text)
        for feed in self._feeds.values():
            feed.on_connection()
        return link

    async def catch_up(self) -> None:
        """Have the quotes of now, and what was missed of trades, candles and books.

        Raises:
            StreamError: The venue does not answer.
        """
        for feed in self._feeds.values():
            if feed.has_quotes:
                await self._ask_ticker(feed)
            if feed.book is not None:
                feed.needs_snapshot = True
            if feed.trades is not None and feed.trades.last_id >= 0:
                await self._fill_trades(feed)
            for interval, line in feed.bars.items():
                if line.last_open_ns >= 0:
                    await self._fill_bars(feed, interval)
            await self._renew_book(feed)

    def on_text(self, text: str) -> str:
        """Take a frame; return why the connection has to be replaced, or an empty text."""
        try:
            if text.startswith(_HEAD):
                handler = self._handlers.get(text[len(_HEAD) : text.find('"', len(_HEAD))])
                if handler is not None:
                    handler(text)
                    return ""
            return self._on_other(text)
        except WireError:
            self.dropped += 1
            return ""

    def _on_depth(self, feed: InstrumentFeed, text: str) -> None:
        """Take a change of a book; a gap is told on the same turn (F09)."""
        try:
            feed.on_depth(decode_depth(text).data)
        finally:
            if not feed.is_book_whole():
                self._tell_states("the book has a gap")

    def _on_other(self, text: str) -> str:
        """Take a frame that is not spelled as usual: another order of keys, or no market data."""
        if decode_event(text).event == "serverShutdown":
            return _SHUTDOWN
        frame = decode_frame(text)
        if frame.stream == "!serverShutdown":
            return _SHUTDOWN
        handler = self._handlers.get(frame.stream)
        if handler is None:
            raise WireError(f"want a stream that was asked for, not {frame.stream!r}")
        handler(text)
        return ""

    async def tend(self) -> str:
        """Fill holes, and ask about streams that are silent; return which cannot be relied on."""
        order = list(self._feeds.values())
        first = self._turn % len(order)  # another one each time: none waits behind the others
        self._turn += 1
        try:
            for feed in order[first:] + order[:first]:
                await self._mend(feed)
                if why := await self._silence_of(feed):
                    return why
        except HeldBackError:
            return ""  # nothing may be asked now: the next second will do
        except StreamError as error:
            return str(error)
        finally:
            self._tell_states("the book is whole")
        return ""

    def on_state(self, *, is_up: bool, detail: str) -> None:
        """Tell of every instrument whether its data are whole."""
        self._is_connected = is_up
        if not is_up:
            for feed in self._feeds.values():
                if feed.book is not None:
                    feed.book = Book()
        self._tell_states(detail)

    def _tell_states(self, detail: str) -> None:
        for instrument_id, feed in self._feeds.items():
            is_up = self._is_connected and feed.is_book_whole()
            if self._told.get(instrument_id, False) != is_up:
                self._told[instrument_id] = is_up
                self._on_stream(instrument_id, is_up, detail)

    async def _mend(self, feed: InstrumentFeed) -> None:
        if feed.trades is not None and feed.trades.is_waiting:
            await self._fill_trades(feed)
        for interval, line in feed.bars.items():
            if line.is_behind:
                await self._fill_bars(feed, interval)
        await self._renew_book(feed)

    async def _silence_of(self, feed: InstrumentFeed) -> str:
        mono_ns = self._clock.mono_ns()
        for kind, pulse in feed.pulses.items():
            if not pulse.is_silent(mono_ns):
                continue
            if not await self._is_quiet(feed, kind):
                return f"{kind} of {feed.symbol} stall"
            pulse.excuse(self._clock.mono_ns())
        return ""

    async def _is_quiet(self, feed: InstrumentFeed, kind: str) -> bool:
        """Whether the venue itself shows that a silent stream had nothing to say."""
        symbol = {"symbol": feed.symbol}
        if kind == "trades":
            body = await self._ask(LAST_TRADE, {**symbol, "limit": 1})
            found = _decoded(decode_aggregates, body)
            line = feed.trades
            assert line is not None
            return line.last_id < 0 or all(each.last_id <= line.last_id for each in found)
        if kind.startswith("bars "):
            interval = kind.removeprefix("bars ")
            body = await self._ask(KLINES, {**symbol, "interval": interval, "limit": 1})
            rows = _decoded(decode_klines, body)
            shown = feed.bars[interval].shown
            return shown == (0, "", "") or [(row[0], row[4], row[5]) for row in rows] == [shown]
        return await self._ask_ticker(feed)

    async def _ask_ticker(self, feed: InstrumentFeed) -> bool:
        """Have the quote of now; return whether it is what was shown."""
        is_first = feed.book is not None and feed.quote_shown() == (0.0, 0.0, 0.0, 0.0)
        body = await self._ask(BOOK_TICKER, {"symbol": feed.symbol})
        found = _decoded(decode_book_ticker, body)
        try:
            return feed.on_found_ticker(found) or is_first
        except WireError:
            self.dropped += 1  # an empty side of the book is no quote, and no fault of the stream,
            return feed.book is None or feed.book.top() is None  # unless our book has both

    async def _fill_trades(self, feed: InstrumentFeed) -> None:
        """Fill the hole behind the last trade told, page by page."""
        line = feed.trades
        assert line is not None
        for _ in range(_PAGES_MAX):
            before = line.last_id
            body = await self._ask(
                TRADES, {"symbol": feed.symbol, "fromId": before + 1, "limit": PAGE}
            )
            found = _decoded(decode_public_trades, body)
            try:
                feed.on_found_trades(found)
            except WireError:
                self.dropped += len(found)
                break
            if line.last_id == before or not line.is_waiting:
                break
        while line.is_waiting:
            feed.give_up_trades()

    async def _fill_bars(self, feed: InstrumentFeed, interval: str) -> None:
        line = feed.bars[interval]
        until_ns = self._client.server_clock.now_ns()
        rows = await klines(
            self._client, feed.symbol, interval, since_ns=line.next_open_ns, until_ns=until_ns
        )
        if isinstance(rows, Problem):
            raise _failed("candles", rows)
        try:
            feed.on_found_klines(interval, rows, until_ns)
        except WireError as error:
            raise StreamError(f"candles of {feed.symbol}: {error}") from None

    async def _renew_book(self, feed: InstrumentFeed) -> None:
        for _ in range(_SNAPSHOTS_MAX):
            if not feed.needs_snapshot:
                return
            body = await self._ask(DEPTH, {"symbol": feed.symbol, "limit": PAGE})
            try:
                if feed.on_found_depth(decode_snapshot(body)) is not Fate.STALE:
                    continue
            except WireError as error:
                raise StreamError(f"book of {feed.symbol}: {error}") from None

    async def _ask(self, endpoint: Endpoint, parameters: Mapping[str, str | int]) -> bytes:
        body = await self._client.ask(endpoint, parameters, Lane.ORDINARY)
        if isinstance(body, Problem):
            raise _failed(endpoint.path, body)
        return body


def _failed(what: str, problem: Problem) -> StreamError:
    kind = HeldBackError if problem.is_held_back else StreamError
    return kind(f"{what}: {problem.why}")


def _decoded(decoder: Decoder[T], body: bytes) -> T:
    try:
        return decoder(body)
    except WireError as error:
        raise StreamError(f"an answer that cannot be read: {error}") from None


def _on_trade(feed: InstrumentFeed, text: str) -> None:
    feed.on_trade(decode_trade(text).data)


def _on_ticker(feed: InstrumentFeed, text: str) -> None:
    feed.on_ticker(decode_ticker(text).data)


def _on_kline(feed: InstrumentFeed, text: str) -> None:
    feed.on_kline(decode_kline(text).data)
