"""Units the venue has locked for an order that nothing shows (rule R3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from argonaut.domain.order import Order, OrderStatus, OrderType, Side
from argonaut.execution.reconcile.locks import unexplained_locks
from tests.execution.reconcile.test_absence import BOUND_S, lost
from tests.execution.reconcile.two_sides import BTC, ETH, Account, Rounds, Truth, order_named

S = OrderStatus
D = Decimal


def stop_lost(**fields: Any) -> tuple[Account, Truth, Rounds, Order]:
    given = {"side": Side.SELL, "order_type": OrderType.STOP, "price": None}
    return lost(**given | {"trigger_price": D(90), "quantity": "2"} | fields)


def test_what_it_would_lock_is_locked_by_nobody_shown_so_it_is_there() -> None:
    """F36: every list and look-up denies a stop for minutes; a second one would be placed."""
    ours, _, rounds, order = stop_lost()

    for _ in range(20):
        rounds.round(after_s=BOUND_S, locked={"BTC": D(2)})
    kept = ours.orders[order.client_order_id].status
    for _ in range(2):
        rounds.round(after_s=BOUND_S, locked={})

    assert kept is S.UNKNOWN
    assert ours.orders[order.client_order_id].status is S.REJECTED, "nothing is locked any more"


@pytest.mark.parametrize("locked", ["1.9", "2.5"])
def test_locks_that_orders_shown_explain_are_none_of_its(locked: str) -> None:
    ours, truth, rounds, order = stop_lost()
    truth.has(order_named("web-1", quantity="1.5", side=Side.SELL), "77")

    for _ in range(3):
        rounds.round(after_s=BOUND_S, locked={"BTC": D(locked)})

    assert ours.orders[order.client_order_id].status is S.REJECTED


def test_orders_of_two_instruments_with_one_number_lock_both() -> None:
    """Each instrument's orders are numbered on their own; neither hides what the other locks."""
    ours, truth = Account(BTC, ETH, USDT="1000"), Truth(USDT="1000")
    listed = tuple(
        truth.has(order_named("web-1", "1", instrument_id=each), "7") for each in (BTC, ETH)
    )
    said = truth.said(ours, open_orders=listed, locked={"USDT": D(250)})

    assert unexplained_locks(ours, said) == {"USDT": D(50)}


def test_a_buy_locks_what_it_may_spend() -> None:
    ours, _, rounds, order = lost()

    for _ in range(4):
        rounds.round(after_s=BOUND_S, locked={"USDT": D(100)})

    assert ours.orders[order.client_order_id].status is S.UNKNOWN


def test_what_was_locked_before_there_was_a_doubt_belongs_to_somebody_else() -> None:
    """An order by hand at an instrument that we do not trade locks the same quote."""
    ours, truth = Account(USDT="1000"), Truth(USDT="1000")
    rounds = Rounds(ours, truth)
    rounds.round(locked={"USDT": D(300)})
    order = ours.place(order_named("trend-1-1-e"))
    ours.lose_track(order)

    for _ in range(4):
        rounds.round(after_s=BOUND_S, locked={"USDT": D(300)})

    assert ours.orders[order.client_order_id].status is S.REJECTED


def test_a_market_order_locks_nothing_that_lasts() -> None:
    ours, _, rounds, order = lost(order_type=OrderType.MARKET, price=None)

    for _ in range(3):
        rounds.round(after_s=BOUND_S, locked={"USDT": D(500)})

    assert ours.orders[order.client_order_id].status is S.REJECTED


def test_without_the_list_of_open_orders_nothing_can_be_said_of_locks() -> None:
    ours, truth = Account(USDT="1000"), Truth(USDT="1000")

    assert unexplained_locks(ours, truth.said(ours)) is None
    assert unexplained_locks(ours, truth.said(ours, locked={}, open_orders=None)) is None
    assert unexplained_locks(ours, truth.said(ours, locked={"USDT": D(5)})) == {"USDT": D(5)}


def test_an_order_that_was_looked_up_explains_its_lock_like_one_that_was_listed() -> None:
    """A list that is cut short shows the first order only."""
    ours, truth = Account(USDT="1000"), Truth(USDT="1000")
    order = ours.place(order_named("trend-1-1-e"), known_as="7")
    truth.has(order, "7")

    said = truth.said(ours, locked={"USDT": D(100)}, open_orders=())

    assert unexplained_locks(ours, said) == {}
