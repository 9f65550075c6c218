"""Tests of argonaut.rehearsal.simulation.fullness."""

from decimal import Decimal

from argonaut.rehearsal.simulation.fullness import fullness_of
from argonaut.rehearsal.simulation.plan import SECOND_NS, FaultPlan, Wish
from argonaut.rehearsal.simulation.world import World

HELD = FaultPlan(
    seed=4,
    trade_ns=5 * SECOND_NS,
    calm_ns=5 * SECOND_NS,
    wishes=(
        Wish(
            at_ns=2 * SECOND_NS,
            signal_id="w1",
            symbol="ETH/USDT",
            side="buy",
            notional=Decimal(300),
            stop_fraction=0.05,
        ),
    ),
)


def test_everything_that_an_order_adds_to_is_told_with_its_bound():
    """I26: what is not looked at may grow until the machine has no memory left."""
    world = World(HELD)
    evidence = world.run()
    run = world.trader.run
    assert run is not None

    found = fullness_of(run)

    assert found["orders that ended"] == (1, 2_000)
    assert found["guards"] == (1, 2)  # one strategy at two instruments
    assert found["wishes for protection"][1] == 2_001
    assert evidence.belief.bounds.keys() == found.keys()
    assert all(size <= bound for size, bound in evidence.belief.bounds.values())
    assert 0 < evidence.belief.bounds["parts of a rate limit"][0] < 53
