"""Prices of a rehearsal from recordings, played from now on at any speed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from heapq import merge

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.number import ZERO, to_decimal
from argonaut.feeds.tape.columns import BarColumns, QuoteColumns, TradeColumns
from argonaut.rehearsal.market import NEVER_NS, Level, Move, PastBar, Print

Columns = BarColumns | QuoteColumns | TradeColumns
Prices = tuple[Decimal, Decimal]  # tick and lot


class RecordedMarket(msgspec.Struct, frozen=True, kw_only=True):
    """A recording and the market it stands for; `shown_lots` where it tells no sizes."""

    symbol: str
    columns: Columns
    tick: Decimal
    lot: Decimal
    shown_lots: int = 20_000

    @property
    def first_ns(self) -> int:
        """When the recording begins, by its own clock."""
        columns = self.columns
        return int(columns.open_ns[0] if isinstance(columns, BarColumns) else columns.ts_ns[0])

    def moves(self) -> Iterator[Move]:
        """Yield the recording as moves, at its own times.

        A quote is a book of one level a side. A trade is a print with the book a tick around it. A
        bar is four such prints: open, the extreme farther from the close, the other one, close.
        """
        columns = self.columns
        if isinstance(columns, QuoteColumns):
            return self._quotes(columns)
        if isinstance(columns, TradeColumns):
            return self._trades(columns)
        return self._bars(columns)

    def _quotes(self, columns: QuoteColumns) -> Iterator[Move]:
        for row in range(len(columns)):
            bid, ask = self._price(columns.bid[row]), self._price(columns.ask[row])
            bid_quantity = self._quantity(columns.bid_quantity[row])
            ask_quantity = self._quantity(columns.ask_quantity[row])
            if not ZERO < bid < ask:
                continue  # a crossed or one-sided quote is no book
            yield Move(
                symbol=self.symbol,
                event_ns=int(columns.ts_ns[row]),
                bids=(Level(bid, bid_quantity),),
                asks=(Level(ask, ask_quantity),),
                prints=(Print(bid, self.lot, True),),
            )

    def _trades(self, columns: TradeColumns) -> Iterator[Move]:
        for row in range(len(columns)):
            quantity = self._quantity(columns.quantity[row])
            is_buyer_maker = int(columns.aggressor[row]) < 0
            price = self._price(columns.price[row])
            traded = Print(price, quantity, is_buyer_maker)
            yield self._around(int(columns.ts_ns[row]), traded)

    def _bars(self, columns: BarColumns) -> Iterator[Move]:
        for row in range(len(columns)):
            first, last = columns.open[row], columns.close[row]
            high, low = columns.high[row], columns.low[row]
            way = (first, low, high, last) if last >= first else (first, high, low, last)
            quarter = self._quantity(columns.volume[row] / 4)
            for part, price in enumerate(way):
                at_ns = int(columns.open_ns[row]) + part * columns.timeframe_ns // 4
                yield self._around(at_ns, Print(self._price(price), quarter, part % 2 == 0))

    def _around(self, event_ns: int, traded: Print) -> Move:
        """Return a trade with the book a tick around it, on the side it took from."""
        shown = self.lot * self.shown_lots
        bid = traded.price
        if not traded.is_buyer_maker:
            bid = max(bid - self.tick, self.tick)
        return Move(
            symbol=self.symbol,
            event_ns=event_ns,
            bids=(Level(bid, shown),),
            asks=(Level(bid + self.tick, shown),),
            prints=(traded,),
        )

    def _price(self, value: float) -> Decimal:
        return round(to_decimal(float(value)) / self.tick) * self.tick

    def _quantity(self, value: float) -> Decimal:
        return max(round(to_decimal(float(value)) / self.lot), 1) * self.lot


class RecordedPrices:
    """Plays recordings side by side: the earliest of them begins at `start_ns`."""

    def __init__(
        self, markets: Sequence[RecordedMarket], *, start_ns: int, speed: float = 1.0
    ) -> None:
        if not markets:
            raise InvalidValueError("want at least one recording, not none")
        if not speed > 0.0:
            raise InvalidValueError(f"want speed > 0 (1 is as it was), not {speed}")
        self._began_ns = min(each.first_ns for each in markets)
        self._start_ns = start_ns
        self._speed = speed
        self._moves = merge(
            *(each.moves() for each in markets), key=lambda move: (move.event_ns, move.symbol)
        )
        self._next = next(self._moves, None)

    @property
    def next_ns(self) -> int:
        """When the next move is due, by the clock of the rehearsal."""
        return NEVER_NS if self._next is None else self._at_ns(self._next)

    def take(self) -> Move:
        """Return the next move."""
        move = self._next
        assert move is not None, "nothing is due after the last move"
        self._next = next(self._moves, None)
        return msgspec.structs.replace(move, event_ns=self._at_ns(move))

    def past(self, symbol: str, until_ns: int, minutes: int) -> Sequence[PastBar]:
        """Return nothing: what came before a recording is not known."""
        del symbol, until_ns, minutes
        return ()

    def _at_ns(self, move: Move) -> int:
        return self._start_ns + round((move.event_ns - self._began_ns) / self._speed)
