"""Fitting what rests: never more than there is to lose, whatever nobody knows."""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.order import OrderRole, Side
from tests.stories.stage import Script, enter, leave
from tests.stories.wire import Wire, anomalies, guarded

STOPPED: Script = {0: (enter(stop_price=95.0),)}
TURNED: Script = {
    **STOPPED,
    1: (enter(side=Side.SELL),),
    2: (enter(stop_price=96.0),),
    3: (leave(),),
}


def with_a_stop_nobody_knows_of() -> Wire:
    """Long, closed by an entry the other way, long again; the first stop's fate is unknown."""
    wire = guarded(TURNED)
    wire.lose("stop")
    wire.bar(100)
    wire.fill("entry", "1")
    wire.bar(100)
    wire.fill("entry", "1")
    return wire


def stops(wire: Wire) -> int:
    return len([each for each in wire.sent if each.role is OrderRole.STOP])


def test_i08_no_second_stop_beside_one_of_unknown_fate() -> None:
    """Both could trigger, and then the account would owe what it never meant to sell."""
    wire = with_a_stop_nobody_knows_of()

    assert wire.holding.quantity == 1
    assert stops(wire) == 1
    assert anomalies(wire) == ["unprotected"]


def test_i08_evidence_of_its_end_makes_room_for_the_next() -> None:
    wire = with_a_stop_nobody_knows_of()

    wire.cancel("stop")

    assert stops(wire) == 2
    assert wire.resting() == {"stop": "1 sell stop 96"}


def test_i08_evidence_of_its_life_has_it_taken_out_first() -> None:
    wire = with_a_stop_nobody_knows_of()

    wire.accept("stop")
    asked = list(wire.canceled)
    wire.cancel("stop")

    assert asked == [wire.sent[1].client_order_id]
    assert wire.resting() == {"stop": "1 sell stop 96"}


def test_i08_an_exit_waits_for_a_stop_of_unknown_fate() -> None:
    """Sold twice is sold once too often."""
    wire = with_a_stop_nobody_knows_of()

    wire.bar(100)
    waiting = [each.role for each in wire.sent]
    wire.cancel("stop")

    assert OrderRole.EXIT not in waiting
    assert wire.last("exit").quantity == 1


def test_i08_a_stop_never_closes_more_than_is_held_beside_what_works() -> None:
    """Whatever order reports come in, live stops add up to the holding at most."""
    wire = guarded({0: (enter("200", stop_price=95.0),), 1: (leave("0.5"),)})
    wire.fill("entry", "1")
    wire.bar(100)
    wire.cancel("stop")
    wire.fill("exit", "0.4")
    wire.cancel("exit")
    live = wire.engine.desk.live.values()

    closing = [each.leaves for each in live if each.role is not OrderRole.ENTRY]
    assert sum(closing, start=Decimal(0)) <= wire.holding.quantity
