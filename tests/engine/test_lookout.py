"""Spot: one order locks the base units, so the stop rests and everything else is watched here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from argonaut.domain.market import Trade
from argonaut.domain.order import OrderRole, OrderType
from argonaut.domain.signal import Target
from tests.stories.stage import BTC, SECOND_NS, Script, Scripted, enter, move
from tests.stories.wire import Wire

D = Decimal
SPOT: dict[str, Any] = {
    "has_oco": False,
    "has_amend": False,
    "has_reduce_only": False,
    "allows_short": False,
    "order_types": frozenset(
        {OrderType.MARKET, OrderType.LIMIT, OrderType.STOP, OrderType.STOP_LIMIT}
    ),
}
BRACKET: Script = {0: (enter(stop_price=95.0, targets=(Target(price=110.0),)),)}
HALVES: Script = {
    0: (
        enter(
            stop_price=95.0,
            targets=(Target(price=110.0, share=0.5), Target(price=120.0, share=0.5)),
        ),
    )
}
TRAIL: Script = {0: (enter(trail_fraction=0.08),)}


def held(script: Script) -> Wire:
    """A long of 1 at 100 on spot, whose stops the venue has accepted."""
    wire = Wire(Scripted(script), capability=SPOT)
    wire.bar(100)
    wire.fill("entry", "1")
    for order in wire.sent[1:]:
        wire.accept(order)
    return wire


def sent(wire: Wire, role: OrderRole) -> list[Decimal]:
    return [each.quantity for each in wire.sent if each.role is role]


def test_on_spot_a_bracket_rests_as_a_stop_alone() -> None:
    """A second order over the same base units would be refused, and the position given up."""
    wire = held(BRACKET)

    assert wire.resting() == {"stop": "1 sell stop 95"}
    assert wire.holding.target_price == 110


def test_a_target_kept_here_is_taken_at_its_price_once_the_stop_has_let_go() -> None:
    wire = held(BRACKET)

    told = wire.bar(111)
    before = sent(wire, OrderRole.EXIT)
    wire.cancel("stop")
    wire.fill("exit", "1", "110")

    assert told == ["exit approved: 1"]
    assert before == []
    assert wire.last("exit").tag == "target"
    assert wire.holding.is_flat
    assert wire.resting() == {}


def test_a_target_of_less_than_the_venue_sells_is_left_alone() -> None:
    """A thin book leaves crumbs; an order for one is refused at every price (I11, seed 202)."""
    wire = Wire(Scripted(BRACKET), capability=SPOT, rules={"min_notional": D(5)})
    wire.bar(100)
    wire.fill("entry", "0.04")

    assert wire.bar(111) == []


def test_half_a_target_leaves_the_other_half_protected() -> None:
    wire = held(HALVES)
    wire.bar(111)
    for stop in [each for each in wire.sent if each.role is OrderRole.STOP]:
        wire.cancel(stop)
    wire.fill("exit", "0.5", "110")
    far = wire.bar(119)
    wire.wait(5)

    assert sent(wire, OrderRole.EXIT) == [D("0.5")]
    assert wire.resting() == {"stop": "0.5 sell stop 95"}
    assert far == []
    assert wire.bar(121) == ["exit approved: 0.5"]


def test_a_target_the_venue_refuses_is_tried_again_but_not_at_every_price() -> None:
    """A refusal a tick is a ban in a minute."""
    wire = held(BRACKET)
    wire.bar(111)
    wire.cancel("stop")
    wire.reject("exit")
    wire.accept("stop")
    at_once = wire.step(trade(wire, 112.0))
    wire.now_ns += 6 * SECOND_NS

    assert at_once == []
    assert wire.step(trade(wire, 112.0)) == ["exit approved: 1"]


def test_a_trail_kept_here_has_a_plain_stop_at_the_venue_behind_it() -> None:
    """This process may be what fails (I12)."""
    wire = held(TRAIL)

    assert wire.last("stop").order_type is OrderType.STOP
    assert wire.resting() == {"stop": "1 sell stop 92"}


def test_the_stop_behind_a_trail_follows_in_steps() -> None:
    """A quarter of the trail: each move takes it out for a moment."""
    wire = held(TRAIL)

    wire.bar(101)
    small = list(wire.canceled)
    wire.bar(104)
    wire.cancel("stop")

    assert small == []
    assert wire.resting() == {"stop": "1 sell stop 95.68"}


def test_a_trail_kept_here_leaves_exactly_where_it_is_reached() -> None:
    """92.92 is the trail, 92 rests at the venue: the touch between them is enough."""
    wire = held(TRAIL)
    wire.bar(101)

    told = wire.bar(92.5)

    assert told == ["exit approved: 1"]
    assert wire.holding.stop_price == D("92.92")


def test_a_stop_asked_for_moves_the_one_behind_the_trail_at_once() -> None:
    wire = held({**TRAIL, 1: (move(stop_price=92.5),)})

    wire.bar(100)

    assert wire.canceled == [wire.last("stop").client_order_id]


def trade(wire: Wire, price: float) -> Trade:
    return Trade(BTC, wire.now_ns, price=price, quantity=1.0)
