"""What each order type wants, and how the venue says what is wrong with a request."""

import pytest

from tests.rehearsal.binance.client import Client

FINE = {"side": "BUY", "kind": "LIMIT", "quantity": "1", "price": "99"}


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"symbol": "XYZUSDT"}, -1121),
        ({"symbol": "btcusdt"}, -1100),
        ({"side": "LONG"}, -1117),
        ({"side": None}, -1102),
        ({"kind": "OCO"}, -1116),
        ({"kind": None}, -1102),
        ({"timeInForce": "GTX"}, -1115),
        ({"timeInForce": None}, -1102),
        ({"price": None}, -1102),
        ({"price": "0"}, -1013),
        ({"price": "-5"}, -1100),
        ({"price": "1e12"}, -1100),
        ({"quantity": None}, -1102),
        ({"quantity": "-1"}, -1100),
        ({"quantity": "0.000000001"}, -1111),
        ({"quoteOrderQty": "10"}, -1106),
        ({"stopPrice": "98"}, -1106),
        ({"kind": "MARKET", "price": "99"}, -1106),
        ({"kind": "MARKET", "price": None, "timeInForce": "GTC"}, -1106),
        ({"kind": "MARKET", "price": None, "quantity": None}, -1102),
        ({"kind": "MARKET", "price": None, "quoteOrderQty": "10"}, -1128),
        ({"kind": "STOP_LOSS", "price": None}, -1102),
        ({"icebergQty": "0.5"}, -1014),
        ({"trailingDelta": "100"}, -1014),
        ({"newOrderRespType": "ALL"}, -1130),
        ({"selfTradePreventionMode": "NEVER"}, -1130),
        ({"strategyType": "5"}, -1134),
        ({"newClientOrderId": "no spaces"}, -1100),
        ({"reduceOnly": "true"}, -1104),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_with_its_code(sent, code):
    """And nothing of it reaches the book."""
    client = Client()
    asked = {**FINE, **sent}

    refused = client.refused("POST", "/api/v3/order", **_named(asked))

    assert refused[0] == code
    assert not client.state.matching.table.all


def _named(asked: dict) -> dict:
    given = {"symbol": "BTCUSDT", "type": asked.pop("kind"), **asked}
    if given["type"] == "LIMIT":
        given = {"timeInForce": "GTC", **given}
    return {name: value for name, value in given.items() if value is not None}


def test_the_answer_tells_as_much_as_was_asked_for():
    """ACK is the least; of a market order everything is told by default."""
    client = Client()
    keys = {
        kind: set(client.ok("POST", "/api/v3/order", **_named({**FINE, "newOrderRespType": kind})))
        for kind in ("ACK", "RESULT", "FULL")
    }
    stop = _named({"side": "SELL", "kind": "STOP_LOSS", "quantity": "1", "stopPrice": "90"})

    assert "status" not in keys["ACK"]
    assert keys["FULL"] - keys["RESULT"] == {"fills"}
    assert "fills" in client.ok("POST", "/api/v3/order", **_named(dict(FINE)))
    assert "status" not in client.ok("POST", "/api/v3/order", **stop)


def test_what_was_sent_along_comes_back():
    """Strategy numbers and the prevention mode are shown with the order."""
    told = Client().order(
        price="99",
        quantity="1",
        strategyId="7",
        strategyType="1000001",
        selfTradePreventionMode="EXPIRE_TAKER",
    )

    assert (told["strategyId"], told["strategyType"]) == (7, 1_000_001)
    assert told["selfTradePreventionMode"] == "EXPIRE_TAKER"
