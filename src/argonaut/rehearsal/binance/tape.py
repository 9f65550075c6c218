"""The public side of one symbol: its book, its trades, its klines, and how each is written."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from argonaut.domain.market import Quote
from argonaut.domain.number import ZERO, to_float
from argonaut.rehearsal.binance.candles import INTERVALS, Candles
from argonaut.rehearsal.binance.symbols import Json, Symbol, amount, instrument_id_of
from argonaut.rehearsal.market import Level, Move, PastBar

TRADES_KEPT = 5_000
_DAY_MINUTES = 1_440
_IDS_A_CHANGE = 3  # update ids one change of the book takes, so that U is not always u
_MS_NS = 1_000_000


class PublicTrade(msgspec.Struct, frozen=True, kw_only=True):
    """One trade of anybody."""

    trade_id: int
    price: Decimal
    quantity: Decimal
    event_ns: int
    is_buyer_maker: bool


class StreamNames:
    """What the streams of one symbol are called."""

    def __init__(self, symbol: str) -> None:
        low = symbol.lower()
        self.best = f"{low}@bookTicker"
        self.trade = f"{low}@trade"
        self.aggregate = f"{low}@aggTrade"
        self.mini_ticker = f"{low}@miniTicker"
        self.changes = (f"{low}@depth", f"{low}@depth@100ms")
        self.books = tuple(
            (f"{low}@depth{rows}{speed}", rows) for rows in (5, 10, 20) for speed in ("", "@100ms")
        )
        self.klines = tuple((f"{low}@kline_{interval}", interval) for interval in INTERVALS)


class Tape:
    """What everybody may see of a symbol. Our own executions are trades of the tape too."""

    def __init__(self, symbol: Symbol, past: Sequence[PastBar]) -> None:
        self.symbol = symbol
        self.names = StreamNames(symbol.name)
        self.bids: tuple[Level, ...] = ()
        self.asks: tuple[Level, ...] = ()
        self.event_ns = 0
        self.update_id = 1_000
        self._told_id = 1_000  # up to here changes were told
        self._told: dict[str, dict[Decimal, Decimal]] = {"b": {}, "a": {}}
        self._changes: Json = {}
        self.trades: deque[PublicTrade] = deque(maxlen=TRADES_KEPT)
        self.next_trade_id = 1
        self.candles = Candles(past)
        self.last_price: Decimal | None = past[-1].close if past else None

    # what happens

    def move(self, move: Move) -> None:
        """Take over a new book; prints are told by `trade`."""
        self.event_ns = move.event_ns
        self.candles.roll(move.event_ns)
        self._set_book(move.bids, move.asks)

    def take(self, price: Decimal, quantity: Decimal, *, is_buy: bool) -> None:
        """Remove from the book what one of our orders took at a price."""
        levels = self.asks if is_buy else self.bids
        left = tuple(
            each if each.price != price else Level(price, each.quantity - quantity)
            for each in levels
        )
        left = tuple(each for each in left if each.quantity > ZERO)
        if is_buy:
            self._set_book(self.bids, left)
        else:
            self._set_book(left, self.asks)

    def trade(
        self, price: Decimal, quantity: Decimal, event_ns: int, *, is_buyer_maker: bool
    ) -> PublicTrade:
        """Print a trade and return it with its id."""
        trade = PublicTrade(
            trade_id=self.next_trade_id,
            price=price,
            quantity=quantity,
            event_ns=event_ns,
            is_buyer_maker=is_buyer_maker,
        )
        self.next_trade_id += 1
        self.trades.append(trade)
        self.last_price = price
        self.candles.add(event_ns, price, quantity, trade.trade_id, is_taker_buy=not is_buyer_maker)
        return trade

    def _set_book(self, bids: tuple[Level, ...], asks: tuple[Level, ...]) -> None:
        self.bids, self.asks = bids, asks
        self.update_id += _IDS_A_CHANGE

    def changes(self) -> Json:
        """Return what changed since changes were told last, as a depth event has it.

        Asked again before anything has changed, it tells the same.
        """
        if self._told_id < self.update_id:
            first = self._told_id + 1
            self._told_id = self.update_id
            bids, asks = self._changed("b", self.bids), self._changed("a", self.asks)
            self._changes = {"U": first, "u": self.update_id, "b": bids, "a": asks}
        return self._changes

    def _changed(self, side: str, levels: tuple[Level, ...]) -> list[list[str]]:
        before, now = self._told[side], dict(levels)
        self._told[side] = now
        gone = [[amount(price), amount(ZERO)] for price in before if price not in now]
        return gone + [
            [amount(price), amount(quantity)]
            for price, quantity in now.items()
            if before.get(price) != quantity
        ]

    # what it shows

    def quote(self, now_ns: int) -> Quote | None:
        """Return the best prices for the matching core, None while a side is empty."""
        if not (self.bids and self.asks):
            return None
        return self.quote_of(self.bids[0], self.asks[0], now_ns)

    def quote_of(self, bid: Level, ask: Level, now_ns: int) -> Quote:
        """Return a quote of two levels."""
        return Quote(
            instrument_id_of(self.symbol),
            now_ns,
            bid=to_float(bid.price),
            bid_quantity=to_float(bid.quantity),
            ask=to_float(ask.price),
            ask_quantity=to_float(ask.quantity),
        )

    def average_price(self) -> Decimal | None:
        """Return the volume-weighted price of five minutes, else the last price."""
        return self.candles.average(5) or self.last_price

    def depth(self, limit: int) -> Json:
        """Return the book as the depth endpoint does."""
        return {
            "lastUpdateId": self.update_id,
            "bids": [[amount(p), amount(q)] for p, q in self.bids[:limit]],
            "asks": [[amount(p), amount(q)] for p, q in self.asks[:limit]],
        }

    def best(self) -> Json:
        """Return the best prices as ticker/bookTicker does."""
        bid = self.bids[0] if self.bids else Level(ZERO, ZERO)
        ask = self.asks[0] if self.asks else Level(ZERO, ZERO)
        return {
            "symbol": self.symbol.name,
            "bidPrice": amount(bid.price),
            "bidQty": amount(bid.quantity),
            "askPrice": amount(ask.price),
            "askQty": amount(ask.quantity),
        }

    def day(self, now_ns: int) -> Json:
        """Return the rolling day as ticker/24hr does."""
        minutes = self.candles.of("1m")[-_DAY_MINUTES:]
        last = self.last_price or ZERO
        first = minutes[0].open if minutes else last
        volume = sum((each.volume for each in minutes), ZERO)
        quote_volume = sum((each.quote_volume for each in minutes), ZERO)
        best = self.best()
        return {
            "symbol": self.symbol.name,
            "priceChange": amount(last - first),
            "priceChangePercent": f"{(last - first) / first * 100 if first else ZERO:.3f}",
            "weightedAvgPrice": amount(quote_volume / volume if volume else last),
            "prevClosePrice": amount(first),
            "lastPrice": amount(last),
            "lastQty": amount(self.trades[-1].quantity if self.trades else ZERO),
            "bidPrice": best["bidPrice"],
            "bidQty": best["bidQty"],
            "askPrice": best["askPrice"],
            "askQty": best["askQty"],
            "openPrice": amount(first),
            "highPrice": amount(max((each.high for each in minutes), default=last)),
            "lowPrice": amount(min((each.low for each in minutes), default=last)),
            "volume": amount(volume),
            "quoteVolume": amount(quote_volume),
            "openTime": (minutes[0].open_ns if minutes else now_ns) // _MS_NS,
            "closeTime": now_ns // _MS_NS,
            "firstId": self.trades[0].trade_id if self.trades else -1,
            "lastId": self.trades[-1].trade_id if self.trades else -1,
            "count": sum(each.count for each in minutes),
        }

    def average(self, now_ns: int) -> Json:
        """Return the average price as avgPrice does."""
        return {
            "mins": 5,
            "price": amount(self.average_price() or ZERO),
            "closeTime": now_ns // _MS_NS,
        }


def trade_row(trade: PublicTrade) -> Json:
    """Return a trade as the trades endpoint does."""
    return {
        "id": trade.trade_id,
        "price": amount(trade.price),
        "qty": amount(trade.quantity),
        "quoteQty": amount(trade.price * trade.quantity),
        "time": trade.event_ns // _MS_NS,
        "isBuyerMaker": trade.is_buyer_maker,
        "isBestMatch": True,
    }


def aggregate_row(trade: PublicTrade) -> Json:
    """Return a trade as aggTrades does; each aggregate holds one trade here."""
    return {
        "a": trade.trade_id,
        "p": amount(trade.price),
        "q": amount(trade.quantity),
        "f": trade.trade_id,
        "l": trade.trade_id,
        "T": trade.event_ns // _MS_NS,
        "m": trade.is_buyer_maker,
        "M": True,
    }
