"""What the venue says it can do."""

from argonaut.domain.ids import VenueId
from argonaut.domain.order import OrderType
from argonaut.venues.sim.capability import sim_capability


def test_every_order_type_needs_no_emulation():
    capability = sim_capability(VenueId("sim"), allows_short=False)

    assert set(OrderType) == capability.order_types
    assert not capability.allows_short
