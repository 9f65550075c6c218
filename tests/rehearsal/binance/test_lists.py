"""One cancels the other, at the venue."""

from decimal import Decimal

import pytest

from tests.rehearsal.binance.client import Client

D = Decimal
OCO = {
    "symbol": "BTCUSDT",
    "side": "SELL",
    "quantity": "4",
    "aboveType": "LIMIT_MAKER",
    "abovePrice": "110",
    "belowType": "STOP_LOSS",
    "belowStopPrice": "90",
    "listClientOrderId": "bracket",
}


def placed() -> tuple[Client, dict]:
    client = Client()
    return client, client.ok("POST", "/api/v3/orderList/oco", **OCO)


def test_a_pair_locks_what_one_of_them_needs():
    """Both together can never sell eight."""
    client, told = placed()

    assert [each["type"] for each in told["orderReports"]] == ["LIMIT_MAKER", "STOP_LOSS"]
    assert (told["contingencyType"], told["listOrderStatus"]) == ("OCO", "EXECUTING")
    assert client.free("BTC") == (D(6), D(4))


def test_a_target_that_fills_a_little_ends_the_stop():
    """From then on what is left of the target stands alone: a position without a stop."""
    client, told = placed()

    client.move(bids=(("110", "1"),), asks=(("111", "1"),), trades=(("110", "1"),))

    target, stop = (
        client.ok("GET", "/api/v3/order", symbol="BTCUSDT", orderId=each["orderId"])
        for each in told["orders"]
    )
    assert (target["status"], target["executedQty"]) == ("PARTIALLY_FILLED", "1.00000000")
    assert (stop["status"], stop["expiryReason"]) == ("EXPIRED", "OCO_TRIGGER")
    assert client.free("BTC") == (D(6), D(3))


def test_a_stop_that_triggers_ends_the_target():
    """And the list is told to be done."""
    client, _told = placed()

    client.move(bids=(("89", "9"),), asks=(("89.5", "1"),), trades=(("89.9", "1"),))

    assert client.events("listStatus")[-1]["L"] == "ALL_DONE"
    assert client.ok("GET", "/api/v3/openOrderList") == []
    assert client.ok("GET", "/api/v3/openOrders") == []
    assert client.free("BTC") == (D(6), D(0))


def test_to_cancel_one_is_to_cancel_both():
    """By the order's id, by the list's, or all at once."""
    client, told = placed()
    client.ok("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=told["orders"][0]["orderId"])
    assert client.free("BTC") == (D(10), D(0))

    for path in ("/api/v3/orderList", "/api/v3/openOrders"):
        client, told = placed()
        sent = {"listClientOrderId": "bracket"} if path.endswith("List") else {}
        body = client.ok("DELETE", path, symbol="BTCUSDT", **sent)
        row = body if path.endswith("List") else body[0]
        assert [each["status"] for each in row["orderReports"]] == ["CANCELED"] * 2
        assert client.events("listStatus")[-1]["L"] == "ALL_DONE"


def test_lists_can_be_looked_up():
    """By either id; an unknown one is told as such."""
    client, told = placed()
    path = "/api/v3/orderList"

    assert client.ok("GET", path, origClientOrderId="bracket")["orders"] == told["orders"]
    assert (
        client.ok("GET", path, orderListId=told["orderListId"])
        == client.ok("GET", "/api/v3/openOrderList")[0]
    )
    assert len(client.ok("GET", "/api/v3/allOrderList")) == 1
    assert client.refused("GET", path, orderListId=99)[0] == -2018
    client.ok("DELETE", path, symbol="BTCUSDT", orderListId=told["orderListId"])
    sent = {"symbol": "BTCUSDT", "orderListId": told["orderListId"]}
    assert client.refused("DELETE", path, **sent)[0] == -2011


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"aboveType": "LIMIT"}, -1158),
        ({"belowType": "LIMIT_MAKER", "belowPrice": "90", "belowStopPrice": None}, -1168),
        ({"aboveType": "STOP_LOSS", "abovePrice": None, "aboveStopPrice": "110"}, -1158),
        ({"side": "BUY"}, -1165),
        ({"belowStopPrice": "105"}, -2010),
        ({"quantity": "11"}, -2010),
        ({"belowType": "STOP_LOSS_LIMIT", "belowPrice": "89"}, -1102),
        ({"side": None}, -1102),
        ({"aboveType": None}, -1102),
        ({"aboveClientOrderId": "a", "belowClientOrderId": "a"}, -2010),
    ],
)
def test_what_makes_no_pair_is_refused_whole(sent, code):
    """Half a bracket would be worse than none."""
    client = Client()
    asked = {name: value for name, value in {**OCO, **sent}.items() if value is not None}

    assert client.refused("POST", "/api/v3/orderList/oco", **asked)[0] == code
    assert not client.state.matching.table.open


def test_a_sell_wants_its_profit_above():
    """A profit below the price of a sell is a stop by another name."""
    client = Client()
    wrong = {**OCO, "aboveType": "STOP_LOSS", "aboveStopPrice": "110"}
    del wrong["abovePrice"]
    wrong |= {"belowType": "TAKE_PROFIT", "belowStopPrice": "90"}

    assert client.refused("POST", "/api/v3/orderList/oco", **wrong)[0] == -1166
