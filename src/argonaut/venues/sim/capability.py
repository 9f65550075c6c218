"""What the simulated venue can do by itself: every order type, OCO, amendments, reduce-only."""

from __future__ import annotations

from argonaut.domain.ids import VenueId
from argonaut.domain.order import OrderType
from argonaut.ports import Capability


def sim_capability(venue_id: VenueId, *, allows_short: bool) -> Capability:
    """Return the capability of a simulated venue of that name."""
    return Capability(
        venue_id=venue_id,
        order_types=frozenset(OrderType),
        has_oco=True,
        has_amend=True,
        has_reduce_only=True,
        allows_short=allows_short,
    )
