"""Tests of argonaut.rehearsal.simulation.recovered."""

from decimal import Decimal

import msgspec

from argonaut.domain.order import CancelRequested, OrderStatus
from argonaut.domain.transitions import apply
from argonaut.rehearsal.simulation.plan import SECOND_NS, FaultPlan, Wish
from argonaut.rehearsal.simulation.recovered import states_of
from argonaut.rehearsal.simulation.trader import rows_on
from argonaut.rehearsal.simulation.world import World


def lived() -> World:
    wishes = tuple(
        Wish(
            at_ns=second * SECOND_NS,
            signal_id=f"w{second}",
            symbol="BTC/USDT",
            side="buy",
            notional=Decimal(400),
            stop_fraction=0.02,
        )
        for second in (2, 4, 6)
    )
    plan = FaultPlan(seed=9, trade_ns=10 * SECOND_NS, calm_ns=5 * SECOND_NS, wishes=wishes)
    world = World(plan)
    world.run()
    return world


def test_what_was_lived_is_what_is_recovered():
    """I19: the journal holds everything that must not be lost."""
    world = lived()
    run = world.trader.run
    assert run is not None
    rows = rows_on(world.disk, world._venue_clock, world.trader.assembly)

    assert sorted(states_of(run, rows)) == ["lived", "recovered", "recovered again"]
    assert len(set(states_of(run, rows).values())) == 1


def test_what_is_on_its_way_is_in_doubt_in_both():
    """Seed 375: an order that left in the last millisecond of a run."""
    world = lived()
    run = world.trader.run
    assert run is not None
    (name, stop), *_ = run.engine.desk.live.items()
    rows = rows_on(world.disk, world._venue_clock, world.trader.assembly)
    acknowledged = [row for row in rows if row.subject != name or row.kind != "report"]
    run.engine.desk.live[name] = msgspec.structs.replace(
        stop, status=OrderStatus.SUBMITTED, venue_order_id=None
    )

    assert len(set(states_of(run, acknowledged).values())) == 1


def test_what_was_to_be_taken_out_is_so_in_both():
    """Plan `trade-by-hand-holds-up-a-lost-order`: what is in doubt remembers that it was to go."""
    world = lived()
    run = world.trader.run
    assert run is not None
    (name, stop), *_ = run.engine.desk.live.items()
    rows = rows_on(world.disk, world._venue_clock, world.trader.assembly)
    asked = CancelRequested(client_order_id=name, event_ns=rows[-1].event_ns)
    last = [row for row in rows if row.subject == name][-1]
    body = msgspec.json.encode(asked)
    doubtful = [
        msgspec.structs.replace(row, payload=body) if row is last else row
        for row in rows
        if row is last or row.subject != name or row.kind != "report"
    ]
    sent = msgspec.structs.replace(stop, status=OrderStatus.SUBMITTED, venue_order_id=None)
    run.engine.desk.live[name] = apply(sent, asked)

    assert len(set(states_of(run, doubtful).values())) == 1


def test_a_lost_row_shows():
    """A comparison that could not fail would prove nothing."""
    world = lived()
    run = world.trader.run
    assert run is not None
    rows = rows_on(world.disk, world._venue_clock, world.trader.assembly)
    without_fills = [row for row in rows if row.kind != "report" or b'"Filled"' not in row.payload]

    states = states_of(run, without_fills)

    assert states["lived"] != states["recovered"]
    assert states["recovered"] == states["recovered again"]
