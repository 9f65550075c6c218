"""The public side of a symbol."""

from decimal import Decimal

from argonaut.rehearsal.binance.tape import Tape, aggregate_row, trade_row
from tests.rehearsal.binance.client import BTC, Client

D = Decimal


def test_our_own_executions_are_trades_of_the_tape():
    """Everybody sees them, under the id our own report carries."""
    client = Client()

    told = client.order("BUY", "MARKET", quantity="0.5")

    last = client.state.tapes["BTCUSDT"].trades[-1]
    assert last.trade_id == told["fills"][0]["tradeId"]
    assert trade_row(last)["isBuyerMaker"] is False
    assert aggregate_row(last)["q"] == "0.50000000"


def test_what_we_take_is_gone_from_the_book():
    """Two orders of a moment cannot both have the same coins."""
    client = Client()

    client.order("BUY", "MARKET", quantity="1.5")

    assert client.ask("/api/v3/depth", symbol="BTCUSDT")["asks"][0] == [
        "100.10000000",
        "1.50000000",
    ]


def test_an_empty_side_is_shown_as_nothing():
    """A zero is no price, so the core is shown no quote at all."""
    tape = Tape(BTC, ())

    assert tape.quote(0) is None
    assert tape.best()["bidPrice"] == "0.00000000"
    assert tape.average_price() is None
    assert tape.day(0)["count"] == 0


def test_the_day_is_made_of_minutes():
    """High, low and volume of what was printed."""
    client = Client()
    client.move(trades=(("101", "2"), ("99", "1")))

    day = client.state.tapes["BTCUSDT"].day(client.now_ns)

    assert (day["highPrice"], day["lowPrice"]) == ("101.00000000", "99.00000000")
    assert (day["volume"], day["count"]) == ("3.50000000", 3)
