"""Endpoints everybody may ask."""

import pytest

from argonaut.rehearsal.binance.requests import Request
from tests.rehearsal.binance.client import Client, told_refusal


def test_the_venue_tells_its_time_and_that_it_is_there():
    """The clock a client measures its own against."""
    client = Client()
    client.wait(1.5)

    assert client.ask("/api/v3/time") == {"serverTime": client.now_ns // 1_000_000}
    assert client.ask("/api/v3/ping") == {}


def test_rules_are_told_for_those_that_are_asked_for():
    """One, several as a JSON list, or all; by status, too."""
    client = Client()

    def names(**sent):
        return [each["symbol"] for each in client.ask("/api/v3/exchangeInfo", **sent)["symbols"]]

    assert names() == ["BTCUSDT", "ETHUSDT"]
    assert names(symbol="ETHUSDT") == names(symbols='["ETHUSDT"]') == ["ETHUSDT"]
    assert names(symbolStatus="HALT") == []


def test_the_last_trades_can_be_paged():
    """By id or by time, as an aggregate or one by one."""
    client = Client()
    for number in range(3):
        client.wait(1)
        client.move(trades=((f"10{number}", "1"),))
    start = client.now_ns // 1_000_000 - 1_000

    assert [each["id"] for each in client.ask("/api/v3/trades", symbol="BTCUSDT", limit=2)] == [
        3,
        4,
    ]
    old = client.ask("/api/v3/historicalTrades", symbol="BTCUSDT", fromId=2, limit=1)
    assert [each["id"] for each in old] == [2]
    assert len(client.ask("/api/v3/historicalTrades", symbol="BTCUSDT")) == 4
    path = "/api/v3/aggTrades"
    assert [each["a"] for each in client.ask(path, symbol="BTCUSDT", fromId=2)] == [2, 3, 4]
    assert [each["a"] for each in client.ask(path, symbol="BTCUSDT", startTime=start)] == [3, 4]
    assert [each["a"] for each in client.ask(path, symbol="BTCUSDT", endTime=start)] == [1, 2, 3]


def test_klines_are_told_within_a_time():
    """The open one is the last."""
    client = Client()
    for _ in range(3):
        client.move()
        client.wait(60)
    path, sent = "/api/v3/klines", {"symbol": "BTCUSDT", "interval": "1m"}
    opens = [row[0] for row in client.ask(path, **sent)]

    assert len(opens) == 4
    assert [row[0] for row in client.ask(path, **sent, limit=2)] == opens[2:]
    assert [row[0] for row in client.ask(path, **sent, startTime=opens[1], limit=1)] == [opens[1]]
    assert [row[0] for row in client.ask(path, **sent, endTime=opens[0])] == opens[:1]


def test_tickers_are_told_for_one_or_for_many():
    """One is an object, many are a list."""
    client = Client()

    for path in ("ticker/24hr", "ticker/bookTicker", "ticker/price"):
        one = client.ask(f"/api/v3/{path}", symbol="BTCUSDT")
        assert client.ask(f"/api/v3/{path}")[0] == one
    assert client.ask("/api/v3/avgPrice", symbol="BTCUSDT")["price"] == "100.00000000"


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("klines", "symbol=BTCUSDT&interval=7m", -1120),
        ("depth", "symbol=XYZ", -1121),
        ("ticker/price", "symbols=BTCUSDT", -1130),
        ("ticker/price", 'symbols=["BTCUSDT","BTCUSDT"]', -1151),
        ("exchangeInfo", "symbolStatus=SLEEPY", -1122),
        ("depth", "symbol=A&symbol=B", -1101),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(path, query, code):
    """With the code the documentation gives it."""
    client = Client()
    request = Request(method="GET", path=f"/api/v3/{path}", query=query)

    assert told_refusal(client.venue.answer(request, client.now_ns))[0] == code
