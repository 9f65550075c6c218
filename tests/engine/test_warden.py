"""What rests at the venue for a position, whatever the venue does with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from argonaut.domain.order import OrderRole, OrderStatus, OrderType, Side, Triggered
from argonaut.domain.record import Anomaly
from argonaut.domain.signal import Target
from argonaut.ports import MISTIMED, NOT_SENT, REACHED
from tests.stories.stage import BTC, SECOND_NS, Script, Scripted, Stage, enter, flat, leave, move
from tests.stories.wire import Wire, anomalies, guarded

TARGETS = (Target(price=110.0),)
GUARDED = {0: (enter(stop_price=95.0, targets=TARGETS),)}
HALF = (Target(price=110.0, share=0.5),)
STOPPED = {0: (enter(stop_price=95.0),)}
NO_STOPS = {"order_types": frozenset({OrderType.MARKET, OrderType.LIMIT})}


# a venue that does not take the protection


def test_a_refused_stop_is_sent_once_more_and_then_the_position_is_left() -> None:
    """Sent for ever it would be a ban; given up in silence, a position without a floor."""
    wire = Wire(Scripted(STOPPED))
    wire.bar(100)
    wire.fill("entry", "1")

    first, second = wire.reject("stop", "too near"), wire.reject("stop", "too near")

    assert first == ["stop rejected"]
    assert second == ["stop rejected", "anomaly unprotected", "exit approved: 1"]
    assert wire.last("exit").tag == "unprotected"
    assert wire.resting() == {"exit": "1 sell at market"}
    assert isinstance(wire.records[-2].body, Anomaly)
    assert "too near" in wire.records[-2].body.detail
    assert wire.engine.routes[BTC].is_frozen


def test_a_stop_whose_price_is_passed_before_it_rests_is_a_stop_that_is_reached() -> None:
    """Usual after a restart in a moving market: no trouble that would need a person."""
    wire = Wire(Scripted(STOPPED))
    wire.bar(100)
    wire.fill("entry", "1")

    told = wire.reject("stop", "would trigger", code=REACHED)

    assert told == ["stop rejected", "exit approved: 1"]
    assert wire.last("exit").tag == "stop"
    assert not wire.engine.routes[BTC].is_frozen


def test_a_stop_that_is_reached_while_nobody_buys_is_tried_again() -> None:
    wire = Wire(Scripted(STOPPED))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.reject("stop", code=REACHED)
    wire.reject("exit")
    wire.wait(2)
    told = wire.reject("stop", code=REACHED)

    assert told == ["stop rejected", "exit approved: 1"]


def test_i12_a_stop_that_is_reached_has_the_limit_exit_beside_it_make_way() -> None:
    """No price may show it, as while the market stream is away: the venue knows (seed 41267)."""
    at_limit = leave("0.5", order_type=OrderType.LIMIT, limit_price=105.0)
    wire = guarded({**STOPPED, 1: (at_limit,)})
    wire.bar(100)
    wire.cancel("stop")
    wire.accept("exit")
    beside = wire.resting()

    wire.reject("stop", "would trigger", code=REACHED)
    asked = wire.engine.desk.live[wire.canceled[-1]].role
    wire.cancel("exit")
    wire.wait(1)
    told = wire.reject("stop", "would trigger", code=REACHED)

    assert beside == {"exit": "0.5 sell at 105", "stop": "0.5 sell stop 95"}
    assert asked is OrderRole.EXIT
    assert told == ["stop rejected", "exit approved: 1"]
    assert wire.last("exit").order_type is OrderType.MARKET


def test_a_stop_the_venue_takes_out_by_itself_is_placed_anew() -> None:
    """F19: a demo exchange cancels stops after a minute, and says no more than that."""
    wire = guarded(STOPPED)

    wire.cancel("stop")

    assert wire.resting() == {"stop": "1 sell stop 95"}
    assert [each.role.value for each in wire.sent] == ["entry", "stop", "stop"]


def test_a_stop_that_rested_for_a_while_is_not_counted_as_refused() -> None:
    """Two mishaps in a month are no reason to sell."""
    wire = guarded(STOPPED)
    for _ in range(5):
        wire.wait(61)
        wire.cancel("stop")
        wire.accept("stop")

    assert wire.resting() == {"stop": "1 sell stop 95"}
    assert anomalies(wire) == []


def test_what_can_neither_be_protected_nor_left_is_tried_again_for_as_long_as_it_takes() -> None:
    """A venue in trouble recovers, and a minute later the price may be anywhere (I12)."""
    wire = Wire(Scripted(STOPPED))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.reject("stop")
    waits = []
    for _ in range(8):
        wire.reject("stop")
        wire.reject("exit")
        at_ns = wire.timers["desk"]
        assert at_ns is not None
        waits.append((at_ns - wire.now_ns) / 1e9)
        wire.wait(waits[-1])

    assert waits == [2, 4, 4, 4, 4, 4, 4, 4]
    assert anomalies(wire) == ["unprotected", "not flat"]
    assert wire.resting() == {"stop": "1 sell stop 95"}


def test_a_stop_taken_at_a_later_try_protects_as_before() -> None:
    """The way back from trouble needs nobody."""
    wire = Wire(Scripted(STOPPED))
    wire.bar(100)
    wire.fill("entry", "1")
    for role in ("stop", "stop", "exit"):
        wire.reject(role)
    bare = wire.resting()
    wire.wait(2)
    wire.accept("stop")

    assert bare == {}
    assert wire.resting() == {"stop": "1 sell stop 95"}
    assert wire.wait(600) == []


def test_tries_are_counted_anew_once_a_stop_has_rested() -> None:
    """Trouble of an hour ago is no reason to wait longer now, nor to tell a person."""
    wire = Wire(Scripted(STOPPED))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.reject("stop")
    for _ in range(2):
        wire.reject("stop")
        wire.reject("exit")
        wire.wait(4)
    wire.accept("stop")
    wire.wait(61)
    wire.cancel("stop")
    for role in ("stop", "exit"):
        wire.reject(role)

    assert wire.timers["desk"] == wire.now_ns + 2 * SECOND_NS
    assert anomalies(wire) == ["unprotected"]


def test_while_a_try_to_leave_is_due_another_refused_stop_does_not_leave_at_once() -> None:
    """An empty book expired three market orders within a tenth of a second (seed 242)."""
    wire = Wire(
        Scripted({0: (enter(stop_price=95.0, targets=HALF),)}), capability={"has_oco": False}
    )
    wire.bar(100)
    wire.fill("entry", "1")
    one, other = [each for each in wire.sent if each.role is OrderRole.STOP]
    wire.reject(one)
    wire.reject("stop")
    wire.cancel(other)
    wire.cancel("target")
    wire.reject("exit")
    wire.reject("stop")
    told = wire.reject("stop")
    bare = [each for each in wire.resting() if each == "stop"]
    wire.wait(2)

    assert told == ["stop rejected"]
    assert bare == []
    assert wire.resting()["stop"] == "0.5 sell stop 95"


@pytest.mark.parametrize("code", [NOT_SENT, MISTIMED])
def test_a_stop_that_could_not_be_sent_is_sent_again_and_nothing_is_sold(code: str) -> None:
    """A second without a connection, or a late request, is no reason to leave (seed 204)."""
    wire = Wire(Scripted(STOPPED))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.reject("stop", code=code)
    away = wire.reject("stop", code=code)
    wire.wait(2)
    wire.accept("stop")

    assert away == ["stop rejected", "anomaly unprotected"]
    assert wire.resting() == {"stop": "1 sell stop 95"}


def test_a_stop_that_can_never_be_sent_has_the_position_left_after_ten_seconds() -> None:
    """What is wrong is then here, and another order may well get through."""
    wire = Wire(Scripted(STOPPED))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.reject("stop", code=NOT_SENT)
    told: list[str] = []
    for _ in range(4):
        told += wire.reject("stop", code=NOT_SENT)
        told += wire.wait(4)

    assert told[-1] == "exit approved: 1"
    assert told.count("exit approved: 1") == 1


def test_i12_a_stop_refused_while_an_exit_rests_is_tried_again_while_it_does() -> None:
    """The exit may rest for hours, and what filled after it was decided had no stop (seed 204)."""
    script: Script = {
        **STOPPED,
        1: (leave(order_type=OrderType.LIMIT, limit_price=105.0),),
        2: (enter(stop_price=95.0),),
    }
    wire = guarded(script)
    wire.bar(100)
    wire.cancel("stop")
    wire.accept("exit")
    wire.bar(100)
    wire.fill("entry", "1")
    wire.reject("stop")
    wire.reject("stop")
    bare = wire.resting()
    wire.wait(2)
    wire.accept("stop")

    assert bare == {"exit": "1 sell at 105"}
    assert wire.resting() == {"exit": "1 sell at 105", "stop": "1 sell stop 95"}


def test_a_refused_target_is_given_up_and_leaves_stop_and_position_alone() -> None:
    """Without a target a position is still safe."""
    wire = Wire(Scripted(GUARDED))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("stop")

    told = wire.reject("target") + wire.reject("target")

    assert told == ["target rejected", "target rejected", "anomaly no target"]
    assert wire.resting() == {"stop": "1 sell stop 95"}
    assert not wire.engine.routes[BTC].is_frozen


def test_a_new_wish_places_what_was_given_up() -> None:
    """The strategy names another price, and that one may do."""
    wire = Wire(Scripted({**GUARDED, 1: (move(target_price=120.0),)}))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("stop")
    wire.reject("target")
    wire.reject("target")

    wire.bar(100)

    assert wire.resting() == {"stop": "1 sell stop 95", "target": "1 sell at 120"}


def test_a_venue_with_stricter_rules_than_ours_never_hangs_the_bot() -> None:
    """Filters change at run time; the simulated venue refuses what the engine thinks is fine."""
    stage = Stage(
        Scripted({0: (enter(stop_price=90.0),)}), venue_rules={"min_notional": Decimal(95)}
    )

    told = stage.bars(flat(100), flat(100))

    assert told.count("stop rejected") == 2
    assert told[-4:] == [
        "anomaly unprotected",
        "exit approved: 1",
        "exit filled 1 at 100",
        "round trip 0",
    ]


# orders that are still on their way


def test_nothing_is_asked_of_an_order_before_the_venue_has_it() -> None:
    """An amendment that overtakes its order is refused, and the stop stays where it was."""
    wire = Wire(Scripted({**STOPPED, 1: (move(stop_price=97.0),)}))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.bar(100)
    before = list(wire.amended)

    wire.accept("stop")

    assert before == []
    assert [str(each.trigger_price) for each in wire.amended] == ["97.00"]


def test_an_amendment_on_its_way_is_not_sent_again() -> None:
    """Each message counts against a limit."""
    wire = guarded({**GUARDED, 1: (move(stop_price=97.0),)})
    wire.bar(100)

    wire.accept("target")

    assert [each.trigger_price for each in wire.amended] == [Decimal("97.00")]


def test_an_amendment_without_an_answer_is_sent_again_at_the_next_audit() -> None:
    """A lost message must not leave the stop loose for ever."""
    wire = guarded({**GUARDED, 1: (move(stop_price=97.0),)})
    wire.bar(100)

    wire.bar(100)
    wire.bar(100)

    assert len(wire.amended) >= 2
    assert {each.trigger_price for each in wire.amended} == {Decimal("97.00")}


def test_a_leg_of_unknown_fate_is_left_alone_until_the_venue_tells() -> None:
    """A second stop beside one that rests after all would sell twice."""
    wire = Wire(Scripted(STOPPED))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.lose("stop")
    wire.bar(100)
    wire.bar(100)

    sent = [each.role.value for each in wire.sent]

    assert sent == ["entry", "stop"]
    assert wire.engine.desk.live[wire.last("stop").client_order_id].status is OrderStatus.UNKNOWN


def test_a_stop_that_is_accepted_after_its_position_is_gone_is_taken_out() -> None:
    """Resting on, it would open a position the other way on some later day."""
    sell = enter(side=Side.SELL)
    wire = Wire(Scripted({**GUARDED, 1: (sell,)}))
    wire.bar(100)
    wire.fill("entry", "1")
    stop = wire.last("stop").client_order_id
    wire.bar(100)
    wire.fill("entry", "1")

    before = list(wire.canceled)
    wire.accept("stop")
    wire.accept("target")

    assert before == []
    assert wire.canceled == [stop, wire.last("target").client_order_id]


def test_a_linked_order_the_venue_forgot_is_taken_out_by_the_audit() -> None:
    """The venue promised to take the target out with the stop; promises are checked."""
    wire = guarded(GUARDED)
    wire.fill("stop", "1", "95")
    assert wire.canceled == []

    wire.bar(95)
    wire.bar(95)

    assert wire.canceled == [wire.last("target").client_order_id]


def test_while_the_venue_shrinks_a_linked_order_we_do_not() -> None:
    """Two messages for one change are one too many."""
    wire = guarded(GUARDED)

    wire.fill("stop", "0.4", "95")
    wire.accept("stop")

    assert wire.amended == []


def test_a_linked_order_the_venue_did_not_shrink_is_shrunk_by_the_audit() -> None:
    """A target larger than what is left would sell what another strategy holds."""
    wire = guarded(GUARDED)
    wire.fill("stop", "0.4", "95")

    wire.bar(96)
    wire.bar(96)

    assert [(each.client_order_id, each.quantity) for each in wire.amended] == [
        (wire.last("target").client_order_id, Decimal("0.6"))
    ]


def test_a_stop_refused_while_an_exit_works_is_tried_again_after_it() -> None:
    """One exit a holding: what it leaves is tried once more, later."""
    wire = Wire(Scripted({0: (enter(), enter(stop_price=95.0)), 1: (leave("0.5"),)}))
    wire.bar(100)
    bare, guarded_by_stop = wire.sent
    wire.fill(bare, "1")
    wire.bar(100)
    wire.fill(guarded_by_stop, "1")
    wire.reject("stop")
    told = wire.reject("stop")

    wire.fill("exit", "0.5")
    left = wire.resting()
    wire.wait(2)

    assert told == ["stop rejected", "anomaly unprotected"]
    assert left == {}
    assert wire.resting() == {"stop": "1.5 sell stop 95"}


def test_a_try_for_a_position_that_is_gone_by_then_does_nothing() -> None:
    """Sold by hand, say, before the two seconds were over."""
    wire = Wire(Scripted({**STOPPED, 1: (enter(side=Side.SELL),)}))
    wire.bar(100)
    wire.fill("entry", "1")
    for role in ("stop", "stop", "exit"):
        wire.reject(role)
    wire.say("resume")
    wire.now_ns += 1
    wire.bar(100)
    wire.timers["desk"], timer = None, wire.timers["desk"]
    wire.fill("entry", "1")
    wire.timers["desk"] = timer

    told = wire.wait(2)

    assert wire.holding.is_flat
    assert told == []
    assert wire.resting() == {}


@pytest.mark.parametrize("can", [{}, NO_STOPS])
def test_a_stop_that_has_triggered_is_not_moved_any_more(can: dict[str, Any]) -> None:
    """It takes what it gets; what comes on top has a stop of its own, which moves on."""
    wire = Wire(
        Scripted({**STOPPED, 2: (enter(stop_price=93.0),), 3: (move(stop_price=97.0),)}),
        capability=can,
    )
    wire.bar(100)
    wire.fill("entry", "1")
    if not can:
        wire.accept("stop")
        order_id = wire.last("stop").client_order_id
        wire.step(Triggered(client_order_id=order_id, event_ns=wire.now_ns))
    wire.bar(94)
    wire.bar(100)
    wire.fill(wire.last("entry"), "1")
    if not can:
        wire.accept("stop")
    wire.bar(100)

    filling, other = [each for each in wire.engine.desk.live.values() if each.role.value == "stop"]
    moved = {each.client_order_id: each.trigger_price for each in wire.amended}
    assert filling.quantity == 1
    assert filling.trigger_price == 95
    assert filling.client_order_id not in moved
    assert other.quantity == 1
    assert moved.get(other.client_order_id, other.trigger_price) == 97


def test_i13_a_stop_that_cannot_be_made_small_enough_is_taken_out() -> None:
    """The venue would refuse to shrink it, and a stop a hundred times the holding turns it."""
    wire = guarded(
        {0: (enter(stop_price=95.0),), 1: (enter("99", side=Side.SELL),)},
        rules={"min_notional": Decimal(5)},
    )
    wire.bar(100)

    wire.fill("entry", "0.99")

    assert wire.holding.quantity == Decimal("0.01")
    assert wire.canceled == [wire.last("stop").client_order_id]
    assert wire.amended == []


def test_an_entry_that_turns_the_position_by_too_little_to_trade_leaves_nothing() -> None:
    """Found by the dice: taking the old stop out, held here, had the new rest written off."""
    script = {0: (enter(stop_price=95.0),), 1: (enter("101", side=Side.SELL, stop_price=105.0),)}
    wire = Wire(Scripted(script), capability=NO_STOPS, rules={"min_notional": Decimal(5)})
    wire.bar(100)
    wire.fill("entry", "1")
    wire.bar(100)

    told = wire.fill("entry", "1.01")

    assert told[-1] == "anomaly dust"
    assert wire.holding.is_flat
    assert wire.engine.desk.warden.guards == {}
