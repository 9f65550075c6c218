"""The order table: ids, groups, what is reserved together."""

from decimal import Decimal

import pytest

from argonaut.domain.ids import ClientOrderId
from argonaut.domain.number import ONE
from argonaut.venues.sim import VolumeParticipation
from argonaut.venues.sim import orders as orders_module
from argonaut.venues.sim.errors import SimVenueError
from argonaut.venues.sim.orders import JOINS_MAX, Orders
from argonaut.venues.sim.working import STAGE_OF, Working
from tests.venues.sim.stage import COIN, instrument, order


def table() -> Orders:
    return Orders([instrument()], VolumeParticipation())


def add(orders: Orders, name: str, side: str, quantity="1", rate=ONE, **fields) -> Working:
    sent = order(name, side, quantity=quantity, **fields)
    is_buy = side == "buy"
    made = Working(
        sent,
        STAGE_OF[sent.order_type],
        is_buy=is_buy,
        seq=orders.seq + 1,
        active_ns=0,
        leaves=sent.quantity,
        reserve_rate=rate,
        reference=None,
    )
    orders.add(orders.markets[COIN], made)
    return made


def test_a_market_is_working_while_it_has_orders():
    orders = table()
    first, second = add(orders, "a", "buy"), add(orders, "b", "buy")
    orders.drop(first)
    assert list(orders.working) == [COIN]

    orders.drop(second)
    assert orders.working == {}
    assert orders.by_id == {}


def test_an_instrument_is_listed_once():
    with pytest.raises(SimVenueError, match="listed twice"):
        Orders([instrument(), instrument()], VolumeParticipation())


def test_ids_are_remembered_within_a_bound(monkeypatch):
    monkeypatch.setattr(orders_module, "_IDS_KEPT", 3)
    orders = table()
    for number in range(10):
        orders.drop(add(orders, f"o{number}", "buy"))

    assert orders.has_seen(ClientOrderId("o9"))
    assert orders.has_seen(ClientOrderId("o7"))
    assert not orders.has_seen(ClientOrderId("o0"))


def test_siblings_are_the_others_of_the_group():
    orders = table()
    first = add(orders, "a", "buy", oco_group="g")
    second = add(orders, "b", "sell", oco_group="g")
    alone = add(orders, "c", "sell")

    assert orders.siblings(first) == [second]
    assert orders.siblings(alone) == []
    orders.drop(second)
    assert orders.siblings(first) == []


def test_reserved_is_a_sum_over_orders_and_a_maximum_within_a_group():
    orders = table()
    alone = add(orders, "a", "sell", "2")
    first = add(orders, "b", "sell", "3", oco_group="g")
    add(orders, "c", "sell", "4", oco_group="g")
    add(orders, "d", "buy", "1", rate=Decimal(100))

    assert orders.reserved("COIN") == 6
    assert orders.reserved("USDT") == 100
    assert orders.reserved("ELSE") == 0
    assert orders.reserved("COIN", beside=alone) == 4
    assert orders.reserved("COIN", beside=first, group="g") == 2


def test_what_a_group_has_left_is_known_for_an_instant_and_a_few_orders():
    orders = table()
    assert orders.left_of_group("g", 5) is None

    orders.note_group_fill("g", Decimal(2), 5)
    assert orders.left_of_group("g", 6) is None
    assert orders.left_of_group("h", 5) is None
    assert [orders.left_of_group("g", 5) for _ in range(JOINS_MAX + 1)] == [2] * JOINS_MAX + [None]

    orders.note_group_fill("h", Decimal(1), 7)
    assert orders.left_of_group("g", 7) is None
    assert orders.left_of_group("h", 7) == 1
