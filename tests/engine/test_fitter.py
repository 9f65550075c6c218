"""Fitting what rests: never more than there is to lose, whatever nobody knows."""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.order import Amended, OrderRole, OrderType, Side, Triggered
from argonaut.domain.signal import Target
from argonaut.execution.guard import Guard
from tests.stories.stage import Script, Scripted, Stage, enter, leave, move
from tests.stories.wire import Wire, anomalies, guarded

D = Decimal
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


HELD_STOPS = {"order_types": frozenset({OrderType.MARKET, OrderType.LIMIT})}
FLIPPED: Script = {
    0: (enter(stop_price=95.0, targets=(Target(price=110.0),)),),
    1: (enter("200", side=Side.SELL, stop_price=105.0),),
}


def test_f12_a_target_that_fills_while_nobody_wants_it_any_more_is_closed_again() -> None:
    """Found by the dice: it is over, and of no guard, when the stops of what it opened are fitted.

    Where stops are held here the exit leaves at once, so these are looked at in the same moment.
    """
    wire = Wire(Scripted(FLIPPED), capability=HELD_STOPS)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("target")
    wire.bar(100)
    wire.fill("entry", "2")
    target = wire.last("target")

    told = wire.fill(target, "1")

    assert wire.canceled == [target.client_order_id]
    assert wire.holding.quantity == -2
    assert told[:2] == ["target filled 1 at 100", "anomaly overclosed"]
    assert (wire.last("exit").side, wire.last("exit").quantity) == (Side.BUY, D(2))


SPOT = {"has_oco": False, "has_amend": False, "has_reduce_only": False, "allows_short": False}


def test_i12_more_that_fills_gets_a_stop_beside_the_one_that_rests() -> None:
    """Taking it out to place a larger one would leave everything bare for two round trips."""
    wire = Wire(Scripted(STOPPED), capability=SPOT)
    wire.bar(100)
    wire.fill("entry", "0.4")
    wire.accept("stop")

    wire.fill("entry", "0.6")
    wire.accept("stop")

    assert wire.canceled == []
    assert [each.leaves for each in wire.engine.desk.live.values()] == [D("0.4"), D("0.6")]
    assert [pair.quantity for pair in guard_of(wire).pairs] == [D("0.4"), D("0.6")]


def test_i26_stops_beside_each_other_are_few() -> None:
    """Venues take five of an instrument; then one makes way for a larger one."""
    wire = Wire(Scripted(STOPPED), capability=SPOT)
    wire.bar(100)
    for _ in range(6):
        wire.fill("entry", "0.1")
        if not wire.canceled:
            wire.accept("stop")

    assert len(guard_of(wire).pairs) == 4
    assert len(wire.canceled) == 1


def test_i12_the_smallest_of_many_stops_makes_way_for_a_larger_one() -> None:
    """What it covers is bare for two round trips, and the next fill comes a second later."""
    wire = Wire(Scripted(STOPPED), capability=SPOT)
    wire.bar(100)
    for part in ("0.4", "0.1", "0.05", "0.1"):
        wire.fill("entry", part)
        wire.accept("stop")
    smallest = wire.sent[3]

    wire.fill("entry", "0.2")
    asked = list(wire.canceled)
    wire.cancel(smallest)
    wire.accept("stop")

    assert asked == [smallest.client_order_id]
    assert sorted(live_stops(wire)) == [D("0.1"), D("0.1"), D("0.25"), D("0.4")]


def test_i12_a_stop_that_is_being_replaced_is_not_waited_for() -> None:
    """A fill a second, and a second to the venue: otherwise nothing would ever be done."""
    wire = Wire(Scripted(STOPPED), capability=SPOT)
    wire.bar(100)
    for part in ("0.4", "0.1", "0.05", "0.1"):
        wire.fill("entry", part)
        wire.accept("stop")

    wire.fill("entry", "0.1")
    wire.fill("entry", "0.1")

    assert wire.canceled == [wire.sent[3].client_order_id, wire.sent[2].client_order_id]


