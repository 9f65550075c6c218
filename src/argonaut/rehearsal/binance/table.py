"""Every order of the account, open and ended, and what the open ones lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from argonaut.domain.number import ZERO
from argonaut.rehearsal.binance.records import NO_LIST, WireOrder, WireTrade
from argonaut.rehearsal.binance.symbols import Symbol

_FIRST_ID = 1_000_001


class OrderTable:
    """Orders by symbol and id: each symbol numbers its own, so two of two symbols share a number.

    A client id is unique among open orders only: an ended order frees its own.
    """

    def __init__(self, symbols: Mapping[str, Symbol]) -> None:
        self._symbols = symbols
        self.all: list[WireOrder] = []  # in the order they came
        self.by_id: dict[str, dict[int, WireOrder]] = {name: {} for name in symbols}
        self.open: dict[tuple[str, int], WireOrder] = {}
        self.trades: dict[str, list[WireTrade]] = {name: [] for name in symbols}
        self._open_by_client: dict[str, WireOrder] = {}
        self._last_by_client: dict[tuple[str, str], WireOrder] = {}

    def next_id(self, symbol: str) -> int:
        """Return the id of the next order of a symbol."""
        return _FIRST_ID + len(self.by_id[symbol])

    def add(self, order: WireOrder) -> None:
        """Take an order in."""
        self.all.append(order)
        self.by_id[order.symbol][order.order_id] = order
        self.open[order.symbol, order.order_id] = order
        self._open_by_client[order.client_id] = order
        self._last_by_client[order.symbol, order.client_id] = order

    def close(self, order: WireOrder) -> None:
        """Note that an order has ended."""
        del self.open[order.symbol, order.order_id]
        del self._open_by_client[order.client_id]

    def open_of_client(self, client_id: str) -> WireOrder | None:
        """Return the open order of a client id."""
        return self._open_by_client.get(client_id)

    def find(
        self, symbol: str, *, order_id: int | None = None, client_id: str | None = None
    ) -> WireOrder | None:
        """Return one order of a symbol; of several with one client id, the last."""
        if order_id is not None:
            return self.by_id[symbol].get(order_id)
        return None if client_id is None else self._last_by_client.get((symbol, client_id))

    def of_symbol(self, symbol: str) -> list[WireOrder]:
        """Return every order of a symbol, oldest first."""
        return list(self.by_id[symbol].values())

    def open_of(self, symbol: str | None) -> list[WireOrder]:
        """Return the open orders of a symbol, or of all."""
        return [each for each in self.open.values() if symbol in (None, each.symbol)]

    def siblings(self, order: WireOrder) -> list[WireOrder]:
        """Return the other open orders of its list."""
        if order.list_id == NO_LIST:
            return []
        return [
            each
            for each in self.open.values()
            if each.list_id == order.list_id and each is not order
        ]

    def locked(self, asset: str) -> Decimal:
        """Return what open orders lock of an asset; of a list only the largest counts."""
        total, largest = ZERO, dict[int, Decimal]()
        for order in self.open.values():
            symbol = self._symbols[order.symbol]
            if asset != (symbol.quote if order.is_buy else symbol.base):
                continue
            if order.list_id == NO_LIST:
                total += order.lock
            else:
                largest[order.list_id] = max(largest.get(order.list_id, ZERO), order.lock)
        return total + sum(largest.values(), ZERO)


def algo_count(orders: Iterable[WireOrder]) -> int:
    """Return how many orders wait for a stop price."""
    return sum(1 for each in orders if each.is_waiting)
