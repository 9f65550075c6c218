"""A venue whose process ended takes its orders back, and goes on as if it had not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from argonaut.domain.order import Order
from argonaut.venues.sim import VolumeParticipation
from tests.venues.sim.stage import TEN_BP, Stage, instrument, order

BARS = ((100, 101, 99, 100), (100, 100, 97.5, 98), (98, 104, 98, 103), (103, 106, 102, 104))


def restarted(stage: Stage) -> Stage:
    """Return a venue made anew with the balances and orders of another."""
    fresh = Stage(balances={}, fees=TEN_BP, venue_id="again")  # no fill has the name of another
    for asset, amount in stage.venue.balances.items():
        fresh.venue.deposit(asset, amount)
    fresh.orders, fresh.now_ns = stage.orders, stage.now_ns
    for each in stage.orders.values():
        if not each.is_final:
            fresh.venue.restore(each, fresh.now_ns)
    return fresh


WISHES: tuple[Order, ...] = (
    order("limit", "buy", "limit", price="98"),
    order("stop", "sell", "stop", trigger_price="98"),
    order("stop-limit", "buy", "stop_limit", trigger_price="103", price="103.5"),
    order("reduce", "sell", "stop", trigger_price="98", reduce_only=True),
    order("market", "buy"),
    order("cash", "buy", quote_quantity="500", quantity="100"),
)


@pytest.mark.parametrize("wish", WISHES, ids=lambda each: each.client_order_id)
@pytest.mark.parametrize("cut", [0, 1, 2])
def test_an_order_ends_as_without_a_restart(wish: Order, cut: int) -> None:
    """The same fills at the same prices with the same fees, and the same money."""
    whole, stage = Stage(fees=TEN_BP), Stage(fees=TEN_BP)
    for each in (whole, stage):
        each.bar(100, 100, 100, 100)
        each.send(wish)
    for number, bar in enumerate(BARS):
        if number == cut:
            stage = restarted(stage)
        whole.bar(*bar)
        stage.bar(*bar)

    ours, theirs = stage.orders[wish.client_order_id], whole.orders[wish.client_order_id]
    assert (ours.status, ours.filled, ours.filled_quote) == (
        theirs.status,
        theirs.filled,
        theirs.filled_quote,
    )
    assert stage.venue.balances == whole.venue.balances


def test_a_triggered_stop_is_not_asked_to_trigger_again() -> None:
    stage = Stage(participation=VolumeParticipation())
    stage.trade(100)
    stage.send(order("s", "sell", "stop", trigger_price="98"))
    stage.trade(98, quantity=0.3)
    assert stage.orders["s"].filled == Decimal("0.3")
    fresh = restarted(stage)
    fresh.trade(99)

    assert fresh.orders["s"].is_final


def test_a_group_that_is_restored_is_one_again() -> None:
    stage = Stage()
    stage.bar(100, 100, 100, 100)
    stage.send(order("stop", "sell", "stop", trigger_price="95", oco_group="g"))
    stage.send(order("target", "sell", "limit", price="105", oco_group="g"))
    fresh = restarted(stage)
    fresh.bar(100, 106, 100, 105)

    assert [each.status.value for each in fresh.orders.values()] == ["canceled", "filled"]


def test_what_it_reserves_is_reserved_again() -> None:
    stage = Stage()
    stage.bar(100, 100, 100, 100)
    stage.send(order("limit", "buy", "limit", price="90"))
    free = stage.venue.available("USDT")
    fresh = restarted(stage)

    assert fresh.venue.available("USDT") == free - Decimal("0.09")  # it charges ten basis points


def test_an_instrument_that_comes_later_is_traded_and_one_that_is_there_is_left_alone() -> None:
    stage = Stage()
    stage.bar(100, 100, 100, 100)
    stage.send(order("limit", "buy", "limit", price="90"))
    later = instrument(instrument_id="NEW/USDT@sim", base="NEW")
    for each in (instrument(), later):
        stage.venue.list_instrument(each)
    stage.send(order("new", "buy", instrument_id="NEW/USDT@sim", decision_price="5"))

    assert set(stage.venue.working) == {"COIN/USDT@sim", "NEW/USDT@sim"}
    assert not stage.orders["limit"].is_final