def test_what_is_too_small_for_an_order_waits_for_the_end_of_the_entry() -> None:
    """Otherwise a stop would be taken out each second for a thousandth more (seed 305)."""
    wire = Wire(Scripted(STOPPED), capability=SPOT, rules={"min_notional": D(5)})
    wire.bar(100)
    wire.fill("entry", "0.9")
    wire.accept("stop")
    wire.fill("entry", "0.02")
    before = list(wire.canceled)
    wire.cancel("entry")
    wire.cancel("stop")

    assert before == []
    assert wire.resting() == {"stop": "0.92 sell stop 95"}


def test_an_addition_too_small_for_a_stop_of_its_own_is_put_into_a_larger_one() -> None:
    wire = Wire(Scripted(STOPPED), capability=SPOT, rules={"min_notional": D(5)})
    wire.bar(100)
    wire.fill("entry", "0.98")
    wire.accept("stop")
    wire.fill("entry", "0.02")
    wire.cancel("stop")

    assert wire.resting() == {"stop": "1 sell stop 95"}


def test_i12_crumbs_beside_every_stop_are_worth_an_order_together() -> None:
    """Each pair rounds down to a lot, and what was left over waited half a minute (seed 1522)."""
    wire = Wire(Scripted(STOPPED), capability=SPOT, rules={"min_notional": D(5)})
    wire.bar(100)
    wire.fill("entry", "0.8")
    wire.accept("stop")
    wire.fill("entry", "0.046")

    assert wire.canceled == [wire.sent[1].client_order_id]


def test_what_is_too_small_for_an_order_adds_up_until_it_is_not() -> None:
    """Fees in base leave crumbs, and a crumb beside each stop is an order's worth (seed 324)."""
    wire = Wire(Scripted(STOPPED), capability=SPOT, rules={"min_notional": D(5)})
    wire.bar(100)
    for part in ("0.2", "0.2", "0.2", "0.1"):
        wire.fill("entry", part, fee=D("0.0004"), fee_asset="BTC")
        wire.accept("stop")

    pairs = guard_of(wire).pairs
    assert [pair.quantity % D("0.001") for pair in pairs[1:]] == [0, 0, 0]
    assert sum((pair.quantity for pair in pairs), D(0)) == wire.holding.quantity


def test_less_than_a_lot_wants_no_stop_and_alarms_nobody() -> None:
    """A stop sold all but a crumb while an exit waited: nothing was bare (seen in a soak)."""
    wire = Wire(Scripted({**STOPPED, 1: (leave("1"),)}), capability=SPOT)
    wire.bar(100)
    wire.fill("entry", "0.6", fee=D("0.0005"), fee_asset="BTC")
    wire.accept("stop")
    wire.bar(100)
    wire.fill("stop", "0.599", "95")

    assert wire.resting() == {"entry": "0.4 buy at market"}
    assert "unprotected" not in anomalies(wire)


MARGIN = SPOT | {"allows_short": True}  # what is held is not locked by an order: exits rest there
RESTING_EXIT: Script = {
    **STOPPED,
    1: (leave("1", order_type=OrderType.LIMIT, limit_price=105.0),),
    2: (enter(stop_price=95.0),),
}


def test_i12_what_is_added_beside_a_resting_exit_has_a_stop() -> None:
    """The exit closes what was held when it was decided; the rest is bare without one."""
    wire = Wire(Scripted(RESTING_EXIT), capability=MARGIN)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("stop")
    wire.bar(100)
    wire.cancel("stop")
    wire.accept("exit")
    wire.bar(100)

    wire.fill("entry", "1")
    wire.accept("stop")

    assert wire.resting() == {"exit": "1 sell at 105", "stop": "1 sell stop 95"}


