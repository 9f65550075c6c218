"""What is too little for a stop: it grows, or it is left."""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.order import Canceled, OrderType, Side
from argonaut.engine.core import Engine
from argonaut.engine.recovery import fold
from tests.stories.stage import BTC, SECOND_NS, Script, Scripted, enter, leave
from tests.stories.wire import Wire, anomalies

D = Decimal
# One at 100 and a stop at 90: what is worth 5 at the market is worth 4.5 there.
GUARDED: Script = {0: (enter("100", stop_price=90.0),)}
FOLDING = {"folds": True}
RULES = {"min_notional": D(5), "lot_size": D("0.001"), "min_quantity": D("0.001")}


def bought(quantity: str) -> Wire:
    wire = Wire(Scripted(GUARDED), rules=RULES)
    wire.bar(100)
    wire.fill("entry", quantity)
    return wire


def test_i12_what_is_too_little_for_a_stop_is_left_when_no_more_is_to_come() -> None:
    wire = bought("0.052")
    while_it_works = wire.wait(5)
    wire.expire("entry")
    told = wire.wait(1)

    assert while_it_works == []
    assert told == ["exit approved: 0.052"]
    assert wire.last("exit").order_type is OrderType.MARKET
    assert wire.last("exit").tag == "unprotected"


def test_i12_a_whole_entry_that_its_fee_made_too_little_for_a_stop_is_left() -> None:
    """The gate measures it before the fee: 0.056 at 90 is 5.04, and 0.055 is 4.95."""
    script: Script = {0: (enter("5.6", stop_price=90.0),)}
    wire = Wire(Scripted(script), rules=RULES)
    wire.bar(100)
    wire.fill("entry", "0.056", fee=D("0.001"), fee_asset="BTC")

    assert wire.wait(1) == ["exit approved: 0.055"]


def test_i12_what_an_exit_leaves_too_little_of_for_a_stop_follows_it() -> None:
    """A thin book took most of it; the rest may not wait bare for the next price (seed 50939)."""
    wire = bought("1")
    wire.accept("stop")
    wire.fill("stop", "0.948")
    wire.expire("stop")

    assert wire.wait(1) == ["exit approved: 0.052"]


def test_what_nobody_buys_is_offered_again_and_not_in_a_hurry() -> None:
    wire = bought("0.052")
    wire.expire("entry")
    wire.wait(1)
    wire.expire("exit")

    assert wire.wait(1) == []
    assert wire.wait(2) == ["exit approved: 0.052"]


def test_what_a_stop_can_protect_is_kept() -> None:
    wire = bought("0.056")  # 5.04 at the stop
    wire.expire("entry")

    assert wire.wait(5) == []
    assert wire.last("stop").quantity == D("0.056")


# what nobody wanted


BARE: Script = {0: (enter(),), 1: (leave(),), 2: (leave(),)}


def sold_twice() -> Wire:
    """A long whose exit was canceled, as it was told, and filled after all beside the next one."""
    wire = Wire(Scripted(BARE), setup=FOLDING)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.bar(100)
    first = wire.last("exit")
    wire.cancel(first)
    wire.bar(100)
    wire.fill("exit", "0.8")
    wire.fill(first, "0.4")
    return wire


def test_what_nobody_wanted_is_left_once_the_exit_beside_it_is_out() -> None:
    """That one still works, on the side that would make it larger."""
    wire = sold_twice()
    opened, exits = wire.holding.quantity, len(wire.sent)
    wire.cancel("exit")
    told = wire.wait(1)

    assert (opened, exits) == (D("-0.2"), 3)
    assert anomalies(wire) == ["overclosed", "late fill"]
    assert told == ["exit approved: 0.2"]
    assert (wire.last("exit").side, wire.last("exit").tag) == (Side.BUY, "unprotected")


def test_what_nobody_wanted_is_offered_again_where_nobody_took_it() -> None:
    """It has no guard that would ask for it once more."""
    wire = sold_twice()
    wire.cancel("exit")
    wire.wait(1)
    wire.expire("exit")
    told = [*wire.wait(1), *wire.wait(2)]
    wire.fill("exit", "0.2")

    assert told == ["exit approved: 0.2"]
    assert wire.holding.is_flat
    assert wire.wait(60) == []


def test_i19_what_nobody_wanted_is_left_after_a_crash_before_it_could_go() -> None:
    wire = sold_twice()
    wire.cancel("exit")
    engine = Engine(Wire(Scripted({}), setup=FOLDING).setup)
    fold(engine, wire.journal.rows[:-1])
    engine.desk.on_report(Canceled(client_order_id=wire.sent[-1].client_order_id, event_ns=0))

    engine.desk.exits.go_on()
    engine.account.now_ns += SECOND_NS
    engine.desk.exits.retry()

    assert engine.book.holding(wire.holding.strategy_id, BTC).exiting == D("0.2")


def test_a_start_looks_for_what_nobody_wanted_though_nothing_waits_for_it() -> None:
    """Whatever was lost of the waits: they are no row of their own."""
    wire = sold_twice()
    wire.cancel("exit")
    key = (wire.holding.strategy_id, BTC)
    wire.engine.desk.exits._later.done(key)
    wire.timers.clear()
    for command in wire.engine.audit():
        wire.keep(command)

    assert wire.wait(1) == ["exit approved: 0.2"]


def test_a_limit_exit_of_what_nobody_wanted_makes_way() -> None:
    """It is to go now, and not at a price."""
    at_limit = leave(order_type=OrderType.LIMIT, limit_price=90.0)
    wire = Wire(Scripted({**BARE, 2: (at_limit,)}))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.bar(100)
    first = wire.last("exit")
    wire.fill(first, "1")
    wire.fill(first, "0.4")
    wire.reject("exit")
    wire.bar(100)
    resting = wire.last("exit")
    wire.wait(3)
    wire.cancel("exit")

    assert resting.order_type is OrderType.LIMIT
    assert wire.canceled == [resting.client_order_id]
    assert wire.wait(1) == ["exit approved: 0.4"]
    assert wire.last("exit").order_type is OrderType.MARKET


def test_a_limit_exit_of_what_nobody_wanted_that_waits_goes_at_the_market() -> None:
    """It waits for a stop to go; by then more is held than it was to close."""
    at_limit = leave("0.5", order_type=OrderType.LIMIT, limit_price=105.0)
    script: Script = {
        0: (enter(side=Side.SELL, stop_price=105.0),),
        1: (enter("200", stop_price=95.0),),
        2: (at_limit,),
    }
    wire = Wire(Scripted(script))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("stop")
    old = wire.last("stop")
    wire.bar(100)
    wire.fill("entry", "2")
    wire.accept("stop")
    wire.bar(100)
    wire.fill(old, "1")
    wire.cancel("stop")

    assert wire.holding.quantity == 2
    assert wire.last("exit").order_type is OrderType.MARKET
    wire.fill("exit", "0.5")
    assert wire.wait(1) == ["exit approved: 1.5"]
