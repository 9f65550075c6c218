"""How a venue may be wrong about what it has: late, short or stale answers."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from argonaut.domain.number import ONE


class Lies(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer gets wrong. Nothing of it is true of the matching engine.

    Orders younger than `hidden_ns` are not found. Orders and executions are told as they were
    `stale_ns` ago, balances as they were `stale_balances_ns` ago. Of the open orders at most
    `open_orders_max` are listed. `filled_share` of what an order executed is told.
    """

    hidden_ns: int = 0
    stale_ns: int = 0
    stale_balances_ns: int = 0
    open_orders_max: int | None = None
    filled_share: Decimal = ONE


HONEST = Lies()
