"""The filters of a symbol, each from its last good value to its first bad one."""

import msgspec
import pytest

from tests.rehearsal.binance.client import BTC, ETH, Client

LIMIT = {"side": "BUY", "kind": "LIMIT", "quantity": "1", "price": "99"}


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ({"price": "99.005"}, "PRICE_FILTER"),
        ({"price": "1000000.01"}, "PRICE_FILTER"),
        ({"price": "19.99"}, "PERCENT_PRICE_BY_SIDE"),
        ({"price": "500.01"}, "PERCENT_PRICE_BY_SIDE"),
        ({"quantity": "1.000005"}, "LOT_SIZE"),
        ({"quantity": "0.000001"}, "LOT_SIZE"),
        ({"quantity": "9000.1"}, "LOT_SIZE"),
        ({"quantity": "0.05"}, "NOTIONAL"),
        ({"kind": "MARKET", "price": None, "quantity": "100.1"}, "MARKET_LOT_SIZE"),
        ({"kind": "MARKET", "price": None, "quantity": "0.04"}, "NOTIONAL"),
        ({"kind": "STOP_LOSS", "price": None, "stopPrice": "101.001"}, "PRICE_FILTER"),
    ],
)
def test_a_broken_filter_is_named(sent, name):
    """F25: what our own last gate lets slip, the venue refuses and says why."""
    assert Client().no_order(**{**LIMIT, **sent}) == (-1013, f"Filter failure: {name}")


@pytest.mark.parametrize(
    "sent",
    [
        {"price": "20"},
        {"quantity": "0.05051"},
        {"kind": "MARKET", "price": None, "quantity": "0.05"},
        {"kind": "MARKET", "price": None, "quantity": None, "quoteOrderQty": "5"},
    ],
)
def test_the_last_good_value_passes(sent):
    """A filter that is one step too strict loses orders."""
    Client().order(**{**LIMIT, **sent})


def test_open_orders_are_counted_by_symbol():
    """Orders of another symbol do not count, and a cancelled one makes room."""
    few = msgspec.structs.replace(BTC, orders_max=2, algo_orders_max=1)
    client = Client(symbols=(few, ETH))
    client.order(price="99", quantity="1", newClientOrderId="first")
    client.order("SELL", "STOP_LOSS", quantity="1", stopPrice="90")

    assert client.no_order(price="98", quantity="1") == (-1013, "Filter failure: MAX_NUM_ORDERS")
    client.ok("DELETE", "/api/v3/order", symbol="BTCUSDT", origClientOrderId="first")
    assert client.no_order("SELL", "STOP_LOSS", quantity="1", stopPrice="91") == (
        -1013,
        "Filter failure: MAX_NUM_ALGO_ORDERS",
    )
    client.order(price="98", quantity="1")


def test_rules_that_change_while_it_runs_count_at_once():
    """F34: a bot that rounds to yesterday's tick is refused today."""
    client = Client()
    client.order(price="99.05", quantity="1")

    client.venue.change_rules("BTCUSDT", {"tick": "0.1"})

    assert client.no_order(price="99.05", quantity="1")[1] == "Filter failure: PRICE_FILTER"
    info = client.ask("/api/v3/exchangeInfo", symbol="BTCUSDT")["symbols"][0]
    assert info["filters"][0]["tickSize"] == "0.10000000"
