"""Tests of argonaut.rehearsal.simulation.believed."""

from decimal import Decimal

from argonaut.rehearsal.simulation.believed import NOTHING, belief_of, instruments_of
from argonaut.rehearsal.simulation.plan import SECOND_NS, FaultPlan, Wish
from argonaut.rehearsal.simulation.world import World


def held() -> FaultPlan:
    """A buy that is still held when the world ends."""
    wish = Wish(
        at_ns=2 * SECOND_NS,
        signal_id="w1",
        symbol="ETH/USDT",
        side="buy",
        notional=Decimal(300),
        stop_fraction=0.05,
    )
    return FaultPlan(seed=4, trade_ns=5 * SECOND_NS, calm_ns=5 * SECOND_NS, wishes=(wish,))


def test_a_belief_tells_positions_balances_and_orders():
    """The oracle compares each of them with what the venue has."""
    evidence = World(held()).run()
    belief = evidence.belief

    assert belief.is_ready
    assert belief.mode == "ACTIVE"
    assert list(belief.positions) == ["ETH/USDT@binance"]
    assert belief.holdings == {"detector|ETH/USDT@binance": belief.positions["ETH/USDT@binance"]}
    assert belief.balances["ETH"] == evidence.truth.balances["ETH"]
    assert [order.client_order_id for order in evidence.truth.orders if order.is_live] == list(
        belief.live
    )
    assert belief.unknown == ()
    assert belief.bounds["tasks"][0] >= 1


def test_a_trader_that_has_not_recovered_believes_nothing():
    """Its engine is not there yet: nothing can be said, and READY it is not."""
    world = World(held())

    assert world.trader.run is None
    assert not NOTHING.is_ready


def test_the_rules_are_those_the_venue_told():
    """Ticks and lots came over the wire, like all else."""
    world = World(held())
    world.run()
    run = world.trader.run
    assert run is not None

    assert [each.instrument_id for each in instruments_of(run)] == [
        "BTC/USDT@binance",
        "ETH/USDT@binance",
    ]
    assert belief_of(run).positions