def test_i12_half_an_exit_leaves_the_other_half_its_stop() -> None:
    script: Script = {
        **STOPPED,
        1: (leave("0.5", order_type=OrderType.LIMIT, limit_price=105.0),),
    }
    wire = Wire(Scripted(script), capability=MARGIN)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("stop")
    wire.bar(100)
    wire.cancel("stop")
    wire.accept("exit")
    wire.accept("stop")

    assert wire.resting() == {"exit": "0.5 sell at 105", "stop": "0.5 sell stop 95"}
    wire.fill("exit", "0.5", "105")
    assert wire.resting() == {"stop": "0.5 sell stop 95"}


def test_a_stop_refused_beside_an_exit_is_not_asked_for_for_ever() -> None:
    """Each refusal brings us back here; the second is the last."""
    wire = Wire(Scripted(RESTING_EXIT), capability=MARGIN)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("stop")
    wire.bar(100)
    wire.cancel("stop")
    wire.accept("exit")
    wire.bar(100)
    wire.fill("entry", "1")
    wire.reject("stop")
    wire.reject("stop")

    assert stops(wire) == 3
    assert "unprotected" in anomalies(wire)


def test_i26_stops_that_share_what_an_exit_leaves_do_not_change_for_ever() -> None:
    """Each reads what the other has: both shrank for it, both grew, and both shrank again."""
    targets = tuple(Target(fraction=0.02 * n, share=0.3) for n in (1, 2))
    script: Script = {
        0: (enter(stop_fraction=0.05, trail_fraction=0.03, targets=targets),),
        1: (leave("0.25", order_type=OrderType.LIMIT, limit_price=110.0),),
    }
    stage = Stage(Scripted(script))
    stage.bars(*[(100, 100, 100, 100)] * 3)

    stage.trades(102.5)

    assert stage.holding.quantity == D("0.7")
    assert sum(live_stops(stage)) == D("0.45")
    assert len([each for each in stage.bodies("report") if isinstance(each, Amended)]) < 10


def live_stops(wire: Stage | Wire) -> list[Decimal]:
    live = wire.engine.desk.live.values()
    return [each.leaves for each in live if each.role is OrderRole.STOP]


def guard_of(wire: Wire) -> Guard:
    (guard,) = wire.engine.desk.warden.guards.values()
    return guard


def test_what_an_exit_gives_back_beside_a_stop_that_fills_has_a_stop_of_its_own() -> None:
    """The stop has triggered, and is a market order by now: no venue makes it larger."""
    half_out = leave("0.5", order_type=OrderType.LIMIT, limit_price=105.0)
    wire = guarded({0: (enter(stop_price=95.0),), 1: (half_out,)})
    wire.bar(100)
    wire.cancel("stop")
    wire.accept("exit")
    wire.accept("stop")
    first = wire.last("stop")
    wire.step(Triggered(client_order_id=first.client_order_id, event_ns=wire.now_ns))

    wire.cancel("exit")

    assert wire.amended == []
    assert live_stops(wire) == [D("0.5"), D("0.5")]
    assert wire.last("stop").trigger_price == 95


def test_no_stop_that_fills_makes_way_for_a_larger_one() -> None:
    """Taken out it would sell nothing, at the very price it was made for."""
    more = {n: (enter("200"),) for n in range(1, 5)}
    wire = guarded({0: (enter(stop_price=95.0),), **more}, capability={"has_amend": False})
    first = wire.last("stop")
    wire.step(Triggered(client_order_id=first.client_order_id, event_ns=wire.now_ns))
    for _ in more:
        wire.bar(100)
        wire.fill("entry", "2")
        wire.accept("stop")

    assert live_stops(wire)[0] == 1
    assert wire.canceled != []
    assert first.client_order_id not in wire.canceled


