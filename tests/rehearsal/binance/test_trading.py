"""Endpoints that change orders."""

from decimal import Decimal

import pytest

from argonaut.rehearsal.binance.errors import RefusalError
from tests.rehearsal.binance.client import Client, order

D = Decimal


def test_a_tried_order_changes_nothing():
    """/order/test checks and forgets."""
    client = Client()

    assert client.ok("POST", "/api/v3/order/test", **order(price=99, quantity=1)) == {}
    assert client.refused("POST", "/api/v3/order/test", **order(price=99, quantity=0))[0] == -1013
    assert not client.state.matching.table.all


def test_an_order_that_is_gone_cannot_be_cancelled():
    """F15: -2011 says nothing about whether it was filled; a query does."""
    client = Client()
    done = client.order("BUY", "MARKET", quantity="1")

    for sent in ({"orderId": done["orderId"]}, {"orderId": 1}, {"origClientOrderId": "who"}):
        refused = client.refused("DELETE", "/api/v3/order", symbol="BTCUSDT", **sent)
        assert refused == (-2011, "Unknown order sent.")


def test_a_cancel_names_its_order():
    """By one id, or by two that belong together."""
    client = Client()
    placed = client.order(price="99", quantity="1", newClientOrderId="mine")
    path = "/api/v3/order"

    assert client.refused("DELETE", path, symbol="BTCUSDT")[0] == -1102
    assert client.refused("DELETE", path, symbol="ETHUSDT", orderId=placed["orderId"])[0] == -2011
    both = {"orderId": placed["orderId"], "origClientOrderId": "other"}
    assert client.refused("DELETE", path, symbol="BTCUSDT", **both)[0] == -2039


def test_a_cancel_may_be_restricted():
    """Only what has not begun to fill."""
    client = Client()
    placed = client.order(price="100", quantity="1.5")
    sent = {"symbol": "BTCUSDT", "orderId": placed["orderId"]}

    new = client.refused("DELETE", "/api/v3/order", cancelRestrictions="ONLY_NEW", **sent)
    odd = client.refused("DELETE", "/api/v3/order", cancelRestrictions="NEVER", **sent)
    client.ok("DELETE", "/api/v3/order", cancelRestrictions="ONLY_PARTIALLY_FILLED", **sent)

    assert new == (-2011, "Order was not canceled due to cancel restrictions.")
    assert odd[0] == -1145


def test_cancel_all_takes_every_order_of_the_symbol():
    """And is refused when there is none."""
    client = Client()
    client.order(price="99", quantity="1")
    client.order("SELL", "STOP_LOSS", quantity="1", stopPrice="90")

    rows = client.ok("DELETE", "/api/v3/openOrders", symbol="BTCUSDT")

    assert [each["status"] for each in rows] == ["CANCELED", "CANCELED"]
    assert client.refused("DELETE", "/api/v3/openOrders", symbol="BTCUSDT")[0] == -2011


def test_a_quote_sized_order_wants_a_book():
    """With nobody selling there is nothing to buy."""
    client = Client()
    client.move(asks=())

    refused = client.no_order("BUY", "MARKET", quoteOrderQty="100")

    assert refused == (-2010, "Order book liquidity is less than symbol minimum quantity.")


def test_a_hand_trade_is_an_order_of_the_same_account():
    """F31: the bot sees an id that is none of its own."""
    client = Client()

    bought = client.venue.hand_trade("BTCUSDT", "BUY", D("0.5"), client.now_ns)
    resting = client.venue.hand_trade("BTCUSDT", "SELL", D(1), client.now_ns, price=D(110))

    assert bought.client_id.startswith("web_")
    assert client.free("BTC") == (D("9.4995"), D(1))
    assert client.venue.hand_cancel("BTCUSDT", resting.order_id, client.now_ns)
    assert not client.venue.hand_cancel("BTCUSDT", resting.order_id, client.now_ns)
    with pytest.raises(RefusalError):
        client.venue.hand_trade("BTCUSDT", "SELL", D(99), client.now_ns)
    with pytest.raises(RefusalError):
        client.venue.transfer("USDT", D(-99_999), client.now_ns)
