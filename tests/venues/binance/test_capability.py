"""What spot does by itself; what it does not, the engine has to."""

from argonaut.domain.order import OrderType
from argonaut.venues.binance.capability import spot_capability

ALL = frozenset({"MARKET", "LIMIT", "LIMIT_MAKER", "STOP_LOSS", "STOP_LOSS_LIMIT"})


def test_spot_has_no_reduce_only_no_short_and_no_list_of_orders():
    """A stop that was believed reduce-only would sell what another strategy holds."""
    found = spot_capability()

    has = (found.has_reduce_only, found.allows_short, found.has_oco, found.has_amend)
    assert not any(has)
    assert OrderType.TRAILING_STOP not in found.order_types


def test_a_type_that_one_instrument_lacks_is_emulated_for_all():
    """Some symbols take no stop that becomes a market order."""
    found = spot_capability([ALL, ALL - {"STOP_LOSS"}])

    assert found.order_types == {OrderType.MARKET, OrderType.LIMIT, OrderType.STOP_LIMIT}