def test_more_than_stops_beside_one_that_fills_can_carry_waits_for_it() -> None:
    """Too little for an order of its own; it is looked at when that has filled."""
    script: Script = {**STOPPED, 1: (enter("4"),)}
    wire = guarded(script, rules={"min_notional": D(5)}, capability={"has_amend": False})
    wire.step(Triggered(client_order_id=wire.last("stop").client_order_id, event_ns=wire.now_ns))
    wire.bar(100)

    wire.fill("entry", "0.04")

    assert live_stops(wire) == [1]
    assert (wire.amended, wire.canceled) == ([], [])


TAKEN: Script = {
    0: (enter(stop_price=95.0, targets=(Target(fraction=0.02, share=1.0),)),),
}


def with_a_stop_too_large() -> Wire:
    """The target sold 0.4 of 1, and the venue was asked to make the stop smaller."""
    wire = guarded(TAKEN, capability={"has_oco": False})
    wire.fill("target", "0.4", "102")
    assert [each.quantity for each in wire.amended] == [D("0.6")]
    return wire


def test_i08_a_stop_that_is_not_made_smaller_is_replaced() -> None:
    """A venue that refuses a change says nothing: its minimum may be above the one we know."""
    wire = with_a_stop_too_large()

    wire.bar(100)
    early = list(wire.canceled)
    wire.bar(100)
    late = list(wire.canceled)
    wire.cancel("stop")

    assert early == []  # nothing was looked at since it was asked for
    assert late == [wire.sent[1].client_order_id]
    assert len(wire.amended) == 1
    assert wire.resting() == {"stop": "0.6 sell stop 95", "target": "0.6 sell at 102"}


def test_i08_a_stop_that_cannot_be_replaced_smaller_leaves_nothing_held_bare() -> None:
    """Refused twice, as any stop: then what is held is sold."""
    wire = with_a_stop_too_large()
    wire.bar(100)
    wire.bar(100)
    wire.cancel("stop")

    wire.reject("stop")
    wire.reject("stop")
    wire.cancel("target")

    assert "unprotected" in anomalies(wire)
    assert wire.resting() == {"exit": "0.6 sell at market"}


def test_a_stop_whose_move_is_not_answered_stays_and_is_asked_again() -> None:
    """It covers what is held: there is nothing to lose by waiting."""
    wire = guarded({**STOPPED, 1: (move(stop_price=97.0),)})
    for _ in range(4):
        wire.bar(100)

    assert wire.canceled == []
    assert len(wire.amended) > 1
    assert wire.resting() == {"stop": "1 sell stop 95"}


def test_i12_a_part_too_small_for_a_stop_waits_for_no_entry_the_other_way() -> None:
    """Only one that makes the holding larger brings more to protect."""
    script: Script = {**STOPPED, 1: (enter("50", side=Side.SELL),)}
    rules = {"min_notional": D(5)}
    wire = Wire(Scripted(script), capability=SPOT | {"allows_short": True}, rules=rules)
    wire.bar(100)
    wire.fill("entry", "0.9")
    wire.accept("stop")
    entry = wire.last("entry")
    wire.bar(100)
    wire.cancel(entry)
    wire.fill(entry, "0.03")

    assert wire.canceled == [wire.last("stop").client_order_id]
    wire.cancel("stop")
    assert wire.last("stop").quantity == D("0.93")


def test_i12_what_is_too_small_for_a_stop_is_told_once_however_a_trail_goes_on() -> None:
    """And once more after it had one."""
    script: Script = {0: (enter("200", trail_fraction=0.05),), 4: (leave("0.9"),)}
    wire = Wire(Scripted(script), rules={"min_notional": D(20)})
    wire.bar(100)
    wire.fill("entry", "0.1")
    for price in (101, 102):
        wire.bar(price)
    while_small = anomalies(wire)
    wire.fill("entry", "1.9")
    wire.accept("stop")
    wire.bar(102)
    wire.bar(102)
    wire.cancel("stop")
    wire.fill("exit", "1.8")

    assert while_small == ["unprotected"]
    assert anomalies(wire) == ["unprotected"] * 2
