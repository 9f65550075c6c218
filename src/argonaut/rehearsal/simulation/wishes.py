"""Whoever sends the trader signals: each at its time, and again until the trader has taken it.

At least once, as a queue delivers: what was not journaled before a crash is sent again, and some
signals are sent more often on purpose. The trader has to act on each once.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import InstrumentId, SignalId
from argonaut.rehearsal.simulation.loop import SimLoop
from argonaut.rehearsal.simulation.plan import Wish

SOURCE = "sim"
_RETRY_NS = 1_000_000_000  # between two attempts at a trader that is down
_CENT = 2  # decimals of a price, the tick of every symbol here

Deliver = Callable[[DetectorSignal], bool]  # whether a trader was there to take it


class Wishes:
    """Delivers the wishes of a plan. `price` tells the venue's last price of a symbol."""

    def __init__(
        self,
        wishes: tuple[Wish, ...],
        loop: SimLoop,
        *,
        price: Callable[[str], Decimal],
        deliver: Deliver,
    ) -> None:
        self._loop = loop
        self._price = price
        self._deliver = deliver
        self._open: dict[str, Wish] = {}  # due and not journaled, by signal id
        self._signals: dict[str, DetectorSignal] = {}
        self._to_come = 0  # deliveries whose time has not come yet
        for wish in wishes:
            for again in range(wish.repeats + 1):
                self._to_come += 1
                loop.call_at_ns(wish.at_ns + again * _RETRY_NS, self._begin, wish)

    @property
    def awaited(self) -> int:
        """How many are to come yet, or have come and are not in the journal."""
        return self._to_come + len(self._open)

    def taken(self, signal_id: str) -> None:
        """Hear that a signal is in the journal, durably."""
        self._open.pop(signal_id, None)

    def on_ready(self) -> None:
        """Send again what an earlier life may have lost."""
        for wish in list(self._open.values()):
            self._send(wish)

    def _begin(self, wish: Wish) -> None:
        self._to_come -= 1
        self._send(wish)

    def _send(self, wish: Wish) -> None:
        self._open.setdefault(wish.signal_id, wish)
        if not self._deliver(self._signal(wish)):
            self._loop.call_at_ns(self._loop.now_ns + _RETRY_NS, self._retry, wish)

    def _retry(self, wish: Wish) -> None:
        if wish.signal_id in self._open:
            self._send(wish)

    def _signal(self, wish: Wish) -> DetectorSignal:
        """Word a wish at the price of now; a signal sent again is the same signal."""
        if wish.signal_id not in self._signals:
            self._signals[wish.signal_id] = _worded(wish, float(self._price(wish.symbol)))
        return self._signals[wish.signal_id]


def _worded(wish: Wish, price: float) -> DetectorSignal:
    limit = None if wish.limit_offset is None else round(price * (1 + wish.limit_offset), _CENT)
    entry = limit or price
    stop, target = wish.stop_fraction, wish.target_fraction
    return DetectorSignal(
        event_ns=0,  # the door stamps it
        signal_id=SignalId(wish.signal_id),
        source=SOURCE,
        instrument_id=InstrumentId(f"{wish.symbol}@binance"),
        side=wish.side,
        intent="exit" if wish.notional is None else "enter",
        notional=wish.notional,
        fraction=Decimal(1) if wish.notional is None else None,
        order_type="market" if limit is None else "limit",
        limit_price=limit,
        stop_price=None if stop is None else round(entry * (1 - stop), _CENT),
        take_profit=None if target is None else round(entry * (1 + target), _CENT),
        tag=wish.signal_id,
    )
