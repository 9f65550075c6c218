"""Klines of one symbol: minutes as they are made, longer ones added up when asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from argonaut.domain.number import ZERO
from argonaut.rehearsal.binance.symbols import Json, amount
from argonaut.rehearsal.market import PastBar

MINUTE_NS = 60_000_000_000
MINUTES_KEPT = 3_000
_MINUTES = {
    "1m": 1,
    "3m": 3,
    "5m": 5,
    "15m": 15,
    "30m": 30,
    "1h": 60,
    "2h": 120,
    "4h": 240,
    "6h": 360,
    "8h": 480,
    "12h": 720,
    "1d": 1440,
}
INTERVALS = {name: minutes * MINUTE_NS for name, minutes in _MINUTES.items()}
"""Intervals this venue knows, nanoseconds each."""


class Candle(msgspec.Struct, kw_only=True):
    """One kline; `taker_*` are those of buyers that took."""

    open_ns: int
    length_ns: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal = ZERO
    quote_volume: Decimal = ZERO
    count: int = 0
    first_id: int = -1
    last_id: int = -1
    taker_volume: Decimal = ZERO
    taker_quote_volume: Decimal = ZERO

    @property
    def close_ms(self) -> int:
        """Last millisecond of the kline."""
        return (self.open_ns + self.length_ns) // 1_000_000 - 1

    def add(self, price: Decimal, quantity: Decimal, trade_id: int, *, is_taker_buy: bool) -> None:
        """Take a trade in."""
        self.high, self.low, self.close = max(self.high, price), min(self.low, price), price
        self.volume += quantity
        self.quote_volume += price * quantity
        self.count += 1
        if self.first_id < 0:
            self.first_id = trade_id
        self.last_id = trade_id
        if is_taker_buy:
            self.taker_volume += quantity
            self.taker_quote_volume += price * quantity

    def row(self) -> list[object]:
        """Return it as the klines endpoint does."""
        return [
            self.open_ns // 1_000_000,
            amount(self.open),
            amount(self.high),
            amount(self.low),
            amount(self.close),
            amount(self.volume),
            self.close_ms,
            amount(self.quote_volume),
            self.count,
            amount(self.taker_volume),
            amount(self.taker_quote_volume),
            "0",
        ]

    def event(self, symbol: str, interval: str, event_ms: int, *, is_closed: bool) -> Json:
        """Return it as the kline stream does."""
        return {
            "e": "kline",
            "E": event_ms,
            "s": symbol,
            "k": {
                "t": self.open_ns // 1_000_000,
                "T": self.close_ms,
                "s": symbol,
                "i": interval,
                "f": self.first_id,
                "L": self.last_id,
                "o": amount(self.open),
                "c": amount(self.close),
                "h": amount(self.high),
                "l": amount(self.low),
                "v": amount(self.volume),
                "n": self.count,
                "x": is_closed,
                "q": amount(self.quote_volume),
                "V": amount(self.taker_volume),
                "Q": amount(self.taker_quote_volume),
                "B": "0",
            },
        }


class Candles:
    """The last MINUTES_KEPT minutes of a symbol. A minute without trades repeats the last close."""

    def __init__(self, past: Iterable[PastBar]) -> None:
        self._minutes: deque[Candle] = deque(maxlen=MINUTES_KEPT)
        self._told_ns: dict[str, int] = {}
        for bar in past:
            self._minutes.append(_of_past(bar))

    def add(
        self, event_ns: int, price: Decimal, quantity: Decimal, trade_id: int, *, is_taker_buy: bool
    ) -> None:
        """Take a trade in."""
        self.roll(event_ns, price)
        self._minutes[-1].add(price, quantity, trade_id, is_taker_buy=is_taker_buy)

    def roll(self, event_ns: int, price: Decimal | None = None) -> None:
        """Open every minute up to now; the very first opens at `price`."""
        now_ns = event_ns // MINUTE_NS * MINUTE_NS
        if not self._minutes:
            if price is not None:
                self._minutes.append(_flat(now_ns, MINUTE_NS, price))
            return
        last = self._minutes[-1]
        first_ns = max(last.open_ns + MINUTE_NS, now_ns - MINUTES_KEPT * MINUTE_NS)
        for open_ns in range(first_ns, now_ns + 1, MINUTE_NS):
            self._minutes.append(_flat(open_ns, MINUTE_NS, last.close))

    def of(self, interval: str) -> Sequence[Candle]:
        """Return the klines of an interval, oldest first, the last one still open."""
        length_ns = INTERVALS[interval]
        if length_ns == MINUTE_NS:
            return tuple(self._minutes)
        longer: list[Candle] = []
        for minute in self._minutes:
            open_ns = minute.open_ns // length_ns * length_ns
            if not longer or longer[-1].open_ns != open_ns:
                longer.append(_flat(open_ns, length_ns, minute.open))
            _absorb(longer[-1], minute)
        return longer

    def current(self, interval: str) -> Candle | None:
        """Return the kline that is open now."""
        length_ns = INTERVALS[interval]
        if not self._minutes or length_ns == MINUTE_NS:
            return self._minutes[-1] if self._minutes else None
        last_ns = self._minutes[-1].open_ns
        open_ns = last_ns // length_ns * length_ns
        within = min((last_ns - open_ns) // MINUTE_NS + 1, len(self._minutes))
        first = len(self._minutes) - within
        candle = _flat(open_ns, length_ns, self._minutes[first].open)
        for index in range(first, len(self._minutes)):
            _absorb(candle, self._minutes[index])
        return candle

    def due(self, interval: str) -> list[tuple[Candle, bool]]:
        """Return what to push: klines closed since the last time (True), then the open one."""
        current = self.current(interval)
        if current is None:
            return []
        told_ns = self._told_ns.get(interval, current.open_ns)
        self._told_ns[interval] = current.open_ns
        closed: list[tuple[Candle, bool]] = []
        if told_ns < current.open_ns:
            series = self.of(interval)
            closed = [(each, True) for each in series if told_ns <= each.open_ns < current.open_ns]
        return [*closed, (current, False)]

    def average(self, minutes: int) -> Decimal | None:
        """Return the volume-weighted price of the last minutes, None where nothing traded."""
        count = min(minutes, len(self._minutes))
        recent = [self._minutes[-back] for back in range(1, count + 1)]
        volume = sum((each.volume for each in recent), ZERO)
        if not volume:
            return None
        return sum((each.quote_volume for each in recent), ZERO) / volume


def _flat(open_ns: int, length_ns: int, price: Decimal) -> Candle:
    return Candle(
        open_ns=open_ns, length_ns=length_ns, open=price, high=price, low=price, close=price
    )


def _of_past(bar: PastBar) -> Candle:
    return Candle(
        open_ns=bar.open_ns,
        length_ns=MINUTE_NS,
        open=bar.open,
        high=bar.high,
        low=bar.low,
        close=bar.close,
        volume=bar.volume,
        quote_volume=bar.volume * bar.close,
        taker_volume=bar.volume / 2,
        taker_quote_volume=bar.volume * bar.close / 2,
    )


def _absorb(candle: Candle, minute: Candle) -> None:
    candle.high = max(candle.high, minute.high)
    candle.low = min(candle.low, minute.low)
    candle.close = minute.close
    candle.volume += minute.volume
    candle.quote_volume += minute.quote_volume
    candle.count += minute.count
    if candle.first_id < 0:
        candle.first_id = minute.first_id
    candle.last_id = max(candle.last_id, minute.last_id)
    candle.taker_volume += minute.taker_volume
    candle.taker_quote_volume += minute.taker_quote_volume
