"""Questions about the account: answered whole, or not at all; a lie is no answer."""

import asyncio
from decimal import Decimal

import pytest
from aiohttp import web

from argonaut.domain.order import OrderStatus
from argonaut.domain.venue_view import NoAnswer, NotFound, VenueOrder
from argonaut.venues.binance.account import Account
from tests.venues.binance.made import BTC, ETH, T_MS, T_NS, ManualClock, message, order, rules
from tests.venues.binance.stub import Stub, answer, asking

GET_ORDER = ("GET", "/api/v3/order")
GONE = answer({"code": -2013, "msg": "Order does not exist."}, 400)


def told(question, **replies):
    """Ask the account; `replies` are by the last part of the path."""

    async def run():
        stub = Stub()
        for name, reply in replies.items():
            stub.replies["GET", f"/api/v3/{name}"] = reply
        async with asking(stub, ManualClock()) as (_, client):
            return await question(Account(client, {BTC: rules()})), stub

    return asyncio.run(run())


def test_an_order_is_found_by_our_own_id():
    found, stub = told(lambda account: account.find(order()))

    assert isinstance(found, VenueOrder)
    assert found.status is OrderStatus.PARTIALLY_FILLED
    assert stub.requests(*GET_ORDER)[0]["origClientOrderId"] == "trend-k1-1-e"


def test_what_our_id_does_not_find_the_venues_id_may():
    """R3: an order that was acknowledged is not given up for one answer."""

    async def by_id(request):
        known = "orderId" in request.query
        return await (answer(message("rest", "order")) if known else GONE)(request)

    found, stub = told(lambda account: account.find(order(venue_order_id="4001")), order=by_id)

    assert isinstance(found, VenueOrder)
    assert [
        sorted({"orderId", "origClientOrderId"} & set(each)) for each in stub.requests(*GET_ORDER)
    ] == [
        ["origClientOrderId"],
        ["orderId"],
    ]


@pytest.mark.parametrize("venue_id", [None, "local", "4001"])
def test_an_order_nobody_knows_is_not_found(venue_id):
    found, stub = told(lambda account: account.find(order(venue_order_id=venue_id)), order=GONE)

    assert found == NotFound(detail="-2013 Order does not exist.")
    assert len(stub.asked) == (2 if venue_id == "4001" else 1)


@pytest.mark.parametrize(
    "reply",
    [
        answer("", 500),
        answer({"code": -1003, "msg": "wait"}, 429),
        answer("<html>", 404),
        answer({**message("rest", "order"), "status": "SETTLED"}),
        answer({**message("rest", "order"), "clientOrderId": "another"}),
        answer({**message("rest", "order"), "symbol": "ETHBTC"}),
        answer("[]"),
    ],
)
def test_a_question_that_is_not_answered_well_has_no_answer(reply):
    """Taken for not found, it would free money that an order may spend."""
    found, _ = told(lambda account: account.find(order()), order=reply)

    assert isinstance(found, NoAnswer)


def test_open_orders_are_those_of_all_our_instruments():
    found, _ = told(lambda account: account.open_orders())

    assert [each.client_order_id for each in found] == ["trend-k1-1-e"]


@pytest.mark.parametrize(
    "reply",
    [
        answer("", 503),
        answer([{**message("rest", "order"), "symbol": "ETHBTC"}]),
        answer([{**message("rest", "order"), "status": "?"}]),
        answer({}),
    ],
)
def test_half_a_list_of_open_orders_is_no_answer(reply):
    found, _ = told(lambda account: account.open_orders(), openOrders=reply)

    assert isinstance(found, NoAnswer)


def test_fills_are_told_with_their_fees():
    found, _ = told(lambda account: account.fills(BTC, T_NS))

    assert [(each.fill_id, each.fee, each.fee_asset) for each in found] == [
        ("7001", Decimal("0.00000400"), "BTC")
    ]


@pytest.mark.parametrize(
    "reply", [answer("", 500), answer([{**message("rest", "own_trades")[0], "qty": "0"}])]
)
def test_fills_that_cannot_be_are_no_answer(reply):
    found, _ = told(lambda account: account.fills(BTC, T_NS), myTrades=reply)

    assert isinstance(found, NoAnswer)


def test_balances_hold_all_that_happened_before_they_were_asked_for():
    found, _ = told(lambda account: account.balances())

    assert found.total == {"BTC": Decimal("0.6"), "USDT": Decimal(1000)}
    assert found.as_of_ns == T_MS * 1_000_000


@pytest.mark.parametrize("reply", [answer("", 500), answer({"balances": []})])
def test_balances_that_are_not_told_are_no_answer(reply):
    """Zero would be taken for a theft."""
    found, _ = told(lambda account: account.balances(), account=reply)

    assert isinstance(found, NoAnswer)


def test_an_instrument_of_nobody_has_no_answer():
    for question in (
        lambda account: account.find(order(instrument_id=ETH)),
        lambda account: account.fills(ETH, 0),
    ):
        found, stub = told(question)
        assert isinstance(found, NoAnswer)
        assert not stub.asked


def test_an_answer_with_a_key_twice_is_no_answer():
    """F24 on REST: which of the two statuses would be the order's?"""

    async def twice(request):
        body = answer(message("rest", "order"))
        whole = str((await body(request)).text)
        return web.Response(text=whole[:-1] + ',"status":"FILLED"}')

    found, _ = told(lambda account: account.find(order()), order=twice)

    assert isinstance(found, NoAnswer)
