"""Our messages against Binance's documented and recorded ones, field by field.

The small copies in tests/recordings/binance are taken from the public API documentation
(github.com/binance/binance-spot-api-docs). The large sets are in ../shared.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from argonaut.rehearsal.binance import events
from tests.rehearsal.binance.client import Client
from tests.rehearsal.binance.shapes import differences, kind

D = Decimal
SMALL = Path(__file__).resolve().parents[2] / "recordings" / "binance"
SYMBOL = {"symbol": "BTCUSDT"}
OCO = {
    **SYMBOL,
    "side": "SELL",
    "quantity": "4",
    "aboveType": "LIMIT_MAKER",
    "abovePrice": "110",
    "belowType": "STOP_LOSS_LIMIT",
    "belowPrice": "89",
    "belowStopPrice": "90",
    "belowTimeInForce": "GTC",
}


def bought(client: Client, kind_: str = "FULL") -> dict:
    return client.ok(
        "POST",
        "/api/v3/order",
        **SYMBOL,
        side="BUY",
        type="MARKET",
        quantity="1",
        newOrderRespType=kind_,
    )


def canceled(client: Client) -> dict:
    placed = client.order(price="99", quantity="1")
    return client.ok("DELETE", "/api/v3/order", **SYMBOL, orderId=placed["orderId"])


def after_a_trade(path: str, **sent) -> Callable[[Client], object]:
    def answer(client: Client):
        bought(client)
        return client.ok("GET", path, **sent)

    return answer


def with_an_order(path: str) -> Callable[[Client], object]:
    def answer(client: Client):
        client.order(price="99", quantity="1", newClientOrderId="mine")
        sent = {"origClientOrderId": "mine"} if path.endswith("/order") else {}
        return client.ok("GET", path, **SYMBOL, **sent)

    return answer


def event(name: str, made: Callable[[Client], object]) -> Callable[[Client], object]:
    def answer(client: Client):
        made(client)
        return {"subscriptionId": 0, "event": client.events(name)[-1]}

    return answer


def new_order_event(client: Client) -> object:
    client.order(price="99", quantity="1")
    return {"subscriptionId": 0, "event": client.events()[-1]}


def tape_of(client: Client):
    return client.state.tapes["BTCUSDT"]


def kline(client: Client):
    return tape_of(client).candles.of("1m")[-1].event("BTCUSDT", "1m", 1, is_closed=False)


MADE: dict[str, Callable[[Client], object]] = {
    "order_ack": lambda client: bought(client, "ACK"),
    "order_result": lambda client: bought(client, "RESULT"),
    "order_full": bought,
    "order_canceled": canceled,
    "order": with_an_order("/api/v3/order"),
    "open_orders": with_an_order("/api/v3/openOrders"),
    "all_orders": with_an_order("/api/v3/allOrders"),
    "my_trades": after_a_trade("/api/v3/myTrades", **SYMBOL),
    "account": lambda client: client.ok("GET", "/api/v3/account"),
    "commission": lambda client: client.ok("GET", "/api/v3/account/commission", **SYMBOL),
    "order_usage": lambda client: client.ok("GET", "/api/v3/rateLimit/order"),
    "oco": lambda client: client.ok("POST", "/api/v3/orderList/oco", **OCO),
    "exchange_info": lambda client: client.ask("/api/v3/exchangeInfo", **SYMBOL),
    "depth": lambda client: client.ask("/api/v3/depth", **SYMBOL),
    "trades": lambda client: client.ask("/api/v3/trades", **SYMBOL),
    "agg_trades": lambda client: client.ask("/api/v3/aggTrades", **SYMBOL),
    "klines": lambda client: client.ask("/api/v3/klines", **SYMBOL, interval="1m"),
    "avg_price": lambda client: client.ask("/api/v3/avgPrice", **SYMBOL),
    "ticker_24hr": lambda client: client.ask("/api/v3/ticker/24hr", **SYMBOL),
    "book_ticker": lambda client: client.ask("/api/v3/ticker/bookTicker", **SYMBOL),
    "price_ticker": lambda client: client.ask("/api/v3/ticker/price", **SYMBOL),
    "execution_report_new": new_order_event,
    "execution_report_trade": event("executionReport", bought),
    "execution_report_canceled": event("executionReport", canceled),
    "account_position": event("outboundAccountPosition", bought),
    "balance_update": event(
        "balanceUpdate", lambda client: client.venue.transfer("USDT", D(1), client.now_ns)
    ),
    "list_status": event(
        "listStatus", lambda client: client.ok("POST", "/api/v3/orderList/oco", **OCO)
    ),
    "external_lock": lambda _: {
        "subscriptionId": 0,
        "event": events.external_lock("NEO", D(10), 10**9),
    },
    "stream_terminated": lambda _: {
        "subscriptionId": 0,
        "event": events.stream_terminated(10**9),
    },
    "server_shutdown": lambda _: events.server_shutdown(10**9),
    "trade_event": lambda client: events.trade_event("BTCUSDT", tape_of(client).trades[-1], 1),
    "agg_trade_event": lambda client: events.aggregate_event(
        "BTCUSDT", tape_of(client).trades[-1], 1
    ),
    "book_ticker_event": lambda client: events.best_event(tape_of(client)),
    "depth_event": lambda client: events.depth_event(tape_of(client), 1),
    "mini_ticker_event": lambda client: events.mini_ticker_event(tape_of(client), 1),
    "kline_event": kline,
}
"""How the venue comes to say each message."""


def made(name: str) -> object:
    return json.loads(msgspec.json.encode(MADE[name](Client())))


@pytest.mark.parametrize("path", sorted(SMALL.glob("wire_*.json")), ids=lambda path: path.stem)
def test_a_message_has_the_documented_fields(path):
    """Presence, kind, and whether a number is a string: what a parser trips over."""
    name = path.stem.removeprefix("wire_")
    documented = json.loads(path.read_text())

    told = list(
        differences(
            made(name), documented["example"], without=frozenset(documented.get("without", ()))
        )
    )

    assert told == documented.get("differs", [])


def test_every_message_has_its_example():
    """Or it would never be compared."""
    assert {path.stem.removeprefix("wire_") for path in SMALL.glob("wire_*.json")} == set(MADE)


def test_kinds_are_told_apart():
    """A comparison that took "1.0" for 1.0 would prove nothing."""
    assert [kind(each) for each in ("1.0", 1, 1.0, "x", None, True)] == [
        "money",
        "whole",
        "fraction",
        "text",
        "null",
        "flag",
    ]
    assert list(differences({"a": "1", "b": 1}, {"a": 1, "c": 1})) == [
        "a. is money ('1'), documented as whole (1)",
        "c is missing",
        "b is not documented",
    ]
