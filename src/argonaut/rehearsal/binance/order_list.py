"""Orders that belong together: one cancels the other."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from argonaut.rehearsal.binance.records import MS_NS, WireOrder
from argonaut.rehearsal.binance.symbols import Json


class OrderList(msgspec.Struct, kw_only=True):
    """An OCO; it is done when none of its orders is open."""

    list_id: int
    client_id: str
    symbol: str
    order_ids: tuple[int, ...]
    created_ns: int

    def is_open(self, orders: Mapping[int, WireOrder]) -> bool:
        """Whether one of its orders may still fill."""
        return any(orders[each].status.is_open for each in self.order_ids)

    def row(self, orders: Mapping[int, WireOrder]) -> Json:
        """Return it as queries do."""
        is_open = self.is_open(orders)
        return {
            "orderListId": self.list_id,
            "contingencyType": "OCO",
            "listStatusType": "EXEC_STARTED" if is_open else "ALL_DONE",
            "listOrderStatus": "EXECUTING" if is_open else "ALL_DONE",
            "listClientOrderId": self.client_id,
            "transactionTime": self.created_ns // MS_NS,
            "symbol": self.symbol,
            "orders": [
                {
                    "symbol": self.symbol,
                    "orderId": each,
                    "clientOrderId": orders[each].client_id,
                }
                for each in self.order_ids
            ],
        }

    def event(self, orders: Mapping[int, WireOrder], event_ns: int) -> Json:
        """Return it as the user stream does."""
        row = self.row(orders)
        return {
            "e": "listStatus",
            "E": event_ns // MS_NS,
            "s": self.symbol,
            "g": self.list_id,
            "c": "OCO",
            "l": row["listStatusType"],
            "L": row["listOrderStatus"],
            "r": "NONE",
            "C": self.client_id,
            "T": event_ns // MS_NS,
            "O": [
                {"s": self.symbol, "i": each, "c": orders[each].client_id}
                for each in self.order_ids
            ],
        }
