"""What Binance spot does by itself; the engine emulates the rest."""

from __future__ import annotations

from collections.abc import Iterable

from argonaut.domain.ids import VenueId
from argonaut.domain.order import OrderType
from argonaut.ports import Capability

VENUE = VenueId("binance")
WORDS = {  # our type -> the venue's word in exchangeInfo
    OrderType.MARKET: "MARKET",
    OrderType.LIMIT: "LIMIT",
    OrderType.STOP: "STOP_LOSS",
    OrderType.STOP_LIMIT: "STOP_LOSS_LIMIT",
}


def spot_capability(allowed: Iterable[frozenset[str]] = ()) -> Capability:
    """Return what spot can do where every instrument takes the order types `allowed`.

    Amending can only lower a quantity there and lists of orders are not used yet: the engine
    cancels and replaces, and links stop and target itself. A trailing stop is followed by the
    engine as well, with a stop at the venue behind it.
    """
    everywhere = [set(words) for words in allowed]
    return Capability(
        venue_id=VENUE,
        order_types=frozenset(
            kind for kind, word in WORDS.items() if all(word in words for words in everywhere)
        ),
        has_oco=False,
        has_amend=False,
        has_reduce_only=False,
        allows_short=False,
    )
