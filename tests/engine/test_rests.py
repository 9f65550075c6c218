"""What is too little for a stop: it grows, or it is left."""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.order import OrderType
from tests.stories.stage import Script, Scripted, enter
from tests.stories.wire import Wire

D = Decimal
# One at 100 and a stop at 90: what is worth 5 at the market is worth 4.5 there.
GUARDED: Script = {0: (enter("100", stop_price=90.0),)}
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
