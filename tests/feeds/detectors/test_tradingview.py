"""An alert of a charting service becomes a signal, or is refused by name."""

import json

import pytest

from argonaut.feeds.detectors.tradingview import read_alert
from argonaut.feeds.errors import BadDataError

ALERT = {
    "id": "2026-01-02T03:04:05Z buy",
    "secret": "a-word-of-the-tests",
    "ticker": "BTCUSDT",
    "exchange": "BINANCE",
    "action": "buy",
    "contracts": "0.1",
    "price": "50000.5",
    "time": "2026-01-02T03:04:05Z",
}


def read(**fields):
    return read_alert(json.dumps(ALERT | fields).encode())


def test_an_alert_is_a_signal_in_other_words():
    body = read()

    assert (body.id, body.source, body.place) == (ALERT["id"], "tradingview", "BINANCE:BTCUSDT")
    assert (body.side, body.intent, str(body.quantity)) == ("buy", "auto", "0.1")
    assert body.expected_price == 50_000.5
    assert body.ts_ns == 1_767_323_045_000_000_000
    assert body.secret == "a-word-of-the-tests"


def test_an_order_that_leaves_the_market_flat_is_an_exit():
    assert read(market="flat", action="sell").intent == "exit"
    assert read(market="long").intent == "auto"


def test_a_ticker_may_come_without_its_exchange():
    assert read(exchange="").place == "BTCUSDT"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ticker": "{{ticker}}"}, "a placeholder such as"),
        ({"action": "hold"}, "Invalid enum value 'hold'"),
        ({"time": "yesterday"}, "yesterday"),
        ({"time": "0001-01-01T00:00:00Z"}, "want ts_ns in UTC nanoseconds"),
        ({"price": "cheap"}, "could not convert"),
        ({"contracts": "many"}, "decimal"),
        ({"color": "red"}, "unknown field `color`"),
    ],
)
def test_a_wrong_field_is_named(fields, said):
    with pytest.raises(BadDataError, match=said):
        read(**fields)


def test_an_alert_of_more_than_64_kb_is_refused_unread():
    with pytest.raises(BadDataError, match="want an alert of at most 65536 bytes"):
        read(comment="x" * 65_536)
