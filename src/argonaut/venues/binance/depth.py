"""An order book kept from changes, valid only while no change is missing.

The venue's rule (web-socket-streams.md, "How to manage a local order book correctly"): buffer the
changes, take a snapshot, drop changes the snapshot has, and from then on every change must begin
where the last one ended.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from argonaut.venues.binance.parse import price_of
from argonaut.venues.binance.wire import DepthMessage, DepthSnapshot

_BUFFER_MAX = 2_000  # changes of 200 s at one each 100 ms; a snapshot that late is none
_LEVELS_MAX = 10_000  # a side; the worst prices go first


class Fate(Enum):
    """What became of a change or a snapshot."""

    BUFFERED = "buffered"  # no snapshot yet
    APPLIED = "applied"
    IGNORED = "ignored"  # older than the book
    STALE = "stale"  # a snapshot older than the first change we hold: take another
    GAP = "gap"  # a change is missing, or the book is crossed: start anew


class Top(NamedTuple):
    """Best prices (quote per base) and their quantities (base units)."""

    bid: float
    bid_quantity: float
    ask: float
    ask_quantity: float


class Side:
    """Price levels of one side, sorted by price."""

    def __init__(self, *, best_is_highest: bool) -> None:
        self._prices: list[float] = []
        self._quantities: dict[float, float] = {}
        self._best = -1 if best_is_highest else 0

    def put(self, levels: Iterable[tuple[str, str]]) -> None:
        """Set levels; quantity 0 takes one out, and taking out what is not there is normal.

        Raises:
            WireError: A price no level can have.
        """
        for price_text, quantity_text in levels:
            price, quantity = price_of(price_text), float(quantity_text)
            known = price in self._quantities
            if quantity:
                self._quantities[price] = quantity
                if not known:
                    self._prices.insert(bisect_left(self._prices, price), price)
            elif known:
                del self._quantities[price]
                del self._prices[bisect_left(self._prices, price)]
        while len(self._prices) > _LEVELS_MAX:
            worst = self._prices.pop(0 if self._best else -1)
            del self._quantities[worst]

    def best(self) -> tuple[float, float] | None:
        """Return the best price and its quantity, or None when the side is empty."""
        if not self._prices:
            return None
        price = self._prices[self._best]
        return price, self._quantities[price]

    def __len__(self) -> int:
        return len(self._prices)


class Book:
    """The book of one instrument. It starts without a snapshot, and again after every gap."""

    def __init__(self) -> None:
        self.is_valid = False
        self._reset()

    def _reset(self) -> None:
        self.is_valid = False
        self._last_id = -1
        self._buffer: list[DepthMessage] = []
        self._bids = Side(best_is_highest=True)
        self._asks = Side(best_is_highest=False)

    def on_change(self, change: DepthMessage) -> Fate:
        """Take a change from the stream.

        Raises:
            WireError: A price no level can have; the book has started anew.
        """
        if not self.is_valid:
            return self._buffered(change)
        if change.last_id <= self._last_id:
            return Fate.IGNORED
        if change.first_id > self._last_id + 1:
            self._reset()
            self._buffer.append(change)
            return Fate.GAP
        return self._apply(change)  # levels are absolute: one that overlaps does no harm

    def on_snapshot(self, snapshot: DepthSnapshot) -> Fate:
        """Take a snapshot and every buffered change it does not have.

        Raises:
            WireError: A price no level can have; the book has started anew.
        """
        changes = [each for each in self._buffer if each.last_id > snapshot.last_update_id]
        if self._buffer and snapshot.last_update_id < self._buffer[0].first_id - 1:
            return Fate.STALE
        self._reset()
        self._bids.put(snapshot.bids)
        self._asks.put(snapshot.asks)
        self._last_id = snapshot.last_update_id
        self.is_valid = True
        if self._is_crossed():
            self._reset()
            return Fate.GAP
        for change in changes:
            if self.on_change(change) is Fate.GAP:
                return Fate.GAP
        return Fate.APPLIED

    def top(self) -> Top | None:
        """Return the best prices, or None while the book is not valid or a side is empty."""
        bid, ask = self._bids.best(), self._asks.best()
        if not self.is_valid or bid is None or ask is None:
            return None
        return Top(*bid, *ask)

    def _buffered(self, change: DepthMessage) -> Fate:
        held = self._buffer
        if held and change.last_id <= held[-1].last_id:
            return Fate.IGNORED
        if (held and change.first_id > held[-1].last_id + 1) or len(held) >= _BUFFER_MAX:
            held.clear()
            held.append(change)
            return Fate.GAP
        held.append(change)
        return Fate.BUFFERED

    def _apply(self, change: DepthMessage) -> Fate:
        self.is_valid = False  # until both sides are whole
        self._bids.put(change.bids)
        self._asks.put(change.asks)
        self._last_id = change.last_id
        self.is_valid = True
        if self._is_crossed():
            self._reset()
            return Fate.GAP
        return Fate.APPLIED

    def _is_crossed(self) -> bool:
        bid, ask = self._bids.best(), self._asks.best()
        return bid is not None and ask is not None and bid[0] >= ask[0]
