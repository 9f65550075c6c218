"""What the venue answers about the account, honestly and otherwise."""

from decimal import Decimal

import pytest

from argonaut.rehearsal.binance.lies import Lies
from tests.rehearsal.binance.client import SECOND_NS, Client

D = Decimal
ORDER, TRADES, ALL = "/api/v3/order", "/api/v3/myTrades", "/api/v3/allOrders"
SYMBOL = {"symbol": "BTCUSDT"}


def test_an_order_is_found_by_either_id():
    """And not under another symbol's name."""
    client = Client()
    placed = client.order(price="99", quantity="1", newClientOrderId="mine")

    by_client = client.ok("GET", ORDER, **SYMBOL, origClientOrderId="mine")

    assert by_client == client.ok("GET", ORDER, **SYMBOL, orderId=placed["orderId"])
    assert client.refused("GET", ORDER, **SYMBOL, origClientOrderId="who")[0] == -2013
    assert client.refused("GET", ORDER, symbol="ETHUSDT", orderId=placed["orderId"])[0] == -2013
    assert client.refused("GET", ORDER, **SYMBOL)[0] == -1102


def test_history_is_paged_by_id_or_by_time():
    """Without either, the last ones are told."""
    client = Client()
    ids = []
    for _ in range(4):
        ids.append(client.order(price="99", quantity="1")["orderId"])
        client.wait(1)
    since = client.now_ns // 1_000_000 - 2_000

    def told(**sent):
        return [each["orderId"] for each in client.ok("GET", ALL, **SYMBOL, **sent)]

    assert told(limit=2) == ids[2:]
    assert told(orderId=ids[1], limit=2) == ids[1:3]
    assert told(startTime=since) == ids[2:]


def test_executions_are_paged_without_a_gap():
    """F07: the missing fill is found by asking from the last known id on."""
    client = Client()
    for _ in range(3):
        client.order("BUY", "MARKET", quantity="0.1")
        client.wait(1)
    every = client.ok("GET", TRADES, **SYMBOL)
    ids = [each["id"] for each in every]

    def told(**sent):
        return [each["id"] for each in client.ok("GET", TRADES, **SYMBOL, **sent)]

    assert ids == sorted(ids)
    assert told(fromId=ids[1]) == ids[1:]
    assert told(fromId=ids[0], limit=2) == ids[:2]
    assert told(orderId=every[1]["orderId"]) == [ids[1]]
    assert told(limit=1) == ids[-1:]
    assert told(startTime=every[1]["time"], endTime=every[1]["time"]) == [ids[1]]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"startTime": 1, "endTime": 86_400_002}, -1127),
        ({"startTime": 2, "endTime": 1}, -1102),
        ({"fromId": 1, "startTime": 1}, -1128),
    ],
)
def test_a_window_is_at_most_a_day(sent, code):
    """A client that asks for a week gets nothing, not a part."""
    assert Client().refused("GET", TRADES, **SYMBOL, **sent)[0] == code


def test_the_account_shows_what_is_free_and_what_is_locked():
    """Nothing is left out unless it is zero and asked to be."""
    client = Client(balances={"USDT": D(100), "BNB": D(0)})
    client.order(price="99", quantity="1")

    told = client.ok("GET", "/api/v3/account")
    short = client.ok("GET", "/api/v3/account", omitZeroBalances="true")

    assert {each["asset"] for each in told["balances"]} == {"BNB", "BTC", "ETH", "USDT"}
    assert short["balances"] == [{"asset": "USDT", "free": "1.00000000", "locked": "99.00000000"}]


def test_fees_and_usage_are_told():
    """What a bot reads to know its costs and its budget."""
    client = Client()
    client.order(price="99", quantity="1")

    told = client.ok("GET", "/api/v3/account/commission", **SYMBOL)
    usage = client.ok("GET", "/api/v3/rateLimit/order")

    assert told["standardCommission"]["taker"] == "0.00100000"
    assert [each["count"] for each in usage] == [1, 1]


def test_a_young_order_may_be_invisible():
    """R3: an order that was acknowledged is not gone because a query says so."""
    client = Client()
    placed = client.order("BUY", "MARKET", quantity="1", newClientOrderId="mine")
    lies = Lies(hidden_ns=30 * SECOND_NS)
    sent = {**SYMBOL, "orderId": placed["orderId"]}

    assert client.refused("GET", ORDER, lies=lies, **sent)[0] == -2013
    assert client.ok("GET", TRADES, lies=lies, **SYMBOL) == []
    client.wait(31)
    assert client.ok("GET", ORDER, lies=lies, **sent)["status"] == "FILLED"


def test_a_stale_answer_was_true_a_while_ago():
    """A cancelled order still looks open, a fill is not there yet."""
    client = Client()
    placed = client.order(price="99", quantity="1")
    client.wait(5)
    client.ok("DELETE", ORDER, **SYMBOL, orderId=placed["orderId"])
    lies = Lies(stale_ns=2 * SECOND_NS)

    (row,) = client.ok("GET", "/api/v3/openOrders", lies=lies, **SYMBOL)

    assert row["status"] == "NEW"
    assert client.ok("GET", "/api/v3/openOrders", **SYMBOL) == []


def test_balances_may_be_stale_too():
    """Only when the fault says so: an old balance proves nothing about a new order."""
    client = Client()
    client.wait(5)
    client.order("BUY", "MARKET", quantity="1")
    path, sent = "/api/v3/account", {"omitZeroBalances": "true"}

    def usdt(lies):
        rows = client.ok("GET", path, lies=lies, **sent)["balances"]
        return next(each["free"] for each in rows if each["asset"] == "USDT")

    assert usdt(Lies(stale_ns=2 * SECOND_NS)) == "9900.00000000"
    assert usdt(Lies(stale_balances_ns=2 * SECOND_NS)) == "10000.00000000"
    assert usdt(Lies(stale_balances_ns=99 * SECOND_NS)) == "10000.00000000"


def test_a_list_may_be_cut_and_a_fill_told_short():
    """F36: neither may make a bot send again."""
    client = Client()
    for _ in range(3):
        client.order(price="99", quantity="1")
    filled = client.order("BUY", "MARKET", quantity="1")
    sent = {**SYMBOL, "orderId": filled["orderId"]}

    short = client.ok("GET", "/api/v3/openOrders", lies=Lies(open_orders_max=1))
    half = client.ok("GET", ORDER, lies=Lies(filled_share=D("0.5")), **sent)

    assert len(short) == 1
    assert (half["executedQty"], half["status"]) == ("0.50000000", "FILLED")
